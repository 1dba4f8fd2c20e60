"""How does a project get into a folder that has one already, and back out? Compare, apply, undo.

``compare`` says what would happen and writes nothing; ``carry_out`` does it, whole or not at all;
``undo`` takes the last one back. What was applied last is read by ``applied_in``, for
``agent.emitter.project.render``, which then adds a revision instead of rewriting the first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.applying.carrying import carry_out, refused, undo
from agent.applying.changes import Change, Changes, Conflicts, Fate, Undone, Written
from agent.applying.comparing import compare
from agent.applying.standing import standing
from agent.applying.target import Target, applied_in
from agent.applying.whole import fresh

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from agent.documents import GeneratedFile
    from agent.types import BackendSpec

__all__ = [
    "Change",
    "Changes",
    "Conflicts",
    "Fate",
    "Target",
    "Undone",
    "Written",
    "applied_in",
    "carry_out",
    "compare",
    "fresh",
    "refused",
    "standing",
    "undo",
    "write",
]


def write(
    files: Iterable[GeneratedFile], spec: BackendSpec, folder: Path, *, force: bool = False
) -> Written:
    """Compare and carry out at once; with ``force`` ours wins where there are conflicts.

    Raises:
        OutputError: as the two would.

    """
    conflicts = Conflicts.OURS if force else Conflicts.REFUSE
    return carry_out(compare(files, spec, folder), conflicts)
