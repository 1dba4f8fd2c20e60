"""How long is kept what ended? Some days; what has not left yet, longer."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from agent.service import rows

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

        A clock that jumped since the last look is given until the next one to be put right.

        Raises:
            SQLAlchemyError: the database does not answer, or refuses.

        """
        if self._days is None:
            return
        elapsed, now = time.monotonic(), rows.now()
        if self._next is not None and elapsed < self._next:
            return
        ahead = now.timestamp() - elapsed
        has_jumped = self._next is not None and abs(ahead - self._ahead) > EVERY
        self._ahead = ahead
        self._next = elapsed + EVERY
        if has_jumped:
            return
        before = now - timedelta(days=self._days)
        done = await tasks.prune(before, keep_unsent=self._has_broker, most=AT_ONCE)
        if done == AT_ONCE:
            self._next = elapsed  # there is more: go on with the next call
