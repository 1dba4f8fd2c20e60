"""Bodies for tests: each is valid, and a test names only what it is about."""

from itertools import count
from typing import Any

numbers = count(501)


def note_create(**values: Any) -> dict[str, Any]:
    """Return a note create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "text": f"text {number}",
    }
    return made | values


def note_update(**values: Any) -> dict[str, Any]:
    """Return a note update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "text": f"text {number}",
    }
    return made | values
