"""How does a request become an answer? One task, from start to end. Read this first.

validate -> plan -> render -> prove -> hand off. Each stage takes and returns plain data and is
called through the journal. The whole project is always made and proven; the handler of the request
type decides which slice of it the answer shows.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from uuid import uuid4

from agent.contract import parse_input, read_input
from agent.documents import (
    Cancellation,
    Failure,
    Fault,
    InputDocument,
    JudgedBy,
    Proof,
    Questions,
    Refusal,
    Status,
    Verdict,
    VerificationLevel,
    Warn,
)
from agent.emitter.project import render
from agent.errors import BudgetError, ModelError, OutputError, QuestionError, RefusedError
from agent.events import Rendered, Stage, StageFinished, StageStarted, TaskFinished, TaskStarted
from agent.handlers.answer import answer
from agent.handlers.registry import handler_for
from agent.handoff import handoffs
from agent.inspection import Inspection
from agent.journal import MemoryJournal
from agent.planning import Planning, why
from agent.types import Database
from agent.writing.written import unbuilt

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
    from pathlib import Path

    from agent.checks.prove import Prove
    from agent.documents import (
        Answer,
        Constraints,
        GeneratedFile,
        HandoffMessage,
        Result,
        Usage,
    )
    from agent.emitter.project import Rendering
    from agent.events import Event, OnEvent
    from agent.ground import Ground
    from agent.journal import Journal
    from agent.knowledge import Library
    from agent.llm.consultation import Consult
    from agent.planner.resolve import Plan
    from agent.sandbox import Sandbox
    from agent.types import BackendSpec

NOT_WRITTEN = "not-written"
"""Code of the fault that a ground refuses what was rendered with."""
if TYPE_CHECKING:
    OnPlan = Callable[[Plan], None]
_WITHOUT_SERVER = frozenset({VerificationLevel.NONE, VerificationLevel.FAST})
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
        consult: Consult | None = None,
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
            consult: What begins a task's consultation of language models (None: there are none).

        """
        self.library = library
        self.sandbox = sandbox
        self.databases = databases or {}
        self.unusable = unusable or {}
        self.cache = cache
        self.journal = journal or MemoryJournal()
        self.prove = prove
        self.consult = consult
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

        Returns:
            A result, questions, a refusal (``not-written`` where the ground refuses), a failure
            where a model gave nothing to go on with, or a cancellation when ``cancel`` was called.

        Raises:
            EmitError: a template or the library is wrong.
            asyncio.CancelledError: the caller itself was cancelled.

        """
        task = _Task(self, task_id or str(uuid4()), on_event or _ignore, standing, ground)
        task.on_plan = on_plan
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
        task = _Task(self, task_id or str(uuid4()), on_event or _ignore, standing)
        return await self._work(task, task.plan(request))

    async def _work(self, task: _Task, work: Coroutine[Any, Any, T]) -> T | Cancellation:
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

    async def verify(
        self,
        files: Sequence[GeneratedFile],
        level: VerificationLevel,
        database: Database,
        on_event: OnEvent,
        *,
        unimplemented: Sequence[str] = (),
        fail_fast: bool = False,
    ) -> Proof:
        """Prove a whole project, on a server of ``database``, too, where one is known.

        Raises:
            RefusedError: the level asks for a server, and the one that is named is of no use.

        """
        fault = self.unusable.get(database)
        if fault is not None and level not in _WITHOUT_SERVER:
            raise RefusedError([fault])
        return await (self.prove or _checks())(
            files,
            level,
            sandbox=self.sandbox,
            database_url=self.databases.get(database) or _own_server(level, database),
            on_event=on_event,
            unimplemented=unimplemented,
            cache=self.cache,
            fail_fast=fail_fast,
        )

    def cancel(self, task_id: str) -> bool:
        """Call a running task off; tell whether there was one."""
        work = self._running.get(task_id)
        return work is not None and work.cancel()


@dataclass(frozen=True, slots=True)
class Planned:
    """What a request became, where only a plan was asked for."""

    task_id: str
    document: InputDocument
    plan: Plan
    warnings: tuple[Warn, ...] = ()
    usage: Usage | None = None


class _Task:
    """One task on its way through the stages."""

    def __init__(
        self,
        runner: Runner,
        task_id: str,
        on_event: OnEvent,
        standing: BackendSpec | None = None,
        ground: Ground | None = None,
    ) -> None:
        self.runner = runner
        self.ground = ground
        self.task_id = task_id
        self.emit_event = on_event
        self.standing = standing
        self.started = time.perf_counter()
        self.warnings: tuple[Warn, ...] = ()
        self.planning = Planning(runner.library, runner.consult, on_event)
        self.on_plan: OnPlan | None = None

    async def run(self, request: object) -> Answer:
        """Go through all stages; a refusal, a question or a failure ends the way early."""
        return await self._to_its_end(self._stages(request))

    async def plan(self, request: object) -> Planned | Answer:
        """Go through the stages up to the plan."""
        return await self._to_its_end(self._first_stages(request))

    async def _to_its_end(self, stages: Coroutine[Any, Any, T]) -> T | Answer:
        try:
            return await stages
        except RefusedError as error:
            return Refusal(errors=error.faults, understood=error.understood, **self._told)
        except OutputError as error:
            return Refusal(errors=(Fault(code=NOT_WRITTEN, message=str(error)),), **self._told)
        except QuestionError as error:
            return Questions(
                open_questions=error.questions, understood=error.understood, **self._told
            )
        except (ModelError, BudgetError) as error:
            return Failure(errors=why(error), **self._told)
        finally:
            await self.planning.aclose()

    @property
    def usage(self) -> Usage:
        """Return what the task used so far."""
        return self.planning.usage(time.perf_counter() - self.started)

    @property
    def usage_of_models(self) -> Usage | None:
        """Return what the task used so far, where a model was asked."""
        return self.usage if self.planning.asked else None

    @property
    def _told(self) -> dict[str, Any]:
        """Return what every answer without a solution tells."""
        return {
            "task_id": self.task_id,
            "warnings": self.warnings,
            "usage": self.usage_of_models,
        }

    async def _first_stages(self, request: object) -> Planned:
        document = await self._step(Stage.VALIDATE, self._validate, request)
        planned = await self._step(Stage.PLAN, self._plan, document)
        return Planned(self.task_id, document, planned, self.warnings, self.usage)

    async def _stages(self, request: object) -> Result:
        document = await self._step(Stage.VALIDATE, self._validate, request)
        planned = await self._step(Stage.PLAN, self._plan, document)
        if self.on_plan is not None:
            self.on_plan(planned)
        rendering = await self._step(Stage.RENDER, self._render, planned.spec)
        files = rendering.files
        self.warnings += rendering.warnings
        self.emit_event(Rendered(files))
        judged = self._judged(files, planned.spec)
        proof = await self._step(
            Stage.PROVE, self._proof, judged, document.constraints, planned.spec
        )
        return await self._step(Stage.HAND_OFF, self._answer, document, planned, files, proof)

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
        planned = await self.planning.plan(document, self.standing)
        spec = planned.spec
        return planned, f"{len(spec.entities)} entities, {len(spec.operations)} operations"

    async def _render(self, spec: BackendSpec) -> tuple[Rendering, str]:
        applied = self.ground.applied() if self.ground else None
        rendering = render(spec, self.runner.library, applied=applied)
        return rendering, f"{len(rendering.files)} files"

    def _judged(
        self, files: tuple[GeneratedFile, ...], spec: BackendSpec
    ) -> tuple[tuple[GeneratedFile, ...], JudgedBy]:
        """Return what is to be proven, and whether that is what was emitted."""
        # Proven is what was rendered, where there is no ground: nobody could have changed it.
        rendered = files, JudgedBy(as_emitted=True)
        if self.ground is None:
            return rendered
        try:
            standing = self.ground.standing(files, spec)
        except RefusedError as error:
            message = f"proven without what people put into the folder, as {error}"
            self.warnings += (Warn(code="proven-alone", message=message),)
            return rendered
        return standing.files, standing.judged_by

    async def _proof(
        self,
        judged: tuple[tuple[GeneratedFile, ...], JudgedBy],
        constraints: Constraints,
        spec: BackendSpec,
    ) -> tuple[Proof, str]:
        files, judged_by = judged
        level = constraints.verification
        unimplemented = unbuilt(spec, {})
        if level is VerificationLevel.NONE:
            proof = Proof(level=level, verdict=Verdict.NOT_RUN, unimplemented=unimplemented)
            return proof, proof.verdict.value
        proof = await self.runner.verify(
            files,
            level,
            spec.database,
            self.emit_event,
            unimplemented=unimplemented,
            fail_fast=constraints.fail_fast,
        )
        return proof.model_copy(update={"judged_by": judged_by}), proof.verdict.value

    async def _answer(
        self,
        document: InputDocument,
        planned: Plan,
        files: tuple[GeneratedFile, ...],
        proof: Proof,
    ) -> tuple[Result, str]:
        project = Inspection(files)
        messages: tuple[HandoffMessage, ...] = handoffs(
            self.task_id, planned.spec, project, document
        )
        result = answer(
            handler_for(document.request.type),
            document,
            planned,
            project,
            library=self.runner.library,
            proof=proof,
            handoffs=messages,
            warnings=self.warnings,
            task_id=self.task_id,
            usage=self.usage,
        )
        return result, f"{len(result.handoffs)} handoffs"


def _checks() -> Prove:
    from agent.checks.prove import prove  # noqa: PLC0415 - level none needs no checks

    return prove


def _own_server(level: VerificationLevel, database: Database) -> str | None:
    """At level full a project is proven on the database it is for, though no server was named."""
    if level is not VerificationLevel.FULL or database is not Database.POSTGRESQL:
        return None
    from agent.checks.own_server import OWN_SERVER  # noqa: PLC0415 - the other levels need none

    return OWN_SERVER


def _ignore(_event: Event) -> None:
    """Be the listener of a caller that wants no events."""
