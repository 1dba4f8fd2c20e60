"""Endpoints for order items."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from app.api.deps import CurrentUser, SessionDep
from app.api.errors import errors
from app.models.order_item import OrderItem
from app.schemas.base import page_of
from app.schemas.order_item import (
    ListOrderItemsQuery,
    OrderItemCreate,
    OrderItemListResponse,
    OrderItemResponse,
    OrderItemUpdate,
)
from app.services.order_item_service import OrderItemService

router = APIRouter(tags=["order items"])


def get_order_item_service(session: SessionDep) -> OrderItemService:
    """Give an endpoint its service."""
    return OrderItemService(session)


OrderItemServiceDep = Annotated[OrderItemService, Depends(get_order_item_service)]


@router.get("/order-items", response_model=OrderItemListResponse, responses=errors(401, 403, 422))
async def list_order_items(
    query: Annotated[ListOrderItemsQuery, Query()],
    service: OrderItemServiceDep,
    actor: CurrentUser,
) -> Any:
    """List order items."""
    rows, total = await service.list_order_items(query, actor)
    return page_of(rows, total, query)


@router.post(
    "/order-items",
    response_model=OrderItemResponse,
    status_code=201,
    responses=errors(400, 401, 403, 409, 413, 422),
)
async def create_order_item(
    data: OrderItemCreate,
    service: OrderItemServiceDep,
    actor: CurrentUser,
) -> OrderItem:
    """Create an order item."""
    return await service.create_order_item(data, actor)


@router.get(
    "/order-items/{order_item_id}",
    response_model=OrderItemResponse,
    responses=errors(401, 403, 404, 422),
)
async def read_order_item(
    order_item_id: UUID,
    service: OrderItemServiceDep,
    actor: CurrentUser,
) -> OrderItem:
    """Read an order item."""
    return await service.read_order_item(order_item_id, actor)


@router.put(
    "/order-items/{order_item_id}",
    response_model=OrderItemResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
)
async def replace_order_item(
    order_item_id: UUID,
    data: OrderItemCreate,
    service: OrderItemServiceDep,
    actor: CurrentUser,
) -> OrderItem:
    """Replace an order item."""
    return await service.replace_order_item(order_item_id, data, actor)


@router.patch(
    "/order-items/{order_item_id}",
    response_model=OrderItemResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
)
async def update_order_item(
    order_item_id: UUID,
    data: OrderItemUpdate,
    service: OrderItemServiceDep,
    actor: CurrentUser,
) -> OrderItem:
    """Change an order item."""
    return await service.update_order_item(order_item_id, data, actor)


@router.delete(
    "/order-items/{order_item_id}",
    status_code=204,
    responses=errors(401, 403, 404, 422),
)
async def delete_order_item(
    order_item_id: UUID,
    service: OrderItemServiceDep,
    actor: CurrentUser,
) -> None:
    """Delete an order item."""
    await service.delete_order_item(order_item_id, actor)
