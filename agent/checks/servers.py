"""How is a server told to make a database and its role, and to drop them? Each in its SQL."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from contextlib import AbstractAsyncContextManager
    from urllib.parse import SplitResult

    Ask = Callable[[str], Awaitable[Sequence[Sequence[Any]]]]

SECONDS_TO_CONNECT = 5
PREFIX = "proof"
"""What the names of all databases and roles of ours begin with."""


class Server(Protocol):
    """A kind of server. Names are made by us: letters and digits only."""

    label: str

    def session(self, parts: SplitResult) -> AbstractAsyncContextManager[Ask]:
        """Sign in with a URL; what is given sends one statement and returns the rows."""
        ...

    async def create(self, ask: Ask, name: str, password: str) -> None:
        """Make a database, and a role of the same name that has rights on nothing else."""
        ...

    async def drop(self, ask: Ask, name: str) -> None:
        """Drop what there is of both, though somebody is connected."""
        ...

    async def names(self, ask: Ask) -> list[str]:
        """Give the names of roles that begin like ours."""
        ...


class PostgreSQL:
    """Roles without any attribute, on a database that nobody else may enter."""

    label = "PostgreSQL"

    @asynccontextmanager
    async def session(self, parts: SplitResult) -> AsyncIterator[Ask]:
        """Sign in with asyncpg."""
        import asyncpg  # type: ignore[import-untyped] # noqa: PLC0415 - only where a server is used

        dsn = urlunsplit(parts._replace(scheme="postgresql"))
        connection = await asyncpg.connect(dsn, timeout=SECONDS_TO_CONNECT)
        try:
            yield connection.fetch
        finally:
            await connection.close(timeout=SECONDS_TO_CONNECT)

    async def create(self, ask: Ask, name: str, password: str) -> None:
        """Make both. The role comes first and goes last, so that leftovers always have one."""
        await ask(
            f"CREATE ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION "
            f"NOBYPASSRLS PASSWORD '{password}'"
        )
        # Who is no superuser may give away only to a role that he is a member of.
        await ask(f"GRANT {name} TO CURRENT_USER")
        # Of template0 nobody can be connected to, so that creating never has to wait.
        await ask(f"CREATE DATABASE {name} OWNER {name} TEMPLATE template0")
        await ask(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")

    async def drop(self, ask: Ask, name: str) -> None:
        """Drop both. An owner can declare his database a template, which could not be dropped."""
        if await ask(f"SELECT 1 FROM pg_database WHERE datname = '{name}' AND datistemplate"):  # noqa: S608 - a name of ours
            await ask(f"ALTER DATABASE {name} IS_TEMPLATE false")
        await ask(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await ask(f"DROP ROLE IF EXISTS {name}")

    async def names(self, ask: Ask) -> list[str]:
        """Read the catalogue."""
        found = await ask(f"SELECT rolname FROM pg_roles WHERE rolname LIKE '{PREFIX}%'")  # noqa: S608 - a constant
        return [row[0] for row in found]


class MySQL:
    """Users of MySQL or MariaDB with all rights on one database, and no global one."""

    label = "MySQL"

    @asynccontextmanager
    async def session(self, parts: SplitResult) -> AsyncIterator[Ask]:
        """Sign in with aiomysql."""
        import aiomysql  # type: ignore[import-untyped] # noqa: PLC0415 - only where a server is used

        connection = await aiomysql.connect(
            host=parts.hostname or "localhost",
            port=parts.port or 3306,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            unix_socket=parse_qs(parts.query).get("unix_socket", [None])[0],
            connect_timeout=SECONDS_TO_CONNECT,
            autocommit=True,
        )

        async def ask(statement: str) -> Sequence[Sequence[Any]]:
            async with connection.cursor() as cursor:
                await cursor.execute(statement)
                rows: Sequence[Sequence[Any]] = await cursor.fetchall()
                return rows

        try:
            yield ask
        except BaseException:
            connection.close()
            raise
        await connection.ensure_closed()

    async def create(self, ask: Ask, name: str, password: str) -> None:
        """Make both. The user comes first and goes last, so that leftovers always have one."""
        await ask(f"CREATE USER {name}@'%' IDENTIFIED BY '{password}'")
        await ask(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        await ask(f"GRANT ALL PRIVILEGES ON {name}.* TO {name}@'%'")

    async def drop(self, ask: Ask, name: str) -> None:
        """Drop both. An open transaction of the user would keep its tables from going."""
        sessions = f"SELECT id FROM information_schema.processlist WHERE user = '{name}'"  # noqa: S608 - a name of ours
        for (session,) in await ask(sessions):
            # It may have ended meanwhile, which is an error for MySQL.
            if await ask(f"{sessions} AND id = {session}"):
                await ask(f"KILL {session}")
        # That there is nothing to drop is worth no warning, which the driver would print.
        await ask("SET SESSION sql_notes = 0")
        await ask(f"DROP DATABASE IF EXISTS {name}")
        await ask(f"DROP USER IF EXISTS {name}@'%'")

    async def names(self, ask: Ask) -> list[str]:
        """Read the table of users."""
        found = await ask(f"SELECT user FROM mysql.user WHERE user LIKE '{PREFIX}%'")  # noqa: S608 - a constant
        return [row[0] for row in found]


SERVERS: dict[str, Server] = {
    "postgresql": PostgreSQL(),
    "mysql": MySQL(),
    "mariadb": MySQL(),
}


def server_of(url: str) -> Server | None:
    """Give the kind of server of an SQLAlchemy ``url``; None for SQLite and what is unknown."""
    return SERVERS.get(urlsplit(url).scheme.partition("+")[0])
