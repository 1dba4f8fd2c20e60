"""How do many who write at the same time share one SQLite file? One commit serves all who wait.

A commit has to reach the disk, which takes longer than all else. So whoever comes while another
writes goes on in the same transaction, behind a savepoint of its own, and nobody is told that it is
kept before it is.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from agent.service.whole import Whole

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncTransaction

    Connect = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


class _Group:
    """Those who are committed together. ``kept`` is done when they are."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.kept.add_done_callback(lambda kept: kept.exception())  # nobody may be left to see it
        self.over = asyncio.Event()
        self.is_broken = False


class Together:
    """The way of all writers of this process to a SQLite file."""

    def __init__(self, connect: Connect) -> None:
        """Take what gives a connection, on which a transaction that writes can begin."""
        self._connect = connect
        self._turn = asyncio.Lock()
        self._begun: asyncio.Future[_Group] | None = None
        self._running: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Give a transaction. When this is left, all that was written is on the disk.

        Who is called off meanwhile hears of it when this is left; it may be kept all the same.

        Raises:
            SQLAlchemyError: the file cannot be written to; then nothing is kept.

        """
        failure = None
        async with self._turn:  # in the order in which they come
            group = await self._group()
            one = Whole(group.connection)
            try:
                point = await one.to_its_end(_savepoint(one))
                try:
                    yield one
                except BaseException as error:
                    if not _undone_alone(error):
                        raise
                    failure = error
                    await one.to_its_end(point.rollback())
                else:
                    await one.to_its_end(point.commit())
            except BaseException:
                self._begun, group.is_broken = None, True
                await one.to_its_end(group.connection.rollback())
                raise
            finally:
                group.over.set()
            one.hear()
        await asyncio.shield(group.kept)
        if failure is not None:  # told now, as it may be because of one that was not kept then
            raise failure

    async def _group(self) -> _Group:
        """Return those who write now, which may have to begin."""
        if self._begun is None:
            self._begun = asyncio.get_running_loop().create_future()
            running = asyncio.create_task(self._run(self._begun))
            self._running.add(running)
            running.add_done_callback(self._running.discard)
        begun = self._begun
        try:
            return await asyncio.shield(begun)
        except asyncio.CancelledError:  # who comes next goes on with it, or else nobody
            begun.add_done_callback(_over)
            raise

    async def _run(self, begun: asyncio.Future[_Group]) -> None:
        """Hold one transaction, from its first writer until all are committed who waited then."""
        group = None
        try:
            async with self._connect() as connection:
                transaction = await connection.begin()
                group = _Group(connection)
                begun.set_result(group)
                await group.over.wait()
                async with self._turn:  # behind all who wait
                    if self._begun is begun:
                        self._begun = None
                    await _commit(group, transaction)
        except BaseException as error:
            if group is None:
                self._begun = None
                begun.set_exception(error)
            else:
                group.kept.set_exception(error)
            if not isinstance(error, Exception):
                raise
        else:
            group.kept.set_result(None)


def _over(begun: asyncio.Future[_Group]) -> None:
    """Let a transaction end whose first writer was called off before it began."""
    if begun.exception() is None:
        begun.result().over.set()


async def _savepoint(connection: AsyncConnection) -> AsyncTransaction:
    return await connection.begin_nested()


async def _commit(group: _Group, transaction: AsyncTransaction) -> None:
    if group.is_broken:
        raise OperationalError("commit", None, OSError("what another one wrote with it failed"))
    await transaction.commit()


def _undone_alone(error: BaseException) -> bool:
    """Tell whether only the work of one writer is undone: SQLite may undo all where it fails."""
    if isinstance(error, DBAPIError):
        return isinstance(error, IntegrityError)
    return isinstance(error, Exception)
