"""What can be done with stores, and by whom."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.store import Store
from app.repositories.store_repository import GET_SHOPS, WITH_PRODUCTS, StoreRepository
from app.schemas.store import GetShopsQuery, NewStore


class StoreService:
    """Business rules of stores."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.stores = StoreRepository(session)

    async def get_shops(self, query: GetShopsQuery) -> tuple[list[Store], int]:
        """List stores."""
        return await self.stores.page(GET_SHOPS, query)

    async def open_shop(self, data: NewStore) -> Store:
        """Create a store."""
        store = Store(**data.model_dump())
        await self.stores.add(store, slug="shop.name")
        return store

    async def get_shop(self, shop: str) -> Store:
        """Read a store."""
        return await self.stores.one(Store.slug == shop, load=WITH_PRODUCTS)

    async def close_shop(self, shop: str) -> None:
        """Delete a store."""
        store = await self.stores.one(Store.slug == shop, lock=True)
        await self.stores.remove(store)
