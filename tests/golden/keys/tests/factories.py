"""Rows for tests: each satisfies every rule, and a test names only what it is about."""

import datetime as dt
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.base import Base
from app.models.department import Department
from app.models.employee import Employee
from app.models.passport import Passport
from app.models.person import Person
from app.models.reading import Reading
from app.models.skill import Skill
from app.models.tenant import Tenant

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

    async def tenant(self, **values: Any) -> Tenant:
        """Make a Tenant."""
        number = next(self.numbers)
        made: dict[str, Any] = {
            "code": str(number).zfill(1)[-12:],
            "name": f"name {number}",
        }
        return await self.save(Tenant(**made | values))

    async def department(self, **values: Any) -> Department:
        """Make a Department."""
        if not values.keys() & {"tenant", "tenant_code"}:
            values["tenant"] = await self.tenant()
        number = next(self.numbers)
        made: dict[str, Any] = {
            "number": number,
            "title": f"title {number}",
        }
        return await self.save(Department(**made | values))

    async def employee(self, **values: Any) -> Employee:
        """Make an Employee."""
        if not values.keys() & {"department", "department_tenant_code", "department_number"}:
            values["department"] = await self.department()
        number = next(self.numbers)
        made: dict[str, Any] = {
            "badge": uuid4(),
            "name": f"name {number}",
            "born": dt.date(2024, 1, 1) + dt.timedelta(days=number),
            "shift": dt.time(number % 24, number // 24 % 60),
            "salary": Decimal("1.0000"),
        }
        return await self.save(Employee(**made | values))

    async def passport(self, **values: Any) -> Passport:
        """Make a Passport."""
        if not values.keys() & {"employee", "employee_badge"}:
            values["employee"] = await self.employee()
        number = next(self.numbers)
        made: dict[str, Any] = {
            "number": f"number {number}",
        }
        return await self.save(Passport(**made | values))

    async def skill(self, **values: Any) -> Skill:
        """Make a Skill."""
        number = next(self.numbers)
        made: dict[str, Any] = {
            "name": f"name {number}",
        }
        return await self.save(Skill(**made | values))

    async def person(self, **values: Any) -> Person:
        """Make a Person."""
        number = next(self.numbers)
        made: dict[str, Any] = {
            "name": f"name {number}",
        }
        return await self.save(Person(**made | values))

    async def reading(self, **values: Any) -> Reading:
        """Make a Reading."""
        number = next(self.numbers)
        made: dict[str, Any] = {
            "sensor": number,
            "at": dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=number),
            "value": 1.0,
            "raw": str(number).encode(),
            "details": {"number": number},
            "limits": {"number": number},
            "tags": [f"tags {number}"],
            "took": dt.timedelta(seconds=number),
        }
        return await self.save(Reading(**made | values))
