"""Rows for tests: each satisfies every rule, and a test names only what it is about."""

import datetime as dt
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.base import Base
from app.models.reading import Reading
from app.models.station import Station

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

    async def station(self, **values: Any) -> Station:
        """Make a Station."""
        number = next(self.numbers)
        made: dict[str, Any] = {
            "code": str(number).zfill(1)[-12:],
            "name": f"name {number}",
        }
        return await self.save(Station(**made | values))

    async def reading(self, **values: Any) -> Reading:
        """Make a Reading."""
        if not values.keys() & {"station", "station_id"}:
            values["station"] = await self.station()
        number = next(self.numbers)
        made: dict[str, Any] = {
            "taken_at": dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=number),
            "celsius": Decimal("1.00"),
            "remark": f"remark {number}",
        }
        return await self.save(Reading(**made | values))
