"""Endpoints for products."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from app.api.deps import SessionDep, require_roles
from app.api.errors import errors
from app.models.product import Product
from app.schemas.base import page_of
from app.schemas.product import ListProductsQuery, ProductCreate, ProductListResponse, ProductUpdate
from app.schemas.shared import ProductResponse
from app.services.product_service import ProductService

router = APIRouter(tags=["products"])


def get_product_service(session: SessionDep) -> ProductService:
    """Give an endpoint its service."""
    return ProductService(session)


ProductServiceDep = Annotated[ProductService, Depends(get_product_service)]


@router.get("/products", response_model=ProductListResponse, responses=errors(422))
async def list_products(
    query: Annotated[ListProductsQuery, Query()],
    service: ProductServiceDep,
) -> Any:
    """List products."""
    rows, total = await service.list_products(query)
    return page_of(rows, total, query)


@router.post(
    "/products",
    response_model=ProductResponse,
    status_code=201,
    responses=errors(400, 401, 403, 409, 413, 422),
    dependencies=[Depends(require_roles("admin"))],
)
async def create_product(data: ProductCreate, service: ProductServiceDep) -> Product:
    """Create a product."""
    return await service.create_product(data)


@router.get("/products/{product_id}", response_model=ProductResponse, responses=errors(404, 422))
async def read_product(product_id: UUID, service: ProductServiceDep) -> Product:
    """Read a product."""
    return await service.read_product(product_id)


@router.put(
    "/products/{product_id}",
    response_model=ProductResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
    dependencies=[Depends(require_roles("admin"))],
)
async def replace_product(
    product_id: UUID,
    data: ProductCreate,
    service: ProductServiceDep,
) -> Product:
    """Replace a product."""
    return await service.replace_product(product_id, data)


@router.patch(
    "/products/{product_id}",
    response_model=ProductResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
    dependencies=[Depends(require_roles("admin"))],
)
async def update_product(
    product_id: UUID,
    data: ProductUpdate,
    service: ProductServiceDep,
) -> Product:
    """Change a product."""
    return await service.update_product(product_id, data)


@router.delete(
    "/products/{product_id}",
    status_code=204,
    responses=errors(401, 403, 404, 409, 422),
    dependencies=[Depends(require_roles("admin"))],
)
async def delete_product(product_id: UUID, service: ProductServiceDep) -> None:
    """Delete a product."""
    await service.delete_product(product_id)
