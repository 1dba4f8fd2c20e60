"""What stands at a path of a folder, and how does something else come to stand there?

Each file changes in one step. Links are never followed, and what is neither a file nor a link is
never touched.
"""

from __future__ import annotations

import fcntl
import os
import stat
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agent import output
from agent.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Found:
    """What stands at a path: a file (with its permissions), a link, or nothing."""

    content: bytes | None = None
    mode: int | None = None
    link: str | None = None

    @property
    def digest(self) -> str | None:
        """Return what tells it from anything else (None: nothing stands there)."""
        if self.link is not None:
            return f"link to {self.link}"
        return None if self.content is None else output.sha256(self.content)


NOTHING = Found()


def look(root: Path, path: str) -> Found:
    """Return what stands at a path of the project.

    Raises:
        OutputError: the path is not safe, leads through a link or a file, or a folder or something
            stranger stands there.

    """
    target = output.target(root, path)
    try:
        kind = target.lstat()
    except FileNotFoundError:
        return NOTHING
    if stat.S_ISLNK(kind.st_mode):
        return Found(link=str(target.readlink()))
    if stat.S_ISDIR(kind.st_mode):
        raise OutputError(f"{target} is a folder, where the project has a file")
    if not stat.S_ISREG(kind.st_mode):
        raise OutputError(f"{target} is no plain file, where the project has one")
    return Found(content=target.read_bytes(), mode=stat.S_IMODE(kind.st_mode))


def put(root: Path, path: str, new: Found, mark: str) -> None:
    """Make ``new`` stand at a path; ``mark`` is how the names of unfinished files begin."""
    target = output.target(root, path)
    if new.content is not None:
        output.replace(target, new.content, mode=new.mode, prefix=mark)
    elif new.link is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=mark) as aside:
            made = Path(aside, "link")
            made.symlink_to(new.link)
            made.replace(target)
    else:
        target.unlink(missing_ok=True)


def missing_folders(root: Path, path: str) -> list[str]:
    """Return the folders (deepest last, "" is the root) that have to be made for a path."""
    found = []
    here = output.target(root, path).parent
    while not here.exists():
        found.append("" if here == root else here.relative_to(root).as_posix())
        if here == root:
            break
        here = here.parent
    return found[::-1]


def remove_empty(root: Path, path: str) -> None:
    """Remove the folders on the way to a path that nothing is left in."""
    here = output.target(root, path).parent
    with suppress(OSError):  # not empty, or gone already
        while here != root:
            here.rmdir()
            here = here.parent


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Let nobody else apply anything to an existing folder meanwhile.

    Raises:
        OutputError: somebody else does.

    """
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise OutputError(f"another run is writing to {root}: wait for it to end") from error
    finally:
        os.close(descriptor)


@contextmanager
def told(what: str) -> Iterator[None]:
    """Tell of what the disk refuses as of what we refuse. ``what`` did not happen."""
    try:
        yield
    except OSError as error:
        where = f" at {error.filename}" if error.filename else ""
        raise OutputError(f"{what}: {error.strerror or error}{where}") from error
