"""Rows for tests: each satisfies every rule, and a test names only what it is about."""

from decimal import Decimal
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.base import Base
from app.models.enums import ProductState
from app.models.product import Product
from app.models.store import Store

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

    async def store(self, **values: Any) -> Store:
        """Make a Store."""
        number = next(self.numbers)
        made: dict[str, Any] = {
            "slug": f"slug {number}",
            "title": f"title {number}",
        }
        return await self.save(Store(**made | values))

    async def product(self, **values: Any) -> Product:
        """Make a Product."""
        if not values.keys() & {"store", "store_id"}:
            values["store"] = await self.store()
        number = next(self.numbers)
        made: dict[str, Any] = {
            "sku": f"sku {number}",
            "label": f"label {number}",
            "unit_price": Decimal("1.00"),
            "state": ProductState.DRAFT,
        }
        return await self.save(Product(**made | values))
