"""Queries over products."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.product import Product
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, at_least, at_most, contains, equal

LIST_PRODUCTS = Listing(
    filters={
        "id": equal(Product.id),
        "sku": equal(Product.sku),
        "name": equal(Product.name),
        "price": equal(Product.price),
        "price_min": at_least(Product.price),
        "price_max": at_most(Product.price),
        "stock": equal(Product.stock),
        "stock_min": at_least(Product.stock),
        "stock_max": at_most(Product.stock),
        "created_at_min": at_least(Product.created_at),
        "created_at_max": at_most(Product.created_at),
        "updated_at_min": at_least(Product.updated_at),
        "updated_at_max": at_most(Product.updated_at),
    },
    search=contains(Product.sku, Product.name),
    sorts={
        "id": Product.id,
        "sku": Product.sku,
        "name": Product.name,
        "price": Product.price,
        "stock": Product.stock,
        "created_at": Product.created_at,
        "updated_at": Product.updated_at,
    },
    key=(Product.id,),
)


class ProductRepository(BaseRepository[Product]):
    """Queries over products."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, Product)
