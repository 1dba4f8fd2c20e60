"""Endpoints for albums."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from app.api.deps import CurrentUser, SessionDep
from app.api.errors import errors
from app.models.album import Album
from app.schemas.album import (
    AlbumCreate,
    AlbumListResponse,
    AlbumResponse,
    AlbumUpdate,
    ListAlbumsQuery,
    ListPetAlbumsQuery,
)
from app.schemas.base import page_of
from app.services.album_service import AlbumService

router = APIRouter(tags=["albums"])


def get_album_service(session: SessionDep) -> AlbumService:
    """Give an endpoint its service."""
    return AlbumService(session)


AlbumServiceDep = Annotated[AlbumService, Depends(get_album_service)]


@router.get("/albums", response_model=AlbumListResponse, responses=errors(401, 403, 422))
async def list_albums(
    query: Annotated[ListAlbumsQuery, Query()],
    service: AlbumServiceDep,
    actor: CurrentUser,
) -> Any:
    """List albums."""
    rows, total = await service.list_albums(query, actor)
    return page_of(rows, total, query)


@router.post(
    "/albums",
    response_model=AlbumResponse,
    status_code=201,
    responses=errors(400, 401, 403, 409, 413, 422),
)
async def create_album(data: AlbumCreate, service: AlbumServiceDep, actor: CurrentUser) -> Album:
    """Create an album."""
    return await service.create_album(data, actor)


@router.get(
    "/albums/{album_id}",
    response_model=AlbumResponse,
    responses=errors(401, 403, 404, 422),
)
async def read_album(album_id: UUID, service: AlbumServiceDep, actor: CurrentUser) -> Album:
    """Read an album."""
    return await service.read_album(album_id, actor)


@router.put(
    "/albums/{album_id}",
    response_model=AlbumResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
)
async def replace_album(
    album_id: UUID,
    data: AlbumCreate,
    service: AlbumServiceDep,
    actor: CurrentUser,
) -> Album:
    """Replace an album."""
    return await service.replace_album(album_id, data, actor)


@router.patch(
    "/albums/{album_id}",
    response_model=AlbumResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
)
async def update_album(
    album_id: UUID,
    data: AlbumUpdate,
    service: AlbumServiceDep,
    actor: CurrentUser,
) -> Album:
    """Change an album."""
    return await service.update_album(album_id, data, actor)


@router.delete("/albums/{album_id}", status_code=204, responses=errors(401, 403, 404, 422))
async def delete_album(album_id: UUID, service: AlbumServiceDep, actor: CurrentUser) -> None:
    """Delete an album."""
    await service.delete_album(album_id, actor)


@router.put(
    "/albums/{album_id}/pets/{pet_id}",
    status_code=204,
    responses=errors(401, 403, 404, 409, 422),
)
async def add_album_pet(
    album_id: UUID,
    pet_id: UUID,
    service: AlbumServiceDep,
    actor: CurrentUser,
) -> None:
    """Add album pet."""
    await service.add_album_pet(album_id, pet_id, actor)


@router.delete(
    "/albums/{album_id}/pets/{pet_id}",
    status_code=204,
    responses=errors(401, 403, 404, 422),
)
async def remove_album_pet(
    album_id: UUID,
    pet_id: UUID,
    service: AlbumServiceDep,
    actor: CurrentUser,
) -> None:
    """Remove album pet."""
    await service.remove_album_pet(album_id, pet_id, actor)


@router.get(
    "/pets/{pet_id}/albums",
    response_model=AlbumListResponse,
    responses=errors(401, 403, 404, 422),
)
async def list_pet_albums(
    pet_id: UUID,
    query: Annotated[ListPetAlbumsQuery, Query()],
    service: AlbumServiceDep,
    actor: CurrentUser,
) -> Any:
    """List albums."""
    rows, total = await service.list_pet_albums(pet_id, query, actor)
    return page_of(rows, total, query)
