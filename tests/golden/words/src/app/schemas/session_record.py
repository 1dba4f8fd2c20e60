"""Session record schemas."""

from typing import Literal

from pydantic import Field

from app.schemas.base import Input, Page, PageQuery
from app.schemas.shared import SessionRecordResponse
from app.schemas.types import Instant, Int32, Int32Param, Int64Param, Text


class SessionRecordCreate(Input):
    """What a client sends for a session record."""

    ubergrosse: Text | None = Field(default=None, max_length=10)
    ming_qian: Text | None = Field(default=None, max_length=20)
    registry_: Int32 | None = Field(default=None, alias="registry")
    page: Int32 | None = None
    q: Text | None = Field(default=None, max_length=10)
    limit: Int32 | None = None
    sort_by: Text | None = Field(default=None, max_length=10)


class SessionRecordUpdate(Input):
    """What a client may change of a session record; what is absent stays."""

    ubergrosse: Text | None = Field(default=None, max_length=10)
    ming_qian: Text | None = Field(default=None, max_length=20)
    registry_: Int32 | None = Field(default=None, alias="registry")
    page: Int32 | None = None
    q: Text | None = Field(default=None, max_length=10)
    limit: Int32 | None = None
    sort_by: Text | None = Field(default=None, max_length=10)


class ListSessionRecordsQuery(PageQuery):
    """What a client may ask of 'list_session_records'."""

    id: Int64Param | None = None
    ubergrosse: Text | None = Field(default=None, max_length=500)
    ming_qian: Text | None = Field(default=None, max_length=500)
    registry_: Int32Param | None = Field(default=None, alias="registry")
    registry_min: Int32Param | None = Field(default=None, alias="registry__min")
    registry_max: Int32Param | None = Field(default=None, alias="registry__max")
    page_is: Int32Param | None = None
    page_min: Int32Param | None = None
    page_max: Int32Param | None = None
    q_is: Text | None = Field(default=None, max_length=500)
    limit_is: Int32Param | None = None
    limit_min: Int32Param | None = None
    limit_max: Int32Param | None = None
    sort_by_is: Text | None = Field(default=None, max_length=500)
    created_at_min: Instant | None = None
    created_at_max: Instant | None = None
    updated_at_min: Instant | None = None
    updated_at_max: Instant | None = None
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal[
        "id",
        "ubergrosse",
        "ming_qian",
        "registry",
        "page",
        "q",
        "limit",
        "sort_by",
        "created_at",
        "updated_at",
    ] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"


class SessionRecordListResponse(Page[SessionRecordResponse]):
    """Many rows, each as SessionRecordResponse."""
