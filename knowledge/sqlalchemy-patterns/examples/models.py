"""What do the role document's user and order become? Models that mean the same on any database.

Four departures: roles are a JSON column (ARRAY is PostgreSQL's alone), an enum keeps its values
(not its members' names), instants are aware and in UTC, and constraints have names.
"""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from enum import StrEnum
from uuid import UUID, uuid4

import pytest
from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    MetaData,
    Numeric,
    String,
    event,
    func,
    select,
    text,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator


class UTCDateTime(TypeDecorator[dt.datetime]):
    """An instant: aware and in UTC in Python, whatever the database keeps."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Refuse a naive value: nobody knows which hour it means."""
        del dialect
        if value is not None and value.tzinfo is None:
            message = "a naive datetime names no instant"
            raise ValueError(message)
        return value and value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        """Make what comes back aware again."""
        del dialect
        return value and value.replace(tzinfo=dt.UTC)


def utc_now() -> dt.datetime:
    """Return the time of now, aware."""
    return dt.datetime.now(dt.UTC)


class Base(DeclarativeBase):
    """Base of all models; named constraints can be changed by later migrations."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UUIDMixin:
    """A random primary key: clients cannot guess it, and no server has to count it up."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, sort_order=-1)


class TimestampMixin:
    """When a row was made and last changed.

    The default is Python's: the value is on the object after the flush. ``default=func.now()``
    costs a second query to learn it. The server default is for rows that other programs insert.
    """

    created_at: Mapped[dt.datetime] = mapped_column(
        UTCDateTime(), default=utc_now, server_default=func.now(), sort_order=100
    )
    updated_at: Mapped[dt.datetime] = mapped_column(
        UTCDateTime(), default=utc_now, onupdate=utc_now, server_default=func.now(), sort_order=101
    )


class OrderStatus(StrEnum):
    """Where an order stands."""

    PENDING = "pending"
    SHIPPED = "shipped"


class User(UUIDMixin, TimestampMixin, Base):
    """One user."""

    __tablename__ = "users"

    email: Mapped[str] = mapped_column(String(255), unique=True)
    roles: Mapped[list[str]] = mapped_column(JSON(), default=lambda: ["user"])

    # The database deletes the orders; the session need not load them to do it one by one.
    orders: Mapped[list["Order"]] = relationship(back_populates="user", passive_deletes="all")

    def __repr__(self) -> str:
        """Show what tells two users apart, and no secret."""
        return f"User(id={self.id!r}, email={self.email!r})"


class Order(UUIDMixin, TimestampMixin, Base):
    """One order."""

    __tablename__ = "orders"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    status: Mapped[OrderStatus] = mapped_column(
        Enum(
            OrderStatus,
            name="status",
            native_enum=False,
            create_constraint=True,
            values_callable=lambda members: [member.value for member in members],
        ),
        default=OrderStatus.PENDING,
    )
    total_amount: Mapped[Decimal] = mapped_column(Numeric(10, 2))

    user: Mapped[User] = relationship(back_populates="orders")


def _check_foreign_keys(connection: DBAPIConnection, _: object) -> None:
    """Make SQLite hold foreign keys: it does not unless it is asked on each connection."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


@asynccontextmanager
async def database() -> AsyncIterator[AsyncEngine]:
    """Make an empty database."""
    engine = create_async_engine("sqlite+aiosqlite://")
    event.listen(engine.sync_engine, "connect", _check_foreign_keys)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    try:
        yield engine
    finally:
        await engine.dispose()


def an_order(user: User) -> Order:
    """Make an order that is worth a whole number: SQLite keeps decimals as floats."""
    return Order(user=user, total_amount=Decimal(10))


@pytest.mark.filterwarnings("ignore:Dialect sqlite.*does \\*not\\* support Decimal")
async def test_values_come_back_as_they_were() -> None:
    async with database() as engine:
        async with AsyncSession(engine, expire_on_commit=False) as session:
            user = User(email="ann@example.com")
            order = an_order(user)
            session.add(order)
            await session.commit()
            assert user.roles == ["user"]
            assert repr(user) == f"User(id={user.id!r}, email='ann@example.com')"
            assert order.created_at.tzinfo is dt.UTC
            stored = await session.scalar(text("SELECT status FROM orders"))
            assert stored == "pending"
        async with AsyncSession(engine) as session:
            found = await session.get_one(Order, order.id)
            assert found.status is OrderStatus.PENDING
            assert found.created_at == order.created_at


@pytest.mark.filterwarnings("ignore:Dialect sqlite.*does \\*not\\* support Decimal")
async def test_deleting_a_user_deletes_the_orders_in_the_database() -> None:
    async with database() as engine, AsyncSession(engine) as session:
        user = User(email="ann@example.com")
        session.add(an_order(user))
        await session.commit()
        await session.delete(user)
        await session.commit()
        assert await session.scalar(select(func.count()).select_from(Order)) == 0


async def test_the_database_itself_refuses_duplicates_orphans_and_unknown_values() -> None:
    refused = [
        "INSERT INTO users (id, email, roles) VALUES ('b', 'ann@example.com', '[]')",
        "INSERT INTO orders (id, user_id, status, total_amount) VALUES ('c', 'x', 'pending', 1)",
        "INSERT INTO orders (id, user_id, status, total_amount) VALUES ('c', 'a', 'PENDING', 1)",
    ]
    async with database() as engine, AsyncSession(engine) as session:
        await session.execute(
            text("INSERT INTO users (id, email, roles) VALUES ('a', 'ann@example.com', '[]')")
        )
        await session.commit()
        for statement in refused:
            with pytest.raises(IntegrityError):
                await session.execute(text(statement))
            await session.rollback()


def test_a_naive_datetime_is_refused() -> None:
    naive = dt.datetime(2024, 1, 1)  # noqa: DTZ001 - the mistake itself
    with pytest.raises(ValueError, match="names no instant"):
        UTCDateTime().process_bind_param(naive, Dialect())
