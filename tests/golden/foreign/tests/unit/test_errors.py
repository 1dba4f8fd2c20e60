"""Tests of what becomes of errors that no request in the other tests meets."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Body, FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.api.body_limit import BodyLimit
from app.core.config import get_settings
from app.core.exceptions import (
    AppError,
    ConflictError,
    InvalidError,
    NotBuiltError,
    add_exception_handlers,
)
from app.db.errors import refusal, telling_refusals
from app.db.session import build_engine, get_engine, get_read_engine, get_session
from app.main import create_application, lifespan


class StateError(Exception):
    """What the driver raises, with PostgreSQL's own code."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


async def answer(error: Exception) -> tuple[int, str]:
    """Return what a client gets when an endpoint raises this."""
    app = FastAPI()
    add_exception_handlers(app)

    @app.get("/broken")
    async def broken() -> None:
        raise error

    transport = ASGITransport(app=app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        response = await client.get("/broken")
    return response.status_code, response.text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RuntimeError("secret"), 500),
        (HTTPException(400, "secret"), 400),
        (DataError("SELECT secret", {}, Exception()), 400),
        (IntegrityError("SELECT secret", {}, Exception()), 400),
        (OperationalError("SELECT secret", {}, Exception()), 503),
        (DBAPIError("SELECT secret", {}, StateError("40P01")), 503),
        (DBAPIError("SELECT secret", {}, StateError("42P01")), 500),
        (NotBuiltError("later"), 501),
    ],
)
async def test_errors_become_responses(error: Exception, status: int) -> None:
    code, told = await answer(error)
    assert code == status
    assert "secret" not in told


async def stream() -> AsyncIterator[bytes]:
    """Send a body without saying how long it will be."""
    for _ in range(3):
        yield b'"five"'


@pytest.mark.parametrize(
    ("body", "status"),
    [(b'"long enough"', 413), (stream(), 413), (b'"fits"', 200)],
    ids=["declared", "streamed", "small"],
)
async def test_a_large_body_is_refused(body: Any, status: int) -> None:
    app = FastAPI()
    app.add_middleware(BodyLimit, most=10)
    add_exception_handlers(app)

    @app.post("/body")
    async def read(data: Annotated[str, Body()]) -> str:
        return data

    transport = ASGITransport(app=app)
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        response = await client.post(
            "/body", content=body, headers={"Content-Type": "application/json"}
        )
    assert response.status_code == status, response.text
    if status == 413:
        assert response.headers["content-type"] == "application/json"
        assert "too large" in response.text


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("CHECK constraint failed: x", InvalidError),
        ("FOREIGN KEY constraint failed", ConflictError),
        ("UNIQUE constraint failed: a.b", ConflictError),
    ],
)
def test_refusals_of_the_database(words: str, expected: type[AppError]) -> None:
    assert isinstance(refusal(IntegrityError("INSERT", {}, Exception(words))), expected)


def test_what_an_operation_of_its_own_writes_is_refused_as_all_else() -> None:
    with pytest.raises(InvalidError), telling_refusals():
        raise IntegrityError("INSERT", {}, Exception("CHECK constraint failed: x"))


def test_values_that_are_taken_together_are_told_together() -> None:
    error = IntegrityError("INSERT", {}, Exception("UNIQUE constraint failed: a.b, a.c, a.d"))
    assert "this combination of a, b c and d" in str(refusal(error, taken=["a", "b_c", "d"]))
    assert "this a exists" in str(refusal(error, taken=["a"]))


class Broken:
    """A session whose database is down."""

    async def execute(self, statement: object) -> None:
        raise OperationalError(str(statement), {}, Exception("down"))


async def test_errors_of_the_database_tell_no_values(tmp_path: Path) -> None:
    engine = build_engine(f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(OperationalError) as found:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT * FROM absent WHERE x = :x"), {"x": "secret"})
    await engine.dispose()
    assert "secret" not in str(found.value)


async def test_unready_without_a_database(app: FastAPI, client: AsyncClient) -> None:
    app.dependency_overrides[get_session] = Broken
    response = await client.get("/ready")
    assert response.status_code == 503


@pytest.mark.usefixtures("fresh_settings")
async def test_sessions_of_the_application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'app.db'}")
    monkeypatch.setenv("CORS_ORIGINS", '["https://example.com"]')
    get_settings.cache_clear()
    get_engine.cache_clear()
    get_read_engine.cache_clear()
    app = create_application()
    async with lifespan(app):
        for method in ("GET", "POST"):
            request = Request({"type": "http", "method": method, "headers": []})
            async for session in get_session(request):
                assert (await session.connection()).closed is False
    get_engine.cache_clear()
    get_read_engine.cache_clear()


def test_server_engines_pool() -> None:
    url = "postgresql+asyncpg://u:p@localhost/x"
    assert build_engine(url, pool_size=3).pool is not None


@pytest.mark.usefixtures("fresh_settings")
def test_reading_on_a_server_commits_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@localhost/x")
    get_settings.cache_clear()
    get_engine.cache_clear()
    get_read_engine.cache_clear()
    options = get_read_engine().sync_engine.get_execution_options()
    assert options["isolation_level"] == "AUTOCOMMIT"
    get_engine.cache_clear()
    get_read_engine.cache_clear()
