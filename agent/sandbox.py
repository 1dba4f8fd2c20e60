"""Where does generated code run? Only here.

Everything that runs here is taken for hostile. A job gets: a copy of the project in a temporary
folder of its own, an environment that we wrote (nothing is inherited), no standard input, and
limits on what it may eat. It is one process without rights, that reaches no files but its own and
the tools', no network, no other process (``agent.confine``). It ends when its time is up, when it
has filled its share of the disk, or when the task that waits for it is cancelled. What a job prints
or leaves behind are claims; nothing it writes is followed, run or believed unbounded.

There is no lesser isolation to fall back to: where a layer cannot be had, nothing runs, unless a
person asked for none at all.
"""

from __future__ import annotations

import asyncio
import os
import stat
import sys
import tempfile
import weakref
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import TYPE_CHECKING

from agent.documents import Isolation
from agent.errors import SandboxError
from agent.prover.removal import remove
from agent.to_its_end import to_its_end
from agent.workspace import JobOutcome, Limits, Terms, Workspace

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from agent.documents import GeneratedFile
    from agent.prover.process import ProverProcess

__all__ = ["JobOutcome", "Limits", "Sandbox", "Workspace"]

CANARY_SECONDS = 30
# What an interpreter and its tools read, beside themselves.
SYSTEM = (
    "/usr",
    "/lib",
    "/lib64",
    "/bin",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/mime.types",
    "/proc/cpuinfo",
    "/dev/urandom",
    "/dev/zero",
)


class Sandbox:
    """Makes workspaces. ``isolation`` is what a Proof says about how jobs are kept in."""

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        parent: Path | None = None,
        unsafe: bool = False,
        bubblewrap: bool = True,
    ) -> None:
        """Say how jobs are to run; nothing is started yet.

        Args:
            limits: Of every job.
            parent: The folder for temporary ones (None: the system's).
            unsafe: Run jobs with limits only. Whoever says so trusts the code.
            bubblewrap: Put namespaces around all jobs, where bubblewrap works.

        """
        self.limits = limits or Limits()
        self.parent = parent
        self.isolation = Isolation.NONE if unsafe else Isolation.SANDBOX
        self.drops_rights = not unsafe and hasattr(os, "geteuid") and os.geteuid() == 0
        self.readable = _readable()
        self.bubblewrap = bubblewrap and not unsafe
        self.wrapped = False
        self._prover: ProverProcess | None = None
        self._starting: asyncio.Task[ProverProcess] | None = None

    def _needs_passage(self) -> bool:
        """Tell whether a user without rights could not even read the interpreter."""
        return self.drops_rights and not self.wrapped and not _open_to_all(self.readable)

    def _terms(self) -> Terms:
        return Terms(
            limits=self.limits,
            readable=self.readable,
            confined=self.isolation is Isolation.SANDBOX,
            drops_rights=self.drops_rights,
            passage=self._needs_passage(),
        )

    async def prover(self) -> ProverProcess:
        """Give the warm process, started and tried out when there is none yet.

        Raises:
            SandboxError: it cannot be started, or does not keep in what it should.

        """
        if self._prover is not None and self._prover.alive:
            return self._prover
        loop = asyncio.get_running_loop()
        if self._starting is None or self._starting.done() or self._starting.get_loop() is not loop:
            self._starting = loop.create_task(self._begin())
        return await asyncio.shield(self._starting)

    async def _begin(self) -> ProverProcess:
        self.close()
        prover = await asyncio.to_thread(self._start)
        try:
            if self.isolation is Isolation.SANDBOX:
                await self._try_out(prover)
        except BaseException:
            prover.close()
            self._clean_up()
            raise
        self._prover = prover
        return prover

    def close(self) -> None:
        """End the warm process; the next job starts another."""
        if self._prover is not None:
            self._prover.close()
            self._prover = None
            self._clean_up()

    @asynccontextmanager
    async def workspace(self, files: Iterable[GeneratedFile]) -> AsyncIterator[Workspace]:
        """Copy ``files`` into a fresh folder, which is gone afterwards whatever happened.

        Raises:
            SandboxError: there is no sandbox on this system, or a path is not safe.

        """
        async with self._workspace(await self.prover(), files) as workspace:
            yield workspace

    @asynccontextmanager
    async def folder(self) -> AsyncIterator[Path]:
        """Make a folder for the trusted side, which no job reaches, and which goes with the agent.

        Raises:
            SandboxError: there is no sandbox on this system.

        """
        await self.prover()
        with tempfile.TemporaryDirectory(dir=self._base) as name:
            yield Path(name)

    @asynccontextmanager
    async def _workspace(
        self, prover: ProverProcess, files: Iterable[GeneratedFile]
    ) -> AsyncIterator[Workspace]:
        folder = Path(tempfile.mkdtemp(dir=self._base))
        try:
            with closing(Workspace(self._terms(), prover, folder)) as workspace:
                workspace.write(files)
                yield workspace
        finally:
            # In a thread, as a job may have left very much.
            if not await to_its_end(asyncio.to_thread(remove, folder)):
                raise SandboxError(f"the temporary folder {folder} cannot be removed")

    def _start(self) -> ProverProcess:
        if sys.platform != "linux":
            message = (
                "generated code is proven on Linux only: use the container (see the README), "
                "or ask for no verification"
            )
            raise SandboxError(message)
        from agent.prover import bubblewrap  # noqa: PLC0415 - only what proves needs it
        from agent.prover.process import ProverProcess  # noqa: PLC0415 - the same

        base = Path(tempfile.mkdtemp(prefix="python-specialist-", dir=self.parent)).resolve()
        self._base = base
        self._clean_up = weakref.finalize(self, remove, base)
        base.chmod(0o711)  # a job's identity passes; what lies here has names that it cannot list
        program = bubblewrap.found() if self.bubblewrap else None
        self.wrapped = program is not None
        if program is None:
            return ProverProcess(base)
        around = bubblewrap.around(program, self.readable, [str(base)])
        return ProverProcess(base, bubblewrap.tidied(around, str(base)))

    async def _try_out(self, prover: ProverProcess) -> None:
        """Attack our own sandbox before anybody else does.

        Raises:
            SandboxError: an attack got through.

        """
        with tempfile.NamedTemporaryFile() as secret:
            async with self._workspace(prover, ()) as workspace:
                outcome = await workspace.run(
                    [sys.executable, "-m", "agent.prover.canary", secret.name, str(os.getpid())],
                    timeout=CANARY_SECONDS,
                )
        if outcome.exit_code != 0 or outcome.stdout.strip() != "kept in":
            said = outcome.stdout.strip() or outcome.stderr.strip() or "nothing"
            raise SandboxError(f"the sandbox does not hold, so nothing is run in it: {said}")


def _readable() -> tuple[str, ...]:
    """Give the paths that jobs read: the system's libraries, our interpreter and its packages."""
    package = Path(__file__).parent
    own = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix, str(package)}
    return (*SYSTEM, *sorted(path for path in own if not path.startswith(("/usr/", "/lib/"))))


def _open_to_all(paths: Iterable[str]) -> bool:
    """Tell whether a user without rights can pass the way to each path and read it."""
    for path in map(Path, paths):
        for part in (path, *path.parents):
            try:
                mode = part.stat().st_mode
            except FileNotFoundError:
                continue
            if stat.S_ISDIR(mode) and not mode & stat.S_IXOTH:
                return False
    return True
