"""How does a request become an answer? As a task, which runs until it ends or is called off.

Read this first, then agent/task.py: the way of one task through its stages.
"""

from __future__ import annotations

import asyncio
import time
from copy import copy
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import uuid4

from agent.calls import here
from agent.documents import (
    Cancellation,
    Fault,
    Status,
)
from agent.events import TaskFinished, TaskStarted
from agent.proving import Proving
from agent.task import Means, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from pathlib import Path

    from agent.calls import Calls
    from agent.checks.alone import Examine
    from agent.checks.prove import Prove
    from agent.documents import (
        Answer,
    )
    from agent.events import Event, OnEvent
    from agent.ground import Ground
    from agent.knowledge import Library
    from agent.llm.consultation import Consult
    from agent.sandbox import Sandbox
    from agent.task import OnPlan, Planned
    from agent.types import BackendSpec, Database

T = TypeVar("T")


class Runner:
    """Works on tasks, each independent of the others."""

    def __init__(  # noqa: PLR0913 - what tasks depend on
        self,
        library: Library,
        sandbox: Sandbox,
        *,
        databases: Mapping[Database, str] | None = None,
        unusable: Mapping[Database, Fault] | None = None,
        cache: Path | None = None,
        prove: Prove | None = None,
        examine: Examine | None = None,
        consult: Consult | None = None,
        repair_rounds: int = 3,
    ) -> None:
        """Take what tasks need.

        Args:
            library: The patterns.
            sandbox: Where generated code runs.
            databases: SQLAlchemy URLs of servers on which databases and roles may be made for a
                proof.
            unusable: Why no server of a database can be used, though one is named.
            cache: A folder for what may be kept between proofs.
            prove: What proves a project (None: the checks).
            examine: What finds faults by reading alone (None: the checks).
            consult: What begins a task's consultation of language models (None: there are none).
            repair_rounds: How often a model may mend what it wrote.

        """
        self.library = library
        self.proving = Proving(sandbox, databases or {}, unusable or {}, cache, prove, examine)
        self.consult = consult
        self.repair_rounds = repair_rounds
        self._read: Calls = here
        self._compute: Calls = asyncio.to_thread
        self._running: dict[str, asyncio.Future[Any]] = {}

    async def run(
        self,
        request: object,
        on_event: OnEvent | None = None,
        *,
        task_id: str | None = None,
        standing: BackendSpec | None = None,
        ground: Ground | None = None,
        on_plan: OnPlan | None = None,
        again: bool = False,
    ) -> Answer:
        """Work on one request to its end.

        Args:
            request: An ``InputDocument``, JSON text (bytes: UTF-8), or JSON data.
            on_event: Called with each event, in order. A ``RefusedError`` that it raises while the
                stages run ends the task, rejected with its faults.
            task_id: A UUID (None: a new one).
            standing: The given spec of a plan that the request changes (None: it plans anew).
            ground: The folder that the project is for: built upon is what was applied there last,
                and proven is what would stand there (None: nothing is known of a folder).
            on_plan: Called with the plan, once there is one.
            again: Whether a request that changes nothing of what stands makes it once more, and
                is not refused.

        Returns:
            A result, questions, a refusal (``not-written`` where the ground refuses), a failure
            where a model gave nothing to go on with, or a cancellation when ``cancel`` was called.

        Raises:
            EmitError: a template or the library is wrong.
            asyncio.CancelledError: the caller itself was cancelled.

        """
        task = Task(self._means, task_id or str(uuid4()), on_event or _ignore, standing, ground)
        task.on_plan = on_plan
        task.again = again
        return await self._work(task, task.run(request))

    async def plan(
        self,
        request: object,
        on_event: OnEvent | None = None,
        *,
        task_id: str | None = None,
        standing: BackendSpec | None = None,
    ) -> Planned | Answer:
        """Work on one request until there is a plan; the arguments are those of ``run``.

        Returns:
            The plan, or what ``run`` returns where there is none.

        """
        task = Task(self._means, task_id or str(uuid4()), on_event or _ignore, standing)
        return await self._work(task, task.plan(request))

    async def _work(self, task: Task, work: Coroutine[Any, Any, T]) -> T | Cancellation:
        """Let a task work, so that it can be called off."""
        task_id, emit_event, started = task.task_id, task.emit_event, task.started
        emit_event(TaskStarted(task_id))
        running = asyncio.ensure_future(work)
        self._running[task_id] = running
        reply: T | Cancellation
        try:
            reply = await running
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if caller is not None and caller.cancelling():
                raise
            reply = Cancellation(task_id=task_id, usage=task.usage_of_models)
        finally:
            del self._running[task_id]
        status = Status(getattr(reply, "status", Status.COMPLETED))
        emit_event(TaskFinished(task_id, status, time.perf_counter() - started))
        return reply

    def through(
        self,
        prove: Callable[[Prove], Prove],
        consult: Callable[[Consult], Consult],
        read: Calls,
        compute: Calls,
    ) -> Self:
        """Return this runner, but what proves and who is asked stand behind others.

        Args:
            prove: Returns what proves, given what does now.
            consult: Returns what begins a consultation of models, given what does now.
            read: How requests are read whose reading may take long: ``apart`` or ``here``.
            compute: Where answers of models are read and projects rendered.

        """
        other = copy(self)
        other.proving = self.proving.through(prove)
        other.consult = consult(self.consult) if self.consult is not None else None
        other._read, other._compute = read, compute  # noqa: SLF001 - of its own class
        return other

    def cancel(self, task_id: str) -> bool:
        """Call a running task off; tell whether there was one."""
        work = self._running.get(task_id)
        return work is not None and work.cancel()

    @property
    def _means(self) -> Means:
        return Means(
            self.library,
            self.proving,
            self.consult,
            self.repair_rounds,
            self._read,
            self._compute,
        )


def _ignore(_event: Event) -> None:
    """Be the listener of a caller that wants no events."""
