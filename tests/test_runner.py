"""One task from start to end, with a prover that says what the test wants."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from agent.checks.own_server import OWN_SERVER
from agent.checks.prove import CheckFinished, CheckStarted
from agent.contract import to_wire
from agent.documents import (
    Cancellation,
    CheckName,
    CheckReport,
    Isolation,
    Outcome,
    Proof,
    Questions,
    Refusal,
    Result,
    Status,
    Verdict,
    VerificationLevel,
)
from agent.events import Rendered, StageFinished, StageStarted, TaskFinished, TaskStarted
from agent.runner import Runner
from agent.sandbox import Sandbox
from agent.types import Database
from tests.made import EXAMPLES, SHOP, TODO, document, library

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from agent.checks.prove import CheckEvent
    from agent.documents import Answer, GeneratedFile
    from agent.events import Event

Json = Any  # the tests reach into it
NO_PROOF = {"constraints": {"verification": "none"}}


class Prover:
    """Proves nothing: reports one check with the outcome that it was made with."""

    def __init__(self, outcome: Outcome = Outcome.PASSED) -> None:
        self.outcome = outcome
        self.isolation = Isolation.NONE
        self.fail_fast = False
        self.calls: list[Json] = []

    async def __call__(  # noqa: PLR0913 - the signature of what it stands for
        self,
        files: Sequence[GeneratedFile],
        level: VerificationLevel,
        *,
        sandbox: Sandbox,
        database_url: str | None,
        on_event: Callable[[CheckEvent], None],
        unimplemented: Sequence[str],
        cache: Path | None,
        fail_fast: bool,
    ) -> Proof:
        self.calls.append((len(files), level, sandbox, database_url, tuple(unimplemented), cache))
        self.fail_fast = fail_fast
        report = CheckReport(name=CheckName.SYNTAX, outcome=self.outcome)
        on_event(CheckStarted(CheckName.SYNTAX))
        on_event(CheckFinished(report))
        failed = self.outcome is Outcome.FAILED
        verdict = Verdict.FAILED if failed else Verdict.PROVEN
        return Proof(
            level=level,
            verdict=verdict,
            isolation=self.isolation,
            checks=(report,),
            unimplemented=tuple(unimplemented),
        )


class WaitingProver(Prover):
    """Runs a job that would take a minute, in the sandbox."""

    def __init__(self) -> None:
        super().__init__()
        self.began = asyncio.Event()

    async def __call__(self, *args: Any, sandbox: Sandbox, **rest: Any) -> Proof:  # noqa: ANN401 - passed on
        async with sandbox.workspace(()) as workspace:
            self.began.set()
            await workspace.run((sys.executable, "-c", "import time; time.sleep(60)"))
        return await super().__call__(*args, sandbox=sandbox, **rest)


def runner(prove: Prover | None = None, **options: Json) -> Runner:
    return Runner(library(), options.pop("sandbox", Sandbox()), prove=prove, **options)


def run(request: object, prove: Prover | None = None) -> tuple[Answer, list[Event]]:
    events: list[Event] = []
    return asyncio.run(runner(prove or Prover()).run(request, events.append)), events


def test_a_task_from_start_to_end() -> None:
    answer, events = run(TODO)
    assert isinstance(answer, Result)
    assert answer.status is Status.COMPLETED
    assert answer.proof.verdict is Verdict.PROVEN
    assert len(answer.handoffs) == 3
    assert answer.handoff is not None
    assert answer.handoff.next_agent == "@container-specialist"
    assert answer.usage.seconds > 0
    assert to_wire(answer)["taskId"] == answer.task_id

    stages = [e.stage.value for e in events if isinstance(e, StageStarted)]
    assert stages == ["validate", "plan", "render", "prove", "hand-off"]
    assert [e.stage.value for e in events if isinstance(e, StageFinished)] == stages
    assert isinstance(events[0], TaskStarted)
    assert events[0].task_id == answer.task_id
    assert isinstance(events[-1], TaskFinished)
    kinds = [type(e).__name__ for e in events]
    assert kinds.index("Rendered") < kinds.index("CheckStarted") < kinds.index("CheckFinished")


def test_the_events_carry_the_whole_project_the_answer_its_slice() -> None:
    request = {**TODO, "request": {**TODO["request"], "type": "models"}}
    answer, events = run(request)
    assert isinstance(answer, Result)
    (rendered,) = [event for event in events if isinstance(event, Rendered)]
    shown = {file.path for file in answer.solution.files}
    assert shown < {file.path for file in rendered.files}
    assert answer.handoff is not None
    assert answer.handoff.next_agent == "@database-specialist"


@pytest.mark.parametrize("form", ["text", "bytes", "data", "document"])
def test_a_request_may_be_text_or_data_or_a_document(form: str) -> None:
    text = json.dumps(TODO)
    request = {"text": text, "bytes": text.encode(), "data": TODO, "document": document(TODO)}[form]
    answer, _ = run(request)
    assert answer.status is Status.COMPLETED


def test_a_failed_proof_fails_the_task_with_its_solution() -> None:
    answer, events = run(TODO, Prover(Outcome.FAILED))
    assert isinstance(answer, Result)
    assert answer.status is Status.FAILED
    assert answer.solution.files
    assert to_wire(answer)["status"] == "failed"
    assert isinstance(events[-1], TaskFinished)
    assert events[-1].status is Status.FAILED


def test_level_none_proves_nothing() -> None:
    prover = Prover()
    answer, _ = run({**TODO, **NO_PROOF}, prover)
    assert isinstance(answer, Result)
    assert answer.proof == Proof(level=VerificationLevel.NONE, verdict=Verdict.NOT_RUN)
    assert prover.calls == []


def test_the_prover_gets_what_the_task_and_the_machine_have(tmp_path: Path) -> None:
    operation = {"name": "close_all", "method": "POST", "path": "/close", "rule": "Close all."}
    spec = {**TODO["context"]["spec"], "operations": [operation], "database": "postgresql"}
    prover, sandbox = Prover(), Sandbox()
    url = "postgresql+asyncpg://u:p@h/d"
    made = runner(prover, sandbox=sandbox, databases={Database.POSTGRESQL: url}, cache=tmp_path)
    answer = asyncio.run(made.run({**TODO, "context": {"spec": spec}}))
    assert isinstance(answer, Result)
    assert answer.proof.unimplemented == ("close_all",)
    ((_, level, given, database_url, unimplemented, cache),) = prover.calls
    assert (level, given) == (VerificationLevel.STANDARD, sandbox)
    assert (database_url, unimplemented, cache) == (url, ("close_all",), tmp_path)


@pytest.mark.parametrize("asked", [True, False])
def test_who_wants_only_the_first_failure_says_so(asked: bool) -> None:  # noqa: FBT001 - parametrized
    prover = Prover()
    run({**TODO, "constraints": {"failFast": True}} if asked else TODO, prover)
    assert prover.fail_fast is asked


def test_a_server_of_another_kind_takes_no_part() -> None:
    prover = Prover()
    made = runner(prover, databases={Database.MYSQL: "mysql+aiomysql://u:p@h/d"})
    asyncio.run(made.run(TODO))
    assert prover.calls[0][3] is None


@pytest.mark.parametrize(
    ("level", "database", "expected"),
    [
        ("full", "postgresql", OWN_SERVER),
        ("full", "mysql", None),
        ("standard", "postgresql", None),
    ],
)
def test_level_full_has_a_server_where_none_was_named(
    level: str, database: str, expected: str | None
) -> None:
    prover = Prover()
    spec = {**TODO["context"]["spec"], "database": database}
    request = {**TODO, "context": {"spec": spec}, "constraints": {"verification": level}}
    asyncio.run(runner(prover).run(request))
    assert prover.calls[0][3] == expected


def test_the_real_checks_are_used_when_no_others_are_given() -> None:
    made = Runner(library(), Sandbox())
    request = {**TODO, "constraints": {"verification": "fast"}}
    answer = asyncio.run(made.run(request))
    assert isinstance(answer, Result)
    names = [report.name for report in answer.proof.checks]
    assert names == ["syntax", "format", "lint", "import", "openapi"]
    assert answer.proof.verdict is Verdict.PROVEN, answer.proof.checks


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ("{", "syntax"),
        ({"request": {}}, "missing"),
        ({**TODO, "context": {**TODO["context"], "database": {"type": "mongodb"}}}, "unsupported"),
        ({**TODO, "context": {"sources": [{"format": "spec", "content": "x"}]}}, "spec-syntax"),
        ({**TODO, "context": {"spec": {"entities": [{"name": "A"}, {"name": "A"}]}}}, "spec"),
    ],
)
def test_refusals(request_: object, code: str) -> None:
    answer, events = run(request_)
    assert isinstance(answer, Refusal)
    assert code in {fault.code for fault in answer.errors}, answer.errors
    assert to_wire(answer)["status"] == "rejected"
    assert not any(isinstance(event, Rendered) for event in events)
    assert isinstance(events[-1], TaskFinished)


def test_a_question_back() -> None:
    request = {**TODO["request"], "description": "A task API"}
    answer, _ = run({"request": request, "context": {"colour": "blue"}})
    assert isinstance(answer, Questions)
    assert answer.open_questions
    assert [warning.pointer for warning in answer.warnings] == ["/context/colour"]
    assert to_wire(answer)["status"] == "input-required"


def test_warnings_of_the_door_and_of_the_plan_stand_in_the_result() -> None:
    request = {**TODO["request"], "colour": "blue", "requirements": ["Be kind"]}
    answer, _ = run({**TODO, "request": request})
    assert isinstance(answer, Result)
    unread = ["unread-description", "unread-requirement"]
    assert [w.code for w in answer.warnings][:3] == ["unknown-key", *unread]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("input-*.json")), ids=lambda path: path.stem)
def test_every_example_gets_an_answer_that_may_leave(path: Path) -> None:
    answer, _ = run(path.read_bytes())
    refused = {"input-mongodb", "input-everything"}
    asked = {"input-minimal"}
    if path.stem in refused:
        assert isinstance(answer, Refusal)
    elif path.stem in asked:
        assert isinstance(answer, Questions)
    else:
        assert isinstance(answer, Result), answer
    to_wire(answer)


def test_a_task_that_is_called_off_leaves_nothing_behind(tmp_path: Path) -> None:
    async def scene() -> Answer:
        prover = WaitingProver()
        made = runner(prover, sandbox=Sandbox(parent=tmp_path))
        task_id = "8f14e45f-ceea-467f-a8f9-1f6d1b2c3d4e"
        work = asyncio.ensure_future(made.run(TODO, task_id=task_id))
        await prover.began.wait()
        assert made.cancel(task_id)
        answer = await work
        assert not made.cancel(task_id)
        return answer

    answer = asyncio.run(scene())
    assert isinstance(answer, Cancellation)
    assert to_wire(answer) == {"taskId": answer.task_id, "status": "canceled"}
    assert list(tmp_path.iterdir()) == []


def test_a_caller_that_is_cancelled_is_not_kept_alive(tmp_path: Path) -> None:
    async def scene() -> None:
        prover = WaitingProver()
        work = asyncio.ensure_future(runner(prover, sandbox=Sandbox(parent=tmp_path)).run(TODO))
        await prover.began.wait()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    asyncio.run(scene())
    assert list(tmp_path.iterdir()) == []


def test_the_stages_of_a_task() -> None:
    events: list[object] = []
    answer = asyncio.run(runner(Prover()).run(SHOP, events.append))
    assert answer.status is Status.COMPLETED
    names = [each.stage.value for each in events if isinstance(each, StageFinished)]
    assert names == ["validate", "plan", "render", "prove", "hand-off"]


def test_tasks_run_beside_each_other() -> None:
    async def scene() -> tuple[Answer, ...]:
        made = runner(Prover())
        return await asyncio.gather(made.run(TODO), made.run(TODO), made.run("{"))

    first, second, third = asyncio.run(scene())
    assert first.task_id != second.task_id
    assert third.status is Status.REJECTED


def test_a_row_rule_that_the_tests_do_not_keep_is_a_warning_of_the_answer() -> None:
    content = 'project x\nentity Tile\n  side: integer\n  check("side * side = 1369")\n'
    request = {
        "request": {"type": "architecture", "framework": "fastapi", "description": ""},
        "context": {"sources": [{"format": "spec", "content": content}]},
        **NO_PROOF,
    }
    answer = asyncio.run(Runner(library(), Sandbox()).run(request))
    assert isinstance(answer, Result)
    assert [w.code for w in answer.warnings] == ["row-rule"]
    assert "side * side = 1369" in answer.warnings[0].message
