"""Who closes what was opened, whatever happens? Async context managers, as class and function."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from types import TracebackType
from typing import Self

import pytest


class Connection:
    """A stand-in for a driver's connection."""

    def __init__(self, url: str) -> None:
        """Open it."""
        self.url = url
        self.is_open = True

    async def close(self) -> None:
        """Close it."""
        self.is_open = False


class DatabaseConnection:
    """Opens on entry, closes on exit; what went wrong inside goes on to the caller.

    ``__aexit__`` returns None. A manager that is declared to return bool makes a type checker
    believe that it may swallow exceptions, and that the code behind the block may be reached
    without the names that the block defines.
    """

    def __init__(self, url: str) -> None:
        """Remember where to; nothing is opened yet."""
        self.url = url
        self._connection: Connection | None = None

    async def __aenter__(self) -> Self:
        """Open."""
        self._connection = Connection(self.url)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close, after success and after failure."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    @property
    def connection(self) -> Connection:
        """Return the open connection; outside the block there is none."""
        if self._connection is None:
            message = "the connection is used outside its block"
            raise RuntimeError(message)
        return self._connection


@asynccontextmanager
async def connect(url: str) -> AsyncIterator[Connection]:
    """Do the same as a function: before the yield it enters, after the yield it exits."""
    connection = Connection(url)
    try:
        yield connection
    finally:
        await connection.close()


async def test_it_is_open_inside_and_closed_afterwards() -> None:
    async with DatabaseConnection("db://one") as database:
        connection = database.connection
        assert connection.is_open
    assert not connection.is_open
    with pytest.raises(RuntimeError, match="outside its block"):
        _ = database.connection


async def test_a_failure_closes_it_too_and_is_not_swallowed() -> None:
    opened: list[Connection] = []

    async def fail() -> None:
        async with connect("db://one") as connection:
            opened.append(connection)
            message = "boom"
            raise ValueError(message)

    with pytest.raises(ValueError, match="boom"):
        await fail()
    assert not opened[0].is_open


async def test_a_stack_closes_as_many_as_were_opened() -> None:
    async with AsyncExitStack() as stack:
        urls = ["db://one", "db://two"]
        opened = [await stack.enter_async_context(connect(url)) for url in urls]
        assert all(connection.is_open for connection in opened)
    assert not any(connection.is_open for connection in opened)
