"""What does an answer say that shows no row? That something is done, in words that are made up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner import names
from agent.planner.readers.openapi_paths import folded
from agent.types import AttributeType, SchemaField

if TYPE_CHECKING:
    from agent.planner.readers.openapi_entities import Kept
    from agent.planner.readers.openapi_schemas import Shape, Shapes

T = AttributeType
_OF_KEYS = {
    "string": frozenset({T.STRING, T.TEXT, T.UUID}),
    "integer": frozenset({T.INTEGER, T.BIGINT}),
}
_WORDS = frozenset({"detail", "message", "msg", "result", "status"})
_MARKS = frozenset({"acknowledged", "deleted", "ok", "success", "succeeded"})
_GOOD = frozenset({"deleted", "done", "ok", "success", "succeeded"})


def saying(
    shapes: Shapes, kept: Kept, shape: Shape, *, is_deleted: bool
) -> tuple[SchemaField, ...]:
    """Return the fields of an answer that has to say that something is done; none of any other.

    What else it tells is the row's, or need not be there.
    """
    own, made_up = [], []
    taken = {*kept.attributes, *kept.relations}
    for wire, part in shape.properties.items():
        if wire in kept.thing.members:
            own += _of_row(kept, wire, shape)
            continue
        if _is_key(kept, wire, shapes.of(part)):
            own.append(SchemaField(name=wire, attribute=kept.key, required=wire in shape.required))
            continue
        is_true = is_deleted or folded(wire) != "deleted"
        says = said(wire, shapes.of(part)) if is_true else None
        if says is None and wire not in shape.required:
            continue
        name = names.attribute_name(wire, ())
        if says is None or name in taken:
            return ()
        taken.add(name)
        kind = T.BOOLEAN if says is True else T.STRING
        made_up.append(SchemaField(name=wire, type=kind, says=says))
    return (*own, *made_up) if any(f.name in shape.required for f in made_up) else ()


def _is_key(kept: Kept, wire: str, shape: Shape) -> bool:
    """Tell whether a part is the key of the row, which has another name where rows are shown."""
    key = kept.attributes.get(kept.key)
    return folded(wire) == "id" and key is not None and key.type in _OF_KEYS.get(shape.kind, ())


def _of_row(kept: Kept, wire: str, shape: Shape) -> list[SchemaField]:
    """Return a value of the row that an answer shows beside its words."""
    attribute = kept.attributes.get(kept.thing.members[wire].attribute)
    if attribute is None or attribute.type in {T.PASSWORD, T.JSON}:
        return []
    needed = wire in shape.required and not attribute.nullable
    return [SchemaField(name=wire, attribute=attribute.name, required=needed)]


def said(wire: str, shape: Shape) -> bool | str | None:
    """Return what a part of an answer says that tells of success, in words or by a mark."""
    word = folded(wire)
    if shape.kind == "boolean" and word in _MARKS:
        return True
    if shape.kind != "string" or word not in _WORDS or shape.format or shape.rules:
        return None
    if not shape.enum:
        return "Done."
    return next((str(each) for each in shape.enum if str(each).lower() in _GOOD), None)
