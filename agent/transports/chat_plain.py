"""How is a conversation read without a terminal? Standard input, line by line."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.conversation.conversation import Conversation

GOES_ON = "\\"


class Lines:
    """Messages from standard input; a line that ends with a backslash goes on in the next one."""

    def __init__(self) -> None:
        """Read nothing yet."""
        self._stopped = False

    async def next(self, _chat: Conversation | None) -> str | None:
        """Return the next message, or None at the end of the input."""
        parts: list[str] = []
        while not self._stopped:
            line = await asyncio.to_thread(sys.stdin.readline)
            if not line:
                break
            text = line.rstrip("\n")
            if not text.endswith(GOES_ON):
                return "\n".join([*parts, text])
            parts.append(text.removesuffix(GOES_ON))
        return "\n".join(parts) if parts else None

    def stop(self) -> None:
        """Stop after the present line."""
        self._stopped = True
