"""What is to leave, and what has left? The outbox: messages in order, each under one id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from agent.service import rows
from agent.service.tables import OUTBOX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from agent.service.database import Database
    from agent.service.records import Message, Outgoing, StoredTask


class Messages:
    """The outbox."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def send(self, task: StoredTask, messages: Sequence[Outgoing]) -> None:
        """Let messages leave that belong to no change of their task; a known one is left out."""
        leaving = [rows.outgoing(task, each) for each in messages]
        async with self._database.write() as connection:
            await leave(self._database, connection, leaving)

    async def known(self, message: str) -> bool:
        """Tell whether a message with this id was ever to leave."""
        query = select(OUTBOX.c.id).where(OUTBOX.c.id == message)
        async with self._database.read() as connection:
            return (await connection.execute(query)).first() is not None

    async def unpublished(self, limit: int = 100) -> list[Message]:
        """Return the next messages that nobody has taken yet, in their order."""
        query = (
            select(OUTBOX)
            .where(OUTBOX.c.published.is_(None), OUTBOX.c.acknowledged.is_(None))
            .order_by(OUTBOX.c.number)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return [rows.message(row) for row in await connection.execute(query)]

    async def published(self, numbers: Sequence[int]) -> None:
        """Remember that a broker has taken them."""
        async with self._database.write() as connection:
            await connection.execute(
                update(OUTBOX).where(OUTBOX.c.number.in_(numbers)).values(published=rows.now())
            )

    async def page(
        self,
        caller: str | None,
        after: int = 0,
        *,
        kinds: Sequence[str] = (),
        acknowledged: bool = False,
        limit: int = 50,
    ) -> list[Message]:
        """Return messages behind a cursor, in their order.

        Args:
            caller: Whose tasks they belong to (None: anybody's).
            after: The number of the last one that is known.
            kinds: Only of these kinds (none: all).
            acknowledged: Also those that somebody has taken note of.
            limit: So many at most.

        """
        query = select(OUTBOX).where(OUTBOX.c.number > after).order_by(OUTBOX.c.number)
        if caller is not None:
            query = query.where(OUTBOX.c.caller == caller)
        if kinds:
            query = query.where(OUTBOX.c.kind.in_(kinds))
        if not acknowledged:
            query = query.where(OUTBOX.c.acknowledged.is_(None))
        async with self._database.read() as connection:
            return [rows.message(row) for row in await connection.execute(query.limit(limit))]

    async def acknowledge(self, caller: str | None, ids: Sequence[str]) -> int:
        """Take note of messages; return how many there were to take note of."""
        change = update(OUTBOX).where(OUTBOX.c.id.in_(ids), OUTBOX.c.acknowledged.is_(None))
        if caller is not None:
            change = change.where(OUTBOX.c.caller == caller)
        async with self._database.write() as connection:
            done = await connection.execute(change.values(acknowledged=rows.now()))
        return int(done.rowcount)


async def leave(
    database: Database, connection: AsyncConnection, leaving: list[dict[str, Any]]
) -> None:
    """Put rows into the outbox that are not there yet, as the last thing of a transaction.

    From here on until it ends, nobody else may number messages.
    """
    if leaving:
        await database.number(connection)
        await connection.execute(database.insert_new(OUTBOX), leaving)
