"""How is a server of PostgreSQL spoken to? A transaction as a whole, and a reader without one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.util import greenlet_spawn

from agent.service import postgresql_engine
from agent.service.tables import OUTBOX

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import URL, Connection, Engine

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
    """The database on a server of PostgreSQL.

    A transaction is one greenlet, in which SQLAlchemy awaits the driver, from the connection to its
    end: nobody who is called off leaves a connection between two of its steps.
    """

    is_sqlite: Literal[False] = False
    new_messages = postgresql.insert(OUTBOX).on_conflict_do_nothing()
    """Inserts messages that are not there yet."""

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
        self._reading = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Return what a function gives that reads; each of its statements sees what is kept then.

        Raises:
            SQLAlchemyError: the database does not answer, or refuses.

        """
        return await greenlet_spawn(_read, self._reading, work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Return what a function gives that writes, as soon as all of it is on the disk.

        It is one transaction, of which nothing is kept where the function raises something.

        Raises:
            SQLAlchemyError: the database does not answer, or refuses.

        """
        return await greenlet_spawn(_write, self.engine, work)

    async def connect(self) -> AsyncConnection:
        """Return a connection, which the caller closes.

        Raises:
            SQLAlchemyError: the database does not answer, or refuses.

        """
        connection = await greenlet_spawn(_connected, self.engine)
        return AsyncConnection(self._engine, connection)

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


def _read(engine: Engine, work: Callable[[Connection], T]) -> T:
    with _connected(engine) as connection:
        return work(connection)


def _write(engine: Engine, work: Callable[[Connection], T]) -> T:
    with _connected(engine) as connection, connection.begin():
        return work(connection)


def _connected(engine: Engine) -> Connection:
    try:
        return engine.connect()
    except OSError as error:  # the driver's own, where there is no server
        raise OperationalError("connect", None, error) from error
    except DBAPIError as error:  # there is one, which lets nobody in
        raise OperationalError("connect", None, error.orig or error) from error
