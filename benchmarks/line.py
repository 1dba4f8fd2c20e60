"""What does a measurement say? One line of the table."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Line:
    """What was measured, what came out, and what was aimed at."""

    what: str
    measured: str
    target: str = ""


def not_measured(what: str, reason: str) -> Line:
    """Return a line that says why there is no number."""
    return Line(what, f"not measured: {reason}")


def median_ratio(ours: Iterable[float], theirs: Iterable[float]) -> float:
    """Return the median of the ratios of pairs that were measured one after the other."""
    return median(one / other for one, other in zip(ours, theirs, strict=True))


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows, the first being the head, as a Markdown table that reads well as text."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    head, *body = (
        [cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows
    )
    rule = ["-" * width for width in widths]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *body))
