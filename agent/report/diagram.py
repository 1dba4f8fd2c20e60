"""How does a plan look? Its entities as boxes, its relations as lines with crow's feet."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from agent.report.layers import Link, Mark
from agent.report.layout import Size, lay_out
from agent.types import RelationKind

if TYPE_CHECKING:
    from agent.report.layout import Sign
    from agent.types import Attribute, BackendSpec, Entity, Relation

ONE, ONE_OR_NONE, MANY = Mark(1, many=False), Mark(0, many=False), Mark(0, many=True)
# entities up to -> boxes side by side, attributes that are shown of each
SCALES = ((6, 3, 18), (16, 4, 10), (40, 5, 5), (10_000, 5, 0))
PAGE = 1080.0
SMALLEST = 0.72
"""How far a diagram may be scaled down before it is scrolled instead."""
CELL = 6.7
"""Width of one character of the diagram's monospaced 11 px type."""
TITLE_CELL = 8.0
HEAD, ROW, PADDING = 30.0, 19.0, 12.0
BADGE = 26.0
NARROW, WIDE = 130.0, 300.0
MARGIN = 14.0
LOOP = 24.0


class Line(NamedTuple):
    """One attribute of a box; ``badge`` is PK, FK, UQ or nothing."""

    badge: str
    name: str
    type: str
    y: float


@dataclass(frozen=True, slots=True)
class Box:
    """One entity, ready to be drawn."""

    name: str
    full_name: str
    x: float
    y: float
    width: float
    height: float
    lines: tuple[Line, ...]
    more: str
    loop: str


@dataclass(frozen=True, slots=True)
class Diagram:
    """All of it: boxes, paths with what they mean, and the marks at their ends as paths."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[tuple[str, str], ...]
    signs: tuple[tuple[str, float, float], ...]
    """Path data, and where the circle of a "maybe none" stands (0, 0: nowhere)."""
    margin: float = MARGIN

    @property
    def smallest(self) -> int:
        """Return the width below which nobody could read it."""
        return round(self.width * SMALLEST)


def draw(spec: BackendSpec) -> Diagram | None:
    """Return the diagram of a resolved spec, or None where there is nothing to draw."""
    if not spec.entities:
        return None
    count = len(spec.entities)
    per_row, shown = next(scale[1:] for scale in SCALES if count <= scale[0])
    drafts = {entity.name: _Draft(entity, shown) for entity in spec.entities}
    known = [
        (entity, relation)
        for entity in spec.entities
        for relation in entity.relations
        if relation.target in drafts
    ]
    for entity, relation in known:
        if relation.target == entity.name:
            drafts[entity.name].loops.append(relation.name)
    links = [_link(e, r) for e, r in known if r.target != e.name]
    sizes = {name: draft.size for name, draft in drafts.items()}
    drawing = lay_out(sizes, links, per_row=per_row, width=PAGE)
    return Diagram(
        width=round(drawing.width + 2 * MARGIN),
        height=round(drawing.height + 2 * MARGIN),
        boxes=tuple(drafts[name].box(x, y) for name, (x, y) in drawing.boxes.items()),
        lines=tuple(drawing.lines),
        signs=tuple(map(_sign, drawing.signs)),
    )


def _link(entity: Entity, relation: Relation) -> Link:
    target = ONE_OR_NONE if relation.nullable else ONE
    source, target = {
        RelationKind.MANY_TO_ONE: (MANY, target),
        RelationKind.ONE_TO_ONE: (ONE_OR_NONE, target),
        RelationKind.ONE_TO_MANY: (ONE, MANY),
        RelationKind.MANY_TO_MANY: (MANY, MANY),
    }[relation.kind]
    label = f"{entity.name}.{relation.name}: {relation.kind.value} to {relation.target}"
    return Link(entity.name, relation.target, source, target, label)


def type_of(attribute: Attribute) -> str:
    """Return an attribute's type in a few characters: ``string(40)?``, ``decimal(10,2)``."""
    if attribute.enum:
        text = attribute.enum
    elif attribute.precision is not None:
        text = f"{attribute.type.value}({attribute.precision},{attribute.scale or 0})"
    elif attribute.length is not None:
        text = f"{attribute.type.value}({attribute.length})"
    else:
        text = attribute.type.value
    return f"{text}{'[]' if attribute.array else ''}{'?' if attribute.nullable else ''}"


def badge_of(entity: Entity, attribute: Attribute) -> str:
    """Return what a key is worth mentioning: PK, FK or UQ."""
    if attribute.name in entity.primary_key:
        return "PK"
    if any(attribute.name in relation.attributes for relation in entity.relations):
        return "FK"
    return "UQ" if attribute.unique else ""


class _Draft:
    """One entity before its place is known."""

    def __init__(self, entity: Entity, shown: int) -> None:
        self.entity = entity
        self.loops: list[str] = []
        order = {"PK": 0, "FK": 1}
        rows = [(badge_of(entity, each), each.name, type_of(each)) for each in entity.attributes]
        if len(rows) > shown:
            rows.sort(key=lambda row: order.get(row[0], 2))
        hidden = len(rows) - shown
        self.rows = rows[:shown]
        self.more = ""
        if hidden > 0:
            self.more = f"+ {hidden} more" if shown else _counted(len(rows), "attribute")
        cells = [_cells(name) + _cells(kind) + 2 for _, name, kind in self.rows]
        wanted = max(
            _cells(entity.name) * TITLE_CELL,
            max(cells, default=0) * CELL + BADGE,
            _cells(self.more) * CELL,
        )
        self.width = min(max(wanted + 2 * PADDING, NARROW), WIDE)

    @property
    def size(self) -> Size:
        lines = len(self.rows) + bool(self.more)
        height = HEAD + (lines * ROW + 8 if lines else 0)
        return Size(self.width + (LOOP if self.loops else 0), height)

    def box(self, x: float, y: float) -> Box:
        """Return the box with its upper left corner at ``x``, ``y``."""
        room = self.width - 2 * PADDING
        lines = []
        for index, (badge, name, kind) in enumerate(self.rows):
            cells = round((room - BADGE) / CELL) - 2
            kind_shown = _cut(kind, max(cells - _cells(name), cells // 3))
            name_shown = _cut(name, cells - _cells(kind_shown))
            lines.append(Line(badge, name_shown, kind_shown, HEAD + ROW * index + 17))
        return Box(
            name=_cut(self.entity.name, int(room / TITLE_CELL)),
            full_name=self.entity.name,
            x=x,
            y=y,
            width=self.width,
            height=self.size.height,
            lines=tuple(lines),
            more=self.more,
            loop=", ".join(self.loops),
        )


def _sign(sign: Sign) -> tuple[str, float, float]:
    """Draw a mark: crow's foot or bar next to the box, then a circle for "maybe none"."""
    x, y, down = sign.x, sign.y, sign.down
    path = (
        f"M{x - 6:.1f} {y:.1f}L{x:.1f} {y + 10 * down:.1f}L{x + 6:.1f} {y:.1f}"
        if sign.mark.many
        else f"M{x - 6:.1f} {y + 6 * down:.1f}h12"
    )
    if sign.mark.least:
        return f"{path}M{x - 6:.1f} {y + 10 * down:.1f}h12", 0, 0
    return path, round(x, 1), y + 14 * down


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _cells(text: str) -> int:
    """Return how many cells a text takes in monospaced type: two for what is wide in East Asia."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def _cut(text: str, cells: int) -> str:
    if _cells(text) <= cells:
        return text
    while text and _cells(text) >= cells:
        text = text[:-1]
    return f"{text}…"
