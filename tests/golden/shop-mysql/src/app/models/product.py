"""Product model."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import Integer, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, TimestampMixin, UUIDMixin

if TYPE_CHECKING:
    from app.models.order_item import OrderItem


class Product(UUIDMixin, TimestampMixin, Base):
    """Something to buy."""

    __tablename__ = "products"
    __table_args__ = ({"comment": "Something to buy", "mysql_charset": "utf8mb4"},)

    sku: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    stock: Mapped[int] = mapped_column(Integer(), default=0)

    order_items: Mapped[list[OrderItem]] = relationship(
        passive_deletes="all",
        back_populates="product",
        lazy="raise",
    )
