"""Visit model."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ForeignKey, Numeric, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.types import UTCDateTime, text_enum
from app.models.base import Base, TimestampMixin, UUIDMixin
from app.models.enums import VisitState

if TYPE_CHECKING:
    from app.models.pet import Pet
    from app.models.prescription import Prescription


class Visit(UUIDMixin, TimestampMixin, Base):
    """One visit."""

    __tablename__ = "visits"

    at: Mapped[dt.datetime] = mapped_column(UTCDateTime())
    state: Mapped[VisitState] = mapped_column(
        text_enum(VisitState, "state"),
        default=VisitState.BOOKED,
    )
    fee: Mapped[Decimal | None] = mapped_column(Numeric(8, 2))
    pet_id: Mapped[UUID] = mapped_column(
        Uuid(),
        ForeignKey("pets.id", ondelete="CASCADE"),
        index=True,
    )

    pet: Mapped[Pet] = relationship(back_populates="visits", lazy="raise")
    prescriptions: Mapped[list[Prescription]] = relationship(
        passive_deletes="all",
        back_populates="visit",
        lazy="raise",
    )
