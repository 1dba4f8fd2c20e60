"""Query record model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, TimestampMixin

if TYPE_CHECKING:
    from app.models.class_record import ClassRecord
    from app.models.ding_dan import DingDan
    from app.models.session_record import SessionRecord
    from app.models.settings_record import SettingsRecord


class QueryRecord(TimestampMixin, Base):
    """One query record."""

    __tablename__ = "queries"
    __table_args__ = ({"mysql_charset": "utf8mb4"},)

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
    )
    body: Mapped[str | None] = mapped_column(Text())
    session_id: Mapped[int] = mapped_column(
        BigInteger(),
        ForeignKey("sessions.id", ondelete="RESTRICT"),
        index=True,
    )
    class_id: Mapped[int | None] = mapped_column(
        BigInteger(),
        ForeignKey("classes.id", ondelete="SET NULL"),
        index=True,
    )

    session: Mapped[SessionRecord] = relationship(back_populates="query_records", lazy="raise")
    class_: Mapped[ClassRecord | None] = relationship(back_populates="queries", lazy="raise")
    ding_dans: Mapped[list[DingDan]] = relationship(
        passive_deletes="all",
        back_populates="data",
        lazy="raise",
    )
    settings: Mapped[list[SettingsRecord]] = relationship(
        passive_deletes="all",
        back_populates="query",
        lazy="raise",
    )
