"""What is compared, as an application: accepting a task, and one row in the same database.

``POST /v1/tasks`` is the service's own, without a limit of its rate. ``POST /bare`` has nothing of
the service: it inserts a row as SQLAlchemy's documentation says, with an engine of its own, which
keeps what it is given as safely.

``uvicorn benchmarks.service.app:app`` reads the database's URL from ``LOAD_DATABASE``.
"""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fastapi import FastAPI, Request
from sqlalchemy import Column, DateTime, MetaData, String, Table, Text, event, insert
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from agent.service.database import open_database
from agent.service.service import Service
from agent.transports.http.app import build_app
from agent.transports.http.limits import Limits
from tests.made import library

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

METADATA = MetaData()
BARE = Table(
    "bare",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("document", Text, nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Hold the database open."""
    url = os.environ["LOAD_DATABASE"]
    database = await open_database(url)
    engine = _engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    service = Service(database)
    app.state.engine, app.state.service = engine, service
    app.mount("/", build_app(service, library(), Limits(rate=0), is_local=True))
    yield
    await engine.dispose()
    await database.close()


def _engine(url: str) -> AsyncEngine:
    place = make_url(url)
    if place.drivername == "postgresql":
        return create_async_engine(place.set(drivername="postgresql+asyncpg"))
    engine = create_async_engine(place.set(drivername="sqlite+aiosqlite"))

    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout = 30000")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.close()

    return engine


app = FastAPI(lifespan=lifespan)


@app.post("/bare", status_code=202)
async def bare(body: dict[str, Any], request: Request) -> dict[str, str]:
    """Insert one row, as little as can be done to accept anything."""
    row_id = str(uuid4())
    row = {"id": row_id, "document": str(body), "created": datetime.now(UTC)}
    async with request.app.state.engine.begin() as connection:
        await connection.execute(insert(BARE).values(**row))
    return {"id": row_id}


@app.post("/submit", status_code=202)
async def submit(request: Request) -> dict[str, str]:
    """Accept a task, with nothing around it."""
    submitted = await request.app.state.service.submit(await request.body(), "load")
    return {"id": submitted.task.id}
