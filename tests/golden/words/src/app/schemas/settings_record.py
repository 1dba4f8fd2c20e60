"""Settings record schemas."""

import datetime as dt
from typing import Literal

from pydantic import Field

from app.schemas.base import Input, Output, Page, PageQuery
from app.schemas.shared import QueryRecordSummary
from app.schemas.types import Instant, Int64, Int64Param, Text, omitted


class SettingsRecordResponse(Output):
    """What a client sees of a settings record."""

    id: int
    json_: str | None = Field(serialization_alias="json")
    copy_: str | None = Field(serialization_alias="copy")
    query_id: int
    created_at: dt.datetime
    updated_at: dt.datetime
    query: QueryRecordSummary


class SettingsRecordCreate(Input):
    """What a client sends for a settings record."""

    json_: Text | None = Field(default=None, alias="json", max_length=10)
    copy_: Text | None = Field(default=None, alias="copy", max_length=10)
    query_id: Int64


class SettingsRecordUpdate(Input):
    """What a client may change of a settings record; what is absent stays."""

    json_: Text | None = Field(default=None, alias="json", max_length=10)
    copy_: Text | None = Field(default=None, alias="copy", max_length=10)
    query_id: Int64 = Field(default_factory=omitted)


class ListSettingsRecordsQuery(PageQuery):
    """What a client may ask of 'list_settings_records'."""

    id: Int64Param | None = None
    json_: Text | None = Field(default=None, alias="json", max_length=500)
    copy_: Text | None = Field(default=None, alias="copy", max_length=500)
    query_id: Int64Param | None = None
    created_at_min: Instant | None = None
    created_at_max: Instant | None = None
    updated_at_min: Instant | None = None
    updated_at_max: Instant | None = None
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal["id", "json", "copy", "query_id", "created_at", "updated_at"] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"


class SettingsRecordListResponse(Page[SettingsRecordResponse]):
    """Many rows, each as SettingsRecordResponse."""
