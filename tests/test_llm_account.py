"""What may be spent, and what was: bounds before each call, sums after it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from pydantic import ValidationError

from agent.documents import ModelUsage, Purpose
from agent.errors import BudgetError
from agent.llm.account import Account, Budget, estimate
from agent.llm.profile import Profile

FREE = Profile(base_url="http://127.0.0.1:1/v1", model="free")
PRICED = Profile(
    base_url="http://127.0.0.1:1/v1", model="paid", price_input=2, price_cached=0.5, price_output=10
)


def spend(account: Account, profile: Profile, purpose: Purpose, *told: int) -> None:
    with account.call(purpose, profile, ("plan@1",)) as call:
        if told:
            call.told(*told)


def test_sums_by_purpose_and_model() -> None:
    account = Account()
    spend(account, PRICED, Purpose.PLAN, 1000, 400, 100)
    spend(account, PRICED, Purpose.CODE, 10, 20, 1)
    spend(account, PRICED, Purpose.PLAN, 500_000, 0, 0)
    usage = account.usage(1.23456)
    assert (usage.model_calls, usage.estimated_calls) == (3, 0)
    assert (usage.input_tokens, usage.cached_tokens, usage.output_tokens) == (501_010, 410, 101)
    assert usage.cost == 1.002415  # 600 * 2 + 400 * 0.5 + 100 * 10 + 10 * 0.5 + 10 + 1,000,000
    assert usage.seconds == 1.235
    code, plan = usage.models
    assert (plan.purpose, plan.calls, plan.prompts) == (Purpose.PLAN, 2, ("plan@1",))
    expected = ModelUsage(
        purpose=Purpose.CODE, model="paid", prompts=("plan@1",), calls=1, input_tokens=10
    )
    told = {"cached_tokens": 10, "output_tokens": 1, "cost": 0.000015, "seconds": code.seconds}
    assert code == expected.model_copy(update=told)


def test_a_cost_that_is_not_known_is_not_told() -> None:
    assert Account().usage(0).cost is None
    account = Account()
    spend(account, PRICED, Purpose.PLAN, 1000, 0, 0)
    spend(account, FREE, Purpose.PLAN)
    usage = account.usage(0)
    assert usage.cost is None
    assert [each.cost for each in usage.models] == [None, 0.002]
    assert usage.estimated_calls == 1


@pytest.mark.parametrize(
    ("budget", "bound", "used"),
    [
        (Budget(calls=2), "calls", 2),
        (Budget(tokens=2200), "tokens", 2200),
        (Budget(money=0.004), "money", 0.0042),
        (Budget(seconds=0), "seconds", None),
    ],
)
def test_each_bound(budget: Budget, bound: str, used: float | None) -> None:
    account = Account(budget)
    with pytest.raises(BudgetError) as caught:  # noqa: PT012 - the third call is one too many
        for _ in range(3):
            spend(account, PRICED, Purpose.CODE, 1000, 0, 100 if bound != "money" else 10)
    assert caught.value.bound == bound
    if used is not None:
        assert caught.value.used == pytest.approx(used)
        assert len(account.calls) == 2
    assert caught.value.limit == getattr(budget, bound)
    assert bound in str(caught.value)


def test_money_needs_prices() -> None:
    with pytest.raises(BudgetError, match="price is not known"):
        spend(Account(Budget(money=5)), FREE, Purpose.PLAN)


def test_calls_count_while_they_run() -> None:
    account = Account(Budget(calls=1, seconds=10))
    with account.call(Purpose.PLAN, FREE, ()) as call:
        call.input_tokens = 7
        assert account.tokens == 7
        with pytest.raises(BudgetError):
            account.check(FREE)
    account.waited += 4
    assert 5.5 < account.seconds_left < 6
    account.waited += 40
    assert account.seconds_left == 0


def test_what_a_failed_call_used_is_kept() -> None:
    account = Account()
    with suppress(RuntimeError), account.call(Purpose.PLAN, FREE, ()) as call:
        call.input_tokens = 9
        raise RuntimeError
    assert account.usage(0).input_tokens == 9
    assert account.calls[0].ended


def test_estimate() -> None:
    assert [estimate(text) for text in ("", "abcd", "abcde", "日本", "\ud800")] == [0, 1, 2, 2, 1]


def test_a_budget_is_sound() -> None:
    for wrong in ({"calls": -1}, {"seconds": float("inf")}, {"money": float("nan")}):
        with pytest.raises(ValidationError):
            Budget.model_validate(wrong)
