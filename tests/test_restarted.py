"""PostgreSQL restarts under load: what do clients see, and what becomes of what was accepted?"""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from typing import TYPE_CHECKING

import httpx
import pytest

from agent.checks.own_server import EXTRA, binaries
from agent.service.database import open_database
from agent.service.records import State
from agent.service.service import Service
from agent.transports.http.app import build_app
from agent.transports.http.limits import Limits
from tests.made import library
from tests.restarted import Restarted, restarted
from tests.served import REQUEST, at_work, ended, runner
from tests.test_runner import Prover

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.skipif(binaries() is None, reason=f"{EXTRA} is not installed"),
]
CLIENTS = 3
UP, DOWN = 0.4, 0.3
"""Seconds between two restarts, and of each."""


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Restarted]:
    with restarted(request.config.cache.mkdir("postgresql")) as made:
        yield made


class Long(Prover):
    """A prover whose proofs go on until they may end."""

    def __init__(self) -> None:
        super().__init__()
        self.may_end = asyncio.Event()

    async def __call__(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - those of a prover
        await self.may_end.wait()
        return await super().__call__(*args, **options)


async def test_a_restart_is_told_as_one_and_nothing_accepted_is_lost(server: Restarted) -> None:
    server.start()
    await server.answers()
    opened = await open_database(server.url, connections=6)
    long = Long()
    service = Service(opened, runner(long))
    app = build_app(service, library(), Limits(rate=0), is_local=True)
    door = httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000", timeout=30
    )
    said: list[httpx.Response] = []
    is_over = False

    async def ask() -> None:
        while not is_over:
            headers = {"content-type": "application/json"}
            said.append(await door.post("/v1/tasks", content=REQUEST, headers=headers))
            said.append(await door.get("/v1/tasks?limit=2"))
            said.append(await door.get("/readyz"))
            await asyncio.sleep(0.05)

    async with at_work(service), door:
        asking = [asyncio.create_task(ask()) for _ in range(CLIENTS)]
        for how in (signal.SIGINT, signal.SIGQUIT):
            await asyncio.sleep(UP)
            await server.stop(how)
            await asyncio.sleep(DOWN)
            server.start()
            await server.answers()
        await asyncio.sleep(UP)
        is_over = True
        await asyncio.gather(*asking)
        long.may_end.set()
        accepted = {each.json()["taskId"] for each in said if each.status_code == 202}
        found = await service.tasks.page(limit=10_000)
        states = {(await ended(service, each)).state for each in found}
        assert states == {State.COMPLETED}
    await opened.close()
    codes = Counter(each.status_code for each in said)
    assert set(codes) == {200, 202, 503}, codes
    assert all(each.headers["retry-after"] for each in said if each.status_code == 503)
    assert accepted <= {each.id for each in found}
