"""Where does each statement of the spec language begin and end? Mostly with its line.

A statement is one line. A line that ends in the middle (inside brackets, or with a comma, colon,
bar, equals sign or arrow) goes on in the next one, at most until a blank line: that is what keeps a
forgotten bracket from swallowing the rest of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.documents import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

# JSON itself is read up to about this depth
MAX_NESTING = 200

_PIECE = re.compile(
    r"""(?P<text>"[^"\\]*(?:\\.[^"\\]*)*"?|'[^']*'?)|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<note>\#.*)|\S"""
)
_UNFINISHED = frozenset(",:|=>")


@dataclass(frozen=True, slots=True)
class Line:
    """One whole statement, with the number of its first line (from 1)."""

    number: int
    text: str


@dataclass(slots=True)
class _Statement:
    """The statement under way."""

    start: int
    parts: list[str]
    depth: int = 0
    opened: tuple[int, int] = (0, 0)
    too_deep: bool = False
    last: str = ""

    def add(self, number: int, raw: str) -> None:
        self.parts.append(raw)
        for piece in _PIECE.finditer(raw):
            kind = piece.lastgroup
            if kind == "note":
                return
            self.last = '"' if kind == "text" else piece[0]
            if kind == "open":
                if self.depth == 0:
                    self.opened = (number, piece.start() + 1)
                self.depth += 1
                self.too_deep |= self.depth > MAX_NESTING
            elif kind == "close" and self.depth:
                self.depth -= 1


def statements(text: str) -> Iterator[Line | Fault]:
    """Split a text into its statements, blank lines and comments left out.

    A bracket that nobody closes is a fault; the lines after it are then taken one by one.
    """
    current: _Statement | None = None
    for number, raw in enumerate([*text.split("\n"), ""], start=1):
        if current is None:
            current = _Statement(number, [])
        if raw.strip():
            current.add(number, raw)
            if current.depth or current.last in _UNFINISHED:
                continue
        yield from _finished(current)
        current = None


def _finished(statement: _Statement) -> Iterator[Line | Fault]:
    if statement.too_deep:
        yield _fault(statement, f"brackets are nested deeper than {MAX_NESTING}")
    elif statement.depth:
        yield _fault(statement, "this bracket is never closed", "its closing bracket")
        for number, raw in enumerate(statement.parts[1:], start=statement.start + 1):
            if raw.lstrip()[:1] not in ("", "#"):
                yield Line(number, raw)
    elif statement.last:
        yield Line(statement.start, "\n".join(statement.parts))


def _fault(statement: _Statement, message: str, expected: str | None = None) -> Fault:
    line, column = statement.opened
    return Fault(code="spec-syntax", message=message, line=line, column=column, expected=expected)
