"""Where does generated code run? Only here.

A job gets: a copy of the project in a temporary folder of its own, an environment that we wrote
(nothing is inherited), no standard input, limits on what it may eat, and an end: when its time is
up, or the task that waits for it is cancelled, its whole process group is killed. What a job
prints or leaves behind are claims; nothing it writes is followed, run or believed unbounded.

Isolation is that of a process: it keeps honest mistakes in, not an attacker.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import stat
import sys
import tempfile
import time
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from agent.documents import Isolation
from agent.errors import SandboxError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

    from agent.documents import GeneratedFile

CONFINE = Path(__file__).with_name("confine.py")
MEBIBYTE = 2**20
LONGEST_PATH = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process of a job may use at most (seconds, bytes, files)."""

    cpu_seconds: int = 300
    memory_bytes: int = 4096 * MEBIBYTE
    file_bytes: int = 256 * MEBIBYTE
    open_files: int = 1024
    output_bytes: int = MEBIBYTE

    def as_argument(self) -> str:
        """Spell the limits as ``confine.py`` reads them."""
        return (
            f"cpu={self.cpu_seconds},memory={self.memory_bytes},"
            f"file={self.file_bytes},open={self.open_files},core=0"
        )


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """How a job ended. ``exit_code`` is negative for a signal, as in ``subprocess``.

    ``stdout`` and ``stderr`` keep the beginning and the end of what was printed; ``truncated``
    says that something between was left out (the text says how much).
    """

    exit_code: int
    stdout: str
    stderr: str
    seconds: float
    timed_out: bool = False
    truncated: bool = False


class Workspace:
    """One temporary copy of a project: ``root`` is the project, ``scratch`` takes results."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        """Lay out the (existing, empty) ``folder``."""
        self.limits = limits
        self.root = folder / "project"
        self.scratch = folder / "scratch"
        self._home = folder / "home"
        for each in (self.root, self.scratch, self._home):
            each.mkdir()
        # By descriptor, so that a job which swaps the folder for a link leads us nowhere.
        self._results = os.open(self.scratch, os.O_RDONLY | os.O_DIRECTORY)

    def close(self) -> None:
        """Let go of the folder; nothing can be read after this."""
        os.close(self._results)

    def write(self, files: Iterable[GeneratedFile]) -> None:
        """Write ``files`` below ``root``.

        Raises:
            SandboxError: a path would leave the project, or clashes with another.

        """
        for file in files:
            target = self.root.joinpath(*checked_path(file.path))
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("x", encoding="utf-8", newline="") as stream:
                    stream.write(file.content)
            except (OSError, UnicodeError) as error:
                raise SandboxError(f"{file.path!r} cannot be written: {error}") from error

    def read(self, name: str, *, most: int = 32 * MEBIBYTE) -> str | None:
        """Give a result that a job left in ``scratch``, or None where there is no plain file.

        Neither links nor pipes are followed, and at most ``most`` bytes are taken.
        """
        try:
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
            descriptor = os.open(name, flags, dir_fd=self._results)
        except OSError:
            return None
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            return None
        with os.fdopen(descriptor, "rb") as stream:
            return stream.read(most).decode(errors="replace")

    async def run(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        timeout: float = 120,  # noqa: ASYNC109 - the job dies with it, not only the wait
    ) -> JobOutcome:
        """Run ``argv`` in the project's folder, for at most ``timeout`` seconds.

        Args:
            argv: The program (looked up in the PATH that jobs see) and its arguments.
            env: Variables beside the few that every job gets.
            timeout: Wall-clock seconds after which the process group is killed.

        Raises:
            SandboxError: the job could not even be started.

        """
        command = (sys.executable, "-I", "-S", str(CONFINE), self.limits.as_argument(), "--")
        started = time.perf_counter()
        # Files, not pipes: the file size limit bounds them, and a process that escaped with the
        # descriptors cannot keep us waiting for an end of file.
        with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
            try:
                process = await asyncio.create_subprocess_exec(
                    *command,
                    *argv,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=stdout,
                    stderr=stderr,
                    cwd=self.root,
                    env={**self._environment(), **(env or {})},
                    start_new_session=True,
                )
            except (OSError, ValueError) as error:
                raise SandboxError(f"a job could not be started: {error}") from error
            timed_out = await _await_end(process, timeout)
            seconds = time.perf_counter() - started
            kept = self.limits.output_bytes
            out, out_cut = _bounded(stdout, kept)
            err, err_cut = _bounded(stderr, kept)
        exit_code = -signal.SIGKILL if process.returncode is None else process.returncode
        return JobOutcome(exit_code, out, err, seconds, timed_out, out_cut or err_cut)

    def _environment(self) -> dict[str, str]:
        tools = str(Path(sys.executable).parent)
        return {
            "PATH": os.pathsep.join((tools, "/usr/local/bin", "/usr/bin", "/bin")),
            "HOME": str(self._home),
            "TMPDIR": str(self._home),
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
            "PYTHONNOUSERSITE": "1",
            "PYTHONSAFEPATH": "1",
            "PYTHONUTF8": "1",
        }


class Sandbox:
    """Makes workspaces. ``isolation`` is what a Proof says about how jobs were kept in."""

    isolation = Isolation.PROCESS

    def __init__(self, *, limits: Limits | None = None, parent: Path | None = None) -> None:
        """Take the limits of every job and the folder for temporary ones (None: the system's)."""
        self.limits = limits or Limits()
        self.parent = parent

    @asynccontextmanager
    async def workspace(self, files: Iterable[GeneratedFile]) -> AsyncIterator[Workspace]:
        """Copy ``files`` into a fresh folder, which is gone afterwards whatever happened.

        Raises:
            SandboxError: the platform has no process limits, or a path is not safe.

        """
        if not hasattr(os, "killpg"):
            message = "generated code runs on Linux and macOS only: use the container here"
            raise SandboxError(message)
        folder = _new_folder(self.parent)
        try:
            with closing(Workspace(folder, self.limits)) as workspace:
                workspace.write(files)
                yield workspace
        finally:
            # In a thread, as a job may have left very much; the thread ends its work even when
            # this task is cancelled meanwhile.
            await asyncio.to_thread(_remove, folder)


def checked_path(path: str) -> tuple[str, ...]:
    """Split a project path into its components.

    Raises:
        SandboxError: the path is empty, absolute, leaves the project, or is spelled in a way that
            another system could read differently.

    """
    parts = tuple(path.split("/"))
    unsafe = (
        any(part in {"", ".", ".."} for part in parts)
        or any(character in '\\:*?"<>|' or not character.isprintable() for character in path)
        or len(path.encode(errors="replace")) > LONGEST_PATH
    )
    if unsafe:
        message = f"{path!r} is not a safe project path: use relative names with forward slashes"
        raise SandboxError(message)
    return parts


def _new_folder(parent: Path | None) -> Path:
    return Path(tempfile.mkdtemp(prefix="python-specialist-", dir=parent)).resolve()


async def _await_end(process: asyncio.subprocess.Process, seconds: float) -> bool:
    """Wait for the end of a job and of what it started; tell whether its time ran out."""
    try:
        async with asyncio.timeout(seconds):
            await process.wait()
    except TimeoutError:
        return True
    else:
        return False
    finally:
        # Also after a good end: children that outlive their parent are not left running.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _bounded(stream: IO[bytes], most: int) -> tuple[str, bool]:
    """Give the text of ``stream``, its middle left out when it is longer than ``most`` bytes."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if size <= most:
        return stream.read(most).decode(errors="replace"), False
    head = stream.read(most // 2).decode(errors="replace")
    stream.seek(size - most // 2)
    tail = stream.read(most // 2).decode(errors="replace")
    return f"{head}\n[... {size - most} bytes left out ...]\n{tail}", True


def _remove(folder: Path) -> None:
    """Delete ``folder`` though a job took away its own permissions in it."""
    shutil.rmtree(folder, ignore_errors=True)
    if not folder.exists():
        return
    folder.chmod(0o700)
    for parent, names, _ in os.walk(folder):  # links to folders are listed, but not entered
        for name in names:
            path = Path(parent, name)
            if not path.is_symlink():
                path.chmod(0o700)
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise SandboxError(f"the temporary folder {folder} is still there: {error}") from error
