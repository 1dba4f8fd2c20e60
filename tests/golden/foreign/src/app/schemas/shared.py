"""shared schemas."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from app.models.enums import ProductState
from app.schemas.base import Output
from app.schemas.types import Digits


class StoreView(Output):
    """What a client sees of a store."""

    slug: str = Field(serialization_alias="name")
    title: str = Field(serialization_alias="displayName")


class ProductView(Output):
    """What a client sees of a product."""

    sku: str = Field(serialization_alias="articleNumber")
    label: str
    unit_price: Annotated[Decimal, Digits(8, 2)] = Field(serialization_alias="unitPrice")
    state: ProductState
    store: StoreView = Field(serialization_alias="shop")
