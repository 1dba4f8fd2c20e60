"""Which number is written there? Exactly that one, or none: a bound that is rounded is another."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

_MOST_DIGITS = 40
"""Digits before the point of a number that anybody writes as a bound."""


def exact(text: str) -> int | float | None:
    """Return a number as it is written; nothing where no plan can say it without rounding."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if not value.is_finite() or (value and value.adjusted() >= _MOST_DIGITS):
        return None
    if value == value.to_integral_value():
        return int(value)
    found = float(value)
    return found if Decimal(str(found)) == value else None


def plain(number: Any) -> Any:  # noqa: ANN401 - a number of JSON
    """Return a number of a document without a point where it is whole: 10.0 is 10, 1e25 its zeros.

    The largest double that there is stays as it is: nobody wants its 309 digits.
    """
    whole = exact(repr(number)) if isinstance(number, float) else None
    return whole if isinstance(whole, int) else number
