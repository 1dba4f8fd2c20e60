"""What is compared, as an application: accepting a task, and one row in the same database.

``POST /v1/tasks`` is the service's own, without a limit of its rate.

``uvicorn benchmarks.service.app:app`` reads the database's URL from ``LOAD_DATABASE``.
"""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fastapi import FastAPI, Request
from sqlalchemy import Column, DateTime, MetaData, String, Table, Text, insert

from agent.service import rows
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
    database = await open_database(os.environ["LOAD_DATABASE"])
    async with database.write() as connection:
        await connection.run_sync(METADATA.create_all)
    service = Service(database)
    app.state.database, app.state.service = database, service
    app.mount("/", build_app(service, library(), Limits(rate=0), is_local=True))
    yield
    await database.close()


app = FastAPI(lifespan=lifespan)


@app.post("/bare", status_code=202)
async def bare(body: dict[str, Any], request: Request) -> dict[str, str]:
    """Insert one row, as little as can be done to accept anything."""
    row_id = str(uuid4())
    row = {"id": row_id, "document": str(body), "created": rows.now()}
    async with request.app.state.database.write() as connection:
        await connection.execute(insert(BARE).values(**row))
    return {"id": row_id}


@app.post("/submit", status_code=202)
async def submit(request: Request) -> dict[str, str]:
    """Accept a task, with nothing around it."""
    submitted = await request.app.state.service.submit(await request.body(), "load")
    return {"id": submitted.task.id}
