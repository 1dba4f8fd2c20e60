"""Is a job kept from filling the server that its database is on?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from agent.checks import database, throwaway
from agent.checks.project import Project
from agent.checks.server_mysql import MySQL
from agent.checks.server_postgresql import TEMPORARY, PostgreSQL
from agent.checks.servers import server_of
from agent.checks.throwaway import throwaway_database
from agent.documents import Outcome
from agent.errors import OverfullError, SandboxError
from agent.sandbox import Sandbox
from tests.servers import MARIADB, POSTGRESQL, require_server
from tests.test_checks import as_files, sample
from tests.test_throwaway import BOTH, names

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from agent.checks.servers import Ask

ENDED = r"terminat|closed|killed|interrupted|Lost"
"""How drivers say that their statement was cut off."""
TEXTS = "repeat('x', 1000), generate_series(1, 1000000000)"
LARGE_OBJECTS = "lo_from_bytea(0, convert_to(repeat('x', 1000000), 'UTF8'))"
MAKE = "CREATE TABLE {name}.t (a text)"
INSERT = "INSERT INTO {name}.t SELECT repeat('x', 1000) FROM {name}.seq_1_to_1000000000"
GROWING = {
    "table": (POSTGRESQL, f"CREATE TABLE t AS SELECT {TEXTS}"),
    "temporary table": (POSTGRESQL, f"CREATE TEMPORARY TABLE t AS SELECT {TEXTS}"),
    "large objects": (POSTGRESQL, f"SELECT {LARGE_OBJECTS}, generate_series(1, 1000000)"),
    "table of InnoDB": (MARIADB, f"{MAKE}; {INSERT}"),
    "table of Aria": (MARIADB, f"{MAKE} ENGINE=Aria; {INSERT}"),
}


def used(url: str, use: Callable[[str], Awaitable[None]]) -> None:
    """Use a database on the server; nothing of it is left, however that ends."""
    require_server(url)

    async def scenario() -> None:
        mine = set()

        async def job() -> None:
            async with throwaway_database(url) as made:
                mine.add(urlsplit(made).username)
                await use(made)

        try:
            await job()
        finally:
            assert mine
            assert not mine & await names(url)

    asyncio.run(scenario())


async def cut_off(made: str, statement: str) -> None:
    """Send a statement as the job, which is to be ended while it runs."""
    kind = server_of(made)
    assert kind is not None

    async def send() -> None:
        async with kind.session(urlsplit(made)) as ask:
            for each in statement.format(name=urlsplit(made).username).split("; "):
                await ask(each)

    async with asyncio.timeout(30):
        with pytest.raises(Exception, match=ENDED):
            await send()


@pytest.mark.parametrize("what", GROWING)
def test_what_grows_too_much_is_dropped_under_its_job(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, statement = GROWING[what]
    monkeypatch.setattr(throwaway, "MOST_BYTES", 24 * 2**20)

    async def use(made: str) -> None:
        await cut_off(made, statement)

    with pytest.raises(OverfullError, match="grew beyond 24 MiB"):
        used(url, use)


def test_a_job_that_broke_off_because_of_it_is_told_as_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(throwaway, "MOST_BYTES", 24 * 2**20)

    async def use(made: str) -> None:
        await cut_off(made, GROWING["table"][1])
        raise SandboxError("the connection is gone")

    with pytest.raises(OverfullError, match="grew beyond 24 MiB"):
        used(POSTGRESQL, use)


@BOTH
def test_a_statement_has_only_so_long(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throwaway, "SECONDS_OF_A_STATEMENT", 1)
    sleep = "SELECT pg_sleep(60)" if "asyncpg" in url else "SELECT sleep(60)"

    async def use(made: str) -> None:
        await cut_off(made, sleep)

    with pytest.raises(OverfullError, match="more than 1 seconds"):
        used(url, use)


@BOTH
def test_a_database_that_nobody_can_watch_is_dropped(url: str) -> None:
    async def end_watch(ask: Ask, name: str) -> None:
        if "asyncpg" in url:
            sessions = f"SELECT pid FROM pg_stat_activity WHERE application_name = '{name}'"  # noqa: S608 - ours
            await ask(f"SELECT pg_terminate_backend(({sessions}))")
        else:
            ((session,),) = await ask(f"SELECT IS_USED_LOCK('{name}')")
            await ask(f"KILL {session}")

    async def use(made: str) -> None:
        kind, name = server_of(url), str(urlsplit(made).username)
        assert kind is not None
        async with kind.session(urlsplit(url)) as ask:
            await end_watch(ask, name)
        async with asyncio.timeout(20):
            while name in await names(url):  # noqa: ASYNC110 - a server tells nobody
                await asyncio.sleep(0.05)
        # where another proof of this machine dropped it first, who watched it looks once more
        await asyncio.sleep(4 * throwaway.SECONDS_BETWEEN_LOOKS)

    with pytest.raises(SandboxError, match="watch database"):
        used(url, use)


def test_the_check_fails_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    require_server(POSTGRESQL)
    monkeypatch.setattr(throwaway, "MOST_BYTES", 2**20)  # less than an empty one has
    monkeypatch.setattr(throwaway, "SECONDS_BETWEEN_LOOKS", 0.01)
    sandbox = Sandbox()
    project = Project(as_files(sample()), sandbox, POSTGRESQL)
    report = asyncio.run(database.check(project))
    sandbox.close()
    assert report.outcome is Outcome.FAILED
    first = report.findings[0].message
    assert first == "the database of the job: dropped, as it grew beyond 1 MiB"


def test_what_postgresql_puts_aside_is_limited() -> None:
    async def use(made: str) -> None:
        async with PostgreSQL().session(urlsplit(made)) as ask:
            name = urlsplit(made).username
            for statement in (
                "SET temp_file_limit = -1",
                f"ALTER ROLE {name} RESET temp_file_limit",
            ):
                with pytest.raises(Exception, match="permission denied"):
                    await ask(statement)
            await ask(f"ALTER ROLE {name} RESET ALL")
            await ask("RESET ALL")
        async with PostgreSQL().session(urlsplit(made)) as ask:
            assert [tuple(row) for row in await ask("SHOW temp_file_limit")] == [(TEMPORARY,)]

    used(POSTGRESQL, use)


def test_a_user_of_mysql_comes_from_here_and_makes_no_temporary_tables() -> None:
    async def use(made: str) -> None:
        name = urlsplit(made).username
        async with MySQL().session(urlsplit(MARIADB)) as ask:
            hosts = await ask(f"SELECT host FROM mysql.user WHERE user = '{name}'")  # noqa: S608 - ours
            assert [tuple(row) for row in hosts] == [("127.0.0.1",)]
        async with MySQL().session(urlsplit(made)) as ask:
            with pytest.raises(Exception, match="denied"):
                await ask(f"CREATE TEMPORARY TABLE {name}.t (a int)")

    used(MARIADB, use)
