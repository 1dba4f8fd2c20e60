"""Endpoints for passports."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from app.api.deps import SessionDep
from app.api.errors import errors
from app.api.exact import ExactRoute
from app.models.passport import Passport
from app.schemas.base import page_of
from app.schemas.passport import (
    ListPassportsQuery,
    PassportCreate,
    PassportListResponse,
    PassportReplace,
    PassportResponse,
    PassportUpdate,
)
from app.schemas.types import Slug
from app.services.passport_service import PassportService

router = APIRouter(route_class=ExactRoute, tags=["passports"])


def get_passport_service(session: SessionDep) -> PassportService:
    """Give an endpoint its service."""
    return PassportService(session)


PassportServiceDep = Annotated[PassportService, Depends(get_passport_service)]


@router.get("/passports", response_model=PassportListResponse, responses=errors(422))
async def list_passports(
    query: Annotated[ListPassportsQuery, Query()],
    service: PassportServiceDep,
) -> Any:
    """List passports."""
    rows, total = await service.list_passports(query)
    return page_of(rows, total, query)


@router.post(
    "/passports",
    response_model=PassportResponse,
    status_code=201,
    responses=errors(400, 409, 413, 422),
)
async def create_passport(data: PassportCreate, service: PassportServiceDep) -> Passport:
    """Create a passport."""
    return await service.create_passport(data)


@router.get(
    "/passports/{passport_number}",
    response_model=PassportResponse,
    responses=errors(404, 422),
)
async def read_passport(passport_number: Slug, service: PassportServiceDep) -> Passport:
    """Read a passport."""
    return await service.read_passport(passport_number)


@router.put(
    "/passports/{passport_number}",
    response_model=PassportResponse,
    responses=errors(400, 404, 409, 413, 422),
)
async def replace_passport(
    passport_number: Slug,
    data: PassportReplace,
    service: PassportServiceDep,
) -> Passport:
    """Replace a passport."""
    return await service.replace_passport(passport_number, data)


@router.patch(
    "/passports/{passport_number}",
    response_model=PassportResponse,
    responses=errors(400, 404, 409, 413, 422),
)
async def update_passport(
    passport_number: Slug,
    data: PassportUpdate,
    service: PassportServiceDep,
) -> Passport:
    """Change a passport."""
    return await service.update_passport(passport_number, data)


@router.delete("/passports/{passport_number}", status_code=204, responses=errors(404, 422))
async def delete_passport(passport_number: Slug, service: PassportServiceDep) -> None:
    """Delete a passport."""
    await service.delete_passport(passport_number)
