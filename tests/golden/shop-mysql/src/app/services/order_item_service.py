"""What can be done with order items, and by whom."""

from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.order import Order
from app.models.order_item import OrderItem
from app.models.user import User
from app.repositories.order_item_repository import (
    LIST_ORDER_ITEMS,
    WITH_PRODUCT,
    OrderItemRepository,
)
from app.schemas.order_item import ListOrderItemsQuery, OrderItemCreate, OrderItemUpdate
from app.services.permissions import check_owner, has_role


class OrderItemService:
    """Business rules of order items."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.order_items = OrderItemRepository(session)

    async def list_order_items(
        self,
        query: ListOrderItemsQuery,
        actor: User,
    ) -> tuple[list[OrderItem], int]:
        """List order items."""
        scope: list[ColumnElement[bool]] = []
        if not has_role(actor, "admin"):
            scope.append(OrderItem.order.has(Order.user_id == actor.id))
        return await self.order_items.page(LIST_ORDER_ITEMS, query, *scope, load=WITH_PRODUCT)

    async def create_order_item(self, data: OrderItemCreate, actor: User) -> OrderItem:
        """Create an order item."""
        await self._check_order(data.order_id, actor=actor, roles=("admin",))
        order_item = OrderItem(**data.model_dump())
        await self.order_items.add(order_item, order_id="order_id", product_id="product_id")
        return await self.order_items.one(OrderItem.id == order_item.id, load=WITH_PRODUCT)

    async def read_order_item(self, order_item_id: UUID, actor: User) -> OrderItem:
        """Read an order item."""
        order_item = await self.order_items.one(OrderItem.id == order_item_id, load=WITH_PRODUCT)
        await self._check_order(order_item.order_id, actor=actor, roles=("admin",))
        return order_item

    async def replace_order_item(
        self,
        order_item_id: UUID,
        data: OrderItemCreate,
        actor: User,
    ) -> OrderItem:
        """Replace an order item."""
        order_item = await self.order_items.one(OrderItem.id == order_item_id, lock=True)
        await self._check_order(order_item.order_id, actor=actor, roles=("admin",))
        changes = data.model_dump()
        await self._check_order(data.order_id, actor=actor, roles=("admin",))
        await self.order_items.change(
            order_item,
            changes,
            order_id="order_id",
            product_id="product_id",
        )
        return await self.order_items.one(OrderItem.id == order_item.id, load=WITH_PRODUCT)

    async def update_order_item(
        self,
        order_item_id: UUID,
        data: OrderItemUpdate,
        actor: User,
    ) -> OrderItem:
        """Change an order item."""
        order_item = await self.order_items.one(OrderItem.id == order_item_id, lock=True)
        await self._check_order(order_item.order_id, actor=actor, roles=("admin",))
        changes = data.model_dump(exclude_unset=True)
        if "order_id" in changes:
            await self._check_order(data.order_id, actor=actor, roles=("admin",))
        await self.order_items.change(
            order_item,
            changes,
            order_id="order_id",
            product_id="product_id",
        )
        return await self.order_items.one(OrderItem.id == order_item.id, load=WITH_PRODUCT)

    async def delete_order_item(self, order_item_id: UUID, actor: User) -> None:
        """Delete an order item."""
        order_item = await self.order_items.one(OrderItem.id == order_item_id, lock=True)
        await self._check_order(order_item.order_id, actor=actor, roles=("admin",))
        await self.order_items.remove(order_item)

    async def _check_order(self, order_id: UUID, *, actor: User, roles: tuple[str, ...]) -> None:
        """Refuse an order that belongs to somebody else."""
        statement = select(Order.user_id).where(Order.id == order_id)
        found = (await self.session.execute(statement)).one_or_none()
        if found is not None:
            check_owner(found[0], actor, *roles)
