"""How does a question become an answer that can be used? Read this first.

Per purpose there is a first model, and there may be a second. Three loops, from the inside:

1. One model is asked until an answer comes (``AGAIN``: the way failed, not what was asked), each
   time a little later, as long as the server and the budget let us.
2. Where the first model cannot be asked (``ELSEWHERE``: the way, the key, the quota, the request
   itself), the second is, and stays for the rest of the task. What a model *said* is never a
   reason: a refusal or a filter is an answer, and so is one that is not valid.
3. An answer that is not what was expected is given back with its problems, a bounded number of
   times.

The budget is checked before every call.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type
from tenacity.wait import wait_random_exponential

from agent.errors import (
    ModelAccessError,
    ModelBusyError,
    ModelDownError,
    ModelEmptyError,
    ModelError,
    ModelForeignError,
    ModelInvalidError,
    ModelRequestError,
    ModelTimeoutError,
    ModelUnknownError,
)
from agent.llm.model import Message, Question
from agent.llm.profile import Output
from agent.llm.strict import compact

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from agent.documents import Purpose
    from agent.llm.account import Account
    from agent.llm.expected import Expected
    from agent.llm.model import Model, OnText
    from agent.prompts import Prompts, Rendered

T = TypeVar("T")

ATTEMPTS = 4
"""How often one model is called for one answer."""
PATIENCE = 60.0
"""For how many seconds a model is waited for, at most, before the next attempt."""
ROUNDS = 3
"""How many answers to one question are read."""
NOTHING = ("the answer is empty",)

AGAIN = (ModelDownError,)
ELSEWHERE = (
    ModelDownError,
    ModelTimeoutError,
    ModelForeignError,
    ModelAccessError,
    ModelUnknownError,
    ModelRequestError,
)
BACKOFF = wait_random_exponential(multiplier=0.5, max=20)


class Models:
    """The models of this installation, by purpose."""

    def __init__(
        self,
        models: Mapping[Purpose, Sequence[Model]],
        prompts: Prompts,
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """Take the models of each purpose, in the order in which they are asked.

        Args:
            models: By purpose; a purpose without one cannot be asked for.
            prompts: Where the words for asking again are.
            sleep: What waits between attempts.

        """
        self._models = {purpose: tuple(each) for purpose, each in models.items() if each}
        self._prompts = prompts
        self._sleep = sleep

    def __contains__(self, purpose: Purpose) -> bool:
        """Tell whether there is a model for this."""
        return purpose in self._models

    async def ask(
        self,
        purpose: Purpose,
        prompt: Rendered,
        expected: Expected[T],
        account: Account,
        on_text: OnText | None = None,
    ) -> T:
        """Ask until the answer is what is expected.

        Args:
            purpose: Which models are asked.
            prompt: What is asked.
            expected: What the answer must be.
            account: The task's budget and what it used.
            on_text: Told of the text so far, as it comes.

        Returns:
            What ``expected`` reads from the answer.

        Raises:
            ModelError: no model gave such an answer; by kind, see agent/errors.py.
            BudgetError: the budget does not allow another call.
            KeyError: there is no model for this purpose.

        """
        models = self._models[purpose]
        asking = _Asking(models, self._prompts, purpose, expected, account, on_text, self._sleep)
        return await asking.rounds(prompt)

    def through(self, wrap: Callable[[Model], Model]) -> Models:
        """Return the same models, each asked through another."""
        wrapped = {m: wrap(m) for m in {m for each in self._models.values() for m in each}}
        models = {p: tuple(wrapped[m] for m in each) for p, each in self._models.items()}
        return Models(models, self._prompts, sleep=self._sleep)

    async def aclose(self) -> None:
        """Close all connections."""
        for model in {id(m): m for each in self._models.values() for m in each}.values():
            await model.aclose()


@dataclass(frozen=True, slots=True)
class _Asking(Generic[T]):
    """What stays the same from the first call for a question to the last."""

    models: tuple[Model, ...]
    prompts: Prompts
    purpose: Purpose
    expected: Expected[T]
    account: Account
    on_text: OnText | None
    sleep: Callable[[float], Awaitable[object]]

    async def rounds(self, prompt: Rendered) -> T:
        rendered, messages = [prompt], _messages(prompt)
        for left in reversed(range(ROUNDS)):
            text = ""
            try:
                text = await self._first_or_second(messages, rendered)
                read: T = await self.expected.call(self.expected.read, text)
            except (ModelInvalidError, ModelEmptyError) as error:
                if not left:
                    raise
                problems = error.problems if isinstance(error, ModelInvalidError) else NOTHING
            else:
                return read
            again = self.prompts.render("again", problems="\n".join(problems))
            said = (Message("assistant", text),) if text else ()
            messages = (*messages, *said, *_messages(again))
            rendered.append(again)
        raise AssertionError("the last round returns or raises")

    async def _first_or_second(
        self, messages: Sequence[Message], rendered: Sequence[Rendered]
    ) -> str:
        """Ask the first model that has not failed in this task, and where it does, the next."""
        given_up = self.account.given_up
        left = [m for m in self.models if m.profile.name not in given_up] or self.models[-1:]
        before: list[ModelError] = []
        for model in left:
            try:
                return await self._patiently(model, messages, rendered)
            except ELSEWHERE as error:
                if model is left[-1]:
                    for each in before:
                        error.add_note(f"before that: {each}")
                    raise
                given_up.add(model.profile.name)
                before.append(error)
        raise AssertionError("the last model returns or raises")

    async def _patiently(
        self, model: Model, messages: Sequence[Message], rendered: Sequence[Rendered]
    ) -> str:
        def enough(state: RetryCallState) -> bool:
            patience = min(PATIENCE, self.account.seconds_left)
            return state.attempt_number >= ATTEMPTS or state.upcoming_sleep > patience

        retrying = AsyncRetrying(
            sleep=self._wait,
            wait=_as_told,
            stop=enough,
            retry=retry_if_exception_type(AGAIN),
            reraise=True,
        )
        return await retrying(self._once, model, messages, rendered)

    async def _wait(self, seconds: float) -> None:
        await self.sleep(seconds)
        self.account.waited += seconds

    async def _once(
        self, model: Model, messages: Sequence[Message], rendered: Sequence[Rendered]
    ) -> str:
        profile, schema = model.profile, self.expected.schema
        if schema is not None and profile.output is not Output.JSON_SCHEMA:
            words = self.prompts.render("as-json", facts={"schema": compact(schema)})
            rendered = (*rendered, words)
            messages = (*messages, *_messages(words))
        question = Question(tuple(messages), schema, self.expected.name)
        names = [each.name for each in rendered]
        try:
            with self.account.call(self.purpose, profile, names) as call:
                seconds = min(profile.timeout, self.account.seconds_left)
                return await model.complete(question, call, seconds=seconds, on_text=self.on_text)
        except ModelTimeoutError:
            self.account.check(profile)  # it was the budget that ran out
            raise


def _as_told(state: RetryCallState) -> float:
    """Return the seconds to wait: what the server asks for, and a random part that grows."""
    error = state.outcome.exception() if state.outcome else None
    told = error.retry_after if isinstance(error, ModelBusyError) else None
    return (told or 0.0) + BACKOFF(state)


def _messages(prompt: Rendered) -> tuple[Message, ...]:
    turns = (Message("system", prompt.system), Message("user", prompt.user))
    return tuple(each for each in turns if each.text)
