"""Where does a real database for one job come from? Made on a server, dropped afterwards."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

from agent.errors import SandboxError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from urllib.parse import SplitResult

    Statement = Callable[[SplitResult, str], Awaitable[None]]

SECONDS_TO_CONNECT = 5
SECONDS_TO_RUN = 60
SERVERS = {"postgresql": "PostgreSQL", "mysql": "MySQL", "mariadb": "MySQL"}


def server(url: str) -> str | None:
    """Name the kind of server of an SQLAlchemy ``url``; None for SQLite and what is unknown."""
    return SERVERS.get(urlsplit(url).scheme.partition("+")[0])


def without_password(text: str, url: str) -> str:
    """Hide the password of ``url`` where ``text`` repeats a URL with it."""
    password = urlsplit(url).password
    for secret in (password, unquote(password)) if password else ():
        text = text.replace(f":{secret}@", ":***@")
    return text


@asynccontextmanager
async def throwaway_database(url: str) -> AsyncIterator[str]:
    """Create a database with a random name on the server of ``url``; give the URL of it.

    Raises:
        SandboxError: the server does not answer, or does not let us create or drop a database.

    """
    parts = urlsplit(url)
    name = f"proof_{secrets.token_hex(8)}"
    if server(url) == "PostgreSQL":
        # Of template0 nobody can be connected to, so that creating never has to wait.
        run, options, force = _run_on_postgresql, "TEMPLATE template0", "WITH (FORCE)"
    else:
        run, options, force = _run_on_mysql, "CHARACTER SET utf8mb4", ""
    creating = asyncio.ensure_future(_ask(run, parts, f"CREATE DATABASE {name} {options}"))
    try:
        # Shielded: a statement that was cut off in the middle may have made the database.
        await asyncio.shield(creating)
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        await asyncio.wait([creating])
        if creating.exception() is None:
            await _ask(run, parts, f"DROP DATABASE IF EXISTS {name} {force}")


async def _ask(run: Statement, parts: SplitResult, statement: str) -> None:
    try:
        await asyncio.wait_for(run(parts, statement), SECONDS_TO_RUN)
    except Exception as error:
        # Each driver has its own tree of errors; all of them mean: not with this server.
        place = f"{parts.hostname or 'localhost'}:{parts.port or 'default port'}"
        reason = without_password(str(error) or type(error).__name__, urlunsplit(parts))
        verb = " ".join(statement.split()[:2]).lower()
        raise SandboxError(f"{verb} on {place}: {reason}") from error


async def _run_on_postgresql(parts: SplitResult, statement: str) -> None:
    import asyncpg  # type: ignore[import-untyped] # noqa: PLC0415 - only where a server is used

    dsn = urlunsplit(parts._replace(scheme="postgresql"))
    connection = await asyncpg.connect(dsn, timeout=SECONDS_TO_CONNECT)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _run_on_mysql(parts: SplitResult, statement: str) -> None:
    import aiomysql  # type: ignore[import-untyped] # noqa: PLC0415 - only where a server is used

    socket = parse_qs(parts.query).get("unix_socket", [None])[0]
    connection = await aiomysql.connect(
        host=parts.hostname or "localhost",
        port=parts.port or 3306,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        unix_socket=socket,
        connect_timeout=SECONDS_TO_CONNECT,
        autocommit=True,
    )
    try:
        async with connection.cursor() as cursor:
            await cursor.execute(statement)
    finally:
        await connection.ensure_closed()
