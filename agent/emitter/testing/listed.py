"""Which few values does a row rule leave an attribute? Those that it lists, and no others."""

from __future__ import annotations

import re
from contextlib import closing
from fractions import Fraction
from typing import TYPE_CHECKING

from agent.emitter.testing.numbers import allows
from agent.emitter.types import INTEGER_BITS
from agent.planner.row_rules import RowRules
from agent.types import AttributeType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.types import Attribute, Entity

T = AttributeType
_LISTED = frozenset({*INTEGER_BITS, T.DECIMAL})
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
    if attribute.type not in _LISTED or not entity.checks:
        return []
    with closing(RowRules(entity)) as rules:
        about = [check.expression for check in entity.checks]
        about = [text for text in about if rules.reads(text) == (attribute.name,)]
        near = {Fraction(str(n)) * sign for n in literals(about)[0] for sign in (1, -1)}
        beside = {n + step for n in near for step in (1, -1, _FAR, -_FAR)} - near

        def allowed(numbers: set[Fraction]) -> list[Fraction]:
            return [
                n
                for n in sorted(numbers)
                if allows(attribute, n)
                and all(rules.holds(text, {attribute.name: _stored(n)}) for text in about)
            ]

        return [] if allowed(beside) else allowed(near)


def _stored(number: Fraction) -> float:
    return float(number) if number.denominator > 1 else int(number)
