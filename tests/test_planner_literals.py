"""Which defaults and bounds fit their attribute, and what is said of those that do not?"""

from __future__ import annotations

import math
from typing import Any

import pytest

from agent.planner.literals import troubles
from agent.types import Attribute


def found(**facts: object) -> list[tuple[str, str | None]]:
    attribute = Attribute.model_validate({"name": "a", **facts})
    return [(field, expected) for field, _, expected in troubles(attribute, ("red", "green"))]


@pytest.mark.parametrize(
    ("kind", "default"),
    [
        ("string", "it's"),
        ("text", ""),
        ("email", "a@b.co"),
        ("url", "https://e.com/x"),
        ("integer", -5),
        ("bigint", 2**63 - 1),
        ("decimal", "1.25"),
        ("decimal", 1.5),
        ("float", 3),
        ("boolean", False),
        ("date", "2024-02-29"),
        ("time", "10:11:12"),
        ("datetime", "2024-01-01T00:00:00Z"),
        ("duration", 60),
        ("uuid", "00000000-0000-4000-8000-000000000001"),
        ("json", {"a": [1]}),
        ("binary", "YWJj"),
        ("enum", "red"),
    ],
)
def test_a_default_that_fits(kind: str, default: object) -> None:
    assert found(type=kind, default=default) == []
    assert found(type=kind, default=[default], array=True) == []


@pytest.mark.parametrize(
    ("kind", "default"),
    [
        ("string", 5),
        ("email", "nobody"),
        ("url", "nowhere"),
        ("integer", "x"),
        ("integer", 1.5),
        ("integer", True),
        ("smallint", 2**15),
        ("bigint", 2**63),
        ("decimal", "x"),
        ("float", "1"),
        ("boolean", 1),
        ("date", "2023-02-29"),
        ("time", "25:00"),
        ("datetime", "now"),
        ("duration", "60"),
        ("uuid", "x"),
        ("binary", "!"),
        ("enum", "blue"),
        ("password", "secret"),
    ],
)
def test_a_default_that_does_not_fit(kind: str, default: object) -> None:
    ((field, expected),) = found(type=kind, default=default)
    assert field == "default"
    assert expected
    assert [f for f, _ in found(type=kind, default=[default], array=True)] == ["default"]


@pytest.mark.parametrize("bound", [math.inf, -math.inf, math.nan])
def test_a_bound_without_end_is_none(bound: float) -> None:
    assert found(type="float", minimum=bound, default=1) == [("minimum", "a finite number")]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"length": 2, "default": "abc"}, "at most 2 characters"),
        ({"min_length": 4, "default": "abc"}, "at least 4 characters"),
        ({"pattern": "^[0-9]+$", "default": "abc"}, "a text that matches ^[0-9]+$"),
    ],
)
def test_a_text_within_its_length_and_pattern(facts: dict[str, Any], expected: str) -> None:
    assert found(type="string", **facts) == [("default", expected)]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"minimum": 2, "default": 1}, ">= 2"),
        ({"exclusive_minimum": 2, "default": 2}, "> 2"),
        ({"maximum": 2, "default": 3}, "<= 2"),
        ({"exclusive_maximum": 2, "default": 2}, "< 2"),
        ({"precision": 4, "scale": 2, "default": 1.255}, "a number with at most 2 decimals"),
        ({"precision": 4, "scale": 0, "default": 12.5}, "a whole number"),
        ({"precision": 4, "default": "12.5"}, "a whole number"),
        ({"precision": 4, "scale": 2, "default": 100}, "<= 99.99"),
    ],
)
def test_a_number_within_its_bounds_and_digits(facts: dict[str, Any], expected: str) -> None:
    assert found(type="decimal", **facts) == [("default", expected)]


@pytest.mark.parametrize(
    "facts",
    [
        {"type": "integer", "exclusive_minimum": 5, "exclusive_maximum": 6},
        {"type": "integer", "minimum": 1.2, "maximum": 1.8},
        {"type": "smallint", "minimum": 40000},
        {"type": "float", "exclusive_minimum": 1, "maximum": 1},
        {"type": "decimal", "precision": 3, "scale": 1, "exclusive_minimum": 99.9},
        {"type": "duration", "minimum": 5, "maximum": 4},
    ],
)
def test_bounds_without_room(facts: dict[str, Any]) -> None:
    assert len(found(**facts)) == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"type": "integer", "exclusive_minimum": 5, "exclusive_maximum": 7},
        {"type": "float", "exclusive_minimum": 0, "exclusive_maximum": 1},
        {"type": "decimal", "precision": 3, "scale": 1, "exclusive_minimum": 9.9},
        {"type": "decimal", "precision": 2, "scale": 2, "minimum": -0.5, "maximum": 0.5},
        {"type": "duration", "minimum": 5},
    ],
)
def test_bounds_with_room(facts: dict[str, Any]) -> None:
    assert found(**facts) == []
