"""What may a task spend on models, and what has it spent?"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from agent.documents import ModelUsage, Usage
from agent.errors import BudgetError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.documents import Purpose
    from agent.llm.profile import Profile

BYTES_PER_TOKEN = 4


def estimate(text: str) -> int:
    """Return about how many tokens a text is, where no server says; good for prose and code."""
    return -(-len(text.encode(errors="replace")) // BYTES_PER_TOKEN)


class Budget(BaseModel):
    """What one task may use: calls, tokens (in and out), seconds of asking, money.

    The bounds are checked before each call, so the last call may go over them; only the seconds end
    a call that runs. A bound of money holds only for models whose price is known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    calls: int = Field(default=50, ge=0)
    tokens: int = Field(default=1_000_000, ge=0)
    seconds: float = Field(default=1800, ge=0, allow_inf_nan=False)
    money: float | None = Field(default=None, ge=0, allow_inf_nan=False)


@dataclass(slots=True)
class Call:
    """One call, on its way or over. Until the server says, its tokens are an estimate."""

    purpose: Purpose
    profile: Profile
    prompts: tuple[str, ...]
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    estimated: bool = True
    started: float = field(default_factory=time.monotonic)
    ended: float | None = None

    def told(self, input_tokens: int, cached_tokens: int, output_tokens: int) -> None:
        """Take what the server says."""
        self.input_tokens, self.output_tokens = input_tokens, output_tokens
        self.cached_tokens = min(cached_tokens, input_tokens)
        self.estimated = False

    @property
    def seconds(self) -> float:
        """Return how long it took, so far."""
        return (self.ended or time.monotonic()) - self.started

    @property
    def cost(self) -> float | None:
        """Return what it costs, None where no price is known."""
        return self.profile.cost(self.input_tokens, self.cached_tokens, self.output_tokens)


class Account:
    """The calls of one task, held against its budget."""

    def __init__(self, budget: Budget | None = None) -> None:
        """Start with nothing used."""
        self.budget = budget or Budget()
        self.calls: list[Call] = []
        self.waited = 0.0
        self.given_up: set[str] = set()

    @contextmanager
    def call(self, purpose: Purpose, profile: Profile, prompts: Sequence[str]) -> Iterator[Call]:
        """Check the budget, and keep what is used from here on, however it ends.

        Raises:
            BudgetError: a bound is reached.

        """
        self.check(profile)
        call = Call(purpose, profile, tuple(prompts))
        self.calls.append(call)
        try:
            yield call
        finally:
            call.ended = time.monotonic()

    def check(self, profile: Profile) -> None:
        """Tell whether another call of this model may begin.

        Raises:
            BudgetError: a bound is reached.

        """
        for bound, limit, used in (
            ("calls", self.budget.calls, len(self.calls)),
            ("tokens", self.budget.tokens, self.tokens),
            ("seconds", self.budget.seconds, self.seconds),
        ):
            if used >= limit:
                raise BudgetError(bound, limit, used)
        if self.budget.money is not None:
            spent = _sum([call.cost for call in self.calls])
            if spent is None or profile.price_input is None:
                raise BudgetError("money (a model's price is not known)", self.budget.money, 0)
            if spent >= self.budget.money:
                raise BudgetError("money", self.budget.money, spent)

    @property
    def tokens(self) -> int:
        """Return all tokens so far."""
        return sum(call.input_tokens + call.output_tokens for call in self.calls)

    @property
    def seconds(self) -> float:
        """Return the seconds of all calls and of all waiting between them."""
        return self.waited + sum(call.seconds for call in self.calls)

    @property
    def seconds_left(self) -> float:
        """Return how long may still be asked."""
        return max(self.budget.seconds - self.seconds, 0.0)

    def usage(self, task_seconds: float) -> Usage:
        """Return what was used, by purpose and model, for a Result."""
        by_model = sorted(self.calls, key=_purpose_and_model)
        groups = [tuple(calls) for _, calls in groupby(by_model, _purpose_and_model)]
        return Usage(
            model_calls=len(self.calls),
            estimated_calls=sum(call.estimated for call in self.calls),
            input_tokens=sum(call.input_tokens for call in self.calls),
            cached_tokens=sum(call.cached_tokens for call in self.calls),
            output_tokens=sum(call.output_tokens for call in self.calls),
            cost=_cost(self.calls),
            seconds=round(task_seconds, 3),
            models=tuple(map(_model_usage, groups)),
        )


def _model_usage(calls: Sequence[Call]) -> ModelUsage:
    return ModelUsage(
        purpose=calls[0].purpose,
        model=calls[0].profile.model,
        prompts=tuple(sorted({prompt for call in calls for prompt in call.prompts})),
        calls=len(calls),
        input_tokens=sum(call.input_tokens for call in calls),
        cached_tokens=sum(call.cached_tokens for call in calls),
        output_tokens=sum(call.output_tokens for call in calls),
        cost=_cost(calls),
        seconds=round(sum(call.seconds for call in calls), 3),
    )


def _purpose_and_model(call: Call) -> tuple[str, str]:
    return call.purpose.value, call.profile.model


def _cost(calls: Sequence[Call]) -> float | None:
    total = _sum([call.cost for call in calls]) if calls else None
    return None if total is None else round(total, 6)


def _sum(costs: Sequence[float | None]) -> float | None:
    known = [cost for cost in costs if cost is not None]
    return sum(known) if len(known) == len(costs) else None
