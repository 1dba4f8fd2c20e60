"""What happened to a task? Its events, kept for whoever reads on later."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from agent.service import rows
from agent.service.tables import EVENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Select

    from agent.service.database import Database
    from agent.service.records import StoredEvent


class Events:
    """The events of all tasks."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def after(self, task: str, number: int = 0, limit: int = 200) -> list[StoredEvent]:
        """Return the next events of a task behind one that is known."""
        query = (
            select(EVENTS)
            .where(EVENTS.c.task == task, EVENTS.c.number > number)
            .order_by(EVENTS.c.number)
            .limit(limit)
        )
        return await self._database.read(partial(_events, query))

    async def latest(self) -> int:
        """Return the number of the last event of all (0: there was none)."""
        query = select(func.coalesce(func.max(EVENTS.c.number), 0))
        return await self._database.read(lambda connection: connection.execute(query).scalar_one())

    async def since(
        self, number: int, names: Sequence[str], limit: int = 1000
    ) -> list[StoredEvent]:
        """Return the next events of all tasks behind one that is known, of these names."""
        query = (
            select(EVENTS)
            .where(EVENTS.c.number > number, EVENTS.c.name.in_(names))
            .order_by(EVENTS.c.number)
            .limit(limit)
        )
        return await self._database.read(partial(_events, query))


def _events(query: Select[Any], connection: Connection) -> list[StoredEvent]:
    return [rows.event(row) for row in connection.execute(query)]
