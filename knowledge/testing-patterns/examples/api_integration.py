"""How is a whole request tested, and every test left without a trace? One outer transaction each.

The application commits as it always does. Its session joins the test's connection and commits to
a savepoint; the test's own transaction is rolled back. So the code under test needs no special
case, and no test sees another's rows.
"""

from collections.abc import AsyncIterator
from typing import Annotated

import pytest
import pytest_asyncio
from fastapi import Depends, FastAPI, HTTPException
from httpx import ASGITransport, AsyncClient
from pydantic import BaseModel
from sqlalchemy import String, event, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# --- the application -----------------------------------------------------------------------------


class Base(DeclarativeBase):
    """Base of this example's model."""


class User(Base):
    """One user."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)


class UserCreate(BaseModel):
    """What a client sends."""

    email: str


async def get_session() -> AsyncIterator[AsyncSession]:
    """Yield a session of the application's own database; tests put theirs in its place."""
    message = "a test reached the real database"
    raise RuntimeError(message)
    yield


SessionDep = Annotated[AsyncSession, Depends(get_session)]


def create_application() -> FastAPI:
    """Build the application."""
    app = FastAPI()

    @app.post("/users", status_code=201)
    async def create_user(data: UserCreate, session: SessionDep) -> dict[str, int | str]:
        user = User(email=data.email)
        session.add(user)
        try:
            await session.commit()
        except IntegrityError as error:
            await session.rollback()
            raise HTTPException(409, "This address is taken.") from error
        return {"id": user.id, "email": user.email}

    @app.get("/users/{user_id}")
    async def read_user(user_id: int, session: SessionDep) -> dict[str, str]:
        user = await session.get(User, user_id)
        if user is None:
            raise HTTPException(404, "User not found.")
        return {"email": user.email}

    return app


# --- the fixtures --------------------------------------------------------------------------------


def _leave_transactions_to_us(connection: DBAPIConnection, _: object) -> None:
    """Stop the driver from beginning transactions when it thinks best: savepoints need ours."""
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    """Begin, since the driver does not any more."""
    connection.exec_driver_sql("BEGIN")


# The event loop of a session-scoped fixture is named in its decorator; there is no ``event_loop``
# fixture to override any more.
@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def engine() -> AsyncIterator[AsyncEngine]:
    """Make the tables once for all tests."""
    engine = create_async_engine("sqlite+aiosqlite://")
    event.listen(engine.sync_engine, "connect", _leave_transactions_to_us)
    event.listen(engine.sync_engine, "begin", _begin)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield engine
    await engine.dispose()


@pytest_asyncio.fixture(loop_scope="session")
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Open a transaction that nothing survives."""
    async with engine.connect() as connection:
        transaction = await connection.begin()
        yield connection
        await transaction.rollback()


@pytest_asyncio.fixture(loop_scope="session")
async def client(connection: AsyncConnection) -> AsyncIterator[AsyncClient]:
    """Open a client to the application, on the test's connection."""
    app = create_application()

    async def in_the_test() -> AsyncIterator[AsyncSession]:
        # A session for each request, as in production: a shared one would hide stale rows.
        async with AsyncSession(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        ) as session:
            yield session

    app.dependency_overrides[get_session] = in_the_test
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as opened:
        yield opened


# --- the tests -----------------------------------------------------------------------------------


@pytest.mark.asyncio(loop_scope="session")
class TestUsersAPI:
    @pytest.mark.parametrize("run", [1, 2])
    async def test_create_user(self, client: AsyncClient, run: int) -> None:
        """Pass twice: the row of the first run is gone in the second."""
        response = await client.post("/users", json={"email": "ann@example.com"})
        assert (run, response.status_code) == (run, 201)
        user_id = response.json()["id"]
        assert (await client.get(f"/users/{user_id}")).json() == {"email": "ann@example.com"}

    async def test_get_user_not_found(self, client: AsyncClient) -> None:
        assert (await client.get("/users/1")).status_code == 404

    async def test_a_conflict_leaves_what_was_there(
        self, client: AsyncClient, connection: AsyncConnection
    ) -> None:
        statuses = [
            (await client.post("/users", json={"email": email})).status_code
            for email in ("ann@example.com", "ann@example.com", "ben@example.com")
        ]
        assert statuses == [201, 409, 201]
        assert await connection.scalar(select(func.count()).select_from(User)) == 2
