"""Which texts are decimals? Those of the format ``decimal`` whose pattern tells their digits."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.openapi_schemas import Shape

_PATTERN = re.compile(
    r"\^(?:-\?)?(?:0|(?:\[0-9\]|\\d)\{1,(?P<before>\d{1,2})\})"
    r"(?:\(\\\.(?:\[0-9\]|\\d)\{1,(?P<after>\d{1,2})\}\)\?)?\$"
)
EXACT = 15
"""Digits that a JSON number carries for every reader."""
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


def digits(shape: Shape) -> tuple[int, int] | None:
    """Return how many digits a text has that is a decimal, in all and behind the point."""
    pattern = shape.rules.get("pattern")
    if shape.kind != "string" or shape.format != "decimal" or not isinstance(pattern, str):
        return None
    said = _PATTERN.fullmatch(pattern)
    if said is None:
        return None
    before, after = int(said["before"] or 0), int(said["after"] or 0)
    return (before + after, after) if before + after else None


def number_or_text(shapes: Sequence[Shape]) -> Shape | None:
    """Return the decimal that may be sent as a number or as its text, with the number's bounds."""
    texts = [shape for shape in shapes if digits(shape) is not None]
    numbers = [shape for shape in shapes if shape.kind in {"integer", "number"}]
    if len(texts) != 1 or not numbers or len(shapes) != len(texts) + len(numbers):
        return None
    bounds = {key: value for key, value in numbers[0].rules.items() if key in _BOUNDS}
    return replace(texts[0], rules=texts[0].rules | bounds)
