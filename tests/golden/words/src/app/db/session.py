"""Engine and sessions.

Reading requests run in autocommit mode: they need no transaction, and save its round trips.
"""

from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Any

from fastapi import Request
from sqlalchemy import event
from sqlalchemy.engine import Connection, ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from app.core.config import get_settings

READING = frozenset({"GET", "HEAD"})
# A row breaks a rule of its table: of MySQL, and of MariaDB.
BROKEN_RULE = frozenset({3819, 4025})


def build_engine(url: str, pool_size: int = 10) -> AsyncEngine:
    """Return an engine for a database URL with an asynchronous driver.

    What statements carry (hashes of passwords, too) stays out of its errors, and so of the logs.
    """
    if url.startswith("sqlite"):
        engine = create_async_engine(url, hide_parameters=True)
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return engine
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_recycle=1800,
    )
    event.listen(engine.sync_engine, "handle_error", tell_broken_rule)
    return engine


def tell_broken_rule(context: ExceptionContext) -> None:
    """Raise a broken rule as what it is: the driver takes it for trouble of the server."""
    original = context.original_exception
    if original.args and original.args[0] in BROKEN_RULE:
        raise IntegrityError(context.statement, None, original, hide_parameters=True)


def _prepare_sqlite(connection: DBAPIConnection, _: Any) -> None:
    """Check foreign keys, and leave the beginning of transactions to us."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once: two readers that want it later would lock each other out."""
    if not connection.get_execution_options().get("read_only"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@lru_cache
def get_engine() -> AsyncEngine:
    """Return the application's engine."""
    settings = get_settings()
    return build_engine(settings.database_url, settings.database_pool_size)


@lru_cache
def get_read_engine() -> AsyncEngine:
    """Return the same engine, for requests that only read."""
    engine = get_engine()
    if engine.dialect.name == "sqlite":
        return engine.execution_options(read_only=True)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
    """Yield the session of one request; what a service did not commit is rolled back."""
    engine = get_read_engine() if request.method in READING else get_engine()
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield session
