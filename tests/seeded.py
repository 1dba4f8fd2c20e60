"""Which bugs are planted in proven projects, and how? Reads ``tests/bugs``, which reads as patches.

    # what it is called
    kind: what people call such a bug
    found by: every check that fails because of it, the cheapest first
    says: what stands in a finding of the first, so that it is found for what it is
    --- path of a file of the project
     a line that stays
    -a line that goes
    +a line that comes
    @@ (another place in the same file)

The project is the shop, if no line ``project:`` names another golden one. What stays and goes has
to stand in the file once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agent.documents import CheckName
from tests.golden_projects import document
from tests.made import made

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.documents import GeneratedFile

FOLDER = Path(__file__).with_name("bugs")


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one file: a text that stands there once, and what takes its place."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Bug:
    """One bug, and who has to notice it."""

    name: str
    kind: str
    project: str
    found_by: tuple[CheckName, ...]
    says: str
    edits: tuple[Edit, ...]


def plant(*bugs: Bug) -> tuple[GeneratedFile, ...]:
    """Give the files of their project with these bugs in it."""
    (project,) = {bug.project for bug in bugs}
    files = {file.path: file for file in made(document(project))[1]}
    for edit in (edit for bug in bugs for edit in bug.edits):
        content = files[edit.path].content
        before = f"\n{content}".count(f"\n{edit.old}")
        assert before == 1, f"{edit.old!r} stands in {edit.path} {before} times"
        changed = f"\n{content}".replace(f"\n{edit.old}", f"\n{edit.new}")[1:]
        files[edit.path] = files[edit.path].model_copy(update={"content": changed})
    return tuple(files.values())


def _read(text: str) -> Iterator[Bug]:
    for part in re.split(r"^# ", text, flags=re.MULTILINE)[1:]:
        name, *lines = part.rstrip("\n").split("\n")
        start = next(at for at, line in enumerate(lines) if line.startswith("--- "))
        said = dict(line.split(": ", 1) for line in lines[:start])
        yield Bug(
            name=name,
            kind=said.pop("kind"),
            project=said.pop("project", "shop"),
            found_by=tuple(map(CheckName, said.pop("found by").split(", "))),
            says=said.pop("says"),
            edits=tuple(_edits(lines[start:])),
        )
        assert not said, f"{name}: {said}"


def _edits(lines: list[str]) -> Iterator[Edit]:
    for part in re.split(r"^--- ", "\n".join(lines), flags=re.MULTILINE)[1:]:
        path, _, body = part.partition("\n")
        for place in re.split(r"^@@$\n", body, flags=re.MULTILINE):
            marked = place.rstrip("\n").split("\n")
            assert all(line[:1] in {"", " ", "-", "+"} for line in marked), place
            yield Edit(
                path=path,
                old="".join(f"{line[1:]}\n" for line in marked if not line.startswith("+")),
                new="".join(f"{line[1:]}\n" for line in marked if not line.startswith("-")),
            )


BUGS = {
    bug.name: bug
    for file in sorted(FOLDER.glob("*.bugs"))
    for bug in _read(file.read_text(encoding="utf-8"))
}
