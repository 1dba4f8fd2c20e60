"""Reading schemas."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.schemas.base import Input, Output, Page, PageQuery
from app.schemas.shared import StationResponse
from app.schemas.types import Digits, Instant, NumberParam, Text, omitted


class ReadingResponse(Output):
    """What a client sees of a reading."""

    id: UUID
    taken_at: dt.datetime
    celsius: Annotated[Decimal, Digits(5, 2)]
    remark: str | None
    station_id: UUID
    created_at: dt.datetime
    updated_at: dt.datetime
    station: StationResponse


class ReadingCreate(Input):
    """What a client sends for a reading."""

    taken_at: Instant
    celsius: Annotated[Decimal, Digits(5, 2)]
    remark: Text | None = None
    station_id: UUID


class ReadingUpdate(Input):
    """What a client may change of a reading; what is absent stays."""

    taken_at: Instant = Field(default_factory=omitted)
    celsius: Annotated[Decimal, Digits(5, 2)] = Field(default_factory=omitted)
    remark: Text | None = None
    station_id: UUID = Field(default_factory=omitted)


class ListReadingsQuery(PageQuery):
    """What a client may ask of 'list_readings'."""

    id: UUID | None = None
    taken_at_min: Instant | None = None
    taken_at_max: Instant | None = None
    celsius: NumberParam | None = None
    celsius_min: NumberParam | None = None
    celsius_max: NumberParam | None = None
    station_id: UUID | None = None
    created_at_min: Instant | None = None
    created_at_max: Instant | None = None
    updated_at_min: Instant | None = None
    updated_at_max: Instant | None = None
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal[
        "id",
        "taken_at",
        "celsius",
        "remark",
        "station_id",
        "created_at",
        "updated_at",
    ] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"


class ReadingListResponse(Page[ReadingResponse]):
    """Many rows, each as ReadingResponse."""
