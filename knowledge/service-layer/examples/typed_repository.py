"""How does a service depend on a store without knowing which? Generics, a Protocol, ``Annotated``.

The role document's typed snippet as running code: a generic repository with two type variables, a
protocol that can be tested at run time, and a dependency whose type is all an endpoint sees.
"""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any, Generic, Protocol, Self, TypeVar, runtime_checkable

import pytest
from fastapi import Depends, FastAPI
from httpx import ASGITransport, AsyncClient


@runtime_checkable
class Serializable(Protocol):
    """Whatever can be written as plain data and read back.

    ``isinstance`` looks only whether the methods are there, not at what they take and return:
    that is the type checker's part.
    """

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        ...

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read what ``to_dict`` wrote."""
        ...


class Row(Serializable, Protocol):
    """What a repository keeps: serializable, and it knows its key."""

    @property
    def id(self) -> Any:  # noqa: ANN401 - the repository says which kind of key
        """Return the key."""
        ...


T = TypeVar("T", bound=Row)
# A key is one of these three: a constrained variable is exactly one of them, never a mixture.
ID = TypeVar("ID", int, str, uuid.UUID)


class Repository(Generic[T, ID]):
    """Type-safe operations over any kind of row; kept as data, not as objects."""

    def __init__(self, kind: type[T]) -> None:
        """Start empty."""
        self.kind = kind
        self.rows: dict[ID, dict[str, Any]] = {}

    async def get(self, key: ID) -> T | None:
        """Return a fresh copy of the row, or None."""
        return self.kind.from_dict(self.rows[key]) if key in self.rows else None

    async def get_many(self, keys: Sequence[ID]) -> list[T]:
        """Return the rows that are there, in the order of the keys."""
        return [self.kind.from_dict(self.rows[key]) for key in keys if key in self.rows]

    async def create(self, entity: T) -> T:
        """Keep a new row."""
        self.rows[entity.id] = entity.to_dict()
        return entity

    async def update(self, key: ID, entity: T) -> T:
        """Replace a row."""
        if key not in self.rows:
            message = f"no row {key}"
            raise LookupError(message)
        self.rows[key] = entity.to_dict()
        return entity

    async def delete(self, key: ID) -> bool:
        """Delete a row; tell whether there was one."""
        return self.rows.pop(key, None) is not None


@dataclass(frozen=True)
class Product:
    """One product."""

    id: int
    name: str
    stock: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read what ``to_dict`` wrote."""
        return cls(**data)


class Products(Protocol):
    """What the service below needs of a store: two operations, and nothing that names one."""

    async def get(self, key: int) -> Product | None:
        """Return the product, or None."""
        ...

    async def update(self, key: int, entity: Product) -> Product:
        """Replace the product; raise LookupError where there is none."""
        ...


class StockService:
    """A rule that no store knows: stock never falls below nothing."""

    def __init__(self, products: Products) -> None:
        """Work on a store, whichever it is."""
        self.products = products

    async def take(self, product_id: int, count: int) -> Product:
        """Take so many from stock."""
        product = await self.products.get(product_id)
        if product is None:
            message = f"no product {product_id}"
            raise LookupError(message)
        if product.stock < count:
            message = f"only {product.stock} left"
            raise ValueError(message)
        return await self.products.update(product_id, replace(product, stock=product.stock - count))


STORE: Repository[Product, int] = Repository(Product)


def get_products() -> Products:
    """Choose the store: the only place that names an implementation."""
    return STORE


def get_stock_service(
    products: Annotated[Products, Depends(get_products)],
) -> StockService:
    """Give an endpoint its service."""
    return StockService(products)


StockServiceDep = Annotated[StockService, Depends(get_stock_service)]


async def test_the_store_keeps_data_and_not_objects() -> None:
    store: Repository[Product, int] = Repository(Product)
    pen = await store.create(Product(1, "pen", 5))
    found = await store.get(1)
    assert found == pen
    assert found is not pen
    assert await store.get_many([2, 1]) == [pen]
    assert await store.delete(1)
    assert not await store.delete(1)
    with pytest.raises(LookupError):
        await store.update(1, pen)


async def test_the_service_holds_its_rule_over_any_store() -> None:
    store: Repository[Product, int] = Repository(Product)
    await store.create(Product(1, "pen", 5))
    service = StockService(store)
    assert (await service.take(1, 3)).stock == 2
    with pytest.raises(ValueError, match="only 2 left"):
        await service.take(1, 3)
    with pytest.raises(LookupError):
        await service.take(9, 1)


def test_a_protocol_asks_for_methods_and_not_for_a_base_class() -> None:
    assert isinstance(Product(1, "pen"), Serializable)
    assert not isinstance({"id": 1}, Serializable)


async def test_an_endpoint_gets_another_store_without_knowing() -> None:
    app = FastAPI()

    @app.post("/products/{product_id}/take")
    async def take(product_id: int, service: StockServiceDep) -> dict[str, int]:
        return {"left": (await service.take(product_id, 1)).stock}

    store: Repository[Product, int] = Repository(Product)
    await store.create(Product(1, "pen", 5))
    app.dependency_overrides[get_products] = lambda: store
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        assert (await client.post("/products/1/take")).json() == {"left": 4}
