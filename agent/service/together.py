"""How is kept what comes at the same moment? All that waits by then, in one transaction.

It was worked for, and paid: a database that was just restarted is waited for.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from sqlalchemy.exc import IntegrityError

from agent.service.database import UNAVAILABLE
from agent.to_its_end import to_its_end

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from agent.service.database import Database

ItemT = TypeVar("ItemT")
KeptT = TypeVar("KeptT")

KEEPS_TRYING = 10
"""Seconds that an item waits for a database that does not answer, before it is given up."""
PAUSE = 0.5


class Together(Generic[ItemT, KeptT]):
    """The way of all items of one kind, of this process, to where they are kept.

    Many that are written by one statement take little more than one of them.
    """

    def __init__(
        self,
        database: Database,
        write: Callable[[Sequence[ItemT], Connection], Sequence[KeptT]],
    ) -> None:
        """Take the database, and what writes some items and tells of each what came of it."""
        self._database = database
        self._write = write
        self._turn = asyncio.Lock()
        self._waiting: list[_One[ItemT, KeptT]] = []

    async def keep(self, item: ItemT) -> KeptT:
        """Return what came of an item, as soon as it is kept; who is called off hears of it then.

        Raises:
            SQLAlchemyError: the database does not answer for a while, or refuses this one.

        """
        loop = asyncio.get_running_loop()
        told: asyncio.Future[KeptT] = loop.create_future()
        one = _One(item, told, loop.time() + KEEPS_TRYING)
        self._waiting.append(one)
        return await to_its_end(self._told(one))

    async def _told(self, one: _One[ItemT, KeptT]) -> KeptT:
        async with self._turn:
            if not one.told.done():  # nobody took it along
                together, self._waiting = self._waiting, []
                await self._keep(together)
        return await one.told

    async def _keep(self, together: Sequence[_One[ItemT, KeptT]]) -> None:
        try:
            kept = await self._written(together)
        except IntegrityError as error:
            if len(together) > 1:  # it is that of one of them
                for each in together:
                    await self._keep([each])
                return
            together[0].told.set_exception(error)
        except BaseException as error:  # noqa: BLE001 - it is told to all
            for each in together:
                each.told.set_exception(error)
        else:
            for each, outcome in zip(together, kept, strict=True):
                each.told.set_result(outcome)

    async def _written(self, together: Sequence[_One[ItemT, KeptT]]) -> Sequence[KeptT]:
        write = partial(self._write, [each.item for each in together])
        until = min(each.until for each in together)
        while True:
            try:
                return await self._database.write(write)
            except UNAVAILABLE:
                if asyncio.get_running_loop().time() > until:
                    raise
            await asyncio.sleep(PAUSE)


@dataclass(frozen=True, slots=True)
class _One(Generic[ItemT, KeptT]):
    """An item on its way, who hears of it, and until when (of the loop's time) it is tried."""

    item: ItemT
    told: asyncio.Future[KeptT]
    until: float
