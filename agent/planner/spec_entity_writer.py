"""How does an entity look in the spec language? Its header, and a line for each thing it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.spec_words import (
    called,
    comment,
    is_bare,
    listed,
    literal,
    option,
    qualified,
    quoted,
)
from agent.types import (
    Access,
    AttributeType,
    DeleteBehaviour,
    Generator,
    RelationKind,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from agent.types import (
        AccessRules,
        Attribute,
        Entity,
        JoinTable,
        Relation,
        Transition,
    )

_LENGTHS = frozenset({"string", "text", "email", "url", "password", "binary"})
_DIGITS = frozenset({"decimal", "float"})
_WORDS = frozenset({"true", "false", "null", *Generator})
_ARROWS = {
    RelationKind.MANY_TO_ONE: "->",
    RelationKind.ONE_TO_ONE: "->",
    RelationKind.ONE_TO_MANY: "=>",
    RelationKind.MANY_TO_MANY: "<->",
}
_BOUNDS = {
    ">=": "minimum",
    "<=": "maximum",
    ">": "exclusive_minimum",
    "<": "exclusive_maximum",
}


def entity(part: Entity, enums: Collection[str], *, flags_key: bool = False) -> Iterator[str]:
    """Write an entity's header, then its lines; ``enums`` are those that the spec declares.

    ``flags_key`` writes the primary key as a flag of its attributes, where that says the same.
    """
    key = tuple(a.name for a in part.attributes if a.name in part.primary_key)
    flagged = key if flags_key and key == part.primary_key else ()
    head = ["entity", called(part.name), *comment(part.comment)]
    if part.table is not None:
        head += ["table", qualified(part.db_schema, part.table)]
    elif part.db_schema is not None:
        head += option("in", part.db_schema)
    yield " ".join([*head, *option("plural", part.plural), *option("owner", part.owner)])
    for attribute in part.attributes:
        yield _attribute(attribute, enums, in_key=attribute.name in flagged)
    yield from map(_relation, part.relations)
    if part.primary_key and not flagged:
        yield f"key({listed(part.primary_key)})"
    for unique in part.uniques:
        yield " ".join([f"unique({listed(unique.attributes)})", *option("named", unique.name)])
    for index in part.indexes:
        flags = ["unique"] if index.unique else []
        flags += ["where", quoted(index.where)] if index.where else []
        yield " ".join([f"index({listed(index.attributes)})", *flags, *option("named", index.name)])
    for check in part.checks:
        yield " ".join([f"check({quoted(check.expression)})", *option("named", check.name)])
    yield from _allow(part.access)
    if part.crud is not None:
        yield "crud " + listed(part.crud, "none")


def _allow(rules: AccessRules) -> Iterator[str]:
    """Write the rules, actions that the same people may do on one line."""
    actions: dict[tuple[str, ...], list[str]] = {}
    for action, people in rules:
        if people is not None:
            actions.setdefault(people, []).append(action)
    for people, may in actions.items():
        yield f"allow {', '.join(may)}: {listed(people, 'nobody')}"


def _attribute(attribute: Attribute, enums: Collection[str], *, in_key: bool) -> str:
    parts = [f"{called(attribute.name)}: {_type(attribute, enums)}", *["key"] * in_key]
    parts += [flag for flag in ("unique", "index") if getattr(attribute, flag)]
    for sign, field in _BOUNDS.items():
        bound = getattr(attribute, field)
        if bound is not None:
            parts += [sign, literal(bound)]
    if attribute.default is not None:
        parts += ["=", _default(attribute)]
    if attribute.generated is not None:
        parts += ["=", attribute.generated.value]
    if attribute.access != Access.READ_WRITE:
        parts.append(attribute.access.value.replace("-only", "only"))
    if not attribute.timezone:
        parts.append("naive")
    if attribute.pattern is not None:
        parts += ["pattern", quoted(attribute.pattern)]
    parts += option("column", attribute.column)
    if attribute.transitions:
        parts += ["steps", _steps(attribute.transitions)]
    return " ".join([*parts, *comment(attribute.comment)])


def _type(attribute: Attribute, enums: Collection[str]) -> str:
    """Write the type with its sizes; sizes that are unusual for it are written as options."""
    sizes = {
        "length": attribute.length,
        "min-length": attribute.min_length,
        "precision": attribute.precision,
        "scale": attribute.scale,
    }
    kind = attribute.type.value
    enum = option("enum", attribute.enum)
    if attribute.type == AttributeType.ENUM:
        known = attribute.enum in enums and attribute.enum not in list(AttributeType)
        kind, enum = " ".join((enum[1:] if known else enum) or ["enum -"]), []
    if kind in _LENGTHS and (sizes["length"] or sizes["min-length"] is not None):
        longest, shortest = sizes.pop("length"), sizes.pop("min-length")
        span = "" if shortest is None else f"{shortest}.."
        kind += f"({span}{'' if longest is None else longest})"
    elif kind in _DIGITS and sizes["precision"]:
        precision, scale = sizes.pop("precision"), sizes.pop("scale")
        kind += f"({precision}{'' if scale is None else f', {scale}'})"
    kind += ("[]" if attribute.array else "") + ("?" if attribute.nullable else "")
    unusual = [f"{key} {size}" for key, size in sizes.items() if size is not None]
    return " ".join([kind, *enum, *unusual])


def _default(attribute: Attribute) -> str:
    value = attribute.default
    is_word = isinstance(value, str) and is_bare(value) and value not in _WORDS
    if is_word and attribute.type == AttributeType.ENUM:
        return str(value)
    return literal(value)


def _steps(transitions: tuple[Transition, ...]) -> str:
    """Write chains of states: `a -> b -> c | d`."""
    text, before, targets = "", "", [""]
    for step in transitions:
        people = f" by {' or '.join(map(called, step.roles))}" if step.roles else ""
        target = called(step.target) + people
        if step.source == before:
            text += f" | {target}"
            targets.append(step.target)
        elif text and targets == [step.source]:
            text += f" -> {target}"
            before, targets = step.source, [step.target]
        else:
            text += f"{', ' if text else ''}{called(step.source)} -> {target}"
            before, targets = step.source, [step.target]
    return text


def _relation(relation: Relation) -> str:
    arrow = _ARROWS[relation.kind]
    target = called(relation.target) + ("?" if relation.nullable else "")
    parts = [called(relation.name), arrow, target]
    if relation.kind == RelationKind.ONE_TO_ONE:
        parts.append("unique")
    parts += option("as", relation.inverse)
    if relation.on_delete != DeleteBehaviour.RESTRICT:
        parts.append(relation.on_delete.value)
    if relation.attributes or relation.references:
        parts += ["via", _columns(relation.attributes)]
    if relation.references:
        parts += ["=", _columns(relation.references)]
    if relation.through is not None:
        parts += ["through", _join(relation.through)]
    parts += option("constraint", relation.constraint)
    return " ".join([*parts, *comment(relation.comment)])


def _columns(names: tuple[str, ...]) -> str:
    return listed(names) if len(names) == 1 else f"({listed(names)})"


def _join(join: JoinTable) -> str:
    text = qualified(join.db_schema, join.table)
    local, target = join.local_columns, join.target_columns
    if local or target:
        between = "," if len(local) == len(target) == 1 else ";"
        text += f"({listed(local)}{between} {listed(target)})"
    if join.on_delete != DeleteBehaviour.CASCADE:
        text += f" links {join.on_delete}"
    return text
