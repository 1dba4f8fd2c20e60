"""How much of the application did the tests reach? Counted in the sandbox: a claim, bounded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from agent.checks.claims import LONGEST_PATH, MOST_LINES, as_line, as_list, as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Mark = tuple[str, tuple[int, ...]]
"""A line of a file, or a branch: from this line to that one (0: out of the function)."""
Marks = frozenset[Mark]


@dataclass(frozen=True)
class Reach:
    """All marks of the application, and which of them each test module was first to reach."""

    code: Marks
    first: Mapping[str, Marks]

    @cached_property
    def missing(self) -> dict[str, tuple[int, ...]]:
        """Which lines no test reached, by file; most come first."""
        lines = sorted((path, mark[0]) for path, mark in self._missing if len(mark) == 1)
        by_file = groupby(lines, key=lambda each: each[0])
        found = {path: tuple(line for _, line in each) for path, each in by_file}
        return dict(sorted(found.items(), key=lambda each: -len(each[1])))

    @property
    def percent(self) -> float:
        """The share of lines and branches that were reached, 0 to 100."""
        missed = len(self._missing)
        return 100.0 * (len(self.code) - missed) / len(self.code) if self.code else 100.0

    def beside(self, other: Reach) -> Reach:
        """Give what two runs reached that each ran other modules of one suite."""
        known = {module: marks & self.code for module, marks in other.first.items()}
        return Reach(self.code, {**known, **self.first})

    @cached_property
    def _missing(self) -> Marks:
        return self.code.difference(*self.first.values())


def read_reach(text: str | None) -> Reach | None:
    """Read what ``agent.checks.inside.suite`` wrote; None where it wrote nothing of the kind."""
    try:
        said = json.loads(text or "")
        code = _marks(said["code"])
        modules = as_list(list(said["first"].items()))
        first = {as_text(name, LONGEST_PATH): _marks(files) & code for name, files in modules}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return Reach(code, first)


def as_files(marks: Iterable[Mark]) -> dict[str, list[tuple[int, ...]]]:
    """Give marks in the form that they are read from."""
    files: dict[str, list[tuple[int, ...]]] = {}
    for path, mark in sorted(marks):
        files.setdefault(path, []).append(mark)
    return files


def _marks(files: Any) -> Marks:  # noqa: ANN401 - any JSON
    return frozenset(
        (as_text(path, LONGEST_PATH), mark)
        for path, said in as_list(list(files.items()))
        for mark in map(_mark, as_list(said))
        if mark is not None
    )


def _mark(said: Any) -> tuple[int, ...] | None:  # noqa: ANN401 - any JSON
    line = as_line(said[0])
    if line is None or len(said) == 1:
        return None if line is None else (line,)
    to = said[1]
    return (line, to) if type(to) is int and 0 <= to <= MOST_LINES else None
