"""Why must tasks not share a database session? What happens then, and what to do instead."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import func, insert, select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Base of this example's one table."""


class Visit(Base):
    """One row."""

    __tablename__ = "visits"

    id: Mapped[int] = mapped_column(primary_key=True)


@asynccontextmanager
async def database(folder: Path) -> AsyncIterator[AsyncEngine]:
    """Make a database with two rows."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{folder / 'visits.db'}")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        await connection.execute(insert(Visit), [{"id": 1}, {"id": 2}])
    await engine.dispose()
    try:
        yield engine
    finally:
        await engine.dispose()


async def count(session: AsyncSession) -> int:
    """Count the rows."""
    return await session.scalar(select(func.count()).select_from(Visit)) or 0


async def count_with_own_session(sessions: async_sessionmaker[AsyncSession]) -> int:
    """Count the rows in a session that no other task knows."""
    async with sessions() as session:
        return await count(session)


async def test_tasks_that_share_a_session_fail(tmp_path: Path) -> None:
    async with database(tmp_path) as engine, AsyncSession(engine) as session:
        answers = await asyncio.gather(
            count(session), count(session), count(session), return_exceptions=True
        )
    refused = [answer for answer in answers if isinstance(answer, InvalidRequestError)]
    assert refused
    assert "concurrent operations are not permitted" in str(refused[0])


async def test_tasks_with_a_session_each_do_not(tmp_path: Path) -> None:
    async with database(tmp_path) as engine:
        sessions = async_sessionmaker(engine)
        answers = await asyncio.gather(*(count_with_own_session(sessions) for _ in range(3)))
    assert answers == [2, 2, 2]


async def test_one_session_serves_questions_one_after_the_other(tmp_path: Path) -> None:
    async with database(tmp_path) as engine, AsyncSession(engine) as session:
        assert [await count(session), await count(session)] == [2, 2]
