"""A task that asks a model: events, usage, what becomes of failures, and the command line."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from agent.__main__ import build_runner
from agent.contract import to_wire
from agent.documents import Cancellation, Failure, Purpose, Questions, Refusal, Result
from agent.errors import BrokenOffError, ModelBusyError, ModelDownError, RefusedError
from agent.events import ModelAnswered, ModelAsked, Rendered, StageFinished
from agent.llm.account import Budget
from agent.log import plain
from agent.runner import Runner
from agent.sandbox import Sandbox
from agent.settings import PREFIX
from agent.transports import cli
from agent.transports.cli_progress import progress, show_line
from tests.consulted import consultation, request
from tests.made import TODO, library
from tests.scripted_model import ScriptedModel, Turn, fails
from tests.test_llm_asking import Scripted
from tests.test_runner import Prover

if TYPE_CHECKING:
    from pathlib import Path

    from agent.documents import Answer
    from agent.events import Event
    from agent.llm.consultation import Consult

Json = Any  # the tests reach into it
WORDS = request("Books have a title.")
BOOKS = "project books\nentity Book\n  title: string(200)\n"
COMMAND = (sys.executable, "-m", "agent", "run", "--verification", "none")
DESCRIPTION = ("--description", "Books have a title.")


def asking(model: Scripted, budget: Budget | None = None) -> Consult:
    return lambda: consultation(model, budget)


def run(
    raw: object,
    consult: Consult | None,
    on_event: Any = None,  # noqa: ANN401 - a listener
) -> tuple[Answer, list[Event]]:
    events: list[Event] = []

    def hear(event: Event) -> None:
        events.append(event)
        if on_event:
            on_event(event)

    runner = Runner(library(), Sandbox(), prove=Prover(), consult=consult)
    return asyncio.run(runner.run(raw, hear)), events


def test_a_task_that_asks_tells_what_it_used() -> None:
    model = Scripted("Book", BOOKS, price_input=2.0, price_output=8.0)
    answer, events = run(WORDS, asking(model))
    assert isinstance(answer, Result)
    assert [entity.name for entity in answer.spec.entities] == ["Book"]
    assert (answer.usage.model_calls, answer.usage.input_tokens) == (2, 20)
    assert answer.usage.cost == pytest.approx((20 * 2 + 10 * 8) / 1_000_000)
    (used,) = answer.usage.models
    assert (used.purpose, used.model, used.prompts) == (
        Purpose.PLAN,
        "first",
        ("again@1", "plan@1"),
    )
    assert to_wire(answer)["usage"]["models"][0]["outputTokens"] == 10
    assert answer.usage.seconds > 0
    (answered,) = [event for event in events if isinstance(event, ModelAnswered)]
    assert (answered.calls, answered.input_tokens, answered.output_tokens) == (2, 20, 10)
    asked = [event for event in events if isinstance(event, ModelAsked)]
    assert asked[0] == ModelAsked(Purpose.PLAN)
    stages = [event.stage.value for event in events if isinstance(event, StageFinished)]
    assert stages == ["validate", "plan", "render", "prove", "hand-off"]
    assert model.closed == 1


def test_an_answer_is_told_of_as_it_comes() -> None:
    class Slow(Scripted):
        async def complete(self, question: Any, call: Any, **rest: Any) -> str:  # noqa: ANN401 - passed on
            hear = rest["on_text"]
            for end in range(1, 801):
                hear("x" * end)
            return await super().complete(question, call, **rest)

    _, events = run(WORDS, asking(Slow(BOOKS)))
    told = [event.tokens for event in events if isinstance(event, ModelAsked)]
    assert told[:5] == [0, 50, 100, 150, 200]
    assert len(told) <= 6


def test_a_task_without_words_asks_nobody() -> None:
    spec = {**TODO, "request": {**TODO["request"], "description": " ", "requirements": []}}
    for raw, consult in ((spec, asking(Scripted())), (TODO, None)):
        answer, events = run(raw, consult)
        assert isinstance(answer, Result)
        assert answer.usage.model_calls == 0
        assert not [event for event in events if isinstance(event, ModelAsked | ModelAnswered)]


@pytest.mark.parametrize(
    ("script", "budget", "code", "message", "calls"),
    [
        (["a", "b", "c"], None, "model", "the answer is not valid", 3),
        ([ModelDownError("no way")] * 4, None, "model", "no way", 4),
        ([ModelBusyError("later", 3600)], None, "model", "later", 1),
        (["a", "b"], Budget(calls=2), "budget", "the budget of 2 calls for models is used up", 2),
        ([], Budget(calls=0), "budget", "the budget of 0 calls for models is used up", 0),
    ],
)
def test_a_model_that_gives_nothing_is_a_failure_with_its_cost(
    monkeypatch: pytest.MonkeyPatch,
    script: list[str | Exception],
    budget: Budget | None,
    code: str,
    message: str,
    calls: int,
) -> None:
    async def at_once(_self: object, _seconds: float) -> None: ...

    monkeypatch.setattr("agent.llm.asking._Asking._wait", at_once)
    model = Scripted(*script)
    answer, events = run(WORDS, asking(model, budget))
    assert isinstance(answer, Failure)
    assert answer.errors[0].code == code
    assert message in answer.errors[0].message
    wire = to_wire(answer)
    assert wire["status"] == "failed"
    assert wire.get("usage", {"modelCalls": 0})["modelCalls"] == calls
    assert sum(isinstance(event, ModelAnswered) for event in events) == (calls > 0)
    assert model.closed == 1


def test_every_ending_keeps_what_was_used() -> None:
    asks, _ = run(WORDS, asking(Scripted("# ask: What is it for?")))
    assert isinstance(asks, Questions)
    assert to_wire(asks)["usage"]["modelCalls"] == 1
    assert asks.open_questions[0].text == "What is it for?"

    def refuse(event: Event) -> None:
        if isinstance(event, Rendered):
            raise RefusedError([])

    refused, _ = run(WORDS, asking(Scripted(BOOKS)), refuse)
    assert isinstance(refused, Refusal)
    assert refused.usage is not None

    def break_off(event: Event) -> None:
        if isinstance(event, Rendered):
            raise BrokenOffError("the process was killed")

    broken, _ = run(WORDS, asking(Scripted(BOOKS)), break_off)
    assert isinstance(broken, Failure)
    assert (broken.errors[0].code, broken.errors[0].message) == (
        "broken-off",
        "the process was killed",
    )
    assert to_wire(broken)["usage"]["modelCalls"] == 1
    nothing, _ = run({**WORDS, "context": {"database": {"type": "mongodb"}}}, asking(Scripted()))
    assert isinstance(nothing, Refusal)
    assert "usage" not in to_wire(nothing)


async def _called_off(server: ScriptedModel, consult: Consult) -> Answer:
    runner = Runner(library(), Sandbox(), consult=consult)
    events: list[Event] = []
    work = asyncio.create_task(runner.run(WORDS, events.append, task_id="t"))
    while not server.asked:  # noqa: ASYNC110 - the server has no event for it
        await asyncio.sleep(0.01)
    assert runner.cancel("t")
    return await work


@pytest.mark.asyncio
async def test_calling_a_task_off_ends_the_asking() -> None:
    from agent.llm.configured import read_models  # noqa: PLC0415 - beside what it is read for
    from agent.llm.consultation import consult  # noqa: PLC0415 - the same
    from tests.consulted import PROMPTS  # noqa: PLC0415 - the same

    async with ScriptedModel(Turn(BOOKS, delay=30)) as server:
        given = {"X_MODEL": "scripted", "X_MODEL_BASE_URL": server.base_url}
        answer = await _called_off(server, lambda: consult(read_models(given, "X_"), PROMPTS))
    assert isinstance(answer, Cancellation)
    assert answer.usage is not None
    assert (answer.usage.model_calls, answer.usage.estimated_calls) == (1, 1)
    assert server.left == 1


# --- the command line, on the real wire -----------------------------------------------------------


async def command(server: ScriptedModel, *arguments: str, **variables: str) -> tuple[int, str, str]:
    """Run the command line in a process of its own, with the server as its model."""
    given = {"MODEL": "scripted", "MODEL_BASE_URL": server.base_url, **variables}
    environment = os.environ | {f"{PREFIX}{name}": value for name, value in given.items()}
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        *arguments,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


@pytest.mark.asyncio
async def test_words_on_the_command_line(tmp_path: Path) -> None:
    out = tmp_path / "books"
    async with ScriptedModel(Turn(BOOKS, usage=(2400, 2000, 40))) as server:
        code, told, progress_told = await command(
            server,
            *DESCRIPTION,
            "--requirement",
            "A title is short.",
            "--out",
            str(out),
            MODEL_API_KEY="very-secret",
            MODEL_PRICE_INPUT="1",
            MODEL_PRICE_OUTPUT="2",
        )
    assert code == 0, progress_told
    assert (out / "src" / "app" / "models" / "book.py").is_file()
    assert "plan: scripted, 1 call, 2400 tokens in (2000 of them cached), 40 out, cost 0.0" in told
    assert "  model       1 call, 2400 tokens in, 40 out (" in progress_told
    (asked,) = server.asked
    assert asked.headers["authorization"] == "Bearer very-secret"
    assert "very-secret" not in json.dumps(asked.body) + told + progress_told
    assert "- A title is short." in asked.body["messages"][1]["content"]


@pytest.mark.asyncio
async def test_a_failing_model_has_an_exit_code_of_its_own() -> None:
    async with ScriptedModel(fails(401), fails(401)) as server:
        code, told, _ = await command(server, *DESCRIPTION, "--json")
        assert (code, json.loads(told)["errors"][0]["code"]) == (69, "model")
        code, told, _ = await command(server, *DESCRIPTION)
        assert code == 69
        assert told.startswith("Failed, nothing was built\n  scripted at 127.0.0.1:")
        assert "Models\n  plan: scripted, 1 call, 0 tokens in" in told
        code, told, _ = await command(server, *DESCRIPTION, "--json", BUDGET_CALLS="0")
        assert (code, json.loads(told)["errors"][0]["code"]) == (69, "budget")


@pytest.mark.asyncio
async def test_questions_and_their_answers_on_the_command_line() -> None:
    async with ScriptedModel(Turn("# ask: What is kept?"), Turn(BOOKS)) as server:
        code, told, _ = await command(server, "--description", "Do it.")
        assert code == 3
        assert told.startswith("Input required\n  What is kept?\n")
        assert "Models\n  plan: scripted, 1 call" in told
        assert told.endswith('Or answer them alone: run -c "..."\n')
        code, told, _ = await command(
            server, "--description", "Do it.", "--requirement", "Books, with a title."
        )
        assert code == 0
    assert "- Books, with a title." in server.asked[1].body["messages"][1]["content"]


def test_requirements_are_added_to_the_files(tmp_path: Path, capsys: Any) -> None:  # noqa: ANN401 - pytest's
    path = tmp_path / "request.json"
    path.write_text(json.dumps(request("Do it.", "One.")), "utf-8")
    model = Scripted("# ask: What?")
    runner = Runner(library(), Sandbox(), consult=asking(model))
    with pytest.raises(SystemExit) as ended:
        cli.main(["run", str(path), "--requirement", "Two.", "--requirement", "3"], lambda: runner)
    assert ended.value.code == 3
    assert "- One.\n- Two.\n- 3\n" in model.asked[0].messages[1].text
    assert "What?" in capsys.readouterr().out


def test_no_model_no_import() -> None:
    code = (
        "import sys; from agent.__main__ import main\n"
        "sys.argv[1:] = ['run', 'tests/cases/tiny.spec', '--verification', 'none']\n"
        "try: main()\n"
        "except SystemExit as ended: assert not ended.code\n"
        "assert not {'openai', 'httpx2', 'tenacity', 'agent.llm.asking'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_who_has_a_model_only_for_other_things_plans_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert build_runner().consult is None
    monkeypatch.setenv(f"{PREFIX}CODE_MODEL", "scripted")
    monkeypatch.setenv(f"{PREFIX}CODE_MODEL_BASE_URL", "http://127.0.0.1:1/v1")
    runner = build_runner()
    assert runner.consult is not None
    answer = asyncio.run(runner.run({**WORDS, "constraints": {"verification": "none"}}))
    assert isinstance(answer, Result)
    assert answer.usage.model_calls == 0


# --- how it is shown ------------------------------------------------------------------------------


def test_what_a_model_does_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answered = ModelAnswered(Purpose.PLAN, 2, 20, 10, 1.5)
    show_line(ModelAsked(Purpose.PLAN, 50))
    show_line(answered)
    assert capsys.readouterr().err == "  model       2 calls, 20 tokens in, 10 out (1.50 s)\n"
    assert plain(ModelAsked(Purpose.PLAN, 50)) == ("model-asked", {"purpose": "plan", "tokens": 50})
    shown: list[str] = []
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr("rich.status.Status.update", lambda _self, text: shown.append(text))
    with progress() as hear:
        for event in (ModelAsked(Purpose.PLAN), ModelAsked(Purpose.PLAN, 50), answered):
            hear(event)
    assert shown == ["asking a model", "asking a model, about 50 tokens so far", "..."]
