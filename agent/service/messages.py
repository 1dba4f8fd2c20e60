"""What is to leave, and what has left? The outbox: messages in order, each under one id."""

from __future__ import annotations

import asyncio
import zlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, not_, select, update

from agent.service import rows
from agent.service.tables import OUTBOX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from agent.service.database import Database
    from agent.service.records import Message, Outgoing, StoredTask

HANDOFF = "agent.handoff.requested"
"""The kind of message that is for another agent."""
MOST = 8 * 2**20
"""Bytes of data (JSON) in one answer, unless its first message alone has more."""

_WAITING = (OUTBOX.c.published.is_(None), OUTBOX.c.acknowledged.is_(None))


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

    async def waiting(self) -> int:
        """Return how many messages nobody has taken yet."""
        query = select(func.count()).where(*_WAITING)
        async with self._database.read() as connection:
            return (await connection.execute(query)).scalar() or 0

    async def unpublished(self, limit: int = 100) -> list[Message]:
        """Return the next messages that nobody has taken yet, in their order."""
        return await self._next(_WAITING, limit)

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
            acknowledged: Also those that somebody has taken note of, and handoffs that a broker
                has taken: a handoff goes one way, whichever was first.
            limit: So many at most, and no more than have ``MOST`` bytes together.

        """
        wanted = [OUTBOX.c.number > after]
        if caller is not None:
            wanted.append(OUTBOX.c.caller == caller)
        if kinds:
            wanted.append(OUTBOX.c.kind.in_(kinds))
        if not acknowledged:
            left = and_(OUTBOX.c.kind == HANDOFF, OUTBOX.c.published.is_not(None))
            wanted += [OUTBOX.c.acknowledged.is_(None), not_(left)]
        return await self._next(wanted, limit)

    async def _next(self, wanted: Sequence[ColumnElement[bool]], limit: int) -> list[Message]:
        """Return the next messages, in their order: no more at once than fits into memory."""
        sizes = select(OUTBOX.c.number, func.length(OUTBOX.c.data)).where(*wanted)
        async with self._database.read() as connection:
            found = await connection.execute(sizes.order_by(OUTBOX.c.number).limit(limit))
            numbers = _first(found.all())
            query = select(OUTBOX).where(OUTBOX.c.number.in_(numbers)).order_by(OUTBOX.c.number)
            packed = (await connection.execute(query)).all() if numbers else []
        return await asyncio.to_thread(_unpacked, packed)

    async def acknowledge(self, caller: str | None, ids: Sequence[str]) -> int:
        """Take note of messages; return how many there were to take note of."""
        change = update(OUTBOX).where(OUTBOX.c.id.in_(ids), OUTBOX.c.acknowledged.is_(None))
        if caller is not None:
            change = change.where(OUTBOX.c.caller == caller)
        async with self._database.write() as connection:
            done = await connection.execute(change.values(acknowledged=rows.now()))
        return int(done.rowcount)


def _first(sizes: Sequence[Row[int, int]]) -> list[int]:
    """Return which messages are looked at: packed they are never larger than unpacked."""
    numbers: list[int] = []
    total = 0
    for number, size in sizes:
        total += size
        if numbers and total > MOST:
            break
        numbers.append(number)
    return numbers


def _unpacked(packed: Sequence[Row[Any]]) -> list[Message]:
    """Return messages; it takes a moment, and so its own thread."""
    found: list[Message] = []
    total = 0
    for row in packed:
        total += len(zlib.decompress(row.data))
        if found and total > MOST:
            break
        found.append(rows.message(row))
    return found


async def leave(
    database: Database, connection: AsyncConnection, leaving: list[dict[str, Any]]
) -> None:
    """Put rows into the outbox that are not there yet, as the last thing of a transaction.

    From here on until it ends, nobody else may number messages.
    """
    if leaving:
        await database.number(connection)
        await connection.execute(database.insert_new(OUTBOX), leaving)
