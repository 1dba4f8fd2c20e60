"""Fixtures: a migrated database, a transaction for each test, a client.

Tests run on SQLite in a temporary folder, or on the database that TEST_DATABASE_URL names. Each
test works in a transaction that is rolled back: what the application commits is only a savepoint in
it.
"""

import hashlib
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from fastapi import FastAPI, Request
from httpx import ASGITransport, AsyncClient
from httpx import Request as Sent
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.orm.session import JoinTransactionMode

from app.core.config import get_settings
from app.db.session import READING, build_engine, get_session
from app.main import create_application
from tests.factories import Factory

ROOT = Path(__file__).parent.parent
KEY = "a-key-of-tests"


def with_key(request: Sent) -> Sent:
    """Give a request its key."""
    request.headers["X-API-Key"] = KEY
    return request


def migrate(connection: Connection, revision: str) -> None:
    """Bring the schema to a revision: the head, or nothing."""
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "src" / "app" / "db" / "migrations"))
    config.attributes["connection"] = connection
    if revision == "base":
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


@pytest.fixture(scope="session")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AsyncEngine]:
    """An engine on a database with the current schema."""
    file = tmp_path_factory.mktemp("database") / "test.db"
    engine = build_engine(os.environ.get("TEST_DATABASE_URL") or f"sqlite+aiosqlite:///{file}")
    async with engine.begin() as connection:
        await connection.run_sync(migrate, "head")
    yield engine
    async with engine.begin() as connection:
        await connection.run_sync(migrate, "base")
    await engine.dispose()


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection in a transaction that is rolled back after the test."""
    async with engine.connect() as connection:
        transaction = await connection.begin()
        yield connection
        await transaction.rollback()


def session_on(connection: AsyncConnection, *, writing: bool = True) -> AsyncSession:
    """Open a session in the test's transaction; what it commits, if it may, is a savepoint."""
    mode: JoinTransactionMode = "create_savepoint" if writing else "rollback_only"
    return AsyncSession(connection, expire_on_commit=False, join_transaction_mode=mode)


@pytest.fixture
async def factory(connection: AsyncConnection) -> AsyncIterator[Factory]:
    """Makes rows, in a session of its own: the application has to load what it uses."""
    async with session_on(connection, writing=False) as session:
        yield Factory(session)


@pytest.fixture(scope="session")
def app() -> FastAPI:
    """The application; building it takes longer than most tests."""
    return create_application()


@pytest.fixture
async def client(app: FastAPI, connection: AsyncConnection) -> AsyncIterator[AsyncClient]:
    """A client of the application, on the test's connection."""

    async def override(request: Request) -> AsyncIterator[AsyncSession]:
        async with session_on(connection, writing=request.method not in READING) as session:
            yield session

    app.dependency_overrides[get_session] = override
    kept = KEY
    get_settings().api_key_digests = [hashlib.sha256(kept.encode()).hexdigest()]
    transport = ASGITransport(app=app)
    async with AsyncClient(transport=transport, base_url="http://test", auth=with_key) as client:
        yield client
    app.dependency_overrides.clear()


class Queries:
    """Counts the SELECT statements that reach the database."""

    def __init__(self) -> None:
        self.log: list[str] = []

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """Collect the statements of a block."""
        self.log.clear()
        found: list[str] = []
        yield found
        found += self.log


@pytest.fixture
def queries(engine: AsyncEngine) -> Iterator[Queries]:
    """A counter of queries."""
    counter = Queries()

    def note(*arguments: Any) -> None:
        statement: str = arguments[2]
        if statement.lstrip().upper().startswith("SELECT"):
            counter.log.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    yield counter
    event.remove(engine.sync_engine, "before_cursor_execute", note)


@pytest.fixture
def fresh_settings() -> Iterator[None]:
    """Forget the settings before and after a test that changes the environment."""
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()
