"""How is a server of PostgreSQL spoken to? A transaction as a whole, and a reader without one."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Literal, TypeVar

from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import create_async_engine

from agent.service import postgresql_engine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from sqlalchemy import URL, Connection, Table
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")

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
_NUMBERING = 0x70795F7370656301
"""The advisory lock of whoever numbers messages: so they become visible in their order."""


class OnPostgresql:
    """The database on a server of PostgreSQL."""

    is_sqlite: Literal[False] = False

    def __init__(self, place: URL, connections: int) -> None:
        """Take its URL, and how many connections are used at a time, at most."""
        settings = {
            **ALIVE,
            "application_name": "python-specialist",
            "idle_in_transaction_session_timeout": str(round(FROZEN * 1000)),
        }
        self._engine = create_async_engine(
            place,
            hide_parameters=True,
            pool_size=connections,
            max_overflow=0,
            connect_args={
                "timeout": CONNECT,
                "command_timeout": ANSWER,
                "server_settings": settings,
            },
        )
        self.engine = self._engine.sync_engine
        postgresql_engine.set_up(self.engine)
        self._reading = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        self._closing: set[asyncio.Future[None]] = set()

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Return what a function gives that reads; each of its statements sees what is kept then.

        Raises:
            SQLAlchemyError: the database does not answer, or refuses.

        """
        async with self._connected(self._reading) as connection:
            return await connection.run_sync(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Return what a function gives that writes, as soon as all of it is on the disk.

        It is one transaction, of which nothing is kept where the function raises something.

        Raises:
            SQLAlchemyError: the database does not answer, or refuses.

        """
        async with self._connected(self._engine) as connection, connection.begin():
            return await connection.run_sync(work)

    async def connect(self, engine: AsyncEngine | None = None) -> AsyncConnection:
        """Return a connection, which the caller closes.

        Raises:
            SQLAlchemyError: the database does not answer, or refuses.

        """
        connecting = asyncio.ensure_future(_connection(engine or self._engine))
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

    def insert_new(self, table: Table) -> postgresql.Insert:
        """Return an insertion that leaves out what is there already."""
        return postgresql.insert(table).on_conflict_do_nothing()

    def number(self, connection: Connection) -> None:
        """Let nobody else number messages until this transaction ends.

        Whoever reads on by number would else pass over a message that is committed later than the
        next one.
        """
        connection.execute(_NUMBER)

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


_NUMBER = select(text(f"pg_advisory_xact_lock({_NUMBERING})"))


async def _connection(engine: AsyncEngine) -> AsyncConnection:
    try:
        return await engine.connect()
    except OSError as error:  # the driver's own, where there is no server
        raise OperationalError("connect", None, error) from error
    except DBAPIError as error:  # there is one, which lets nobody in
        raise OperationalError("connect", None, error.orig or error) from error
