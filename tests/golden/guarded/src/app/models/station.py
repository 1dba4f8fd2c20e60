"""Station model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, TimestampMixin, UUIDMixin

if TYPE_CHECKING:
    from app.models.reading import Reading


class Station(UUIDMixin, TimestampMixin, Base):
    """One station."""

    __tablename__ = "stations"

    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(80))

    readings: Mapped[list[Reading]] = relationship(
        passive_deletes="all",
        back_populates="station",
        lazy="raise",
    )
