"""Department schemas."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from app.schemas.base import Input, Output, Page, PageQuery
from app.schemas.shared import EmployeeSummary, TenantResponse
from app.schemas.types import Int32, Int32Param, Segment, Text, omitted


class DepartmentResponse(Output):
    """What a client sees of a department."""

    number: int
    title: str
    tenant_code: str
    head_badge: UUID | None
    tenant: TenantResponse
    head: EmployeeSummary | None


class DepartmentCreate(Input):
    """What a client sends for a department."""

    number: Int32
    title: Text = Field(max_length=80)
    tenant_code: Segment = Field(max_length=12)
    head_badge: UUID | None = None


class DepartmentReplace(Input):
    """What a client sends for a department."""

    title: Text = Field(max_length=80)
    head_badge: UUID | None = None


class DepartmentUpdate(Input):
    """What a client may change of a department; what is absent stays."""

    title: Text = Field(default_factory=omitted, max_length=80)
    head_badge: UUID | None = None


class ListDepartmentsQuery(PageQuery):
    """What a client may ask of 'list_departments'."""

    number: Int32Param | None = None
    title: Text | None = Field(default=None, max_length=500)
    tenant_code: Text | None = Field(default=None, max_length=500)
    head_badge: UUID | None = None
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal["number", "title", "tenant_code", "head_badge"] = "number"
    sort_order: Literal["asc", "desc"] = "asc"


class DepartmentListResponse(Page[DepartmentResponse]):
    """Many rows, each as DepartmentResponse."""
