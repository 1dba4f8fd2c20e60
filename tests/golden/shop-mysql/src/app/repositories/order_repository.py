"""Queries over orders."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.order import Order
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, at_least, at_most, contains, equal

LIST_ORDERS = Listing(
    filters={
        "id": equal(Order.id),
        "status": equal(Order.status),
        "note": equal(Order.note),
        "user_id": equal(Order.user_id),
        "created_at_min": at_least(Order.created_at),
        "created_at_max": at_most(Order.created_at),
        "updated_at_min": at_least(Order.updated_at),
        "updated_at_max": at_most(Order.updated_at),
    },
    search=contains(Order.note),
    sorts={
        "id": Order.id,
        "status": Order.status,
        "note": Order.note,
        "user_id": Order.user_id,
        "created_at": Order.created_at,
        "updated_at": Order.updated_at,
    },
    key=(Order.id,),
)


class OrderRepository(BaseRepository[Order]):
    """Queries over orders."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, Order)
