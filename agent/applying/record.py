"""What has to be known to take an apply back? What stood at each path, and what was put there.

A record is written before anything else is. Until the apply is whole it is called ``begun.zip``, so
that one that was killed in the middle is known by it, and is taken back before the next one. Then
it gets a number, and is what ``undo`` reads.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent import output
from agent.applying import archive
from agent.applying.disk import Found, look, put, remove_empty
from agent.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path

RECORDS = f"{output.HOME}/undo"
BEGUN = f"{RECORDS}/begun.zip"
KEPT = 20
"""Applies that can be taken back; older ones are forgotten."""
VERSION = 1
_NUMBERED = re.compile(r"(\d{4}|[1-9]\d{4,})\.zip", re.ASCII)
_MARK = re.compile(r"\.new-[0-9a-f]{16}-")


@dataclass(frozen=True, slots=True)
class Step:
    """One path: what stood there, and the digest of what was put there (None: nothing)."""

    path: str
    before: Found
    after: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """One apply. ``mark`` begins the names of its unfinished files; ``made`` are new folders."""

    mark: str
    steps: tuple[Step, ...]
    made: tuple[str, ...]

    def pack(self) -> bytes:
        """Return it as the bytes of a file.

        Raises:
            OutputError: it would be too large to be read again.

        """
        contents: dict[str, bytes] = {}
        steps = []
        for number, step in enumerate(self.steps):
            kept: dict[str, object] = {"path": step.path, "after": step.after}
            if step.before.content is not None:
                contents[str(number)] = step.before.content
                kept |= {"content": str(number), "mode": step.before.mode}
            elif step.before.link is not None:
                kept["link"] = step.before.link
            steps.append(kept)
        if sum(map(len, contents.values())) > archive.LARGEST:
            raise OutputError(
                "not written: what would be replaced is too large to be kept for undo. Move large "
                "files out of the way."
            )
        data = {"version": VERSION, "mark": self.mark, "made": self.made, "steps": steps}
        contents["record.json"] = json.dumps(data, indent=1).encode()
        return archive.pack(contents)


def new_mark() -> str:
    """Return how the names of one apply's unfinished files begin."""
    return f".new-{secrets.token_hex(8)}-"


def parse(packed: bytes, path: str) -> Record:
    """Read a record.

    Raises:
        OutputError: it is none.

    """
    contents = archive.unpack(packed)
    try:
        data: Any = json.loads(contents["record.json"])
        steps = [Step(str(e["path"]), _before(e, contents), e["after"]) for e in data["steps"]]
        found = Record(data["mark"], tuple(steps), tuple(map(str, data["made"])))
        is_known = data["version"] == VERSION and _MARK.fullmatch(found.mark)
    except (KeyError, TypeError, ValueError, RecursionError):
        is_known = None
    if not is_known:
        raise OutputError(
            f"{path} cannot be read: it is no record of an apply. What it kept cannot be put "
            "back: look whether the project is as you want it, and then remove that file."
        )
    return found


def _before(step: Any, contents: dict[str, bytes]) -> Found:  # noqa: ANN401 - it is JSON
    if "link" in step:
        return Found(link=str(step["link"]))
    if "content" in step:
        return Found(contents[step["content"]], int(step["mode"]) & 0o777)
    return Found()


def begun(root: Path) -> Record | None:
    """Return the record of an apply that was not finished."""
    found = look(root, BEGUN)
    return None if found.content is None else parse(found.content, BEGUN)


def begin(root: Path, record: Record) -> None:
    """Keep a record safe before its apply."""
    packed = record.pack()
    file = output.target(root, BEGUN)
    output.replace(file, packed, prefix=record.mark)
    for each in (file, file.parent):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def finish(root: Path) -> None:
    """Give the record of a finished apply its number, and forget the oldest ones."""
    known = numbers(root)
    new = known[-1] + 1 if known else 1
    output.target(root, BEGUN).replace(output.target(root, numbered(new)))
    for old in known[: -(KEPT - 1)]:
        with suppress(OSError):  # then one more is kept
            output.target(root, numbered(old)).unlink()


def numbers(root: Path) -> list[int]:
    """Return the numbers of the applies that can be taken back, the last one last."""
    folder = output.target(root, BEGUN).parent
    if folder.is_symlink() or not folder.is_dir():
        return []
    names = (_NUMBERED.fullmatch(file.name) for file in folder.iterdir())
    return sorted(int(name[1]) for name in names if name)


def numbered(number: int) -> str:
    """Return the path of a finished apply's record."""
    return f"{RECORDS}/{number:04}.zip"


def edited(root: Path, record: Record) -> list[str]:
    """Return the paths that hold what neither the apply nor anything before it put there.

    What is gone is in nobody's way.
    """
    return [
        step.path
        for step in record.steps
        if look(root, step.path).digest not in {step.after, step.before.digest, None}
    ]


def to_put_back(root: Path, record: Record) -> list[Step]:
    """Return what an undo would do, the last step first; what was edited meanwhile is left out."""
    found = ((step, look(root, step.path).digest) for step in reversed(record.steps))
    return [
        step
        for step, digest in found
        if digest in {step.after, None} and digest != step.before.digest
    ]


def take_back(root: Path, record: Record) -> tuple[list[str], list[str]]:
    """Undo what was begun, and forget it; what was edited meanwhile is left as it is.

    Then what stood there before the apply is kept, for ``undo``.

    Returns the paths that have their old content again, and those that were removed.
    """
    restored: list[str] = []
    removed: list[str] = []
    is_left = bool(edited(root, record))
    for step in to_put_back(root, record):
        put(root, step.path, step.before, record.mark)
        (removed if step.before == Found() else restored).append(step.path)
    _clean(root, record)
    if is_left:
        finish(root)
    output.target(root, BEGUN).unlink(missing_ok=True)
    for folder in reversed(record.made):
        with suppress(OSError):  # something is left in it
            (output.target(root, folder) if folder else root).rmdir()
    remove_empty(root, BEGUN)
    if "" in record.made:
        with suppress(OSError):
            root.rmdir()
    return sorted(restored), sorted(removed)


def _clean(root: Path, record: Record) -> None:
    """Remove the unfinished files that a kill left behind."""
    paths = (*(step.path for step in record.steps), BEGUN)
    for folder in {output.target(root, path).parent for path in paths}:
        for left in folder.glob(f"{record.mark}*"):
            if left.is_dir() and not left.is_symlink():
                for inside in left.iterdir():
                    inside.unlink()
                left.rmdir()
            else:
                left.unlink()
