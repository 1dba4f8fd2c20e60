"""Tenant model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base

if TYPE_CHECKING:
    from app.models.department import Department


class Tenant(Base):
    """One tenant."""

    __tablename__ = "tenants"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))

    departments: Mapped[list[Department]] = relationship(
        passive_deletes="all",
        back_populates="tenant",
        lazy="raise",
    )
