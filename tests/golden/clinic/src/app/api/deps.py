"""Dependencies that endpoints share."""

from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.exceptions import ForbiddenError, UnauthorizedError
from app.db.session import get_session
from app.models.account import Account
from app.services.auth_service import AuthService
from app.services.permissions import RoleCheck, has_role

SessionDep = Annotated[AsyncSession, Depends(get_session)]

bearer = HTTPBearer(auto_error=False)
CredentialsDep = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


async def get_current_user(credentials: CredentialsDep, session: SessionDep) -> Account:
    """Return the user that the access token names."""
    if credentials is None:
        raise UnauthorizedError("An access token is needed.")
    return await AuthService(session).user_of(credentials.credentials)


CurrentUser = Annotated[Account, Depends(get_current_user)]


def require_roles(*roles: str) -> RoleCheck:
    """Return a dependency that lets only users with one of the roles pass."""

    async def check_roles(user: CurrentUser) -> Account:
        if not has_role(user, *roles):
            raise ForbiddenError(f"This needs the role {' or '.join(roles)}.")
        return user

    return check_roles
