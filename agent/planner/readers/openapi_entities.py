"""What do the resources of a document become? Entities, with keys, attributes and relations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agent.planner import names
from agent.planner.readers.openapi_members import key_of
from agent.planner.readers.openapi_paths import folded
from agent.planner.readers.openapi_schemas import Part
from agent.types import (
    Access,
    Attribute,
    AttributeType,
    DeleteBehaviour,
    Entity,
    Generator,
    Relation,
    RelationKind,
)

if TYPE_CHECKING:
    from agent.planner.readers.openapi_document import Document
    from agent.planner.readers.openapi_members import Member, Thing
    from agent.planner.readers.openapi_resources import Found, Use
    from agent.planner.readers.openapi_schemas import Shapes
    from agent.planner.readers.openapi_values import Values

T = AttributeType
_CHANGED = ("updat", "modif", "chang", "edit")
_KEY_LENGTH = 255
_PLAIN: dict[AttributeType, tuple[type, ...]] = {
    T.BOOLEAN: (bool,),
    T.INTEGER: (int,),
    T.BIGINT: (int,),
    T.FLOAT: (int, float),
    T.DECIMAL: (int, float),
    T.STRING: (str,),
    T.TEXT: (str,),
    T.ENUM: (str,),
}
"""Types whose defaults are written as they are, and what these are in JSON."""
_ZEROS: dict[AttributeType, Any] = {
    T.STRING: "",
    T.TEXT: "",
    T.INTEGER: 0,
    T.BIGINT: 0,
    T.FLOAT: 0,
    T.DECIMAL: 0,
    T.BOOLEAN: False,
}


@dataclass(slots=True)
class Kept:
    """An entity while it is made: its attributes by name, and its relations."""

    name: str
    thing: Thing
    attributes: dict[str, Attribute] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
    key: str = ""
    slots: dict[str, str] = field(default_factory=dict)
    shown_by: dict[str, str] = field(default_factory=dict)

    def entity(self) -> Entity:
        """Return the entity."""
        return Entity(
            name=self.name,
            attributes=tuple(self.attributes.values()),
            primary_key=(self.key,) if self.key else (),
            relations=tuple(self.relations.values()),
        )


class Keeping:
    """Every entity of a document; ``relation_of`` says which relation (or other side) a part is."""

    def __init__(
        self,
        document: Document,
        shapes: Shapes,
        values: Values,
        found: Found,
        things: dict[str, Thing],
    ) -> None:
        """Make the entities of all resources."""
        self.document, self.shapes, self.values = document, shapes, values
        self.found, self.things = found, things
        self.kept: dict[str, Kept] = {}
        taken: set[str] = set()
        for key, thing in things.items():
            name = names.unique(names.pascal(thing.resource.name), taken)
            taken.add(name)
            self.kept[key] = Kept(name, thing)
        for key, kept in self.kept.items():
            self._keys(key, kept)
        for kept in self.kept.values():
            self._attributes(kept)
        for key, kept in self.kept.items():
            self._relations_to_one(key, kept)
        self._relations_by_path()
        for key, kept in self.kept.items():
            self._relations_to_many(key, kept)
        self._deletes()

    def uses(self, key: str) -> list[Use]:
        """Return what is done with a resource."""
        return [use for use in self.found.uses if use.resource == key]

    # --- keys ---

    def _keys(self, key: str, kept: Kept) -> None:
        thing = kept.thing
        said: dict[str, Part] = {}
        places = {place for place, each in self.found.collections.items() if each == key}
        for use in self.found.uses:
            for collection, slot in (*use.way.above, (use.way.collection, use.way.slot)):
                if slot is not None and collection in places:
                    given = next((p for p in use.call.parameters if p.name == slot), None)
                    part = (
                        Part(given.schema, given.pointer) if given else Part({}, use.call.pointer)
                    )
                    said.setdefault(slot, part)
        wire = key_of(thing, list(said))
        thing.key = wire
        taken: set[str] = set()
        for member in thing.members.values():
            member.attribute = names.attribute_name(member.wire, taken)
            taken.add(member.attribute)
        if wire is not None:
            member = thing.members[wire]
            kept.key = member.attribute
            kept.attributes[kept.key] = self._key_attribute(kept, member.attribute, member)
        elif said:
            slot, part = next(iter(said.items()))
            name = "id" if folded(slot).endswith("id") else names.attribute_name(slot, taken)
            name = names.attribute_name(name, taken)
            kept.key = name
            facts = self.values.facts(self.shapes.of(part), f"{kept.name}.{name}")
            kept.attributes[name] = _made_key(name, facts, is_given=False)
            self.document.assume(
                kept.name, f"{kept.name} is found by '{slot}', which no schema shows: its key."
            )
        plain = {folded(m.wire): m for m in thing.members.values() if m.target is None}
        for slot in said:
            exact = plain.get(folded(slot))
            kept.slots[slot] = exact.attribute if exact else kept.key

    def _key_attribute(self, kept: Kept, name: str, member: Member) -> Attribute:
        facts = self.values.facts(member.shape, f"{kept.name}.{name}")
        is_given = member.needed or (member.sent and facts["type"] in {T.STRING, T.TEXT, T.ENUM})
        if member.sent and not is_given:
            self.document.assume(
                f"{kept.name}.{name}",
                f"{kept.name}.{member.wire} is made by the server: what a client sends is checked"
                " and passed over.",
            )
        return _made_key(name, facts, is_given=is_given)

    # --- attributes ---

    def _attributes(self, kept: Kept) -> None:
        bound = set(kept.slots.values())
        for member in kept.thing.members.values():
            name = member.attribute
            if member.target is not None or name in kept.attributes:
                continue
            attribute = self._attribute(kept, member, name)
            if name in bound and attribute.type in {T.TEXT, T.STRING}:
                attribute = attribute.model_copy(
                    update={"type": T.STRING, "length": attribute.length or _KEY_LENGTH}
                )
            if name in bound:
                attribute = attribute.model_copy(update={"unique": True})
                self.document.assume(
                    f"{kept.name}.{name}",
                    f"{kept.name}.{member.wire} says in a path which row is meant: it is unique.",
                )
            kept.attributes[name] = attribute

    def _attribute(self, kept: Kept, member: Member, name: str) -> Attribute:
        about = f"{kept.name}.{name}"
        facts = self.values.facts(member.shape, about)
        facts = {key: value for key, value in facts.items() if value is not None}
        kind = facts["type"]
        if kind is T.JSON and member.shape.kind in {"object", "array"}:
            inner = self.shapes.of(member.shape.items) if member.shape.kind == "array" else None
            if member.shape.is_object or (inner and inner.is_object):
                self.document.assume(
                    about,
                    f"{kept.name}.{member.wire} is kept as JSON: nothing in the document lists or"
                    " reads such objects on their own.",
                )
        if not member.sent and kind is not T.PASSWORD:
            facts = {
                k: v
                for k, v in facts.items()
                if k in {"type", "enum", "array", "precision", "scale"}
            }
        if kind is T.PASSWORD:
            facts["access"] = Access.WRITE_ONLY
            if member.shown:
                self.document.assume(
                    about, f"{kept.name}.{member.wire} is kept as a hash, and never shown."
                )
        creates = kept.thing.creates
        nullable = member.shape.nullable
        if member.needed and creates:
            return Attribute(name=name, nullable=nullable, **facts)
        if (default := self._default(member, facts)) is not None:
            return Attribute(name=name, nullable=nullable, default=default, **facts)
        if not member.sent and kind is T.DATETIME and not facts.get("array"):
            changes = any(word in name.lower() for word in _CHANGED)
            facts["generated"] = Generator.NOW_ON_UPDATE if changes else Generator.NOW
            return Attribute(name=name, access=Access.READ_ONLY, **facts)
        if not member.shown_always or nullable or kind is T.PASSWORD:
            return Attribute(name=name, nullable=True, **facts)
        return self._always_shown(kept, member, name, facts, creates=creates)

    def _always_shown(
        self, kept: Kept, member: Member, name: str, facts: dict[str, Any], *, creates: bool
    ) -> Attribute:
        """Return what an answer always shows though nobody has to send it."""
        if not creates:
            return Attribute(name=name, **facts)
        kind = facts["type"]
        if kind in {T.DATE, T.TIME, T.DATETIME} and not facts.get("array"):
            facts["generated"] = Generator.NOW
            text = "the time at which the row is made"
        elif kind is T.UUID and not facts.get("array"):
            facts["generated"] = Generator.UUID
            text = "made with the row"
        else:
            first = None
            if kind is T.ENUM:
                first = next(
                    e.values[0] for e in self.values.enums.values() if e.name == facts["enum"]
                )
            is_list = facts.get("array") or member.shape.kind == "array"
            zero: Any = [] if is_list else _ZEROS.get(kind, first if first is not None else {})
            facts = {
                k: v
                for k, v in facts.items()
                if k in {"type", "enum", "array", "length", "precision", "scale"}
            }
            facts["default"] = zero
            text = f"{zero!r} where nobody says it"
        self.document.assume(
            f"{kept.name}.{name}",
            f"{kept.name}.{member.wire} is shown always and need not be sent: it is {text}.",
        )
        return Attribute(name=name, **facts)

    def _default(self, member: Member, facts: dict[str, Any]) -> Any:  # noqa: ANN401 - a JSON value
        """Return the default of a value, where it is one that the value can have."""
        default = member.shape.default
        if facts.get("array"):
            return default if default == [] else None
        wanted = _PLAIN.get(facts["type"])
        if wanted is None or not isinstance(default, wanted):
            return None
        if isinstance(default, bool):
            return default if bool in wanted else None
        if isinstance(default, str):
            is_listed = facts["type"] is not T.ENUM or default in member.shape.enum
            return default if is_listed and len(default) >= (facts.get("min_length") or 0) else None
        low, high = facts.get("minimum", default), facts.get("maximum", default)
        return default if low <= default <= high else None

    # --- relations ---

    def _relations_to_one(self, key: str, kept: Kept) -> None:
        by_key = [m for m in kept.thing.members.values() if m.target and m.by_key]
        nested = [
            m for m in kept.thing.members.values() if m.target and not m.by_key and not m.many
        ]
        for member in nested:
            target = member.target or ""
            twin = next(
                (m for m in by_key if m.target == target and _stem_of(m) == folded(member.wire)),
                None,
            )
            self._to_one(kept, member, target, twin)
            if twin is not None:
                by_key.remove(twin)
        for member in by_key:
            self._to_one(kept, None, member.target or "", member)
        del key

    def _to_one(
        self, kept: Kept, member: Member | None, target: str, by_key: Member | None
    ) -> None:
        other = self.kept[target]
        needed = any(m is not None and m.needed and not m.shape.nullable for m in (member, by_key))
        always = any(
            m is not None and m.shown_always and not m.shape.nullable for m in (member, by_key)
        )
        nullable = not (needed or (always and not kept.thing.creates))
        attributes: tuple[str, ...] = ()
        if by_key is not None:
            attribute = other.attributes.get(other.key)
            if attribute is None:
                kind: dict[str, Any] = {"type": T.UUID}
            else:
                kind = {"type": attribute.type, "length": attribute.length, "enum": attribute.enum}
            attributes = (by_key.attribute,)
            kept.attributes[by_key.attribute] = Attribute(
                name=by_key.attribute, nullable=nullable, **kind
            )
        wanted = member.attribute if member else names.snake(_without_id(by_key))
        taken = {*kept.attributes, *kept.relations}
        name = wanted if wanted not in taken else names.attribute_name(f"{wanted}_row", taken)
        kept.relations[name] = Relation(
            name=name, target=other.name, nullable=nullable, attributes=attributes
        )
        for each in (member, by_key):
            if each is not None:
                kept.shown_by[each.wire] = name

    def _relations_by_path(self) -> None:
        for use in self.found.uses:
            if use.resource is None:
                continue
            below = use.resource
            for collection, _ in reversed(use.way.above):
                above = self.found.collections.get(collection)
                if above is None or above == below:
                    continue
                if self.relation_between(below, above) is None:
                    self._by_path(below, above, use)
                below = above

    def _by_path(self, below: str, above: str, use: Use) -> None:
        kept, other = self.kept[below], self.kept[above]
        loose = any(not each.way.above and each.kind.value == "create" for each in self.uses(below))
        taken = {
            *kept.attributes,
            *kept.relations,
            *(m.attribute for m in kept.thing.members.values()),
        }
        name = names.attribute_name(names.snake(other.name), taken)
        kept.relations[name] = Relation(
            name=name, target=other.name, nullable=loose, on_delete=DeleteBehaviour.CASCADE
        )
        self.document.assume(
            f"{kept.name}.{name}",
            f"{kept.name} belongs to {other.name}, as the path {use.way.path} has it.",
        )

    def relation_between(self, below: str, above: str) -> str | None:
        """Return the relation by which rows of one resource belong to rows of another."""
        other = self.kept[above].name
        one = [
            r.name
            for r in self.kept[below].relations.values()
            if r.target == other and r.kind is RelationKind.MANY_TO_ONE
        ]
        return one[0] if one else None

    def _other_side(self, key: str, target: str) -> Relation | None:
        """Return the relation that a list of a target's rows may be the other side of.

        One that leads to a single row comes first, and one that has another side already is none.
        """
        kept, other = self.kept[key], self.kept[target]
        found = [
            relation
            for relation in other.relations.values()
            if relation.target == kept.name and relation.inverse is None
        ]
        to_many = [r for r in found if r.kind is RelationKind.MANY_TO_MANY and other is not kept]
        to_one = [r for r in found if r.kind is RelationKind.MANY_TO_ONE]
        return next(iter([*to_one, *to_many]), None)

    def _relations_to_many(self, key: str, kept: Kept) -> None:
        for member in kept.thing.members.values():
            if member.target is None or not member.many:
                continue
            other = self.kept[member.target]
            relation = self._other_side(key, member.target)
            if relation is not None:
                other.relations[relation.name] = relation.model_copy(
                    update={"inverse": member.attribute}
                )
                kept.shown_by[member.wire] = member.attribute
                continue
            taken = {*kept.attributes, *kept.relations}
            name = names.attribute_name(member.attribute, taken)
            kept.relations[name] = Relation(
                name=name, target=other.name, kind=RelationKind.MANY_TO_MANY
            )
            kept.shown_by[member.wire] = name
            self.document.assume(
                f"{kept.name}.{name}",
                f"{kept.name}.{member.wire} and {other.name} are many to many: nothing says that a"
                f" {other.name} belongs to one {kept.name}.",
            )

    def _deletes(self) -> None:
        """Say what becomes of rows when the row that they refer to is deleted."""
        nested = {
            (use.resource, self.found.collections.get(collection))
            for use in self.found.uses
            for collection, _ in use.way.above
        }
        by_name = {kept.name: key for key, kept in self.kept.items()}
        for key, kept in self.kept.items():
            for name, relation in kept.relations.items():
                if relation.kind is RelationKind.MANY_TO_MANY:
                    continue
                above = by_name[relation.target]
                codes = {
                    code
                    for use in self.uses(above)
                    if use.kind.value == "delete"
                    for code in use.call.codes
                }
                behaviour = DeleteBehaviour.RESTRICT
                if (key, above) in nested:
                    behaviour = DeleteBehaviour.CASCADE
                elif relation.nullable:
                    behaviour = DeleteBehaviour.SET_NULL
                elif codes and 409 not in codes:  # noqa: PLR2004 - a conflict
                    behaviour = DeleteBehaviour.CASCADE
                    self.document.assume(
                        f"{kept.name}.{name}",
                        f"Deleting a {relation.target} deletes every {kept.name} that needs it: the"
                        " document has no 409 by which it could be refused.",
                    )
                kept.relations[name] = relation.model_copy(update={"on_delete": behaviour})


def _made_key(name: str, facts: dict[str, Any], *, is_given: bool) -> Attribute:
    kind = facts["type"]
    kept = {
        k: v
        for k, v in facts.items()
        if k in {"type", "enum", "length", "min_length", "pattern"} and v
    }
    if kind in {T.TEXT, T.STRING}:
        kept["type"] = T.STRING
        kept["length"] = min(facts.get("length") or _KEY_LENGTH, _KEY_LENGTH)
    if kind in {T.FLOAT, T.JSON, T.PASSWORD, T.DECIMAL} or facts.get("array"):
        kept = (
            {"type": T.BIGINT}
            if kind in {T.FLOAT, T.DECIMAL}
            else {"type": T.STRING, "length": _KEY_LENGTH}
        )
    if is_given:
        return Attribute(name=name, **kept)
    kept = {k: v for k, v in kept.items() if k not in {"min_length", "pattern"}}
    if kept["type"] in {T.INTEGER, T.BIGINT}:
        return Attribute(name=name, generated=Generator.IDENTITY, access=Access.READ_ONLY, **kept)
    if kept["type"] in {T.UUID, T.STRING}:
        if kept["type"] is T.STRING:
            kept["length"] = max(kept["length"], 36)
        return Attribute(name=name, generated=Generator.UUID, access=Access.READ_ONLY, **kept)
    return Attribute(name=name, **kept)


def _without_id(member: Member | None) -> str:
    words = names.ascii_words(member.wire) if member else []
    return "_".join(words[:-1]) or "parent"


def _stem_of(member: Member) -> str:
    return "".join(names.ascii_words(member.wire)[:-1])
