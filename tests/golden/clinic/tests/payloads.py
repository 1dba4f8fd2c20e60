"""Bodies for tests: each is valid, and a test names only what it is about."""

import datetime as dt
from itertools import count
from typing import Any

from tests.factories import PASSWORD

numbers = count(501)


def account_create(**values: Any) -> dict[str, Any]:
    """Return an account create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "username": f"username {number}",
        "secret": PASSWORD,
        "nickname": f"nickname {number}",
    }
    return made | values


def account_roles(**values: Any) -> dict[str, Any]:
    """Return an account roles body."""
    made: dict[str, Any] = {
        "roles": ["member"],
    }
    return made | values


def account_active(**values: Any) -> dict[str, Any]:
    """Return an account active body."""
    made: dict[str, Any] = {
        "is_active": True,
    }
    return made | values


def account_replace(**values: Any) -> dict[str, Any]:
    """Return an account replace body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "username": f"username {number}",
        "nickname": f"nickname {number}",
    }
    return made | values


def account_update(**values: Any) -> dict[str, Any]:
    """Return an account update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "username": f"username {number}",
        "secret": PASSWORD,
        "nickname": f"nickname {number}",
        "current_password": PASSWORD,
    }
    return made | values


def pet_create(**values: Any) -> dict[str, Any]:
    """Return a pet create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "name": f"name {number}",
        "born": (dt.date(2024, 1, 1) + dt.timedelta(days=number)).isoformat(),
    }
    return made | values


def pet_update(**values: Any) -> dict[str, Any]:
    """Return a pet update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "name": f"name {number}",
        "born": (dt.date(2024, 1, 1) + dt.timedelta(days=number)).isoformat(),
    }
    return made | values


def visit_create(**values: Any) -> dict[str, Any]:
    """Return a visit create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "at": f"{2024 + number % 1000}-01-02T03:04:05Z",
        "fee": "1.00",
    }
    return made | values


def visit_update(**values: Any) -> dict[str, Any]:
    """Return a visit update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "at": f"{2024 + number % 1000}-01-02T03:04:05Z",
        "fee": "1.00",
    }
    return made | values


def prescription_create(**values: Any) -> dict[str, Any]:
    """Return a prescription create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "text": f"text {number}",
    }
    return made | values


def prescription_update(**values: Any) -> dict[str, Any]:
    """Return a prescription update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "text": f"text {number}",
    }
    return made | values


def album_create(**values: Any) -> dict[str, Any]:
    """Return an album create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "title": f"title {number}",
    }
    return made | values


def album_update(**values: Any) -> dict[str, Any]:
    """Return an album update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "title": f"title {number}",
    }
    return made | values


def breed_create(**values: Any) -> dict[str, Any]:
    """Return a breed create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "name": f"name {number}",
    }
    return made | values


def breed_update(**values: Any) -> dict[str, Any]:
    """Return a breed update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "name": f"name {number}",
    }
    return made | values
