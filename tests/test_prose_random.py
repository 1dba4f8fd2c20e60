"""Does the reader hold whatever is written? Random and mutated texts, the same ones every time."""

from __future__ import annotations

import ast
import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.contract import read_input
from agent.documents import Understood
from agent.emitter.project import emit
from agent.errors import QuestionError, RefusedError
from agent.planner.plan import plan
from agent.planner.readers import prose
from agent.planner.readers.prose_text import MAX_CHARACTERS, Piece
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import Plan
from evals.cases import SETS, cases
from tests.made import library

TEXTS = [case.text for name in SETS for case in cases(name)]
WORDS = sorted({word for text in TEXTS for word in text.split()})
SIGNS = [*list("()[]{}:;,.->|=/'\"\\\n\t*#`"), "é", "日", "\x00", "0"]
SLOW = 30
"""Seconds that the longest text may take on a busy machine: seconds, and not minutes."""
QUIET = settings(
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow],
)


def planned(text: str) -> Plan | Understood | None:
    """Plan from words, or return what a refusal shows."""
    request = {"type": "architecture", "framework": "fastapi", "description": text}
    try:
        return plan(read_input({"request": request})[0])
    except (RefusedError, QuestionError) as error:
        return error.understood


def check(text: str) -> None:
    """Read a text: nothing but our own errors may come of it, and every draft can be read."""
    found = planned(text)
    if isinstance(found, Understood):
        parse(found.draft)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Take a description and change some of its words and signs."""
    parts = draw(st.sampled_from(TEXTS)).split(" ")
    for _ in range(draw(st.integers(1, 6))):
        index = draw(st.integers(0, len(parts) - 1))
        change = draw(st.sampled_from(["replace", "insert", "sign", "repeat", "leave out"]))
        if change == "replace":
            parts[index] = draw(st.sampled_from(WORDS))
        elif change == "insert":
            parts.insert(index, draw(st.sampled_from(WORDS)))
        elif change == "sign":
            parts[index] += draw(st.sampled_from(SIGNS))
        elif change == "repeat":
            parts.insert(index, parts[index])
        elif len(parts) > 1:
            del parts[index]
    return " ".join(parts)


@QUIET
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    check(text)


@QUIET
@given(st.lists(st.sampled_from([*WORDS, *SIGNS]), max_size=60).map(" ".join))
def test_words_by_chance(text: str) -> None:
    check(text)


@QUIET
@given(mutated())
def test_mutated_descriptions(text: str) -> None:
    check(text)


@settings(QUIET, max_examples=12)
@given(mutated())
def test_what_is_accepted_is_emitted(text: str) -> None:
    found = planned(text)
    if not isinstance(found, Plan):
        return
    for file in emit(found.spec, library()):
        if file.path.endswith(".py"):
            ast.parse(file.content)


@pytest.mark.parametrize(
    "part",
    [
        "a (", "((", "title, ", "a and ", "users write posts and ", "x -> ", "one of a or ",
        "a has ",
        "with many books with ", "- a: b, c\n", "a.", "a book has a title. ", "As a user I can ",
        "every thing has many things. ", "users write posts and users write posts. ",
    ],
)  # fmt: skip
def test_long_texts_end(part: str) -> None:
    text = (part * (MAX_CHARACTERS // len(part)))[:MAX_CHARACTERS]
    started = time.perf_counter()
    with suppress(RefusedError, QuestionError):
        prose.read([Piece("/x", text)])
    assert time.perf_counter() - started < SLOW
