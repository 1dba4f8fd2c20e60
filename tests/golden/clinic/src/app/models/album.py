"""Album model."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import Column, ForeignKey, String, Table, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, TimestampMixin, UUIDMixin

if TYPE_CHECKING:
    from app.models.account import Account
    from app.models.pet import Pet

album_pets_table = Table(
    "album_pets",
    Base.metadata,
    Column("album_id", Uuid(), ForeignKey("albums.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "pet_id",
        Uuid(),
        ForeignKey("pets.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
)


class Album(UUIDMixin, TimestampMixin, Base):
    """One album."""

    __tablename__ = "albums"

    title: Mapped[str] = mapped_column(String(60))
    account_id: Mapped[UUID] = mapped_column(
        Uuid(),
        ForeignKey("accounts.id", ondelete="CASCADE"),
        index=True,
    )
    cover_id: Mapped[UUID | None] = mapped_column(
        Uuid(),
        ForeignKey("pets.id", ondelete="SET NULL"),
        index=True,
    )

    account: Mapped[Account] = relationship(back_populates="albums", lazy="raise")
    cover: Mapped[Pet | None] = relationship(back_populates="covers", lazy="raise")
    pets: Mapped[list[Pet]] = relationship(
        secondary=album_pets_table,
        passive_deletes=True,
        back_populates="albums",
        lazy="raise",
    )
