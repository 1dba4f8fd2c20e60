"""Product model."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, Integer, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.types import text_enum
from app.models.base import Base
from app.models.enums import ProductState

if TYPE_CHECKING:
    from app.models.store import Store


class Product(Base):
    """One product."""

    __tablename__ = "products"
    __table_args__ = (UniqueConstraint("store_id", "sku"),)

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
    )
    sku: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(80))
    unit_price: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    state: Mapped[ProductState] = mapped_column(
        text_enum(ProductState, "state"),
        default=ProductState.DRAFT,
    )
    store_id: Mapped[int] = mapped_column(
        BigInteger(),
        ForeignKey("stores.id", ondelete="CASCADE"),
        index=True,
    )

    store: Mapped[Store] = relationship(back_populates="products", lazy="raise")
