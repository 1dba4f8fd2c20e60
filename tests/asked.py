"""The service over HTTP in a test: asked in this process, or through a socket of this machine."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import httpx

from agent.service.service import Service
from agent.transports.http.app import build_app
from agent.transports.http.limits import Limits
from agent.transports.http.serving import Address, configured, listen, run
from tests.made import library
from tests.served import REQUEST, at_work, database, runner

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from agent.runner import Runner
    from agent.service.records import Scope
    from agent.transports.http.desk import Desk

JSON = {"Content-Type": "application/json"}
LOCAL = "http://127.0.0.1"
Json = Any  # the tests reach into it


class Asked:
    """A service and a client of it."""

    def __init__(self, service: Service, desk: Desk, client: httpx.AsyncClient) -> None:
        self.service, self.desk, self.client = service, desk, client

    async def key(self, name: str, *scopes: Scope) -> dict[str, str]:
        """Return the header of a new key."""
        _, text = await self.service.keys.create(name, scopes)
        return {"Authorization": f"Bearer {text}"}

    async def submit(self, content: str | bytes = REQUEST, **headers: str) -> httpx.Response:
        given = {each.replace("_", "-"): value for each, value in headers.items()}
        return await self.client.post("/v1/tasks", content=content, headers=JSON | given)

    async def done(self, content: str | bytes = REQUEST) -> str:
        """Return where a task is that ended."""
        said = await self.submit(content, Prefer="wait=30")
        assert said.status_code == 200, said.text
        return said.headers["location"]


@asynccontextmanager
async def asked(
    folder: Path,
    *,
    kind: str = "sqlite",
    works: Runner | bool | None = True,
    limits: Limits | None = None,
    is_local: bool = True,
) -> AsyncIterator[Asked]:
    """Give a service that is asked in this process. ``works``: its runner (False: no worker)."""
    async with database(kind, folder) as opened:
        service = Service(opened, runner() if works is True else works or None)
        app = build_app(service, library(), limits or Limits(rate=0), is_local=is_local)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=LOCAL) as client:
            door = Asked(service, app.state.desk, client)
            if service.worker is None:
                yield door
                return
            async with at_work(service):
                yield door


@asynccontextmanager
async def listening(
    folder: Path, limits: Limits | None = None, works: Runner | None = None
) -> AsyncIterator[Asked]:
    """Give a service that listens, under the server that it has outside of tests."""
    async with database("sqlite", folder) as opened:
        service = Service(opened, works or runner())
        address = Address(port=0)
        socket = listen(address)
        app = build_app(service, library(), limits or Limits(rate=0), is_local=True)
        serving = asyncio.create_task(run(app, configured(app, address), socket))
        base = f"{LOCAL}:{socket.getsockname()[1]}"
        try:
            async with httpx.AsyncClient(base_url=base, timeout=30) as client:
                yield Asked(service, app.state.desk, client)
        finally:
            service.worker.stop()  # type: ignore[union-attr]  # it has one
            with suppress(TimeoutError):
                await asyncio.wait_for(serving, 20)


def in_thread(work: Any) -> Iterator[Any]:  # noqa: ANN401 - an async context manager
    """Give what an async context manager gives, which runs in a thread of its own."""
    begun, over = threading.Event(), threading.Event()
    given: list[Any] = []

    async def live() -> None:
        async with work as made:
            given.append(made)
            begun.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=asyncio.run, args=(live(),))
    thread.start()
    assert begun.wait(30)
    try:
        yield given[0]
    finally:
        over.set()
        thread.join(30)
        assert not thread.is_alive()
