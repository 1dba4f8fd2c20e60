"""The declarative base, and columns that many models share."""

import datetime as dt
from uuid import UUID, uuid4

from sqlalchemy import MetaData, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.db.types import UTCDateTime, row_moment

# Constraints with names can be changed by later migrations, on every database.
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all models."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


class UUIDMixin:
    """A random primary key: clients cannot guess it, and no server has to count it up."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, sort_order=-1)


class TimestampMixin:
    """When a row was made and last changed."""

    created_at: Mapped[dt.datetime] = mapped_column(
        UTCDateTime(), default=row_moment, server_default=func.now(), sort_order=100
    )
    updated_at: Mapped[dt.datetime] = mapped_column(
        UTCDateTime(),
        default=row_moment,
        onupdate=row_moment,
        server_default=func.now(),
        sort_order=101,
    )
