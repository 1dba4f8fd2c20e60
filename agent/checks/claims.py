"""What may be believed of what a job wrote? That it is data: bounded, and fit to be shown."""

from __future__ import annotations

import json
from typing import Any

LONGEST_TEXT = 2000
LONGEST_PATH = 200
MOST_LINES = 10**7
MOST_ITEMS = 10_000


def as_object(text: str | None) -> dict[str, Any]:
    """Read a JSON object; whatever else a text is has no members."""
    try:
        value = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    """Give the first items of a list; whatever else a value is has none."""
    return value[:MOST_ITEMS] if isinstance(value, list) else []


def as_member(value: object, name: str) -> Any:  # noqa: ANN401 - any JSON
    """Give a member of a JSON object; whatever else a value is has none."""
    return value.get(name) if isinstance(value, dict) else None


def as_line(value: object, *, first: int = 1) -> int | None:
    """Give a line's number, counted from 1, by somebody who counts from ``first``; or None.

    Digits are read only where they are few: of some thousand, Python refuses to make a number.
    """
    if isinstance(value, str):
        value = int(value) if value.isdecimal() and len(value) < len(str(MOST_LINES)) else None
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    line = value - first + 1
    return line if 1 <= line <= MOST_LINES else None


def as_number(value: object, most: float) -> float | None:
    """Give a number from 0 to ``most``, which neither infinity nor NaN is."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if 0 <= value <= most else None


def as_text(value: object, most: int = LONGEST_TEXT) -> str:
    """Give the beginning of a text, without halves of characters, which no answer could spell."""
    text = value if isinstance(value, str) else f"no text, but {type(value).__name__}"
    return text[:most].encode(errors="replace").decode()
