"""Which workers are alive? Each holds a lock for as long as its process lives.

On PostgreSQL that is an advisory lock of a connection of its own, on SQLite a lock on a file beside
the database. Both end with the process, however it ends; so a worker that is gone is known at once,
and one that is only slow is never taken for gone.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from agent.errors import AgentError
from agent.service import rows
from agent.service.records import State
from agent.service.tables import TASKS, WORKERS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Any, Protocol

    from sqlalchemy import Connection, Executable, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from agent.service.database import Database
    from agent.service.on_sqlite import OnSqlite

    class Lock(Protocol):
        """A lock that ends with this process."""

        async def is_held(self) -> bool:
            """Tell whether it still is held."""

        async def release(self) -> None:
            """Let others have it."""

    class _Locks(Protocol):
        """The locks that one process holds: its own, and for a moment those of who is gone."""

        async def take(self, worker: str, number: int) -> bool: ...

        async def take_others(self, worker: str) -> list[tuple[str, int]]: ...

        async def is_held(self, worker: str) -> bool: ...

        async def free(self, worker: str, number: int) -> None: ...

        async def close(self) -> None: ...


SECONDS = 10
"""Until a database that says nothing is taken for one that is gone, and the lock with it."""


class LostError(AgentError):
    """The lock of this worker is lost: others take its tasks over."""


class Presence:
    """A worker that others can see. ``id`` is its name until it is lost."""

    def __init__(self, database: Database, worker: str, locks: _Locks) -> None:
        """Take locks of which this worker's own is held; see ``appear``."""
        self.id = worker
        self._database = database
        self._locks = locks
        self._is_held = True

    async def check(self) -> None:
        """See that the lock is still held.

        Raises:
            LostError: it is not.

        """
        if not await self._locks.is_held(self.id):
            raise LostError(f"the worker {self.id} is no longer seen by others")

    @asynccontextmanager
    async def gone(self) -> AsyncIterator[list[str]]:
        """Give the workers that are gone, to nobody else meanwhile; then they are forgotten.

        With them come those that were forgotten already and took a task after that: a worker that
        was cut off from its lock, and had not seen it yet.
        """
        found = await self._locks.take_others(self.id)
        try:
            strays = await self._database.read(_strays)
            gone = [worker for worker, _ in found]
            yield gone + sorted(strays - set(gone))
            if found:
                await _forget(self._database, gone)
        finally:
            for worker, number in found:
                await self._locks.free(worker, number)

    async def vanish(self) -> None:
        """Be forgotten: all that it had was given back."""
        await _forget(self._database, [self.id])
        await self.let_go()

    async def let_go(self) -> None:
        """Let others find it gone, and take over what it has."""
        if self._is_held:
            self._is_held = False
            await self._locks.close()


_SESSION = text("pg_backend_pid()")
_STRAYS = (
    select(TASKS.c.worker)
    .where(TASKS.c.state == State.WORKING, TASKS.c.worker.not_in(select(WORKERS.c.id)))
    .distinct()
)


def _strays(connection: Connection) -> set[str]:
    return set(connection.execute(_STRAYS).scalars())


async def appear(database: Database) -> Presence:
    """Let this process be seen as a worker.

    Raises:
        SQLAlchemyError: the database does not answer, or refuses.

    """
    worker, number = secrets.token_hex(8), secrets.randbits(62)
    locks = await _locks(database)
    try:
        await locks.take(worker, number)  # nobody else has one that was just made up
        new = insert(WORKERS).values(id=worker, lock=number, begun=rows.now())
        await database.write(lambda connection: connection.execute(new))
    except BaseException:
        await locks.close()
        raise
    return Presence(database, worker, locks)


async def take_lock(database: Database, name: str, number: int) -> Lock | None:
    """Take a lock that ends with this process; None where somebody has it.

    Args:
        database: Whose users it is for.
        name: What it is called, on SQLite.
        number: What it is called, on PostgreSQL.

    Raises:
        SQLAlchemyError: the database does not answer.

    """
    locks = await _locks(database)
    try:
        is_ours = await locks.take(name, number)
    except BaseException:
        await locks.close()
        raise
    if is_ours:
        return _One(locks, name)
    await locks.close()
    return None


async def _locks(database: Database) -> _Locks:
    if database.is_sqlite:
        return _FileLocks(database)
    connection = await database.connect()
    try:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
    except BaseException:
        await connection.close()
        raise
    return _AdvisoryLocks(connection)


def _others(worker: str) -> Select[str, int]:
    return select(WORKERS.c.id, WORKERS.c.lock).where(WORKERS.c.id != worker)


async def _forget(database: Database, workers: list[str]) -> None:
    gone = delete(WORKERS).where(WORKERS.c.id.in_(workers))
    await database.write(lambda connection: connection.execute(gone))


class _One:
    """One lock that is held alone."""

    def __init__(self, locks: _Locks, name: str) -> None:
        self._locks = locks
        self._name = name

    async def is_held(self) -> bool:
        return await self._locks.is_held(self._name)

    async def release(self) -> None:
        await self._locks.close()


class _FileLocks:
    """Locks on files beside the database."""

    def __init__(self, database: OnSqlite) -> None:
        self._database = database
        self._held: dict[str, int] = {}

    def _path(self, worker: str) -> Path:
        return Path(f"{self._database.engine.url.database}.{worker}.lock")

    async def take(self, worker: str, _number: int) -> bool:
        import fcntl  # noqa: PLC0415 - not on Windows, where the service runs in the container

        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(self._path(worker), flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._held[worker] = descriptor
        return True

    async def take_others(self, worker: str) -> list[tuple[str, int]]:
        others = await self._database.read(lambda each: each.execute(_others(worker)).all())
        return [(row.id, row.lock) for row in others if await self.take(row.id, row.lock)]

    async def is_held(self, worker: str) -> bool:
        """Tell whether others still see the lock: not where somebody removed the file."""
        with suppress(OSError):
            return os.path.samestat(os.fstat(self._held[worker]), self._path(worker).stat())
        return False

    async def free(self, worker: str, _number: int) -> None:
        self._path(worker).unlink(missing_ok=True)
        os.close(self._held.pop(worker))

    async def close(self) -> None:
        for worker in list(self._held):
            await self.free(worker, 0)


class _AdvisoryLocks:
    """Advisory locks of PostgreSQL, all held by one connection that does nothing else."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()
        self._session: int | None = None

    async def take(self, _worker: str, number: int) -> bool:
        ours = text(f"pg_try_advisory_lock({number})")
        ((self._session, is_ours),) = await self._ask(select(_SESSION, ours))
        return bool(is_ours)

    async def take_others(self, worker: str) -> list[tuple[str, int]]:
        """Take them by one statement, however many workers there are."""
        ours = func.pg_try_advisory_lock(WORKERS.c.lock)
        found = await self._ask(_others(worker).add_columns(ours))
        return [(other, number) for other, number, is_ours in found if is_ours]

    async def is_held(self, _worker: str) -> bool:
        """Tell whether it is: the locks are those of the session that took them."""
        try:
            async with asyncio.timeout(SECONDS):
                ((session,),) = await self._ask(select(_SESSION))
        except (SQLAlchemyError, TimeoutError):
            return False
        return bool(session == self._session)

    async def free(self, _worker: str, number: int) -> None:
        with suppress(DBAPIError):  # where the connection is gone, so is the lock
            await self._ask(select(text(f"pg_advisory_unlock({number})")))

    async def close(self) -> None:
        with suppress(DBAPIError):
            await self._connection.invalidate()  # ends it, and the locks with it
        await self._connection.close()

    async def _ask(self, what: Executable) -> list[tuple[Any, ...]]:
        async with self._turn:
            found = await self._connection.execute(what)
            await self._connection.commit()
            return [tuple(row) for row in found]
