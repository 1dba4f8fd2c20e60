"""What a model wrote, as it is read: statements, tests behind marks, or why it cannot."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from agent.errors import ModelInvalidError
from agent.writing.answers import (
    LONGEST_ANSWER,
    MOST_TESTS,
    Cannot,
    read_body,
    read_tests,
)
from agent.writing.written import AcceptanceTest


def well(_code: object) -> list[str]:
    return []


def evil(code: str | AcceptanceTest) -> list[str]:
    where, text = ("body", code) if isinstance(code, str) else (code.name, code.body)
    lines = enumerate(text.splitlines(), 1)
    return [f"{where}, line {number}: no evil" for number, line in lines if "evil" in line]


def test_a_body_loses_what_is_around_it() -> None:
    assert read_body("\n    a = 1\n\n    if a:\n    \treturn a  \n\n", well) == (
        "a = 1\n\nif a:\n    return a"
    )


def test_tests_stand_behind_their_names() -> None:
    text = "# test: grants_it\na = 1\n# why: so\nassert a\n\n  # Test: test_x\n"
    text = text.replace("Test", "test") + "assert True\n"
    assert read_tests(text, well) == (
        AcceptanceTest("grants_it", "a = 1\n# why: so\nassert a"),
        AcceptanceTest("x", "assert True"),
    )


@pytest.mark.parametrize("read", [read_body, read_tests])
def test_a_model_may_say_that_it_cannot(read: object) -> None:
    assert callable(read)
    assert read("# cannot:  a\tb\x07 c", well) == Cannot("a b c")
    with pytest.raises(ModelInvalidError):
        read("# cannot: this\nevil = 1", evil)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "there are no statements"),
        ("a = evil", "line 1: no evil"),
        ("x" * (LONGEST_ANSWER + 1), "longer than"),
        ("\n".join(["evil"] * 30), "line 1: no evil"),
    ],
)
def test_a_body_that_is_none(text: str, problem: str) -> None:
    with pytest.raises(ModelInvalidError, match=problem) as refused:
        read_body(text, evil)
    assert len(refused.value.problems) <= 21


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a = 1", "no line `# test: name`"),
        ("a = 1\n# test: b\nb = 1", "before the first"),
        ("# test: b\nb = evil\n", "b, line 1: no evil"),
        ("# test: b\n# nothing", "b: there are no statements"),
        ("# test: b\nb = 1\n# test: test_b\nb = 1", "b: there are two tests"),
        ("# test: b\n\x07\n# test: é\n# a", "\\xe9: there are no statements"),
        ("".join(f"# test: t{n}\na = 1\n" for n in range(MOST_TESTS + 1)), "13 tests: 12 at most"),
    ],
)
def test_tests_that_are_none(text: str, problem: str) -> None:
    with pytest.raises(ModelInvalidError) as refused:
        read_tests(text, evil)
    assert any(problem in each for each in refused.value.problems)


@pytest.mark.parametrize(
    "text",
    [
        " " * 39_000 + "#",
        "# test:" + " " * 19_000 + "x" + " " * 19_000 + "y",
        "# cannot: x" + " " * 39_000 + "\ny",
        "#" + " " * 39_000 + "test x",
    ],
)
def test_an_answer_of_spaces_is_read_at_once(text: str) -> None:
    began = time.process_time()
    for read in (read_body, read_tests):
        with suppress(ModelInvalidError):
            read(text, well)
    assert time.process_time() - began < 1  # it took seven seconds, as the square of the spaces
