"""Reading model."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.types import UTCDateTime
from app.models.base import Base, TimestampMixin, UUIDMixin

if TYPE_CHECKING:
    from app.models.station import Station


class Reading(UUIDMixin, TimestampMixin, Base):
    """One reading."""

    __tablename__ = "readings"
    __table_args__ = (CheckConstraint("celsius > -100", name="rule_1"),)

    taken_at: Mapped[dt.datetime] = mapped_column(UTCDateTime())
    celsius: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    remark: Mapped[str | None] = mapped_column(Text())
    station_id: Mapped[UUID] = mapped_column(
        Uuid(),
        ForeignKey("stations.id", ondelete="CASCADE"),
        index=True,
    )

    station: Mapped[Station] = relationship(back_populates="readings", lazy="raise")
