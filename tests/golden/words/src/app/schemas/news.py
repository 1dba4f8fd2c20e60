"""News schemas."""

import datetime as dt
from typing import Literal

from pydantic import Field

from app.schemas.base import Input, Output, Page, PageQuery
from app.schemas.shared import PersonResponse
from app.schemas.types import Instant, Int64, Int64Param, Text, omitted


class NewsResponse(Output):
    """What a client sees of a news."""

    id: int
    title: str
    person_id: int
    created_at: dt.datetime
    updated_at: dt.datetime
    person: PersonResponse


class NewsCreate(Input):
    """What a client sends for a news."""

    title: Text = Field(max_length=100)
    person_id: Int64


class NewsUpdate(Input):
    """What a client may change of a news; what is absent stays."""

    title: Text = Field(default_factory=omitted, max_length=100)
    person_id: Int64 = Field(default_factory=omitted)


class ListNewsQuery(PageQuery):
    """What a client may ask of 'list_news'."""

    id: Int64Param | None = None
    title: Text | None = Field(default=None, max_length=500)
    person_id: Int64Param | None = None
    created_at_min: Instant | None = None
    created_at_max: Instant | None = None
    updated_at_min: Instant | None = None
    updated_at_max: Instant | None = None
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal["id", "title", "person_id", "created_at", "updated_at"] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"


class NewsListResponse(Page[NewsResponse]):
    """Many rows, each as NewsResponse."""
