"""Pet schemas."""

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.schemas.base import Input, Output, Page, PageQuery
from app.schemas.types import Day, Instant, Text, omitted


class PetResponse(Output):
    """What a client sees of a pet."""

    id: UUID
    name: str
    born: dt.date | None
    account_id: UUID
    created_at: dt.datetime
    updated_at: dt.datetime


class PetCreate(Input):
    """What a client sends for a pet."""

    name: Text = Field(max_length=40)
    born: Day | None = None


class PetUpdate(Input):
    """What a client may change of a pet; what is absent stays."""

    name: Text = Field(default_factory=omitted, max_length=40)
    born: Day | None = None


class ListPetsQuery(PageQuery):
    """What a client may ask of 'list_pets'."""

    id: UUID | None = None
    name: Text | None = Field(default=None, max_length=500)
    born: Day | None = None
    born_min: Day | None = None
    born_max: Day | None = None
    account_id: UUID | None = None
    created_at_min: Instant | None = None
    created_at_max: Instant | None = None
    updated_at_min: Instant | None = None
    updated_at_max: Instant | None = None
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal["id", "name", "born", "account_id", "created_at", "updated_at"] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"


class ListAlbumPetsQuery(PageQuery):
    """What a client may ask of 'list_album_pets'."""

    id: UUID | None = None
    name: Text | None = Field(default=None, max_length=500)
    born: Day | None = None
    born_min: Day | None = None
    born_max: Day | None = None
    account_id: UUID | None = None
    created_at_min: Instant | None = None
    created_at_max: Instant | None = None
    updated_at_min: Instant | None = None
    updated_at_max: Instant | None = None
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal["id", "name", "born", "account_id", "created_at", "updated_at"] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"


class PetListResponse(Page[PetResponse]):
    """Many rows, each as PetResponse."""
