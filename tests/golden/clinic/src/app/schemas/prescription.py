"""Prescription schemas."""

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.schemas.base import Input, Output, Page, PageQuery
from app.schemas.types import Instant, Text, omitted


class PrescriptionResponse(Output):
    """What a client sees of a prescription."""

    id: UUID
    text: str
    visit_id: UUID
    created_at: dt.datetime
    updated_at: dt.datetime


class PrescriptionCreate(Input):
    """What a client sends for a prescription."""

    text: Text
    visit_id: UUID


class PrescriptionUpdate(Input):
    """What a client may change of a prescription; what is absent stays."""

    text: Text = Field(default_factory=omitted)
    visit_id: UUID = Field(default_factory=omitted)


class ListPrescriptionsQuery(PageQuery):
    """What a client may ask of 'list_prescriptions'."""

    id: UUID | None = None
    visit_id: UUID | None = None
    created_at_min: Instant | None = None
    created_at_max: Instant | None = None
    updated_at_min: Instant | None = None
    updated_at_max: Instant | None = None
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal["id", "text", "visit_id", "created_at", "updated_at"] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"


class PrescriptionListResponse(Page[PrescriptionResponse]):
    """Many rows, each as PrescriptionResponse."""
