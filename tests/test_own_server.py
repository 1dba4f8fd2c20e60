"""Does PostgreSQL come from the package, for one proof only, and go again whatever happens?"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from agent.checks import database, own_server
from agent.checks.job_database import job_database
from agent.checks.own_server import EXTRA, OWN_SERVER, binaries, named_or_own
from agent.checks.project import Project
from agent.checks.server_postgresql import PostgreSQL
from agent.checks.throwaway import server
from agent.documents import Outcome
from agent.errors import SandboxError
from agent.sandbox import Sandbox
from tests.servers import POSTGRESQL
from tests.test_checks import as_files, sample

pytestmark = pytest.mark.usefixtures("short_folder")
FOUND = binaries()
needs_package = pytest.mark.skipif(FOUND is None, reason=f"{EXTRA} is not installed")


@pytest.fixture(scope="module")
def cache(request: pytest.FixtureRequest) -> Path:
    """Give a folder that pytest keeps: the data directory is made once."""
    return request.config.cache.mkdir("postgresql")


@needs_package
def test_a_proof_runs_on_a_server_of_its_own(cache: Path, short_folder: Path) -> None:
    sandbox = Sandbox()
    project = Project(as_files(sample()), sandbox, OWN_SERVER, cache)
    report = asyncio.run(database.check(project))
    sandbox.close()
    assert (report.outcome, report.findings) == (Outcome.PASSED, ())
    assert report.summary == "PostgreSQL: migrations, 1 passed"
    assert list(short_folder.iterdir()) == []


@needs_package
def test_who_may_sign_in_and_how(cache: Path) -> None:
    async def scenario() -> None:
        async with own_server.own_server(cache) as url:
            parts = urlsplit(url)
            async with PostgreSQL().session(parts) as ask:
                assert FOUND is not None
                ((told,),) = await ask("SHOW server_version")
                assert FOUND.version.startswith(str(told))
                assert [tuple(row) for row in await ask("SHOW listen_addresses")] == [("",)]
            for password in ("", "wrong"):
                wrong = parts._replace(netloc=f"postgres:{password}@")
                with pytest.raises(Exception, match="password"):
                    async with PostgreSQL().session(wrong):
                        pytest.fail("nobody signs in without the password")
            socket = Path(parse_qs(parts.query)["host"][0])
            assert socket.stat().st_mode & 0o077 == 0
            if os.geteuid() == 0:
                assert socket.stat().st_uid == own_server.IDENTITY
            one_folder, other_folder = socket.parent / "one", socket.parent / "other"
            for folder in (one_folder, other_folder):
                folder.mkdir()
            async with (
                job_database(url, one_folder) as one,
                job_database(url, other_folder) as other,
            ):
                assert one != other

    asyncio.run(scenario())


@needs_package
def test_it_goes_when_the_proof_is_called_off(cache: Path, short_folder: Path) -> None:
    async def scenario() -> None:
        entered = asyncio.Event()
        seen = ""

        async def prove() -> None:
            nonlocal seen
            async with own_server.own_server(cache) as seen:
                entered.set()
                await asyncio.sleep(600)

        task = asyncio.create_task(prove())
        await entered.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert list(short_folder.iterdir()) == []
        # while it is being prepared
        task = asyncio.create_task(prove())
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert list(short_folder.iterdir()) == []

    asyncio.run(scenario())


def wait_until_gone(path: Path) -> None:
    until = time.monotonic() + 20
    while path.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not path.exists()


ABANDON = """
import asyncio, sys, tempfile
from pathlib import Path
from agent.checks.own_server import own_server
tempfile.tempdir = sys.argv[2]
async def main():
    async with own_server(Path(sys.argv[1])) as url:
        print(url, flush=True)
        await asyncio.sleep(600)
asyncio.run(main())
"""


@needs_package
def test_it_goes_when_the_agent_is_killed(cache: Path, short_folder: Path) -> None:
    argv = [sys.executable, "-c", ABANDON, str(cache), str(short_folder)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as agent:
        assert agent.stdout is not None
        assert agent.stdout.readline().startswith(b"postgresql+asyncpg://postgres:")
        (folder,) = short_folder.iterdir()
        server_id = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(server_id, 0)
        agent.send_signal(signal.SIGKILL)
    wait_until_gone(folder)
    with pytest.raises(ProcessLookupError):
        os.kill(server_id, 0)


@needs_package
@pytest.mark.skipif(sys.platform != "linux", reason="other kernels cannot do it")
def test_it_goes_when_its_keeper_is_killed(cache: Path, short_folder: Path) -> None:
    async def scenario() -> None:
        async with own_server.own_server(cache):
            (folder,) = short_folder.iterdir()
            server_id = int((folder / "data" / "postmaster.pid").read_text().split()[0])
            status = Path(f"/proc/{server_id}/stat").read_text()
            os.kill(int(status.rpartition(")")[2].split()[1]), signal.SIGKILL)
            await asyncio.to_thread(wait_until_gone, Path(f"/proc/{server_id}"))
        assert list(short_folder.iterdir()) == []

    asyncio.run(scenario())


@needs_package
def test_a_cache_that_cannot_be_written_is_done_without(short_folder: Path) -> None:
    no_folder = short_folder / "file"
    no_folder.write_text("", encoding="utf-8")

    async def scenario() -> None:
        async with own_server.own_server(no_folder) as url:
            assert url

    asyncio.run(scenario())
    assert list(short_folder.iterdir()) == [no_folder]


@needs_package
def test_a_server_that_does_not_start_says_why(
    monkeypatch: pytest.MonkeyPatch, cache: Path, short_folder: Path
) -> None:
    monkeypatch.setitem(own_server.SETTINGS, "shared_buffers", "nonsense")

    async def scenario() -> None:
        with pytest.raises(SandboxError, match=r"PostgreSQL does not start: .*shared_buffers"):
            async with own_server.own_server(cache):
                pytest.fail("it cannot start")

    asyncio.run(scenario())
    assert list(short_folder.iterdir()) == []


def test_without_the_package_the_check_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(own_server, "find_spec", lambda _name: None)
    assert binaries() is None
    report = asyncio.run(database.check(Project((), Sandbox(), OWN_SERVER)))
    assert report.outcome is Outcome.SKIPPED
    assert report.reason is not None
    assert "install python-specialist[postgresql]" in report.reason


def test_a_named_server_is_taken_as_it_is() -> None:
    async def scenario() -> None:
        async with named_or_own(POSTGRESQL, None) as url:
            assert url == POSTGRESQL

    asyncio.run(scenario())
    assert server(OWN_SERVER) == "PostgreSQL"
