"""Tenant schemas."""

from typing import Literal

from pydantic import Field

from app.schemas.base import Input, Page, PageQuery
from app.schemas.shared import TenantResponse
from app.schemas.types import Segment, Text, omitted


class TenantCreate(Input):
    """What a client sends for a tenant."""

    code: Segment = Field(max_length=12)
    name: Text = Field(max_length=80)


class TenantReplace(Input):
    """What a client sends for a tenant."""

    name: Text = Field(max_length=80)


class TenantUpdate(Input):
    """What a client may change of a tenant; what is absent stays."""

    name: Text = Field(default_factory=omitted, max_length=80)


class ListTenantsQuery(PageQuery):
    """What a client may ask of 'list_tenants'."""

    code: Text | None = Field(default=None, max_length=500)
    name: Text | None = Field(default=None, max_length=500)
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal["code", "name"] = "code"
    sort_order: Literal["asc", "desc"] = "asc"


class TenantListResponse(Page[TenantResponse]):
    """Many rows, each as TenantResponse."""
