"""What does a task have to know of the folder that its project is for?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.documents import GeneratedFile, JudgedBy
    from agent.emitter.applied import Applied
    from agent.types import BackendSpec


class Standing(Protocol):
    """A project as it would stand in the folder, and whether what judges it is as emitted."""

    @property
    def files(self) -> tuple[GeneratedFile, ...]:
        """Return all files of the project."""

    @property
    def judged_by(self) -> JudgedBy:
        """Return which files that judge the project are not as they were emitted."""


class Ground(Protocol):
    """The folder that a project is for, as ``agent.applying.Target`` is it."""

    def applied(self) -> Applied | None:
        """Return what was applied there last (None: nothing is known).

        Raises:
            OutputError: that cannot be read.

        """

    def standing(self, files: Sequence[GeneratedFile], spec: BackendSpec) -> Standing:
        """Return the project as it would stand there.

        Raises:
            OutputError: it cannot be written there.
            RefusedError: what people put there cannot be read.

        """
