"""Breed schemas."""

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.schemas.base import Input, Output, Page, PageQuery
from app.schemas.types import Instant, Text, omitted


class BreedResponse(Output):
    """What a client sees of a breed."""

    id: UUID
    name: str
    created_at: dt.datetime
    updated_at: dt.datetime


class BreedCreate(Input):
    """What a client sends for a breed."""

    name: Text = Field(max_length=60)


class BreedUpdate(Input):
    """What a client may change of a breed; what is absent stays."""

    name: Text = Field(default_factory=omitted, max_length=60)


class ListBreedsQuery(PageQuery):
    """What a client may ask of 'list_breeds'."""

    id: UUID | None = None
    name: Text | None = Field(default=None, max_length=500)
    created_at_min: Instant | None = None
    created_at_max: Instant | None = None
    updated_at_min: Instant | None = None
    updated_at_max: Instant | None = None
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal["id", "name", "created_at", "updated_at"] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"


class BreedListResponse(Page[BreedResponse]):
    """Many rows, each as BreedResponse."""
