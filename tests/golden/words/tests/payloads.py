"""Bodies for tests: each is valid, and a test names only what it is about."""

import datetime as dt
from itertools import count
from typing import Any

from tests.factories import pick

numbers = count(501)


def class_record_create(**values: Any) -> dict[str, Any]:
    """Return a class record create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "class": f"class {number}",
        "import": f"import {number}",
        "metadata": {"number": number},
        "model_config": str(number).zfill(1)[-10:],
        "str": str(number).zfill(1)[-10:],
        "date": (dt.date(2024, 1, 1) + dt.timedelta(days=number)).isoformat(),
        "type": str(number).zfill(1)[-10:],
        "status": "done",
    }
    return made | values


def class_record_update(**values: Any) -> dict[str, Any]:
    """Return a class record update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "class": f"class {number}",
        "import": f"import {number}",
        "metadata": {"number": number},
        "model_config": str(number).zfill(1)[-10:],
        "str": str(number).zfill(1)[-10:],
        "date": (dt.date(2024, 1, 1) + dt.timedelta(days=number)).isoformat(),
        "type": str(number).zfill(1)[-10:],
        "status": "done",
    }
    return made | values


def session_record_create(**values: Any) -> dict[str, Any]:
    """Return a session record create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "ubergrosse": str(number).zfill(1)[-10:],
        "ming_qian": f"ming_qian {number}",
        "registry": 1,
        "page": 1,
        "q": str(number).zfill(1)[-10:],
        "limit": 1,
        "sort_by": str(number).zfill(1)[-10:],
    }
    return made | values


def session_record_update(**values: Any) -> dict[str, Any]:
    """Return a session record update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "ubergrosse": str(number).zfill(1)[-10:],
        "ming_qian": f"ming_qian {number}",
        "registry": 1,
        "page": 1,
        "q": str(number).zfill(1)[-10:],
        "limit": 1,
        "sort_by": str(number).zfill(1)[-10:],
    }
    return made | values


def query_record_create(**values: Any) -> dict[str, Any]:
    """Return a query record create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "body": f"body {number}",
    }
    return made | values


def query_record_update(**values: Any) -> dict[str, Any]:
    """Return a query record update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "body": f"body {number}",
    }
    return made | values


def ding_dan_create(**values: Any) -> dict[str, Any]:
    """Return a ding dan create body."""
    made: dict[str, Any] = {
        "shu_liang": 1,
    }
    return made | values


def ding_dan_update(**values: Any) -> dict[str, Any]:
    """Return a ding dan update body."""
    made: dict[str, Any] = {
        "shu_liang": 1,
    }
    return made | values


def settings_record_create(**values: Any) -> dict[str, Any]:
    """Return a settings record create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "json": str(number).zfill(1)[-10:],
        "copy": str(number).zfill(1)[-10:],
    }
    return made | values


def settings_record_update(**values: Any) -> dict[str, Any]:
    """Return a settings record update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "json": str(number).zfill(1)[-10:],
        "copy": str(number).zfill(1)[-10:],
    }
    return made | values


def person_create(**values: Any) -> dict[str, Any]:
    """Return a person create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "code": pick(
            number,
            "SH612",
            "XX64",
            "VF8152",
            "UJ74",
            "IM614",
            "RJ87",
            "WR4876",
            "BM7202",
            "IA86",
            "IP67",
            "NN4361",
        ),
        "homepage": f"https://example.com/{number}",
        "active": True,
    }
    return made | values


def person_update(**values: Any) -> dict[str, Any]:
    """Return a person update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "code": pick(
            number,
            "SH612",
            "XX64",
            "VF8152",
            "UJ74",
            "IM614",
            "RJ87",
            "WR4876",
            "BM7202",
            "IA86",
            "IP67",
            "NN4361",
        ),
        "homepage": f"https://example.com/{number}",
        "active": True,
    }
    return made | values


def news_create(**values: Any) -> dict[str, Any]:
    """Return a news create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "title": f"title {number}",
    }
    return made | values


def news_update(**values: Any) -> dict[str, Any]:
    """Return a news update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "title": f"title {number}",
    }
    return made | values
