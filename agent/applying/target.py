"""Which folder is a task's project for? One that may have a project, and people's work, already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.applying import revisions
from agent.applying.carrying import refused
from agent.applying.changes import Conflicts
from agent.applying.comparing import compare
from agent.applying.disk import told
from agent.applying.standing import standing
from agent.applying.view import View
from agent.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from agent.documents import GeneratedFile
    from agent.emitter.applied import Applied
    from agent.existing import Existing
    from agent.types import BackendSpec


def applied_in(folder: Path) -> Applied | None:
    """Return what was applied to ``folder`` last, or None where nothing is known.

    Raises:
        OutputError: the folder, or a revision in it, cannot be read.

    """
    with told("the project was not written"):
        return revisions.applied(View(folder))


class Target:
    """The ground of a task, which may compare several projects with it before one is carried out.

    What it saw is kept for each project by itself: the last one that was compared need not be it.
    """

    def __init__(self, folder: Path, conflicts: Conflicts = Conflicts.REFUSE) -> None:
        """Take the folder, and what is to be done where there are conflicts."""
        self.folder = folder
        self.conflicts = conflicts
        self._seen: list[tuple[tuple[GeneratedFile, ...], Mapping[str, str | None]]] = []

    def applied(self) -> Applied | None:
        """Return what was applied to the folder last (None: nothing is known).

        Raises:
            OutputError: the folder, or a revision in it, cannot be read.

        """
        return applied_in(self.folder)

    def standing(self, files: Sequence[GeneratedFile], spec: BackendSpec) -> Existing:
        """Compare, and return the project as it would stand in the folder.

        Raises:
            OutputError: it cannot be written there, or there are conflicts, which are to be
                refused.
            RefusedError: what people put there cannot be read.

        """
        changes = compare(files, spec, self.folder)
        self._seen.append((tuple(files), changes.seen))
        if changes.conflicts and self.conflicts is Conflicts.REFUSE:
            raise OutputError(refused(changes))
        return standing(changes)

    def seen(self, files: Sequence[GeneratedFile]) -> Mapping[str, str | None]:
        """Return what there was in the folder when a project was compared with it.

        As ``Changes.seen`` tells it; nothing where the project never was.
        """
        wanted = tuple(files)
        return next((seen for known, seen in reversed(self._seen) if known == wanted), {})
