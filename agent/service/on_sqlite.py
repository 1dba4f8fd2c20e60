"""How do many who write at the same time share one SQLite file? One commit serves all who wait.

A commit has to reach the disk, which takes longer than all else. So whoever comes while others are
written waits for them, and is written together with all who wait by then, in one transaction.
Nobody is told that it is kept before it is. Where one fails all are undone, and those before it are
written anew without it: what writes may be called again.

All statements run in threads, a transaction as a whole. So nobody who is called off leaves one in
the middle, for which SQLite would keep its locks, also after its connection was closed.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from sqlalchemy import create_engine, event
from sqlalchemy.dialects import sqlite

from agent.service.tables import OUTBOX
from agent.to_its_end import to_its_end

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import URL, Connection, Engine

    Work = Callable[[Connection], Any]

T = TypeVar("T")

BUSY = 30
"""Seconds that one process waits for another that writes to the same file."""
READERS = 4
"""How many read at a time."""


class OnSqlite:
    """The database in a file of SQLite. Its methods belong to one event loop."""

    is_sqlite: Literal[True] = True
    new_messages = sqlite.insert(OUTBOX).on_conflict_do_nothing()
    """Inserts messages that are not there yet."""

    def __init__(self, place: URL) -> None:
        """Take the URL of the file, which is opened by who reads or writes first."""
        self.engine = create_engine(place, hide_parameters=True, pool_size=READERS + 1)
        event.listen(self.engine, "connect", _set_up)
        self._readers = ThreadPoolExecutor(READERS, "service-reads")
        self._writer = ThreadPoolExecutor(1, "service-writes")
        self._waiting: list[_Writer] = []
        self._written: list[_Writer] = []

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Return what a function gives that reads; each of its statements sees what is kept then.

        It is called in a thread.

        Raises:
            SQLAlchemyError: the file cannot be read.

        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, _look, self.engine, work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Return what a function gives that writes, as soon as all of it is on the disk.

        It is called in a thread, as one transaction, of which nothing is kept where it raises
        something; it may be called again. Who is called off meanwhile hears of it afterwards.

        Raises:
            SQLAlchemyError: the file cannot be written to; then nothing is kept.

        """
        one = _Writer(work, asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        self._write()
        outcome = await to_its_end(one.told)
        if outcome.failure is not None:
            raise outcome.failure
        kept: T = outcome.value
        return kept

    def _write(self) -> None:
        """Write all who wait, unless others are written: then they are, afterwards."""
        if self._waiting and not self._written:
            work = [each.work for each in self._waiting]
            loop = asyncio.get_running_loop()
            writing = loop.run_in_executor(self._writer, _together, self.engine, work)
            writing.add_done_callback(self._tell)
            self._written, self._waiting = self._waiting, []

    def _tell(self, writing: asyncio.Future[list[_Outcome]]) -> None:
        written, self._written = self._written, []
        outcomes = writing.result()
        for one, outcome in zip(written, outcomes, strict=False):
            one.told.set_result(outcome)
        self._waiting[:0] = written[len(outcomes) :]
        self._write()

    def number(self, connection: Connection) -> None:
        """Let nobody else number messages until this transaction ends: nobody else writes."""

    async def close(self) -> None:
        """Close the file, when all is read and written."""
        while self._written:  # whoever waits is written next, in a thread that is there yet
            await asyncio.wait([each.told for each in self._written])
        for each in (self._readers, self._writer):
            await asyncio.to_thread(each.shutdown)
        self.engine.dispose()


@dataclass(frozen=True, slots=True)
class _Writer:
    """Who writes, and hears of it."""

    work: Work
    told: asyncio.Future[_Outcome]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of a writer's work."""

    value: Any = None
    failure: BaseException | None = None


def _look(engine: Engine, work: Callable[[Connection], T]) -> T:
    with engine.connect() as connection:
        return work(connection)


def _together(engine: Engine, work: Sequence[Work]) -> list[_Outcome]:
    """Write in one transaction; return what came of the first of them, one at least.

    Where one fails those before it are written without it. It comes first the next time, and is
    told alone: so nobody waits for others longer than for one commit.
    """
    is_begun = False
    outcomes: list[_Outcome] = []
    try:
        with engine.connect() as connection:
            # one that reads first and writes then could not be let through beside another
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            is_begun = True
            for one in work:
                outcomes += (_Outcome(one(connection)),)
            connection.commit()
    except BaseException as error:  # noqa: BLE001 - it is told to who wrote
        failed = _Outcome(failure=error)
        if not is_begun or len(outcomes) == len(work):
            return [failed] * len(work)
        return _together(engine, work[: len(outcomes)]) if outcomes else [failed]
    return outcomes


def _set_up(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
    connection.isolation_level = None  # transactions begin where we say
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY * 1000}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # what was accepted outlives the machine, too
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()
