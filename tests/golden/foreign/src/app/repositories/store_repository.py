"""Queries over stores."""

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from app.models.product import Product
from app.models.store import Store
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, contains, equal

# Relations that answers show, loaded with the rows: never one query a row.
WITH_PRODUCTS = (selectinload(Store.products).options(joinedload(Product.store)),)

GET_SHOPS = Listing(
    filters={
        "id": equal(Store.id),
        "slug": equal(Store.slug),
        "title": equal(Store.title),
    },
    search=contains(Store.slug, Store.title),
    sorts={
        "id": Store.id,
        "name": Store.slug,
        "displayName": Store.title,
    },
    key=(Store.id,),
)


class StoreRepository(BaseRepository[Store]):
    """Queries over stores."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, Store)
