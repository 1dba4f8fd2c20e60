"""Are the requests with rules of their own what they claim to be, and does one go the whole way?"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest

from agent.documents import Cancellation
from agent.llm.expected import expect_text
from agent.settings import PREFIX
from agent.writing.answers import Cannot, read_body, read_tests
from agent.writing.by_model import vet_of_body, vet_of_test
from agent.writing.slots import slots
from agent.writing.written import AcceptanceTest
from evals.demo import demo
from evals.end_to_end import Row
from evals.rule_cases import rule_case, rule_cases
from evals.scripted import Script
from tests.consulted import PROMPTS, planned, request

if TYPE_CHECKING:
    from pathlib import Path

    from agent.writing.slots import Slot
    from evals.rule_cases import RuleCase

CASES = rule_cases()


def slots_of(case: RuleCase) -> dict[str, Slot]:
    plan, _ = asyncio.run(planned(request(case.request), case.answers["plan", ""][0]))
    return {slot.operation: slot for slot in slots(plan.spec)}


def test_there_are_enough_kinds_and_some_need_mending() -> None:
    assert len({case.kind for case in CASES}) == len(CASES) >= 10
    assert len({case.request for case in CASES}) == len(CASES)
    mended = [case for case in CASES if any(case.answers[key] for key in _repairs(case))]
    assert len(mended) >= 3


def _repairs(case: RuleCase) -> list[tuple[str, str]]:
    return [key for key in case.answers if key[0] == "repair"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_recorded_may_be_used(case: RuleCase) -> None:
    """Also what fails its proof: that is wrong, not forbidden."""
    found = slots_of(case)
    assert {operation for _, operation in case.answers if operation} == set(found)
    for (kind, operation), answers in case.answers.items():
        for answer in answers if operation else ():
            slot = found[operation]
            if kind == "tests":
                read_tests(answer, vet_of_test(slot))
            else:
                read_body(answer, vet_of_body(slot))


def test_the_prompts_own_examples_may_be_used() -> None:
    slot = slots_of(rule_case("quota"))["borrow_book"]
    system = PROMPTS.render("acceptance", slot="").system
    example = re.search(r"(# test: .*?)\n\nNames:", system, re.DOTALL)
    assert example
    tests = read_tests(example[1], vet_of_test(slot))
    assert not isinstance(tests, Cannot)
    assert [test.name for test in tests] == ["refuses_a_fourth_loan"]
    system = PROMPTS.render("body", slot="", tests="").system
    example = re.search(r"returns a Loan:\n\n(.*?)\n\nIf the rule", system, re.DOTALL)
    assert example
    expected = expect_text("body", lambda text: str(read_body(text, vet_of_body(slot))))
    assert expected.read(example[1])


@pytest.mark.parametrize(
    ("prompt", "told", "said"),
    [
        (
            "body",
            "`Loan(book=book)` over `book.loans`",
            "for x in book.loans:\n    Loan(book=book)",
        ),
        (
            "repair",
            "`Loan(book=book)` over `book.loans`",
            "for x in book.loans:\n    Loan(book=book)",
        ),
        ("acceptance", "test assigns to none", "book.title = 'x'"),
        ("acceptance", "status by `==`", "assert response.status_code != 500"),
        ("acceptance", "`in` several", "assert response.status_code in (200, 409)"),
        ("acceptance", "`or`", "assert response.text == 'x' or response.text == 'y'"),
        ("acceptance", "`>= 0`", "assert len(response.text) >= 0"),
    ],
)
def test_what_the_guard_refuses_is_said_before(prompt: str, told: str, said: str) -> None:
    """Otherwise a model learns it from an objection, which takes a call more."""
    slot = slots_of(rule_case("quota"))["borrow_book"]
    data = {"slot": "", "tests": "", "body": "", "findings": ""}
    assert told in " ".join(PROMPTS.render(prompt, facts=None, **data).system.split())
    shown = "response = await client.get('/x')\nassert response.text == 'x'\n"
    if prompt == "acceptance":
        test = AcceptanceTest("shows_it", f"book = await factory.book()\n{shown}{said}")
        assert len(vet_of_test(slot)(test)) == 1
    else:
        assert len(vet_of_body(slot)(said)) == 1


def test_what_is_not_recorded_is_not_made_up() -> None:
    script = Script(rule_case("price"))
    system = PROMPTS.render("repair", slot="", body="", findings="").system
    turn = script({"messages": [{"content": system}, {"content": "operation: quote_job\n"}]})
    assert turn.text == "# cannot: nothing is recorded for this"


def test_a_row_of_a_task_without_a_project() -> None:
    row = Row(CASES[0], Cancellation(task_id="x"))
    assert row.cells == (CASES[0].name, CASES[0].kind, "canceled", "0", "0", "0", "0", "-")


@pytest.mark.asyncio
async def test_the_demo_goes_from_words_over_a_repair_to_a_proof(
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The command line, a server on the real wire, and all checks: words, tests, bodies, repair."""
    kept = request.config.cache.mkdir("proofs")  # shared with other tests: mypy starts warm
    monkeypatch.setenv(f"{PREFIX}CACHE_DIR", str(kept))
    monkeypatch.setenv(f"{PREFIX}STATE_DIR", str(tmp_path / "state"))
    out = tmp_path / "courses"
    assert await demo(out) == 0
    assert not (tmp_path / "state").exists()  # it is no session of its user's
    told, progress = capfd.readouterr()
    assert told.startswith("courses: completed, proven at level standard: every check passed")
    assert "Repairs\n  round 1, enrol: 2 findings before, 0 after\n" in told
    assert re.search(r"code: recorded-answers, 4 calls, \d+ tokens in, \d+ out, cost 0\.00", told)
    assert re.search(r"repair: recorded-answers, 1 call, .*repair@2\)", told)
    assert "write       2 of 2 operations, 7 tests of their rules" in progress
    assert "prove       the proof at level standard failed" in progress
    assert "repair      round 1: enrol" in progress
    body = (out / "src/app/services/operations/enrol.py").read_text("utf-8")
    assert "< course.seats" in body
