"""How long does the agent itself take, from words to a project that was mended? Beside all checks.

A model in memory answers at once, with what is recorded for a request with two rules; a prover that
runs nothing gives the findings that a real one gave. What is left is our own: reading and planning,
prompts, the guard, rendering three times, and handing off. The best of some rounds counts.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from agent.documents import CheckName, Result, Verdict
from agent.runner import Runner
from agent.sandbox import Sandbox
from benchmarks.line import Line
from evals.rule_cases import rule_case
from tests.made import library
from tests.writers import Judging, Writer, consulting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CASE = "two"
ROUNDS = 8
BODY = "src/app/services/operations/enrol.py"
WRONG = "<= course.seats"


def measure() -> list[Line]:
    """Return the line for the whole loop."""
    seconds = min(_once() for _ in range(ROUNDS))
    what = "words, plan, tests, bodies, repair: all but the checks"
    return [Line(what, f"{seconds * 1000:.0f} ms", "< 150 ms")]


def _once() -> float:
    case = rule_case(CASE)
    prover = Judging(_findings)
    runner = Runner(
        library(),
        Sandbox(),
        prove=prover,
        examine=prover.read,
        consult=consulting(Writer(case.answers)),
    )
    started = time.perf_counter()
    answer = asyncio.run(runner.run(case.document))
    seconds = time.perf_counter() - started
    if not (isinstance(answer, Result) and answer.proof.verdict is Verdict.PROVEN):
        raise AssertionError("the recorded answers no longer make a project")
    if [each.kept for each in answer.repairs] != [True]:
        raise AssertionError("the recorded answers are no longer mended in one round")
    return seconds


def _findings(texts: Mapping[str, str]) -> Iterator[tuple[CheckName, str]]:
    for number, line in enumerate(texts[BODY].splitlines(), 1):
        if WRONG in line:
            told = "test_seats_who_comes_first: assert (2, 'seated') == (2, 'waiting')"
            yield CheckName.TESTS, f"{BODY}#{number}: {told}"
