"""How is the database of the service opened and spoken to? SQLite in a file, or PostgreSQL."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import create_async_engine

from agent.documents import Fault
from agent.errors import RefusedError
from agent.service import postgresql_engine
from agent.service.tables import META, METADATA, VERSION
from agent.service.together import Together
from agent.service.whole import Whole

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import URL, Connection, Table
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

BUSY = 30
"""Seconds that one process waits for another that writes to the same SQLite file."""
UNAVAILABLE = (OperationalError, InterfaceError, PoolTimeoutError, ConnectionError)
"""What is raised where the database does not answer, and may do so again later."""
CONNECT = 10
"""Seconds until a server that says nothing is taken for one that is not there."""
ANSWER = 60
"""Seconds for one statement, likewise."""
FROZEN = 20
"""Seconds that a transaction may rest: whoever stops in one, and goes on later, has lost it."""
ALIVE = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "25000",  # where it waits for what it sent to be taken
}
"""How PostgreSQL learns that a machine is gone, and with it the worker whose lock it holds."""
REFUSING = (SQLAlchemyError, OSError)
"""What is raised where the database does not answer, or does not take what it is given."""
_WRITES = "python_specialist_writes"
_MAKING = 0x70795F7370656300
"""The advisory lock of whoever makes the tables."""
_NUMBERING = 0x70795F7370656301
"""The advisory lock of whoever numbers messages: so they become visible in their order."""


class Database:
    """A database whose tables are there."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Take an engine; see ``open_database``."""
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        writing = engine.execution_options(**{_WRITES: True})
        self._together = Together(partial(self._connected, writing))
        self._closing: set[asyncio.Future[None]] = set()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection to read with.

        Raises:
            SQLAlchemyError: the database does not answer, or refuses.

        """
        async with self._connected(self.engine) as connection:
            if not self.is_sqlite:
                yield connection
                return
            whole = Whole(connection)
            yield whole
            whole.hear()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Give a transaction, which is committed where nothing is raised.

        Raises:
            SQLAlchemyError: the database does not answer, or refuses.

        """
        if not self.is_sqlite:
            async with self._connected(self.engine) as connection, connection.begin():
                yield connection
            return
        async with self._together.write() as connection:
            yield connection

    async def connect(self, engine: AsyncEngine | None = None) -> AsyncConnection:
        """Return a connection, which the caller closes.

        Raises:
            SQLAlchemyError: the database does not answer, or refuses.

        """
        connecting = asyncio.ensure_future(_connection(engine or self.engine))
        try:
            return await asyncio.shield(connecting)
        except asyncio.CancelledError:
            connecting.add_done_callback(self._not_wanted)
            raise

    def _not_wanted(self, connecting: asyncio.Future[AsyncConnection]) -> None:
        """Close a connection whose caller was called off before it was there."""
        if connecting.exception() is None:
            closing = asyncio.ensure_future(connecting.result().close())
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    @asynccontextmanager
    async def _connected(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        connection = await self.connect(engine)
        try:
            yield connection
        finally:  # also where the caller is called off: it goes back to the pool whole
            await asyncio.shield(asyncio.ensure_future(connection.close()))

    def insert_new(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """Return an insertion that leaves out what is there already."""
        if self.is_sqlite:
            return sqlite.insert(table).on_conflict_do_nothing()
        return postgresql.insert(table).on_conflict_do_nothing()

    async def number(self, connection: AsyncConnection) -> None:
        """Let nobody else number messages until this transaction ends.

        Whoever reads on by number would else pass over a message that is committed later than the
        next one.
        """
        if not self.is_sqlite:
            await connection.execute(select(text(f"pg_advisory_xact_lock({_NUMBERING})")))

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


async def _connection(engine: AsyncEngine) -> AsyncConnection:
    try:
        return await engine.connect()
    except OSError as error:  # the driver's own, where there is no server
        raise OperationalError("connect", None, error) from error
    except DBAPIError as error:  # there is one, which lets nobody in
        raise OperationalError("connect", None, error.orig or error) from error


async def open_database(url: str, *, connections: int = 10) -> Database:
    """Open a database, and make its tables where they are missing.

    Args:
        url: ``sqlite:///folder/file.db`` or ``postgresql://user:password@host/database``.
        connections: How many are used at a time, at most.

    Raises:
        RefusedError: it cannot be opened, or a later version of this program made it.

    """
    place = _place(url)
    # requests and answers stand in no error, and so in no log
    options: dict[str, Any] = {"hide_parameters": True}
    if place.drivername.startswith("postgresql"):
        options |= {"pool_size": connections, "max_overflow": 0}
        options["connect_args"] = {
            "timeout": CONNECT,
            "command_timeout": ANSWER,
            "server_settings": {
                **ALIVE,
                "application_name": "python-specialist",
                "idle_in_transaction_session_timeout": str(round(FROZEN * 1000)),
            },
        }
    engine = create_async_engine(place, **options)
    if engine.dialect.name == "sqlite":
        _set_up(engine)
    else:
        postgresql_engine.set_up(engine)
    database = Database(engine)
    try:
        await _make(database)
    except SQLAlchemyError as error:
        await database.close()
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise _refused(f"the database of the service cannot be used: {reason}") from error
    except BaseException:
        await database.close()
        raise
    return database


def _place(url: str) -> URL:
    try:
        place = make_url(url)
    except ArgumentError as error:
        raise _refused("the database of the service is no URL") from error
    scheme = place.drivername.partition("+")[0]
    if scheme == "sqlite" and place.database:
        Path(place.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make_for_us_alone(place.database)
        return place.set(drivername="sqlite+aiosqlite")
    if scheme in {"postgresql", "postgres"}:
        return place.set(drivername="postgresql+asyncpg")
    raise _refused("the database of the service is neither SQLite nor PostgreSQL")


def _make_for_us_alone(file: str) -> None:
    """Make the file of SQLite, where there is none, so that no other user reads what is kept."""
    if file != ":memory:":
        with suppress(OSError):  # what is wrong with it is told where it is opened
            os.close(os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))


def _set_up(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
        connection.isolation_level = None  # transactions begin where we say
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY * 1000}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")  # what was accepted outlives the machine, too
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        # a transaction that reads first and writes then could not be let through beside another
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


async def _make(database: Database) -> None:
    async with database.write() as connection:
        if not database.is_sqlite:
            await connection.execute(select(text(f"pg_advisory_xact_lock({_MAKING})")))
        await connection.run_sync(METADATA.create_all)
        found = (await connection.execute(select(META.c.version))).scalar()
        if found is None:
            await connection.execute(insert(META).values(version=VERSION))
        elif found > VERSION:
            raise _refused(
                f"the database of the service was made by a later version (its tables have the"
                f" version {found}, this program knows {VERSION})"
            )


def _refused(message: str) -> RefusedError:
    expected = "sqlite:///folder/file.db or postgresql://user:password@host:port/database"
    return RefusedError([Fault(code="database", message=message, expected=expected)])
