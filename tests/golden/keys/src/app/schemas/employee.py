"""Employee schemas."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.schemas.base import Input, Output, Page, PageQuery
from app.schemas.shared import DepartmentSummary, EmployeeSummary
from app.schemas.types import Clock, Day, Digits, Instant, Int32, Int32Param, Text, omitted


class EmployeeResponse(Output):
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
    department: DepartmentSummary
    manager: EmployeeSummary | None


class EmployeeCreate(Input):
    """What a client sends for an employee."""

    badge: UUID
    name: Text = Field(max_length=80)
    born: Day | None = None
    shift: Clock | None = None
    salary: Annotated[Decimal, Digits(30, 4)] | None = None
    department_tenant_code: Text = Field(max_length=12)
    department_number: Int32
    manager_badge: UUID | None = None


class EmployeeReplace(Input):
    """What a client sends for an employee."""

    name: Text = Field(max_length=80)
    born: Day | None = None
    shift: Clock | None = None
    salary: Annotated[Decimal, Digits(30, 4)] | None = None
    department_tenant_code: Text = Field(max_length=12)
    department_number: Int32
    manager_badge: UUID | None = None


class EmployeeUpdate(Input):
    """What a client may change of an employee; what is absent stays."""

    name: Text = Field(default_factory=omitted, max_length=80)
    born: Day | None = None
    shift: Clock | None = None
    salary: Annotated[Decimal, Digits(30, 4)] | None = None
    department_tenant_code: Text = Field(default_factory=omitted, max_length=12)
    department_number: Int32 = Field(default_factory=omitted)
    manager_badge: UUID | None = None


class ListEmployeesQuery(PageQuery):
    """What a client may ask of 'list_employees'."""

    badge: UUID | None = None
    name: Text | None = Field(default=None, max_length=500)
    born: Day | None = None
    born_min: Day | None = None
    born_max: Day | None = None
    hired_min: Instant | None = None
    hired_max: Instant | None = None
    salary: Annotated[Decimal, Digits(30, 4)] | None = None
    salary_min: Annotated[Decimal, Digits(30, 4)] | None = None
    salary_max: Annotated[Decimal, Digits(30, 4)] | None = None
    department_tenant_code: Text | None = Field(default=None, max_length=500)
    department_number: Int32Param | None = None
    manager_badge: UUID | None = None
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal[
        "badge",
        "name",
        "born",
        "hired",
        "salary",
        "department_tenant_code",
        "department_number",
        "manager_badge",
    ] = "badge"
    sort_order: Literal["asc", "desc"] = "asc"


class EmployeeListResponse(Page[EmployeeResponse]):
    """Many rows, each as EmployeeResponse."""
