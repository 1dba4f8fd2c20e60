"""Which numbers keep an attribute's bounds? One, or one that counts up from row to row."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from agent.emitter.layout import literal, quote
from agent.emitter.types import INTEGER_BITS, is_long
from agent.types import AttributeType

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.types import Attribute

_UNBOUNDED = 10**6  # no test makes as many rows
_ENOUGH = 1000  # whole numbers suffice where there are that many
_FLOAT_TOP = Fraction(10**12)
_FINEST = Fraction(1, 2**40)
_DEFAULT_PRECISION = 12


@dataclass(frozen=True, slots=True)
class Span:
    """The numbers ``low``, ``low + step``, ... ``high``: all of them are allowed."""

    low: Fraction
    high: Fraction
    step: Fraction


def span(attribute: Attribute, wanted: int = 1) -> Span:
    """Return the allowed numbers, from zero up where no lower bound is set.

    Steps between floats are small enough for as many numbers as are wanted. Bounds that leave
    nothing give a span of one number, which breaks one of them.
    """
    step, top = _grid(attribute)
    low, high = _between(attribute, step, top)
    is_float = attribute.type is AttributeType.FLOAT
    while is_float and high - low < (wanted - 1) * step and step > _FINEST:
        step /= 2
        low, high = _between(attribute, step, top)
    return Span(low, max(low, high), step)


def _grid(attribute: Attribute) -> tuple[Fraction, Fraction]:
    """Return the distance between two values, and the largest one that the type holds."""
    bits = INTEGER_BITS.get(attribute.type)
    if bits is not None:
        return Fraction(1), Fraction(2 ** (bits - 1) - 1)
    if attribute.type is AttributeType.DECIMAL:
        scale = attribute.scale or 0
        step = Fraction(1, 10**scale)
        return step, 10 ** ((attribute.precision or _DEFAULT_PRECISION) - scale) - step
    return Fraction(1, 2), _FLOAT_TOP


def _between(attribute: Attribute, step: Fraction, top: Fraction) -> tuple[Fraction, Fraction]:
    lows, highs = [], [top]
    if attribute.minimum is not None:
        lows.append(math.ceil(_exact(attribute.minimum) / step) * step)
    if attribute.exclusive_minimum is not None:
        lows.append((math.floor(_exact(attribute.exclusive_minimum) / step) + 1) * step)
    if attribute.maximum is not None:
        highs.append(math.floor(_exact(attribute.maximum) / step) * step)
    if attribute.exclusive_maximum is not None:
        highs.append((math.ceil(_exact(attribute.exclusive_maximum) / step) - 1) * step)
    high = min(highs)
    return max(lows, default=min(Fraction(0), high)), high


def _exact(bound: float) -> Fraction:
    """Return a bound as it is written: 0.1 is one tenth."""
    return Fraction(str(bound))


def allows(attribute: Attribute, number: Fraction) -> bool:
    """Tell whether a number is among those that an attribute may be, also below zero."""
    step, top = _grid(attribute)
    low, above = attribute.minimum, attribute.exclusive_minimum
    is_float = attribute.type is AttributeType.FLOAT
    return (
        (is_float or (number / step).denominator == 1)
        and number <= _between(attribute, step, top)[1]
        and (low is None or number >= _exact(low))
        and (above is None or number > _exact(above))
        and abs(number) <= top
    )


def row_number(attribute: Attribute, *, unique: bool) -> str:
    """Return an expression for a number in a row."""
    if not unique:
        return row_code(attribute, _one(span(attribute)))
    count, parts = _count(span(attribute, _ENOUGH))
    if attribute.type is AttributeType.DECIMAL:
        return f"Decimal({count})" + (f" / {parts}" if parts > 1 else "")
    return _divided(count, parts)


def body_number(attribute: Attribute, facts: Facts, *, unique: bool) -> str:
    """Return an expression for a number in a JSON body."""
    if not unique:
        return body_code(attribute, facts, _one(span(attribute)))
    count, parts = _count(span(attribute, _ENOUGH))
    shown = _divided(count, parts)
    return f'f"{{{shown}:.{attribute.scale}f}}"' if is_text(attribute, facts) else shown


def row_code(attribute: Attribute, number: Fraction) -> str:
    """Return the literal of one number in a row."""
    if attribute.type is AttributeType.DECIMAL:
        return f"Decimal({quote(_digits(number, attribute))})"
    return _plain(number, attribute)


def body_code(attribute: Attribute, facts: Facts, number: Fraction) -> str:
    """Return the literal of one number in a JSON body."""
    if is_text(attribute, facts):
        return quote(_digits(number, attribute))
    return _plain(number, attribute)


def is_text(attribute: Attribute, facts: Facts) -> bool:
    """Tell whether answers have a number as text."""
    if facts.spec.api.decimals == "number":
        return is_long(attribute)
    return attribute.type is AttributeType.DECIMAL


def _one(allowed: Span) -> Fraction:
    """Return one where that is allowed, else the lowest number: rather not zero."""
    if allowed.low <= 1 <= allowed.high:
        return Fraction(1)
    return min(allowed.step, allowed.high) if allowed.low == 0 else allowed.low


def _plain(number: Fraction, attribute: Attribute) -> str:
    return str(int(number)) if attribute.type in INTEGER_BITS else literal(float(number))


def _digits(number: Fraction, attribute: Attribute) -> str:
    """Return a decimal in full, with all the digits after its point."""
    scale = attribute.scale or 0
    whole = int(number * 10**scale)
    sign, digits = "-" if whole < 0 else "", str(abs(whole)).rjust(scale + 1, "0")
    return f"{sign}{digits[:-scale]}.{digits[-scale:]}" if scale else f"{sign}{digits}"


def counted(attribute: Attribute, number: int) -> Fraction:
    """Return what a unique number is in the row or body with this number."""
    start, size, parts = _counting(span(attribute, _ENOUGH))
    return Fraction(start + (number if size > _UNBOUNDED else number % size), parts)


def choices(attribute: Attribute) -> int:
    """Return how many different unique numbers there are."""
    return _counting(span(attribute, _ENOUGH))[1]


def _count(allowed: Span) -> tuple[str, int]:
    """Return a whole number that counts up, and by what it is to be divided."""
    start, size, parts = _counting(allowed)
    count = "number" if size > _UNBOUNDED else f"number % {size}"
    return (count if start == 0 else f"{start} + {count}"), parts


def _counting(allowed: Span) -> tuple[int, int, int]:
    """Return where counting starts, how many numbers there are, and by what they are divided."""
    start, end = math.ceil(allowed.low), math.floor(allowed.high)
    parts = 1
    if end - start < _ENOUGH and allowed.step < 1:
        parts = allowed.step.denominator
        start, end = int(allowed.low * parts), int(allowed.high * parts)
        start = start or min(1, end)  # pydantic sees a digit before the point of 0.0
    return start, end - start + 1, parts


def _divided(count: str, parts: int) -> str:
    return f"({count}) / {parts}" if parts > 1 else count
