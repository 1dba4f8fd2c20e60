"""What is the least that can answer the same request? One handler on Starlette and asyncpg."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg  # type: ignore[import-untyped]
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from starlette.requests import Request

QUERY = "SELECT id, sku, name, price, stock, created_at, updated_at FROM products WHERE id = $1"


def instant(value: datetime) -> str:
    """Write a time as the generated application does."""
    return value.isoformat().replace("+00:00", "Z")


async def read_product(request: Request) -> JSONResponse:
    """Read a product."""
    row = await request.app.state.pool.fetchrow(QUERY, UUID(request.path_params["product_id"]))
    if row is None:
        return JSONResponse({"detail": "Product not found."}, status_code=404)
    return JSONResponse(
        {
            "id": str(row["id"]),
            "sku": row["sku"],
            "name": row["name"],
            "price": str(row["price"]),
            "stock": row["stock"],
            "created_at": instant(row["created_at"]),
            "updated_at": instant(row["updated_at"]),
        }
    )


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Hold the connections."""
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=1, max_size=10) as pool:
        app.state.pool = pool
        yield


app = Starlette(
    routes=[Route("/api/v1/products/{product_id}", read_product)],
    lifespan=lifespan,
)
