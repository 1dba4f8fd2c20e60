"""Is a database made for one job, with a role that is nobody, and does all of it go again?"""

from __future__ import annotations

import asyncio
import secrets
import subprocess
import sys
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from agent.checks import throwaway
from agent.checks.server_postgresql import PostgreSQL
from agent.checks.servers import server_of
from agent.checks.throwaway import PREFIX, throwaway_database, without_password
from agent.errors import SandboxError
from tests.servers import MARIADB, POSTGRESQL, require_server

if TYPE_CHECKING:
    from agent.checks.servers import Ask

NOBODY = "postgresql+asyncpg://someone:opensesame@127.0.0.1:1/nothing"
BOTH = pytest.mark.parametrize("url", [POSTGRESQL, MARIADB], ids=["PostgreSQL", "MariaDB"])
DATABASES = {
    "PostgreSQL": "SELECT datname FROM pg_database",
    "MySQL": "SELECT schema_name FROM information_schema.schemata",
}


async def names(url: str) -> set[str]:
    """Give the names of databases and of roles that begin like ours."""
    kind = server_of(url)
    assert kind is not None
    async with kind.session(urlsplit(url)) as ask:
        databases = {row[0] for row in await ask(DATABASES[kind.label])}
        return {each for each in databases if each.startswith(PREFIX)} | set(
            await kind.names(ask, PREFIX)
        )


@pytest.fixture
def made_here(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Give what fills with the names that are made here: others may be at work on the server."""
    made = set()

    def noted(size: int) -> str:
        digits = secrets.token_bytes(size).hex()
        made.add(f"{PREFIX}{digits}")
        return digits

    monkeypatch.setattr(secrets, "token_hex", noted)
    return made


@BOTH
def test_a_throwaway_database_goes_whatever_happens(url: str) -> None:
    require_server(url)

    async def exists(made: str) -> bool:
        from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415 - only here

        engine = create_async_engine(made)
        try:
            async with engine.connect():
                return True
        except Exception as error:
            if made.rpartition("/")[2] not in str(error):
                raise
            return False
        finally:
            await engine.dispose()

    async def scenario() -> None:
        made = ""

        async def failing() -> None:
            nonlocal made
            async with throwaway_database(url) as made:
                assert await exists(made)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await failing()
        assert not await exists(made)

        entered = asyncio.Event()

        async def forever() -> None:
            nonlocal made
            async with throwaway_database(url) as made:
                entered.set()
                await asyncio.sleep(600)

        task = asyncio.create_task(forever())
        await entered.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not await exists(made)

    asyncio.run(scenario())


def test_passwords_are_hidden_where_a_url_is_repeated() -> None:
    text = f"cannot reach {NOBODY} for opensesame"
    assert without_password(text, NOBODY) == text.replace(":opensesame@", ":***@")
    assert without_password("nothing", "sqlite:///x") == "nothing"


@BOTH
def test_the_role_is_nobody_and_the_administrator_stays_unnamed(url: str) -> None:
    require_server(url)

    async def scenario() -> None:
        more = f"{url}?application_name=x&user=postgres" if "asyncpg" in url else url
        async with throwaway_database(more) as made:
            parts = urlsplit(made)
            assert parts.username == parts.path[1:]
            assert "root" not in made
            assert "postgres@" not in made
            assert parts.query == ""
            assert parts.hostname == "127.0.0.1"
            assert {parts.username} <= await names(url)
            if "asyncpg" in url:
                async with PostgreSQL().session(urlsplit(url)) as ask:
                    rows = await ask(
                        "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication, "
                        "rolbypassrls FROM pg_roles"
                    )
                    assert (parts.username, *(False,) * 5) in map(tuple, rows)
        assert parts.username not in await names(url)

    asyncio.run(scenario())


@BOTH
def test_it_goes_though_somebody_works_in_it(url: str) -> None:
    require_server(url)

    async def scenario() -> None:
        kind = server_of(url)
        assert kind is not None
        async with throwaway_database(url) as made:
            session = kind.session(urlsplit(made))
            ask = await session.__aenter__()
            name = urlsplit(made).username
            if "aiomysql" in url:
                await ask(f"USE {name}")
            await ask("CREATE TABLE t (a int)")
            await ask("BEGIN")
            await ask("INSERT INTO t VALUES (1)")
            if "asyncpg" in url:
                await ask("COMMIT")
                await ask(f"ALTER DATABASE {name} IS_TEMPLATE true")
                await ask("BEGIN")
                await ask("LOCK TABLE t")
            started = time.monotonic()
        assert time.monotonic() - started < 20
        assert name not in await names(url)
        with pytest.raises(Exception, match=r".") as caught:
            await ask("SELECT 1")
        await session.__aexit__(type(caught.value), caught.value, None)

    asyncio.run(scenario())


@BOTH
def test_it_goes_though_it_is_called_off_again_and_again(url: str, made_here: set[str]) -> None:
    require_server(url)

    async def scenario() -> None:
        for pause in (0.0, 0.005, 0.02, 0.1):

            async def use() -> None:
                async with throwaway_database(url):
                    await asyncio.sleep(600)

            task = asyncio.create_task(use())
            await asyncio.sleep(pause)
            while not task.done():
                task.cancel()
                await asyncio.sleep(0.003)
            assert task.cancelled()
        assert made_here
        assert not made_here & await names(url)

    asyncio.run(scenario())


@BOTH
def test_what_a_killed_agent_left_is_dropped_by_the_next(url: str) -> None:
    require_server(url)
    agent = (
        "import asyncio\n"
        "from agent.checks.throwaway import throwaway_database\n"
        "async def main():\n"
        f"    async with throwaway_database({url!r}) as made:\n"
        "        print(made.rpartition('/')[2], flush=True)\n"
        "        await asyncio.sleep(600)\n"
        "asyncio.run(main())\n"
    )

    async def next_one() -> set[str]:
        async with throwaway_database(url):
            return await names(url)

    with subprocess.Popen([sys.executable, "-c", agent], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        left = process.stdout.readline().decode().strip()
        try:
            assert left in asyncio.run(next_one()), "it lives"
        finally:
            process.kill()
    until = time.monotonic() + 10
    while left in (found := asyncio.run(next_one())) and time.monotonic() < until:
        time.sleep(0.1)  # until the server has noticed
    assert left not in found


@BOTH
def test_only_what_is_ours_and_nobody_holds_is_dropped(url: str) -> None:
    require_server(url)
    kind = server_of(url)
    assert kind is not None
    free, held = (f"{PREFIX}{secrets.token_hex(12)}" for _ in range(2))
    other = f"{PREFIX}read"

    async def scenario() -> None:
        async with kind.session(urlsplit(url)) as ask:
            try:
                await kind.hold(ask, held)
                for name in (free, held, other):
                    await kind.create(ask, name, "x")
                async with throwaway_database(url):
                    pass
                assert {free, held, other} & await names(url) == {held, other}
            finally:
                for name in (free, held, other):
                    await kind.drop(ask, name)

    asyncio.run(scenario())


@BOTH
def test_what_was_begun_is_undone_when_the_rest_fails(
    url: str, monkeypatch: pytest.MonkeyPatch, made_here: set[str]
) -> None:
    require_server(url)
    kind = server_of(url)
    assert kind is not None
    made = type(kind).create

    async def halfway(self: object, ask: Ask, name: str, password: str) -> None:
        await made(self, ask, name, password)  # type: ignore[arg-type]
        raise PermissionError("no more")

    async def scenario() -> None:
        monkeypatch.setattr(type(kind), "create", halfway)
        with pytest.raises(SandboxError, match=r"create database on 127\.0\.0\.1:.*no more"):
            async with throwaway_database(url):
                pytest.fail("it was not made")
        assert made_here
        assert not made_here & await names(url)

    asyncio.run(scenario())


def test_only_servers_have_databases() -> None:
    async def scenario() -> None:
        with pytest.raises(SandboxError, match="no PostgreSQL, MySQL or MariaDB"):
            async with throwaway_database("sqlite:///x"):
                pytest.fail("there is no server")

    asyncio.run(scenario())
    assert throwaway.server("sqlite:///x") is None


def test_a_password_in_the_query_is_hidden_too() -> None:
    url = "postgresql://h/d?user=u&password=open%20sesame"
    text = "postgresql://h/d?user=u&password=open sesame: password=open sesame"
    assert "sesame" not in without_password(text, url)
