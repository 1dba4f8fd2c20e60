"""What is in the pattern library? Skill folders with their documents and templates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Pattern:
    """One skill folder: a document that people read, and templates that mirror a project."""

    name: str
    description: str
    metadata: dict[str, str]
    folder: Path

    @cached_property
    def body(self) -> str:
        """Return the document without its frontmatter."""
        return self.folder.joinpath("SKILL.md").read_text("utf-8").split("---\n", 2)[2].strip()

    @cached_property
    def templates(self) -> tuple[str, ...]:
        """Return the paths of the templates, relative to the project they make."""
        root = self.folder / "assets" / "project"
        found = (p.relative_to(root) for p in root.rglob("*") if p.is_file())
        # pip compiles every .py of an installed package, and so the copied files of a template tree
        return tuple(sorted(p.as_posix() for p in found if "__pycache__" not in p.parts))


class Library:
    """All patterns, by name, in alphabetical order."""

    def __init__(self, folder: Path, *, cache: Path | None = None) -> None:
        """Remember the folder; nothing is read yet. ``cache`` may hold compiled templates."""
        self.folder = folder
        self.cache = cache

    def __reduce__(self) -> tuple[Callable[[str, str | None], Library], tuple[str, str | None]]:
        """Say how a copy in another process is made: the folder is read once there."""
        return _library, (str(self.folder), str(self.cache) if self.cache else None)

    @cached_property
    def patterns(self) -> dict[str, Pattern]:
        """Read every SKILL.md's frontmatter."""
        found = sorted(p.parent for p in self.folder.glob("*/SKILL.md"))
        return {p.name: _pattern(p) for p in found}


@cache
def _library(folder: str, cache: str | None) -> Library:
    return Library(Path(folder), cache=Path(cache) if cache else None)


def _pattern(folder: Path) -> Pattern:
    """Read a frontmatter of plain ``key: value`` lines, with one nested ``metadata``."""
    _, front, _ = folder.joinpath("SKILL.md").read_text("utf-8").split("---\n", 2)
    facts: dict[str, str] = {}
    metadata: dict[str, str] = {}
    for line in front.splitlines():
        key, separator, value = line.partition(":")
        if separator and value.strip():
            into = metadata if line.startswith(" ") else facts
            into[key.strip()] = value.strip().strip("\"'")
    return Pattern(
        name=facts["name"], description=facts["description"], metadata=metadata, folder=folder
    )
