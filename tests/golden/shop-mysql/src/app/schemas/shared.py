"""shared schemas."""

import datetime as dt
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from app.schemas.base import Output
from app.schemas.types import Digits


class ProductResponse(Output):
    """What a client sees of a product."""

    id: UUID
    sku: str
    name: str
    price: Annotated[Decimal, Digits(10, 2)]
    stock: int
    created_at: dt.datetime
    updated_at: dt.datetime
