"""How does a database go away for a moment, and who waits for it? As in a restart of PostgreSQL."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg  # type: ignore[import-untyped]

from agent.service.database import UNAVAILABLE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

T = TypeVar("T")
PAUSE = 0.1
END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"


@asynccontextmanager
async def gone(url: str) -> AsyncIterator[None]:
    """End all connections to a database of PostgreSQL, and refuse new ones until this is left."""
    parts = urlsplit(url)
    name = parts.path.removeprefix("/")
    administrator = await asyncpg.connect(urlunsplit(parts._replace(path="/template1")))
    change = f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {{}}'
    try:
        await administrator.execute(change.format("false"))
        await administrator.execute(END, name)
        yield
    finally:
        await administrator.execute(change.format("true"))
        await administrator.close()


async def patiently(work: Callable[[], Awaitable[T]]) -> T:
    """Do something as often as it takes until the database answers."""
    while True:
        try:
            return await work()
        except UNAVAILABLE:
            await asyncio.sleep(PAUSE)
