"""Order schemas."""

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.models.enums import OrderStatus
from app.schemas.base import Input, Output, Page, PageQuery
from app.schemas.types import Instant, Text, omitted


class OrderResponse(Output):
    """What a client sees of an order."""

    id: UUID
    status: OrderStatus
    note: str | None
    user_id: UUID
    created_at: dt.datetime
    updated_at: dt.datetime


class OrderCreate(Input):
    """What a client sends for an order."""

    note: Text | None = Field(default=None, max_length=200)


class OrderUpdate(Input):
    """What a client may change of an order; what is absent stays."""

    status: OrderStatus = Field(default_factory=omitted)
    note: Text | None = Field(default=None, max_length=200)


class ListOrdersQuery(PageQuery):
    """What a client may ask of 'list_orders'."""

    id: UUID | None = None
    status: OrderStatus | None = None
    note: Text | None = Field(default=None, max_length=500)
    user_id: UUID | None = None
    created_at_min: Instant | None = None
    created_at_max: Instant | None = None
    updated_at_min: Instant | None = None
    updated_at_max: Instant | None = None
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal["id", "status", "note", "user_id", "created_at", "updated_at"] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"


class OrderListResponse(Page[OrderResponse]):
    """Many rows, each as OrderResponse."""
