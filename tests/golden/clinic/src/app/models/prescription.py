"""Prescription model."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ForeignKey, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, TimestampMixin, UUIDMixin

if TYPE_CHECKING:
    from app.models.visit import Visit


class Prescription(UUIDMixin, TimestampMixin, Base):
    """One prescription."""

    __tablename__ = "prescriptions"

    text: Mapped[str] = mapped_column(Text())
    visit_id: Mapped[UUID] = mapped_column(
        Uuid(),
        ForeignKey("visits.id", ondelete="CASCADE"),
        index=True,
    )

    visit: Mapped[Visit] = relationship(back_populates="prescriptions", lazy="raise")
