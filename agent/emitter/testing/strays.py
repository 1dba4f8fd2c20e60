"""What does a request say that no operation is meant for? Where a path is ``/{x}``, most are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.types import Operation

_UNKNOWN = "/no-such-path"
_METHODS = ("delete", "put", "patch", "post")


@dataclass(frozen=True, slots=True)
class Strays:
    """Requests beside all operations, for the tests of the errors.

    Args:
        path: A path below the base path that no operation has.
        method: A method (lowercase) that no path of one part has that is made of a parameter, or
            None: each of them has an operation there.
        reach_documentation: Whether the documentation's paths lead to nothing else where it is
            not shown.

    """

    path: str
    method: str | None
    reach_documentation: bool


def strays(operations: Sequence[Operation]) -> Strays:
    """Return requests that no operation answers."""
    open_ends = [o for o in operations if o.path.startswith("/{")]
    deepest = max((o.path.count("/") for o in open_ends), default=0)
    catching = {o.method.lower() for o in open_ends if o.path.count("/") == 1}
    return Strays(
        path=_UNKNOWN * (deepest + 1),
        method=next((m for m in _METHODS if m not in catching), None),
        reach_documentation=not catching,
    )
