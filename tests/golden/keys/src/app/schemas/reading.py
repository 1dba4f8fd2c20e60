"""Reading schemas."""

import datetime as dt
from typing import Annotated, Any, Literal, cast

from pydantic import Field

from app.schemas.base import Input, Output, Page, PageQuery
from app.schemas.types import (
    Base64,
    Duration,
    Instant,
    Int32,
    Int32Param,
    Json,
    Number,
    NumberParam,
    PresentJson,
    Text,
    omitted,
)


class ReadingResponse(Output):
    """What a client sees of a reading."""

    sensor: int
    at: dt.datetime
    value: float
    raw: Base64 | None
    details: Any | None
    limits: Any
    tags: list[str] | None
    took: Duration | None


class ReadingCreate(Input):
    """What a client sends for a reading."""

    sensor: Int32
    at: Instant
    value: Number
    raw: Base64 | None = None
    details: Json | None = None
    limits: PresentJson = Field(default_factory=lambda: cast("Any", {"low": [0, 5]}))
    tags: list[Annotated[Text, Field(max_length=20)]] | None = None
    took: Duration | None = None


class ReadingReplace(Input):
    """What a client sends for a reading."""

    value: Number
    raw: Base64 | None = None
    details: Json | None = None
    limits: PresentJson = Field(default_factory=lambda: cast("Any", {"low": [0, 5]}))
    tags: list[Annotated[Text, Field(max_length=20)]] | None = None
    took: Duration | None = None


class ReadingUpdate(Input):
    """What a client may change of a reading; what is absent stays."""

    value: Number = Field(default_factory=omitted)
    raw: Base64 | None = None
    details: Json | None = None
    limits: PresentJson = Field(default_factory=omitted)
    tags: list[Annotated[Text, Field(max_length=20)]] | None = None
    took: Duration | None = None


class ListReadingsQuery(PageQuery):
    """What a client may ask of 'list_readings'."""

    sensor: Int32Param | None = None
    value_min: NumberParam | None = None
    value_max: NumberParam | None = None
    sort_by: Literal["sensor", "at", "value"] = "sensor"
    sort_order: Literal["asc", "desc"] = "asc"


class ReadingListResponse(Page[ReadingResponse]):
    """Many rows, each as ReadingResponse."""
