"""Station schemas."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from app.schemas.base import Input, Page, PageQuery
from app.schemas.shared import StationResponse
from app.schemas.types import Instant, Text, omitted


class StationCreate(Input):
    """What a client sends for a station."""

    code: Text = Field(max_length=12)
    name: Text = Field(max_length=80)


class StationUpdate(Input):
    """What a client may change of a station; what is absent stays."""

    code: Text = Field(default_factory=omitted, max_length=12)
    name: Text = Field(default_factory=omitted, max_length=80)


class ListStationsQuery(PageQuery):
    """What a client may ask of 'list_stations'."""

    id: UUID | None = None
    code: Text | None = Field(default=None, max_length=500)
    name: Text | None = Field(default=None, max_length=500)
    created_at_min: Instant | None = None
    created_at_max: Instant | None = None
    updated_at_min: Instant | None = None
    updated_at_max: Instant | None = None
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal["id", "code", "name", "created_at", "updated_at"] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"


class StationListResponse(Page[StationResponse]):
    """Many rows, each as StationResponse."""
