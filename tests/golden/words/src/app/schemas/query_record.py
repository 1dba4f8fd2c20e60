"""Query record schemas."""

import datetime as dt
from typing import Literal

from pydantic import Field

from app.schemas.base import Input, Output, Page, PageQuery
from app.schemas.shared import ClassRecordResponse, SessionRecordResponse
from app.schemas.types import Instant, Int64, Int64Param, Text, omitted


class QueryRecordResponse(Output):
    """What a client sees of a query record."""

    id: int
    body: str | None
    session_id: int
    class_id: int | None
    created_at: dt.datetime
    updated_at: dt.datetime
    session: SessionRecordResponse
    class_: ClassRecordResponse | None = Field(serialization_alias="class")


class QueryRecordCreate(Input):
    """What a client sends for a query record."""

    body: Text | None = None
    session_id: Int64
    class_id: Int64 | None = None


class QueryRecordUpdate(Input):
    """What a client may change of a query record; what is absent stays."""

    body: Text | None = None
    session_id: Int64 = Field(default_factory=omitted)
    class_id: Int64 | None = None


class ListQueryRecordsQuery(PageQuery):
    """What a client may ask of 'list_query_records'."""

    id: Int64Param | None = None
    session_id: Int64Param | None = None
    class_id: Int64Param | None = None
    created_at_min: Instant | None = None
    created_at_max: Instant | None = None
    updated_at_min: Instant | None = None
    updated_at_max: Instant | None = None
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal[
        "id",
        "body",
        "session_id",
        "class_id",
        "created_at",
        "updated_at",
    ] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"


class QueryRecordListResponse(Page[QueryRecordResponse]):
    """Many rows, each as QueryRecordResponse."""
