"""Which way may a job go to a database? One socket, one role, one database.

A job has no network. On the trusted side a door listens on a Unix socket, to which the sandbox
connects for it, and passes on to the real server who signs in as the role that was made for the
job: a server that trusts its own machine would let it in as anybody. What a client sends is a
stranger's: it is bounded in size, number and time. A door is open for as long as its job runs, and
no longer.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote, urlsplit

from agent.checks.door_mysql import MySQLDoor
from agent.checks.door_postgresql import PostgreSQLDoor
from agent.checks.ends import End, ForbiddenError
from agent.checks.servers import server_of
from agent.errors import SandboxError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path
    from urllib.parse import SplitResult

    from agent.checks.servers import Server

SECONDS_TO_SIGN_IN = 15
SECONDS_TO_TRY = 20
MOST_CONNECTIONS = 64
WAITING = 2 * MOST_CONNECTIONS
"""Connections that the kernel keeps until we take them; one more is an error for who connects."""


class Guard(Protocol):
    """What speaks the protocol of a kind of server, and knows whom to let in."""

    driver: str
    file: str
    way: str

    def refusal(self, reason: str, number: int = 0) -> bytes:
        """Say no in the words of the protocol."""
        ...

    async def sign_in(self, client: End) -> End | None:
        """Give the connection to the server; None: the client is done already."""
        ...


KINDS: dict[str, Callable[[SplitResult], Guard]] = {
    "PostgreSQL": PostgreSQLDoor,
    "MySQL": MySQLDoor,
}


@dataclass(frozen=True, slots=True)
class Way:
    """How a job gets to its database: the URL for it, and the socket that the sandbox opens."""

    url: str
    socket: Path


@asynccontextmanager
async def open_door(made: str, folder: Path) -> AsyncIterator[Way]:
    """Let clients of a socket in ``folder`` sign in with the role of the URL ``made``.

    That the way leads to the database was tried.

    Args:
        made: The URL of a throw-away database, with its role and password.
        folder: An existing folder that nobody else can look into.

    Raises:
        SandboxError: the socket cannot be made, or the server does not let the role in.

    """
    kind, parts = server_of(made), urlsplit(made)
    if kind is None:
        raise SandboxError("there are doors to PostgreSQL, MySQL and MariaDB only")
    guard = KINDS[kind.label](parts)
    way = guard.way.format(folder=quote(str(folder)))
    url = f"{guard.driver}://{parts.username}:{parts.password}@{parts.path}?{way}"
    door = _Door(guard)
    listener = bound(folder / guard.file)
    server = await asyncio.get_running_loop().create_unix_server(
        lambda: End(door.open), sock=listener, backlog=WAITING
    )
    try:
        await _try(kind, url)
        yield Way(url, folder / guard.file)
    finally:
        server.close()
        await door.close()
        with suppress(OSError):
            (folder / guard.file).unlink()


class _Door:
    """The connections of one door."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.passing: set[asyncio.Task[None]] = set()

    def open(self, client: End) -> None:
        """Take a new client in, unless there are too many."""
        if len(self.passing) >= MOST_CONNECTIONS:
            client.write(self.guard.refusal(f"more than {MOST_CONNECTIONS} connections at once"))
            client.close()
            return
        task = asyncio.ensure_future(self._serve(client))
        self.passing.add(task)
        task.add_done_callback(self.passing.discard)

    async def close(self) -> None:
        """Hang up on everybody."""
        passing = tuple(self.passing)
        for task in passing:
            task.cancel()
        await asyncio.gather(*passing, return_exceptions=True)

    async def _serve(self, client: End) -> None:
        try:
            await self._pass(client)
        except ForbiddenError as error:
            client.write(self.guard.refusal(str(error), error.number))
        except (OSError, EOFError):
            # Where the server is, and why it cannot be reached, is not for a job to know.
            client.write(self.guard.refusal("the database server hung up"))
        finally:
            await client.leave()

    async def _pass(self, client: End) -> None:
        async with asyncio.timeout(SECONDS_TO_SIGN_IN):
            server = await self.guard.sign_in(client)
        if server is None:
            return
        try:
            client.join(server)
            server.join(client)
            await asyncio.wait({client.ended, server.ended}, return_when=asyncio.FIRST_COMPLETED)
            for end in (client, server):
                if end.ended.done():
                    end.ended.result()
        finally:
            server.close()


def bound(path: Path) -> socket.socket:
    """Make a socket at a path, which nobody else can connect to.

    Raises:
        SandboxError: none can be made there: the path is too long, for instance.

    """
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(str(path))
        path.chmod(0o600)
    except OSError as error:
        listener.close()
        raise SandboxError(f"no socket can be made at {path}: {error}") from error
    return listener


async def _try(kind: Server, url: str) -> None:
    try:
        async with asyncio.timeout(SECONDS_TO_TRY), kind.session(urlsplit(url)) as ask:
            await ask("SELECT 1")
    except Exception as error:
        # Each driver has its own tree of errors.
        reason = str(error) or type(error).__name__
        raise SandboxError(f"the role made for a job cannot sign in: {reason}") from error
