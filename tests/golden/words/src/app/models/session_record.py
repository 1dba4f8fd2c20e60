"""Session record model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, TimestampMixin

if TYPE_CHECKING:
    from app.models.query_record import QueryRecord


class SessionRecord(TimestampMixin, Base):
    """One session record."""

    __tablename__ = "sessions"
    __table_args__ = ({"mysql_charset": "utf8mb4"},)

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
    )
    ubergrosse: Mapped[str | None] = mapped_column("übergröße", String(10))
    ming_qian: Mapped[str | None] = mapped_column("名前", String(20))
    registry_: Mapped[int | None] = mapped_column("registry", Integer())
    page: Mapped[int | None] = mapped_column(Integer())
    q: Mapped[str | None] = mapped_column(String(10))
    limit: Mapped[int | None] = mapped_column(Integer())
    sort_by: Mapped[str | None] = mapped_column(String(10))

    query_records: Mapped[list[QueryRecord]] = relationship(
        passive_deletes="all",
        back_populates="session",
        lazy="raise",
    )
