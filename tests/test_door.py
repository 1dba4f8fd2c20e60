"""Can a job get anywhere but into its own database? Attacks, and what has to go on working."""

from __future__ import annotations

import asyncio
import stat
import struct
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiomysql  # type: ignore[import-untyped]
import asyncpg  # type: ignore[import-untyped]
import pytest
from pymysql.constants import COMMAND  # type: ignore[import-untyped]

from agent.checks.door import MOST_CONNECTIONS, open_door
from agent.checks.door_mysql import _Commands, _without_hiding
from agent.checks.ends import ForbiddenError
from agent.checks.server_mysql import MySQL
from agent.checks.server_postgresql import PostgreSQL
from agent.checks.servers import server_of
from agent.checks.throwaway import throwaway_database
from agent.errors import SandboxError
from tests.servers import MARIADB, POSTGRESQL, require_server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
    from pathlib import Path

NOWHERE = "{}://role:secret@127.0.0.1:1/database"
CANCEL, TLS = 80877102, 80877103
BOTH = pytest.mark.parametrize("url", [POSTGRESQL, MARIADB], ids=["PostgreSQL", "MariaDB"])


@asynccontextmanager
async def door_to(url: str, folder: Path) -> AsyncIterator[str]:
    async with throwaway_database(url) as made, open_door(made, folder) as way:
        yield way.url


def through(url: str, folder: Path, attack: Callable[[str], Awaitable[None]]) -> None:
    async def scenario() -> None:
        async with asyncio.timeout(60), door_to(url, folder) as way:
            await attack(way)

    asyncio.run(scenario())


def signed_in(way: str) -> Any:  # noqa: ANN401 - a session of either kind
    kind = server_of(way)
    assert kind is not None
    return kind.session(urlsplit(way))


async def refused(work: Coroutine[Any, Any, object], says: str) -> None:
    with pytest.raises(Exception, match=says):
        await work


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("door")


# --- PostgreSQL ----------------------------------------------------------------------------------


def test_the_role_of_postgresql_has_no_way_out(folder: Path) -> None:
    require_server(POSTGRESQL)

    async def attack(way: str) -> None:
        name = urlsplit(way).username
        async with signed_in(way) as ask:
            assert [tuple(row) for row in await ask("SELECT current_user, session_user")] == [
                (name, name)
            ]
            for statement in (
                "COPY (SELECT 1) TO PROGRAM 'touch /tmp/escaped'",
                "COPY (SELECT 1) TO '/tmp/escaped'",
                "SELECT * FROM pg_authid",
                "SELECT pg_read_file('/etc/passwd')",
                "SELECT lo_import('/etc/passwd')",
                "SET ROLE postgres",
                "SET SESSION AUTHORIZATION postgres",
                "CREATE ROLE another SUPERUSER",
                f"ALTER ROLE {name} SUPERUSER",
                f"ALTER ROLE {name} CREATEDB",
                "CREATE DATABASE another",
                "GRANT pg_execute_server_program TO CURRENT_USER",
                "CREATE FUNCTION f() RETURNS int LANGUAGE c AS '/tmp/x.so'",
                "CREATE EXTENSION file_fdw",
            ):
                await refused(ask(statement), "permission denied|must be|must have|Only|SUPERUSER")
            await ask("CREATE TABLE mine (id int)")
            await ask("CREATE SCHEMA other")

    through(POSTGRESQL, folder, attack)


def test_nobody_else_signs_in_to_postgresql(folder: Path) -> None:
    require_server(POSTGRESQL)

    async def attack(way: str) -> None:
        name = urlsplit(way).username
        direct = await asyncpg.connect(user="postgres", host="127.0.0.1", database="postgres")
        await direct.close()  # the server itself would let us in
        for user, database in (("postgres", "postgres"), ("postgres", name), (name, "postgres")):
            connecting = asyncpg.connect(host=str(folder), user=user, database=database)
            await refused(connecting, "only the role and the database")
        settings = {"replication": "database"}
        connecting = asyncpg.connect(
            host=str(folder), user=name, database=name, server_settings=settings
        )
        await refused(connecting, "only the role and the database")

    through(POSTGRESQL, folder, attack)


def startup(*texts: str, version: int = 3 << 16) -> bytes:
    body = b"".join(text.encode() + b"\0" for text in texts) + b"\0"
    return struct.pack("!II", len(body) + 8, version) + body


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        struct.pack("!II", 2**31, 3 << 16),
        struct.pack("!II", 4, 3 << 16),
        startup("user", "role", "user", "postgres", "database", "database"),
        startup("user", "role", "database", "database", "user", "postgres"),
        startup("user", "postgres", "database", "database"),
        startup("user", "role", "database", "other"),
        startup("user", "role"),
        startup("user", "role", "database", "database", "replication", "1"),
        startup("user", "role", "database", "database", "odd"),
        startup("user", "role", "database", "database", "", "user"),
        startup("user", "role", "database", "database"),
        startup("user", "role", "database", "database", version=2 << 16),
        struct.pack("!II", 8, TLS) * 3,
        struct.pack("!IIII", 16, CANCEL, 1, 2),
    ],
)
def test_what_is_not_the_role_never_reaches_the_server(said: bytes, folder: Path) -> None:
    allowed = said == startup("user", "role", "database", "database")

    async def scenario() -> None:
        reached = asyncio.Event()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            reached.set()
            await reader.read()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        made = f"postgresql+asyncpg://role:x@127.0.0.1:{port}/database?sslmode=disable"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("agent.checks.door._try", _no_try)
            async with asyncio.timeout(20), open_door(made, folder):
                reader, writer = await asyncio.open_unix_connection(folder / ".s.PGSQL.5432")
                writer.write(said)
                if allowed:
                    await reached.wait()
                else:
                    answer = await reader.read()
                    assert answer == b"" or b"FATAL" in answer
                writer.close()
        server.close()
        assert reached.is_set() is allowed

    asyncio.run(scenario())


async def _no_try(*_: object) -> None:
    await asyncio.sleep(0)


def test_what_is_big_goes_through_and_a_query_can_be_called_off(folder: Path) -> None:
    require_server(POSTGRESQL)

    async def work(way: str) -> None:
        connection = await asyncpg.connect(way.replace("+asyncpg", ""))
        rows = await connection.fetch(
            "SELECT repeat('x', 1000) AS x FROM generate_series(1, 20000)"
        )
        assert sum(len(row["x"]) for row in rows) == 20_000_000
        await connection.execute("CREATE TABLE t (a text)")
        records = [("y" * 1000,)] * 10_000
        assert await connection.copy_records_to_table("t", records=records) == "COPY 10000"
        copied: list[bytes] = []

        async def take(data: bytes) -> None:
            copied.append(data)
            await asyncio.sleep(0)

        await connection.copy_from_query("SELECT a FROM t", output=take)
        assert sum(map(len, copied)) == 10_010_000
        with pytest.raises(TimeoutError):
            await connection.fetch("SELECT pg_sleep(50)", timeout=0.3)
        assert await connection.fetchval("SELECT 1") == 1
        await connection.close()

    through(POSTGRESQL, folder, work)


# --- MySQL ---------------------------------------------------------------------------------------


def test_the_user_of_mysql_has_no_way_out(folder: Path) -> None:
    require_server(MARIADB)

    async def attack(way: str) -> None:
        name = urlsplit(way).username
        async with signed_in(way) as ask:
            assert await ask("SELECT LOAD_FILE('/etc/passwd')") == ((None,),)
            await ask(f"CREATE TABLE {name}.t (a text)")
            for statement in (
                "SELECT 1 INTO OUTFILE '/tmp/escaped'",
                "LOAD DATA INFILE '/etc/passwd' INTO TABLE t",
                "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t",
                "SELECT * FROM mysql.user",
                "USE mysql",
                "CREATE DATABASE another",
                "CREATE USER another",
                f"GRANT FILE ON *.* TO {name}",
                "SET GLOBAL general_log = 1",
                "INSTALL SONAME 'x'",
            ):
                await ask(f"USE {name}")
                await refused(ask(statement), "denied|not allowed|1148|need")
            seen = {row[0] for row in await ask("SELECT user FROM information_schema.processlist")}
            assert seen == {name}

    through(MARIADB, folder, attack)


def test_nobody_else_signs_in_to_mysql(folder: Path) -> None:
    require_server(MARIADB)

    async def attack(way: str) -> None:
        parts = urlsplit(way)
        direct = await aiomysql.connect(host="127.0.0.1", user="root")
        await direct.ensure_closed()  # the server itself would let us in
        socket = str(folder / "mysql.sock")
        await refused(aiomysql.connect(unix_socket=socket, user="root"), "only the user")
        await refused(aiomysql.connect(unix_socket=socket, user=""), "only the user")
        wrong = aiomysql.connect(unix_socket=socket, user=parts.username, password="wrong")  # noqa: S106
        await refused(wrong, "Access denied")
        other = aiomysql.connect(
            unix_socket=socket, user=parts.username, password=parts.password, db="mysql"
        )
        await refused(other, "Access denied")
        switched = aiomysql.connect(
            unix_socket=socket,
            user=parts.username,
            password=parts.password,
            auth_plugin="mysql_clear_password",  # which the server answers by asking for its own
        )
        await (await switched).ensure_closed()

    through(MARIADB, folder, attack)


# no password, no database, a character set, a plugin, no attributes
BECOME_ROOT = b"root\0\0\0" + struct.pack("<H", 45) + b"mysql_native_password\0\0"


def test_nobody_becomes_somebody_else_in_mysql(folder: Path) -> None:
    require_server(MARIADB)

    async def become_root(connection: Any) -> None:  # noqa: ANN401 - untyped library
        await connection._execute_command(COMMAND.COM_CHANGE_USER, BECOME_ROOT)
        await connection._read_packet()

    async def attack(way: str) -> None:
        parts = urlsplit(way)
        who = {"user": parts.username, "password": parts.password}
        direct = await aiomysql.connect(host="127.0.0.1", **who)
        await become_root(direct)  # the server itself would do it
        direct.close()
        socket = str(folder / "mysql.sock")
        connection = await aiomysql.connect(unix_socket=socket, **who)
        await refused(become_root(connection), "1045.*this command is not passed on")
        connection.close()

        # In one breath with the password: before the door knows that signing in is over.
        reader, writer = await asyncio.open_unix_connection(socket)
        head = await reader.readexactly(4)
        greeting = await reader.readexactly(int.from_bytes(head[:3], "little"))
        after = greeting.index(b"\0") + 5
        challenge = greeting[after : after + 8] + greeting[after + 27 : after + 39]
        response = aiomysql.connection._auth.scramble_native_password(
            str(parts.password).encode(), challenge
        )
        flags = 1 << 9 | 1 << 15 | 1 << 19  # protocol 4.1, secure connection, plugin
        body = struct.pack("<IIB23x", flags, 2**24 - 1, 45) + f"{parts.username}\0".encode()
        body += bytes([len(response)]) + response + b"mysql_native_password\0"
        command = bytes([COMMAND.COM_CHANGE_USER]) + BECOME_ROOT
        for number, packet in ((1, body), (0, command)):
            writer.write(len(packet).to_bytes(3, "little") + bytes([number]) + packet)
        answer = await reader.read()
        assert answer[4] == 0  # signed in, as who was made for it
        assert b"this command is not passed on" in answer
        writer.close()

    through(MARIADB, folder, attack)


def packet(body: bytes, number: int = 0) -> bytes:
    return len(body).to_bytes(3, "little") + bytes([number]) + body


@pytest.mark.parametrize("step", [1, 2, 3, 7, 2**16])
def test_commands_are_found_wherever_they_were_cut(step: int) -> None:
    def follow(*bodies: bytes) -> None:
        data, look = b"".join(map(packet, bodies)), _Commands()
        for start in range(0, len(data), step):
            look(data[start : start + step])

    follow(b"\x03SELECT 1", b"\x0e", b"\x16" + b"\x11" * 300, b"\x01")
    for bodies in ((b"\x11root",), (b"\x0e", b"\x11root"), (b"\x03\0\0", b""), (b"\x03", b"\xfe")):
        with pytest.raises(ForbiddenError):
            follow(*bodies, b"\x0e")


def test_a_packet_that_goes_on_is_no_command() -> None:
    look = _Commands()
    for begun in (packet(b"\x03" + b"\x11" * 0xFFFFFE), packet(b"\x11rest"), packet(b"\x0e")):
        look(begun)
    with pytest.raises(ForbiddenError):
        look(packet(b"\x11"))


def test_what_hides_is_not_offered() -> None:
    greeting = (
        b"\x0a8.4.0\0" + b"T" * 4 + b"c" * 8 + b"\0" + b"\xff\xff" + b"\x2d\0\0" + b"\xff\xff"
    )
    offered = _without_hiding(greeting + b"rest")
    assert len(offered) == len(greeting) + 4
    low, high = offered[20:22], offered[25:27]
    flags = int.from_bytes(low + high, "little")
    assert flags == 0xFFFFFFFF & ~(1 << 5 | 1 << 7 | 1 << 11 | 1 << 26)
    with pytest.raises(ForbiddenError):
        _without_hiding(b"\x09old\0")


@pytest.mark.parametrize("flag", [1 << 5, 1 << 11, 1 << 26])
def test_who_hides_is_refused(flag: int, folder: Path) -> None:
    require_server(MARIADB)

    async def attack(way: str) -> None:
        reader, writer = await asyncio.open_unix_connection(folder / "mysql.sock")
        name = str(urlsplit(way).username).encode()
        body = struct.pack("<IIB23x", 1 << 9 | flag, 2**24 - 1, 45) + name + b"\0\0"
        writer.write(packet(body, 1))
        assert b"not spoken here" in await reader.read()
        writer.close()

    through(MARIADB, folder, attack)


# --- both ----------------------------------------------------------------------------------------


@BOTH
def test_a_door_closes_behind_its_job(url: str, folder: Path) -> None:
    require_server(url)

    async def scenario() -> None:
        async with throwaway_database(url) as made:
            async with open_door(made, folder) as way:
                assert list(folder.iterdir()) == [way.socket]
                assert stat.S_IMODE(way.socket.stat().st_mode) == 0o600
                session = signed_in(way.url)
                ask = await session.__aenter__()
                tables = await ask("SELECT 1 FROM information_schema.tables")
                assert tables
            assert list(folder.iterdir()) == []
            with pytest.raises(Exception, match=r".") as caught:
                await ask("SELECT 1")
            await session.__aexit__(type(caught.value), caught.value, None)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert left == set()

    asyncio.run(scenario())


@BOTH
def test_there_are_only_so_many_connections(url: str, folder: Path) -> None:
    require_server(url)

    async def attack(_way: str) -> None:
        await asyncio.sleep(0.2)  # until the one that tried the way is gone
        (socket,) = folder.iterdir()
        idle = [await asyncio.open_unix_connection(socket) for _ in range(MOST_CONNECTIONS)]
        reader, writer = await asyncio.open_unix_connection(socket)
        assert f"more than {MOST_CONNECTIONS} connections".encode() in await reader.read()
        for each in (writer, *(writer for _, writer in idle)):
            each.close()

    through(url, folder, attack)


@BOTH
def test_many_work_at_once(url: str, folder: Path) -> None:
    require_server(url)

    async def work(way: str) -> None:
        async def one(number: int) -> int:
            async with signed_in(way) as ask:
                ((answer,),) = await ask(f"SELECT {number}")
                return int(answer)

        assert await asyncio.gather(*map(one, range(30))) == list(range(30))

    through(url, folder, work)


@BOTH
def test_a_server_that_breaks_off_ends_the_connection(url: str, folder: Path) -> None:
    require_server(url)

    async def work(way: str) -> None:
        end = {
            "PostgreSQL": "SELECT pg_terminate_backend(pg_backend_pid())",
            "MySQL": "KILL CONNECTION_ID()",
        }
        kind = server_of(way)
        assert kind is not None

        async def go_on() -> None:
            async with asyncio.timeout(20), signed_in(way) as ask:
                await ask(end[kind.label])
                await ask("SELECT 1")

        await refused(go_on(), r"terminat|kill|Lost|interrupted|closed")
        async with signed_in(way) as ask:
            assert await ask("SELECT 1")

    through(url, folder, work)


@pytest.mark.parametrize("scheme", ["postgresql+asyncpg", "mysql+aiomysql"])
def test_a_server_that_is_not_there_is_told_before_the_job_begins(
    scheme: str, folder: Path
) -> None:
    async def scenario() -> None:
        with pytest.raises(SandboxError, match="the role made for a job cannot sign in") as caught:
            async with open_door(NOWHERE.format(scheme), folder):
                pytest.fail("there is no server")
        assert "secret" not in str(caught.value)
        assert list(folder.iterdir()) == []

    asyncio.run(scenario())


def test_a_path_that_no_socket_can_have(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 120)
    deep.mkdir()

    async def scenario() -> None:
        with pytest.raises(SandboxError, match="no socket can be made"):
            async with open_door(NOWHERE.format("postgresql"), deep):
                pytest.fail("the path is too long")

    asyncio.run(scenario())


def test_the_kinds_of_servers() -> None:
    assert isinstance(server_of("postgresql+asyncpg://h/d"), PostgreSQL)
    assert isinstance(server_of("mariadb://h/d"), MySQL)
    assert server_of("sqlite:///x") is None
