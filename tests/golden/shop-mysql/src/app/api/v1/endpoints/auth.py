"""Endpoints for signing in."""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.api.deps import CurrentUser, SessionDep
from app.api.errors import errors
from app.models.user import User
from app.schemas.auth import LoginRequest, RefreshRequest, TokenPair
from app.schemas.user import UserCreate, UserResponse
from app.services.auth_service import AuthService
from app.services.user_service import UserService

router = APIRouter(tags=["auth"])


def get_auth_service(session: SessionDep) -> AuthService:
    """Give an endpoint its service."""
    return AuthService(session)


AuthServiceDep = Annotated[AuthService, Depends(get_auth_service)]


@router.post(
    "/auth/register",
    response_model=UserResponse,
    status_code=201,
    responses=errors(400, 409, 413, 422),
)
async def register(data: UserCreate, session: SessionDep) -> User:
    """Register a new user."""
    return await UserService(session).register(data)


@router.post("/auth/login", responses=errors(400, 401, 413, 422))
async def login(data: LoginRequest, service: AuthServiceDep) -> TokenPair:
    """Sign in with a password."""
    return await service.login(data.email, data.password)


@router.post("/auth/refresh", responses=errors(400, 401, 413, 422))
async def refresh(data: RefreshRequest, service: AuthServiceDep) -> TokenPair:
    """Exchange a refresh token for a new pair."""
    return await service.refresh(data.refresh_token)


@router.get("/auth/me", response_model=UserResponse, responses=errors(401))
async def me(user: CurrentUser) -> User:
    """Show who is signed in."""
    return user
