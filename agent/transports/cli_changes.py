"""How is it said what becomes of a folder, and what became of it? As lines, and as a command."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from agent import applying
from agent.applying import Fate
from agent.errors import OutputError
from agent.some import some

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from agent.applying import Changes, Written

FINE, NOT_WRITTEN = 0, 4
_TOLD = {
    Fate.CONFLICT: "in conflict",
    Fate.MERGED: "merged",
    Fate.CHANGED: "changed",
    Fate.ADDED: "added",
    Fate.REMOVED: "removed",
    Fate.KEPT: "left as they are",
}


def lines(changes: Changes) -> Iterator[str]:
    """Say what would become of a folder, the files that need somebody's eyes first."""
    same = changes.counts[Fate.UNCHANGED]
    yield f"What would be different in {changes.folder} ({same} files stay as they are)"
    for fate, told in _TOLD.items():
        reasons: dict[str, list[str]] = {}
        for change in changes.of(fate):
            reasons.setdefault(change.reason, []).append(change.path)
        for reason, paths in reasons.items():
            why = f" ({reason})" if reason else ""
            yield f"  {told}{why}: {some(paths)}"
    if changes.nothing_to_do:
        yield "  nothing"


def of_written(written: Written) -> Iterator[str]:
    """Say what became of a folder."""
    new, same, gone = (len(x) for x in (written.written, written.unchanged, written.removed))
    yield f"{new} written to {written.folder}, {same} were there already, {gone} removed"
    if written.conflicts:
        marked = some(written.conflicts)
        yield f"CONFLICTS, look for <<<<<<< in these before you run it: {marked}"
    if written.beside:
        yield f"CONFLICTS, ours is beside yours, compare them: {some(written.beside)}"
    for told, paths in (
        ("Merged with what was changed by hand", written.merged),
        ("Changed or deleted by hand, so left as they are", written.kept),
        ("New revision, to be applied with 'alembic upgrade head'", written.revisions),
    ):
        if paths:
            yield f"{told}: {some(paths)}"


def undo(folder: Path) -> int:
    """Take back the last apply to a folder, and say so; return the exit code."""
    try:
        undone = applying.undo(folder)
    except OutputError as error:
        sys.stderr.write(f"{error}\n")
        return NOT_WRITTEN
    back, gone = len(undone.restored), len(undone.removed)
    left = f"{undone.left} more can be taken back" if undone.left else "nothing more to take back"
    sys.stdout.write(
        f"taken back in {folder}: {back} files as they were before, {gone} removed; {left}\n"
    )
    return FINE
