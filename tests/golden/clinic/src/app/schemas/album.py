"""Album schemas."""

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.schemas.base import Input, Output, Page, PageQuery
from app.schemas.types import Instant, Text, omitted


class AlbumResponse(Output):
    """What a client sees of an album."""

    id: UUID
    title: str
    account_id: UUID
    cover_id: UUID | None
    created_at: dt.datetime
    updated_at: dt.datetime


class AlbumCreate(Input):
    """What a client sends for an album."""

    title: Text = Field(max_length=60)
    cover_id: UUID | None = None


class AlbumUpdate(Input):
    """What a client may change of an album; what is absent stays."""

    title: Text = Field(default_factory=omitted, max_length=60)
    cover_id: UUID | None = None


class ListAlbumsQuery(PageQuery):
    """What a client may ask of 'list_albums'."""

    id: UUID | None = None
    title: Text | None = Field(default=None, max_length=500)
    account_id: UUID | None = None
    cover_id: UUID | None = None
    created_at_min: Instant | None = None
    created_at_max: Instant | None = None
    updated_at_min: Instant | None = None
    updated_at_max: Instant | None = None
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal[
        "id",
        "title",
        "account_id",
        "cover_id",
        "created_at",
        "updated_at",
    ] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"


class ListPetAlbumsQuery(PageQuery):
    """What a client may ask of 'list_pet_albums'."""

    id: UUID | None = None
    title: Text | None = Field(default=None, max_length=500)
    account_id: UUID | None = None
    cover_id: UUID | None = None
    created_at_min: Instant | None = None
    created_at_max: Instant | None = None
    updated_at_min: Instant | None = None
    updated_at_max: Instant | None = None
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal[
        "id",
        "title",
        "account_id",
        "cover_id",
        "created_at",
        "updated_at",
    ] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"


class AlbumListResponse(Page[AlbumResponse]):
    """Many rows, each as AlbumResponse."""
