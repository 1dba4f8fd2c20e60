"""How is the database of the service opened? SQLite in a file, or PostgreSQL.

Both are spoken to by functions that take a connection and run all their statements: ``read`` calls
one to read with, ``write`` calls one as a transaction, which is kept where it raises nothing.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import insert, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from agent.documents import Fault
from agent.errors import RefusedError
from agent.service.on_postgresql import OnPostgresql
from agent.service.on_sqlite import OnSqlite
from agent.service.tables import META, METADATA, VERSION

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection

Database: TypeAlias = OnSqlite | OnPostgresql
"""A database whose tables are there."""
UNAVAILABLE = (OperationalError, InterfaceError, PoolTimeoutError, ConnectionError)
"""What is raised where the database does not answer, and may do so again later."""
REFUSING = (SQLAlchemyError, OSError)
"""What is raised where the database does not answer, or does not take what it is given."""
_MAKING = 0x70795F7370656300
"""The advisory lock of whoever makes the tables."""


async def open_database(url: str, *, connections: int = 10) -> Database:
    """Open a database, and make its tables where they are missing.

    Requests and answers stand in no error of it, and so in no log.

    Args:
        url: ``sqlite:///folder/file.db`` or ``postgresql://user:password@host/database``.
        connections: How many are used at a time, at most, to a server.

    Raises:
        RefusedError: it cannot be opened, or a later version of this program made it.

    """
    database = _database(url, connections)
    try:
        await database.write(_make)
    except SQLAlchemyError as error:
        await database.close()
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise _refused(f"the database of the service cannot be used: {reason}") from error
    except BaseException:
        await database.close()
        raise
    return database


def _database(url: str, connections: int) -> Database:
    place = _place(url)
    scheme = place.drivername.partition("+")[0]
    if scheme == "sqlite" and place.database and place.database != ":memory:":
        Path(place.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make_for_us_alone(place.database)
        return OnSqlite(place.set(drivername="sqlite"))
    if scheme in {"postgresql", "postgres"}:
        return OnPostgresql(place.set(drivername="postgresql+asyncpg"), connections)
    raise _refused("the database of the service is neither SQLite nor PostgreSQL")


def _place(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        raise _refused("the database of the service is no URL") from error


def _make_for_us_alone(file: str) -> None:
    """Make the file of SQLite, where there is none, so that no other user reads what is kept."""
    with suppress(OSError):  # what is wrong with it is told where it is opened
        os.close(os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))


def _make(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(select(text(f"pg_advisory_xact_lock({_MAKING})")))
    METADATA.create_all(connection)
    found = connection.execute(select(META.c.version)).scalar()
    if found is None:
        connection.execute(insert(META).values(version=VERSION))
    elif found < VERSION:
        connection.execute(update(META).values(version=VERSION))  # so far rows only mean more
    elif found > VERSION:
        raise _refused(
            f"the database of the service was made by a later version (its tables have the"
            f" version {found}, this program knows {VERSION})"
        )


def _refused(message: str) -> RefusedError:
    expected = "sqlite:///folder/file.db or postgresql://user:password@host:port/database"
    return RefusedError([Fault(code="database", message=message, expected=expected)])
