"""Skill model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base

if TYPE_CHECKING:
    from app.models.person import Person


class Skill(Base):
    """One skill."""

    __tablename__ = "skills"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
    )
    name: Mapped[str] = mapped_column(String(40), unique=True)

    people: Mapped[list[Person]] = relationship(
        secondary="person_skills",
        passive_deletes=True,
        back_populates="skills",
        lazy="raise",
    )
