"""How is PostgreSQL told to make a database and its role, and to drop them?"""

from __future__ import annotations

from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlunsplit

from agent.checks.ends import SECONDS_TO_CONNECT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from urllib.parse import SplitResult

    from agent.checks.servers import Ask

TEMPORARY = "512MB"
"""What sorting and joining may put aside."""


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

    async def hold(self, ask: Ask, name: str) -> None:
        """Name the session so: that everybody sees, in whichever database, and no lock does."""
        await ask(f"SET application_name = '{name}'")

    async def held(self, ask: Ask, name: str) -> bool:
        """Look for a session of that name."""
        return bool(await ask(f"SELECT 1 FROM pg_stat_activity WHERE application_name = '{name}'"))  # noqa: S608 - a name of ours

    async def create(self, ask: Ask, name: str, password: str) -> None:
        """Make both. The role comes first and goes last, so that leftovers always have one."""
        await ask(
            f"CREATE ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION "
            f"NOBYPASSRLS PASSWORD '{password}'"
        )
        with suppress(Exception):  # only a superuser may, and each driver has its own errors
            await ask(f"ALTER ROLE {name} SET temp_file_limit = '{TEMPORARY}'")
        # Who is no superuser may give away only to a role that he is a member of.
        await ask(f"GRANT {name} TO CURRENT_USER")
        # Of template0 nobody can be connected to, so that creating never has to wait.
        await ask(f"CREATE DATABASE {name} OWNER {name} TEMPLATE template0")
        await ask(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")

    async def usage(self, ask: Ask, name: str) -> tuple[int, float]:
        """Ask for the size of its files, those of temporary tables included."""
        longest = (
            "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - query_start)), 0) "  # noqa: S608 - a name of ours
            f"FROM pg_stat_activity WHERE usename = '{name}' AND state = 'active'"
        )
        ((size, seconds),) = await ask(f"SELECT pg_database_size('{name}'), ({longest})")
        return int(size), float(seconds)

    async def drop(self, ask: Ask, name: str) -> None:
        """Drop both. An owner can declare his database a template, which could not be dropped."""
        if await ask(f"SELECT 1 FROM pg_database WHERE datname = '{name}' AND datistemplate"):  # noqa: S608 - a name of ours
            await ask(f"ALTER DATABASE {name} IS_TEMPLATE false")
        await ask(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await ask(f"DROP ROLE IF EXISTS {name}")

    async def names(self, ask: Ask, beginning: str) -> list[str]:
        """Read the catalogue."""
        found = await ask(f"SELECT rolname FROM pg_roles WHERE rolname LIKE '{beginning}%'")  # noqa: S608 - a constant
        return [row[0] for row in found]
