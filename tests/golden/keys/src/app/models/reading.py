"""Reading model."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Double, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db.types import Seconds, UTCDateTime
from app.models.base import Base


class Reading(Base):
    """One reading."""

    __tablename__ = "readings"

    sensor: Mapped[int] = mapped_column(Integer(), primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime(), primary_key=True)
    value: Mapped[float] = mapped_column(Double())
    raw: Mapped[bytes | None] = mapped_column(LargeBinary())
    details: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    limits: Mapped[Any] = mapped_column(JSON(none_as_null=True), default=lambda: {"low": [0, 5]})
    tags: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    took: Mapped[dt.timedelta | None] = mapped_column(Seconds())
