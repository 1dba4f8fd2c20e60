"""Pet model."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import Date, ForeignKey, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, TimestampMixin, UUIDMixin

if TYPE_CHECKING:
    from app.models.account import Account
    from app.models.album import Album
    from app.models.visit import Visit


class Pet(UUIDMixin, TimestampMixin, Base):
    """One pet."""

    __tablename__ = "pets"

    name: Mapped[str] = mapped_column(String(40))
    born: Mapped[dt.date | None] = mapped_column(Date())
    account_id: Mapped[UUID] = mapped_column(
        Uuid(),
        ForeignKey("accounts.id", ondelete="CASCADE"),
        index=True,
    )

    account: Mapped[Account] = relationship(back_populates="pets", lazy="raise")
    visits: Mapped[list[Visit]] = relationship(
        passive_deletes="all",
        back_populates="pet",
        lazy="raise",
    )
    covers: Mapped[list[Album]] = relationship(
        passive_deletes="all",
        back_populates="cover",
        lazy="raise",
    )
    albums: Mapped[list[Album]] = relationship(
        secondary="album_pets",
        passive_deletes=True,
        back_populates="pets",
        lazy="raise",
    )
