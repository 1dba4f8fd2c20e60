"""How do many who write at the same time share one SQLite file? One commit serves all who wait.

A commit has to reach the disk, which takes longer than all else. So whoever comes while others are
written waits for them, and is written together with all who wait by then: in one transaction, each
behind a savepoint of its own. Nobody is told that it is kept before it is.

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
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from agent.to_its_end import to_its_end

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import URL, Connection, Engine, Table

    Work = Callable[[Connection], Any]

T = TypeVar("T")

BUSY = 30
"""Seconds that one process waits for another that writes to the same file."""
READERS = 4
"""How many read at a time."""
_WRITES = "python_specialist_writes"


class OnSqlite:
    """The database in a file of SQLite. Its methods belong to one event loop."""

    is_sqlite: Literal[True] = True

    def __init__(self, place: URL) -> None:
        """Take the URL of the file, which is opened by who reads or writes first."""
        self.engine = create_engine(place, hide_parameters=True, pool_size=READERS + 1)
        _set_up(self.engine)
        self._writing = self.engine.execution_options(**{_WRITES: True})
        self._readers = ThreadPoolExecutor(READERS, "service-reads")
        self._writer = ThreadPoolExecutor(1, "service-writes")
        self._waiting: list[_Writer] = []
        self._written: list[_Writer] = []

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Return what a function gives that reads, which is called in a thread.

        Raises:
            SQLAlchemyError: the file cannot be read.

        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, _look, self.engine, work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Return what a function gives that writes, as soon as all of it is on the disk.

        It is called in a thread, as one transaction, of which nothing is kept where it raises
        something. Who is called off meanwhile hears of it afterwards.

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
            writing = loop.run_in_executor(self._writer, _all, self._writing, work)
            writing.add_done_callback(self._tell)
            self._written, self._waiting = self._waiting, []

    def _tell(self, writing: asyncio.Future[list[_Outcome]]) -> None:
        written, self._written = self._written, []
        for one, outcome in zip(written, writing.result(), strict=True):
            one.told.set_result(outcome)
        self._write()

    def insert_new(self, table: Table) -> sqlite.Insert:
        """Return an insertion that leaves out what is there already."""
        return sqlite.insert(table).on_conflict_do_nothing()

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

    @property
    def breaks_all(self) -> bool:
        """Tell whether not only this work is undone: SQLite may undo all where it fails."""
        return isinstance(self.failure, DBAPIError) and not isinstance(self.failure, IntegrityError)


def _look(engine: Engine, work: Callable[[Connection], T]) -> T:
    with engine.connect() as connection:
        return work(connection)


def _all(engine: Engine, work: Sequence[Work]) -> list[_Outcome]:
    """Write all, in as few transactions as can be."""
    outcomes: list[_Outcome] = []
    while len(outcomes) < len(work):
        outcomes += _together(engine, work[len(outcomes) :])
    return outcomes


def _together(engine: Engine, work: Sequence[Work]) -> list[_Outcome]:
    """Write in one transaction, up to one that breaks it."""
    outcomes = []
    try:
        with engine.connect() as connection, connection.begin() as transaction:
            if len(work) == 1:
                return [_Outcome(work[0](connection))]
            for one in work:
                outcomes.append(_behind_savepoint(connection, one))
                if outcomes[-1].breaks_all:
                    transaction.rollback()
                    return [_harmed() for _ in outcomes[:-1]] + outcomes[-1:]
    except BaseException as error:  # noqa: BLE001 - it is told to all
        return [_Outcome(failure=error)] * len(work)
    return outcomes


def _behind_savepoint(connection: Connection, work: Work) -> _Outcome:
    connection.exec_driver_sql("SAVEPOINT one")
    try:
        outcome = _Outcome(work(connection))
    except Exception as error:  # noqa: BLE001 - it is told to who wrote
        outcome = _Outcome(failure=error)
        if outcome.breaks_all:
            return outcome
        connection.exec_driver_sql("ROLLBACK TO one")
    connection.exec_driver_sql("RELEASE one")
    return outcome


def _harmed() -> _Outcome:
    reason = OSError("what another one wrote with it failed")
    return _Outcome(failure=OperationalError("commit", None, reason))


def _set_up(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
        connection.isolation_level = None  # transactions begin where we say
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY * 1000}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")  # what was accepted outlives the machine, too
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # a transaction that reads first and writes then could not be let through beside another
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
