"""Rows for tests: each satisfies every rule, and a test names only what it is about."""

from decimal import Decimal
from itertools import count
from typing import Any, TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.security import issue_token
from app.models.base import Base
from app.models.enums import OrderStatus
from app.models.order import Order
from app.models.order_item import OrderItem
from app.models.product import Product
from app.models.user import User

RowT = TypeVar("RowT", bound=Base)

# Hashing is slow on purpose, and no test is about that.
QUICK_HASHER = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
PASSWORD = "Correct-Horse-7"
PASSWORD_HASH = QUICK_HASHER.hash(PASSWORD)


def headers(user: User) -> dict[str, str]:
    """Return the headers of a request that a user makes."""
    token = issue_token(str(user.id), user.hashed_password, "access")
    return {"Authorization": f"Bearer {token}"}


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

    async def user(self, **values: Any) -> User:
        """Make a User."""
        number = next(self.numbers)
        made: dict[str, Any] = {
            "email": f"email{number}@example.com",
            "full_name": f"full_name {number}",
            "hashed_password": PASSWORD_HASH,
        }
        return await self.save(User(**made | values))

    async def product(self, **values: Any) -> Product:
        """Make a Product."""
        number = next(self.numbers)
        made: dict[str, Any] = {
            "sku": f"sku {number}",
            "name": f"name {number}",
            "price": Decimal("1.00"),
            "stock": 1,
        }
        return await self.save(Product(**made | values))

    async def order(self, **values: Any) -> Order:
        """Make an Order."""
        if not values.keys() & {"user", "user_id"}:
            values["user"] = await self.user()
        number = next(self.numbers)
        made: dict[str, Any] = {
            "status": OrderStatus.PENDING,
            "note": f"note {number}",
        }
        return await self.save(Order(**made | values))

    async def order_item(self, **values: Any) -> OrderItem:
        """Make an OrderItem."""
        if not values.keys() & {"order", "order_id"}:
            values["order"] = await self.order()
        if not values.keys() & {"product", "product_id"}:
            values["product"] = await self.product()
        made: dict[str, Any] = {
            "quantity": 1,
            "unit_price": Decimal("1.00"),
        }
        return await self.save(OrderItem(**made | values))
