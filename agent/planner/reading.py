"""What does a reader hand back? A sparse spec, and what it assumed and left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.documents import Fault, Question, Warn
    from agent.types import BackendSpec

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Places:
    """Where in a text the parts of a spec stand: JSON Pointer -> line and column, from 1.

    ``texts`` says in which text of the document, where a spec was read from several of them.
    """

    known: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    def of(self, pointer: str) -> tuple[int, int] | None:
        """Return the place of a part, or of the nearest one around it."""
        return _nearest(self.known, pointer)

    def text_of(self, pointer: str) -> str | None:
        """Return the JSON Pointer of the text in which a part stands."""
        return _nearest(self.texts, pointer)


def _nearest(known: Mapping[str, T], pointer: str) -> T | None:
    while pointer:
        if pointer in known:
            return known[pointer]
        pointer = pointer.rpartition("/")[0]
    return None


@dataclass(frozen=True, slots=True)
class Reading:
    """A source as a given (sparse) spec.

    ``assumptions`` are choices the reader made, ``questions`` what it left open; ``warnings`` name
    what could not be carried over.
    With ``faults`` the source is to be refused: the spec is what could be read, and ``unsure`` are
    the words of what could not, which the spec may miss.
    """

    spec: BackendSpec
    assumptions: tuple[Question, ...] = ()
    warnings: tuple[Warn, ...] = ()
    places: Places = field(default_factory=Places)
    faults: tuple[Fault, ...] = ()
    unsure: frozenset[str] = frozenset()
    questions: tuple[Question, ...] = ()
