"""Where do resources begin and end? An application factory with a lifespan, and who runs it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from httpx import ASGITransport, AsyncClient
from pydantic import BaseModel


class Pool:
    """A stand-in for an engine or a client that has to be closed."""

    def __init__(self, name: str) -> None:
        """Open it."""
        self.name = name
        self.closed = False

    async def close(self) -> None:
        """Close it."""
        self.closed = True


class Health(BaseModel):
    """The answer of the probe."""

    status: str = "healthy"
    pool: str


def get_pool(request: Request) -> Pool:
    """Return what the lifespan opened."""
    pool: Pool = request.app.state.pool
    return pool


PoolDep = Annotated[Pool, Depends(get_pool)]


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open before the first request, close after the last, also when the server is stopped."""
    app.state.pool = Pool(app.title)
    try:
        yield
    finally:
        await app.state.pool.close()


def create_application(title: str) -> FastAPI:
    """Build an application; two of them share nothing, so that a test can have its own."""
    app = FastAPI(title=title, lifespan=lifespan)

    @app.get("/health")
    async def health(pool: PoolDep) -> Health:
        return Health(pool=pool.name)

    return app


async def get_health(app: FastAPI) -> int:
    """Ask the application without a server; return the status."""
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        return (await client.get("/health")).status_code


async def test_the_lifespan_opens_before_requests_and_closes_after_them() -> None:
    app = create_application("main")
    async with app.router.lifespan_context(app):
        assert await get_health(app) == 200
        assert not app.state.pool.closed
    assert app.state.pool.closed


async def test_a_transport_without_a_server_does_not_run_the_lifespan() -> None:
    assert await get_health(create_application("main")) == 500


async def test_two_applications_share_nothing() -> None:
    one, two = create_application("one"), create_application("two")
    async with one.router.lifespan_context(one), two.router.lifespan_context(two):
        assert one.state.pool is not two.state.pool
