"""Where in a text does an offset stand? Line and column of what somebody wrote."""

from __future__ import annotations

import json
import re
from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING

from agent.documents import Fault, Warn
from agent.some import some

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from agent.planner.readers.sql_split import Dialect

_MOST_SHOWN = 60

Noted = tuple[int, Warn]
"""A warning with its line."""


def in_order(noted: Iterable[Noted]) -> tuple[Warn, ...]:
    """Return warnings in the order of their lines; those of one line as they came up."""
    return tuple(warning for _, warning in sorted(noted, key=lambda each: each[0]))


def together(found: Mapping[str, Iterable[int]]) -> Iterator[Noted]:
    """Yield one warning for each thing that is left out in several lines, with all of these."""
    for what, lines in found.items():
        numbers = sorted(set(lines))
        where = f"line{'s' if len(numbers) > 1 else ''} {some([str(each) for each in numbers])}"
        yield numbers[0], Warn(code="not-carried-over", message=f"{where}: {what}")


def brief(text: str, most: int = _MOST_SHOWN) -> str:
    """Return a text on one line; a long one ends behind a word, and dots tell that it goes on."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    end = line.rfind(" ", 0, most + 1)
    return f"{line[: end if end > 0 else most]} ..."


class Written:
    """A text, and the SQL dialect whose types and literals it uses, where it uses any."""

    def __init__(self, text: str, dialect: Dialect = "postgres") -> None:
        """Find the lines."""
        self.dialect = dialect
        self.text = text
        self._lines = array("Q", [0])
        self._lines.extend(match.end() for match in re.finditer(r"\n", text))

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def line(self, offset: int) -> int:
        """Line of an offset, from 1."""
        return self.place(offset)[0]

    def source(self, start: int, end: int) -> str:
        """Give the text between two offsets as it stands there."""
        return self.text[start:end]

    def shown(self, start: int, end: int) -> str:
        """Give the text between two offsets, on one line."""
        return " ".join(self.text[start:end].split())

    def fault(self, code: str, message: str, offset: int, expected: str | None = None) -> Fault:
        """Make a fault that stands at an offset."""
        line, column = self.place(offset)
        return Fault(code=code, message=message, line=line, column=column, expected=expected)


def one_line(value: object, most: int = 1000) -> str | None:
    """Return a text as one line of signs that can be seen; nothing where there is none."""
    if not isinstance(value, str):
        return None
    words = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    return words[:most] or None


def is_sound(value: object) -> bool:
    """Tell whether a value of JSON has only numbers and signs that every reader of it has."""
    try:
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return False
    return True
