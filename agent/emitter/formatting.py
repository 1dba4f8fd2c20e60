"""What if names are too long for our own layout? Then ruff lays the project out.

Templates give text that is formatted already, and no formatter runs. Where names are long, lines
have to be broken inside annotations, comparisons and heads of classes: that is left to the
formatter that judges them (docs/decisions/0019), as is what people or models wrote into slots.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from itertools import filterfalse
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from unicodedata import combining, east_asian_width

from agent.emitter.layout import WIDTH, quote
from agent.errors import EmitError
from agent.planner.names import snake

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from agent.documents import GeneratedFile
    from agent.types import BackendSpec

LONGEST = 24
"""Characters of names that our own layout is sure of."""
# Neither a comment at the end of a line nor a single text can be broken.
_UNBREAKABLE = re.compile(r'.*  # | *"[^"]*",?$')
_ASSIGNED = re.compile(r'(?P<indent> *)\w+ = (?P<text>"[^"]*")$')
_SHORT_LINES = re.compile(rf"(?:.{{0,{WIDTH}}}+\n)*+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_SECONDS = 60
_MEMORY = "/dev/shm"  # noqa: S108 - a folder of our own is made in it, that others cannot read
_ROOM = 64 * 2**20
"""Bytes that are free there: a project of hundreds of entities takes a few of them."""
_SETTINGS = "pyproject.toml"
_IMPORT = re.compile(r"^from (app|tests)([\w.]*) import", re.MULTILINE)


def laid_out(
    spec: BackendSpec, files: Sequence[GeneratedFile], written: Collection[str] = ()
) -> tuple[GeneratedFile, ...]:
    """Return the files as the formatter would leave them.

    Args:
        spec: What they were made of.
        files: All of them.
        written: Paths of those whose code somebody wrote: the linter mends what it can there, too.

    Raises:
        EmitError: the formatter cannot read what was emitted.

    """
    judged = {*written, *_that_may_break(spec, files)}
    return formatted(files, judged, written) if judged else tuple(files)


def formatted(
    files: Sequence[GeneratedFile], judged: Collection[str], written: Collection[str] = ()
) -> tuple[GeneratedFile, ...]:
    """Return the files, some as the formatter leaves them, by the settings that are among all.

    Args:
        files: Any files of a project, with its pyproject.toml.
        judged: Paths of the Python files that are laid out.
        written: Paths of those among them whose code somebody wrote, as above.

    Raises:
        EmitError: the formatter cannot read what was emitted.

    """
    with TemporaryDirectory(dir=_in_memory()) as folder:
        root = Path(folder)
        imported = _imported(file for file in files if file.path in written)
        for file in files:
            path = root / file.path
            is_read = file.path in judged or file.path == _SETTINGS
            if is_read or file.path in imported:
                path.parent.mkdir(parents=True, exist_ok=True)
                # an import is the project's own where its file is, whatever stands in it
                path.write_text(file.content if is_read else "", encoding="utf-8")
        if written:
            _ruff(root, "check", "--fix-only", *sorted(written))
        _ruff(root, "format", ".")
        after = {path: root.joinpath(path).read_text(encoding="utf-8") for path in judged}
    return tuple(
        f.model_copy(update={"content": after[f.path]}) if f.path in after else f for f in files
    )


def _imported(files: Iterable[GeneratedFile]) -> set[str]:
    """Return the paths that the project's own modules may have that files import."""
    found = set()
    for file in files:
        for top, rest in _IMPORT.findall(file.content):
            module = f"{'src/' if top == 'app' else ''}{top}{rest.replace('.', '/')}"
            found |= {f"{module}.py", f"{module}/__init__.py"}
    return found


def _that_may_break(spec: BackendSpec, files: Iterable[GeneratedFile]) -> Iterator[str]:
    """Yield the paths of files in which a line may have to be broken where ours are not.

    A long name is looked for by its first word: shortened or spelled otherwise, it has that, too.
    """
    marks = {snake(name).partition("_")[0] for name in _names(spec) if len(name) > LONGEST}
    for file in files:
        if not file.path.endswith(".py"):
            continue
        text = file.content
        if (marks and _has(text, marks)) or _is_wider(text) or _is_longer(text):
            yield file.path


def _has(text: str, marks: Iterable[str]) -> bool:
    lower = text.lower()
    return any(mark in lower for mark in marks)


def _is_longer(text: str) -> bool:
    first = _SHORT_LINES.match(text)
    rest = text[first.end() :] if first else text
    return any(len(line) > WIDTH and _breaks(line) for line in rest.split("\n"))


def _breaks(line: str) -> bool:
    if assigned := _ASSIGNED.match(line):  # it moves to a line of its own, where it has room there
        return len(assigned["indent"]) + 4 + len(assigned["text"]) <= WIDTH
    return not _UNBREAKABLE.match(line)


def _is_wider(text: str) -> bool:
    """Tell whether a line takes more room than it has characters, and more than there is.

    The formatter counts letters of some scripts twice, and marks over letters not at all.
    """
    if text.isascii():
        return False
    for line in filterfalse(str.isascii, text.splitlines()):
        if len(line) * 2 <= WIDTH:
            continue
        wide = sum(east_asian_width(letter) in "WF" for letter in _BEYOND_ASCII.findall(line))
        if wide and len(line) <= WIDTH < len(line) + wide:
            return True
        if len(line) > WIDTH and any(combining(letter) for letter in line):
            return True
    return False


def _in_memory() -> str | None:
    """Return a folder that lies in memory, where the system has one: no disk has to wait for it.

    A disk may take longer to make and remove a few small files than ruff takes to read them. A
    folder for temporary files that somebody chose is used instead; and the disk, where memory is
    full.
    """
    if "TMPDIR" in os.environ or not os.access(_MEMORY, os.W_OK | os.X_OK):
        return None
    return _MEMORY if shutil.disk_usage(_MEMORY).free >= _ROOM else None


def _ruff(root: Path, command: str, *arguments: str) -> None:
    import ruff  # type: ignore[import-untyped] # noqa: PLC0415 - most projects need no formatter

    done = subprocess.run(  # noqa: S603 - ruff, on files that it only reads as text
        [ruff.find_ruff_bin(), command, "--no-cache", "--quiet", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode:
        raise EmitError(f"the formatter cannot read what was emitted: {done.stderr.strip()}")


def _names(spec: BackendSpec) -> Iterator[str]:
    for entity in spec.entities:
        yield from (entity.name, entity.plural or "", *entity.member_names)
        yield from (r.inverse or "" for r in entity.relations)
    yield from (enum.name for enum in spec.enums)
    yield quote(spec.api.list_envelope.items or "")
    yield from (schema.name for schema in spec.schemas if not schema.entity)
