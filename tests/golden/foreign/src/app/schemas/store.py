"""Store schemas."""

from typing import Literal

from pydantic import Field

from app.schemas.base import Input, ListQuery, Output
from app.schemas.shared import ProductView, StoreView
from app.schemas.types import Int64Param, Segment, Text


class NewStore(Input):
    """What a client sends for a store."""

    slug: Segment = Field(alias="name", max_length=40)
    title: Text = Field(alias="displayName", max_length=80)


class StoreWithProducts(Output):
    """What a client sees of a store."""

    slug: str = Field(serialization_alias="name")
    products: list[ProductView] = Field(serialization_alias="items")


class GetShopsQuery(ListQuery):
    """What a client may ask of 'get_shops'."""

    id: Int64Param | None = None
    slug: Text | None = Field(default=None, max_length=500)
    title: Text | None = Field(default=None, max_length=500)
    q: Text | None = Field(default=None, alias="term", max_length=200)
    sort_by: Literal["id", "name", "displayName"] = Field(default="id", alias="orderBy")
    sort_order: Literal["asc", "desc"] = Field(default="asc", alias="direction")


class StoreViewListShopsEnvelope(Output):
    """StoreView under the key 'shops'."""

    shops: list[StoreView]


class StoreViewShopEnvelope(Output):
    """StoreView under the key 'shop'."""

    shop: StoreView


class NewStoreShopWrapped(Input):
    """NewStore under the key 'shop'."""

    shop: NewStore


class StoreWithProductsShopEnvelope(Output):
    """StoreWithProducts under the key 'shop'."""

    shop: StoreWithProducts
