"""Endpoints for breeds."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from app.api.deps import SessionDep, require_roles
from app.api.errors import errors
from app.models.breed import Breed
from app.schemas.base import page_of
from app.schemas.breed import (
    BreedCreate,
    BreedListResponse,
    BreedResponse,
    BreedUpdate,
    ListBreedsQuery,
)
from app.services.breed_service import BreedService

router = APIRouter(tags=["breeds"])


def get_breed_service(session: SessionDep) -> BreedService:
    """Give an endpoint its service."""
    return BreedService(session)


BreedServiceDep = Annotated[BreedService, Depends(get_breed_service)]


@router.get("/breeds", response_model=BreedListResponse, responses=errors(422))
async def list_breeds(query: Annotated[ListBreedsQuery, Query()], service: BreedServiceDep) -> Any:
    """List breeds."""
    rows, total = await service.list_breeds(query)
    return page_of(rows, total, query)


@router.post(
    "/breeds",
    response_model=BreedResponse,
    status_code=201,
    responses=errors(400, 401, 403, 409, 413, 422),
    dependencies=[Depends(require_roles("vet", "admin"))],
)
async def create_breed(data: BreedCreate, service: BreedServiceDep) -> Breed:
    """Create a breed."""
    return await service.create_breed(data)


@router.get("/breeds/{breed_id}", response_model=BreedResponse, responses=errors(404, 422))
async def read_breed(breed_id: UUID, service: BreedServiceDep) -> Breed:
    """Read a breed."""
    return await service.read_breed(breed_id)


@router.put(
    "/breeds/{breed_id}",
    response_model=BreedResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
    dependencies=[Depends(require_roles("admin"))],
)
async def replace_breed(breed_id: UUID, data: BreedCreate, service: BreedServiceDep) -> Breed:
    """Replace a breed."""
    return await service.replace_breed(breed_id, data)


@router.patch(
    "/breeds/{breed_id}",
    response_model=BreedResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
    dependencies=[Depends(require_roles("admin"))],
)
async def update_breed(breed_id: UUID, data: BreedUpdate, service: BreedServiceDep) -> Breed:
    """Change a breed."""
    return await service.update_breed(breed_id, data)


@router.delete(
    "/breeds/{breed_id}",
    status_code=204,
    responses=errors(401, 403, 404, 422),
    dependencies=[Depends(require_roles("admin"))],
)
async def delete_breed(breed_id: UUID, service: BreedServiceDep) -> None:
    """Delete a breed."""
    await service.delete_breed(breed_id)
