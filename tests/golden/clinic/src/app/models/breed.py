"""Breed model."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, TimestampMixin, UUIDMixin


class Breed(UUIDMixin, TimestampMixin, Base):
    """One breed."""

    __tablename__ = "breeds"

    name: Mapped[str] = mapped_column(String(60), unique=True)
