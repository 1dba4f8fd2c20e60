"""Order item schemas."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.schemas.base import Input, Output, Page, PageQuery
from app.schemas.shared import ProductResponse
from app.schemas.types import Digits, Instant, Int32Param, NumberParam, Whole, omitted


class OrderItemResponse(Output):
    """What a client sees of an order item."""

    id: UUID
    quantity: int
    unit_price: Annotated[Decimal, Digits(10, 2)]
    order_id: UUID
    product_id: UUID
    created_at: dt.datetime
    updated_at: dt.datetime
    product: ProductResponse


class OrderItemCreate(Input):
    """What a client sends for an order item."""

    quantity: Annotated[int, Whole(1, 1000)] = 1
    unit_price: Annotated[Decimal, Digits(10, 2, ge="0")]
    order_id: UUID
    product_id: UUID


class OrderItemUpdate(Input):
    """What a client may change of an order item; what is absent stays."""

    quantity: Annotated[int, Whole(1, 1000)] = Field(default_factory=omitted)
    unit_price: Annotated[Decimal, Digits(10, 2, ge="0")] = Field(default_factory=omitted)
    order_id: UUID = Field(default_factory=omitted)
    product_id: UUID = Field(default_factory=omitted)


class ListOrderItemsQuery(PageQuery):
    """What a client may ask of 'list_order_items'."""

    id: UUID | None = None
    quantity: Int32Param | None = None
    quantity_min: Int32Param | None = None
    quantity_max: Int32Param | None = None
    unit_price: NumberParam | None = None
    unit_price_min: NumberParam | None = None
    unit_price_max: NumberParam | None = None
    order_id: UUID | None = None
    product_id: UUID | None = None
    created_at_min: Instant | None = None
    created_at_max: Instant | None = None
    updated_at_min: Instant | None = None
    updated_at_max: Instant | None = None
    sort_by: Literal[
        "id",
        "quantity",
        "unit_price",
        "order_id",
        "product_id",
        "created_at",
        "updated_at",
    ] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"


class OrderItemListResponse(Page[OrderItemResponse]):
    """Many rows, each as OrderItemResponse."""
