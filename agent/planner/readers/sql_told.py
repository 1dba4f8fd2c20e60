"""What is told of a text that was read? Faults, warnings, and what is summed up at the end.

Of very many of a kind only the first are told, and how many more there are.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from agent.documents import Warn
from agent.planner.readers.sql_limits import MOST_FAULTS, MOST_WARNINGS, TOO_MUCH
from agent.planner.readers.written import in_order, together
from agent.some import some

if TYPE_CHECKING:
    from agent.documents import Fault
    from agent.planner.readers.written import Noted, Written

_MOST_DETAILS = 100
_UNDONE = {"ENABLE": "DISABLE", "DISABLE": "ENABLE", "NO FORCE": "FORCE"}
"""What an ALTER TABLE of row level security undoes."""
_LONGEST = 1000
"""Characters of a warning, which may show what was written."""


class Told:
    """The faults and warnings of a text."""

    def __init__(self, script: Written) -> None:
        """Start with none."""
        self.script = script
        self.faults: list[Fault] = []
        self.warnings: list[Noted] = []
        self._guarded: dict[tuple[str, ...], dict[str, int]] = {}
        self._guarding: dict[str, list[tuple[str, ...]]] = {}
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
            line = self.script.line(offset)
            shown = f"line {line}: {message}"[:_LONGEST]
            self.warnings.append((line, Warn(code=code, message=shown)))

    def left_out(self, what: str, offset: int) -> None:
        """Tell the sender of something that the project does not get."""
        self.warn("not-carried-over", f"{what} is left out", offset)

    def guard(self, table: tuple[str, ...], how: str, offset: int) -> None:
        """Remember whether the database decides which rows of a table somebody sees.

        ``table`` is its path; ``how`` are the words of ALTER TABLE, or ``policy`` and its name.
        """
        if how in _UNDONE:
            self.unguard(table, _UNDONE[how])
        if how != "NO FORCE":
            self._guarded.setdefault(table, {}).setdefault(how, self.script.line(offset))
            self._guarding.setdefault(how, []).append(table)

    def unguard(self, table: tuple[str, ...] | None, how: str) -> None:
        """Forget what was said of a table before, or of all tables."""
        for each in [table] if table else self._guarding.pop(how, ()):
            self._guarded.get(each, {}).pop(how, None)

    def count(self, what: str, detail: str, offset: int) -> None:
        """Remember something of no consequence, and too common for a warning of its own."""
        if len(self._counts) >= MOST_WARNINGS and (what, detail) not in self._counts:
            detail = "others"
        self._counts[what, detail] += 1
        self._first_lines.setdefault((what, detail), self.script.line(offset))

    def lose(self, what: str, offset: int) -> None:
        """Remember a clause that has no counterpart, with its line."""
        what = f"{what[:_LONGEST]} is not kept"
        if len(self._lost) >= MOST_WARNINGS and what not in self._lost:
            what = "other clauses are not kept"
        self._lost.setdefault(what, []).append(self.script.line(offset))

    def told(self) -> tuple[Warn, ...]:
        """Return all warnings in the order of lines; what was counted stands at the end."""
        guarded = [
            _row_level(table[-1], found)
            for table, found in self._guarded.items()
            if found and "DISABLE" not in found
        ]
        return (*in_order([*self.warnings, *guarded, *together(self._lost)]), *self._counted())

    def _counted(self) -> list[Warn]:
        """One warning for each kind of thing that was counted."""
        by_kind: dict[str, list[str]] = {}
        for (what, detail), number in self._counts.items():
            line = self._first_lines[what, detail]
            by_kind.setdefault(what, []).append(f"{detail} ({number}, first on line {line})")
        counted = [
            f"{what} are passed over: {some(each, _MOST_DETAILS)}" for what, each in by_kind.items()
        ]
        if (more := self._warning_count - len(self.warnings)) > 0:
            counted.append(f"{more} more warnings, after the first {MOST_WARNINGS}")
        return [Warn(code="not-carried-over", message=message) for message in counted]


def _row_level(table: str, found: dict[str, int]) -> Noted:
    """Say what it means that the database keeps the rows of a table apart."""
    first = min(found.values())
    policies = [f"{how} on line {line}" for how, line in found.items() if how.startswith("policy ")]
    more = f" ({some(policies)})" if policies else ""
    message = (
        f"row level security of table {table}{more} is left out. The service does not enforce it:"
        " whoever its own rights let in sees and changes the rows of everybody"
    )
    return first, Warn(code="row-level-security", message=f"line {first}: {message}")
