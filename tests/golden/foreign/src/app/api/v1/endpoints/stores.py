"""Endpoints for stores."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from app.api.deps import SessionDep
from app.api.errors import errors
from app.api.unread import unread
from app.schemas.store import (
    GetShopsQuery,
    NewStoreShopWrapped,
    StoreViewListShopsEnvelope,
    StoreViewShopEnvelope,
    StoreWithProductsShopEnvelope,
)
from app.schemas.types import Slug
from app.services.store_service import StoreService

router = APIRouter()


def get_store_service(session: SessionDep) -> StoreService:
    """Give an endpoint its service."""
    return StoreService(session)


StoreServiceDep = Annotated[StoreService, Depends(get_store_service)]


@router.get("/shops", response_model=StoreViewListShopsEnvelope, responses=errors(400))
async def get_shops(query: Annotated[GetShopsQuery, Query()], service: StoreServiceDep) -> Any:
    """List stores."""
    rows, _ = await service.get_shops(query)
    return {"shops": rows}


@router.post(
    "/shops",
    response_model=StoreViewShopEnvelope,
    responses=errors(400, 413),
    openapi_extra=unread(
        ("X-Trace", "header", "string", False),
        ("dryRun", "query", "boolean", False),
    ),
)
async def open_shop(data: NewStoreShopWrapped, service: StoreServiceDep) -> dict[str, Any]:
    """Create a store."""
    return {"shop": await service.open_shop(data.shop)}


@router.get(
    "/shops/{shop}",
    response_model=StoreWithProductsShopEnvelope,
    responses=errors(400, 404),
)
async def get_shop(shop: Slug, service: StoreServiceDep) -> dict[str, Any]:
    """Read a store."""
    return {"shop": await service.get_shop(shop)}


@router.delete(
    "/shops/{shop}",
    tags=["Shops", "Closed things"],
    deprecated=True,
    status_code=202,
    response_class=Response,
    responses=errors(400, 404),
)
async def close_shop(shop: Slug, service: StoreServiceDep) -> Response:
    """Delete a store."""
    await service.close_shop(shop)
    return Response(status_code=202)
