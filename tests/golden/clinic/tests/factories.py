"""Rows for tests: each satisfies every rule, and a test names only what it is about."""

import datetime as dt
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.security import issue_token
from app.models.account import Account
from app.models.album import Album
from app.models.base import Base
from app.models.breed import Breed
from app.models.enums import VisitState
from app.models.pet import Pet
from app.models.prescription import Prescription
from app.models.visit import Visit

RowT = TypeVar("RowT", bound=Base)

# Hashing is slow on purpose, and no test is about that.
QUICK_HASHER = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
PASSWORD = "Correct-Horse-7"
PASSWORD_HASH = QUICK_HASHER.hash(PASSWORD)


def headers(user: Account) -> dict[str, str]:
    """Return the headers of a request that a user makes."""
    token = issue_token(str(user.id), user.hashed_secret, "access")
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

    async def account(self, **values: Any) -> Account:
        """Make an Account."""
        number = next(self.numbers)
        made: dict[str, Any] = {
            "username": f"username {number}",
            "hashed_secret": PASSWORD_HASH,
            "nickname": f"nickname {number}",
        }
        return await self.save(Account(**made | values))

    async def pet(self, **values: Any) -> Pet:
        """Make a Pet."""
        if not values.keys() & {"account", "account_id"}:
            values["account"] = await self.account()
        number = next(self.numbers)
        made: dict[str, Any] = {
            "name": f"name {number}",
            "born": dt.date(2024, 1, 1) + dt.timedelta(days=number),
        }
        return await self.save(Pet(**made | values))

    async def visit(self, **values: Any) -> Visit:
        """Make a Visit."""
        if not values.keys() & {"pet", "pet_id"}:
            values["pet"] = await self.pet()
        number = next(self.numbers)
        made: dict[str, Any] = {
            "at": dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=number),
            "state": VisitState.BOOKED,
            "fee": Decimal("1.00"),
        }
        return await self.save(Visit(**made | values))

    async def prescription(self, **values: Any) -> Prescription:
        """Make a Prescription."""
        if not values.keys() & {"visit", "visit_id"}:
            values["visit"] = await self.visit()
        number = next(self.numbers)
        made: dict[str, Any] = {
            "text": f"text {number}",
        }
        return await self.save(Prescription(**made | values))

    async def album(self, **values: Any) -> Album:
        """Make an Album."""
        if not values.keys() & {"account", "account_id"}:
            values["account"] = await self.account()
        number = next(self.numbers)
        made: dict[str, Any] = {
            "title": f"title {number}",
        }
        return await self.save(Album(**made | values))

    async def breed(self, **values: Any) -> Breed:
        """Make a Breed."""
        number = next(self.numbers)
        made: dict[str, Any] = {
            "name": f"name {number}",
        }
        return await self.save(Breed(**made | values))
