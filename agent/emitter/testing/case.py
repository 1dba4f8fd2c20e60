"""What is one emitted test? A function: its name, its lines, and the fixtures that they use."""

from __future__ import annotations

from dataclasses import dataclass

from agent.emitter.layout import WIDTH, call, fit
from agent.emitter.testing.code import names_in

_FIXTURES = {"client": "AsyncClient", "factory": "Factory", "queries": "Queries"}


@dataclass(frozen=True, slots=True)
class Case:
    """One test: its name without ``test_``, and its lines, indented as inside the function."""

    name: str
    lines: list[str]


@dataclass(frozen=True, slots=True)
class CaseView:
    """One test function, ready for its template, and every name that it uses."""

    name: str
    lines: list[str]
    used: frozenset[str]

    @property
    def signature(self) -> str:
        """Return the function's head, with the fixtures that its lines use."""
        fixtures = [f"{name}: {hint}" for name, hint in _FIXTURES.items() if name in self.used]
        return call(f"async def test_{self.name}(", fixtures, ") -> None:")


def tidy(case: Case, name: str) -> CaseView:
    """Name a test; forget variables that nothing reads, and break lines that are too long."""
    lines: list[str] = []
    read: set[str] = set()
    called: set[str] = set()
    for line in reversed(case.lines):
        shown = line
        target, separator, value = line.partition(" = ")
        if separator and target not in read and target.isidentifier():  # nothing reads it
            if value.isidentifier():
                continue
            shown = value
        found = names_in(shown)
        read |= found.read
        called |= found.called
        lines.append(shown if len(shown) <= WIDTH - 4 else _broken(shown))
    return CaseView(name, lines[::-1], frozenset(read | called))


def _broken(line: str) -> str:
    """Return a line of a function's body that is too long, broken where it can be."""
    pad = len(line) - len(line.lstrip())
    return line[:pad] + fit(line[pad:], 4 + pad)
