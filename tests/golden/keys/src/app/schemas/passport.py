"""Passport schemas."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from app.schemas.base import Input, Output, Page, PageQuery
from app.schemas.shared import EmployeeSummary
from app.schemas.types import Segment, Text, omitted


class PassportResponse(Output):
    """What a client sees of a passport."""

    number: str
    employee_badge: UUID
    employee: EmployeeSummary


class PassportCreate(Input):
    """What a client sends for a passport."""

    number: Segment = Field(max_length=20)
    employee_badge: UUID


class PassportReplace(Input):
    """What a client sends for a passport."""

    employee_badge: UUID


class PassportUpdate(Input):
    """What a client may change of a passport; what is absent stays."""

    employee_badge: UUID = Field(default_factory=omitted)


class ListPassportsQuery(PageQuery):
    """What a client may ask of 'list_passports'."""

    number: Text | None = Field(default=None, max_length=500)
    employee_badge: UUID | None = None
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal["number", "employee_badge"] = "number"
    sort_order: Literal["asc", "desc"] = "asc"


class PassportListResponse(Page[PassportResponse]):
    """Many rows, each as PassportResponse."""
