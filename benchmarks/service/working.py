"""How near does a worker come to what a model's latency allows, and does it grow meanwhile?"""

from __future__ import annotations

import asyncio
import gc
import json
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from agent.beside import Beside
from agent.calls import here
from agent.documents import Isolation, Proof, Purpose, Result, Verdict, VerificationLevel
from agent.knowledge import Library
from agent.llm.account import Account
from agent.llm.asking import Models
from agent.llm.consultation import Consultation
from agent.llm.expected import expect_text
from agent.llm.profile import Profile
from agent.prompts import Prompts, Rendered
from agent.resources import folder
from agent.runner import Runner
from agent.sandbox import Sandbox
from agent.service.database import open_database
from agent.service.records import State
from agent.service.service import Service
from agent.types import Database
from benchmarks.processes import memory

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from agent.documents import Answer, GeneratedFile
    from agent.events import Event, OnEvent
    from agent.llm.account import Call
    from agent.llm.model import OnText, Question

AT_ONCE = 64
TASKS = 500
MANY = 2000
LATENCY = 1.0
CALLERS = 5
CACHE = Path(__file__).parents[1] / ".cache" / "templates"
"""As every run has one."""
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
        Library(folder("knowledge"), cache=CACHE),
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


class Prepared(Runner):
    """Waits for the model and the prover as a task does, and answers with what was made before.

    What is left is the service: its journal, its events, the answer with all files, the outbox.
    """

    answer: Result
    events: list[Event]

    async def prepare(self) -> None:
        """Work on one task as ever, and remember all of it."""
        self.events = []
        answer = await super().run(DOCUMENT, self.events.append)
        if not isinstance(answer, Result):
            raise SystemExit(f"nothing was made: {answer}")
        self.answer = answer

    async def run(
        self,
        request: object,
        on_event: OnEvent | None = None,
        *,
        task_id: str | None = None,
        **_options: Any,  # noqa: ANN401 - of no use here
    ) -> Answer:
        """Wait for one answer and one proof."""
        if on_event is None or task_id is None or self.consult is None:
            raise AssertionError(f"the service says both: {request}")
        half = len(self.events) // 2
        for event in self.events[:half]:
            on_event(event)
        consultation = self.consult()
        prompt = Rendered("plan@1", "You plan backends.", DOCUMENT)
        await consultation.models.ask(
            Purpose.PLAN, prompt, expect_text("plan", str), consultation.account
        )
        await self.proving.verify((), VerificationLevel.STANDARD, Database.SQLITE, on_event)
        for event in self.events[half:]:
            on_event(event)
        own = [
            each.model_copy(update={"message_id": str(uuid5(UUID(task_id), each.to))})
            for each in self.answer.handoffs
        ]
        return self.answer.model_copy(update={"task_id": task_id, "handoffs": tuple(own)})


def prepared(latency: float) -> Prepared:
    """Return a runner of that kind; it is to be prepared yet."""
    usual = runner(latency)
    return Prepared(
        usual.library, usual.proving.sandbox, prove=usual.proving.prove, consult=usual.consult
    )


def rounds(tasks: int) -> int:
    """Return how often the model is waited for, at least."""
    return -(-tasks // AT_ONCE)


async def alone(tasks: int = TASKS) -> tuple[float, float]:
    """Return the same of a runner without a service."""
    working = await whole()
    beside = Beside()
    working = working.through(lambda prove: prove, lambda consult: consult, here, beside)
    await working.run(DOCUMENT)
    free = asyncio.Semaphore(AT_ONCE)

    async def one() -> None:
        async with free:
            await working.run(DOCUMENT)

    began, used = time.perf_counter(), time.process_time()
    await asyncio.gather(*(one() for _ in range(tasks)))
    seconds, used = time.perf_counter() - began, time.process_time() - used
    await beside.aclose()
    return rounds(tasks) * LATENCY / seconds, used / tasks


async def whole() -> Runner:
    """Return a runner that has loaded what is loaded once."""
    working = runner(LATENCY)
    await working.run(DOCUMENT)
    return working


async def without_making() -> Runner:
    """Return one that makes nothing."""
    working = prepared(LATENCY)
    await working.prepare()
    return working


async def serving(url: str, working: Runner, tasks: int = TASKS) -> tuple[float, float]:
    """Let tasks be worked on that a running service is given, to their ends.

    Returns:
        The part of what the latency allows that was reached, and processor seconds of one task.

    """
    async with _at_work(url, working) as service:
        await _submit(service, 1)
        await _ended(service, 1)  # what is loaded with the first is there
        began, used = time.perf_counter(), time.process_time()
        await _submit(service, tasks)
        await _ended(service, 1 + tasks)
        seconds, used = time.perf_counter() - began, time.process_time() - used
        return rounds(tasks) * LATENCY / seconds, used / tasks


async def growing(url: str, tasks: int = MANY) -> list[int]:
    """Return the bytes in memory after equal parts of many tasks, one after the other."""
    working = prepared(0)
    await working.prepare()
    found = []
    async with _at_work(url, working) as service:
        for part in range(1, LOOKS + 1):
            await _submit(service, tasks // LOOKS)
            await _ended(service, part * tasks // LOOKS)
            gc.collect()
            found.append(memory("self"))
    return found


@asynccontextmanager
async def _at_work(url: str, working: Runner) -> AsyncIterator[Service]:
    """Give a service whose worker works."""
    database = await open_database(url)
    service = Service(database, working, at_once=AT_ONCE)
    if service.worker is None:
        raise AssertionError("it was made with a runner")
    work = asyncio.create_task(service.worker.run())
    try:
        yield service
    finally:
        service.worker.stop()
        await work
        await database.close()


async def _submit(service: Service, tasks: int) -> None:
    for number in range(tasks):
        await service.submit(DOCUMENT, f"caller {number % CALLERS}")


async def _ended(service: Service, tasks: int) -> None:
    """Wait until so many tasks are completed.

    Raises:
        SystemExit: one failed.

    """
    while True:
        counts = await service.tasks.counts()
        if counts.get(State.FAILED):
            raise SystemExit(f"tasks failed: {counts}")
        missing = tasks - counts.get(State.COMPLETED, 0)
        if missing <= 0:
            return
        await asyncio.sleep(0.1 if missing > AT_ONCE else 0.02)
