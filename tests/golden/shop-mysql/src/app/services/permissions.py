"""Who may act on which row?"""

from collections.abc import Awaitable, Callable
from typing import Any

from app.core.exceptions import ForbiddenError, InvalidError
from app.core.passwords import verify_password
from app.models.user import User

RoleCheck = Callable[[User], Awaitable[User]]


def has_role(user: User, *roles: str) -> bool:
    """Tell whether a user has one of the roles."""
    return any(role in user.roles for role in roles)


def check_owner(owner: Any, actor: User, *roles: str) -> None:
    """Refuse another user's row, except to the roles that may act on anybody's."""
    if owner != actor.id and not has_role(actor, *roles):
        raise ForbiddenError("This belongs to another user.")


async def confirm_password(
    user: User,
    actor: User,
    password: str | None,
    where: str,
) -> None:
    """Refuse to change one's own password without the present one: a token may be stolen."""
    if user.id != actor.id:
        return
    if password is None:
        raise InvalidError([{"field": where, "message": "A new password needs the present one."}])
    if not await verify_password(password, user.hashed_password):
        raise InvalidError([{"field": where, "message": "This is not the present password."}])
