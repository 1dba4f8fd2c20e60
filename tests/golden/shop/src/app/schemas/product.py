"""Product schemas."""

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.schemas.base import Input, Page, PageQuery
from app.schemas.shared import ProductResponse
from app.schemas.types import INT32, Digits, Instant, Int32Param, NumberParam, Text, Whole, omitted


class ProductCreate(Input):
    """What a client sends for a product."""

    sku: Text = Field(max_length=40)
    name: Text = Field(max_length=120)
    price: Annotated[Decimal, Digits(10, 2, ge="0")]
    stock: Annotated[int, Whole(0, INT32 - 1)] = 0


class ProductUpdate(Input):
    """What a client may change of a product; what is absent stays."""

    sku: Text = Field(default_factory=omitted, max_length=40)
    name: Text = Field(default_factory=omitted, max_length=120)
    price: Annotated[Decimal, Digits(10, 2, ge="0")] = Field(default_factory=omitted)
    stock: Annotated[int, Whole(0, INT32 - 1)] = Field(default_factory=omitted)


class ListProductsQuery(PageQuery):
    """What a client may ask of 'list_products'."""

    id: UUID | None = None
    sku: Text | None = Field(default=None, max_length=500)
    name: Text | None = Field(default=None, max_length=500)
    price: NumberParam | None = None
    price_min: NumberParam | None = None
    price_max: NumberParam | None = None
    stock: Int32Param | None = None
    stock_min: Int32Param | None = None
    stock_max: Int32Param | None = None
    created_at_min: Instant | None = None
    created_at_max: Instant | None = None
    updated_at_min: Instant | None = None
    updated_at_max: Instant | None = None
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal[
        "id",
        "sku",
        "name",
        "price",
        "stock",
        "created_at",
        "updated_at",
    ] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"


class ProductListResponse(Page[ProductResponse]):
    """Many rows, each as ProductResponse."""
