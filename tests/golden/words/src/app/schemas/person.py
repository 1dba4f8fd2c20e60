"""Person schemas."""

from typing import Literal

from pydantic import Field

from app.schemas.base import Input, Page, PageQuery
from app.schemas.shared import PersonResponse
from app.schemas.types import Flag, FlagParam, Instant, Int64Param, Plain, Text, Url, omitted


class PersonCreate(Input):
    """What a client sends for a person."""

    code: Plain = Field(min_length=2, max_length=8, pattern="^[A-Z]{2}[0-9]{2,4}$")
    homepage: Url | None = Field(default=None, max_length=2048)
    active: Flag = True


class PersonUpdate(Input):
    """What a client may change of a person; what is absent stays."""

    code: Plain = Field(
        default_factory=omitted,
        min_length=2,
        max_length=8,
        pattern="^[A-Z]{2}[0-9]{2,4}$",
    )
    homepage: Url | None = Field(default=None, max_length=2048)
    active: Flag = Field(default_factory=omitted)


class ListPeopleQuery(PageQuery):
    """What a client may ask of 'list_people'."""

    id: Int64Param | None = None
    code: Text | None = Field(default=None, max_length=500)
    homepage: Text | None = Field(default=None, max_length=500)
    active: FlagParam | None = None
    created_at_min: Instant | None = None
    created_at_max: Instant | None = None
    updated_at_min: Instant | None = None
    updated_at_max: Instant | None = None
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal["id", "code", "homepage", "active", "created_at", "updated_at"] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"


class PersonListResponse(Page[PersonResponse]):
    """Many rows, each as PersonResponse."""
