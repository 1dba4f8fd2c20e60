"""What are the subjects on the bus called? A NATS subject, a routing key, or a stream's key."""

from __future__ import annotations

import re
from dataclasses import dataclass

AGENT = "@python-specialist"
LONGEST = 200
"""Characters of a subject that somebody asks for."""
_SUBJECT = re.compile(r"[A-Za-z0-9_:-]+(\.[A-Za-z0-9_:-]+)*")
_REST = re.compile(r"[^a-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one service; all begin alike."""

    prefix: str = "agents.python-specialist"

    @property
    def tasks(self) -> str:
        """Return where requests, answers and cancellations come in."""
        return f"{self.prefix}.tasks"

    @property
    def events(self) -> str:
        """Return where everything goes that nobody asked to have elsewhere."""
        return f"{self.prefix}.events"

    @property
    def dead(self) -> str:
        """Return where goes what cannot be read."""
        return f"{self.prefix}.dead-letters"

    @property
    def group(self) -> str:
        """Return the name of what has no dots in its name: the stream, and who reads it."""
        return self.prefix.replace(".", "-")

    def handoffs(self, agent: str) -> str:
        """Return where handoffs to an agent go: ``@container-specialist``."""
        return f"{self.prefix}.handoffs.{_REST.sub('-', agent.lower()).strip('-') or 'nobody'}"

    def reply(self, asked: str) -> str:
        """Return the subject that answers are asked to go to; empty where it is of no use.

        No pattern, none of the broker's own, and none of ours but below ``replies``: else anybody
        could let us write to ourselves.
        """
        if len(asked) > LONGEST or not _SUBJECT.fullmatch(asked):
            return ""
        ours = asked == self.prefix or asked.startswith(f"{self.prefix}.")
        return "" if ours and not asked.startswith(f"{self.prefix}.replies.") else asked
