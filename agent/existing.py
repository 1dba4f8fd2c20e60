"""What stands in a folder? A project that was made here, or by hand, read from the disk.

Only plain files below the folder are read, and links are never followed. Left out is what nobody
wrote (environments, caches, databases, builds) and ``.env``, whose secrets are no part of a proof.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import ValidationError

from agent import output
from agent.documents import Fault, GeneratedFile, JudgedBy
from agent.emitter.project import file_type
from agent.errors import RefusedError, SandboxError
from agent.paths import checked_path
from agent.types import BackendSpec, Database

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

NEEDED = ("pyproject.toml", "alembic.ini", "src/app/main.py")
"""Without these, a folder is no project of this shape."""
MOST_FILES = 5_000
MOST_ENTRIES = 50_000
"""Names that are looked at: a folder with more of them is hardly a project."""
DEEPEST = 400
LARGEST_FILE = 2 * 2**20
LARGEST_KEPT = 16 * 2**20
"""Of a file that runs keep for themselves: the plan of the largest project that they make."""
LARGEST_PROJECT = 50 * 2**20
SNIFFED = 8192

_JUDGES = re.compile(
    r"tests/.+|(.+/)?conftest\.py|(.+/)?migrations/.+|alembic\.ini|pyproject\.toml"
)
"""What says of a project whether it is right."""
_JUNK = re.compile(
    r"(\.git|\.hg|\.svn|\.venv|venv|node_modules|__pycache__|\.tox|\.nox|\.idea|\.vscode"
    r"|\.hypothesis|\.\w+_cache|.+\.egg-info|htmlcov)"
)
_JUNK_AT_THE_TOP = frozenset({"build", "dist"})
_JUNK_FILES = re.compile(
    r"(.+\.(pyc|pyo|so|pyd|db|db-\w+|sqlite3?|sqlite3?-\w+|log|swp)|\.coverage(\..+)?|coverage\.xml"
    r"|\.DS_Store|\.env|\.env\.(?!example$).+)"
)
_KNOWN = frozenset({output.MANIFEST, output.SPEC})
"""What is read of what runs keep for themselves."""
_MUST_BE_TEXT = (".py", ".toml", ".ini", ".cfg", ".mako")
_DRIVERS = {
    Database.POSTGRESQL: ("asyncpg", "psycopg", "psycopg2", "psycopg2-binary"),
    Database.MYSQL: ("aiomysql", "asyncmy", "pymysql", "mysqlclient"),
}
_SCHEMES = {
    "postgresql": Database.POSTGRESQL,
    "postgres": Database.POSTGRESQL,
    "mysql": Database.MYSQL,
    "mariadb": Database.MYSQL,
    "sqlite": Database.SQLITE,
}


@dataclass(frozen=True, slots=True)
class Existing:
    """A project on the disk.

    ``manifest``: path -> the SHA-256 digests that an earlier run wrote there; empty where nothing
    is known. ``spec`` is the plan it was made from. ``left_out`` are paths of links and of files
    that are no text.
    """

    name: str
    files: tuple[GeneratedFile, ...]
    database: Database
    spec: BackendSpec | None = None
    manifest: Mapping[str, set[str]] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[str, ...]:
        """Return the files that were written by a run and are different now."""
        known = ((p, d, self.manifest.get(p)) for p, d in self.digests.items())
        return tuple(path for path, digest, wanted in known if wanted and digest not in wanted)

    @property
    def added(self) -> tuple[str, ...]:
        """Return the files that no run wrote, where it is known what runs wrote."""
        return tuple(path for path in self.digests if self.manifest and path not in self.manifest)

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the files that a run wrote and that are gone."""
        written = (path for path in self.manifest if not path.startswith(f"{output.HOME}/"))
        return tuple(sorted(path for path in written if path not in self.digests))

    @property
    def judged_by(self) -> JudgedBy:
        """Return which files that judge the project are not as a run wrote them."""
        kinds = {"changed": self.changed, "added": self.added, "missing": self.missing}
        found = {kind: tuple(filter(_JUDGES.fullmatch, paths)) for kind, paths in kinds.items()}
        as_emitted = not any(found.values()) if self.manifest else None
        return JudgedBy(as_emitted=as_emitted, **found)


def load(folder: Path, database: Database | None = None) -> Existing:
    """Read the project in ``folder``.

    Args:
        folder: The project's own folder.
        database: What stands above what the project says of its database.

    Raises:
        RefusedError: it is no such project, too large, or not readable.

    """
    contents, left_out = read(folder)
    lacking = [path for path in NEEDED if path not in contents]
    if lacking:
        raise RefusedError(
            [
                Fault(code="not-a-project", message=f"{path} is missing", expected=_EXPECTED)
                for path in lacking
            ]
        )
    manifest = output.parse_manifest(contents.pop(output.MANIFEST, (b"", ""))[1])
    spec = _spec(contents.pop(output.SPEC, (b"", ""))[1])
    contents = {p: each for p, each in contents.items() if not p.startswith(f"{output.HOME}/")}
    texts = {path: text for path, (_, text) in contents.items()}
    return Existing(
        name=spec.name if spec else _name(texts["pyproject.toml"], folder),
        files=tuple(
            GeneratedFile(path=path, content=text, type=file_type(path))
            for path, text in texts.items()
        ),
        database=database or (spec.database if spec else _database(texts)),
        spec=spec,
        manifest=manifest,
        digests={path: output.sha256(raw) for path, (raw, _) in contents.items()},
        left_out=tuple(left_out),
    )


def read(folder: Path) -> tuple[dict[str, tuple[bytes, str]], list[str]]:
    """Return path -> bytes and text of what can be read, and the paths of what was left out.

    Raises:
        RefusedError: it is no folder, too large, or not readable.

    """
    try:
        return _contents(folder)
    except OSError as error:  # gone or swapped while it was read
        raise _refused("unreadable", f"{folder} cannot be read: {error.strerror}") from error


_EXPECTED = f"the folder of a FastAPI project with {', '.join(NEEDED)}"


def _contents(folder: Path) -> tuple[dict[str, tuple[bytes, str]], list[str]]:
    found: dict[str, tuple[bytes, str]] = {}
    left_out: list[str] = []
    total = 0
    for path, raw in _files(folder, left_out):
        text = _text(path, raw)
        if text is None:
            left_out.append(path)
            continue
        total += len(raw)
        if len(found) == MOST_FILES or total > LARGEST_PROJECT:
            limit = f"{MOST_FILES} files or {LARGEST_PROJECT // 2**20} MiB"
            raise _refused("too-large", f"the project has more than {limit}")
        found[path] = (raw, text)
    return dict(sorted(found.items())), sorted(map(_shown, left_out))


def _files(folder: Path, left_out: list[str]) -> Iterator[tuple[str, bytes]]:
    """Walk with descriptors, so that nothing that is swapped meanwhile leads elsewhere."""
    entries = 0
    if not folder.is_dir():
        raise _refused("unreadable", f"{folder} is not a folder", _EXPECTED)
    root = str(folder.resolve())
    for here, folders, names, descriptor in os.fwalk(root, onerror=_unreadable):
        inside = os.path.relpath(here, root)
        prefix = "" if inside == "." else f"{inside}/"
        entries += len(folders) + len(names)
        if entries > MOST_ENTRIES:
            raise _refused("too-large", f"the folder holds more than {MOST_ENTRIES} names")
        if len(inside) > DEEPEST:
            raise _refused("path", f"{inside[:40]}... is too deep: {DEEPEST} characters at most")
        kept = sorted(name for name in folders if not _is_junk(name, prefix, descriptor))
        linked = [name for name in kept if _is_link(name, descriptor)]
        left_out += [f"{prefix}{name}" for name in linked]
        folders[:] = [name for name in kept if name not in linked]
        for name in sorted(names):
            if _JUNK_FILES.fullmatch(name):
                continue
            path = f"{prefix}{name}"
            if path.startswith(f"{output.HOME}/") and path not in _KNOWN:
                continue
            raw = _read(path, name, descriptor)
            if raw is None:
                left_out.append(path)
            else:
                yield path, raw


def _is_junk(name: str, prefix: str, parent: int) -> bool:
    if _JUNK.fullmatch(name) or (not prefix and name in _JUNK_AT_THE_TOP):
        return True
    try:  # an environment by another name
        os.stat(f"{name}/pyvenv.cfg", dir_fd=parent)
    except OSError:
        return False
    return True


def _is_link(name: str, parent: int) -> bool:
    return stat.S_ISLNK(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode)


def _read(path: str, name: str, parent: int) -> bytes | None:
    """Return a plain file's bytes, or None for what is left out."""
    try:
        checked_path(path)
    except SandboxError as error:
        if path.endswith(_MUST_BE_TEXT):
            raise _refused("path", str(error)) from error
        return None
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=parent)
    except OSError as error:
        if _is_link(name, parent):
            return None
        raise _refused("unreadable", f"{path} cannot be read: {error.strerror}") from error
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        most = LARGEST_KEPT if path in _KNOWN else LARGEST_FILE
        raw = stream.read(most + 1)
    if len(raw) > most and not _is_binary(raw):
        raise _refused("too-large", f"{path} is larger than {most // 2**20} MiB")
    return raw


def _is_binary(raw: bytes) -> bool:
    return b"\0" in raw[:SNIFFED]


def _text(path: str, raw: bytes) -> str | None:
    if not _is_binary(raw):
        try:
            return raw.decode()
        except UnicodeDecodeError:
            pass
    if path.endswith(_MUST_BE_TEXT):
        raise _refused("encoding", f"{path} is not UTF-8", "text in UTF-8")
    return None


def _spec(text: str) -> BackendSpec | None:
    """Return the plan that was kept, or None: it is only told from, never needed."""
    try:
        return BackendSpec.model_validate_json(text)
    except ValidationError:
        return None


def _name(pyproject: str, folder: Path) -> str:
    found = re.search(r'^name\s*=\s*["\']([\w.-]+)["\']', pyproject, re.MULTILINE)
    return found[1] if found else _shown(folder.resolve().name)


def _database(texts: Mapping[str, str]) -> Database:
    """Judge by the settings' example, then by the drivers that are asked for."""
    url = re.search(r"^DATABASE_URL=[\"']?(\w+)", texts.get(".env.example", ""), re.MULTILINE)
    if url and url[1] in _SCHEMES:
        return _SCHEMES[url[1]]
    asked = texts.get("requirements.txt", "") + texts["pyproject.toml"]
    words = {word.lower() for word in re.findall(r"[\w-]+", asked)}
    for database, drivers in _DRIVERS.items():
        if words.intersection(drivers):
            return database
    return Database.SQLITE


def _unreadable(error: OSError) -> None:
    raise _refused("unreadable", f"{error.filename} cannot be read: {error.strerror}") from error


def _refused(code: str, message: str, expected: str | None = None) -> RefusedError:
    return RefusedError([Fault(code=code, message=_shown(message), expected=expected)])


def _shown(text: str) -> str:
    """Make a name harmless to print: a file system holds what no encoding does, and escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
