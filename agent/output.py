"""How is one file of a project written without destroying anything, and what is known of all?

``.python-specialist/manifest.json`` knows the SHA-256 of every file that was written. A file that
it does not know, or that was changed since, is somebody's work: what becomes of it is decided in
``agent.applying``. Links are never followed.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import stat
import tempfile
from typing import TYPE_CHECKING

from agent.errors import OutputError, SandboxError
from agent.paths import checked_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HOME = ".python-specialist"
MANIFEST = f"{HOME}/manifest.json"
SPEC = f"{HOME}/spec.json"
BASE = f"{HOME}/base.zip"
VERSION = 1


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


def target(root: Path, path: str) -> Path:
    """Return where a project path lies.

    Raises:
        OutputError: the path is not safe, or leads through a link or a file.

    """
    try:
        parts = checked_path(path)
    except SandboxError as error:
        raise OutputError(str(error)) from error
    here = str(root)
    for part in parts[:-1]:
        here = os.path.join(here, part)  # noqa: PTH118 - a thousand of them for each project
        try:
            mode = os.lstat(here).st_mode
        except (FileNotFoundError, NotADirectoryError):
            break  # so nothing is below it either
        if stat.S_ISLNK(mode):
            raise OutputError(f"{here} is a link: it is not followed, not even with --force")
        if not stat.S_ISDIR(mode):
            raise OutputError(f"{here} is a file, where the project has a folder")
    return root / path


def replace(
    target: Path, content: bytes, *, mode: int | None = None, prefix: str = ".new-"
) -> None:
    """Write a file in one step: others see the old one or the new one, never half of it.

    ``mode`` are its permissions (None: as for any new file); ``prefix`` is how the name of the
    unfinished file begins.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f"{prefix}{secrets.token_hex(8)}")
    try:
        with aside.open("xb") as stream:
            if mode is not None:
                os.fchmod(stream.fileno(), mode)  # before there is anything to read
            stream.write(content)
        aside.replace(target)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def parse_manifest(text: str) -> dict[str, set[str]]:
    """Return the known digests of each path; what is no manifest of ours knows nothing."""
    try:
        files = json.loads(text)["files"]
        return {str(path): {str(d) for d in digests} for path, digests in files.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def manifest_of(contents: Mapping[str, bytes]) -> bytes:
    """Return the manifest of what is written: path -> its one digest."""
    files = {path: [sha256(content)] for path, content in contents.items()}
    text = json.dumps({"version": VERSION, "files": files}, indent=2, sort_keys=True) + "\n"
    return text.encode()


def sha256(content: bytes) -> str:
    """Return the digest by which a manifest knows a file."""
    return hashlib.sha256(content).hexdigest()
