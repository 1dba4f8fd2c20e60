"""How near does a worker come to what a model's latency allows, and does it grow meanwhile?"""

from __future__ import annotations

import asyncio
import gc
import json
import time
from typing import TYPE_CHECKING, Any

from agent.documents import Isolation, Proof, Purpose, Verdict
from agent.llm.account import Account
from agent.llm.asking import Models
from agent.llm.consultation import Consultation
from agent.llm.profile import Profile
from agent.prompts import Prompts
from agent.resources import folder
from agent.runner import Runner
from agent.sandbox import Sandbox
from agent.service.database import open_database
from agent.service.records import State
from agent.service.service import Service
from benchmarks.processes import memory
from tests.made import library

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.documents import GeneratedFile, VerificationLevel
    from agent.llm.account import Call
    from agent.llm.model import OnText, Question

AT_ONCE = 64
TASKS = 500
MANY = 2000
LATENCY = 1.0
CALLERS = 5
LOOKS = 4
PLAN = "# assume: Titles have 200 characters.\nproject todo\n\nentity Task\n  title: string(200)\n"
ASKED = {"type": "architecture", "framework": "fastapi", "description": "People keep tasks."}
DOCUMENT = json.dumps({"request": ASKED})


class Stub:
    """A model that says the same after so many seconds."""

    profile = Profile(base_url="http://127.0.0.1:1/v1", model="stub")

    def __init__(self, latency: float) -> None:
        """Take its latency."""
        self._latency = latency

    async def complete(
        self, question: Question, call: Call, *, seconds: float, on_text: OnText | None = None
    ) -> str:
        """Wait, and say it."""
        del question, seconds, on_text
        await asyncio.sleep(self._latency)
        call.told(100, 0, 10)
        return PLAN

    async def aclose(self) -> None:
        """Close nothing."""


def runner(latency: float) -> Runner:
    """Return a runner whose model waits, and whose proofs prove nothing."""
    prompts = Prompts(folder("prompts"))
    models = {Purpose.PLAN: (Stub(latency),)}
    return Runner(
        library(),
        Sandbox(unsafe=True),
        prove=_prove,
        consult=lambda: Consultation(Models(models, prompts), prompts, Account(None)),
    )


async def _prove(
    files: Sequence[GeneratedFile],
    level: VerificationLevel,
    **_options: Any,  # noqa: ANN401 - those of a prover
) -> Proof:
    del files
    return Proof(level=level, verdict=Verdict.PROVEN, isolation=Isolation.NONE)


def rounds(tasks: int) -> int:
    """Return how often the model is waited for, at least."""
    return -(-tasks // AT_ONCE)


async def alone(tasks: int = TASKS) -> float:
    """Return the part of what the latency allows that the runner reaches without a service."""
    working = runner(LATENCY)
    free = asyncio.Semaphore(AT_ONCE)

    async def one() -> None:
        async with free:
            await working.run(DOCUMENT)

    await working.run(DOCUMENT)  # what is loaded once
    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(tasks)))
    return rounds(tasks) * LATENCY / (time.perf_counter() - began)


async def serving(url: str, tasks: int = TASKS) -> float:
    """Return the part of what the latency allows that tasks reach from a queue to their ends."""
    working = runner(LATENCY)
    await working.run(DOCUMENT)
    database = await open_database(url)
    service = Service(database, working, at_once=AT_ONCE)
    try:
        await _submit(service, tasks)
        began = time.perf_counter()
        await _work(service, tasks)
        return rounds(tasks) * LATENCY / (time.perf_counter() - began)
    finally:
        await database.close()


async def growing(url: str, tasks: int = MANY) -> list[int]:
    """Return the bytes in memory after equal parts of many tasks, one after the other."""
    database = await open_database(url)
    service = Service(database, runner(0), at_once=AT_ONCE)
    found = []
    try:
        for part in range(1, LOOKS + 1):
            await _submit(service, tasks // LOOKS)
            await _work(service, part * tasks // LOOKS)
            gc.collect()
            found.append(memory("self"))
        return found
    finally:
        await database.close()


async def _submit(service: Service, tasks: int) -> None:
    for number in range(tasks):
        await service.submit(DOCUMENT, f"caller {number % CALLERS}")


async def _work(service: Service, ended: int) -> None:
    """Let the service's worker work until so many tasks have ended.

    Raises:
        SystemExit: one ended otherwise than completed.

    """
    worker = service.worker
    if worker is None:
        raise AssertionError("it was made with a runner")
    work = asyncio.create_task(worker.run())
    while sum((counts := await service.tasks.counts()).values()) != counts.get(State.COMPLETED):
        if counts.get(State.FAILED):
            raise SystemExit(f"tasks failed: {counts}")
        await asyncio.sleep(0.1)
    if counts[State.COMPLETED] != ended:
        raise SystemExit(f"{counts[State.COMPLETED]} tasks, not {ended}")
    worker.stop()
    await work
