"""Rows for tests: each satisfies every rule, and a test names only what it is about."""

from itertools import count
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.base import Base
from app.models.note import Note

RowT = TypeVar("RowT", bound=Base)


class Factory:
    """Makes rows and what they need."""

    def __init__(self, db: AsyncSession) -> None:
        self.db = db
        self.numbers = count(1)

    async def save(self, row: RowT) -> RowT:
        """Insert a row."""
        self.db.add(row)
        await self.db.flush()
        return row

    async def note(self, **values: Any) -> Note:
        """Make a Note."""
        number = next(self.numbers)
        made: dict[str, Any] = {
            "text": f"text {number}",
        }
        return await self.save(Note(**made | values))
