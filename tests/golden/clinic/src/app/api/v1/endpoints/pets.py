"""Endpoints for pets."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from app.api.deps import CurrentUser, SessionDep
from app.api.errors import errors
from app.models.pet import Pet
from app.schemas.base import page_of
from app.schemas.pet import (
    ListAlbumPetsQuery,
    ListPetsQuery,
    PetCreate,
    PetListResponse,
    PetResponse,
    PetUpdate,
)
from app.services.pet_service import PetService

router = APIRouter(tags=["pets"])


def get_pet_service(session: SessionDep) -> PetService:
    """Give an endpoint its service."""
    return PetService(session)


PetServiceDep = Annotated[PetService, Depends(get_pet_service)]


@router.get(
    "/albums/{album_id}/pets",
    response_model=PetListResponse,
    responses=errors(401, 403, 404, 422),
)
async def list_album_pets(
    album_id: UUID,
    query: Annotated[ListAlbumPetsQuery, Query()],
    service: PetServiceDep,
    actor: CurrentUser,
) -> Any:
    """List pets."""
    rows, total = await service.list_album_pets(album_id, query, actor)
    return page_of(rows, total, query)


@router.get("/pets", response_model=PetListResponse, responses=errors(401, 403, 422))
async def list_pets(
    query: Annotated[ListPetsQuery, Query()],
    service: PetServiceDep,
    actor: CurrentUser,
) -> Any:
    """List pets."""
    rows, total = await service.list_pets(query, actor)
    return page_of(rows, total, query)


@router.post(
    "/pets",
    response_model=PetResponse,
    status_code=201,
    responses=errors(400, 401, 403, 409, 413, 422),
)
async def create_pet(data: PetCreate, service: PetServiceDep, actor: CurrentUser) -> Pet:
    """Create a pet."""
    return await service.create_pet(data, actor)


@router.get("/pets/{pet_id}", response_model=PetResponse, responses=errors(401, 403, 404, 422))
async def read_pet(pet_id: UUID, service: PetServiceDep, actor: CurrentUser) -> Pet:
    """Read a pet."""
    return await service.read_pet(pet_id, actor)


@router.put(
    "/pets/{pet_id}",
    response_model=PetResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
)
async def replace_pet(
    pet_id: UUID,
    data: PetCreate,
    service: PetServiceDep,
    actor: CurrentUser,
) -> Pet:
    """Replace a pet."""
    return await service.replace_pet(pet_id, data, actor)


@router.patch(
    "/pets/{pet_id}",
    response_model=PetResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
)
async def update_pet(
    pet_id: UUID,
    data: PetUpdate,
    service: PetServiceDep,
    actor: CurrentUser,
) -> Pet:
    """Change a pet."""
    return await service.update_pet(pet_id, data, actor)


@router.delete("/pets/{pet_id}", status_code=204, responses=errors(401, 403, 404, 422))
async def delete_pet(pet_id: UUID, service: PetServiceDep, actor: CurrentUser) -> None:
    """Delete a pet."""
    await service.delete_pet(pet_id, actor)
