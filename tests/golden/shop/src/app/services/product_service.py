"""What can be done with products, and by whom."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.product import Product
from app.repositories.product_repository import LIST_PRODUCTS, ProductRepository
from app.schemas.product import ListProductsQuery, ProductCreate, ProductUpdate


class ProductService:
    """Business rules of products."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.products = ProductRepository(session)

    async def list_products(self, query: ListProductsQuery) -> tuple[list[Product], int]:
        """List products."""
        return await self.products.page(LIST_PRODUCTS, query)

    async def create_product(self, data: ProductCreate) -> Product:
        """Create a product."""
        product = Product(**data.model_dump())
        await self.products.add(product, sku="sku")
        return product

    async def read_product(self, product_id: UUID) -> Product:
        """Read a product."""
        return await self.products.one(Product.id == product_id)

    async def replace_product(self, product_id: UUID, data: ProductCreate) -> Product:
        """Replace a product."""
        product = await self.products.one(Product.id == product_id, lock=True)
        changes = data.model_dump()
        await self.products.change(product, changes, sku="sku")
        return product

    async def update_product(self, product_id: UUID, data: ProductUpdate) -> Product:
        """Change a product."""
        product = await self.products.one(Product.id == product_id, lock=True)
        changes = data.model_dump(exclude_unset=True)
        await self.products.change(product, changes, sku="sku")
        return product

    async def delete_product(self, product_id: UUID) -> None:
        """Delete a product."""
        product = await self.products.one(Product.id == product_id, lock=True)
        await self.products.remove(product)
