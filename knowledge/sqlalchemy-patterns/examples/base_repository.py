"""What can be done with any model? The role document's generic repository, with its gaps closed.

Three gaps: ``sort_by`` went unchecked into ``getattr``; rows of one sort value had no order, so
that pages overlapped; and the key was always one column called ``id``.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

import pytest
from sqlalchemy import (
    Boolean,
    ColumnElement,
    ColumnExpressionArgument,
    String,
    func,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, mapped_column


class NotFoundError(Exception):
    """There is no such row."""


class ConflictError(Exception):
    """Another row stands in the way."""


class Base(DeclarativeBase):
    """Base of this example's models."""


class User(Base):
    """One user."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)


ModelT = TypeVar("ModelT", bound=Base)


@dataclass(frozen=True)
class Query:
    """Which page, in which order; checked by a schema before it gets here."""

    sort_by: str = "id"
    sort_order: Literal["asc", "desc"] = "asc"
    page: int = 1
    limit: int = 20


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What one list may be sorted by, and the key that decides between equals."""

    key: tuple[InstrumentedAttribute[Any], ...]
    sorts: Mapping[str, InstrumentedAttribute[Any]] = field(default_factory=dict)

    def order(self, query: Query) -> list[ColumnElement[Any]]:
        """Return the order; a name that is not listed is a KeyError, never an attribute."""
        column = self.sorts[query.sort_by]
        first = column.desc() if query.sort_order == "desc" else column.asc()
        return [first, *(key.asc() for key in self.key)]


class BaseRepository(Generic[ModelT]):
    """Queries over one model."""

    def __init__(self, session: AsyncSession, model: type[ModelT]) -> None:
        """Work in one request's session."""
        self.session = session
        self.model = model

    async def one(self, *where: ColumnExpressionArgument[bool]) -> ModelT:
        """Return the row that matches, or say that there is none."""
        row = (await self.session.scalars(select(self.model).where(*where))).one_or_none()
        if row is None:
            message = f"{self.model.__name__} not found."
            raise NotFoundError(message)
        return row

    async def page(
        self, listing: Listing, query: Query, *where: ColumnExpressionArgument[bool]
    ) -> tuple[list[ModelT], int]:
        """Return one page of the rows that match, and how many match in all."""
        counting = select(func.count()).select_from(self.model).where(*where)
        total = await self.session.scalar(counting) or 0
        statement = (
            select(self.model)
            .where(*where)
            .order_by(*listing.order(query))
            .offset((query.page - 1) * query.limit)
            .limit(query.limit)
        )
        return list(await self.session.scalars(statement)), total

    async def add(self, row: ModelT) -> None:
        """Insert a row; whether it is a duplicate is the database's to say, not a look before."""
        self.session.add(row)
        try:
            await self.session.commit()
        except IntegrityError as error:
            await self.session.rollback()
            message = "A row with these values exists already."
            raise ConflictError(message) from error

    async def remove(self, row: ModelT) -> None:
        """Delete a row."""
        await self.session.delete(row)
        await self.session.commit()


LIST_USERS = Listing(
    key=(User.id,),
    sorts={"id": User.id, "email": User.email, "is_active": User.is_active},
)


class UserRepository(BaseRepository[User]):
    """What only users need."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, User)

    async def by_email(self, email: str) -> User:
        """Return the user with this address."""
        return await self.one(User.email == email)

    async def active(self, query: Query) -> tuple[list[User], int]:
        """Return active users: ``is_active`` is a condition by itself, ``== True`` adds nothing."""
        return await self.page(LIST_USERS, query, User.is_active)


@asynccontextmanager
async def users(*emails: str) -> AsyncIterator[UserRepository]:
    """Make a database with these users."""
    engine = create_async_engine("sqlite+aiosqlite://")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncSession(engine, expire_on_commit=False) as session:
        repository = UserRepository(session)
        for email in emails:
            await repository.add(User(email=email))
        try:
            yield repository
        finally:
            await session.close()
            await engine.dispose()


async def test_a_row_is_found_by_its_own_question() -> None:
    async with users("ann@example.com") as repository:
        assert (await repository.by_email("ann@example.com")).id == 1
        with pytest.raises(NotFoundError, match="User not found"):
            await repository.by_email("ben@example.com")


async def test_pages_do_not_overlap_where_the_sort_values_are_equal() -> None:
    async with users(*(f"{number}@example.com" for number in range(7))) as repository:
        seen = []
        for page in (1, 2, 3):
            query = Query(sort_by="is_active", sort_order="desc", page=page, limit=3)
            rows, total = await repository.active(query)
            assert total == 7
            seen += [row.id for row in rows]
    assert seen == [1, 2, 3, 4, 5, 6, 7]


async def test_a_sort_key_outside_the_list_reaches_no_attribute() -> None:
    async with users() as repository:
        with pytest.raises(KeyError):
            await repository.active(Query(sort_by="metadata"))


async def test_a_duplicate_is_a_conflict_and_the_session_lives_on() -> None:
    async with users("ann@example.com") as repository:
        with pytest.raises(ConflictError):
            await repository.add(User(email="ann@example.com"))
        await repository.remove(await repository.by_email("ann@example.com"))
        assert await repository.page(LIST_USERS, Query()) == ([], 0)
