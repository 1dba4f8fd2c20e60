"""Bodies for tests: each is valid, and a test names only what it is about."""

import datetime as dt
from base64 import b64encode
from itertools import count
from typing import Any
from uuid import uuid4

numbers = count(501)


def tenant_create(**values: Any) -> dict[str, Any]:
    """Return a tenant create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "code": str(number).zfill(1)[-12:],
        "name": f"name {number}",
    }
    return made | values


def tenant_replace(**values: Any) -> dict[str, Any]:
    """Return a tenant replace body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "name": f"name {number}",
    }
    return made | values


def tenant_update(**values: Any) -> dict[str, Any]:
    """Return a tenant update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "name": f"name {number}",
    }
    return made | values


def department_create(**values: Any) -> dict[str, Any]:
    """Return a department create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "number": number,
        "title": f"title {number}",
    }
    return made | values


def department_replace(**values: Any) -> dict[str, Any]:
    """Return a department replace body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "title": f"title {number}",
    }
    return made | values


def department_update(**values: Any) -> dict[str, Any]:
    """Return a department update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "title": f"title {number}",
    }
    return made | values


def employee_create(**values: Any) -> dict[str, Any]:
    """Return an employee create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "badge": str(uuid4()),
        "name": f"name {number}",
        "born": (dt.date(2024, 1, 1) + dt.timedelta(days=number)).isoformat(),
        "shift": f"{number % 24:02}:{number // 24 % 60:02}:00",
        "salary": "1.0000",
    }
    return made | values


def employee_replace(**values: Any) -> dict[str, Any]:
    """Return an employee replace body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "name": f"name {number}",
        "born": (dt.date(2024, 1, 1) + dt.timedelta(days=number)).isoformat(),
        "shift": f"{number % 24:02}:{number // 24 % 60:02}:00",
        "salary": "1.0000",
    }
    return made | values


def employee_update(**values: Any) -> dict[str, Any]:
    """Return an employee update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "name": f"name {number}",
        "born": (dt.date(2024, 1, 1) + dt.timedelta(days=number)).isoformat(),
        "shift": f"{number % 24:02}:{number // 24 % 60:02}:00",
        "salary": "1.0000",
    }
    return made | values


def passport_create(**values: Any) -> dict[str, Any]:
    """Return a passport create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "number": f"number {number}",
    }
    return made | values


def passport_replace(**values: Any) -> dict[str, Any]:
    """Return a passport replace body."""
    return values


def passport_update(**values: Any) -> dict[str, Any]:
    """Return a passport update body."""
    return values


def skill_create(**values: Any) -> dict[str, Any]:
    """Return a skill create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "name": f"name {number}",
    }
    return made | values


def skill_update(**values: Any) -> dict[str, Any]:
    """Return a skill update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "name": f"name {number}",
    }
    return made | values


def person_create(**values: Any) -> dict[str, Any]:
    """Return a person create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "name": f"name {number}",
    }
    return made | values


def person_update(**values: Any) -> dict[str, Any]:
    """Return a person update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "name": f"name {number}",
    }
    return made | values


def reading_create(**values: Any) -> dict[str, Any]:
    """Return a reading create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "sensor": number,
        "at": f"{2024 + number % 1000}-01-02T03:04:05Z",
        "value": 1.0,
        "raw": b64encode(str(number).encode()).decode(),
        "details": {"number": number},
        "limits": {"number": number},
        "tags": [f"tags {number}"],
        "took": number,
    }
    return made | values


def reading_replace(**values: Any) -> dict[str, Any]:
    """Return a reading replace body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "value": 1.0,
        "raw": b64encode(str(number).encode()).decode(),
        "details": {"number": number},
        "limits": {"number": number},
        "tags": [f"tags {number}"],
        "took": number,
    }
    return made | values


def reading_update(**values: Any) -> dict[str, Any]:
    """Return a reading update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "value": 1.0,
        "raw": b64encode(str(number).encode()).decode(),
        "details": {"number": number},
        "limits": {"number": number},
        "tags": [f"tags {number}"],
        "took": number,
    }
    return made | values
