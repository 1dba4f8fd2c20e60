"""Order model."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ForeignKey, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.types import text_enum
from app.models.base import Base, TimestampMixin, UUIDMixin
from app.models.enums import OrderStatus

if TYPE_CHECKING:
    from app.models.order_item import OrderItem
    from app.models.user import User


class Order(UUIDMixin, TimestampMixin, Base):
    """One order."""

    __tablename__ = "orders"

    status: Mapped[OrderStatus] = mapped_column(
        text_enum(OrderStatus, "status"),
        default=OrderStatus.PENDING,
    )
    note: Mapped[str | None] = mapped_column(String(200))
    user_id: Mapped[UUID] = mapped_column(
        Uuid(),
        ForeignKey("users.id", ondelete="CASCADE"),
        index=True,
    )

    user: Mapped[User] = relationship(back_populates="orders", lazy="raise")
    items: Mapped[list[OrderItem]] = relationship(
        passive_deletes="all",
        back_populates="order",
        lazy="raise",
    )
