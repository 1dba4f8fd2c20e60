"""How are related rows loaded? On purpose, in a known number of queries.

What was not loaded would be loaded when it is touched: by a query in the middle of an attribute
access, which an asynchronous session cannot do (MissingGreenlet). ``raiseload`` says so earlier
and by name, with the synchronous sessions too.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest
from sqlalchemy import ForeignKey, String, event, inspect, select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    joinedload,
    mapped_column,
    raiseload,
    relationship,
    selectinload,
)


class Base(DeclarativeBase):
    """Base of this example's models."""


class Author(Base):
    """One author."""

    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))

    books: Mapped[list["Book"]] = relationship(back_populates="author")


class Book(Base):
    """One book."""

    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(50))
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"), index=True)

    author: Mapped[Author] = relationship(back_populates="books")


@asynccontextmanager
async def library() -> AsyncIterator[AsyncEngine]:
    """Make a database of three authors with two books each."""
    engine = create_async_engine("sqlite+aiosqlite://")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncSession(engine) as session:
        for name in "ABC":
            books = [Book(title=f"{name}{number}") for number in (1, 2)]
            session.add(Author(name=name, books=books))
        await session.commit()
    try:
        yield engine
    finally:
        await engine.dispose()


@contextmanager
def counted(engine: AsyncEngine) -> Iterator[list[str]]:
    """Collect the statements that are sent to the database."""
    sent: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        sent.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)


async def test_touching_what_was_not_loaded_fails() -> None:
    async with library() as engine, AsyncSession(engine) as session:
        author = await session.get_one(Author, 1, options=[raiseload("*")])
        with pytest.raises(InvalidRequestError, match=r"'Author.books' is not available"):
            _ = author.books


async def test_many_rows_are_loaded_by_one_more_query() -> None:
    async with library() as engine, AsyncSession(engine) as session:
        with counted(engine) as sent:
            statement = select(Author).order_by(Author.id).options(selectinload(Author.books))
            authors = (await session.scalars(statement)).all()
        titles = [[book.title for book in author.books] for author in authors]
        assert titles == [["A1", "A2"], ["B1", "B2"], ["C1", "C2"]]
        assert len(sent) == 2


async def test_one_row_is_loaded_by_the_same_query() -> None:
    async with library() as engine, AsyncSession(engine) as session:
        with counted(engine) as sent:
            statement = select(Book).order_by(Book.id).options(joinedload(Book.author)).limit(4)
            books = (await session.scalars(statement)).all()
        assert [book.author.name for book in books] == ["A", "A", "B", "B"]
        assert len(sent) == 1


async def test_after_a_commit_only_what_does_not_expire_can_be_read() -> None:
    async with library() as engine:
        async with AsyncSession(engine) as session:
            author = await session.get_one(Author, 1)
            await session.commit()
            assert "name" in inspect(author).expired_attributes
        async with AsyncSession(engine, expire_on_commit=False) as session:
            author = await session.get_one(Author, 1)
            await session.commit()
            assert author.name == "A"
