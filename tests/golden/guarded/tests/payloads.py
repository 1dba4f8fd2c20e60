"""Bodies for tests: each is valid, and a test names only what it is about."""

from itertools import count
from typing import Any

numbers = count(501)


def station_create(**values: Any) -> dict[str, Any]:
    """Return a station create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "code": str(number).zfill(1)[-12:],
        "name": f"name {number}",
    }
    return made | values


def station_update(**values: Any) -> dict[str, Any]:
    """Return a station update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "code": str(number).zfill(1)[-12:],
        "name": f"name {number}",
    }
    return made | values


def reading_create(**values: Any) -> dict[str, Any]:
    """Return a reading create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "taken_at": f"{2024 + number % 1000}-01-02T03:04:05Z",
        "celsius": "1.00",
        "remark": f"remark {number}",
    }
    return made | values


def reading_update(**values: Any) -> dict[str, Any]:
    """Return a reading update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "taken_at": f"{2024 + number % 1000}-01-02T03:04:05Z",
        "celsius": "1.00",
        "remark": f"remark {number}",
    }
    return made | values
