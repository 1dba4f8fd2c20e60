"""What can be done with orders, and by whom."""

from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.enums import OrderStatus
from app.models.order import Order
from app.models.user import User
from app.repositories.order_repository import LIST_ORDERS, OrderRepository
from app.schemas.order import ListOrdersQuery, OrderCreate, OrderUpdate
from app.services.permissions import check_owner, has_role
from app.services.transitions import Steps, check_step

STATUS_STEPS: Steps = {
    (OrderStatus.PENDING, OrderStatus.CONFIRMED): (),
    (OrderStatus.CONFIRMED, OrderStatus.SHIPPED): ("admin",),
    (OrderStatus.SHIPPED, OrderStatus.DELIVERED): ("admin",),
    (OrderStatus.PENDING, OrderStatus.CANCELLED): (),
    (OrderStatus.CONFIRMED, OrderStatus.CANCELLED): (),
}


class OrderService:
    """Business rules of orders."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.orders = OrderRepository(session)

    async def list_orders(self, query: ListOrdersQuery, actor: User) -> tuple[list[Order], int]:
        """List orders."""
        scope: list[ColumnElement[bool]] = []
        if not has_role(actor, "admin"):
            scope.append(Order.user_id == actor.id)
        return await self.orders.page(LIST_ORDERS, query, *scope)

    async def create_order(self, data: OrderCreate, actor: User) -> Order:
        """Create an order."""
        order = Order(**data.model_dump(), user_id=actor.id)
        await self.orders.add(order)
        return order

    async def read_order(self, order_id: UUID, actor: User) -> Order:
        """Read an order."""
        order = await self.orders.one(Order.id == order_id)
        check_owner(order.user_id, actor, "admin")
        return order

    async def replace_order(self, order_id: UUID, data: OrderCreate, actor: User) -> Order:
        """Replace an order."""
        order = await self.orders.one(Order.id == order_id, lock=True)
        check_owner(order.user_id, actor, "admin")
        changes = data.model_dump()
        await self.orders.change(order, changes)
        return order

    async def update_order(self, order_id: UUID, data: OrderUpdate, actor: User) -> Order:
        """Change an order."""
        order = await self.orders.one(Order.id == order_id, lock=True)
        check_owner(order.user_id, actor, "admin")
        changes = data.model_dump(exclude_unset=True)
        if "status" in changes:
            check_step(STATUS_STEPS, order.status, data.status, actor.roles)
        await self.orders.change(order, changes)
        return order

    async def delete_order(self, order_id: UUID, actor: User) -> None:
        """Delete an order."""
        order = await self.orders.one(Order.id == order_id, lock=True)
        check_owner(order.user_id, actor, "admin")
        await self.orders.remove(order)
