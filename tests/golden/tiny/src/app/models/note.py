"""Note model."""

from __future__ import annotations

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UUIDMixin


class Note(UUIDMixin, Base):
    """One note."""

    __tablename__ = "notes"

    text: Mapped[str] = mapped_column(Text())
