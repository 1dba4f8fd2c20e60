"""Where does a real database for one job come from? Made on a server, dropped afterwards.

A session of ours lasts as long as it. While there is one, nobody else drops the database; when the
agent is killed it ends, and the next proof drops it. It also watches how much the job makes of it:
a statement of one line can fill a disk.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from agent.checks.servers import server_of
from agent.errors import OverfullError, SandboxError
from agent.to_its_end import to_its_end

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from urllib.parse import SplitResult

    from agent.checks.servers import Ask, Server

SECONDS_TO_RUN = 60
SECONDS_BETWEEN_LOOKS = 0.5
MOST_BYTES = 512 * 2**20
SECONDS_OF_A_STATEMENT = 20
"""Of what one statement puts aside not everything is seen: it has only so long to do it."""
SECONDS_TO_LOOK = 10
PREFIX = "trial"
OURS = re.compile(rf"{PREFIX}[0-9a-f]{{24}}")
"""What databases and roles of ours are called."""
# Of a URL's query, the way to the server; the rest may name the administrator.
WAY = frozenset({"host", "port", "ssl", "sslmode", "sslrootcert", "unix_socket"})


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
        OverfullError: too much was made of it; it was dropped before its time.
        SandboxError: the server does not answer, or does not let us create, watch or drop.

    """
    kind, parts = server_of(url), urlsplit(url)
    if kind is None:
        raise SandboxError("no PostgreSQL, MySQL or MariaDB server was given")
    name = f"{PREFIX}{secrets.token_hex(12)}"
    password = secrets.token_hex(16)
    async with AsyncExitStack() as ours:
        creating = asyncio.ensure_future(_create(kind, parts, name, password, ours))
        try:
            # Shielded: a statement that was cut off in the middle may have made the database.
            ask = await asyncio.shield(creating)
            place = parts.netloc.rpartition("@")[2]
            way = [(key, value) for key, value in parse_qsl(parts.query) if key in WAY]
            made = parts._replace(
                netloc=f"{name}:{password}@{place}", path=f"/{name}", query=urlencode(way, safe="/")
            )
            async with _watched(kind, parts, ask, name):
                yield urlunsplit(made)
        finally:
            await to_its_end(_undo(creating, kind, parts, name))


async def _create(
    kind: Server, parts: SplitResult, name: str, password: str, ours: AsyncExitStack
) -> Ask:
    """Make it; give the session that holds it."""
    doing = "create database"
    async with _told(parts, doing):
        ask = await ours.enter_async_context(kind.session(parts))
    try:
        async with _told(parts, doing):
            await kind.hold(ask, name)
            await _sweep(kind, ask)
            await kind.create(ask, name, password)
            await kind.usage(ask, name)  # who may not look cannot watch
    except SandboxError:
        await _drop_if_possible(kind, parts, name)
        raise
    return ask


@asynccontextmanager
async def _watched(kind: Server, parts: SplitResult, ask: Ask, name: str) -> AsyncIterator[None]:
    """Look again and again; what is too much, or cannot be seen, is dropped under its job."""
    watching = asyncio.ensure_future(_watch(kind, parts, ask, name))
    ending = asyncio.ensure_future(_drop_after(watching, kind, parts, name))
    try:
        try:
            yield
        except Exception:
            # it may have broken off because it was dropped: that is what is to be told
            if watching.done():
                watching.result()
            raise
        if watching.done():
            watching.result()
    finally:
        watching.cancel()
        await to_its_end(ending)


async def _watch(kind: Server, parts: SplitResult, ask: Ask, name: str) -> None:
    while True:
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        async with _told(parts, "watch database", SECONDS_TO_LOOK):
            size, seconds = await kind.usage(ask, name)
        if size > MOST_BYTES:
            raise OverfullError(f"dropped, as it grew beyond {MOST_BYTES // 2**20} MiB")
        if seconds > SECONDS_OF_A_STATEMENT:
            longest = f"{SECONDS_OF_A_STATEMENT} seconds"
            raise OverfullError(f"dropped, as a statement took more than {longest}")


async def _drop_after(
    watching: asyncio.Future[None], kind: Server, parts: SplitResult, name: str
) -> None:
    await asyncio.wait([watching])
    if not watching.cancelled() and watching.exception() is not None:
        await _drop_if_possible(kind, parts, name)


async def _undo(creating: asyncio.Future[Ask], kind: Server, parts: SplitResult, name: str) -> None:
    await asyncio.wait([creating])
    if creating.exception() is None:
        await _drop(kind, parts, name)


async def _drop(kind: Server, parts: SplitResult, name: str) -> None:
    async with _told(parts, "drop database"), kind.session(parts) as ask:
        await kind.drop(ask, name)


async def _drop_if_possible(kind: Server, parts: SplitResult, name: str) -> None:
    with suppress(SandboxError):
        await _drop(kind, parts, name)


async def _sweep(kind: Server, ask: Ask) -> None:
    """Drop what agents left that were killed: nobody holds it any more."""
    # Who may create databases need not see all users; another's drop may have come first.
    with suppress(Exception):
        for name in await kind.names(ask, PREFIX):
            if OURS.fullmatch(name) and not await kind.held(ask, name):
                await kind.drop(ask, name)


@asynccontextmanager
async def _told(
    parts: SplitResult, doing: str, seconds: float = SECONDS_TO_RUN
) -> AsyncIterator[None]:
    """Tell of any error: every driver has its own tree, and all mean: not with this server."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except Exception as error:
        place = f"{parts.hostname or 'localhost'}:{parts.port or 'default port'}"
        reason = without_password(str(error) or type(error).__name__, urlunsplit(parts))
        raise SandboxError(f"{doing} on {place}: {reason}") from error
