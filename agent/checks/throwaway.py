"""Where does a real database for one job come from? Made on a server, dropped afterwards."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from agent.checks.servers import PREFIX, server_of
from agent.checks.to_its_end import to_its_end
from agent.errors import SandboxError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from urllib.parse import SplitResult

    from agent.checks.servers import Ask, Server

SECONDS_TO_RUN = 60
SECONDS_TO_KEEP = 24 * 3600
"""Older databases of ours were left by an agent that was killed: no proof takes a day."""
OURS = re.compile(rf"{PREFIX}([0-9a-f]{{8}})[0-9a-f]{{16}}")
# Of a URL's query, the way to the server; the rest may name the administrator.
WAY = frozenset({"host", "port", "ssl", "sslmode", "sslrootcert", "unix_socket"})


class _HalfwayError(SandboxError):
    """The server answered, but did not do everything."""


def server(url: str) -> str | None:
    """Name the kind of server of an SQLAlchemy ``url``; None for SQLite and what is unknown."""
    found = server_of(url)
    return found.label if found is not None else None


def without_password(text: str, url: str) -> str:
    """Hide the password of ``url`` where ``text`` repeats a URL with it."""
    parts = urlsplit(url)
    password = parts.password
    for secret in {password, unquote(password)} if password else ():
        text = text.replace(f":{secret}@", ":***@")
    for key in ("password", "passwd"):
        for secret in parse_qs(parts.query).get(key, ()):
            text = re.sub(rf"({key}=){re.escape(secret)}", r"\1***", text)
    return text


@asynccontextmanager
async def throwaway_database(url: str) -> AsyncIterator[str]:
    """Create a database with a random name and a role of its own on the server of ``url``.

    What is given is the URL of the database with the role, whose password is random, too. Both
    are dropped afterwards, whatever happens, though somebody is still connected.

    Args:
        url: An SQLAlchemy URL of somebody who may create databases and roles.

    Raises:
        SandboxError: the server does not answer, or does not let us create or drop.

    """
    kind, parts = server_of(url), urlsplit(url)
    if kind is None:
        raise SandboxError("no PostgreSQL, MySQL or MariaDB server was given")
    name = f"{PREFIX}{int(time.time()):08x}{secrets.token_hex(8)}"
    password = secrets.token_hex(16)
    creating = asyncio.ensure_future(_create(kind, parts, name, password))
    try:
        # Shielded: a statement that was cut off in the middle may have made the database.
        await asyncio.shield(creating)
        place = parts.netloc.rpartition("@")[2]
        way = [(key, value) for key, value in parse_qsl(parts.query) if key in WAY]
        yield urlunsplit(
            parts._replace(
                netloc=f"{name}:{password}@{place}", path=f"/{name}", query=urlencode(way, safe="/")
            )
        )
    finally:
        await to_its_end(_undo(creating, kind, parts, name))


async def _undo(
    creating: asyncio.Future[None], kind: Server, parts: SplitResult, name: str
) -> None:
    await asyncio.wait([creating])
    if creating.exception() is None:
        await _drop(kind, parts, name)


async def _create(kind: Server, parts: SplitResult, name: str, password: str) -> None:
    async def work(ask: Ask) -> None:
        await _sweep(kind, ask)
        await kind.create(ask, name, password)

    try:
        await _asked(kind, parts, "create database", work)
    except _HalfwayError:
        with suppress(SandboxError):
            await _drop(kind, parts, name)
        raise


async def _drop(kind: Server, parts: SplitResult, name: str) -> None:
    await _asked(kind, parts, "drop database", lambda ask: kind.drop(ask, name))


async def _sweep(kind: Server, ask: Ask) -> None:
    """Drop what agents left that were killed."""
    # Who may create databases need not see all users; another's drop may have come first.
    with suppress(Exception):
        for name in await kind.names(ask):
            made = OURS.fullmatch(name)
            if made is not None and int(made[1], 16) < time.time() - SECONDS_TO_KEEP:
                await kind.drop(ask, name)


async def _asked(
    kind: Server, parts: SplitResult, doing: str, work: Callable[[Ask], Awaitable[None]]
) -> None:
    """Sign in and work; every driver has its own tree of errors, all mean: not with this server."""
    connected = False
    try:
        async with asyncio.timeout(SECONDS_TO_RUN), kind.session(parts) as ask:
            connected = True
            await work(ask)
    except Exception as error:
        place = f"{parts.hostname or 'localhost'}:{parts.port or 'default port'}"
        reason = without_password(str(error) or type(error).__name__, urlunsplit(parts))
        kind_of_error = _HalfwayError if connected else SandboxError
        raise kind_of_error(f"{doing} on {place}: {reason}") from error
