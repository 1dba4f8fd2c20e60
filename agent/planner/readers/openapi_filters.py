"""Which parameters narrow a list? Those called like a field of its rows, or like a bound of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.planner import names
from agent.planner.readers.openapi_decimals import NUMBER_OR_TEXT, digits
from agent.planner.readers.openapi_paths import folded
from agent.types import AttributeType, Match

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agent.planner.readers.openapi_entities import Kept
    from agent.planner.readers.openapi_given import Given
    from agent.planner.readers.openapi_schemas import Shape
    from agent.types import Attribute

T = AttributeType
_WHOLE = frozenset({T.INTEGER, T.SMALLINT, T.BIGINT})
_BROKEN = frozenset({T.FLOAT, T.DECIMAL})
_TIMES = {T.DATE: "date", T.DATETIME: "date-time"}
_TEXTS = frozenset({T.STRING, T.TEXT})
_BOUNDS = {
    **dict.fromkeys(("min", "minimum", "from", "gte", "ge"), Match.AT_LEAST),
    **dict.fromkeys(("max", "maximum", "to", "lte", "le"), Match.AT_MOST),
}
_MOMENTS = {
    **dict.fromkeys(("after", "since", "start"), Match.AT_LEAST),
    **dict.fromkeys(("before", "until", "till", "end"), Match.AT_MOST),
}
"""What is only said of times."""
_OTHERS = {
    **dict.fromkeys(("contains", "icontains"), Match.CONTAINS),
    **dict.fromkeys(("is", "eq", "equals", "exact"), Match.EQUAL),
}
"""What only stands behind a name."""
_LOOSE = frozenset({"from", "to"})
"""What also means other things: from whom, to whom."""
_STAMPS = ("at", "on", "date", "time")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """How a parameter narrows a list; ``is_near`` is an attribute that has a longer name."""

    attribute: Attribute
    match: Match
    is_near: bool = False


def narrowing(kept: Kept, given: Given, shape: Shape) -> Narrowing | None:
    """Return how a query parameter narrows a list, where its name says so."""
    if shape.kind in {"array", "object"}:
        return None
    fields = {
        folded(m.wire): kept.attributes[m.attribute]
        for m in kept.thing.members.values()
        if (m.target is None or m.by_key) and m.attribute in kept.attributes
    }
    plain = {wire: a for wire, a in fields.items() if _is_plain(a)}
    if folded(given.name) in fields:
        exact = plain.get(folded(given.name))
        return Narrowing(exact, Match.EQUAL) if exact else None
    for words, bound, match in _split(names.ascii_words(given.name)):
        wire = "".join(words)
        if match is Match.EQUAL or match is Match.CONTAINS:
            named = plain.get(wire)
            if named and (match is Match.EQUAL or _is_text(named, shape)):
                return Narrowing(named, match)
            continue
        fitting = [
            (word, a)
            for word, a in plain.items()
            if a.name != kept.key and _fits(a, shape, bound) and word in _own(kept)
        ]
        exact = next((a for word, a in fitting if _is_called(word, wire, a)), None)
        if exact is not None:
            return Narrowing(exact, match)
        near = [a for word, a in fitting if _ends_with(_own(kept)[word], words)]
        if len(near) == 1:
            return Narrowing(near[0], match, is_near=True)
    return None


def _own(kept: Kept) -> dict[str, list[str]]:
    """Return the words of the names of values, and of nothing that leads to other rows."""
    values = (m.wire for m in kept.thing.members.values() if m.target is None)
    return {folded(wire): names.ascii_words(wire) for wire in values}


def _split(words: list[str]) -> Iterator[tuple[list[str], str, Match]]:
    """Return what may be the name of a field, what stands beside it, and what that means."""
    if len(words) < 2:  # noqa: PLR2004 - a name and a bound
        return
    last, first = words[-1], words[0]
    after = _BOUNDS | _MOMENTS | _OTHERS
    before = _BOUNDS | _MOMENTS
    if last in after:
        yield words[:-1], last, after[last]
    if first in before:
        yield words[1:], first, before[first]


def _is_plain(attribute: Attribute) -> bool:
    return not attribute.array and attribute.type not in {T.JSON, T.PASSWORD}


def _is_text(attribute: Attribute, shape: Shape) -> bool:
    is_free = shape.kind == "string" and not shape.enum and shape.format is None
    return attribute.type in _TEXTS and is_free


def _fits(attribute: Attribute, shape: Shape, bound: str) -> bool:
    """Tell whether a parameter has values that an attribute's can be compared with."""
    if shape.enum:
        return False
    if attribute.type in _TIMES:
        is_untold = shape.format is None and bound not in _LOOSE
        return shape.kind == "string" and (is_untold or shape.format == _TIMES[attribute.type])
    if bound in _MOMENTS:
        return False
    if attribute.type in _BROKEN:
        is_text = digits(shape) is not None or shape.format == NUMBER_OR_TEXT
        return is_text or shape.kind in {"integer", "number"}
    return attribute.type in _WHOLE and shape.kind == "integer"


def _is_called(word: str, wire: str, attribute: Attribute) -> bool:
    """Tell whether a field is meant by a name: ``created`` says enough of ``createdAt``."""
    stamps = _STAMPS if attribute.type in _TIMES else ()
    return word == wire or any(word == wire + stamp for stamp in stamps)


def _ends_with(words: list[str], end: Iterable[str]) -> bool:
    last = [*end]
    return words[-len(last) :] == last
