"""A PostgreSQL server that a test may end and start again: its own, of the package."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from agent.checks import own_server

if TYPE_CHECKING:
    import signal
    from collections.abc import Iterator

PASSWORD = "restarted"  # noqa: S105 - of a server that ends with its test


class Restarted:
    """A server. ``url`` stays the same."""

    def __init__(self, folder: Path, program: str) -> None:
        self.folder = folder
        self.url = (
            f"postgresql://postgres:{PASSWORD}@/postgres?host={quote(str(folder / 'socket'))}"
        )
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        kept = {"synchronous_commit": "on", "full_page_writes": "on"}
        settings = {
            **own_server.SETTINGS,
            **kept,
            "unix_socket_directories": str(self.folder / "socket"),
        }
        identity = own_server.IDENTITY if os.geteuid() == 0 else None
        self._process = subprocess.Popen(
            [self._program, "-D", str(self.folder / "data")]
            + [f"--{name}={value}" for name, value in settings.items()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=identity,
            group=identity,
            extra_groups=None if identity is None else [],
        )

    async def answers(self) -> None:
        """Wait until it lets somebody in."""
        await own_server._answering(self.url.replace("://", "+asyncpg://", 1), self.folder)

    async def stop(self, how: signal.Signals) -> None:
        """End it: SIGINT is a fast shutdown, SIGQUIT one as if it had crashed."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            await asyncio.to_thread(self._process.wait)


@contextmanager
def restarted(cache: Path) -> Iterator[Restarted]:
    """Give a server that is not started yet; it and all of it are gone afterwards."""
    found = own_server.binaries()
    assert found is not None
    folder = Path(tempfile.mkdtemp(prefix="restarted-", dir="/tmp"))
    server = None
    try:
        server = Restarted(folder, own_server._prepare(found, folder, cache, PASSWORD))
        yield server
    finally:
        if server is not None and server._process is not None:
            server._process.kill()
            server._process.wait()
        shutil.rmtree(folder, ignore_errors=True)
