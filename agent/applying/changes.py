"""What would become of each file of a folder, if a project were applied to it? As data.

Three versions meet: *base* is what was written last, *yours* what stands there now, *ours* what the
project says now. Nothing here reads or writes a disk.
"""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from agent.output import HOME

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from agent.types import BackendSpec

BESIDE = ".python-specialist-new"
"""What is added to the name of a file where ours is written beside yours."""


class Fate(StrEnum):
    """What becomes of one file."""

    ADDED = "added"  # nothing stands there: ours is written
    CHANGED = "changed"  # nobody touched it since we wrote it: ours replaces it
    MERGED = "merged"  # changed by hand and by us, in different places: both are kept
    CONFLICT = "conflict"  # changed by hand and by us in one place, or not known to be ours
    REMOVED = "removed"  # no longer part of the project, and nobody touched it
    KEPT = "kept"  # changed or deleted by hand, and ours brings nothing new: it is left alone
    UNCHANGED = "unchanged"  # it says already what ours says


class Conflicts(StrEnum):
    """What is done where there are conflicts."""

    REFUSE = "refuse"  # nothing at all is written
    MARK = "mark"  # both sides between markers, as git does; where that cannot be, ours beside it
    OURS = "ours"  # ours replaces it; what it replaces is kept for undo


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one file.

    ``before`` is what stands there now, ``ours`` what the project says (None: no file). ``after``
    is what stands there afterwards where nothing is in conflict; in a conflict, the text with
    markers, and ``before`` where there can be none: then ours is written as ``beside``. ``reason``
    is a phrase for readers where the fate does not tell all.
    """

    path: str
    fate: Fate
    before: bytes | None
    after: bytes | None
    ours: bytes | None
    reason: str = ""
    beside: str | None = None

    @property
    def diff(self) -> str:
        """Return a unified diff from what stands there to what would (empty: the same)."""
        return unified(self.path, self.before, self.ours if self.beside else self.after)


@dataclass(frozen=True, slots=True)
class Changes:
    """All that applying a project would do to a folder, in the order of the paths.

    ``was`` is the plan that was applied last (None: none is known). ``revisions`` are the paths of
    Alembic revisions among ``changes`` that the folder does not have yet. ``seen`` maps each path
    that was looked at to the digest of what was there (None: nothing).
    """

    folder: Path
    spec: BackendSpec
    changes: tuple[Change, ...]
    was: BackendSpec | None = None
    revisions: tuple[str, ...] = ()
    seen: Mapping[str, str | None] = field(default_factory=dict, repr=False)

    def of(self, *fates: Fate) -> tuple[Change, ...]:
        """Return the changes with one of these fates."""
        return tuple(change for change in self.changes if change.fate in fates)

    @property
    def conflicts(self) -> tuple[Change, ...]:
        """Return the files that cannot be written without a decision."""
        return self.of(Fate.CONFLICT)

    @property
    def counts(self) -> dict[Fate, int]:
        """Return how many of the project's own files have each fate; 0 where none has.

        What we keep beside them for later is not counted.
        """
        own = (change for change in self.changes if not change.path.startswith(f"{HOME}/"))
        found = Counter(change.fate for change in own)
        return {fate: found[fate] for fate in Fate}

    @property
    def nothing_to_do(self) -> bool:
        """Tell whether applying would leave every file of the project as it is."""
        return not self.of(Fate.ADDED, Fate.CHANGED, Fate.MERGED, Fate.CONFLICT, Fate.REMOVED)

    @property
    def diff(self) -> str:
        """Return one unified diff over all files that would be different."""
        return "".join(change.diff for change in self.changes if change.fate not in _STAYS)


_STAYS = frozenset({Fate.KEPT, Fate.UNCHANGED})


@dataclass(slots=True)
class Written:
    """What happened on disk: paths relative to the folder.

    ``written`` are all files that have a new content, ``merged`` and ``conflicts`` those of them
    where that holds hand-made changes, too (``conflicts``: between markers). ``beside`` are files
    of ours that were written next to one that could not be touched. ``kept`` were changed or
    deleted by hand and left alone.
    """

    folder: Path
    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    revisions: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Undone:
    """What an undo did: paths relative to the folder.

    ``restored`` have the content again that they had before, ``removed`` did not exist before.
    ``left`` is how many applies can still be taken back.
    """

    folder: Path
    restored: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    left: int = 0


def unified(path: str, before: bytes | None, after: bytes | None) -> str:
    """Return a unified diff as git writes it; of what is no text, one line that says so."""
    if before == after:
        return ""
    names = (
        (f"a/{path}" if before is not None else "/dev/null"),
        (f"b/{path}" if after is not None else "/dev/null"),
    )
    try:
        old, new = ((content or b"").decode() for content in (before, after))
    except UnicodeDecodeError:
        return f"Binary files {names[0]} and {names[1]} differ\n"
    lines = difflib.unified_diff(lines_of(old), lines_of(new), *names)
    shown = (
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
    return "".join(shown)


def lines_of(text: str) -> list[str]:
    """Split after line feeds only, as git does, so that joined the lines are the text again."""
    *whole, last = text.split("\n")
    lines = [f"{line}\n" for line in whole]
    return [*lines, last] if last else lines
