"""What the environment says, and what it must not say."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from agent.errors import RefusedError
from agent.settings import read_settings
from agent.types import Database


def test_nothing_set() -> None:
    settings = read_settings({"HOME": "/home/me"})
    assert settings.databases == {}
    assert settings.cache.name == "python-specialist"
    assert Path("/home/me") in settings.cache.parents


def test_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    given = read_settings({"HOME": "/h", "PYTHON_SPECIALIST_CACHE_DIR": "/kept"})
    assert given.cache == Path("/kept")
    monkeypatch.setattr(sys, "platform", "linux")
    assert read_settings({"XDG_CACHE_HOME": "/x"}).cache == Path("/x/python-specialist")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert read_settings({"HOME": "/h"}).cache == Path("/h/Library/Caches/python-specialist")


@pytest.mark.parametrize(
    ("variable", "url", "database", "expected"),
    [
        (
            "POSTGRESQL",
            "postgresql://u:p@h:5/d",
            Database.POSTGRESQL,
            "postgresql+asyncpg://u:p@h:5/d",
        ),
        ("POSTGRESQL", "postgres://h/d", Database.POSTGRESQL, "postgresql+asyncpg://h/d"),
        ("MYSQL", "mysql+pymysql://u@h/d", Database.MYSQL, "mysql+aiomysql://u@h/d"),
        ("MYSQL", "mariadb://u@h/d", Database.MYSQL, "mysql+aiomysql://u@h/d"),
    ],
)
def test_servers(variable: str, url: str, database: Database, expected: str) -> None:
    settings = read_settings({"HOME": "/h", f"PYTHON_SPECIALIST_{variable}_URL": url})
    assert settings.databases == {database: expected}
    assert url not in repr(settings)


@pytest.mark.parametrize("url", ["sqlite:///x", "localhost", "postgresql://", "postgresql://h:x/d"])
def test_a_url_of_no_use_is_told_without_repeating_it(url: str) -> None:
    settings = read_settings({"HOME": "/h", "PYTHON_SPECIALIST_POSTGRESQL_URL": url})
    assert settings.databases == {}
    fault = settings.unusable[Database.POSTGRESQL]
    assert url not in fault.message
    assert fault.expected == "postgresql://user:password@host:port/database"


@pytest.mark.parametrize(("said", "rounds"), [("", 3), ("0", 0), (" 20 ", 20)])
def test_rounds_of_repair(said: str, rounds: int) -> None:
    settings = read_settings({"HOME": "/h", "PYTHON_SPECIALIST_REPAIR_ROUNDS": said})
    assert settings.repair_rounds == rounds


@pytest.mark.parametrize("said", ["21", "-1", "three", "1.0", "\u0663", "9" * 5000])
def test_rounds_of_no_use_are_refused_without_repeating_them(said: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_settings({"HOME": "/h", "PYTHON_SPECIALIST_REPAIR_ROUNDS": said})
    (fault,) = refused.value.faults
    assert fault.message == "PYTHON_SPECIALIST_REPAIR_ROUNDS is of no use"
    assert fault.expected == "a number from 0 to 20"


@pytest.mark.parametrize(("said", "days"), [("", 30), ("0", 0), ("365", 365)])
def test_how_long_the_service_keeps_what_ended(said: str, days: int) -> None:
    settings = read_settings({"HOME": "/h", "PYTHON_SPECIALIST_RETENTION_DAYS": said})
    assert settings.retention_days == days


@pytest.mark.parametrize(("said", "rate"), [("", 100), ("0", 0), ("100000", 100_000)])
def test_the_rate_of_one_caller(said: str, rate: int) -> None:
    settings = read_settings({"HOME": "/h", "PYTHON_SPECIALIST_RATE": said})
    assert settings.rate == rate


@pytest.mark.parametrize("said", ["100001", "1e3", "-1", "many"])
def test_a_rate_of_no_use_is_refused(said: str) -> None:
    with pytest.raises(RefusedError, match="PYTHON_SPECIALIST_RATE is of no use"):
        read_settings({"HOME": "/h", "PYTHON_SPECIALIST_RATE": said})


@pytest.mark.parametrize(("said", "most"), [("", 1000), ("0", 0), ("100000", 100_000)])
def test_how_many_tasks_of_a_caller_wait(said: str, most: int) -> None:
    settings = read_settings({"HOME": "/h", "PYTHON_SPECIALIST_MOST_WAITING": said})
    assert settings.most_waiting == most


def test_the_database_of_the_service_is_not_repeated() -> None:
    url = "postgresql://u:secret@h/d"
    settings = read_settings({"HOME": "/h", "PYTHON_SPECIALIST_DATABASE_URL": url})
    assert settings.database_url == url
    assert "secret" not in repr(settings)
