"""Endpoints for products."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from app.api.deps import SessionDep
from app.api.errors import errors
from app.models.product import Product
from app.schemas.base import page_of
from app.schemas.product import (
    GetArticlesQuery,
    ProductInput,
    ProductPatch,
    ProductViewListResponse,
)
from app.schemas.shared import ProductView
from app.schemas.types import Slug
from app.services.product_service import ProductService

router = APIRouter(tags=["products"])


def get_product_service(session: SessionDep) -> ProductService:
    """Give an endpoint its service."""
    return ProductService(session)


ProductServiceDep = Annotated[ProductService, Depends(get_product_service)]


@router.get(
    "/shops/{shop}/articles",
    response_model=ProductViewListResponse,
    responses=errors(400, 404),
)
async def get_articles(
    shop: Slug,
    query: Annotated[GetArticlesQuery, Query()],
    service: ProductServiceDep,
) -> Any:
    """List products."""
    rows, total = await service.get_articles(shop, query)
    return page_of(rows, total, query)


@router.post("/shops/{shop}/articles", response_model=ProductView, responses=errors(400, 404, 413))
async def add_article(shop: Slug, data: ProductInput, service: ProductServiceDep) -> Product:
    """Create a product."""
    return await service.add_article(shop, data)


@router.get(
    "/shops/{shop}/articles/{articleNumber}",
    response_model=ProductView,
    responses=errors(400, 404),
)
async def get_article(
    shop: Slug,
    article_number: Annotated[Slug, Path(alias="articleNumber")],
    service: ProductServiceDep,
) -> Product:
    """Read a product."""
    return await service.get_article(shop, article_number)


@router.patch(
    "/shops/{shop}/articles/{articleNumber}",
    response_model=ProductView,
    responses=errors(400, 404, 413),
)
async def change_article(
    shop: Slug,
    article_number: Annotated[Slug, Path(alias="articleNumber")],
    data: ProductPatch,
    service: ProductServiceDep,
) -> Product:
    """Change a product."""
    return await service.change_article(shop, article_number, data)


@router.put(
    "/shops/{shop}/articles/{articleNumber}",
    response_model=ProductView,
    responses=errors(400, 404, 413),
)
async def put_article(
    shop: Slug,
    article_number: Annotated[Slug, Path(alias="articleNumber")],
    data: ProductInput,
    service: ProductServiceDep,
) -> Product:
    """Replace a product."""
    return await service.put_article(shop, article_number, data)


@router.delete(
    "/shops/{shop}/articles/{articleNumber}",
    status_code=202,
    response_class=Response,
    responses=errors(400, 404),
)
async def drop_article(
    shop: Slug,
    article_number: Annotated[Slug, Path(alias="articleNumber")],
    service: ProductServiceDep,
) -> Response:
    """Delete a product."""
    await service.drop_article(shop, article_number)
    return Response(status_code=202)


@router.post(
    "/shops/{shop}/articles/{articleNumber}/publication",
    response_model=ProductView,
    responses=errors(400, 404),
)
async def publish_article(
    shop: Slug,
    article_number: Annotated[Slug, Path(alias="articleNumber")],
    service: ProductServiceDep,
) -> Product:
    """Publish article."""
    return await service.publish_article(shop, article_number)
