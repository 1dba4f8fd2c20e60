"""When does a dependency's code after ``yield`` run? Too late to change the answer.

The role document commits there. A client is then told 201, and the commit fails afterwards: nobody
sees the error, and the row is not there. The service has to commit before the endpoint returns.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, FastAPI
from httpx import ASGITransport, AsyncClient


class FullDatabase:
    """A database that takes rows, and refuses to keep them."""

    def __init__(self) -> None:
        """Start empty."""
        self.events: list[str] = []

    async def commit(self) -> None:
        """Refuse, as a deferred constraint or a lost connection would."""
        self.events.append("commit")
        message = "the database is full"
        raise OSError(message)


def build(database: FullDatabase) -> FastAPI:
    """Build the same endpoint twice: once per place to commit."""
    app = FastAPI()

    async def get_session() -> AsyncIterator[FullDatabase]:
        yield database
        await database.commit()

    @app.post("/commits-late", status_code=201)
    async def late(session: Annotated[FullDatabase, Depends(get_session)]) -> dict[str, bool]:
        session.events.append("endpoint returned")
        return {"stored": True}

    @app.post("/commits-first", status_code=201)
    async def first() -> dict[str, bool]:
        await database.commit()
        return {"stored": True}

    return app


async def post(app: FastAPI, path: str) -> int:
    """Return the status that the client sees."""
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        return (await client.post(path)).status_code


async def test_a_commit_after_the_yield_fails_unseen() -> None:
    database = FullDatabase()
    assert await post(build(database), "/commits-late") == 201
    assert database.events == ["endpoint returned", "commit"]


async def test_a_commit_before_the_return_is_seen() -> None:
    assert await post(build(FullDatabase()), "/commits-first") == 500
