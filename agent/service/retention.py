"""How long is kept what ended, or asks? Some days; what has not left yet, longer."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from agent.service import rows
from agent.service.records import State
from agent.service.tables import OUTBOX, TASKS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from agent.service.database import Database

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
            days: So long after their end, or their question (None: for ever).
            has_broker: Messages leave by a broker: a task stays until all of its own have left.
                Else they can be fetched as long as their task stays, and no longer.

        """
        self._days = days
        self._has_broker = has_broker
        self._next: float | None = None
        self._ahead = 0.0

    async def keep(self, database: Database) -> None:
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
        now = await clock(database)
        ahead = now.timestamp() - elapsed
        is_trusted = self._next is not None and abs(ahead - self._ahead) < EVERY
        self._ahead = ahead
        self._next = elapsed + EVERY
        if not is_trusted:
            return
        before = now - timedelta(days=self._days)
        done = await forget(database, before, keep_unsent=self._has_broker, most=AT_ONCE)
        if done == AT_ONCE:
            self._next = elapsed  # there is more: go on with the next call


async def clock(database: Database) -> datetime:
    """Return what time it is: for all who share a server, what it says."""
    if database.is_sqlite:
        return rows.now()

    def look(connection: Connection) -> datetime:
        found: datetime = connection.execute(select(func.now())).scalar_one()
        return found

    return await database.read(look)


async def forget(
    database: Database, before: datetime, *, keep_unsent: bool = True, most: int | None = None
) -> int:
    """Forget tasks that ended, or asked, before a time, with all that belongs to them.

    Args:
        database: Where they are.
        before: The time.
        keep_unsent: A task stays as long as a message of it has not left: no broker took it,
            and nobody took note of it.
        most: So many at most, the oldest first (None: all).

    Returns:
        How many were forgotten.

    """
    rest = [state for state in State if state not in {State.SUBMITTED, State.WORKING}]
    is_old = [TASKS.c.changed < before, TASKS.c.state.in_(rest)]
    old = select(TASKS.c.id).where(*is_old)
    if keep_unsent:
        unsent = select(OUTBOX.c.task).where(
            OUTBOX.c.task == TASKS.c.id,
            OUTBOX.c.published.is_(None),
            OUTBOX.c.acknowledged.is_(None),
        )
        old = old.where(~unsent.exists())
    old = old.order_by(TASKS.c.changed).limit(most)
    # looked at again, as it may be answered at this moment
    gone = delete(TASKS).where(TASKS.c.id.in_(old), *is_old)
    return await database.write(lambda connection: connection.execute(gone).rowcount)
