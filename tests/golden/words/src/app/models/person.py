"""Person model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Boolean, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, TimestampMixin

if TYPE_CHECKING:
    from app.models.news import News


class Person(TimestampMixin, Base):
    """One person."""

    __tablename__ = "people"
    __table_args__ = ({"mysql_charset": "utf8mb4"},)

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
    )
    code: Mapped[str] = mapped_column(String(8), unique=True)
    homepage: Mapped[str | None] = mapped_column(String(2048))
    active: Mapped[bool] = mapped_column(Boolean(), default=True)

    news: Mapped[list[News]] = relationship(
        passive_deletes="all",
        back_populates="person",
        lazy="raise",
    )
