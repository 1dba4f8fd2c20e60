"""How does a project get onto the disk? Without destroying anything.

``.python-specialist/manifest.json`` knows the SHA-256 of every file that was written. A file that
it does not know, or that was changed since, is somebody's work: it is not touched without
``force``. Links are never followed.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from agent.errors import OutputError, SandboxError
from agent.paths import checked_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agent.documents import GeneratedFile
    from agent.types import BackendSpec

HOME = ".python-specialist"
MANIFEST = f"{HOME}/manifest.json"
SPEC = f"{HOME}/spec.json"
VERSION = 1
SHOWN = 20
"""Files that an error lists by name."""


@dataclass(slots=True)
class Written:
    """What happened on disk: paths relative to the folder.

    ``kept`` are files of an earlier run that are no longer part of the project, but were changed
    since, and so were left alone.
    """

    folder: Path
    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def write(
    files: Iterable[GeneratedFile], spec: BackendSpec, folder: Path, *, force: bool = False
) -> Written:
    """Write the whole project and its manifest below ``folder``, which is made when missing.

    Raises:
        OutputError: something is in the way; nothing was written, and every such file is named.
            Or the disk refused, which is told with the file.

    """
    contents = {file.path: file.content.encode() for file in files}
    contents[SPEC] = (spec.model_dump_json(indent=2, exclude_defaults=True) + "\n").encode()
    with _told():
        root = folder.resolve()
        known = _read_manifest(root)
        done = Written(folder)
        _sort(root, contents, known, done, force=force)
        return _carry_out(root, contents, known, done)


def check(files: Iterable[GeneratedFile], folder: Path, *, force: bool = False) -> None:
    """Tell early whether ``write`` would be refused; nothing is written.

    Raises:
        OutputError: as ``write`` would.

    """
    contents = {file.path: file.content.encode() for file in files}
    with _told():
        root = folder.resolve()
        _sort(root, contents, _read_manifest(root), Written(folder), force=force)


def look_ahead(folder: Path) -> None:
    """Tell before any work whether there can be files in ``folder``: one is made, and removed.

    Raises:
        OutputError: the disk refuses.

    """
    there = folder.resolve()
    try:
        while not there.exists():
            there = there.parent
        if not there.is_dir():
            raise OutputError(f"{there} is a file: name a folder")
        with tempfile.TemporaryDirectory(dir=there, prefix=".new-"):
            pass
    except OSError as error:
        raise OutputError(f"nothing can be written to {folder}: {error.strerror}") from error


@contextmanager
def _told() -> Iterator[None]:
    """Tell of what the disk refuses as of what we refuse."""
    try:
        yield
    except OSError as error:
        where = f" at {error.filename}" if error.filename else ""
        raise OutputError(f"the project was not written: {error.strerror}{where}") from error


def _sort(
    root: Path,
    contents: dict[str, bytes],
    known: dict[str, set[str]],
    done: Written,
    *,
    force: bool,
) -> None:
    """Decide for each path what is to happen, before anything happens."""
    if root.exists() and not root.is_dir():
        raise OutputError(f"{root} is a file: name a folder")
    strangers = []
    for path, content in contents.items():
        target = _target(root, path)
        if target.is_dir() and not target.is_symlink():
            raise OutputError(f"{target} is a folder, where the project has a file")
        found = _digest_of(target)
        if found == sha256(content):
            done.unchanged.append(path)
            continue
        done.written.append(path)
        in_the_way = os.path.lexists(target) and found not in known.get(path, ())
        if in_the_way and path != SPEC:
            strangers.append(path)
    if strangers and not force:
        raise OutputError(
            f"not written, because this would overwrite what is not known to be ours or was changed"
            f" since: {_listed(strangers)}. Move it away, choose another folder, or use --force."
        )
    for path, digests in known.items():
        if path in contents:
            continue
        found = _digest_of(_target(root, path))
        if found is not None:
            (done.removed if found in digests else done.kept).append(path)


def _carry_out(
    root: Path, contents: dict[str, bytes], known: dict[str, set[str]], done: Written
) -> Written:
    root.mkdir(parents=True, exist_ok=True)
    digests = {path: sha256(content) for path, content in contents.items()}
    # First what is planned: a run that breaks off in the middle leaves nothing it does not know.
    planned = {path: {*known.get(path, ()), digest} for path, digest in digests.items()}
    _write_manifest(root, {path: sorted(each) for path, each in (known | planned).items()})
    for path in done.written:
        replace(_target(root, path), contents[path])
    for path in done.removed:
        target = _target(root, path)
        target.unlink()
        _remove_empty(target.parent, root)
    _write_manifest(root, {path: [digest] for path, digest in digests.items()})
    return done


def _target(root: Path, path: str) -> Path:
    """Return where a project path lies.

    Raises:
        OutputError: the path is not safe, or leads through a link or a file.

    """
    try:
        parts = checked_path(path)
    except SandboxError as error:
        raise OutputError(str(error)) from error
    here = root
    for part in parts[:-1]:
        here /= part
        if here.is_symlink():
            raise OutputError(f"{here} is a link: it is not followed, not even with --force")
        if here.exists() and not here.is_dir():
            raise OutputError(f"{here} is a file, where the project has a folder")
    return here / parts[-1]


def replace(target: Path, content: bytes) -> None:
    """Write a file in one step: others see the old one or the new one, never half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            os.fchmod(stream.fileno(), 0o666 & ~_umask())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    # there is no way to ask for it without setting it
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _remove_empty(folder: Path, root: Path) -> None:
    with suppress(OSError):  # not empty: there is something left in it
        while folder != root:
            folder.rmdir()
            folder = folder.parent


def _read_manifest(root: Path) -> dict[str, set[str]]:
    target = _target(root, MANIFEST)
    if target.is_symlink() or not target.is_file():
        return {}
    return parse_manifest(target.read_text(encoding="utf-8", errors="replace"))


def parse_manifest(text: str) -> dict[str, set[str]]:
    """Return the known digests of each path; what is no manifest of ours knows nothing."""
    try:
        files = json.loads(text)["files"]
        return {str(path): {str(d) for d in digests} for path, digests in files.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _write_manifest(root: Path, files: dict[str, list[str]]) -> None:
    text = json.dumps({"version": VERSION, "files": files}, indent=2, sort_keys=True) + "\n"
    replace(_target(root, MANIFEST), text.encode())


def sha256(content: bytes) -> str:
    """Return the digest by which a manifest knows a file."""
    return hashlib.sha256(content).hexdigest()


def _digest_of(target: Path) -> str | None:
    """Return the digest of a plain file; a link is never one of ours."""
    if target.is_symlink() or not target.is_file():
        return None
    return sha256(target.read_bytes())


def _listed(paths: list[str]) -> str:
    more = f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
    return ", ".join(paths[:SHOWN]) + more
