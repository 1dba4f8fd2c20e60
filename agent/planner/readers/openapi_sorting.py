"""By what are lists sorted? One parameter says by what, another one or a sign which way."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from agent.planner.readers.openapi_document import is_name
from agent.planner.readers.openapi_paths import folded
from agent.planner.readers.openapi_schemas import Part
from agent.types import AttributeType, OperationKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.planner.readers.openapi_calls import Call
    from agent.planner.readers.openapi_document import Document
    from agent.planner.readers.openapi_entities import Kept
    from agent.planner.readers.openapi_given import Given
    from agent.planner.readers.openapi_resources import Use
    from agent.planner.readers.openapi_schemas import Shape, Shapes

T = AttributeType
_BY = frozenset(
    {"sortby", "orderby", "sort", "order", "sortfield", "sortcolumn", "sortkey", "ordering"}
)
_WAY = frozenset(
    {"sortorder", "order", "direction", "sortdirection", "sortdir", "dir", "orderdirection"}
)
_WAYS = frozenset({"asc", "desc", "ascending", "descending", "1", "-1"})
_SIGNED = "ordering"
"""Django REST framework's, which takes any field, with a sign before it for the other way."""
_UNSORTED = frozenset({T.JSON, T.PASSWORD, T.BINARY})


class Order(NamedTuple):
    """The parameters that sort a list: by what, and which way, where it is no sign before it."""

    by: str
    way: str | None


def order_of(shapes: Shapes, call: Call) -> Order | None:
    """Return the parameters that sort a list, where it is clear what they take."""
    given = [p for p in call.parameters if p.place == "query" and is_name(p.name)]
    found = {p.name: _shape(shapes, p) for p in given}
    ways = [name for name, shape in found.items() if _is_way(name, shape)]
    if any(not _takes_ways(found[name]) for name in ways):
        return None
    bys = [
        name
        for name, shape in found.items()
        if folded(name) in _BY and name not in ways and shape.kind == "string"
    ]
    if not ways and len(bys) > 1:  # `order` beside `sort` says which way
        ways = [name for name in bys if folded(name) in _WAY and not found[name].enum]
    by = next((name for name in bys if name not in ways), None)
    if by is None or len(ways) > 1 or not (ways or found[by].enum or folded(by) == _SIGNED):
        return None
    return Order(by, ways[0] if ways else None)


def common_order(shapes: Shapes, uses: Iterable[Use]) -> Order | None:
    """Return the parameters that sort most lists."""
    found = (order_of(shapes, use.call) for use in uses if use.kind is OperationKind.LIST)
    counted = Counter(order for order in found if order is not None)
    return counted.most_common(1)[0][0] if counted else None


def sorts(
    document: Document, shapes: Shapes, order: Order | None, use: Use, kept: Kept
) -> tuple[str, ...]:
    """Return the attributes that a list can be sorted by, the first where nothing is asked.

    They are called as the rows show them: where anything else may be asked for, there are none.
    """
    if order is None or use.kind is not OperationKind.LIST or use.answered is None:
        return ()
    if order_of(shapes, use.call) != order:
        return ()
    known: dict[str, str] = {}
    for wire in use.answered.shape.properties:
        member = kept.thing.members.get(wire)
        attribute = kept.attributes.get(member.attribute) if member else None
        if attribute is not None and not attribute.array and attribute.type not in _UNSORTED:
            known[wire] = attribute.name
    by = next(_shape(shapes, p) for p in use.call.parameters if p.name == order.by)
    asked = dict.fromkeys(_bare(order, value) for value in by.enum) or dict.fromkeys(known)
    if not asked or not all(wire in known for wire in asked):
        return ()
    usual = _bare(order, by.default)
    chosen = sorted(asked, key=lambda wire: wire != usual)
    attributes = tuple(dict.fromkeys(known[wire] for wire in chosen))
    _tell(document, use.call, attributes, _usual(shapes, order, use.call, known))
    return attributes


def _usual(
    shapes: Shapes, order: Order, call: Call, known: dict[str, str]
) -> tuple[str, str] | None:
    """Return by what and which way a list is sorted where nothing is asked, as it is said."""
    given = {p.name: _shape(shapes, p).default for p in call.parameters if p.place == "query"}
    by = given.get(order.by)
    if not isinstance(by, str) or _bare(order, by) not in known:
        return None
    way = given.get(order.way or "")
    if order.way is None:
        way = "desc" if by.startswith("-") else "asc"
    return known[_bare(order, by)], str(way or "asc")


def _tell(
    document: Document, call: Call, allowed: tuple[str, ...], usual: tuple[str, str] | None
) -> None:
    """Say how a list is sorted where nothing is asked, if that is said otherwise."""
    served = ("created_at", "desc") if "created_at" in allowed else (allowed[0], "asc")
    if usual is not None and usual != served:
        by, way = served
        document.assume(
            call.label,
            f"{call.label} is sorted by {by} ({way}) where nothing is asked, and not by"
            f" {usual[0]} ({usual[1]}).",
        )


def _shape(shapes: Shapes, given: Given) -> Shape:
    return shapes.of(Part(given.schema, given.pointer))


def _is_way(name: str, shape: Shape) -> bool:
    """Tell whether a parameter says which way, in whatever words."""
    if folded(name) not in _WAY:
        return False
    return _lower(shape) <= _WAYS if shape.enum else folded(name) not in _BY


def _takes_ways(shape: Shape) -> bool:
    return shape.kind == "string" and set(map(str, shape.enum)) <= {"asc", "desc"}


def _lower(shape: Shape) -> set[str]:
    return {str(value).lower() for value in shape.enum}


def _bare(order: Order, value: object) -> str:
    """Return what a value sorts by, without the sign that says which way."""
    text = str(value)
    return text.removeprefix("-") if order.way is None else text
