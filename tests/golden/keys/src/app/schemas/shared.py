"""shared schemas."""

import datetime as dt
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from app.schemas.base import Output
from app.schemas.types import Digits


class TenantResponse(Output):
    """What a client sees of a tenant."""

    code: str
    name: str


class EmployeeSummary(Output):
    """What a client sees of an employee."""

    badge: UUID
    name: str
    born: dt.date | None
    hired: dt.datetime
    shift: dt.time | None
    salary: Annotated[Decimal, Digits(30, 4)] | None
    department_tenant_code: str
    department_number: int
    manager_badge: UUID | None


class DepartmentSummary(Output):
    """What a client sees of a department."""

    number: int
    title: str
    tenant_code: str
    head_badge: UUID | None
