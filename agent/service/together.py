"""How is kept what comes at the same moment? All that waits by then, in one transaction.

What was worked for, or paid, waits for a database that was just restarted.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from agent.service.database import UNAVAILABLE
from agent.to_its_end import to_its_end

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from agent.service.database import Database

ItemT = TypeVar("ItemT")
KeptT = TypeVar("KeptT")

KEEPS_TRYING = 10
"""Seconds that what was worked for waits for a database that does not answer."""
PAUSE = 0.5
"""Seconds until that is tried again."""


class Together(Generic[ItemT, KeptT]):
    """The way of all items of one kind, of this process, to where they are kept.

    Many that are written by one statement take little more than one of them. Where one is refused,
    each is written by itself.
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

    async def keep(self, item: ItemT, seconds: float = 0) -> KeptT:
        """Return what came of an item, as soon as it is kept; who is called off hears of it then.

        Args:
            item: What is to be kept.
            seconds: How long a database that does not answer is waited for.

        Raises:
            SQLAlchemyError: the database does not answer for so long, or refuses this one.

        """
        loop = asyncio.get_running_loop()
        told: asyncio.Future[KeptT] = loop.create_future()
        one = _One(item, told, loop.time() + seconds)
        self._waiting.append(one)
        return await to_its_end(self._told(one))

    async def _told(self, one: _One[ItemT, KeptT]) -> KeptT:
        async with self._turn:
            if not one.told.done():  # nobody took it along
                together, self._waiting = self._waiting, []
                await self._keep(together)
        return await one.told

    async def _keep(self, together: Sequence[_One[ItemT, KeptT]]) -> None:
        while together:
            write = partial(self._write, [each.item for each in together])
            try:
                kept = await self._database.write(write)
            except UNAVAILABLE as error:
                together = _patient(together, error)
                if together:
                    await asyncio.sleep(PAUSE)
            except Exception as error:  # noqa: BLE001 - it is told to who is refused
                if len(together) == 1:
                    _fail(together, error)
                else:
                    for each in together:
                        await self._keep([each])
                return
            except BaseException as error:
                _fail(together, error)
                raise
            else:
                for each, outcome in zip(together, kept, strict=True):
                    each.told.set_result(outcome)
                return


@dataclass(frozen=True, slots=True)
class _One(Generic[ItemT, KeptT]):
    """An item on its way, who hears of it, and until when (of the loop's time) it is tried."""

    item: ItemT
    told: asyncio.Future[KeptT]
    until: float


def _patient(
    together: Sequence[_One[ItemT, KeptT]], error: Exception
) -> Sequence[_One[ItemT, KeptT]]:
    """Return those who wait longer for a database that does not answer; the others hear why."""
    now = asyncio.get_running_loop().time()
    _fail([each for each in together if each.until <= now], error)
    return [each for each in together if each.until > now]


def _fail(together: Sequence[_One[ItemT, KeptT]], error: BaseException) -> None:
    for each in together:
        each.told.set_exception(error)
