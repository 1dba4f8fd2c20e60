"""How are lists answered and walked through? The envelope and the paging that most lists have."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.planner.readers.openapi_document import is_name
from agent.planner.readers.openapi_paths import folded
from agent.planner.readers.openapi_schemas import Part
from agent.planner.readers.openapi_sorting import common_order
from agent.types import ListEnvelope, OperationKind, Paging

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from agent.planner.readers.openapi_given import Given
    from agent.planner.readers.openapi_resources import Use
    from agent.planner.readers.openapi_schemas import Shape, Shapes
    from agent.planner.readers.openapi_sorting import Order

_PAGE = {"p", "page", "pageindex", "pagenumber", "pageno", "pagenum", "currentpage"}
_LIMIT = {"limit", "perpage", "pagesize", "size", "maxresults", "top", "take", "count"}
_OFFSET = {"offset", "skip", "start", "startindex"}
_SEARCH = {"q", "query", "search", "searchterm", "keyword", "term"}
_TOTAL = {
    "total",
    "count",
    "totalcount",
    "totalitems",
    "totalelements",
    "totalresults",
    "totalrecords",
}
_PAGES = {"pages", "totalpages", "pagecount", "lastpage", "numpages"}
_PARTS = (
    ("total", _TOTAL),
    ("pages", _PAGES),
    ("page", _PAGE),
    ("limit", _LIMIT),
    ("offset", _OFFSET),
)
"""Parts of what stands around a list, in the order in which a word is taken for one."""
_MOST = 1000
_USUAL = 100


@dataclass(frozen=True, slots=True)
class Lists:
    """What the lists of a document have in common."""

    envelope: ListEnvelope
    paging: Paging
    search: str | None
    order: Order | None

    def is_paging(self, name: str) -> bool:
        """Tell whether a query parameter is one of those that walk through a list."""
        first = self.paging.offset_parameter or self.paging.page_parameter
        return name in {first, self.paging.limit_parameter}


def lists(shapes: Shapes, uses: Iterable[Use]) -> Lists:
    """Return what most lists have in common."""
    found = [use for use in uses if use.kind is OperationKind.LIST]
    around: Counter[tuple[str | None, ...]] = Counter()
    for use in found:
        parts = envelope_of(shapes, use)
        if parts is not None:
            around[tuple(value for _, value in parts)] += 1
    keys = tuple(ListEnvelope.model_fields)
    # a list may have a key and a total of its own: what more there is, all have or none
    chosen = max(around, key=lambda parts: (_is_more(parts), around[parts]), default=None)
    chosen = chosen or (None,) * len(keys)
    given = [p for use in found for p in use.call.parameters if p.place == "query"]
    paging = _paging(shapes, given)
    search = _most(given, _SEARCH)
    if search is not None:
        paging = paging.model_copy(update={"search_parameter": search.name})
    order = common_order(shapes, found)
    if order is not None:
        names = {"sort_parameter": order.by, "order_parameter": order.way}
        paging = paging.model_copy(update=names)
    return Lists(
        ListEnvelope(**dict(zip(keys, chosen, strict=True))),
        paging,
        search.name if search else None,
        order,
    )


def _is_more(parts: tuple[str | None, ...]) -> bool:
    _, total, *others = parts
    return any(others) or "." in (total or "")


def envelope_of(shapes: Shapes, use: Use) -> ListEnvelope | None:
    """Return what stands around a list, where it is more than a key and all of it is known."""
    rows, answer = use.answered, use.call.answer
    if rows is None or answer is None or not rows.wrapper or not rows.beside:
        return None
    shape = shapes.of(Part(answer.schema, answer.pointer))
    names: dict[str, str | None] = dict.fromkeys(ListEnvelope.model_fields)
    names["items"] = rows.wrapper
    for wire in rows.beside:
        inner = shapes.of(shape.properties[wire])
        key = _part(wire, inner, names)
        if key is not None:
            names[key] = wire
        elif inner.is_object and _inside(shapes, wire, inner, names):
            continue
        elif wire in shape.required:
            return None
    known = [name for key, name in names.items() if name and key != "items"]
    if not known or any("." in name.removeprefix(name.split(".")[0] + ".") for name in known):
        return None
    return ListEnvelope(**names)


def untold_of(
    shapes: Shapes, use: Use, told: Collection[str | None]
) -> tuple[list[str], list[str]]:
    """Return what has to stand around rows, and what may, besides what is ``told``."""
    rows, answer = use.answered, use.call.answer
    if rows is None or answer is None:
        return [], []
    shape = shapes.of(Part(answer.schema, answer.pointer))
    untold: list[str] = []
    for wire in rows.beside:
        inside = [f"{wire}.{name}" for name in shapes.of(shape.properties[wire]).properties]
        lacking = [name for name in inside if name not in told]
        if len(lacking) < len(inside):
            untold += lacking
        elif wire not in told:
            untold.append(wire)
    return [name for name in untold if name in shape.required], untold


def total_of(shapes: Shapes, use: Use) -> str | None:
    """Return what a list tells beside its rows, where that is how many there are."""
    rows, answer = use.answered, use.call.answer
    if use.kind is not OperationKind.LIST or rows is None or answer is None or not rows.wrapper:
        return None
    shape = shapes.of(Part(answer.schema, answer.pointer))
    found = (w for w in rows.beside if folded(w) in _TOTAL and "." not in w)
    return next(
        (w for w in found if _part(w, shapes.of(shape.properties[w]), {"total": None})), None
    )


def _inside(shapes: Shapes, wire: str, inner: Shape, names: dict[str, str | None]) -> bool:
    """Find the parts inside of an object beside the rows; tell whether all needed are known."""
    found = False
    for name, part in inner.properties.items():
        key = _part(name, shapes.of(part), names)
        if key is not None:
            names[key] = f"{wire}.{name}"
            found = True
        elif name in inner.required:
            return False
    return found


def _part(wire: str, shape: Shape, taken: dict[str, str | None]) -> str | None:
    if shape.kind not in {"integer", "number"} or "." in wire:
        return None
    word = folded(wire)
    for key, words in _PARTS:
        if word in words and not taken[key]:
            return key
    return None


def _paging(shapes: Shapes, given: list[Given]) -> Paging:
    page, limit, offset = (_most(given, words) for words in (_PAGE, _LIMIT, _OFFSET))
    fields: dict[str, object] = {}
    if page is not None:
        fields["page_parameter"] = page.name
    elif offset is not None:
        fields["offset_parameter"] = offset.name
    first = page or offset
    low, high = [], []
    if first is not None:
        shape = shapes.of(Part(first.schema, first.pointer))
        low.append("minimum" in shape.rules)
        if page is not None and 0 in {shape.rules.get("minimum"), shape.default}:
            fields["first_page"] = 0
    if limit is not None:
        shape = shapes.of(Part(limit.schema, limit.pointer))
        fields["limit_parameter"] = limit.name
        low.append("minimum" in shape.rules)
        most = shape.rules.get("maximum")
        is_bound = isinstance(most, int) and 0 < most <= _MOST
        high.append(is_bound)
        fields["max_limit"] = most if is_bound else _MOST
        default = shape.default
        is_default = isinstance(default, int) and not isinstance(default, bool)
        usual = (
            min(_USUAL, int(fields["max_limit"]))
            if isinstance(fields["max_limit"], int)
            else _USUAL
        )
        fields["default_limit"] = default if is_default and 0 < default <= _MOST else usual
    if first is None and limit is None:
        return Paging()
    below, above = not all(low), not all(high)
    fields["clamps"] = (
        "both" if below and above else "below" if below else "above" if above else "none"
    )
    return Paging(**fields)


def _most(given: list[Given], words: set[str]) -> Given | None:
    """Return the parameter of these names that most lists have."""
    found = [p for p in given if folded(p.name) in words and is_name(p.name)]
    if not found:
        return None
    name = Counter(p.name for p in found).most_common(1)[0][0]
    return next(p for p in found if p.name == name)
