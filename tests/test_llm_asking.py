"""From a question to an answer: retries, the second model, asking again, and the budget."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel, Field

from agent.documents import Purpose
from agent.errors import (
    AgentError,
    BudgetError,
    ModelAccessError,
    ModelBusyError,
    ModelContextError,
    ModelDownError,
    ModelEmptyError,
    ModelFilterError,
    ModelForeignError,
    ModelInvalidError,
    ModelLengthError,
    ModelQuotaError,
    ModelRefusalError,
    ModelRequestError,
    ModelTimeoutError,
    ModelUnknownError,
)
from agent.llm.account import Account, Budget
from agent.llm.asking import ATTEMPTS, ROUNDS, Models
from agent.llm.chat_completions import ChatCompletions
from agent.llm.expected import expect_json, expect_text
from agent.llm.profile import Output, Profile
from agent.llm.trying import try_model
from agent.prompts import Prompts, Rendered
from agent.resources import folder
from tests.scripted_model import ScriptedModel, Turn, fails

if TYPE_CHECKING:
    from agent.llm.account import Call
    from agent.llm.model import OnText, Question

pytestmark = pytest.mark.asyncio

PROMPT = Rendered("test@3", "Answer.", "Which number?")
GOOD = '{"number": 3}'


class Number(BaseModel):
    number: int = Field(ge=1)


NUMBER = expect_json("number", Number)


class Scripted:
    """A model in memory: says, or raises, one thing after the other."""

    def __init__(self, *script: str | Exception, name: str = "first", **fields: Any) -> None:  # noqa: ANN401 - any field
        self.profile = Profile(base_url="http://127.0.0.1:1/v1", model=name, **fields)
        self.script = list(script)
        self.asked: list[Question] = []
        self.closed = 0

    async def complete(
        self, question: Question, call: Call, *, seconds: float, on_text: OnText | None = None
    ) -> str:
        del seconds
        self.asked.append(question)
        call.told(10, 0, 5)
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        if on_text:
            on_text(step)
        return step

    async def aclose(self) -> None:
        self.closed += 1


class Asking:
    """Models whose waiting is only counted."""

    def __init__(self, *models: Scripted, budget: Budget | None = None) -> None:
        self.waits: list[float] = []
        self.account = Account(budget)
        given = {Purpose.PLAN: models}
        self.models = Models(given, Prompts(folder("prompts")), sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    async def ask(self) -> Number:
        return await self.models.ask(Purpose.PLAN, PROMPT, NUMBER, self.account)

    async def fails(self, kind: type[AgentError]) -> AgentError:
        with pytest.raises(AgentError) as caught:
            await self.ask()
        assert type(caught.value) is kind
        return caught.value


async def test_an_answer() -> None:
    model = Scripted(GOOD)
    asking = Asking(model)
    assert await asking.ask() == Number(number=3)
    (question,) = model.asked
    assert [(m.role, m.text) for m in question.messages] == [
        ("system", "Answer."),
        ("user", "Which number?"),
    ]
    assert (question.schema, question.schema_name) == (NUMBER.schema, "number")
    (used,) = asking.account.usage(0).models
    assert (used.prompts, used.calls, used.input_tokens) == (("test@3",), 1, 10)
    assert Purpose.PLAN in asking.models
    assert Purpose.CODE not in asking.models


async def test_what_fails_on_the_way_is_tried_again() -> None:
    asking = Asking(Scripted(ModelDownError(""), ModelBusyError("", 7), ModelBusyError(""), GOOD))
    await asking.ask()
    first, told, third = asking.waits
    assert 0 <= first <= 0.5
    assert 7 <= told <= 8
    assert 0 <= third <= 2
    assert asking.account.waited == sum(asking.waits)
    assert asking.account.usage(0).model_calls == 4


async def test_but_not_for_ever() -> None:
    model = Scripted(*[ModelDownError("x")] * 9)
    asking = Asking(model)
    await asking.fails(ModelDownError)
    assert len(model.asked) == ATTEMPTS
    assert len(asking.waits) == ATTEMPTS - 1


async def test_nobody_waits_for_hours() -> None:
    asking = Asking(Scripted(ModelBusyError("busy", 7200), GOOD))
    await asking.fails(ModelBusyError)
    assert not asking.waits
    asking = Asking(Scripted(ModelBusyError("busy", 30), GOOD), budget=Budget(seconds=20))
    await asking.fails(ModelBusyError)


@pytest.mark.parametrize(
    "kind",
    [
        ModelDownError,
        ModelTimeoutError,
        ModelForeignError,
        ModelAccessError,
        ModelQuotaError,
        ModelUnknownError,
        ModelRequestError,
        ModelContextError,
    ],
)
async def test_the_second_is_asked_where_the_first_cannot_be(kind: type[AgentError]) -> None:
    first, second = Scripted(*[kind("first")] * 9), Scripted(GOOD, GOOD, name="second")
    asking = Asking(first, second)
    await asking.ask()
    calls = len(first.asked)
    assert calls == (ATTEMPTS if kind is ModelDownError else 1)
    await asking.ask()
    assert len(first.asked) == calls  # the task stays with the second
    assert [each.model for each in asking.account.usage(0).models] == ["first", "second"]
    asking.account = Account()
    second.script = [GOOD]
    await asking.ask()
    assert len(first.asked) == 2 * calls  # the next task begins anew


@pytest.mark.parametrize(
    "kind", [ModelRefusalError, ModelFilterError, ModelLengthError, ModelEmptyError]
)
async def test_what_a_model_says_is_no_reason_to_ask_another(kind: type[AgentError]) -> None:
    first, second = Scripted(*[kind("")] * 9), Scripted(GOOD)
    await Asking(first, second).fails(kind)
    assert len(first.asked) == (ROUNDS if kind is ModelEmptyError else 1)
    assert not second.asked


async def test_when_both_fail_both_are_told() -> None:
    first, second = Scripted(ModelAccessError("no key")), Scripted(ModelQuotaError("no money"))
    error = await Asking(first, second).fails(ModelQuotaError)
    assert str(error) == "no money"
    assert error.__notes__ == ["before that: no key"]


async def test_what_is_not_valid_is_given_back() -> None:
    bad = '{"number": 0}'
    model = Scripted(bad, "", ModelEmptyError(""), GOOD)
    model.script.remove("")
    asking = Asking(model)
    assert await asking.ask() == Number(number=3)
    roles = [message.role for message in model.asked[-1].messages]
    assert roles == ["system", "user", "assistant", "user", "user"]
    _, _, said, again, empty = model.asked[-1].messages
    assert said.text == bad
    assert "\nnumber: Input should be greater than or equal to 1\n" in again.text
    assert "\nthe answer is empty\n" in empty.text
    (used,) = asking.account.usage(0).models
    assert used.prompts == ("again@1", "test@3")


async def test_a_bounded_number_of_times() -> None:
    model = Scripted(*["{}"] * 9)
    error = await Asking(model).fails(ModelInvalidError)
    assert isinstance(error, ModelInvalidError)
    assert error.problems == ("number: Field required",)
    assert len(model.asked) == ROUNDS


@pytest.mark.parametrize("output", [Output.JSON_OBJECT, Output.NONE])
async def test_a_server_that_keeps_to_no_schema_is_told_in_words(output: Output) -> None:
    model = Scripted(GOOD, output=output)
    asking = Asking(model)
    await asking.ask()
    words = model.asked[0].messages[-1]
    assert words.role == "system"
    assert '"properties":{"number":' in words.text
    assert asking.account.usage(0).models[0].prompts == ("as-json@1", "test@3")


async def test_text() -> None:
    model = Scripted("entity A", output=Output.NONE)
    asking = Asking(model)
    heard: list[str] = []
    spec = expect_text("spec", str.upper)
    told = await asking.models.ask(Purpose.PLAN, PROMPT, spec, asking.account, heard.append)
    assert told == "ENTITY A"
    assert heard == ["entity A"]
    assert model.asked[0].schema is None
    assert len(model.asked[0].messages) == 2


async def test_the_budget_is_checked_before_every_call() -> None:
    model = Scripted("{}", "{}", "{}")
    asking = Asking(model, budget=Budget(calls=2))
    error = await asking.fails(BudgetError)
    assert isinstance(error, BudgetError)
    assert (error.bound, error.limit, error.used) == ("calls", 2, 2)
    assert len(model.asked) == 2
    second = Scripted(GOOD)
    asking = Asking(Scripted(*[ModelDownError("")] * 4), second, budget=Budget(tokens=30))
    await asking.fails(BudgetError)
    assert not second.asked


async def test_the_budget_ends_a_call_that_runs() -> None:
    async with ScriptedModel(Turn(GOOD, delay=9)) as server:
        profile = Profile(base_url=server.base_url, model="slow")
        models = Models({Purpose.PLAN: [ChatCompletions(profile)]}, Prompts(folder("prompts")))
        account = Account(Budget(seconds=0.2))
        with pytest.raises(BudgetError, match="seconds"):
            await models.ask(Purpose.PLAN, PROMPT, NUMBER, account)
        await models.aclose()
    assert account.usage(0).input_tokens == 5


async def test_all_of_it_on_the_wire() -> None:
    """Busy, broken, not valid, and then an answer; each call is in the account."""
    turns = (
        fails(429, retry_after_ms="20"),
        Turn(GOOD, cut="clean"),
        Turn('{"number": -1}', usage=(40, 0, 6)),
        Turn(GOOD, usage=(60, 40, 4)),
    )
    async with ScriptedModel(*turns) as server:
        profile = Profile(base_url=server.base_url, model="m")
        models = Models(
            {Purpose.PLAN: [ChatCompletions(profile)]},
            Prompts(folder("prompts")),
            sleep=lambda seconds: asyncio.sleep(min(seconds, 0.05)),
        )
        account, heard = Account(), list[str]()
        answer = await models.ask(Purpose.PLAN, PROMPT, NUMBER, account, heard.append)
        await models.aclose()
    assert answer == Number(number=3)
    assert heard[-1] == GOOD
    usage = account.usage(0)
    assert (usage.model_calls, usage.estimated_calls) == (4, 2)
    assert (usage.input_tokens, usage.cached_tokens) == (0 + 5 + 40 + 60, 40)
    assert 0.02 < account.waited < 4


async def test_cancelled_while_it_waits() -> None:
    async with ScriptedModel(*[fails(503)] * 9) as server:
        profile = Profile(base_url=server.base_url, model="m")
        waits = asyncio.Event()

        async def sleep(_: float) -> None:
            waits.set()
            await asyncio.sleep(60)

        models = Models(
            {Purpose.PLAN: [ChatCompletions(profile)]}, Prompts(folder("prompts")), sleep=sleep
        )
        account = Account()
        task = asyncio.create_task(models.ask(Purpose.PLAN, PROMPT, NUMBER, account))
        await asyncio.wait_for(waits.wait(), 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await models.aclose()
    assert account.usage(0).model_calls == 1


async def test_closing_closes_each_model_once() -> None:
    model = Scripted()
    prompts = Prompts(folder("prompts"))
    await Models(
        {Purpose.PLAN: [model], Purpose.CODE: [model], Purpose.REPAIR: []}, prompts
    ).aclose()
    assert model.closed == 1


async def test_a_model_is_tried() -> None:
    ready = '{"word": "ready"}'
    async with ScriptedModel(Turn("{}"), Turn(ready), *[Turn("no")] * ROUNDS) as server:
        profile = Profile(base_url=server.base_url, model="m", output=Output.NONE, streaming=False)
        told = await try_model(profile, Prompts(folder("prompts")))
        assert told.startswith("answers in 0.")
        assert told.endswith("in the form none, at the 2. attempt, 20 tokens in, 10 out")
        with pytest.raises(ModelInvalidError):
            await try_model(profile, Prompts(folder("prompts")))
