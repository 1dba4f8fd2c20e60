"""Administration from the command line: ``python -m app.manage grant LOGIN ROLE``.

The first administrator registers as everybody does, and is then given the role here.
``revoke LOGIN ROLE`` takes a role away; both count with the next request.
``deactivate LOGIN`` closes an account, whose tokens end at once, and ``activate`` opens it again.
"""

import argparse
import asyncio
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import get_engine
from app.models.account import Account

ROLES = ("member", "vet", "admin")
AccountWork = Callable[[Account], str]


def grant(user: Account, role: str) -> str:
    """Give a user a role; return what to tell the administrator."""
    if role not in user.roles:
        user.roles = [*user.roles, role]
    return f"has the role {role}"


def revoke(user: Account, role: str) -> str:
    """Take a role from a user; return what to tell the administrator."""
    user.roles = [each for each in user.roles if each != role]
    return f"does not have the role {role}"


def activate(user: Account, *, active: bool) -> str:
    """Open or close an account; return what to tell the administrator."""
    user.is_active = active
    return f"is {'active' if active else 'inactive'}"


async def change(session: AsyncSession, login: str, work: AccountWork) -> str:
    """Change the user with this login, where there is one; return what to tell."""
    statement = select(Account).where(Account.username == login)
    user = (await session.scalars(statement)).one_or_none()
    if user is None:
        raise SystemExit(f"there is no user {login}")
    told = work(user)
    await session.commit()
    return f"{login} {told}"


async def run(login: str, work: AccountWork) -> str:
    """Work in a session of its own."""
    async with AsyncSession(get_engine()) as session:
        told = await change(session, login, work)
    await get_engine().dispose()
    return told


def work_of(given: argparse.Namespace) -> AccountWork:
    """Return what the command line asks for."""
    if given.command in {"activate", "deactivate"}:
        return lambda user: activate(user, active=given.command == "activate")
    work = grant if given.command == "grant" else revoke
    return lambda user: work(user, given.role)


def main(arguments: list[str] | None = None) -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m app.manage")
    commands = parser.add_subparsers(required=True, dest="command")
    for name, purpose in (("grant", "give a user a role"), ("revoke", "take a role from a user")):
        command = commands.add_parser(name, help=purpose)
        command.add_argument("login")
        command.add_argument("role", choices=ROLES)
    for name, purpose in (("deactivate", "close an account"), ("activate", "open it again")):
        commands.add_parser(name, help=purpose).add_argument("login")
    given = parser.parse_args(arguments)
    print(asyncio.run(run(given.login, work_of(given))))  # noqa: T201 - a command line speaks to a person


if __name__ == "__main__":
    main()
