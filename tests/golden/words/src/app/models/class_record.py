"""Class record model."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, BigInteger, Date, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.types import text_enum
from app.models.base import Base, TimestampMixin
from app.models.enums import Status

if TYPE_CHECKING:
    from app.models.query_record import QueryRecord


class ClassRecord(TimestampMixin, Base):
    """One class record."""

    __tablename__ = "classes"
    __table_args__ = ({"mysql_charset": "utf8mb4"},)

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
    )
    class_: Mapped[str] = mapped_column("class", String(20))
    import_: Mapped[str | None] = mapped_column("import", String(20))
    metadata_: Mapped[Any | None] = mapped_column("metadata", JSON(none_as_null=True))
    model_config_: Mapped[str | None] = mapped_column("model_config", String(10))
    str_: Mapped[str | None] = mapped_column("str", String(10))
    date: Mapped[dt.date | None] = mapped_column(Date())
    type: Mapped[str | None] = mapped_column(String(10))
    status: Mapped[Status] = mapped_column(text_enum(Status, "status"), default=Status.DONE)

    queries: Mapped[list[QueryRecord]] = relationship(
        passive_deletes="all",
        back_populates="class_",
        lazy="raise",
    )
