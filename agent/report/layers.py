"""In which row does each box of a diagram stand, and in which order? What is referred to, above.

Rows hold a bounded number of boxes. A line that passes rows has a knot in each: it gets room there
like a box. Lines that leave a box with the same mark share their knots, as one trunk with branches:
that is what keeps a table that everybody refers to from drowning the page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SWEEPS = 12


class Mark(NamedTuple):
    """What stands at an end of a line: how many rows of that entity may belong to one row here."""

    least: int
    many: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A relation of two boxes; ``source`` refers to ``target``. Each mark is at its own end."""

    source: str
    target: str
    source_mark: Mark
    target_mark: Mark
    label: str = ""


class Knot(NamedTuple):
    """Where a trunk passes a row."""

    upper: str
    mark: Mark
    row: int


Item = str | Knot


class Branch(NamedTuple):
    """A link as it is drawn: it leaves ``start`` (its upper box, or the last knot of the trunk)."""

    link: Link
    start: Item
    upper: str
    lower: str
    upper_mark: Mark
    lower_mark: Mark


@dataclass(slots=True)
class Layers:
    """Boxes and knots in rows, and what is drawn between them."""

    rows: list[list[Item]]
    branches: list[Branch]
    trunks: list[tuple[Item, Knot]] = field(default_factory=list)

    @property
    def pairs(self) -> list[tuple[Item, Item]]:
        """Return all lines from one row to the next: upper end, lower end."""
        return [*self.trunks, *((branch.start, branch.lower) for branch in self.branches)]


def components(names: Sequence[str], links: Sequence[Link]) -> list[list[str]]:
    """Group what is connected, the largest group first."""
    near = _neighbours(names, links)
    seen: set[str] = set()
    found = []
    for name in names:
        if name in seen:
            continue
        group, waiting = [], [name]
        seen.add(name)
        while waiting:
            here = waiting.pop()
            group.append(here)
            fresh = [other for other in near[here] if other not in seen]
            seen.update(fresh)
            waiting += fresh
        found.append(sorted(group, key=names.index))
    return sorted(found, key=len, reverse=True)


def arrange(names: Sequence[str], links: Sequence[Link], per_row: int) -> Layers:
    """Put connected boxes into rows of at most ``per_row``, and order each row."""
    row = _row_of(names, links, per_row)
    layers = Layers([[] for _ in range(max(row.values()) + 1)], [])
    for name in names:
        layers.rows[row[name]].append(name)
    knots: set[Knot] = set()
    for link in links:
        ends = [(link.source, link.source_mark), (link.target, link.target_mark)]
        (upper, upper_mark), (lower, lower_mark) = sorted(ends, key=lambda end: row[end[0]])
        start: Item = upper
        for passed in range(row[upper] + 1, row[lower]):
            knot = Knot(upper, upper_mark, passed)
            if knot not in knots:
                knots.add(knot)
                layers.rows[passed].append(knot)
                layers.trunks.append((start, knot))
            start = knot
        layers.branches.append(Branch(link, start, upper, lower, upper_mark, lower_mark))
    _order(layers)
    return layers


def _neighbours(names: Sequence[str], links: Sequence[Link]) -> dict[str, list[str]]:
    near: dict[str, dict[str, None]] = {name: {} for name in names}
    for link in links:
        near[link.source][link.target] = None
        near[link.target][link.source] = None
    return {name: list(others) for name, others in near.items()}


def _row_of(names: Sequence[str], links: Sequence[Link], per_row: int) -> dict[str, int]:
    """Place each box below all of its neighbours that were placed before it."""
    near = _neighbours(names, links)
    order = _parents_first(names, links)
    row: dict[str, int] = {}
    held: dict[int, int] = {}
    for name in order:
        here = max((row[other] + 1 for other in near[name] if other in row), default=0)
        while held.get(here, 0) >= per_row:
            here += 1
        row[name] = here
        held[here] = held.get(here, 0) + 1
    # What stands far above all that refers to it moves down to them, where there is room.
    for name in reversed(order):
        lowest = min((row[other] for other in near[name] if row[other] > row[name]), default=0)
        for here in range(lowest - 1, row[name], -1):
            if held.get(here, 0) < per_row:
                held[row[name]] -= 1
                held[here] = held.get(here, 0) + 1
                row[name] = here
                break
    used = {here: index for index, here in enumerate(sorted(set(row.values())))}
    return {name: used[here] for name, here in row.items()}


def _parents_first(names: Sequence[str], links: Sequence[Link]) -> list[str]:
    """Order boxes so that each follows what it refers to, as far as cycles allow."""
    needs: dict[str, set[str]] = {name: set() for name in names}
    for link in links:
        needs[link.source].add(link.target)
    order: list[str] = []
    waiting = list(names)
    while waiting:
        placed = set(order)
        ready = [name for name in waiting if needs[name] <= placed]
        order += ready or [min(waiting, key=lambda name: len(needs[name] - placed))]
        waiting = [name for name in waiting if name not in set(order)]
    return order


def _order(layers: Layers) -> None:
    """Sort each row by the middle of what its items are tied to; keep what crosses least."""
    above: dict[Item, list[Item]] = {}
    below: dict[Item, list[Item]] = {}
    for upper, lower in layers.pairs:
        below.setdefault(upper, []).append(lower)
        above.setdefault(lower, []).append(upper)
    best, least = [list(each) for each in layers.rows], _crossings(layers)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        rows = layers.rows if down else layers.rows[::-1]
        for before, here in pairwise(rows):
            _sort(here, before, above if down else below)
        found = _crossings(layers)
        if found < least:
            best, least = [list(each) for each in layers.rows], found
    layers.rows = best


def _sort(row: list[Item], beside: list[Item], tied: Mapping[Item, list[Item]]) -> None:
    place = {item: index / max(1, len(beside) - 1) for index, item in enumerate(beside)}
    own = {item: index / max(1, len(row) - 1) for index, item in enumerate(row)}

    def middle(item: Item) -> float:
        found = [place[other] for other in tied.get(item, ()) if other in place]
        return sum(found) / len(found) if found else own[item]

    row.sort(key=middle)


def _crossings(layers: Layers) -> int:
    place = {item: index for row in layers.rows for index, item in enumerate(row)}
    level = {item: index for index, row in enumerate(layers.rows) for item in row}
    gaps: dict[int, list[tuple[int, int]]] = {}
    for upper, lower in layers.pairs:
        gaps.setdefault(level[upper], []).append((place[upper], place[lower]))
    count = 0
    for lines in gaps.values():
        lines.sort()
        for index, (_, end) in enumerate(lines):
            count += sum(end > other for _, other in lines[index + 1 :])
    return count
