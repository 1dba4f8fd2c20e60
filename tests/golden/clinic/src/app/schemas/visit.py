"""Visit schemas."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.models.enums import VisitState
from app.schemas.base import Input, Output, Page, PageQuery
from app.schemas.types import Digits, Instant, NumberParam, omitted


class VisitResponse(Output):
    """What a client sees of a visit."""

    id: UUID
    at: dt.datetime
    state: VisitState
    fee: Annotated[Decimal, Digits(8, 2)] | None
    pet_id: UUID
    created_at: dt.datetime
    updated_at: dt.datetime


class VisitCreate(Input):
    """What a client sends for a visit."""

    at: Instant
    fee: Annotated[Decimal, Digits(8, 2, ge="0")] | None = None
    pet_id: UUID


class VisitUpdate(Input):
    """What a client may change of a visit; what is absent stays."""

    at: Instant = Field(default_factory=omitted)
    state: VisitState = Field(default_factory=omitted)
    fee: Annotated[Decimal, Digits(8, 2, ge="0")] | None = None
    pet_id: UUID = Field(default_factory=omitted)


class ListVisitsQuery(PageQuery):
    """What a client may ask of 'list_visits'."""

    id: UUID | None = None
    at_min: Instant | None = None
    at_max: Instant | None = None
    state: VisitState | None = None
    fee: NumberParam | None = None
    fee_min: NumberParam | None = None
    fee_max: NumberParam | None = None
    pet_id: UUID | None = None
    created_at_min: Instant | None = None
    created_at_max: Instant | None = None
    updated_at_min: Instant | None = None
    updated_at_max: Instant | None = None
    sort_by: Literal[
        "id",
        "at",
        "state",
        "fee",
        "pet_id",
        "created_at",
        "updated_at",
    ] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"


class VisitListResponse(Page[VisitResponse]):
    """Many rows, each as VisitResponse."""
