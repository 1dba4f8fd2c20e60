"""Endpoints for news."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from app.api.deps import SessionDep
from app.api.errors import errors
from app.models.news import News
from app.schemas.base import page_of
from app.schemas.news import ListNewsQuery, NewsCreate, NewsListResponse, NewsResponse, NewsUpdate
from app.schemas.types import Int64Param
from app.services.news_service import NewsService

router = APIRouter(tags=["news"])


def get_news_service(session: SessionDep) -> NewsService:
    """Give an endpoint its service."""
    return NewsService(session)


NewsServiceDep = Annotated[NewsService, Depends(get_news_service)]


@router.get("/news", response_model=NewsListResponse, responses=errors(422))
async def list_news(query: Annotated[ListNewsQuery, Query()], service: NewsServiceDep) -> Any:
    """List news."""
    rows, total = await service.list_news(query)
    return page_of(rows, total, query)


@router.post(
    "/news",
    response_model=NewsResponse,
    status_code=201,
    responses=errors(400, 409, 413, 422),
)
async def create_news(data: NewsCreate, service: NewsServiceDep) -> News:
    """Create a news."""
    return await service.create_news(data)


@router.get("/news/{news_id}", response_model=NewsResponse, responses=errors(404, 422))
async def read_news(news_id: Int64Param, service: NewsServiceDep) -> News:
    """Read a news."""
    return await service.read_news(news_id)


@router.put(
    "/news/{news_id}",
    response_model=NewsResponse,
    responses=errors(400, 404, 409, 413, 422),
)
async def replace_news(news_id: Int64Param, data: NewsCreate, service: NewsServiceDep) -> News:
    """Replace a news."""
    return await service.replace_news(news_id, data)


@router.patch(
    "/news/{news_id}",
    response_model=NewsResponse,
    responses=errors(400, 404, 409, 413, 422),
)
async def update_news(news_id: Int64Param, data: NewsUpdate, service: NewsServiceDep) -> News:
    """Change a news."""
    return await service.update_news(news_id, data)


@router.delete("/news/{news_id}", status_code=204, responses=errors(404, 422))
async def delete_news(news_id: Int64Param, service: NewsServiceDep) -> None:
    """Delete a news."""
    await service.delete_news(news_id)
