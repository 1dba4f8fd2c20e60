"""A service in a test: on a database of its own, with proofs that say what the test wants."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from agent.checks.throwaway import throwaway_database
from agent.runner import Runner
from agent.sandbox import Sandbox
from agent.service.answers import Answers
from agent.service.database import open_database
from agent.service.journal import Journal
from agent.service.queue import with_kept
from tests.made import TODO, library
from tests.servers import POSTGRESQL, require_server
from tests.test_runner import Prover

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from pydantic import JsonValue

    from agent.llm.consultation import Consult
    from agent.service.database import Database
    from agent.service.records import StoredTask
    from agent.service.service import Service

DATABASES = ("sqlite", "postgresql")
REQUEST = json.dumps(TODO)
ME = "me"


@asynccontextmanager
async def database(kind: str, folder: Path) -> AsyncIterator[Database]:
    """Give a database that is gone afterwards."""
    async with where(kind, folder) as url:
        opened = await open_database(url)
        try:
            yield opened
        finally:
            await opened.close()


@asynccontextmanager
async def where(kind: str, folder: Path) -> AsyncIterator[str]:
    """Give the URL of an empty database that is gone afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/service.db"
        return
    async with throwaway_database(POSTGRESQL) as made:
        yield made.replace("postgresql+asyncpg", "postgresql")


def require(kind: str) -> None:
    """Skip where there is no such server."""
    if kind == "postgresql":
        require_server(POSTGRESQL)


async def journal(opened: Database, task: StoredTask) -> Journal:
    """Return the journal of a task, as whoever takes it has it."""
    (found,) = await opened.read(lambda connection: with_kept(connection, [task]))
    return Journal(Answers(opened), found)


async def asked(journal: Journal, what: JsonValue, get: Callable[[], Awaitable[JsonValue]]) -> Any:  # noqa: ANN401 - whatever was got
    """Return what a journal gives for a question to a model, when it is kept."""
    value = await journal.kept("model", what, get)
    await journal.settled()
    return value


def runner(prover: Any = None, consult: Consult | None = None) -> Runner:  # noqa: ANN401 - a prover
    """Return a runner that proves nothing."""
    return Runner(library(), Sandbox(unsafe=True), prove=prover or Prover(), consult=consult)


@asynccontextmanager
async def at_work(service: Service) -> AsyncIterator[None]:
    """Let the worker of a service work."""
    assert service.worker is not None
    work = asyncio.create_task(service.worker.run())
    try:
        yield
    finally:
        service.worker.stop()
        with suppress(TimeoutError):
            await asyncio.wait_for(work, 10)


async def ended(service: Service, task: StoredTask) -> StoredTask:
    """Return a task that ended, or asks."""
    found = await service.wait(task, 30)
    assert found.state not in {"submitted", "working"}
    return found
