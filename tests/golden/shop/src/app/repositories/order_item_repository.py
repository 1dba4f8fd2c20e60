"""Queries over order items."""

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.models.order_item import OrderItem
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, at_least, at_most, equal

# Relations that answers show, loaded with the rows: never one query a row.
WITH_PRODUCT = (joinedload(OrderItem.product),)

LIST_ORDER_ITEMS = Listing(
    filters={
        "id": equal(OrderItem.id),
        "quantity": equal(OrderItem.quantity),
        "quantity_min": at_least(OrderItem.quantity),
        "quantity_max": at_most(OrderItem.quantity),
        "unit_price": equal(OrderItem.unit_price),
        "unit_price_min": at_least(OrderItem.unit_price),
        "unit_price_max": at_most(OrderItem.unit_price),
        "order_id": equal(OrderItem.order_id),
        "product_id": equal(OrderItem.product_id),
        "created_at_min": at_least(OrderItem.created_at),
        "created_at_max": at_most(OrderItem.created_at),
        "updated_at_min": at_least(OrderItem.updated_at),
        "updated_at_max": at_most(OrderItem.updated_at),
    },
    sorts={
        "id": OrderItem.id,
        "quantity": OrderItem.quantity,
        "unit_price": OrderItem.unit_price,
        "order_id": OrderItem.order_id,
        "product_id": OrderItem.product_id,
        "created_at": OrderItem.created_at,
        "updated_at": OrderItem.updated_at,
    },
    key=(OrderItem.id,),
)


class OrderItemRepository(BaseRepository[OrderItem]):
    """Queries over order items."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, OrderItem)
