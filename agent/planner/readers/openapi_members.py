"""What does a resource consist of? Its parts as all schemas say them, its key, its relations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agent.planner import names
from agent.planner.readers.openapi_paths import folded, one_of
from agent.planner.readers.openapi_resources import stems_of
from agent.planner.readers.openapi_ruled import ruled
from agent.types import OperationKind

if TYPE_CHECKING:
    from agent.planner.readers.openapi_resources import Found, Resource
    from agent.planner.readers.openapi_schemas import Shape, Shapes

K = OperationKind
_KEYS = frozenset({"id", "pk", "uuid"})


@dataclass(slots=True)
class Member:
    """One part of a resource, by its name on the wire.

    ``target`` is the resource that it shows or names (``many`` of them, or ``by_key``); what shows
    none is a value. ``is_maker``: it is who made the row. ``default`` is what who makes a row need
    not say, else what is shown.
    """

    wire: str
    shape: Shape
    default: Any = None
    attribute: str = ""
    target: str | None = None
    many: bool = False
    by_key: bool = False
    is_maker: bool = False
    shown: bool = False
    shown_always: bool = False
    sent: bool = False
    needed: bool = False
    sent_as: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Thing:
    """A resource with its parts, by their names on the wire; ``creates``: clients make its rows."""

    resource: Resource
    members: dict[str, Member] = field(default_factory=dict)
    creates: bool = False


def things(shapes: Shapes, found: Found) -> dict[str, Thing]:
    """Return each resource with its parts."""
    schemas = _schemas(found)
    made = {key: _thing(shapes, resource) for key, resource in found.resources.items()}
    for thing in made.values():
        for member in thing.members.values():
            _aim(shapes, member, thing, made, schemas)
    return made


def _schemas(found: Found) -> dict[str, str]:
    """Return the resource of each schema that shows one."""
    known: dict[str, str] = {}
    for key, resource in found.resources.items():
        for shape in (*resource.shown, *(shape for _, shape in resource.sent)):
            known.setdefault(shape.pointer, key)
    return known


def _thing(shapes: Shapes, resource: Resource) -> Thing:
    thing = Thing(resource)
    creating = [shape for kind, shape in resource.sent if kind is K.CREATE]
    thing.creates = bool(creating)
    shown = {shape.pointer: shape for shape in resource.shown}.values()
    sent = {shape.pointer: shape for _, shape in resource.sent}.values()
    for shape in (*shown, *sent):
        is_shown = shape in shown
        for wire, part in shape.properties.items():
            inner = shapes.of(part)
            member = thing.members.get(wire)
            if member is None:
                member = thing.members[wire] = Member(wire, inner, shown_always=bool(shown))
            elif is_shown is False and not inner.read_only:
                member.shape = inner if member.shape.kind == "any" else member.shape
            is_out = is_shown and not inner.write_only
            member.shown = member.shown or is_out
    for member in thing.members.values():
        member.shown_always = any(
            member.wire in s.required and member.wire in s.properties for s in shown
        )
        takers = [s for s in creating if member.wire in s.properties]
        said = [shapes.of(s.properties[member.wire]).default for s in takers]
        member.default = next((each for each in said if each is not None), member.shape.default)
        open_takers = [s for s in takers if not shapes.of(s.properties[member.wire]).read_only]
        given = [shapes.of(s.properties[member.wire]) for s in sent if member.wire in s.properties]
        given = [shape for shape in given if not shape.read_only]
        member.sent = bool(given)
        member.shape = ruled(shapes, member.shape, given)
        member.sent_as = {
            shapes.of(s.properties[member.wire]).pointer
            for s in sent
            if member.wire in s.properties
        }
        member.needed = (
            bool(creating)
            and len(open_takers) == len(creating)
            and all(member.wire in s.required for s in open_takers)
        )
    return thing


def _aim(
    shapes: Shapes, member: Member, thing: Thing, made: dict[str, Thing], schemas: dict[str, str]
) -> None:
    """Find the resource that a part shows, or names by its key."""
    shape = member.shape
    inner = shapes.of(shape.items) if shape.kind == "array" else shape
    if inner.is_object:
        key = _shown_by(member.wire, inner, made, schemas)
        if (
            key == thing.resource.key
            and inner.pointer not in schemas
            and folded(inner.name or "") != key
        ):
            return  # a part that is called after the whole: ``ArticleAttributes``
        if key is not None:
            member.target, member.many = key, shape.kind == "array"
        return
    if shape.kind not in {"integer", "string"} or shape.enum:
        return
    other = made.get(folded(member.wire))
    if other is not None and other is not thing and is_key_of(shape, other):
        member.target, member.by_key = other.resource.key, True
        return
    words = names.ascii_words(member.wire)
    if len(words) < 2 or words[-1] not in {"id", "uuid"}:  # noqa: PLR2004 - a name and 'id'
        return
    named = "".join(words[:-1])
    if named == thing.resource.key:
        return
    if named in made:
        member.target, member.by_key = named, True
    elif named == "parent":
        member.target, member.by_key = thing.resource.key, True


def is_key_of(shape: Shape, other: Thing) -> bool:
    """Tell whether a value can be nothing but another row's key: a number, or a UUID."""
    key = next((m.shape for wire, m in other.members.items() if wire.lower() in _KEYS), None)
    is_distinct = shape.kind == "integer" or shape.format == "uuid"
    return key is not None and is_distinct and (key.kind, key.format) == (shape.kind, shape.format)


def _shown_by(
    wire: str, inner: Shape, made: dict[str, Thing], schemas: dict[str, str]
) -> str | None:
    """Return the resource that an object inside of another shows: by its schema, or its name."""
    called = map(folded, stems_of(inner.name or ""))
    for key in (schemas.get(inner.pointer), *called):
        if key is not None and key in made:
            return key
    # a part of a resource under the resource's own name
    key = one_of(wire)
    if key in made and "id" in inner.properties:
        return key if set(inner.properties) <= set(made[key].members) else None
    return None


def key_of(thing: Thing, slots: list[str]) -> str | None:
    """Return the wire name of what says which row is meant, where the document shows it.

    ``slots`` are the path parameters that name a row.
    """
    own = thing.resource.key
    plain = {folded(wire): wire for wire, m in thing.members.items() if m.target is None}
    for slot in slots:
        if folded(slot) in plain:
            return plain[folded(slot)]
    for candidate in ("id", f"{own}id", "uuid", f"{own}uuid"):
        if candidate in plain:
            return plain[candidate]
    if slots:
        last = names.ascii_words(slots[0])[-1:]
        for candidate in ("".join(last), own + "".join(last)):
            if candidate in plain:
                return plain[candidate]
    return None
