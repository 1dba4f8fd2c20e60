"""Product schemas."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from app.schemas.base import Input, Page, PageQuery
from app.schemas.shared import ProductView
from app.schemas.types import Digits, NumberParam, Segment, Text, omitted


class ProductInput(Input):
    """What a client sends for a product."""

    sku: Segment = Field(alias="articleNumber", max_length=20)
    label: Text = Field(max_length=80)
    unit_price: Annotated[Decimal, Digits(8, 2, gt="0")] = Field(alias="unitPrice")


class ProductPatch(Input):
    """What a client may change of a product; what is absent stays."""

    label: Text = Field(default_factory=omitted, max_length=80)
    unit_price: Annotated[Decimal, Digits(8, 2, gt="0")] = Field(
        default_factory=omitted,
        alias="unitPrice",
    )


class GetArticlesQuery(PageQuery):
    """What a client may ask of 'get_articles'."""

    max_price: NumberParam | None = Field(default=None, alias="maxPrice")
    like: Text | None = Field(default=None, max_length=500)
    q: Text | None = Field(default=None, alias="term", max_length=200)
    sort_by: Literal["unitPrice", "label"] = Field(default="unitPrice", alias="orderBy")
    sort_order: Literal["asc", "desc"] = Field(default="asc", alias="direction")


class ProductViewListResponse(Page[ProductView]):
    """Many rows, each as ProductView."""
