"""Account model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import JSON, Boolean, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, TimestampMixin, UUIDMixin

if TYPE_CHECKING:
    from app.models.album import Album
    from app.models.pet import Pet


class Account(UUIDMixin, TimestampMixin, Base):
    """One account."""

    __tablename__ = "accounts"

    username: Mapped[str] = mapped_column(String(40), unique=True)
    hashed_secret: Mapped[str] = mapped_column("secret", String(255))
    nickname: Mapped[str | None] = mapped_column(String(40))
    is_active: Mapped[bool] = mapped_column(Boolean(), default=True)
    roles: Mapped[list[str]] = mapped_column(JSON(none_as_null=True), default=lambda: ["member"])

    pets: Mapped[list[Pet]] = relationship(
        passive_deletes="all",
        back_populates="account",
        lazy="raise",
    )
    albums: Mapped[list[Album]] = relationship(
        passive_deletes="all",
        back_populates="account",
        lazy="raise",
    )
