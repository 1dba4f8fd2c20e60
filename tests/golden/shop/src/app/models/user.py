"""User model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import JSON, Boolean, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, TimestampMixin, UUIDMixin

if TYPE_CHECKING:
    from app.models.order import Order


class User(UUIDMixin, TimestampMixin, Base):
    """One user."""

    __tablename__ = "users"

    email: Mapped[str] = mapped_column(String(255), unique=True)
    full_name: Mapped[str] = mapped_column(String(100))
    hashed_password: Mapped[str] = mapped_column("password", String(255))
    is_active: Mapped[bool] = mapped_column(Boolean(), default=True)
    roles: Mapped[list[str]] = mapped_column(JSON(none_as_null=True), default=lambda: ["user"])

    orders: Mapped[list[Order]] = relationship(
        passive_deletes="all",
        back_populates="user",
        lazy="raise",
    )
