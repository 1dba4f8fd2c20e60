"""How is MySQL or MariaDB told to make a database and its user, and to drop them?"""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

from agent.checks.ends import SECONDS_TO_CONNECT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from urllib.parse import SplitResult

    from agent.checks.servers import Ask

HOST = re.compile(r"[\w.:-]+")
# MySQL's name of it, and MariaDB's.
TABLESPACES = ("INNODB_TABLESPACES", "INNODB_SYS_TABLESPACES")


class MySQL:
    """Users of MySQL or MariaDB with rights on one database, and no global one."""

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

    async def hold(self, ask: Ask, name: str) -> None:
        """Take a lock of that name, which ends with the session."""
        await ask(f"SELECT GET_LOCK('{name}', 0)")
        # A table that is just being made is left out, at once, and with no warning to be printed.
        await ask("SET SESSION lock_wait_timeout = 1, max_error_count = 0")

    async def held(self, ask: Ask, name: str) -> bool:
        """Look at the lock."""
        ((free,),) = await ask(f"SELECT IS_FREE_LOCK('{name}')")
        return not free

    async def create(self, ask: Ask, name: str, password: str) -> None:
        """Make both. The user comes first and goes last, so that leftovers always have one.

        It signs in from where we do: a door is opened on this machine, and goes the same way. Its
        temporary tables would lie where nobody counts them.
        """
        ((we,),) = await ask("SELECT USER()")
        host = we.rpartition("@")[2]
        user = f"{name}@'{host if HOST.fullmatch(host) else '%'}'"
        await ask(f"CREATE USER {user} IDENTIFIED BY '{password}'")
        await ask(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        await ask(f"GRANT ALL PRIVILEGES ON {name}.* TO {user}")
        await ask(f"REVOKE CREATE TEMPORARY TABLES ON {name}.* FROM {user}")

    async def usage(self, ask: Ask, name: str) -> tuple[int, float]:
        """Add up the files of InnoDB, and what other engines say that they have.

        What a statement sorts, or puts into a table of another engine or into one that it makes,
        is told only when it is over.
        """
        known = " OR ".join(f"table_name = '{each}'" for each in TABLESPACES)
        ((tablespaces,),) = await ask(
            "SELECT table_name FROM information_schema.tables "  # noqa: S608 - constants
            f"WHERE table_schema = 'information_schema' AND ({known})"
        )
        others = (
            "SELECT coalesce(sum(data_length + index_length), 0) FROM information_schema.tables "  # noqa: S608 - a name of ours
            f"WHERE table_schema = '{name}' AND engine <> 'InnoDB'"
        )
        longest = (
            "SELECT coalesce(max(time), 0) FROM information_schema.processlist "  # noqa: S608 - a name of ours
            f"WHERE user = '{name}' AND command IN ('Query', 'Execute')"
        )
        ((size, other, seconds),) = await ask(
            f"SELECT coalesce(sum(file_size), 0), ({others}), ({longest}) "  # noqa: S608 - a name of ours
            f"FROM information_schema.{tablespaces} WHERE name LIKE '{name}/%'"
        )
        return int(size) + int(other), float(seconds)

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
        for (host,) in await ask(f"SELECT host FROM mysql.user WHERE user = '{name}'"):  # noqa: S608 - a name of ours
            await ask(f"DROP USER IF EXISTS {name}@'{host}'")

    async def names(self, ask: Ask, beginning: str) -> list[str]:
        """Read the table of users."""
        found = await ask(f"SELECT user FROM mysql.user WHERE user LIKE '{beginning}%'")  # noqa: S608 - a constant
        return [row[0] for row in found]
