"""What can be done with products, and by whom."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.enums import ProductState
from app.models.product import Product
from app.models.store import Store
from app.repositories.product_repository import GET_ARTICLES, WITH_STORE, ProductRepository
from app.repositories.store_repository import StoreRepository
from app.schemas.product import GetArticlesQuery, ProductInput, ProductPatch
from app.services.transitions import Steps, check_step

STATE_STEPS: Steps = {
    (ProductState.DRAFT, ProductState.LIVE): (),
    (ProductState.LIVE, ProductState.RETIRED): (),
}


class ProductService:
    """Business rules of products."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.stores = StoreRepository(session)
        self.products = ProductRepository(session)

    async def get_articles(self, shop: str, query: GetArticlesQuery) -> tuple[list[Product], int]:
        """List products."""
        store = await self.stores.one(Store.slug == shop)
        return await self.products.page(
            GET_ARTICLES,
            query,
            Product.store == store,
            load=WITH_STORE,
        )

    async def add_article(self, shop: str, data: ProductInput) -> Product:
        """Create a product."""
        store = await self.stores.one(Store.slug == shop)
        product = Product(**data.model_dump(), store=store)
        await self.products.add(product, sku="articleNumber")
        return await self.products.one(Product.id == product.id, load=WITH_STORE)

    async def get_article(self, shop: str, article_number: str) -> Product:
        """Read a product."""
        return await self.products.one(
            Product.store.has(Store.slug == shop),
            Product.sku == article_number,
            load=WITH_STORE,
        )

    async def change_article(self, shop: str, article_number: str, data: ProductPatch) -> Product:
        """Change a product."""
        product = await self.products.one(
            Product.store.has(Store.slug == shop),
            Product.sku == article_number,
            lock=True,
        )
        changes = data.model_dump(exclude_unset=True)
        await self.products.change(product, changes)
        return await self.products.one(Product.id == product.id, load=WITH_STORE)

    async def put_article(self, shop: str, article_number: str, data: ProductInput) -> Product:
        """Replace a product."""
        product = await self.products.one(
            Product.store.has(Store.slug == shop),
            Product.sku == article_number,
            lock=True,
        )
        changes = data.model_dump()
        await self.products.change(product, changes, sku="articleNumber")
        return await self.products.one(Product.id == product.id, load=WITH_STORE)

    async def drop_article(self, shop: str, article_number: str) -> None:
        """Delete a product."""
        product = await self.products.one(
            Product.store.has(Store.slug == shop),
            Product.sku == article_number,
            lock=True,
        )
        await self.products.remove(product)

    async def publish_article(self, shop: str, article_number: str) -> Product:
        """Publish article."""
        product = await self.products.one(
            Product.store.has(Store.slug == shop),
            Product.sku == article_number,
            lock=True,
        )
        check_step(STATE_STEPS, product.state, ProductState.LIVE)
        await self.products.change(product, {"state": ProductState.LIVE})
        return await self.products.one(Product.id == product.id, load=WITH_STORE)
