"""Where on the page does each box of a diagram lie, and which way do its lines run?"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from agent.report.layers import Knot, arrange, components

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agent.report.layers import Branch, Item, Layers, Link, Mark

ROOM = 30.0
"""Between two boxes of a row."""
GAP = 66.0
"""Between two rows: room for a mark at each end, and a curve."""
KNOT_ROOM = 12.0
"""Between what stands in a row where a line passes."""
KNOT = 2.0
STUB = 20.0
"""How far a line runs straight out of a box, under its mark."""
PASSES = 20
LEEWAY = 60.0
"""How far a row may reach beyond the widest one, where that makes lines straight."""


class Size(NamedTuple):
    """Width and height of a box, in pixels."""

    width: float
    height: float


class Sign(NamedTuple):
    """A mark at an end of a line; ``down`` is the way the line leaves the box: 1 or -1."""

    x: float
    y: float
    down: int
    mark: Mark


@dataclass(slots=True)
class Drawing:
    """Upper left corners of boxes; lines as SVG path data with their labels; marks."""

    boxes: dict[str, tuple[float, float]] = field(default_factory=dict)
    lines: list[tuple[str, str]] = field(default_factory=list)
    signs: list[Sign] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0


def lay_out(
    sizes: Mapping[str, Size], links: Sequence[Link], *, per_row: int, width: float
) -> Drawing:
    """Draw every group of connected boxes for itself, and put the groups side by side in shelves.

    Args:
        sizes: Name of a box -> its size.
        links: Relations between two different boxes.
        per_row: How many boxes stand side by side at most.
        width: How wide a shelf may become; a single group may be wider.

    """
    page = Drawing()
    x = y = shelf = 0.0
    for group in components(list(sizes), links):
        inside = [link for link in links if link.source in group]
        drawn = _Group(sizes, arrange(group, inside, per_row)).draw(x, y)
        if x and x + drawn.width > width:
            x, y, shelf = 0.0, y + shelf + ROOM, 0.0
            drawn = _Group(sizes, arrange(group, inside, per_row)).draw(x, y)
        page.boxes |= drawn.boxes
        page.lines += drawn.lines
        page.signs += drawn.signs
        page.width = max(page.width, x + drawn.width)
        page.height = max(page.height, y + drawn.height)
        x, shelf = x + drawn.width + ROOM, max(shelf, drawn.height)
    return page


class _Group:
    """One connected group on its way to the page."""

    def __init__(self, sizes: Mapping[str, Size], layers: Layers) -> None:
        self.sizes = sizes
        self.layers = layers
        self.centre: dict[Item, float] = {}
        self.top: dict[Item, float] = {}
        self.bottom: dict[Item, float] = {}
        """Of the row: a line leaves it there, below its lowest box."""

    def draw(self, x: float, y: float) -> Drawing:
        """Return the group with its upper left corner at ``x``, ``y``."""
        width = self._place_across(x)
        height = self._place_down(y)
        drawing = Drawing(width=width, height=height)
        for name in self.sizes:
            if name in self.centre:
                left = self.centre[name] - self.sizes[name].width / 2
                drawing.boxes[name] = (round(left, 1), self.top[name])
        self._draw_lines(drawing)
        return drawing

    def _width(self, item: Item) -> float:
        return KNOT if isinstance(item, Knot) else self.sizes[item].width

    def _place_down(self, y: float) -> float:
        here = y
        for row in self.layers.rows:
            boxes = [item for item in row if not isinstance(item, Knot)]
            tall = max(self.sizes[name].height for name in boxes)
            for item in row:
                self.top[item] = here
                self.bottom[item] = here + tall
            here += tall + GAP
        return here - GAP - y

    def _place_across(self, left: float) -> float:
        tied: dict[Item, list[Item]] = {}
        for upper, lower in self.layers.pairs:
            tied.setdefault(upper, []).append(lower)
            tied.setdefault(lower, []).append(upper)
        rows = self.layers.rows
        widest = max(rows, key=self._needed)
        width = self._needed(widest)
        for row in rows:
            here = (width - self._needed(row)) / 2
            for item, offset in zip(row, self._offsets(row), strict=True):
                self.centre[item] = here + offset
        for turn in range(PASSES):
            for row in rows if turn % 2 == 0 else rows[::-1]:
                self._settle(row, tied, width)
            # all rows together may drift to a side: the widest one says where the middle is
            drift = self.centre[widest[0]] - self._width(widest[0]) / 2
            for item in self.centre:
                self.centre[item] -= drift
        for row in (each for each in (*rows, *rows[::-1]) if each is not widest):
            self._settle(row, tied, width)
        low = min(self.centre[item] - self._width(item) / 2 for row in rows for item in row)
        high = max(self.centre[item] + self._width(item) / 2 for row in rows for item in row)
        for item in self.centre:
            self.centre[item] += left - low
        return high - low

    def _needed(self, row: list[Item]) -> float:
        rooms = sum(_room(left, right) for left, right in pairwise(row))
        return sum(self._width(item) for item in row) + rooms

    def _offsets(self, row: list[Item]) -> list[float]:
        """Return the middle of each item when all stand as close as they may, from 0 on."""
        found = [self._width(row[0]) / 2]
        for left, right in pairwise(row):
            half = (self._width(left) + self._width(right)) / 2
            found.append(found[-1] + half + _room(left, right))
        return found

    def _settle(self, row: list[Item], tied: Mapping[Item, list[Item]], width: float) -> None:
        """Move a row's items as near as possible to what they are tied to, in their order."""
        offsets, wanted = self._offsets(row), []
        for item, offset in zip(row, offsets, strict=True):
            near = [self.centre[other] for other in tied.get(item, ())]
            middle = sum(near) / len(near) if near else self.centre[item]
            wanted.append(middle - offset)
        slack = width - self._needed(row)
        for item, offset, found in zip(row, offsets, _rising(wanted), strict=True):
            self.centre[item] = min(max(found, -LEEWAY), slack + LEEWAY) + offset

    def _draw_lines(self, drawing: Drawing) -> None:
        leaving = self._ports_below()
        arriving = self._ports_above()
        for upper, lower in self.layers.trunks:
            x = leaving[upper, lower.mark] if isinstance(upper, str) else self.centre[upper]
            start = self._below(upper)
            end = self.centre[lower]
            path = _curve(x, start, self.bottom[upper], end, self.top[lower])
            drawing.lines.append((f"{path}V{self.bottom[lower]:.1f}", ""))
        for index, branch in enumerate(self.layers.branches):
            origin, mark = branch.start, branch.upper_mark
            x = leaving[origin, mark] if isinstance(origin, str) else self.centre[origin]
            end, top = arriving[index], self.top[branch.lower]
            path = _curve(x, self._below(origin), self.bottom[origin], end, top, STUB)
            drawing.lines.append((path, branch.link.label))
            drawing.signs.append(Sign(end, top, -1, branch.lower_mark))
        for (name, mark), x in leaving.items():
            drawing.signs.append(Sign(x, self._below(name), 1, mark))

    def _below(self, item: Item) -> float:
        """Return where a line leaves an item: under the box, or at the end of the row."""
        return self.bottom[item] if isinstance(item, Knot) else self.top[item] + self.sizes[item][1]

    def _ports_below(self) -> dict[tuple[str, Mark], float]:
        """Return where the lines with one mark leave a box, all together."""
        ends: dict[str, dict[Mark, list[float]]] = {}
        for start, knot in self.layers.trunks:
            if isinstance(start, str):
                ends.setdefault(start, {}).setdefault(knot.mark, []).append(self.centre[knot])
        for branch in self.layers.branches:
            if isinstance(branch.start, str):
                there = self.centre[branch.lower]
                ends.setdefault(branch.start, {}).setdefault(branch.upper_mark, []).append(there)
        found = {}
        for name, marks in ends.items():
            order = sorted(marks, key=lambda mark: sum(marks[mark]) / len(marks[mark]))
            for mark, x in zip(order, self._spread(name, len(order)), strict=True):
                found[name, mark] = x
        return found

    def _ports_above(self) -> dict[int, float]:
        """Return where each branch reaches its lower box, from left to right as they come."""
        coming: dict[str, list[tuple[float, int, Branch]]] = {}
        for index, branch in enumerate(self.layers.branches):
            entry = (self.centre[branch.start], index, branch)
            coming.setdefault(branch.lower, []).append(entry)
        found = {}
        for name, entries in coming.items():
            entries.sort()
            for (_, index, _), x in zip(entries, self._spread(name, len(entries)), strict=True):
                found[index] = x
        return found

    def _spread(self, name: str, count: int) -> list[float]:
        step = min(36.0, (self.sizes[name].width - 24) / max(1, count))
        first = self.centre[name] - step * (count - 1) / 2
        return [first + step * index for index in range(count)]


def _room(left: Item, right: Item) -> float:
    return KNOT_ROOM if isinstance(left, Knot) or isinstance(right, Knot) else ROOM


def _rising(wanted: list[float]) -> list[float]:
    """Return the never falling numbers that are nearest to ``wanted`` (least squares)."""
    blocks: list[tuple[float, int]] = []  # mean, how many
    for value in wanted:
        mean, count = value, 1
        while blocks and blocks[-1][0] > mean:
            last, many = blocks.pop()
            mean, count = (mean * count + last * many) / (count + many), count + many
        blocks.append((mean, count))
    return [mean for mean, count in blocks for _ in range(count)]


def _curve(x: float, y: float, leave: float, end: float, top: float, stub: float = 0.0) -> str:
    """Return a path: straight out of a row, a curve to the next, and straight into it."""
    start, stop = leave + STUB / 2, top - stub
    middle = (start + stop) / 2
    return (
        f"M{x:.1f} {y:.1f}V{start:.1f}"
        f"C{x:.1f} {middle:.1f} {end:.1f} {middle:.1f} {end:.1f} {stop:.1f}V{top:.1f}"
    )
