"""Column types that mean the same on every database."""

import datetime as dt

from sqlalchemy import DateTime, Dialect
from sqlalchemy.engine import ExecutionContext
from sqlalchemy.types import TypeDecorator


class UTCDateTime(TypeDecorator[dt.datetime]):
    """An instant: aware and in UTC in Python, whatever the database keeps."""

    impl = DateTime
    cache_ok = True

    def __init__(self, *, timezone: bool = True) -> None:
        """Choose the column's type where the database knows time zones."""
        self.timezone = timezone
        super().__init__(timezone=timezone)

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Convert to UTC; drop the zone where the column has none."""
        if value is None:
            return None
        if value.tzinfo is not None:
            value = value.astimezone(dt.UTC)
        if self.timezone and dialect.name == "postgresql":
            return value if value.tzinfo else value.replace(tzinfo=dt.UTC)
        return value.replace(tzinfo=None)

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        """Make what comes back aware again."""
        del dialect
        if value is None:
            return None
        return value.astimezone(dt.UTC) if value.tzinfo else value.replace(tzinfo=dt.UTC)


def utc_now() -> dt.datetime:
    """Return the time of now, aware."""
    return dt.datetime.now(dt.UTC)


def row_moment(context: ExecutionContext) -> dt.datetime:
    """Return the time of a statement: the columns of a row agree about it."""
    moment: dt.datetime = vars(context).setdefault("row_moment", utc_now())
    return moment
