"""Ding dan model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, TimestampMixin

if TYPE_CHECKING:
    from app.models.query_record import QueryRecord


class DingDan(TimestampMixin, Base):
    """One ding dan."""

    __tablename__ = "订单"
    __table_args__ = ({"mysql_charset": "utf8mb4"},)

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
    )
    shu_liang: Mapped[int] = mapped_column("数量", Integer())
    data_id: Mapped[int] = mapped_column(
        BigInteger(),
        ForeignKey("queries.id", ondelete="RESTRICT"),
        index=True,
    )

    data: Mapped[QueryRecord] = relationship(back_populates="ding_dans", lazy="raise")
