"""How do two changed versions of one text become one again? Three ways, line by line, as git does.

No library is used: those that are kept well are under the GPL, or merge words.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from agent.applying.changes import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

YOURS = "<<<<<<< yours"
BETWEEN = "======="
OURS = ">>>>>>> python-specialist"
MANY_LINES = 5_000
"""From here on lines that are frequent do not help to find what belongs together: it is quicker."""


@dataclass(frozen=True, slots=True)
class Merge:
    """What came out: the text, and how many conflicts stand in it, between markers."""

    text: str
    conflicts: int


class _Same(NamedTuple):
    """Lines that all three have: where they begin and end in base, yours and ours."""

    base: tuple[int, int]
    yours: tuple[int, int]
    ours: tuple[int, int]


def merge(base: str, yours: str, ours: str) -> Merge:
    """Bring the changes from ``base`` to ``yours`` and from ``base`` to ``ours`` together.

    Where both changed the same lines, or lines next to each other, in different ways, both sides
    are kept between markers. Who wrote every line end as CRLF keeps that, and a last line without
    an end stays so.
    """
    if "\r\n" in yours and "\r" not in base + ours and "\n" not in yours.replace("\r\n", ""):
        merged = merge(base, yours.replace("\r\n", "\n"), ours)
        return Merge(merged.text.replace("\n", "\r\n"), merged.conflicts)
    b, y, o = lines_of(base), lines_of(yours), lines_of(ours)
    found: list[str] = []
    conflicts = 0
    end = "\r\n" if y and y[0].endswith("\r\n") else "\n"
    for before, after in pairwise([_Same((0, 0), (0, 0), (0, 0)), *_common(b, y, o)]):
        was, mine, theirs = (
            lines[start[1] : stop[0]]
            for lines, start, stop in zip((b, y, o), before, after, strict=True)
        )
        if theirs in (was, mine):
            found += mine
        elif mine == was:
            found += theirs
        else:
            conflicts += 1
            found += _marked(mine, theirs, end)
        found += b[slice(*after.base)]
    return Merge("".join(found), conflicts)


def _marked(mine: list[str], theirs: list[str], end: str) -> Iterator[str]:
    for marker, lines in ((YOURS, mine), (BETWEEN, theirs)):
        yield marker + end
        yield from lines
        if lines and not lines[-1].endswith("\n"):
            yield end
    yield OURS + end


def _common(b: list[str], y: list[str], o: list[str]) -> Iterator[_Same]:
    """Find what all three have, in order; the last one is empty, at the end of all."""
    mine, theirs = _matches(b, y), _matches(b, o)
    at = other = 0
    while at < len(mine) and other < len(theirs):
        (b_mine, y_start, size), (b_theirs, o_start, length) = mine[at], theirs[other]
        start, stop = max(b_mine, b_theirs), min(b_mine + size, b_theirs + length)
        if start < stop:
            y_from, o_from = y_start + start - b_mine, o_start + start - b_theirs
            wide = stop - start
            yield _Same((start, stop), (y_from, y_from + wide), (o_from, o_from + wide))
        if b_mine + size < b_theirs + length:
            at += 1
        else:
            other += 1
    yield _Same((len(b), len(b)), (len(y), len(y)), (len(o), len(o)))


def _matches(b: list[str], other: list[str]) -> list[tuple[int, int, int]]:
    """Return (start in base, start in the other, how many lines) of what is the same."""
    head = 0
    shorter = min(len(b), len(other))
    while head < shorter and b[head] == other[head]:
        head += 1
    tail = 0
    while tail < shorter - head and b[-1 - tail] == other[-1 - tail]:
        tail += 1
    middle, rest = b[head : len(b) - tail], other[head : len(other) - tail]
    many = len(middle) > MANY_LINES or len(rest) > MANY_LINES
    blocks = SequenceMatcher(None, middle, rest, autojunk=many).get_matching_blocks()
    found = [(0, 0, head)]
    found += [(block.a + head, block.b + head, block.size) for block in blocks]
    found.append((len(b) - tail, len(other) - tail, tail))
    return [each for each in found if each[2]]
