"""Is a bound the number that stands there? None is rounded, and whole ones have no point."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from agent.planner.readers.numbers import exact, plain
from tests.described import attribute, reading, warned

if TYPE_CHECKING:
    from agent.planner.reading import Reading

BIG = 9007199254740993
"""One more than a float can count."""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("0.00", 0),
        ("100.0", 100),
        ("1e3", 1000),
        ("0.1", 0.1),
        ("-99999.9999", -99999.9999),
        (str(BIG), BIG),
        ("12345678901234567890.1234567891", None),
        ("1e999", None),
        ("x", None),
    ],
)
def test_a_number_is_exact_or_none(text: str, number: float | None) -> None:
    found = exact(text)
    assert (found, type(found)) == (number, type(number))


@pytest.mark.parametrize(
    ("number", "plainly"),
    [(10.0, 10), (0.5, 0.5), (1e25, 10**25), (-1.7976931348623157e308, -1.7976931348623157e308)],
)
def test_a_number_of_json_is_whole_where_it_is_written_so(number: float, plainly: float) -> None:
    assert (plain(number), type(plain(number))) == (plainly, type(plainly))


def sql(rule: str, kind: str) -> Reading:
    return reading("sql", f"CREATE TABLE p (id integer primary key, a {kind} CHECK ({rule}))")


@pytest.mark.parametrize(
    ("rule", "kind", "minimum"),
    [
        ("a >= 0", "integer", 0),
        ("a >= 0.00", "numeric(9,2)", 0),
        ("a between 10.0 and 20", "numeric(9,2)", 10),
        (f"a >= {BIG}", "bigint", BIG),
        ("a >= 0.1", "numeric(9,2)", 0.1),
        ("a >= 0.1234567890123456789", "numeric(30,20)", None),
    ],
)
def test_bounds_of_a_check_are_exact(rule: str, kind: str, minimum: float | None) -> None:
    found = sql(rule, kind)
    given = attribute(found, "P.a").minimum
    assert (given, type(given)) == (minimum, type(minimum))
    assert len(found.spec.entities[0].checks) == 1


def test_bounds_of_other_formats_are_exact() -> None:
    jdl = reading(
        "jdl", f"entity P {{ a Long max({BIG}), b BigDecimal min(1.0) max(0.1{'1' * 30}) }}"
    )
    assert attribute(jdl, "P.a").maximum == BIG
    assert type(attribute(jdl, "P.b").minimum) is int
    assert attribute(jdl, "P.b").maximum is None
    assert "P.b: max(0.1111" in warned(jdl)
    part = {"type": "integer", "minimum": 10.0}
    schema = reading("json-schema", json.dumps({"title": "P", "properties": {"a": part}}))
    assert type(attribute(schema, "P.a").minimum) is int
