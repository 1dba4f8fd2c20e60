"""Which workers are alive? Each holds a lock for as long as its process lives.

On PostgreSQL that is an advisory lock of a connection of its own, on SQLite a lock on a file beside
the database. Both end with the process, however it ends; so a worker that is gone is known at once,
and one that is only slow is never taken for gone.
"""

from __future__ import annotations

import os
import secrets
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import DBAPIError

from agent.errors import AgentError
from agent.service import rows
from agent.service.tables import WORKERS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Protocol

    from sqlalchemy.ext.asyncio import AsyncConnection

    from agent.service.database import Database

    class Lock(Protocol):
        """A lock that is held."""

        async def is_held(self) -> bool:
            """Tell whether it still is."""

        async def release(self) -> None:
            """Let others have it."""


class LostError(AgentError):
    """The lock of this worker is lost: others take its tasks over."""


class Presence:
    """A worker that others can see. ``id`` is its name until it is lost."""

    def __init__(self, database: Database, worker: str, lock: Lock) -> None:
        """Take a lock that is held; see ``appear``."""
        self.id = worker
        self._database = database
        self._lock = lock
        self._is_held = True

    async def check(self) -> None:
        """See that the lock is still held.

        Raises:
            LostError: it is not.

        """
        if not await self._lock.is_held():
            raise LostError(f"the worker {self.id} is no longer seen by others")

    @asynccontextmanager
    async def gone(self) -> AsyncIterator[list[str]]:
        """Give the workers that are gone, to nobody else meanwhile; then they are forgotten."""
        async with self._database.read() as connection:
            others = select(WORKERS).where(WORKERS.c.id != self.id)
            known = (await connection.execute(others)).all()
        found: list[tuple[str, Lock]] = []
        try:
            for row in known:
                lock = await take_lock(self._database, row.id, row.lock)
                if lock is not None:
                    found.append((row.id, lock))
            yield [worker for worker, _ in found]
            if found:
                await _forget(self._database, [worker for worker, _ in found])
        finally:
            for _, lock in found:
                await lock.release()

    async def vanish(self) -> None:
        """Be forgotten: all that it had was given back."""
        await _forget(self._database, [self.id])
        await self.let_go()

    async def let_go(self) -> None:
        """Let others find it gone, and take over what it has."""
        if self._is_held:
            self._is_held = False
            await self._lock.release()


async def appear(database: Database) -> Presence:
    """Let this process be seen as a worker."""
    worker, number = secrets.token_hex(8), secrets.randbits(62)
    lock = await take_lock(database, worker, number)
    if lock is None:
        raise AssertionError("nobody else has a lock that was just made up")
    async with database.write() as connection:
        await connection.execute(insert(WORKERS).values(id=worker, lock=number, begun=rows.now()))
    return Presence(database, worker, lock)


async def _forget(database: Database, workers: list[str]) -> None:
    async with database.write() as connection:
        await connection.execute(delete(WORKERS).where(WORKERS.c.id.in_(workers)))


async def take_lock(database: Database, name: str, number: int) -> Lock | None:
    """Take a lock that ends with this process; None where somebody has it.

    Args:
        database: Whose users it is for.
        name: What it is called, on SQLite.
        number: What it is called, on PostgreSQL.

    """
    if database.is_sqlite:
        return _FileLock.take(Path(f"{database.engine.url.database}.{name}.lock"))
    return await _AdvisoryLock.take(database, number)


class _FileLock:
    """A lock on a file beside the database."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor

    @classmethod
    def take(cls, path: Path) -> _FileLock | None:
        import fcntl  # noqa: PLC0415 - not on Windows, where the service runs in the container

        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return None
        return cls(path, descriptor)

    async def is_held(self) -> bool:
        return True

    async def release(self) -> None:
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)


class _AdvisoryLock:
    """An advisory lock of PostgreSQL, held by a connection that does nothing else."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    @classmethod
    async def take(cls, database: Database, number: int) -> _AdvisoryLock | None:
        connection = await database.engine.connect()
        try:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            take = select(text(f"pg_try_advisory_lock({number})"))
            if (await connection.execute(take)).scalar():
                return cls(connection)
        except BaseException:
            await connection.close()
            raise
        await connection.close()
        return None

    async def is_held(self) -> bool:
        try:
            await self._connection.execute(select(text("1")))
        except DBAPIError:
            return False
        return True

    async def release(self) -> None:
        with suppress(DBAPIError):
            await self._connection.invalidate()  # ends it, and the lock with it
        await self._connection.close()
