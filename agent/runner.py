"""How does a request become an answer? One task, from start to end. Read this first.

validate -> plan -> [write] -> render -> prove -> [repair -> render -> prove]... -> hand off. What
stands in brackets is there where a model writes operations of the plan's own: agent/making.py. Each
stage takes and returns plain data and is called through the journal. The whole project is always
made and proven; the handler of the request type decides which slice of it the answer shows.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from uuid import uuid4

from agent.consulting import Consulting
from agent.contract import parse_input, read_input
from agent.documents import (
    Cancellation,
    Failure,
    InputDocument,
    JudgedBy,
    Proof,
    Questions,
    Refusal,
    Status,
    Verdict,
    VerificationLevel,
)
from agent.errors import BudgetError, ModelError, QuestionError, RefusedError
from agent.events import Stage, StageFinished, StageStarted, TaskFinished, TaskStarted
from agent.handlers.answer import answer
from agent.handlers.registry import handler_for
from agent.handoff import handoffs
from agent.inspection import Inspection
from agent.journal import MemoryJournal
from agent.making import Making
from agent.planning import Planning, why
from agent.proving import Proving

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from agent.checks.alone import Examine
    from agent.checks.prove import Prove
    from agent.documents import (
        Answer,
        CheckName,
        Constraints,
        Fault,
        Finding,
        GeneratedFile,
        HandoffMessage,
        Result,
        Usage,
        Warn,
    )
    from agent.events import OnEvent
    from agent.journal import Journal
    from agent.knowledge import Library
    from agent.llm.consultation import Consult
    from agent.making import Made
    from agent.planner.resolve import Plan
    from agent.sandbox import Sandbox
    from agent.types import BackendSpec, Database

P = ParamSpec("P")
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
        journal: Journal | None = None,
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
            journal: What calls the stages (None: directly).
            prove: What proves a project (None: the checks).
            examine: What finds faults by reading alone (None: the checks).
            consult: What begins a task's consultation of language models (None: there are none).
            repair_rounds: How often a model may mend what it wrote.

        """
        self.library = library
        self.proving = Proving(sandbox, databases or {}, unusable or {}, cache, prove, examine)
        self.journal = journal or MemoryJournal()
        self.consult = consult
        self.repair_rounds = repair_rounds
        self._running: dict[str, asyncio.Task[Answer]] = {}

    async def run(
        self, request: object, on_event: OnEvent | None = None, *, task_id: str | None = None
    ) -> Answer:
        """Work on one request to its end.

        Args:
            request: An ``InputDocument``, JSON text (bytes: UTF-8), or JSON data.
            on_event: Called with each event, in order. A ``RefusedError`` that it raises while the
                stages run ends the task, rejected with its faults.
            task_id: A UUID (None: a new one).

        Returns:
            A result, questions, a refusal, a failure where a model gave nothing to go on with, or a
            cancellation when ``cancel`` was called.

        Raises:
            EmitError: a template or the library is wrong.
            asyncio.CancelledError: the caller itself was cancelled.

        """
        task_id = task_id or str(uuid4())
        emit_event = on_event or (lambda _event: None)
        started = time.perf_counter()
        emit_event(TaskStarted(task_id))
        task = _Task(self, task_id, emit_event)
        work = asyncio.ensure_future(task.run(request))
        self._running[task_id] = work
        try:
            reply: Answer = await work
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if caller is not None and caller.cancelling():
                raise
            reply = Cancellation(task_id=task_id, usage=task.usage_of_models)
        finally:
            del self._running[task_id]
        emit_event(TaskFinished(task_id, Status(reply.status), time.perf_counter() - started))
        return reply

    def cancel(self, task_id: str) -> bool:
        """Call a running task off; tell whether there was one."""
        work = self._running.get(task_id)
        return work is not None and work.cancel()


class _Task:
    """One task on its way through the stages."""

    def __init__(self, runner: Runner, task_id: str, on_event: OnEvent) -> None:
        self.runner = runner
        self.task_id = task_id
        self.emit_event = on_event
        self.started = time.perf_counter()
        self.warnings: tuple[Warn, ...] = ()
        self.consulting = Consulting(runner.consult, on_event)
        self.planning = Planning(runner.library, self.consulting)

    async def run(self, request: object) -> Answer:
        """Go through all stages; a refusal, a question or a failure ends the way early."""
        try:
            return await self._stages(request)
        except RefusedError as error:
            return Refusal(errors=error.faults, understood=error.understood, **self._told)
        except QuestionError as error:
            return Questions(
                open_questions=error.questions, understood=error.understood, **self._told
            )
        except (ModelError, BudgetError) as error:
            return Failure(errors=why(error), **self._told)
        finally:
            await self.consulting.aclose()

    @property
    def usage(self) -> Usage:
        """Return what the task used so far."""
        return self.consulting.usage(time.perf_counter() - self.started)

    @property
    def usage_of_models(self) -> Usage | None:
        """Return what the task used so far, where a model was asked."""
        return self.usage if self.consulting.asked else None

    @property
    def _told(self) -> dict[str, Any]:
        """Return what every answer without a solution tells."""
        return {
            "task_id": self.task_id,
            "warnings": self.warnings,
            "usage": self.usage_of_models,
        }

    async def _stages(self, request: object) -> Result:
        document = await self._step(Stage.VALIDATE, self._validate, request)
        planned = await self._step(Stage.PLAN, self._plan, document)
        made = await self._making(document.constraints, planned.spec).make(planned.spec)
        self.warnings += made.warnings
        return await self._step(Stage.HAND_OFF, self._answer, document, planned, made)

    def _making(self, constraints: Constraints, spec: BackendSpec) -> Making:
        async def prove(files: tuple[GeneratedFile, ...], unimplemented: tuple[str, ...]) -> Proof:
            return await self._proof(files, unimplemented, constraints, spec.database)

        async def examine(
            files: tuple[GeneratedFile, ...],
        ) -> list[tuple[CheckName, Finding]]:
            return await self.runner.proving.look_over(files, constraints.verification)

        return Making(
            self.runner.library,
            self.consulting,
            self._step,
            prove,
            examine,
            self.emit_event,
            self.runner.repair_rounds,
        )

    async def _step(
        self,
        stage: Stage,
        work: Callable[P, Awaitable[tuple[T, str]]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        await asyncio.sleep(0)  # most stages never wait: between them a task can be called off
        self.emit_event(StageStarted(stage))
        started = time.perf_counter()
        result, summary = await self.runner.journal.step(stage.value, work, *args, **kwargs)
        self.emit_event(StageFinished(stage, time.perf_counter() - started, summary))
        return result

    async def _validate(self, request: object) -> tuple[InputDocument, str]:
        if isinstance(request, InputDocument):
            document = request
        elif isinstance(request, str | bytes):
            document, self.warnings = parse_input(request)
        else:
            document, self.warnings = read_input(request)
        return document, f"{document.request.type.value} with {document.request.framework.value}"

    async def _plan(self, document: InputDocument) -> tuple[Plan, str]:
        planned = await self.planning.plan(document)
        spec = planned.spec
        return planned, f"{len(spec.entities)} entities, {len(spec.operations)} operations"

    async def _proof(
        self,
        files: tuple[GeneratedFile, ...],
        unimplemented: tuple[str, ...],
        constraints: Constraints,
        database: Database,
    ) -> Proof:
        level = constraints.verification
        if level is VerificationLevel.NONE:
            return Proof(level=level, verdict=Verdict.NOT_RUN, unimplemented=unimplemented)
        proof = await self.runner.proving.verify(
            files,
            level,
            database,
            self.emit_event,
            unimplemented=unimplemented,
            fail_fast=constraints.fail_fast,
        )
        # Proven was what was rendered: nobody could have changed it in between.
        return proof.model_copy(update={"judged_by": JudgedBy(as_emitted=True)})

    async def _answer(
        self, document: InputDocument, planned: Plan, made: Made
    ) -> tuple[Result, str]:
        project = Inspection(made.files)
        messages: tuple[HandoffMessage, ...] = handoffs(
            self.task_id, planned.spec, project, document
        )
        result = answer(
            handler_for(document.request.type),
            document,
            planned,
            project,
            library=self.runner.library,
            proof=made.proof,
            repairs=made.repairs,
            handoffs=messages,
            warnings=self.warnings,
            task_id=self.task_id,
            usage=self.usage,
        )
        return result, f"{len(result.handoffs)} handoffs"
