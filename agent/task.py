"""How does one task go? Through its stages, until there is an answer; a refusal ends it early.

validate -> plan -> [write] -> render -> prove -> [repair -> render -> prove]... -> hand off. What
stands in brackets is there where a model writes operations of the plan's own: agent/making.py. Each
stage takes and returns plain data. The whole project is always made and proven; the handler of the
request type decides which slice of it the answer shows.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from agent.apart import aside
from agent.consulting import Consulting
from agent.contract import parse_input, read_input
from agent.documents import (
    Failure,
    Fault,
    InputDocument,
    JudgedBy,
    Proof,
    Questions,
    Refusal,
    Verdict,
    VerificationLevel,
    Warn,
)
from agent.errors import BudgetError, ModelError, OutputError, QuestionError, RefusedError
from agent.events import Stage, StageFinished, StageStarted
from agent.handlers.answer import answer
from agent.handlers.registry import handler_for
from agent.handoff import handoffs
from agent.inspection import Inspection
from agent.making import Making
from agent.planning import Planning, why
from agent.writing.reading import unimplemented

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from agent.calls import Calls
    from agent.documents import (
        Answer,
        CheckName,
        Constraints,
        Finding,
        GeneratedFile,
        HandoffMessage,
        Result,
        Usage,
    )
    from agent.events import OnEvent
    from agent.ground import Ground
    from agent.knowledge import Library
    from agent.llm.consultation import Consult
    from agent.making import Made
    from agent.planner.resolve import Plan
    from agent.proving import Proving
    from agent.types import BackendSpec, Database

    OnPlan = Callable[[Plan], None]

NOT_WRITTEN = "not-written"
"""Code of the fault that a ground refuses what was rendered with."""
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Means:
    """With what tasks are worked on; the same for all of a runner."""

    library: Library
    proving: Proving
    consult: Consult | None
    repair_rounds: int
    read: Calls
    compute: Calls


@dataclass(frozen=True, slots=True)
class Planned:
    """What a request became, where only a plan was asked for."""

    task_id: str
    document: InputDocument
    plan: Plan
    warnings: tuple[Warn, ...] = ()
    usage: Usage | None = None


class Task:
    """One task on its way through the stages."""

    def __init__(
        self,
        means: Means,
        task_id: str,
        on_event: OnEvent,
        standing: BackendSpec | None = None,
        ground: Ground | None = None,
    ) -> None:
        """Take what it needs; nothing happens yet.

        Args:
            means: With what it is worked on.
            task_id: A UUID.
            on_event: Called with each event, in order.
            standing: The given spec of a plan that the request changes (None: it plans anew).
            ground: The folder that the project is for (None: nothing is known of one).

        """
        self.means = means
        self.ground = ground
        self.task_id = task_id
        self.emit_event = on_event
        self.standing = standing
        self.started = time.perf_counter()
        self.warnings: tuple[Warn, ...] = ()
        self.on_plan: OnPlan | None = None
        self.again = False
        self.consulting = Consulting(means.consult, on_event)
        self.planning = Planning(
            means.library, self.consulting, on_event, means.read, means.compute
        )

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

    async def _first_stages(self, request: object) -> Planned:
        document = await self._step(Stage.VALIDATE, self._validate, request)
        planned = await self._step(Stage.PLAN, self._plan, document)
        return Planned(self.task_id, document, planned, self.warnings, self.usage)

    async def _stages(self, request: object) -> Result:
        document = await self._step(Stage.VALIDATE, self._validate, request)
        planned = await self._step(Stage.PLAN, self._plan, document)
        if self.on_plan is not None:
            self.on_plan(planned)
        made = await self._making(document.constraints, planned.spec).make(planned.spec)
        self.warnings += made.warnings
        return await self._step(Stage.HAND_OFF, self._answer, document, planned, made)

    def _making(self, constraints: Constraints, spec: BackendSpec) -> Making:
        async def prove(files: tuple[GeneratedFile, ...], missing: tuple[str, ...]) -> Proof:
            judged, judged_by = self._judged(files, spec)
            if self.ground is not None:  # people may have written what templates leave open
                missing = tuple(unimplemented(judged))
            return await self._proof(judged, judged_by, missing, constraints, spec.database)

        async def examine(
            files: tuple[GeneratedFile, ...],
        ) -> list[tuple[CheckName, Finding]]:
            return await self.means.proving.look_over(files, constraints.verification)

        return Making(
            self.means.library,
            self.consulting,
            self.means.compute,
            self._step,
            prove,
            examine,
            self.emit_event,
            self.means.repair_rounds,
            self.ground.applied() if self.ground else None,
        )

    async def _step(
        self,
        stage: Stage,
        work: Callable[P, Awaitable[tuple[T, str]]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        self.emit_event(StageStarted(stage))
        started = time.perf_counter()
        result, summary = await work(*args, **kwargs)
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
        planned = await self.planning.plan(document, self.standing, again=self.again)
        spec = planned.spec
        return planned, f"{len(spec.entities)} entities, {len(spec.operations)} operations"

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
            told = Warn(code="proven-alone", message=message)
            self.warnings += () if told in self.warnings else (told,)
            return rendered
        return standing.files, standing.judged_by

    async def _proof(
        self,
        files: tuple[GeneratedFile, ...],
        judged_by: JudgedBy,
        missing: tuple[str, ...],
        constraints: Constraints,
        database: Database,
    ) -> Proof:
        level = constraints.verification
        if level is VerificationLevel.NONE:
            return Proof(level=level, verdict=Verdict.NOT_RUN, unimplemented=missing)
        proof = await self.means.proving.verify(
            files,
            level,
            database,
            self.emit_event,
            unimplemented=missing,
            fail_fast=constraints.fail_fast,
        )
        return proof.model_copy(update={"judged_by": judged_by})

    async def _answer(
        self, document: InputDocument, planned: Plan, made: Made
    ) -> tuple[Result, str]:
        result = await aside(planned.spec, self._result, document, planned, made)
        return result, f"{len(result.handoffs)} handoffs"

    def _result(self, document: InputDocument, planned: Plan, made: Made) -> Result:
        project = Inspection(made.files)
        messages: tuple[HandoffMessage, ...] = handoffs(
            self.task_id, planned.spec, project, document
        )
        return answer(
            handler_for(document.request.type),
            document,
            planned,
            project,
            library=self.means.library,
            proof=made.proof,
            repairs=made.repairs,
            handoffs=messages,
            warnings=self.warnings,
            task_id=self.task_id,
            usage=self.usage,
        )
