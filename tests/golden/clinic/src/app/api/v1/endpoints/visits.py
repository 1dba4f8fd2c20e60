"""Endpoints for visits."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from app.api.deps import CurrentUser, SessionDep, require_roles
from app.api.errors import errors
from app.models.visit import Visit
from app.schemas.base import page_of
from app.schemas.visit import (
    ListVisitsQuery,
    VisitCreate,
    VisitListResponse,
    VisitResponse,
    VisitUpdate,
)
from app.services.visit_service import VisitService

router = APIRouter(tags=["visits"])


def get_visit_service(session: SessionDep) -> VisitService:
    """Give an endpoint its service."""
    return VisitService(session)


VisitServiceDep = Annotated[VisitService, Depends(get_visit_service)]


@router.get("/visits", response_model=VisitListResponse, responses=errors(401, 403, 422))
async def list_visits(
    query: Annotated[ListVisitsQuery, Query()],
    service: VisitServiceDep,
    actor: CurrentUser,
) -> Any:
    """List visits."""
    rows, total = await service.list_visits(query, actor)
    return page_of(rows, total, query)


@router.post(
    "/visits",
    response_model=VisitResponse,
    status_code=201,
    responses=errors(400, 401, 403, 409, 413, 422),
)
async def create_visit(data: VisitCreate, service: VisitServiceDep, actor: CurrentUser) -> Visit:
    """Create a visit."""
    return await service.create_visit(data, actor)


@router.get(
    "/visits/{visit_id}",
    response_model=VisitResponse,
    responses=errors(401, 403, 404, 422),
)
async def read_visit(visit_id: UUID, service: VisitServiceDep, actor: CurrentUser) -> Visit:
    """Read a visit."""
    return await service.read_visit(visit_id, actor)


@router.put(
    "/visits/{visit_id}",
    response_model=VisitResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
)
async def replace_visit(
    visit_id: UUID,
    data: VisitCreate,
    service: VisitServiceDep,
    actor: CurrentUser,
) -> Visit:
    """Replace a visit."""
    return await service.replace_visit(visit_id, data, actor)


@router.patch(
    "/visits/{visit_id}",
    response_model=VisitResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
)
async def update_visit(
    visit_id: UUID,
    data: VisitUpdate,
    service: VisitServiceDep,
    actor: CurrentUser,
) -> Visit:
    """Change a visit."""
    return await service.update_visit(visit_id, data, actor)


@router.delete(
    "/visits/{visit_id}",
    status_code=204,
    responses=errors(401, 403, 404, 422),
    dependencies=[Depends(require_roles("admin"))],
)
async def delete_visit(visit_id: UUID, service: VisitServiceDep) -> None:
    """Delete a visit."""
    await service.delete_visit(visit_id)
