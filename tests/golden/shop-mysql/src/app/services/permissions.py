"""Who may act on which row?"""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import String, cast, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.exceptions import ConflictError, ForbiddenError
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
        raise ForbiddenError([{"field": where, "message": "A new password needs the present one."}])
    if not await verify_password(password, user.hashed_password):
        raise ForbiddenError([{"field": where, "message": "This is not the present password."}])


async def keep_an_administrator(session: AsyncSession, user: User) -> None:
    """Refuse to lose the last administrator: nobody could name another one.

    All of them stay locked until the change is made, so that no two are lost at once; one that
    another request holds may be about to go, and does not count.
    """
    if not has_role(user, "admin"):
        return
    statement = (
        select(User)
        .where(cast(User.roles, String).contains("admin", autoescape=True), User.is_active)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    found = [each for each in await session.scalars(statement) if has_role(each, "admin")]
    if found == [user]:
        raise ConflictError("This is the last administrator; another one is needed first.")
