"""What does the database of the service hold? Its tables, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy import Dialect

VERSION = 2
"""Of these tables. A database of a later version is refused, one of an earlier is brought here."""
METADATA = MetaData()
_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # where only this counts by itself


class Moment(TypeDecorator[datetime]):
    """A time in UTC, with its zone also where the database knows none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what is stored."""
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what was stored."""
        if value is None or dialect.name != "sqlite":
            return value
        return value.replace(tzinfo=UTC)


META = Table("meta", METADATA, Column("version", Integer, primary_key=True))

TASKS = Table(
    "tasks",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("caller", String(64), nullable=False),
    Column("idempotency_key", String(255)),
    Column("digest", String(64), nullable=False),  # of what was submitted under that key
    Column("state", String(16), nullable=False),
    Column("document", Text, nullable=False),
    Column("origin", JSON, nullable=False),
    Column("answers", JSON, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("setbacks", Integer, nullable=False, default=0),
    Column("worker", String(64)),
    Column("cancel", Boolean, nullable=False),
    Column("about", JSON, nullable=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    UniqueConstraint("caller", "idempotency_key"),
    Index("ix_tasks_waiting", "state", "caller", "created"),
    Index("ix_tasks_caller", "caller", "created"),
    Index("ix_tasks_changed", "changed"),
    Index("ix_tasks_setbacks", "setbacks"),
)


SHORT = [each for each in TASKS.c if each.name not in {"document", "answers"}]
"""What is read of a task that is only looked at."""


def _task(*, primary_key: bool = False) -> Column[str]:
    """Return a column for the task that a row belongs to, and goes with."""
    known = ForeignKey("tasks.id", ondelete="CASCADE")
    return Column("task", String(36), known, primary_key=primary_key, nullable=False)


RESULTS = Table(
    "results",
    METADATA,
    _task(primary_key=True),
    Column("answer", LargeBinary, nullable=False),  # compressed, as it holds all files
    Column("files", LargeBinary, nullable=False),  # likewise; null: those of the answer
)

EVENTS = Table(
    "events",
    METADATA,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    _task(),
    Column("name", String(64), nullable=False),
    Column("data", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_events_task", "task", "number"),
    sqlite_autoincrement=True,  # a number is never given again
)

JOURNAL = Table(
    "journal",
    METADATA,
    _task(primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("value", Text, nullable=False),
)

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    _task(),
    Column("caller", String(64), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("to", String(128), nullable=False),
    Column("data", LargeBinary, nullable=False),  # compressed JSON; empty: the answer of the task
    Column("origin", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    Column("published", Moment),
    Column("acknowledged", Moment),
    Index("ix_outbox_task", "task"),
    Index("ix_outbox_caller", "caller", "number"),
    Index("ix_outbox_published", "published", "number"),
    sqlite_autoincrement=True,
)

KEYS = Table(
    "keys",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created", Moment, nullable=False),
    Column("revoked", Moment),
)

WORKERS = Table(
    "workers",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("lock", BigInteger, nullable=False),
    Column("begun", Moment, nullable=False),
)
