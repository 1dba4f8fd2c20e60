"""Settings record model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, TimestampMixin

if TYPE_CHECKING:
    from app.models.query_record import QueryRecord


class SettingsRecord(TimestampMixin, Base):
    """One settings record."""

    __tablename__ = "settings"
    __table_args__ = ({"mysql_charset": "utf8mb4"},)

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
    )
    json_: Mapped[str | None] = mapped_column("json", String(10))
    copy_: Mapped[str | None] = mapped_column("copy", String(10))
    query_id: Mapped[int] = mapped_column(
        BigInteger(),
        ForeignKey("queries.id", ondelete="RESTRICT"),
        index=True,
    )

    query: Mapped[QueryRecord] = relationship(back_populates="settings", lazy="raise")
