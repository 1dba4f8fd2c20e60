"""Where are sessions kept? One file for each, in a folder that only its user can read.

A file is replaced in one step, so that a process that is killed at any moment leaves the session as
it was before or after a change. A lock that dies with its process tells a second one that somebody
is using the session.
"""

from __future__ import annotations

import fcntl
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from pydantic import ValidationError

from agent.documents import Fault
from agent.errors import RefusedError
from agent.sessions.session import VERSION, Session, now

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.types import BackendSpec

MOST_SESSIONS = 100
LARGEST_SESSION = 16 * 2**20
CODE = "session"
"""Code of a fault of sessions."""
_NAME = re.compile(r"[0-9a-f]{12}")
_ENDING = ".json"
_NEW = ".new-"
_ABANDONED = 60
"""Seconds after which an unfinished file is one that a killed process left."""


class Sessions:
    """The sessions of a user."""

    def __init__(self, state: Path) -> None:
        """Take the folder of the state; it is made when something is kept."""
        self._folder = state / "sessions"

    def begin(self, folder: Path) -> Held:
        """Begin a session and hold it; the oldest ones are forgotten.

        Raises:
            RefusedError: nothing can be kept there.

        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._folder.chmod(0o700)
            self._forget()
            moment = now()
            session = Session(
                id=uuid4().hex[:12], begun=moment, changed=moment, folder=str(folder.resolve())
            )
            held = Held(self._path(session.id), session)
        except OSError as error:
            raise _refused(f"no session can be kept in {self._folder}: {error.strerror}") from error
        return held

    def all(self) -> list[Session]:
        """Return all sessions that can be read, the latest first."""
        found = [session for path in self._files() if (session := _read(path))]
        return sorted(found, key=lambda each: each.changed, reverse=True)

    def latest(self, folder: Path) -> Session | None:
        """Return the latest session that was begun in a folder, or whose project goes there.

        One in which everything was refused is none to go on with.
        """
        wanted = str(folder.resolve())
        begun = (s for s in self.all() if s.spec is not None or s.pending is not None)
        return next((s for s in begun if wanted in {s.folder, s.target}), None)

    def applied(self, folder: Path) -> list[BackendSpec]:
        """Return the plans that were written to a folder, as they were given, the latest first."""
        wanted = str(folder.resolve())
        done = (session.applied for session in self.all())
        return [each.spec for each in done if each is not None and each.folder == wanted]

    def resume(self, beginning: str) -> Held:
        """Hold the session whose id begins so.

        Raises:
            RefusedError: there is none or more than one, or another process is using it.

        """
        found = [s for s in self.all() if beginning and s.id.startswith(beginning.lower())]
        if len(found) != 1:
            message = "more than one session begins" if found else "no session begins"
            expected = ", ".join(s.id for s in (found or self.all())[:5]) or "a session"
            raise _refused(f"{message} with '{beginning}'", expected)
        try:
            held = Held(self._path(found[0].id), found[0])
        except OSError as error:
            raise _refused(f"the session cannot be used: {error.strerror}") from error
        held.reload()
        return held

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}{_ENDING}"

    def _files(self) -> Iterator[Path]:
        with suppress(OSError):
            for path in self._folder.iterdir():
                if path.suffix == _ENDING and _NAME.fullmatch(path.stem):
                    yield path

    def _forget(self) -> None:
        """Remove what is left of killed processes, and the oldest sessions that nobody uses."""
        for path in self._folder.glob(f"{_NEW}*"):
            if now().timestamp() - _changed(path) > _ABANDONED:
                path.unlink(missing_ok=True)
        for path in sorted(self._files(), key=_changed, reverse=True)[MOST_SESSIONS - 1 :]:
            with suppress(OSError, RefusedError):
                lock = _lock(path)
                path.unlink(missing_ok=True)
                path.with_suffix(".lock").unlink(missing_ok=True)
                os.close(lock)


class Held:
    """A session that this process uses, and nobody else until it is closed or dead."""

    def __init__(self, path: Path, session: Session) -> None:
        """Take a session.

        Raises:
            RefusedError: another process is using it.
            OSError: its folder cannot be used.

        """
        self._path = path
        self._lock: int | None = _lock(path)
        self.session = session

    def keep(self, session: Session) -> None:
        """Keep a session as it is now.

        Raises:
            RefusedError: the disk refuses.

        """
        self.session = session.model_copy(update={"changed": now()})
        text = self.session.model_dump_json(exclude_defaults=True, by_alias=True)
        try:
            _replace(self._path, text.encode())
        except OSError as error:
            raise _refused(f"the session cannot be kept: {error.strerror}") from error

    def reload(self) -> None:
        """Read the session again: before it was held, somebody may have changed it."""
        self.session = _read(self._path) or self.session

    def close(self) -> None:
        """Let others use it. A session in which nothing was said leaves nothing behind."""
        if self._lock is not None:
            if not self._path.exists():
                self._path.with_suffix(".lock").unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = None


def _lock(path: Path) -> int:
    """Lock a session for as long as the process lives.

    Raises:
        RefusedError: another process has it.

    """
    file = path.with_suffix(".lock")
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.read(descriptor, 20).decode(errors="replace").strip()
        os.close(descriptor)
        who = f" (process {holder})" if holder.isdecimal() else ""
        message = f"the session {path.stem} is in use in another window{who}"
        raise _refused(message, "another session, or the end of the other chat") from error
    if not _is_at(descriptor, file):  # its last holder removed it meanwhile
        os.close(descriptor)
        return _lock(path)
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    return descriptor


def _is_at(descriptor: int, file: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), file.stat())
    except FileNotFoundError:
        return False


def _changed(path: Path) -> float:
    """Return when a file was changed last, in seconds; one that just vanished is the newest."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return now().timestamp()


def _read(path: Path) -> Session | None:
    """Return a session, or None where it cannot be read, or by a later version only."""
    try:
        if path.stat().st_size > LARGEST_SESSION:
            return None
        session = Session.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
    return session if session.version <= VERSION and session.id == path.stem else None


def _replace(path: Path, content: bytes) -> None:
    """Write a file in one step; only its user can read it."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=_NEW)  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _refused(message: str, expected: str | None = None) -> RefusedError:
    return RefusedError([Fault(code=CODE, message=message, expected=expected)])
