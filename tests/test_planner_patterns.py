"""A pattern that a text could hang is refused; ordinary ones are not."""

from __future__ import annotations

import pytest

from agent.planner.patterns import complaint


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[a-z]+(-[a-z]+)*$",
        r"^(foo|bar)+$",
        r"^(?=.*[a-z])x.*$",
        r"^\S+@\S+$",
        r"^([A-Z][a-z]+ )*$",
        r"(a{1,3}){2}",
        r"^[^\s]+$",
        r"\d{3}(,\d{3})*",
    ],
)
def test_an_ordinary_pattern_is_taken(pattern: str) -> None:
    assert complaint(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        r"(\w+\s?)*",
        "([a-z]+-?)*",
        "((a+)b?)+",
        "(a|b+)*",
        "(?:x{5,})*",
        "^(([^<>]+)*)$",
        "(?=(a+)+b)",
        r"(\D+)*1",
    ],
)
def test_a_repetition_of_a_repetition_is_refused(pattern: str) -> None:
    assert "exponential" in (complaint(pattern) or "")


@pytest.mark.parametrize("pattern", ["(", "[[a]", "*a", "a{3,2}"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    assert "cannot be read" in (complaint(pattern) or "")
