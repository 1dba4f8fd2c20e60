"""Endpoints for people."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from app.api.deps import SessionDep
from app.api.errors import errors
from app.api.exact import ExactRoute
from app.models.person import Person
from app.schemas.base import page_of
from app.schemas.person import (
    ListPeopleQuery,
    ListPersonFriendsQuery,
    ListSkillPeopleQuery,
    PersonCreate,
    PersonListResponse,
    PersonResponse,
    PersonUpdate,
)
from app.schemas.types import Int64Param
from app.services.person_service import PersonService

router = APIRouter(route_class=ExactRoute, tags=["people"])


def get_person_service(session: SessionDep) -> PersonService:
    """Give an endpoint its service."""
    return PersonService(session)


PersonServiceDep = Annotated[PersonService, Depends(get_person_service)]


@router.get("/people", response_model=PersonListResponse, responses=errors(422))
async def list_people(query: Annotated[ListPeopleQuery, Query()], service: PersonServiceDep) -> Any:
    """List people."""
    rows, total = await service.list_people(query)
    return page_of(rows, total, query)


@router.post(
    "/people",
    response_model=PersonResponse,
    status_code=201,
    responses=errors(400, 409, 413, 422),
)
async def create_person(data: PersonCreate, service: PersonServiceDep) -> Person:
    """Create a person."""
    return await service.create_person(data)


@router.get("/people/{person_id}", response_model=PersonResponse, responses=errors(404, 422))
async def read_person(person_id: Int64Param, service: PersonServiceDep) -> Person:
    """Read a person."""
    return await service.read_person(person_id)


@router.put(
    "/people/{person_id}",
    response_model=PersonResponse,
    responses=errors(400, 404, 409, 413, 422),
)
async def replace_person(
    person_id: Int64Param,
    data: PersonCreate,
    service: PersonServiceDep,
) -> Person:
    """Replace a person."""
    return await service.replace_person(person_id, data)


@router.patch(
    "/people/{person_id}",
    response_model=PersonResponse,
    responses=errors(400, 404, 409, 413, 422),
)
async def update_person(
    person_id: Int64Param,
    data: PersonUpdate,
    service: PersonServiceDep,
) -> Person:
    """Change a person."""
    return await service.update_person(person_id, data)


@router.delete("/people/{person_id}", status_code=204, responses=errors(404, 422))
async def delete_person(person_id: Int64Param, service: PersonServiceDep) -> None:
    """Delete a person."""
    await service.delete_person(person_id)


@router.get(
    "/people/{person_id}/friends",
    response_model=PersonListResponse,
    responses=errors(404, 422),
)
async def list_person_friends(
    person_id: Int64Param,
    query: Annotated[ListPersonFriendsQuery, Query()],
    service: PersonServiceDep,
) -> Any:
    """List people."""
    rows, total = await service.list_person_friends(person_id, query)
    return page_of(rows, total, query)


@router.put(
    "/people/{person_id}/friends/{friend_id}",
    status_code=204,
    responses=errors(404, 409, 422),
)
async def add_person_friend(
    person_id: Int64Param,
    friend_id: Int64Param,
    service: PersonServiceDep,
) -> None:
    """Add person friend."""
    await service.add_person_friend(person_id, friend_id)


@router.delete(
    "/people/{person_id}/friends/{friend_id}",
    status_code=204,
    responses=errors(404, 422),
)
async def remove_person_friend(
    person_id: Int64Param,
    friend_id: Int64Param,
    service: PersonServiceDep,
) -> None:
    """Remove person friend."""
    await service.remove_person_friend(person_id, friend_id)


@router.put(
    "/people/{person_id}/skills/{skill_id}",
    status_code=204,
    responses=errors(404, 409, 422),
)
async def add_person_skill(
    person_id: Int64Param,
    skill_id: Int64Param,
    service: PersonServiceDep,
) -> None:
    """Add person skill."""
    await service.add_person_skill(person_id, skill_id)


@router.delete("/people/{person_id}/skills/{skill_id}", status_code=204, responses=errors(404, 422))
async def remove_person_skill(
    person_id: Int64Param,
    skill_id: Int64Param,
    service: PersonServiceDep,
) -> None:
    """Remove person skill."""
    await service.remove_person_skill(person_id, skill_id)


@router.get(
    "/skills/{skill_id}/people",
    response_model=PersonListResponse,
    responses=errors(404, 422),
)
async def list_skill_people(
    skill_id: Int64Param,
    query: Annotated[ListSkillPeopleQuery, Query()],
    service: PersonServiceDep,
) -> Any:
    """List people."""
    rows, total = await service.list_skill_people(skill_id, query)
    return page_of(rows, total, query)
