"""How is the database of the service opened and spoken to? SQLite in a file, or PostgreSQL."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from agent.documents import Fault
from agent.errors import RefusedError
from agent.service.tables import META, METADATA, VERSION

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import URL, Connection
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

BUSY = 30
"""Seconds that one process waits for another that writes to the same SQLite file."""
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
        self._writing = engine.execution_options(**{_WRITES: True})
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection to read with."""
        async with self.engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Give a transaction, which is committed where nothing is raised."""
        if not self.is_sqlite:
            async with self.engine.begin() as connection:
                yield connection
            return
        async with self._turn, self._writing.begin() as connection:  # one writes at a time
            yield connection

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


async def open_database(url: str, *, connections: int = 10) -> Database:
    """Open a database, and make its tables where they are missing.

    Args:
        url: ``sqlite:///folder/file.db`` or ``postgresql://user:password@host/database``.
        connections: How many are used at a time, at most.

    Raises:
        RefusedError: it cannot be opened, or a later version of this program made it.

    """
    place = _place(url)
    options: dict[str, Any] = {}
    if place.drivername.startswith("postgresql"):
        options = {"pool_size": connections, "max_overflow": 0, "pool_pre_ping": True}
    engine = create_async_engine(place, **options)
    if engine.dialect.name == "sqlite":
        _set_up(engine)
    database = Database(engine)
    try:
        await _make(database)
    except (SQLAlchemyError, OSError) as error:
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
        return place.set(drivername="sqlite+aiosqlite")
    if scheme in {"postgresql", "postgres"}:
        return place.set(drivername="postgresql+asyncpg")
    raise _refused("the database of the service is neither SQLite nor PostgreSQL")


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
