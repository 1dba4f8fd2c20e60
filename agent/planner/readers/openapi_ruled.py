"""Which rules has a part of a resource that several bodies send? Those that all of them have.

A contract may ask more of what makes a row than of what changes one. A column has one set of rules:
the widest that any body allows. What a body asks for beyond that is told.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from agent.planner.readers.openapi_decimals import shown_as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agent.planner.readers.openapi_schemas import Shape, Shapes

_WIDEST: dict[str, Callable[[Sequence[Any]], Any]] = {
    "minLength": min,
    "minimum": min,
    "exclusiveMinimum": min,
    "maxLength": max,
    "maximum": max,
    "exclusiveMaximum": max,
}
_FORMATS = frozenset({"date", "date-time", "email", "uuid"})
"""What a body may say of a text of which the answer says nothing."""
_TOLD_ELSEWHERE = frozenset({"minItems", "maxItems", "uniqueItems"})


def ruled(shapes: Shapes, shape: Shape, given: list[Shape]) -> Shape:
    """Return what is shown with the rules that every body has for it: answers need not say them.

    ``given`` are the bodies that send it.
    """
    if not given:
        return shape
    found = shown_as_text(shape, given) or shape
    if found is shape and all(each.kind == shape.kind for each in given):
        found = _kept(shapes, shape, given)
    for each in given:
        _tell(shapes, found, each)
    return found


def _kept(shapes: Shapes, shape: Shape, given: list[Shape]) -> Shape:
    first = given[0]
    if shape.kind == "array":
        return _listed(shapes, shape, given)
    rules = {key: _common(key, given) for key in first.rules}
    rules = {key: value for key, value in rules.items() if value is not None}
    values = shape.enum
    if not values and all(each.enum for each in given):
        every = [value for each in given for value in each.enum]
        values = tuple(v for i, v in enumerate(every) if v not in every[:i])
    formats = {each.format for each in given}
    is_said = shape.format is None and len(formats) == 1 and first.format in _FORMATS
    return replace(
        shape,
        rules=rules | shape.rules,
        enum=values,
        format=first.format if is_said else shape.format,
        name=shape.name if shape.enum or not values else first.name,
    )


def _listed(shapes: Shapes, shape: Shape, given: list[Shape]) -> Shape:
    """Return a list with the rules that every body has for what is in it."""
    inner = shapes.of(shape.items)
    first, *others = (shapes.of(each.items) for each in given)
    is_plain = inner.kind not in {"array", "object", "any"}
    is_same = first.kind == inner.kind and all(
        (each.kind, each.rules, each.enum) == (first.kind, first.rules, first.enum)
        for each in others
    )
    adds = is_plain and is_same and not inner.rules and not inner.enum
    return replace(shape, items=given[0].items) if adds else shape


def _common(key: str, given: Sequence[Shape]) -> Any:  # noqa: ANN401 - JSON data
    """Return a rule that all bodies have, as wide as the widest; ``None`` where there is none."""
    said = [each.rules.get(key) for each in given]
    if all(value == said[0] for value in said):
        return said[0]
    are_bounds = key in _WIDEST and all(map(_is_number, said))
    return _WIDEST[key](said) if are_bounds else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _tell(shapes: Shapes, found: Shape, given: Shape) -> None:
    """Tell which rules of a body are checked as another body has them, or not at all."""
    if found.kind == given.kind == "array":
        _tell(shapes, shapes.of(found.items), shapes.of(given.items))
        return
    what = "is checked only as far as each body that sends this has it"
    for key, value in given.rules.items():
        kept = found.rules.get(key)
        are_bounds = key in _WIDEST and _is_number(kept) and _is_number(value)
        is_wider = kept is None or (are_bounds and _WIDEST[key]([kept, value]) != value)
        if kept != value and is_wider and key not in _TOLD_ELSEWHERE:
            shapes.document.warn("rule-left-out", f"{given.pointer}/{key}", f"'{key}' {what}")
    if given.enum and set(map(str, found.enum)) != set(map(str, given.enum)):
        shapes.document.warn("rule-left-out", f"{given.pointer}/enum", f"'enum' {what}")
