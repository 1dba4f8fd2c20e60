"""What does a reader hand back? A sparse spec, and what it assumed and left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.documents import Fault, Question, Warn
    from agent.types import BackendSpec


@dataclass(frozen=True, slots=True)
class Places:
    """Where in a text the parts of a spec stand: JSON Pointer -> line and column, from 1."""

    known: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def of(self, pointer: str) -> tuple[int, int] | None:
        """Return the place of a part, or of the nearest one around it."""
        while pointer:
            if pointer in self.known:
                return self.known[pointer]
            pointer = pointer.rpartition("/")[0]
        return None


@dataclass(frozen=True, slots=True)
class Reading:
    """A source as a given (sparse) spec.

    ``assumptions`` are choices the reader made; ``warnings`` name what could not be carried over.
    With ``faults`` the source is to be refused: the spec is what could be read, and ``unsure`` are
    the words of what could not, which the spec may miss.
    """

    spec: BackendSpec
    assumptions: tuple[Question, ...] = ()
    warnings: tuple[Warn, ...] = ()
    places: Places = field(default_factory=Places)
    faults: tuple[Fault, ...] = ()
    unsure: frozenset[str] = frozenset()
