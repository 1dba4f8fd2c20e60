"""Ding dan schemas."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from app.schemas.base import Input, Output, Page, PageQuery
from app.schemas.shared import QueryRecordSummary
from app.schemas.types import INT32, Instant, Int32Param, Int64, Int64Param, Whole, omitted


class DingDanResponse(Output):
    """What a client sees of a ding dan."""

    id: int
    shu_liang: int
    data_id: int
    created_at: dt.datetime
    updated_at: dt.datetime
    data: QueryRecordSummary


class DingDanCreate(Input):
    """What a client sends for a ding dan."""

    shu_liang: Annotated[int, Whole(1, INT32 - 1)]
    data_id: Int64


class DingDanUpdate(Input):
    """What a client may change of a ding dan; what is absent stays."""

    shu_liang: Annotated[int, Whole(1, INT32 - 1)] = Field(default_factory=omitted)
    data_id: Int64 = Field(default_factory=omitted)


class ListDingDansQuery(PageQuery):
    """What a client may ask of 'list_ding_dans'."""

    id: Int64Param | None = None
    shu_liang: Int32Param | None = None
    shu_liang_min: Int32Param | None = None
    shu_liang_max: Int32Param | None = None
    data_id: Int64Param | None = None
    created_at_min: Instant | None = None
    created_at_max: Instant | None = None
    updated_at_min: Instant | None = None
    updated_at_max: Instant | None = None
    sort_by: Literal["id", "shu_liang", "data_id", "created_at", "updated_at"] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"


class DingDanListResponse(Page[DingDanResponse]):
    """Many rows, each as DingDanResponse."""
