"""What fills the slot of one custom operation? Statements of a body, and of the rule's tests.

Statements only, not indented: no ``def`` line and no imports, which are derived from the names that
are used. ``await`` is allowed, as each is the body of an async function.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.types import OperationKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.types import BackendSpec


@dataclass(frozen=True)
class AcceptanceTest:
    """One test of a rule, through the API.

    ``name`` is an identifier without ``test_`` and says what is shown: ``refuses_a_sixth_loan``.
    """

    name: str
    body: str


@dataclass(frozen=True)
class Written:
    """The tests of one operation's rule, and the body that keeps it (None: nobody wrote it yet)."""

    operation: str
    tests: tuple[AcceptanceTest, ...] = ()
    body: str | None = None


def customs(spec: BackendSpec) -> tuple[str, ...]:
    """Return the names of the custom operations."""
    return tuple(o.name for o in spec.operations if o.kind is OperationKind.CUSTOM)


def unbuilt(spec: BackendSpec, written: Mapping[str, Written]) -> tuple[str, ...]:
    """Return the names of the custom operations whose bodies nobody wrote: they answer 501."""
    return tuple(o for o in customs(spec) if o not in written or written[o].body is None)
