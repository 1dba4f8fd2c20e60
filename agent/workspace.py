"""What does one job get, and what comes out of it? A copy of the project, limits, and an outcome.

Made by ``agent.sandbox``, which says how jobs are kept in.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import secrets
import stat
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from agent.errors import ReportError, SandboxError
from agent.paths import checked_path
from agent.prover.doorman import connections_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from agent.documents import GeneratedFile
    from agent.prover.process import ProverProcess

MEBIBYTE = 2**20
LARGEST_REPORT = 8 * MEBIBYTE
# Kept by systems for services that come and go (systemd: DynamicUser): no file is theirs.
IDENTITIES = range(61184, 63184)
_taken: set[int] = set()
"""Identities of this process's workspaces; another agent's are avoided by chance only."""
NULL = "/dev/null"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a job may use at most (seconds, bytes, files, threads).

    Of the disk, ``disk_bytes`` may lie in its folders, and ``spared_bytes`` are left free for
    everybody else, as it can hide what it wrote.
    """

    cpu_seconds: int = 300
    memory_bytes: int = 4096 * MEBIBYTE
    file_bytes: int = 64 * MEBIBYTE
    open_files: int = 256
    output_bytes: int = MEBIBYTE
    disk_bytes: int = 512 * MEBIBYTE
    spared_bytes: int = 1024 * MEBIBYTE
    threads: int = 256


@dataclass(frozen=True, slots=True)
class Terms:
    """How all jobs of a sandbox are kept in.

    ``readable`` are the paths that they read beside their own; ``confined`` is whether more than
    ``limits`` holds them. With ``drops_rights`` each workspace has an identity of its own, and with
    ``passage`` that identity may pass folders that are closed to it (see ``agent.confine.Rules``).
    """

    limits: Limits
    readable: tuple[str, ...]
    confined: bool
    drops_rights: bool
    passage: bool


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """How a job ended. ``exit_code`` is negative for a signal, as in ``subprocess``.

    ``stdout`` and ``stderr`` keep the beginning and the end of what was printed; ``truncated``
    says that something between was left out (the text says how much). ``refused`` counts the
    system calls that it asked for and was not given; ``overfull`` says that it wrote too much;
    ``rewritten`` are the paths of the project's files that it changed or removed.
    """

    exit_code: int
    stdout: str
    stderr: str
    seconds: float
    timed_out: bool = False
    truncated: bool = False
    overfull: bool = False
    refused: Mapping[str, int] = field(default_factory=dict)
    rewritten: tuple[str, ...] = ()


class Workspace:
    """One temporary copy of a project: ``root`` is the project, ``scratch`` takes results."""

    def __init__(self, terms: Terms, prover: ProverProcess, folder: Path) -> None:
        """Lay out the (existing, empty) ``folder``."""
        self._terms = terms
        self._prover = prover
        self.folder = folder
        self.root = folder / "project"
        self.scratch = folder / "scratch"
        self._files: list[GeneratedFile] = []
        self._home = folder / "home"
        self._identity = _free_identity() if terms.drops_rights else None
        for each in (self.root, self.scratch, self._home):
            each.mkdir()
        # By descriptor, so that a job which swaps the folder for a link leads us nowhere.
        self._results = os.open(self.scratch, os.O_RDONLY | os.O_DIRECTORY)

    def close(self) -> None:
        """Let go of the folder; nothing can be read after this."""
        os.close(self._results)
        _taken.discard(self._identity or 0)

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
                self._files.append(file)
            except (OSError, UnicodeError) as error:
                raise SandboxError(f"{file.path!r} cannot be written: {error}") from error

    def read(self, name: str) -> str | None:
        """Give a result that a job left in ``scratch``, or None where there is no plain file.

        Neither links nor pipes are followed.

        Raises:
            ReportError: it is larger than any honest one: to parse it would stop everything else.

        """
        found = _read_plain(name, LARGEST_REPORT + 1, folder=self._results)
        if found is not None and len(found) > LARGEST_REPORT:
            raise ReportError(f"{name} is larger than {LARGEST_REPORT // MEBIBYTE} MiB")
        return None if found is None else found.decode(errors="replace")

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
                "disk_bytes": self._terms.limits.disk_bytes,
                "spared_bytes": self._terms.limits.spared_bytes,
                "confined": self._terms.confined,
                "warm": list(warm),
                "door": door is not None,
                "rules": self._rules(),
            }
            ended = await self._prover.run(
                order, (stdout.fileno(), stderr.fileno(), *asking, *given)
            )
            kept = self._terms.limits.output_bytes
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
            rewritten=await asyncio.to_thread(self._rewritten),
        )

    def _rules(self) -> dict[str, object]:
        """Spell what a job may, as ``agent.confine.Rules`` has it."""
        limits = self._terms.limits
        return {
            "readable": self._terms.readable,
            "writable": [str(self.root), str(self.scratch), str(self._home), NULL],
            "identity": self._identity,
            "passage": self._terms.passage,
            "cpu_seconds": limits.cpu_seconds,
            "memory_bytes": limits.memory_bytes,
            "file_bytes": limits.file_bytes,
            "open_files": limits.open_files,
            "threads": limits.threads,
        }

    def _rewritten(self) -> tuple[str, ...]:
        """Name the files that are not any more as they were written."""

        def same(file: GeneratedFile) -> bool:
            content = file.content.encode()
            return _read_plain(self.root / file.path, len(content) + 1) == content

        return tuple(file.path for file in self._files if not same(file))

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
            # else who asks for the name of its user asks the system, by calls that are refused
            "LOGNAME": "nobody",
            "TMPDIR": str(self._home),
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
            "PYTHONNOUSERSITE": "1",
            "PYTHONSAFEPATH": "1",
            "PYTHONUTF8": "1",
        }


def _read_plain(path: str | Path, most: int, folder: int | None = None) -> bytes | None:
    """Give the first bytes of a plain file; None where something else is, or nothing."""
    try:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(path, flags, dir_fd=folder)
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return None
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read(most)


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


def _free_identity() -> int:
    identity = secrets.choice([each for each in IDENTITIES if each not in _taken])
    _taken.add(identity)
    return identity
