"""How long is kept what ended? Some days; what has not left yet, longer."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.service.tasks import Tasks

DAYS = 30
EVERY = 3600.0
"""Seconds between two looks for what is old."""
AT_ONCE = 100
"""Tasks that are forgotten in one transaction: whoever else writes does not wait long."""


class Retention:
    """Forgets tasks that ended long ago."""

    def __init__(self, days: float | None = DAYS, *, has_broker: bool = False) -> None:
        """Say how long tasks stay.

        Args:
            days: So long after their end (None: for ever).
            has_broker: Messages leave by a broker: a task stays until all of its own have left.
                Else they can be fetched as long as their task stays, and no longer.

        """
        self._days = days
        self._has_broker = has_broker
        self._next: float | None = None
        self._ahead = 0.0

    async def keep(self, tasks: Tasks) -> None:
        """Forget some of what is old, where it is time to look.

        The time is the database's where that is a server. A clock that jumped since the last look
        is given until the next one to be put right; so is the one that it begins with.

        Raises:
            SQLAlchemyError: the database does not answer, or refuses.

        """
        if self._days is None:
            return
        elapsed = time.monotonic()
        if self._next is not None and elapsed < self._next:
            return
        now = await tasks.time()
        ahead = now.timestamp() - elapsed
        is_trusted = self._next is not None and abs(ahead - self._ahead) < EVERY
        self._ahead = ahead
        self._next = elapsed + EVERY
        if not is_trusted:
            return
        before = now - timedelta(days=self._days)
        done = await tasks.prune(before, keep_unsent=self._has_broker, most=AT_ONCE)
        if done == AT_ONCE:
            self._next = elapsed  # there is more: go on with the next call
