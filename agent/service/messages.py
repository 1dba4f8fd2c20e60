"""What is to leave, and what has left? The outbox: messages in order, each under one id."""

from __future__ import annotations

import asyncio
import zlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, not_, select, update

from agent.service import rows
from agent.service.tables import OUTBOX, RESULTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from agent.service.database import Database
    from agent.service.records import Message, Outgoing, StoredTask

HANDOFF = "agent.handoff.requested"
"""The kind of message that is for another agent."""
MOST = 8 * 2**20
"""Bytes of data (JSON) in one answer, unless its first message alone has more."""

_DATA = func.coalesce(func.nullif(OUTBOX.c.data, rows.THAT_OF_THE_ANSWER), RESULTS.c.answer)
_BUT_DATA = [each for each in OUTBOX.c if each.name != "data"]
_WAITING = (OUTBOX.c.published.is_(None), OUTBOX.c.acknowledged.is_(None))


class Messages:
    """The outbox."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def send(self, task: StoredTask, messages: Sequence[Outgoing]) -> None:
        """Let messages leave that belong to no change of their task; a known one is left out."""
        leaving = [rows.outgoing(task, each) for each in messages]
        await self._database.write(lambda connection: leave(self._database, connection, leaving))

    async def known(self, message: str) -> bool:
        """Tell whether a message with this id was ever to leave."""
        query = select(OUTBOX.c.id).where(OUTBOX.c.id == message)
        return await self._database.read(lambda each: each.execute(query).first() is not None)

    async def waiting(self) -> int:
        """Return how many messages nobody has taken yet."""
        query = select(func.count()).where(*_WAITING)
        return await self._database.read(lambda each: each.execute(query).scalar_one())

    async def unpublished(self, limit: int = 100) -> list[Message]:
        """Return the next messages that nobody has taken yet, in their order."""
        return await self._next(_WAITING, limit)

    async def published(self, numbers: Sequence[int]) -> None:
        """Remember that a broker has taken them."""
        change = update(OUTBOX).where(OUTBOX.c.number.in_(numbers)).values(published=rows.now())
        await self._database.write(lambda connection: connection.execute(change))

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
        sizes = _with_data(OUTBOX.c.number, func.length(_DATA)).where(*wanted)
        sizes = sizes.order_by(OUTBOX.c.number).limit(limit)

        def look(connection: Connection) -> Sequence[Row[Any]]:
            numbers = _first(connection.execute(sizes).all())
            query = _with_data(*_BUT_DATA, _DATA.label("data"))
            query = query.where(OUTBOX.c.number.in_(numbers)).order_by(OUTBOX.c.number)
            return connection.execute(query).all() if numbers else []

        return await asyncio.to_thread(_unpacked, await self._database.read(look))

    async def acknowledge(self, caller: str | None, ids: Sequence[str]) -> int:
        """Take note of messages; return how many there were to take note of."""
        change = update(OUTBOX).where(OUTBOX.c.id.in_(ids), OUTBOX.c.acknowledged.is_(None))
        if caller is not None:
            change = change.where(OUTBOX.c.caller == caller)
        change = change.values(acknowledged=rows.now())
        return await self._database.write(lambda connection: connection.execute(change).rowcount)


def _with_data(*columns: ColumnElement[Any]) -> Select[Any]:
    """Return a query for messages, beside what came of their tasks."""
    return select(*columns).outerjoin_from(OUTBOX, RESULTS, OUTBOX.c.task == RESULTS.c.task)


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


def leave(database: Database, connection: Connection, leaving: list[dict[str, Any]]) -> None:
    """Put rows into the outbox that are not there yet, as the last thing of a transaction.

    From here on until it ends, nobody else may number messages.
    """
    if leaving:
        database.number(connection)
        connection.execute(database.new_messages, leaving)
