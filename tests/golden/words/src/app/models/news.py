"""News model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, TimestampMixin

if TYPE_CHECKING:
    from app.models.person import Person


class News(TimestampMixin, Base):
    """One news."""

    __tablename__ = "news"
    __table_args__ = ({"mysql_charset": "utf8mb4"},)

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
    )
    title: Mapped[str] = mapped_column(String(100), unique=True)
    person_id: Mapped[int] = mapped_column(
        BigInteger(),
        ForeignKey("people.id", ondelete="RESTRICT"),
        index=True,
    )

    person: Mapped[Person] = relationship(back_populates="news", lazy="raise")
