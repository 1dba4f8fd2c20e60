"""Administration from the command line: ``python -m app.manage grant LOGIN ROLE``.

The first administrator registers as everybody does, and is then given the role here.
"""

import argparse
import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import get_engine
from app.models.user import User

ROLES = ("user", "admin")


async def grant(session: AsyncSession, login: str, role: str) -> bool:
    """Give a user a role; tell whether there is such a user."""
    statement = select(User).where(User.email == login.lower())
    user = (await session.scalars(statement)).one_or_none()
    if user is None:
        return False
    if role not in user.roles:
        user.roles = [*user.roles, role]
        await session.commit()
    return True


async def run(login: str, role: str) -> str:
    """Grant in a session of its own; return what to tell the administrator."""
    async with AsyncSession(get_engine()) as session:
        found = await grant(session, login, role)
    await get_engine().dispose()
    return f"{login} has the role {role}" if found else f"there is no user {login}"


def main(arguments: list[str] | None = None) -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m app.manage")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("grant", help="give a user a role")
    command.add_argument("login")
    command.add_argument("role", choices=ROLES)
    given = parser.parse_args(arguments)
    print(asyncio.run(run(given.login, given.role)))  # noqa: T201 - a command line speaks to a person


if __name__ == "__main__":
    main()
