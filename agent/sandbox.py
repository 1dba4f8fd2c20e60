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
import fcntl
import os
import secrets
import stat
import sys
import tempfile
import weakref
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from agent.documents import Isolation
from agent.errors import SandboxError
from agent.prover.doorman import connections_to
from agent.prover.removal import remove

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

    from agent.documents import GeneratedFile
    from agent.prover.process import ProverProcess

MEBIBYTE = 2**20
LONGEST_PATH = 200
CANARY_SECONDS = 30
# Kept by systems for services that come and go (systemd: DynamicUser): no file is theirs.
IDENTITIES = range(61184, 63184)
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
NULL = "/dev/null"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a job may use at most (seconds, bytes, files, threads)."""

    cpu_seconds: int = 300
    memory_bytes: int = 4096 * MEBIBYTE
    file_bytes: int = 64 * MEBIBYTE
    open_files: int = 256
    output_bytes: int = MEBIBYTE
    disk_bytes: int = 512 * MEBIBYTE
    threads: int = 256


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """How a job ended. ``exit_code`` is negative for a signal, as in ``subprocess``.

    ``stdout`` and ``stderr`` keep the beginning and the end of what was printed; ``truncated``
    says that something between was left out (the text says how much). ``refused`` counts the
    system calls that it asked for and was not given; ``overfull`` says that it wrote too much.
    """

    exit_code: int
    stdout: str
    stderr: str
    seconds: float
    timed_out: bool = False
    truncated: bool = False
    overfull: bool = False
    refused: Mapping[str, int] = field(default_factory=dict)


class Workspace:
    """One temporary copy of a project: ``root`` is the project, ``scratch`` takes results."""

    def __init__(self, sandbox: Sandbox, prover: ProverProcess, folder: Path) -> None:
        """Lay out the (existing, empty) ``folder``."""
        self.sandbox = sandbox
        self._prover = prover
        self.folder = folder
        self.root = folder / "project"
        self.scratch = folder / "scratch"
        self._home = folder / "home"
        self._identity = secrets.choice(IDENTITIES) if sandbox.drops_rights else None
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
        warm: Sequence[str] = (),
        door: Path | None = None,
        given: Sequence[int] = (),
    ) -> JobOutcome:
        """Run ``argv`` in the project's folder, for at most ``timeout`` seconds.

        Args:
            argv: The program (looked up in the PATH that jobs see) and its arguments.
            env: Variables beside the few that every job gets.
            timeout: Wall-clock seconds after which it is killed.
            warm: Modules that it imports anyway, shared by all jobs that name them. Only of our own
                environment: they are imported outside the sandbox.
            door: A Unix socket of the trusted side. Whatever local socket the job connects to, it
                gets this one.
            given: Open descriptors that it inherits, as numbers 3 and following.

        Raises:
            SandboxError: the job could not be started, or not be confined.

        """
        await asyncio.to_thread(self._hand_over)
        # Files, not pipes: the file size limit bounds them, and they can be read when all is over.
        with (
            tempfile.TemporaryFile() as stdout,
            tempfile.TemporaryFile() as stderr,
            connections_to(door) as asking,
        ):
            order = {
                "run": secrets.token_hex(8),
                "argv": list(argv),
                "environment": {**self._environment(), **(env or {})},
                "folder": str(self.root),
                "seconds": timeout,
                "disk_bytes": self.sandbox.limits.disk_bytes,
                "confined": self.sandbox.isolation is Isolation.SANDBOX,
                "warm": list(warm),
                "door": door is not None,
                "rules": self._rules(),
            }
            ended = await self._prover.run(
                order, (stdout.fileno(), stderr.fileno(), *asking, *given)
            )
            kept = self.sandbox.limits.output_bytes
            out, out_cut = _bounded(stdout, kept)
            err, err_cut = _bounded(stderr, kept)
        return JobOutcome(
            exit_code=ended["exit"],
            stdout=out,
            stderr=err,
            seconds=ended["seconds"],
            timed_out=ended["late"],
            truncated=out_cut or err_cut,
            overfull=ended["full"],
            refused=ended["refused"],
        )

    def _rules(self) -> dict[str, object]:
        """Spell what a job may, as ``agent.confine.Rules`` has it."""
        limits = self.sandbox.limits
        return {
            "readable": self.sandbox.readable,
            "writable": [str(self.root), str(self.scratch), str(self._home), NULL],
            "identity": self._identity,
            "passage": self.sandbox.needs_passage,
            "cpu_seconds": limits.cpu_seconds,
            "memory_bytes": limits.memory_bytes,
            "file_bytes": limits.file_bytes,
            "open_files": limits.open_files,
            "threads": limits.threads,
        }

    def _hand_over(self) -> None:
        """Give everything in the workspace to the job's identity."""
        if self._identity is None:
            return
        os.chown(self.folder, self._identity, self._identity)
        for parent, folders, files in os.walk(self.folder):
            for name in (*folders, *files):
                path = os.path.join(parent, name)  # noqa: PTH118 - a hundred of them, in a loop
                os.chown(path, self._identity, self._identity, follow_symlinks=False)

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

    @property
    def needs_passage(self) -> bool:
        """Tell whether a user without rights could not even read the interpreter."""
        return self.drops_rights and not self.wrapped and not _open_to_all(self.readable)

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
    async def _workspace(
        self, prover: ProverProcess, files: Iterable[GeneratedFile]
    ) -> AsyncIterator[Workspace]:
        folder = Path(tempfile.mkdtemp(dir=self._base))
        try:
            with closing(Workspace(self, prover, folder)) as workspace:
                workspace.write(files)
                yield workspace
        finally:
            # In a thread, as a job may have left very much; the thread ends its work even when
            # this task is cancelled meanwhile.
            if not await asyncio.to_thread(remove, folder):
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
        around = bubblewrap.around(program, self.readable, [str(base)]) if program else ()
        return ProverProcess(base, around)

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


def _bounded(stream: IO[bytes], most: int) -> tuple[str, bool]:
    """Give the text of ``stream``, its middle left out when it is longer than ``most`` bytes."""
    fcntl.fcntl(stream, fcntl.F_SETFL, 0)  # a job shares its flags: it could ask for direct reads
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if size <= most:
        return stream.read(most).decode(errors="replace"), False
    head = stream.read(most // 2).decode(errors="replace")
    stream.seek(size - most // 2)
    tail = stream.read(most // 2).decode(errors="replace")
    return f"{head}\n[... {size - most} bytes left out ...]\n{tail}", True
