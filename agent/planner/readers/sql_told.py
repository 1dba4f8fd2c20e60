"""What is told of a text that was read? Faults, warnings, and what is summed up at the end.

Of very many of a kind only the first are told, and how many more there are.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from agent.documents import Warn
from agent.planner.readers.sql_limits import MOST_FAULTS, MOST_WARNINGS, TOO_MUCH

if TYPE_CHECKING:
    from agent.documents import Fault
    from agent.planner.readers.written import Written

_MOST_LINES = 20
_MOST_DETAILS = 100
_LONGEST = 1000
"""Characters of a warning, which may show what was written."""


class Told:
    """The faults and warnings of a text."""

    def __init__(self, script: Written) -> None:
        """Start with none."""
        self.script = script
        self.faults: list[Fault] = []
        self.warnings: list[Warn] = []
        self._more_faults: list[Fault] = []
        self._fault_count = self._warning_count = 0
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lost: dict[str, list[int]] = {}
        self._first_lines: dict[tuple[str, str], int] = {}

    def refuse(self, fault: Fault) -> None:
        """Keep what is wrong."""
        self._fault_count += 1
        if len(self.faults) < MOST_FAULTS or fault.code == TOO_MUCH:
            self.faults.append(fault)
        elif not self._more_faults:
            self._more_faults.append(fault)

    def every_fault(self) -> list[Fault]:
        """Return the faults that are told one by one, and one for all others."""
        more = self._fault_count - len(self.faults)
        told = {"message": f"and {more} more faults, the first of them here", "expected": None}
        return [*self.faults, *(fault.model_copy(update=told) for fault in self._more_faults)]

    def warn(self, code: str, message: str, offset: int) -> None:
        """Tell the sender about something at an offset."""
        self._warning_count += 1
        if len(self.warnings) < MOST_WARNINGS:
            shown = f"line {self.script.line(offset)}: {message}"[:_LONGEST]
            self.warnings.append(Warn(code=code, message=shown))

    def count(self, what: str, detail: str, offset: int) -> None:
        """Remember something too common for a warning of its own."""
        if len(self._counts) >= MOST_WARNINGS and (what, detail) not in self._counts:
            detail = "others"
        self._counts[what, detail] += 1
        self._first_lines.setdefault((what, detail), self.script.line(offset))

    def lose(self, what: str, offset: int) -> None:
        """Remember a clause that has no counterpart, with its line."""
        what = what[:_LONGEST]
        if len(self._lost) >= MOST_WARNINGS and what not in self._lost:
            what = "other clauses"
        lines = self._lost.setdefault(what, [])
        if (line := self.script.line(offset)) not in lines[-1:]:
            lines.append(line)

    def summaries(self) -> list[Warn]:
        """One warning for each kind of thing that was counted or lost."""
        by_kind: dict[str, list[str]] = {}
        for (what, detail), number in self._counts.items():
            line = self._first_lines[what, detail]
            by_kind.setdefault(what, []).append(f"{detail} ({number}, first on line {line})")
        said = [f"{what} not kept: {_lines(lines)}" for what, lines in self._lost.items()]
        said += [f"{what}: {_some(details, _MOST_DETAILS)}" for what, details in by_kind.items()]
        if (more := self._warning_count - len(self.warnings)) > 0:
            said.append(f"{more} more warnings, after the first {MOST_WARNINGS}")
        return [Warn(code="not-carried-over", message=message) for message in said]


def _lines(numbers: list[int]) -> str:
    shown = _some([str(number) for number in numbers], _MOST_LINES)
    return f"line{'s' if len(numbers) > 1 else ''} {shown}"


def _some(parts: list[str], most: int) -> str:
    more = f" and {len(parts) - most} more" if len(parts) > most else ""
    return ", ".join(parts[:most]) + more
