"""What may stand in a row and in a body? One way, and the values that come of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.planner.row_rules import Value


@dataclass(frozen=True, slots=True)
class Candidate:
    """What stands in a row and in a body, and values that come of it.

    ``row`` of ``None`` leaves the value to what makes it anyway.
    """

    values: tuple[Value, ...]
    row: str | None = None
    body: str | None = None
