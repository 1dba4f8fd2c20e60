"""What is a database server asked for? One protocol for all kinds; each module speaks its SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from agent.checks.server_mysql import MySQL
from agent.checks.server_postgresql import PostgreSQL

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from contextlib import AbstractAsyncContextManager
    from urllib.parse import SplitResult

    Ask = Callable[[str], Awaitable[Sequence[Sequence[Any]]]]


class Server(Protocol):
    """A kind of server. Names are made by us: letters and digits only."""

    label: str

    def session(self, parts: SplitResult) -> AbstractAsyncContextManager[Ask]:
        """Sign in with a URL; what is given sends one statement and returns the rows."""
        ...

    async def hold(self, ask: Ask, name: str) -> None:
        """Let everybody see for as long as the session lasts that ``name`` is in use."""
        ...

    async def held(self, ask: Ask, name: str) -> bool:
        """Tell whether a session holds ``name``."""
        ...

    async def create(self, ask: Ask, name: str, password: str) -> None:
        """Make a database, and a role of the same name that has rights on nothing else."""
        ...

    async def usage(self, ask: Ask, name: str) -> tuple[int, float]:
        """Give the bytes of a database, and for how many seconds its role's statement runs."""
        ...

    async def drop(self, ask: Ask, name: str) -> None:
        """Drop what there is of both, though somebody is connected."""
        ...

    async def names(self, ask: Ask, beginning: str) -> list[str]:
        """Give the names of roles that begin so."""
        ...


SERVERS: dict[str, Server] = {
    "postgresql": PostgreSQL(),
    "mysql": MySQL(),
    "mariadb": MySQL(),
}


def server_of(url: str) -> Server | None:
    """Give the kind of server of an SQLAlchemy ``url``; None for SQLite and what is unknown."""
    return SERVERS.get(urlsplit(url).scheme.partition("+")[0])
