"""Which texts are decimals? Those of the format ``decimal`` whose pattern tells their digits.

Django REST framework and Pydantic write theirs each in a way of their own. What is sent as a number
or a text, and shown as a text, is a decimal as FastAPI has it, mostly without a word of its digits.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.openapi_schemas import Shape

_PATTERN = re.compile(
    r"\^(?:-\?)?(?:0|(?:\[0-9\]|\\d)\{[01],(?P<before>\d{1,2})\})"
    r"(?:\((?:\?:)?\\\.(?:\[0-9\]|\\d)\{[01],(?P<after>\d{1,2})\}\)\?)?\$"
)
_PYDANTIC = r"^(?!^[-+.]*$)[+-]?0*"
_PYDANTIC_DIGITS = re.compile(
    r"\(\?:\\d\{0,(?P<before>\d{1,2})\}"
    r"\|\(\?=\[\\d\.\]\{1,\d{1,2}\}0\*\$\)\\d\{0,\d{1,2}\}\\\.\\d\{0,(?P<after>\d{1,2})\}0\*\$\)"
)
MANY = (18, 6)
"""Digits of a decimal that says nothing of them, in all and behind the point."""
NUMBER_OR_TEXT = "number or text"
"""The format, among our own, of what may be a decimal of any digits."""
EXACT = 15
"""Digits that a JSON number carries for every reader."""
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


def digits(shape: Shape) -> tuple[int, int] | None:
    """Return how many digits a text has that is a decimal, in all and behind the point."""
    pattern = shape.rules.get("pattern")
    if shape.kind != "string" or shape.enum:
        return None
    if not isinstance(pattern, str):
        return MANY if shape.format == NUMBER_OR_TEXT else None
    if pattern.startswith(_PYDANTIC):
        said = _PYDANTIC_DIGITS.fullmatch(pattern.removeprefix(_PYDANTIC))
    elif shape.format == "decimal":
        said = _PATTERN.fullmatch(pattern)
        if said is None:
            return None
    else:
        return None
    before, after = (int(said["before"] or 0), int(said["after"] or 0)) if said else (0, 0)
    return (before + after, after) if before + after else MANY


def leaves_digits_open(shape: Shape) -> bool:
    """Tell whether it may be a decimal of which nothing was read that says how many digits."""
    # MANY itself: a pattern that tells as many gives another pair
    return shape.format == NUMBER_OR_TEXT or digits(shape) is MANY


def number_or_text(shapes: Sequence[Shape]) -> Shape | None:
    """Return the decimal that may be sent as a number or as its text, with the number's bounds."""
    texts = [shape for shape in shapes if digits(shape) is not None or _is_bare(shape)]
    numbers = [shape for shape in shapes if shape.kind in {"integer", "number"}]
    if len(texts) != 1 or not numbers or len(shapes) != len(texts) + len(numbers):
        return None
    bounds = {key: value for key, value in numbers[0].rules.items() if key in _BOUNDS}
    text = texts[0]
    if digits(text) is None:
        if any(shape.kind != "number" for shape in numbers):
            return None
        text = replace(text, kind="any", format=NUMBER_OR_TEXT)
    return replace(text, rules=text.rules | bounds)


def shown_as_text(shape: Shape, given: Sequence[Shape]) -> Shape | None:
    """Return the decimal that clients send as a number or as a text, and see as a text."""
    is_open = any(each.format == NUMBER_OR_TEXT for each in given)
    if shape.kind != "string" or shape.enum or shape.format not in {None, "decimal"}:
        return None
    if not all(each.format == NUMBER_OR_TEXT or digits(each) for each in given):
        return None
    if is_open:
        bounds = {k: v for k, v in given[0].rules.items() if k in _BOUNDS}
        common = {k: v for k, v in bounds.items() if all(e.rules.get(k) == v for e in given)}
        return replace(shape, format=NUMBER_OR_TEXT, rules=common)
    widest = max(given, key=lambda each: digits(each) or (0, 0))
    return None if digits(shape) else replace(widest, nullable=shape.nullable)


def _is_bare(shape: Shape) -> bool:
    """Tell whether nothing is said of a text, but that it is one."""
    is_plain = shape.format in {None, "decimal"} and not shape.enum and not shape.rules
    return shape.kind == "string" and is_plain
