"""Tests of the settings."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.core.config import Settings


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_development_needs_nothing() -> None:
    assert Settings().environment == "development"


def test_plain_url_gets_an_async_driver() -> None:
    settings = Settings(database_url="postgresql://localhost/x")
    assert settings.database_url == "postgresql+asyncpg://localhost/x"


def test_production_needs_a_database() -> None:
    with pytest.raises(ValidationError, match="DATABASE_URL"):
        Settings(environment="production")


def test_a_refusal_tells_no_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JWT_SECRET_KEY", "kept-to-itself")
    with pytest.raises(ValidationError) as refused:
        Settings(environment="production")
    assert "kept-to-itself" not in str(refused.value)


@pytest.mark.parametrize("key", ["", "short"])
def test_production_needs_a_long_key(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    if key:
        monkeypatch.setenv("JWT_SECRET_KEY", key)
    with pytest.raises(ValidationError, match="JWT_SECRET_KEY"):
        Settings(environment="production", database_url="sqlite://")


def test_production_with_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JWT_SECRET_KEY", "k" * 32)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///x.db")
    assert Settings(environment="production").database_url == "sqlite+aiosqlite:///x.db"
