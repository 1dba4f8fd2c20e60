"""Endpoints for orders."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from app.api.deps import CurrentUser, SessionDep
from app.api.errors import errors
from app.models.order import Order
from app.schemas.base import page_of
from app.schemas.order import (
    ListOrdersQuery,
    OrderCreate,
    OrderListResponse,
    OrderResponse,
    OrderUpdate,
)
from app.services.order_service import OrderService

router = APIRouter(tags=["orders"])


def get_order_service(session: SessionDep) -> OrderService:
    """Give an endpoint its service."""
    return OrderService(session)


OrderServiceDep = Annotated[OrderService, Depends(get_order_service)]


@router.get("/orders", response_model=OrderListResponse, responses=errors(401, 403, 422))
async def list_orders(
    query: Annotated[ListOrdersQuery, Query()],
    service: OrderServiceDep,
    actor: CurrentUser,
) -> Any:
    """List orders."""
    rows, total = await service.list_orders(query, actor)
    return page_of(rows, total, query)


@router.post(
    "/orders",
    response_model=OrderResponse,
    status_code=201,
    responses=errors(400, 401, 403, 409, 413, 422),
)
async def create_order(data: OrderCreate, service: OrderServiceDep, actor: CurrentUser) -> Order:
    """Create an order."""
    return await service.create_order(data, actor)


@router.get(
    "/orders/{order_id}",
    response_model=OrderResponse,
    responses=errors(401, 403, 404, 422),
)
async def read_order(order_id: UUID, service: OrderServiceDep, actor: CurrentUser) -> Order:
    """Read an order."""
    return await service.read_order(order_id, actor)


@router.put(
    "/orders/{order_id}",
    response_model=OrderResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
)
async def replace_order(
    order_id: UUID,
    data: OrderCreate,
    service: OrderServiceDep,
    actor: CurrentUser,
) -> Order:
    """Replace an order."""
    return await service.replace_order(order_id, data, actor)


@router.patch(
    "/orders/{order_id}",
    response_model=OrderResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
)
async def update_order(
    order_id: UUID,
    data: OrderUpdate,
    service: OrderServiceDep,
    actor: CurrentUser,
) -> Order:
    """Change an order."""
    return await service.update_order(order_id, data, actor)


@router.delete("/orders/{order_id}", status_code=204, responses=errors(401, 403, 404, 422))
async def delete_order(order_id: UUID, service: OrderServiceDep, actor: CurrentUser) -> None:
    """Delete an order."""
    await service.delete_order(order_id, actor)
