"""Findings in what a model wrote: who gets them, what must come of a round, and what is kept."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from agent.documents import (
    Cancellation,
    CheckName,
    CheckReport,
    Finding,
    FindingLevel,
    GeneratedFile,
    Outcome,
    Proof,
    Purpose,
    Repair,
    Verdict,
    VerificationLevel,
)
from agent.errors import ModelLengthError, ModelRefusalError
from agent.llm.account import Budget
from agent.report.content import of_result as page_of
from agent.runner import Runner
from agent.sandbox import Sandbox
from agent.transports.cli_summary import of_result
from agent.writing.standing import in_words, standing
from tests.made import library
from tests.test_writing import DEPOSIT, PLACE, TESTS, WITHDRAW, changed, nothing, stages, warned
from tests.writers import SPEC, Judging, Writer, consulting, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.writers import Say

FIXED = DEPOSIT.replace("account.balance += data.amount", "account.balance += data.amount + 0")
BAD = DEPOSIT.replace("+=", "-=")
WORSE = DEPOSIT.replace("+=", "*=")
BAD_WITHDRAW = WITHDRAW.replace("-=", "+=")
RULES = (("deposit", "-=", 1), ("deposit", "*=", 3), ("withdraw", "+=", 1))


def judge(texts: Mapping[str, str]) -> Iterator[tuple[CheckName, str]]:
    """Find a wrong sign in a body, once or more often, by a test that fails."""
    for operation, sign, times in RULES:
        lines = texts[PLACE.format(operation)].splitlines()
        for number, line in enumerate(lines, 1):
            if sign in line:
                for time in range(times):
                    place = f"{PLACE.format(operation)}#{number}"
                    yield CheckName.TESTS, f"{place}: test_keeps_the_rule: assert {time} == 12"


def mending(**said: Sequence[Say]) -> Writer:
    bodies: dict[str, Sequence[Say]] = {"body_deposit": [BAD], **said}
    return Writer(changed(**bodies))


def rounds(repairs: Sequence[Repair]) -> list[tuple[int, int | None, bool]]:
    return [(each.findings_before, each.findings_after, each.kept) for each in repairs]


def test_a_finding_goes_back_and_the_body_is_mended() -> None:
    writer = mending(repair_deposit=[DEPOSIT])
    prover = Judging(judge)
    ended = run(writer, prover)
    assert ended.result.proof.verdict is Verdict.PROVEN
    assert ended.result.status.value == "completed"
    again = ["repair", "render", "prove"]
    assert stages(ended) == ["validate", "plan", "write", "render", "prove", *again, "hand-off"]
    assert ended.result.repairs == (
        Repair(round=1, operations=("deposit",), findings_before=1, findings_after=0, kept=True),
    )
    assert "+= data.amount" in ended.files[PLACE.format("deposit")]
    (told,) = writer.prompts("repair", "deposit")
    assert "tests, line 3 of the body (`account.balance -= data.amount`): " in told
    assert "test_keeps_the_rule: assert 0 == 12" in told
    assert "# test: keeps_the_rule" in told
    assert "account.balance -= data.amount\n" in told
    assert "Adds the amount" in told
    assert "withdraw" not in told
    assert [used.purpose for used in ended.result.usage.models] == [Purpose.CODE, Purpose.REPAIR]
    assert ended.result.usage.models[1].prompts == ("repair@2",)
    first, last = prover.proven
    assert {path for path in last if first[path] != last[path]} == {PLACE.format("deposit")}


def test_one_of_two_is_mended_and_then_the_other() -> None:
    writer = mending(
        body_withdraw=[BAD_WITHDRAW],
        repair_deposit=[DEPOSIT],
        repair_withdraw=[BAD_WITHDRAW + "\nreturn account", WITHDRAW],
    )
    ended = run(writer, Judging(judge))
    assert ended.result.proof.verdict is Verdict.PROVEN
    assert [each.operations for each in ended.result.repairs] == [
        ("deposit", "withdraw"),
        ("withdraw",),
    ]
    assert rounds(ended.result.repairs) == [(2, 1, True), (1, 0, True)]


def test_what_one_gains_is_not_lost_to_another() -> None:
    """The round as a whole is no better: it is proven once more without the one that fell back."""
    worse = BAD_WITHDRAW + "\naccount.balance += 0\nreturn account"
    writer = mending(
        body_withdraw=[BAD_WITHDRAW],
        repair_deposit=[DEPOSIT],
        repair_withdraw=[worse, f"# again\n{worse}", WITHDRAW],
    )
    prover = Judging(judge)
    ended = run(writer, prover)
    assert rounds(ended.result.repairs) == [(2, 1, True), (1, None, False)]
    assert [each.put_back for each in ended.result.repairs] == [("withdraw",), ()]
    assert "+= data.amount" in ended.files[PLACE.format("deposit")]
    assert "+= 0" not in ended.files[PLACE.format("withdraw")]
    assert len(prover.proven) == 3  # what fell back is not proven again
    assert ended.files == prover.proven[-1]
    ((code, message),) = warned(ended)
    assert (code, "withdraw" in message, "the same body again" in message) == (
        "operation-not-mended",
        True,
        True,
    )


def test_what_is_better_as_a_whole_is_better_still_without_the_one_that_fell_back() -> None:
    worse = WITHDRAW.replace("-=", "+=") + "\naccount.balance += 0\nreturn account"
    writer = mending(
        body_deposit=[WORSE],
        body_withdraw=[BAD_WITHDRAW],
        repair_deposit=[DEPOSIT],
        repair_withdraw=[worse, WITHDRAW],
    )
    ended = run(writer, Judging(judge))
    assert rounds(ended.result.repairs) == [(4, 1, True), (1, 0, True)]
    assert [each.put_back for each in ended.result.repairs] == [("withdraw",), ()]
    assert ended.result.proof.verdict is Verdict.PROVEN


def test_where_one_alone_is_no_better_the_round_is_the_last() -> None:
    """What one gains only together with another that falls back is no gain."""

    def tied(texts: Mapping[str, str]) -> Iterator[tuple[CheckName, str]]:
        mended = ["+ 0" in texts[PLACE.format(name)] for name in ("deposit", "withdraw")]
        found = {(False, False): (1, 1), (True, True): (0, 2), (True, False): (1, 1)}
        for name, times in zip(("deposit", "withdraw"), found[mended[0], mended[1]], strict=True):
            for time in range(times):
                yield CheckName.TESTS, f"{PLACE.format(name)}#3: {time}"

    prover = Judging(tied)
    writer = mending(
        body_deposit=[DEPOSIT],
        repair_deposit=[FIXED],
        repair_withdraw=[WITHDRAW.replace("data.amount\n", "data.amount + 0\n")],
    )
    ended = run(writer, prover)
    assert rounds(ended.result.repairs) == [(2, 2, False)]
    assert len(prover.proven) == 3
    assert ended.files == prover.proven[0]


def test_what_makes_it_worse_is_not_kept() -> None:
    ended = run(mending(repair_deposit=[WORSE, DEPOSIT]), Judging(judge))
    assert rounds(ended.result.repairs) == [(1, 3, False)]
    assert ended.result.status.value == "failed"
    assert ended.result.proof.verdict is Verdict.FAILED
    assert len(ended.result.proof.checks[1].findings) == 1
    assert "-= data.amount" in ended.files[PLACE.format("deposit")]
    shown = {file.path: file.content for file in ended.result.solution.files}
    assert shown[PLACE.format("deposit")] == ended.files[PLACE.format("deposit")]


def test_a_round_that_changes_nothing_for_the_better_is_the_last() -> None:
    """Other code with the same finding: there is no end to that."""
    ended = run(mending(repair_deposit=[BAD + "\nreturn account"]), Judging(judge), rounds=9)
    assert rounds(ended.result.repairs) == [(1, 1, False)]


def test_the_same_body_again_is_not_proven_again() -> None:
    prover = Judging(judge)
    ended = run(mending(repair_deposit=[f"# the same\n{BAD}"]), prover)
    assert rounds(ended.result.repairs) == [(1, None, False)]
    assert len(prover.proven) == 1
    assert ended.result.proof.verdict is Verdict.FAILED
    ((code, message),) = warned(ended)
    assert (code, "the same body again" in message) == ("operation-not-mended", True)
    assert "-= data.amount" in ended.files[PLACE.format("deposit")]


@pytest.mark.parametrize(
    ("said", "why", "calls"),
    [
        ([ModelRefusalError("no")], "no", 1),
        ([ModelLengthError("cut off")], "cut off", 1),
        (["import os\nreturn account"], "the answer is not valid", 3),
        (["# test: other\nreturn account\n# cannot: x\nimport os"], "the answer is not valid", 3),
        (["# cannot: the rule contradicts itself"], "the rule contradicts itself", 1),
    ],
)
def test_a_model_that_does_not_mend(said: Sequence[Say], why: str, calls: int) -> None:
    writer = mending(repair_deposit=said)
    ended = run(writer, Judging(judge))
    assert rounds(ended.result.repairs) == [(1, None, False)]
    assert len(writer.prompts("repair", "deposit")) == calls
    ((code, message),) = warned(ended)
    assert code == "operation-not-mended"
    assert why in message
    assert ended.result.status.value == "failed"
    assert "-= data.amount" in ended.files[PLACE.format("deposit")]


def test_what_a_later_round_mends_is_not_warned_of() -> None:
    """A warning is about what is handed over."""
    writer = mending(
        body_withdraw=[BAD_WITHDRAW],
        repair_deposit=[ModelRefusalError("not today"), DEPOSIT],
        repair_withdraw=[WITHDRAW],
    )
    ended = run(writer, Judging(judge))
    assert ended.result.proof.verdict is Verdict.PROVEN
    assert rounds(ended.result.repairs) == [(2, 1, True), (1, 0, True)]
    assert warned(ended) == []


def test_what_was_found_because_of_another_is_not_warned_of() -> None:
    """The model was right not to change it: its test failed as long as the other was wrong."""

    def both(texts: Mapping[str, str]) -> Iterator[tuple[CheckName, str]]:
        if "-=" in texts[PLACE.format("deposit")]:
            for name in ("deposit", "withdraw"):
                yield CheckName.TESTS, f"{TESTS.format(name)}#3: wrong"

    writer = mending(repair_deposit=[DEPOSIT], repair_withdraw=["# cannot: it is right"])
    ended = run(writer, Judging(both))
    assert rounds(ended.result.repairs) == [(2, 0, True)]
    assert warned(ended) == []


def test_a_budget_that_ends_before_a_repair() -> None:
    ended = run(mending(), Judging(judge), budget=Budget(calls=4))
    assert rounds(ended.result.repairs) == [(1, None, False)]
    assert "the budget of 4 calls" in warned(ended)[0][1]
    assert ended.result.status.value == "failed"


@pytest.mark.parametrize(("most", "made"), [(0, 0), (1, 1), (2, 2), (5, 3)])
def test_rounds_are_bounded(most: int, made: int) -> None:
    def worse(texts: Mapping[str, str]) -> Iterator[tuple[CheckName, str]]:
        text = texts[PLACE.format("deposit")]
        for number in range(next(n for n in (4, 3, 1, 0) if f"+ {n}0" in text)):
            yield CheckName.TESTS, f"{PLACE.format('deposit')}: {number}"

    bodies = [DEPOSIT.replace("data.amount\n", f"data.amount + {n}0\n") for n in (4, 3, 1, 0)]
    writer = mending(body_deposit=bodies[:1], repair_deposit=bodies[1:])
    ended = run(writer, Judging(worse), rounds=most)
    assert len(ended.result.repairs) == made
    assert (ended.result.proof.verdict is Verdict.PROVEN) == (most >= 3)


def test_without_a_model_for_repairs_it_stays_failed() -> None:
    ended = run(mending(), Judging(judge), purposes=(Purpose.CODE,))
    assert ended.result.repairs == ()
    assert ended.result.proof.verdict is Verdict.FAILED


@pytest.mark.parametrize(
    "place",
    [
        "src/app/main.py#3: broken",
        "tests/integration/test_accounts.py#3: test_keeps_the_rule: broken",
        "pyproject.toml: coverage is 1 %",
        ": PUT /api/v1/accounts/{id}: 500",
        ": test_of_another: broken",
    ],
)
def test_what_lies_elsewhere_is_nobodys_to_mend(place: str) -> None:
    ended = run(mending(), Judging(lambda _texts: iter([(CheckName.TESTS, place)])))
    assert ended.result.repairs == ()
    assert ended.result.status.value == "failed"


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (f"{PLACE.format('deposit')}#1: X1 odd", "lint, line "),
        (f"{TESTS.format('deposit')}#9: wrong", "lint, at `"),
        (": POST /api/v1/accounts/{id}/deposits: 500 Internal", "lint: POST /api/v1/accounts"),
        ("src/app/db/types.py#3: test_keeps_the_rule[a]: boom", "lint: test_keeps_the_rule[a]"),
        (f"{PLACE.format('deposit')}: {'x' * 5000}", "\n...\n"),
    ],
)
def test_who_a_finding_is_about(place: str, told: str) -> None:
    found = iter([[(CheckName.LINT, place)], []])
    writer = mending(repair_deposit=[FIXED], repair_withdraw=[WITHDRAW])
    ended = run(writer, Judging(lambda _texts: iter(next(found))))
    assert "deposit" in ended.result.repairs[0].operations
    (prompt,) = writer.prompts("repair", "deposit")
    assert told in prompt
    assert len(prompt) < 6000


def test_calling_a_task_off_in_the_middle_of_a_repair() -> None:
    class Endless(Writer):
        async def complete(self, question: object, call: object, **rest: object) -> str:
            if "You mend" in question.messages[0].text:  # type: ignore[attr-defined] # it is one
                begun.set()
                await asyncio.sleep(60)
            return await super().complete(question, call, **rest)  # type: ignore[arg-type] # passed on

    async def called_off() -> object:
        prover = Judging(judge)
        runner = Runner(
            library(), Sandbox(), prove=prover, examine=prover.read, consult=consulting(writer)
        )
        raw = {
            "request": {"type": "architecture", "framework": "fastapi", "description": ""},
            "context": {"sources": [{"format": "spec", "content": SPEC}]},
        }
        work = asyncio.create_task(runner.run(raw, task_id="t"))
        await begun.wait()
        assert runner.cancel("t")
        return await work

    begun = asyncio.Event()
    writer = Endless(changed(body_deposit=[BAD]))
    answer = asyncio.run(called_off())
    assert isinstance(answer, Cancellation)
    assert answer.usage is not None
    assert answer.usage.model_calls == 5


def test_what_is_proven_needs_no_repair() -> None:
    ended = run(Writer(changed()), Judging(nothing))
    assert ended.result.repairs == ()
    assert "repair" not in stages(ended)


def test_rounds_are_told_on_the_command_line_and_on_the_page() -> None:
    ended = run(mending(repair_deposit=[WORSE]), Judging(judge))
    files = [*ended.result.solution.files]
    made = [GeneratedFile(path=f.path, content=f.content, type=f.type) for f in files]
    sections = {each.title: each.rows for each in of_result(ended.result, made, None)}
    told = "round 1, deposit: 1 finding before, 3 after, so the attempt before it stays"
    assert sections["Repairs"] == [(told,)]
    (steps,) = [row for row in sections["Next steps"] if "Mend what the model wrote" in row[0]]
    assert "templates" in steps[0]
    notes = dict(page_of(ended.result, made, "today").notes)
    assert notes["Repairs by a model"] == [told]


# --- how far an attempt got -----------------------------------------------------------------------


def proof(*outcomes: tuple[CheckName, Outcome, int]) -> Proof:
    reports = [
        CheckReport(
            name=name,
            outcome=outcome,
            findings=(
                *(Finding(message="x") for _ in range(count)),
                Finding(message="note", level=FindingLevel.WARNING),
            ),
        )
        for name, outcome, count in outcomes
    ]
    return Proof(level=VerificationLevel.FAST, verdict=Verdict.FAILED, checks=tuple(reports))


def test_further_is_first_the_check_and_then_the_findings() -> None:
    passed, failed, not_run = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_RUN
    lint, types, tests = CheckName.LINT, CheckName.TYPES, CheckName.TESTS
    order = [
        proof((lint, failed, 2), (types, not_run, 0), (tests, not_run, 0)),
        proof((lint, failed, 1), (types, passed, 0), (tests, passed, 0)),
        proof((lint, passed, 0), (types, failed, 9), (tests, failed, 9)),
        proof((lint, passed, 0), (types, passed, 0), (tests, failed, 9)),
        proof((lint, passed, 0), (types, passed, 0), (tests, failed, 8)),
        proof((lint, passed, 0), (types, passed, 0), (tests, passed, 0)),
    ]
    assert sorted(order, key=standing) == order
    assert len({standing(each) for each in order}) == len(order)


def test_rounds_in_words() -> None:
    one = Repair(round=1, operations=("a", "b"), findings_before=1)
    assert in_words(one) == "round 1, a, b: 1 finding, and no other body came"
    kept = one.model_copy(update={"findings_before": 2, "findings_after": 1, "kept": True})
    assert in_words(kept) == "round 1, a, b: 2 findings before, 1 after"
    part = kept.model_copy(update={"put_back": ("b",)})
    assert in_words(part) == (
        "round 1, a, b: 2 findings before, 1 after, without another body of b"
    )
    worse = kept.model_copy(update={"kept": False})
    assert in_words(worse).endswith("1 after, so the attempt before it stays")
