"""Queries over products."""

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.models.product import Product
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, at_most, contains

# Relations that answers show, loaded with the rows: never one query a row.
WITH_STORE = (joinedload(Product.store),)

GET_ARTICLES = Listing(
    filters={
        "max_price": at_most(Product.unit_price),
        "like": contains(Product.label),
    },
    search=contains(Product.sku, Product.label),
    sorts={
        "unitPrice": Product.unit_price,
        "label": Product.label,
    },
    key=(Product.id,),
)


class ProductRepository(BaseRepository[Product]):
    """Queries over products."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, Product)
