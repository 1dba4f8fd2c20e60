"""Who is asking, and may they? ``Annotated`` dependencies, from the token to the role."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, HTTPException, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from httpx import ASGITransport, AsyncClient


@dataclass(frozen=True)
class User:
    """Who is signed in."""

    name: str
    roles: tuple[str, ...] = ("user",)
    is_active: bool = True


class Users:
    """Users by their token: in a real application the database's and the token's business."""

    def __init__(self) -> None:
        """Know three."""
        self.by_token = {
            "ann": User("ann", ("user", "admin")),
            "ben": User("ben"),
            "gone": User("gone", is_active=False),
        }


def get_users() -> Users:
    """Give an endpoint the users; a test replaces it in ``app.dependency_overrides``."""
    return Users()


UsersDep = Annotated[Users, Depends(get_users)]

# ``auto_error=False``: the answer to a missing token is ours, in our envelope.
bearer = HTTPBearer(auto_error=False)
CredentialsDep = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


async def get_current_user(credentials: CredentialsDep, users: UsersDep) -> User:
    """Return who is signed in; an account that was closed counts as nobody."""
    user = users.by_token.get(credentials.credentials) if credentials else None
    if user is None or not user.is_active:
        raise HTTPException(
            status.HTTP_401_UNAUTHORIZED,
            "Sign in first.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return user


CurrentUser = Annotated[User, Depends(get_current_user)]


def require_roles(*roles: str) -> Callable[[User], Awaitable[User]]:
    """Return a dependency that lets only users with one of the roles pass."""

    async def check_roles(user: CurrentUser) -> User:
        if not set(roles) & set(user.roles):
            raise HTTPException(
                status.HTTP_403_FORBIDDEN, f"This needs the role {' or '.join(roles)}."
            )
        return user

    return check_roles


AdminUser = Annotated[User, Depends(require_roles("admin"))]


def build() -> FastAPI:
    """Build an application with one endpoint for each kind of visitor."""
    app = FastAPI()

    @app.get("/me")
    async def me(user: CurrentUser) -> str:
        return user.name

    @app.get("/admin")
    async def admin(user: AdminUser) -> str:
        return user.name

    # The role is needed, its holder is not: no unused argument in the signature.
    @app.delete("/everything", status_code=204, dependencies=[Depends(require_roles("admin"))])
    async def delete_everything() -> None:
        """Delete nothing at all."""

    return app


@pytest.mark.parametrize(
    ("method", "path", "token", "expected"),
    [
        ("GET", "/me", None, 401),
        ("GET", "/me", "nobody", 401),
        ("GET", "/me", "gone", 401),
        ("GET", "/me", "ben", 200),
        ("GET", "/admin", "ben", 403),
        ("GET", "/admin", "ann", 200),
        ("DELETE", "/everything", "ben", 403),
        ("DELETE", "/everything", "ann", 204),
    ],
)
async def test_who_may_do_what(method: str, path: str, token: str | None, expected: int) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with AsyncClient(transport=ASGITransport(build()), base_url="http://test") as client:
        response = await client.request(method, path, headers=headers)
    assert response.status_code == expected
    if expected == 401:
        assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_a_dependency_is_replaced_without_touching_the_endpoint() -> None:
    app = build()
    app.dependency_overrides[get_current_user] = lambda: User("somebody")
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        response = await client.get("/me")
    assert response.json() == "somebody"
