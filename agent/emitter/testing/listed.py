"""Which few values does a row rule leave an attribute? Those that it lists, and no others."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import closing
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from agent.emitter.testing.numbers import allows
from agent.emitter.types import INTEGER_BITS
from agent.planner.row_checks import columns_in
from agent.planner.row_rules import RowRules
from agent.types import AttributeType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from agent.planner.row_rules import Value
    from agent.types import Attribute, Entity, EnumType

T = AttributeType
ValueT = TypeVar("ValueT", Fraction, str)

NUMBERS = frozenset({*INTEGER_BITS, T.DECIMAL, T.FLOAT})
TEXTS = frozenset({T.STRING, T.TEXT})
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")
_TEXT = re.compile(r"'((?:[^']|'')*)'")
_FAR = 1000


def literals(rules: Iterable[str]) -> tuple[list[float], list[str]]:
    """Return the numbers and the texts in rules."""
    text = " ".join(rules)
    numbers = [float(n) if "." in n else int(n) for n in _NUMBER.findall(text)]
    return numbers, [t.replace("''", "'") for t in _TEXT.findall(text)]


def listed_numbers(attribute: Attribute, entity: Entity) -> list[Fraction]:
    """Return the numbers that rules about an attribute alone list, smallest first.

    None where they allow what stands beside those numbers, too: they can be counted then.
    """
    if attribute.type not in NUMBERS:
        return []

    def near(about: list[str]) -> set[Fraction]:
        found = {Fraction(str(n)) * sign for n in literals(about)[0] for sign in (1, -1)}
        return {number for number in found if allows(attribute, number)}

    def beside(number: Fraction) -> set[Fraction]:
        found = {number + step for step in (1, -1, _FAR, -_FAR)}
        return {number for number in found if allows(attribute, number)}

    return _listed(attribute, entity, near, beside, stored)


def listed_texts(attribute: Attribute, entity: Entity) -> list[str]:
    """Return the texts, or days (YYYY-MM-DD), that rules about an attribute alone list."""
    if attribute.type not in {*TEXTS, T.DATE}:
        return []
    is_day = attribute.type is T.DATE

    def near(about: list[str]) -> set[str]:
        return {t for t in literals(about)[1] if (_is_day(t) if is_day else _fits(attribute, t))}

    def beside(text: str) -> set[str]:
        if is_day:
            day = dt.date.fromisoformat(text)
            ends = (dt.date.min, dt.date.max)
            return {(day + dt.timedelta(n)).isoformat() for n in (1, -1) if day not in ends}
        found = {text[:-1] + other for other in "ax1" if not text.endswith(other)}
        found |= {f"{text}x", f"x{text}", text.swapcase()} - {text}
        return {other for other in found if _fits(attribute, other)}

    return _listed(attribute, entity, near, beside, str)


def listed_members(attribute: Attribute, entity: Entity, enum: EnumType) -> list[str]:
    """Return the values of an enum that rules about the attribute alone allow."""
    if not _is_named(attribute, entity):
        return list(enum.values)
    with closing(RowRules(entity)) as rules:
        about = _about(attribute, entity, rules)
        return [v for v in enum.values if all(rules.holds(r, {attribute.name: v}) for r in about)]


def stored(number: Fraction) -> float:
    """Return a number as it stands in a row."""
    return float(number) if number.denominator > 1 else int(number)


def _is_named(attribute: Attribute, entity: Entity) -> bool:
    """Tell whether any rule may be about an attribute; what SQLite says of it costs far more."""
    column = (attribute.column or attribute.name).lower()
    return any(column in columns_in(check.expression) for check in entity.checks)


def _about(attribute: Attribute, entity: Entity, rules: RowRules) -> list[str]:
    found = [check.expression for check in entity.checks]
    return [text for text in found if rules.reads(text) == (attribute.name,)]


def _listed(
    attribute: Attribute,
    entity: Entity,
    near: Callable[[list[str]], set[ValueT]],
    beside: Callable[[ValueT], set[ValueT]],
    kept: Callable[[ValueT], Value],
) -> list[ValueT]:
    """Return the values near to what the rules say that they allow, if they allow no neighbour."""
    if not _is_named(attribute, entity):
        return []
    with closing(RowRules(entity)) as rules:
        about = _about(attribute, entity, rules)
        given = near(about)

        def allowed(values: set[ValueT]) -> list[ValueT]:
            return [
                value
                for value in sorted(values)
                if all(rules.holds(rule, {attribute.name: kept(value)}) for rule in about)
            ]

        around = {other for value in given for other in beside(value)} - given
        return [] if allowed(around) else allowed(given)


def _fits(attribute: Attribute, text: str) -> bool:
    """Tell whether an attribute's own limits allow a text."""
    if not (attribute.min_length or 0) <= len(text) <= (attribute.length or len(text)):
        return False
    try:
        return not attribute.pattern or re.search(attribute.pattern, text) is not None
    except re.error:  # a pattern of another engine
        return False


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
