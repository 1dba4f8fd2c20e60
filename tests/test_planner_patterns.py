"""Patterns that the emitted project's engine reads are taken; the others are refused."""

from __future__ import annotations

import pytest

from agent.planner.patterns import complaint


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[a-z]+(-[a-z]+)*$",
        r"^(foo|bar)+$",
        r"^\S+@\S+$",
        r"(a{1,3}){2}",
        r"\d{3}(,\d{3})*",
        "(a+)+$",  # the engine takes linear time, whatever the pattern
        "^(a|aa)+$",
    ],
)
def test_what_the_engine_reads_is_taken(pattern: str) -> None:
    assert complaint(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    ["(", "[[a]", "*a", "a{3,2}", r"^(?=.*[a-z])x.*$", r"(a)\1", "(?!a)b", "a\nb", "\x00"],
)
def test_what_it_does_not_read_is_refused(pattern: str) -> None:
    assert complaint(pattern)
