"""Does a literal fit its attribute? Defaults and bounds, as they were given."""

from __future__ import annotations

import binascii
import datetime as dt
import math
import re
from base64 import b64decode
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING
from uuid import UUID

from agent.planner.patterns import complaint
from agent.types import AttributeType as T

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import JsonValue

    from agent.types import Attribute

    Trouble = tuple[str, str, str | None]

_BITS = {T.SMALLINT: 16, T.INTEGER: 32, T.BIGINT: 64}
_NUMBERS = frozenset({*_BITS, T.DECIMAL, T.FLOAT, T.DURATION})
_TEXTS = frozenset({T.STRING, T.TEXT, T.EMAIL, T.URL})
_READERS: dict[T, tuple[Callable[[str], object], str]] = {
    T.DATE: (dt.date.fromisoformat, 'a date such as "2024-12-31"'),
    T.TIME: (dt.time.fromisoformat, 'a time such as "23:59:00"'),
    T.DATETIME: (dt.datetime.fromisoformat, 'a time such as "2024-12-31T23:59:00Z"'),
    T.UUID: (UUID, "a UUID"),
    T.BINARY: (lambda text: b64decode(text, validate=True), "base64"),
}


def places(number: object) -> tuple[int, int]:
    """Count the digits of a number, or of its text, before and behind the point.

    Exactly: nothing is rounded, as Decimal's operations do beyond 28 digits. What is no finite
    number has none.
    """
    try:
        found = Decimal("" if isinstance(number, bool) else str(number))
    except InvalidOperation:
        return 0, 0
    if not found or not found.is_finite():
        return 0, 0
    written = "".join(map(str, found.as_tuple().digits))
    whole = found.adjusted() + 1
    return max(whole, 0), max(len(written.rstrip("0")) - whole, 0)


def troubles(attribute: Attribute, values: tuple[str, ...]) -> Iterator[Trouble]:
    """Yield what is wrong with an attribute's literals: field, message, what would be right.

    ``values`` are those of its enum.
    """
    bounds = list(_bounds(attribute))
    yield from bounds
    longest, least = attribute.length, attribute.min_length or 0
    if longest is not None and least > longest:
        text = f"'{attribute.name}' is {least} to {longest} characters long."
        yield "minLength", text, f"at most {longest}"
    if attribute.pattern is not None and (wrong := complaint(attribute.pattern)):
        yield "pattern", f"The pattern of '{attribute.name}' {wrong}.", "a regular expression"
        return
    if attribute.default is None or bounds:
        return
    if attribute.generated is not None:
        text = f"'{attribute.name}' has a default and is made by {attribute.generated.value}."
        yield "default", text, "one of the two"
        return
    if expected := misfit(attribute, values):
        shown = repr(attribute.default)
        shown = shown if len(shown) < 60 else f"{shown[:57]}..."  # noqa: PLR2004 - a line
        yield "default", f"The default of '{attribute.name}' is {shown}.", expected


def _bounds(attribute: Attribute) -> Iterator[Trouble]:
    given = {
        "minimum": attribute.minimum,
        "maximum": attribute.maximum,
        "exclusiveMinimum": attribute.exclusive_minimum,
        "exclusiveMaximum": attribute.exclusive_maximum,
    }
    endless = [name for name, bound in given.items() if bound is not None and not _finite(bound)]
    for name in endless:
        yield name, f"A bound of '{attribute.name}' is {given[name]}.", "a finite number"
    if not endless and attribute.type in _NUMBERS and not _has_room(attribute):
        name = next(name for name in reversed(given) if given[name] is not None)
        yield name, f"No {attribute.type.value} is within the bounds of '{attribute.name}'.", None


def _finite(bound: float) -> bool:
    try:
        return math.isfinite(bound)
    except OverflowError:  # an integer that no float holds
        return True


def _has_room(attribute: Attribute) -> bool:
    low, high = _range(attribute)
    exponent = 0 if attribute.type in _BITS else None
    if attribute.type is T.DECIMAL and attribute.precision is not None:
        exponent = -(attribute.scale or 0)
    if exponent is None:
        open_end = None not in {low, high} and low == high and _is_open(attribute)
        return low is None or high is None or (low <= high and not open_end)
    step = Decimal(1).scaleb(exponent)
    if low is None or high is None:
        return True
    first, last = (low / step).to_integral_value("ROUND_CEILING") * step, (high / step)
    last = last.to_integral_value("ROUND_FLOOR") * step
    if attribute.exclusive_minimum is not None and first == _decimal(attribute.exclusive_minimum):
        first += step
    if attribute.exclusive_maximum is not None and last == _decimal(attribute.exclusive_maximum):
        last -= step
    return first <= last


def _is_open(attribute: Attribute) -> bool:
    return attribute.exclusive_minimum is not None or attribute.exclusive_maximum is not None


def _decimal(number: float) -> Decimal:
    return Decimal(str(number))


def _range(attribute: Attribute) -> tuple[Decimal | None, Decimal | None]:
    """Return the least and the greatest value that the type and the bounds leave."""
    lows = [_decimal(b) for b in (attribute.minimum, attribute.exclusive_minimum) if b is not None]
    highs = [_decimal(b) for b in (attribute.maximum, attribute.exclusive_maximum) if b is not None]
    if attribute.type in _BITS:
        size = Decimal(2 ** (_BITS[attribute.type] - 1))
        lows, highs = [*lows, -size], [*highs, size - 1]
    if attribute.type is T.DECIMAL and attribute.precision is not None:
        scale = attribute.scale or 0
        most = Decimal(10) ** (attribute.precision - scale) - Decimal(1).scaleb(-scale)
        lows, highs = [*lows, -most], [*highs, most]
    return max(lows, default=None), min(highs, default=None)


def misfit(attribute: Attribute, values: tuple[str, ...]) -> str | None:
    """Return what the default should be, where it is something else."""
    if attribute.array:
        if not isinstance(attribute.default, list):
            return f"a list of {attribute.type.value} values"
        each = (_misfit_of(item, attribute, values) for item in attribute.default)
        return next((f"a list, each of it {wrong}" for wrong in each if wrong), None)
    return _misfit_of(attribute.default, attribute, values)


def _misfit_of(  # noqa: PLR0911 - one answer for each type
    value: JsonValue, attribute: Attribute, values: tuple[str, ...]
) -> str | None:
    kind = attribute.type
    if kind is T.JSON:
        return None
    if kind is T.PASSWORD:
        return "no default: a password that everybody knows is none"
    if kind is T.BOOLEAN:
        return None if isinstance(value, bool) else "true or false"
    if kind in _NUMBERS:
        return _number_misfit(value, attribute)
    if kind is T.ENUM:
        return None if value in values else f"one of {', '.join(values[:12])}"
    if not isinstance(value, str):
        return "a text"
    return _text_misfit(value, attribute)


def _number_misfit(value: JsonValue, attribute: Attribute) -> str | None:
    kind = attribute.type
    if kind is T.DECIMAL and isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value):
        number = Decimal(value)
    elif isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value):
        return "a whole number" if kind in _BITS else "a number"
    else:
        number = _decimal(value)
    if kind in _BITS and number != number.to_integral_value():
        return "a whole number"
    low, high = _range(attribute)
    if low is not None and (number < low or number == _open(attribute.exclusive_minimum)):
        return f"{_sign(attribute.exclusive_minimum, low, '>')} {low}"
    if high is not None and (number > high or number == _open(attribute.exclusive_maximum)):
        return f"{_sign(attribute.exclusive_maximum, high, '<')} {high}"
    exponent = number.normalize().as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) else 0
    most = 0 if attribute.scale is None and attribute.precision else attribute.scale
    if kind is T.DECIMAL and most is not None and decimals > most:
        return f"a number with at most {most} decimals" if most else "a whole number"
    return None


def _open(bound: float | None) -> Decimal | None:
    return None if bound is None else _decimal(bound)


def _sign(bound: float | None, limit: Decimal, sign: str) -> str:
    return sign if _open(bound) == limit else f"{sign}="


def _text_misfit(  # noqa: PLR0911 - one answer for each rule
    value: str, attribute: Attribute
) -> str | None:
    kind = attribute.type
    if kind in _READERS:
        read, expected = _READERS[kind]
        try:
            read(value)
        except (ValueError, binascii.Error):
            return expected
        return None
    if attribute.length is not None and len(value) > attribute.length:
        return f"at most {attribute.length} characters"
    if len(value) < (attribute.min_length or 0):
        return f"at least {attribute.min_length} characters"
    if kind in _TEXTS and attribute.pattern and not re.search(attribute.pattern, value):
        return f"a text that matches {attribute.pattern}"
    if kind is T.EMAIL and not re.fullmatch(r"[^@\s]+@[^@\s]+", value):
        return "an email address"
    if kind is T.URL and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", value):
        return "a URL with its scheme"
    return "a text without NUL" if "\x00" in value else None
