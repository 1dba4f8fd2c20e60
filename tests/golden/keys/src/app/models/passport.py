"""Passport model."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ForeignKey, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base

if TYPE_CHECKING:
    from app.models.employee import Employee


class Passport(Base):
    """One passport."""

    __tablename__ = "passports"

    number: Mapped[str] = mapped_column(String(20), primary_key=True)
    employee_badge: Mapped[UUID] = mapped_column(
        Uuid(),
        ForeignKey("employees.badge", ondelete="CASCADE"),
        unique=True,
    )

    employee: Mapped[Employee] = relationship(back_populates="passport", lazy="raise")
