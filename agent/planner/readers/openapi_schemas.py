"""What does a schema of a document say? Its kind, its rules and its parts, whatever it is made of.

``allOf`` is joined, ``oneOf`` and ``anyOf`` of objects become one object with the parts of all,
null beside something else is a mark. Parts are looked at only when they are asked for, so that a
schema may contain itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from agent.planner.readers.openapi_decimals import number_or_text
from agent.planner.readers.openapi_document import name_at
from agent.planner.readers.openapi_left_out import SEVERAL_KINDS, of_schema

if TYPE_CHECKING:
    from agent.planner.readers.openapi_document import Document, Node

_KINDS = ("object", "array", "string", "integer", "number", "boolean")
_RULES = (
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
)
_SPELLED = {
    "bool": ("boolean", None),
    "date": ("string", "date"),
    "datetime": ("string", "date-time"),
    "date-time": ("string", "date-time"),
    "timestamp": ("string", "date-time"),
    "decimal": ("number", None),
    "double": ("number", "double"),
    "float": ("number", "float"),
    "int": ("integer", None),
    "int64": ("integer", "int64"),
    "long": ("integer", "int64"),
    "password": ("string", "password"),
    "text": ("string", None),
    "uuid": ("string", "uuid"),
}
"""Kinds and formats that people write where a type of JSON belongs."""
_DEEPEST = 30
ANY = "any"


@dataclass(frozen=True, slots=True)
class Part:
    """A schema that stands inside another one, not yet looked at."""

    node: Any
    pointer: str


@dataclass(frozen=True, slots=True)
class Shape:
    """What a schema says.

    ``kind`` is one of JSON's, or ``any``; ``name`` that of the component; an ``array`` has
    ``items``, an ``object`` has ``properties`` or is a map (none, and not ``closed``).
    """

    kind: str
    pointer: str
    name: str | None = None
    nullable: bool = False
    format: str | None = None
    enum: tuple[Any, ...] = ()
    rules: dict[str, Any] = field(default_factory=dict)
    default: Any = None
    read_only: bool = False
    write_only: bool = False
    properties: dict[str, Part] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    items: Part | None = None
    closed: bool = False

    @property
    def is_object(self) -> bool:
        """Tell whether this is an object with parts that are known."""
        return self.kind == "object" and bool(self.properties)


class Shapes:
    """Every schema of a document, each looked at once."""

    def __init__(self, document: Document) -> None:
        """Begin with none."""
        self.document = document
        self._known: dict[str, Shape] = {}

    def of(self, part: Part | None) -> Shape:
        """Return what a schema says; nothing is said where there is none."""
        if part is None or part.node is None:
            return Shape(ANY, part.pointer if part else "")
        return self._of(part.node, part.pointer, 0)

    def seen(self) -> list[Shape]:
        """Return every schema that was looked at."""
        return list(self._known.values())

    def _of(self, node: Any, pointer: str, depth: int) -> Shape:  # noqa: ANN401 - JSON data
        if isinstance(node, bool):
            return Shape(ANY, pointer)
        extra = node if isinstance(node, dict) and "$ref" in node else {}
        found, here = self.document.follow(node, pointer)
        if here not in self._known:
            self._known[here] = Shape(ANY, here, name=name_at(here))  # while it is looked at
            shape = self._look(found, here, depth)
            self._known[here] = replace(shape, name=name_at(here) or shape.name)
        shape = self._known[here]
        return _beside(shape, extra) if len(extra) > 1 else shape

    def _look(self, node: Node, pointer: str, depth: int) -> Shape:
        if depth > _DEEPEST:
            return Shape(ANY, pointer)
        own = self._own(node, pointer)
        for key in ("oneOf", "anyOf"):
            members = list(self.document.listed(node, key, pointer))
            if members:
                one = self._alternatives(node, key, members, pointer, depth)
                own = _joined(own, one, name=None if own.properties else one.name)
        members = list(self.document.listed(node, "allOf", pointer))
        for inner, place in members:
            shape = self._of(inner, place, depth + 1)
            is_only = len(members) == 1 and not own.properties
            own = _joined(own, shape, name=shape.name if is_only else None)
        return own

    def _own(self, node: Node, pointer: str) -> Shape:
        """Return what a schema says without what it is made of."""
        of_schema(self.document, node, pointer)
        said = node.get("type")
        kinds = [k for k in said if isinstance(k, str)] if isinstance(said, list) else [said]
        nullable = "null" in kinds or node.get("nullable") is True or node.get("x-nullable") is True
        kinds = [k for k in kinds if k != "null"]
        listed = node.get("enum")
        enum: list[Any] = listed if isinstance(listed, list) else []
        if "const" in node:
            enum = [node["const"]]
        if None in enum:
            nullable, enum = True, [value for value in enum if value is not None]
        kind = kinds[0] if len(kinds) == 1 else None
        format_ = "binary" if said == "file" else node.get("format")
        if len(kinds) > 1:
            kind = "number" if set(kinds) == {"integer", "number"} else ANY
        elif kind == "file":
            kind = "string"
        elif kind is None:
            kind = self._guessed(node, enum)
        elif kind not in _KINDS:
            kind, spelled = self._spelled(kind, node, enum, pointer)
            format_ = format_ or spelled
        properties = {
            name: Part(inner, place)
            for name, inner, place in self.document.items(node, "properties", pointer)
        }
        required = node.get("required")
        items = node.get("items")
        more = node.get("additionalProperties", node.get("unevaluatedProperties"))
        return Shape(
            kind=kind,
            pointer=pointer,
            nullable=nullable,
            format=format_ if isinstance(format_, str) else None,
            enum=tuple(enum),
            rules=_rules(node),
            default=node.get("default"),
            read_only=node.get("readOnly") is True,
            write_only=node.get("writeOnly") is True,
            properties=properties,
            required=frozenset(r for r in required if isinstance(r, str))
            if isinstance(required, list)
            else frozenset(),
            items=Part(items, f"{pointer}/items") if items is not None else None,
            closed=more is False,
        )

    def _spelled(
        self, said: object, node: Node, enum: list[Any], pointer: str
    ) -> tuple[str, str | None]:
        """Return the kind and the format that a type which JSON does not have stands for."""
        kind, form = _SPELLED.get(str(said).lower(), (self._guessed(node, enum), None))
        shown = "JSON of any form" if kind == ANY else f"{kind}{f' ({form})' if form else ''}"
        self.document.warn(
            "type", f"{pointer}/type", f"{said!r} is no type of JSON: read as {shown}"
        )
        return kind, form

    def _guessed(self, node: Node, enum: list[Any]) -> str:
        """Return the kind of a schema that says none."""
        if "properties" in node:
            return "object"
        if "items" in node:
            return "array"
        if enum and all(isinstance(value, str) for value in enum):
            return "string"
        return ANY

    def _alternatives(
        self, node: Node, key: str, members: list[tuple[Any, str]], pointer: str, depth: int
    ) -> Shape:
        shapes = [self._of(inner, place, depth + 1) for inner, place in members]
        is_null = [_is_null(self.document.follow(inner, place)[0]) for inner, place in members]
        real = [shape for shape, gone in zip(shapes, is_null, strict=True) if not gone]
        nullable = any(is_null) or any(shape.nullable for shape in real)
        if len(real) == 1:
            return replace(real[0], nullable=nullable)
        kinds = {shape.kind for shape in real}
        if real and all(shape.is_object for shape in real):
            return replace(self._one_of_objects(node, key, real, pointer), nullable=nullable)
        if len(kinds) == 1 and kinds <= {"string", "integer", "number", "boolean"}:
            enum = tuple(value for shape in real for value in shape.enum)
            is_closed = all(s.enum for s in real)
            return Shape(kinds.pop(), pointer, nullable=nullable, enum=enum if is_closed else ())
        if kinds == {"integer", "number"}:
            return Shape("number", pointer, nullable=nullable)
        if (decimal := number_or_text(real)) is not None:
            return replace(decimal, pointer=pointer, nullable=nullable)
        self.document.warn("schema-plainer", f"{pointer}/{key}", SEVERAL_KINDS)
        return Shape(ANY, pointer, nullable=nullable)

    def _one_of_objects(self, node: Node, key: str, real: list[Shape], pointer: str) -> Shape:
        """Join objects of which one is meant: all their parts, and those needed that all need."""
        properties: dict[str, Part] = {}
        for shape in real:
            for name, part in shape.properties.items():
                properties.setdefault(name, part)
        required = frozenset.intersection(*(shape.required for shape in real))
        discriminator = node.get("discriminator")
        named = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
        which = f"; '{named}' tells which" if isinstance(named, str) else ""
        names = ", ".join(shape.name for shape in real if shape.name) or "several objects"
        self.document.warn(
            "schema-plainer",
            f"{pointer}/{key}",
            f"one of {names}: read as one object with the parts of all, those needed that each"
            f" of them needs{which}",
        )
        return Shape("object", pointer, properties=properties, required=required)


def _is_null(node: Node) -> bool:
    """Tell whether a schema is null and nothing else, by its type or by a list of values."""
    return node.get("type") == "null" or ("type" not in node and node.get("enum") == [None])


def _rules(node: Node) -> dict[str, Any]:
    found = {key: node[key] for key in _RULES if key in node}
    # what 3.0 says by a mark beside the bound, 3.1 says by the bound itself
    for mark, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if found.get(mark) is True and bound in found:
            found[mark] = found.pop(bound)
        elif isinstance(found.get(mark), bool):
            del found[mark]
    return found


def _joined(one: Shape, other: Shape, name: str | None = None) -> Shape:
    """Return what says both; the first stands above the second."""
    properties = dict(other.properties)
    properties.update(one.properties)
    kind = one.kind if one.kind != ANY else other.kind
    return replace(
        one,
        kind=kind if not properties else "object",
        name=one.name or name,
        nullable=one.nullable or (other.nullable and one.kind == ANY),
        format=one.format or other.format,
        enum=one.enum or other.enum,
        rules={**other.rules, **one.rules},
        default=one.default if one.default is not None else other.default,
        read_only=one.read_only or other.read_only,
        write_only=one.write_only or other.write_only,
        properties=properties,
        required=one.required | other.required,
        items=one.items or other.items,
        closed=one.closed or other.closed,
    )


def _beside(shape: Shape, node: Node) -> Shape:
    """Add what stands beside a reference, as 3.1 has it (and 3.0 is written all the same)."""
    return replace(
        shape,
        nullable=shape.nullable or node.get("nullable") is True,
        read_only=shape.read_only or node.get("readOnly") is True,
        write_only=shape.write_only or node.get("writeOnly") is True,
        default=node.get("default", shape.default),
    )
