"""Endpoints for users."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from app.api.deps import CurrentUser, SessionDep, require_roles
from app.api.errors import errors
from app.models.user import User
from app.schemas.base import page_of
from app.schemas.user import (
    ListUsersQuery,
    UserActive,
    UserCreate,
    UserListResponse,
    UserReplace,
    UserResponse,
    UserRoles,
    UserUpdate,
)
from app.services.user_service import UserService

router = APIRouter(tags=["users"])


def get_user_service(session: SessionDep) -> UserService:
    """Give an endpoint its service."""
    return UserService(session)


UserServiceDep = Annotated[UserService, Depends(get_user_service)]


@router.get(
    "/users",
    response_model=UserListResponse,
    responses=errors(401, 403, 422),
    dependencies=[Depends(require_roles("admin"))],
)
async def list_users(query: Annotated[ListUsersQuery, Query()], service: UserServiceDep) -> Any:
    """List users."""
    rows, total = await service.list_users(query)
    return page_of(rows, total, query)


@router.post(
    "/users",
    response_model=UserResponse,
    status_code=201,
    responses=errors(400, 401, 403, 409, 413, 422),
    dependencies=[Depends(require_roles("admin"))],
)
async def create_user(data: UserCreate, service: UserServiceDep) -> User:
    """Create a user."""
    return await service.create_user(data)


@router.get("/users/{user_id}", response_model=UserResponse, responses=errors(401, 403, 404, 422))
async def read_user(user_id: UUID, service: UserServiceDep, actor: CurrentUser) -> User:
    """Read a user."""
    return await service.read_user(user_id, actor)


@router.put(
    "/users/{user_id}",
    response_model=UserResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
)
async def replace_user(
    user_id: UUID,
    data: UserReplace,
    service: UserServiceDep,
    actor: CurrentUser,
) -> User:
    """Replace a user."""
    return await service.replace_user(user_id, data, actor)


@router.patch(
    "/users/{user_id}",
    response_model=UserResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
)
async def update_user(
    user_id: UUID,
    data: UserUpdate,
    service: UserServiceDep,
    actor: CurrentUser,
) -> User:
    """Change a user."""
    return await service.update_user(user_id, data, actor)


@router.delete(
    "/users/{user_id}",
    status_code=204,
    responses=errors(401, 403, 404, 409, 422),
    dependencies=[Depends(require_roles("admin"))],
)
async def delete_user(user_id: UUID, service: UserServiceDep) -> None:
    """Delete a user."""
    await service.delete_user(user_id)


@router.put(
    "/users/{user_id}/active",
    response_model=UserResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
    dependencies=[Depends(require_roles("admin"))],
)
async def set_user_active(user_id: UUID, data: UserActive, service: UserServiceDep) -> User:
    """Close or reopen the account of a user."""
    return await service.set_user_active(user_id, data)


@router.put(
    "/users/{user_id}/roles",
    response_model=UserResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
    dependencies=[Depends(require_roles("admin"))],
)
async def set_user_roles(user_id: UUID, data: UserRoles, service: UserServiceDep) -> User:
    """Replace the roles of a user."""
    return await service.set_user_roles(user_id, data)
