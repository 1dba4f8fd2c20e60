"""Endpoints for skills."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from app.api.deps import SessionDep
from app.api.errors import errors
from app.api.exact import ExactRoute
from app.models.skill import Skill
from app.schemas.base import page_of
from app.schemas.skill import (
    ListPersonSkillsQuery,
    ListSkillsQuery,
    SkillCreate,
    SkillListResponse,
    SkillResponse,
    SkillUpdate,
)
from app.schemas.types import Int64Param
from app.services.skill_service import SkillService

router = APIRouter(route_class=ExactRoute, tags=["skills"])


def get_skill_service(session: SessionDep) -> SkillService:
    """Give an endpoint its service."""
    return SkillService(session)


SkillServiceDep = Annotated[SkillService, Depends(get_skill_service)]


@router.get(
    "/people/{person_id}/skills",
    response_model=SkillListResponse,
    responses=errors(404, 422),
)
async def list_person_skills(
    person_id: Int64Param,
    query: Annotated[ListPersonSkillsQuery, Query()],
    service: SkillServiceDep,
) -> Any:
    """List skills."""
    rows, total = await service.list_person_skills(person_id, query)
    return page_of(rows, total, query)


@router.get("/skills", response_model=SkillListResponse, responses=errors(422))
async def list_skills(query: Annotated[ListSkillsQuery, Query()], service: SkillServiceDep) -> Any:
    """List skills."""
    rows, total = await service.list_skills(query)
    return page_of(rows, total, query)


@router.post(
    "/skills",
    response_model=SkillResponse,
    status_code=201,
    responses=errors(400, 409, 413, 422),
)
async def create_skill(data: SkillCreate, service: SkillServiceDep) -> Skill:
    """Create a skill."""
    return await service.create_skill(data)


@router.get("/skills/{skill_id}", response_model=SkillResponse, responses=errors(404, 422))
async def read_skill(skill_id: Int64Param, service: SkillServiceDep) -> Skill:
    """Read a skill."""
    return await service.read_skill(skill_id)


@router.put(
    "/skills/{skill_id}",
    response_model=SkillResponse,
    responses=errors(400, 404, 409, 413, 422),
)
async def replace_skill(skill_id: Int64Param, data: SkillCreate, service: SkillServiceDep) -> Skill:
    """Replace a skill."""
    return await service.replace_skill(skill_id, data)


@router.patch(
    "/skills/{skill_id}",
    response_model=SkillResponse,
    responses=errors(400, 404, 409, 413, 422),
)
async def update_skill(skill_id: Int64Param, data: SkillUpdate, service: SkillServiceDep) -> Skill:
    """Change a skill."""
    return await service.update_skill(skill_id, data)


@router.delete("/skills/{skill_id}", status_code=204, responses=errors(404, 422))
async def delete_skill(skill_id: Int64Param, service: SkillServiceDep) -> None:
    """Delete a skill."""
    await service.delete_skill(skill_id)
