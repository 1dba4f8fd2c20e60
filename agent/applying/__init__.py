"""How does a project get into a folder that has one already, and back out? Compare, apply, undo.

``compare`` says what would happen and writes nothing; ``carry_out`` does it, whole or not at all;
``undo`` takes the last one back. What was applied last is read by ``applied_in``, for
``agent.emitter.project.render``, which then adds a revision instead of rewriting the first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.applying.changes import Change, Changes, Conflicts, Fate, Undone, Written

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from agent.documents import GeneratedFile
    from agent.emitter.applied import Applied
    from agent.types import BackendSpec

__all__ = [
    "Change",
    "Changes",
    "Conflicts",
    "Fate",
    "Undone",
    "Written",
    "applied_in",
    "carry_out",
    "compare",
    "standing",
    "undo",
]


def applied_in(folder: Path) -> Applied | None:
    """Return what was applied to ``folder`` last, or None where nothing is known.

    Raises:
        OutputError: the folder cannot be read.

    """
    raise NotImplementedError


def compare(files: Iterable[GeneratedFile], spec: BackendSpec, folder: Path) -> Changes:
    """Say what applying the whole project to ``folder`` would do. Nothing is written.

    Raises:
        OutputError: there is no way to write there at all (a link or a file where the project has
            a folder, or the disk refuses).

    """
    raise NotImplementedError


def standing(changes: Changes) -> tuple[GeneratedFile, ...]:
    """Return the project as it would stand in the folder after ``changes``: what is to be proven.

    Where there is a conflict, ours stands, as markers do not run.

    Raises:
        RefusedError: what people put there is too large, or no text where there must be text.

    """
    raise NotImplementedError


def carry_out(changes: Changes, conflicts: Conflicts = Conflicts.REFUSE) -> Written:
    """Do what ``changes`` say, whole or not at all.

    Raises:
        OutputError: there are conflicts and they are to be refused; the folder is no longer as it
            was compared; another run is writing there; or the disk refuses. Nothing was written
            then, or (the disk) what was written was taken back.

    """
    raise NotImplementedError


def undo(folder: Path) -> Undone:
    """Take back the last apply: every file is as it was before, and removed ones are back.

    Raises:
        OutputError: there is nothing to take back, or files were edited since: they are named, and
            nothing was changed.

    """
    raise NotImplementedError
