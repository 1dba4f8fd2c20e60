"""What does a project build upon? The plan that was applied last, and its Alembic revisions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.types import BackendSpec


@dataclass(frozen=True, slots=True)
class Applied:
    """What is known of the folder that a project is for.

    ``spec`` is the plan that was applied last. ``heads`` are the revisions (Alembic's identifiers)
    that no other one follows, people's own among them. ``revisions`` maps the paths of the
    revisions that were written by a run to their text, as it was written; ``others`` are the paths
    of those that people made or changed. ``taken`` are the identifiers and the file names of all.
    ``written`` maps the paths of slots and of their tests to their text, as a run wrote it.
    """

    spec: BackendSpec
    heads: tuple[str, ...]
    revisions: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    taken: frozenset[str] = frozenset()
    written: Mapping[str, str] = field(default_factory=dict)
