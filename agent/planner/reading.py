"""What does a reader hand back? A sparse spec, and what it assumed and left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.documents import Question, Warn
    from agent.types import BackendSpec


@dataclass(frozen=True, slots=True)
class Reading:
    """A source as a given (sparse) spec.

    ``assumptions`` are choices the reader made; ``warnings`` name what could not be carried over.
    """

    spec: BackendSpec
    assumptions: tuple[Question, ...] = ()
    warnings: tuple[Warn, ...] = ()
