"""What do the resources of a document become? Entities, with keys, attributes and relations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.planner import names
from agent.planner.readers.openapi_attributes import KEY_LENGTH, Attributes, made_key
from agent.planner.readers.openapi_links import find_links, link_of
from agent.planner.readers.openapi_members import key_of
from agent.planner.readers.openapi_paths import folded
from agent.planner.readers.openapi_relations import Relations
from agent.planner.readers.openapi_schemas import Part
from agent.planner.readers.openapi_scoped import find_scopes
from agent.types import Attribute, AttributeType, Entity, Relation, RelationKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.planner.readers.openapi_document import Document
    from agent.planner.readers.openapi_links import Link
    from agent.planner.readers.openapi_members import Thing
    from agent.planner.readers.openapi_paths import Run
    from agent.planner.readers.openapi_resources import Found, Use
    from agent.planner.readers.openapi_schemas import Shapes
    from agent.planner.readers.openapi_values import Values

T = AttributeType


@dataclass(slots=True)
class Kept:
    """An entity while it is made: its attributes by name, and its relations.

    ``said_above`` are the attributes that the path says, by the row above; ``owner`` is the
    relation to who made a row.
    """

    name: str
    thing: Thing
    attributes: dict[str, Attribute] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    said_above: set[str] = field(default_factory=set)
    slots: dict[str, str] = field(default_factory=dict)
    shown_by: dict[str, str] = field(default_factory=dict)
    owner: str | None = None

    @property
    def key(self) -> str:
        """Return the attribute that alone says which row is meant, where one does."""
        return self.keys[0] if len(self.keys) == 1 else ""

    def entity(self) -> Entity:
        """Return the entity."""
        return Entity(
            name=self.name,
            attributes=tuple(self.attributes.values()),
            primary_key=self.keys,
            relations=tuple(self.relations.values()),
            owner=self.owner,
        )


class Keeping:
    """Every entity of a document, by the keys of resources."""

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
        self.found, self.attributes = found, Attributes(document, shapes, values)
        self.kept: dict[str, Kept] = {}
        self.links = find_links(found, things)
        taken: set[str] = set()
        for key, thing in things.items():
            name = names.unique(names.pascal(thing.resource.name), taken)
            taken.add(name)
            self.kept[key] = Kept(name, thing)
        self._without_ids()
        for key, kept in self.kept.items():
            self._keys(key, kept)
        find_scopes(self)
        for kept in self.kept.values():
            self._attributes(kept)
        Relations(document, self).add()

    def link_of(self, use: Use) -> tuple[Link, bool] | None:
        """Return what an operation puts together or lists; ``True``: from the other side."""
        return link_of(self.links, self.found, use)

    def uses(self, key: str) -> list[Use]:
        """Return what is done with a resource."""
        return [use for use in self.found.uses if use.resource == key]

    def _keys(self, key: str, kept: Kept) -> None:
        taken: set[str] = set()
        for member in kept.thing.members.values():
            member.attribute = names.attribute_name(member.wire, taken)
            taken.add(member.attribute)
        said = self._said(key)
        wire = key_of(kept.thing, list(said))
        if runs := self._runs(key):
            self._parts(kept, runs)
        elif wire is not None:
            member = kept.thing.members[wire]
            kept.keys = (member.attribute,)
            kept.attributes[kept.key] = self.attributes.key(kept, member)
        elif said:
            slot, part = next(iter(said.items()))
            name = "id" if folded(slot).endswith("id") else names.attribute_name(slot, taken)
            name = names.attribute_name(name, taken)
            kept.keys = (name,)
            facts = self.values.facts(self.shapes.of(part), f"{kept.name}.{name}")
            kept.attributes[name] = made_key(name, facts, is_given=False)
            self.document.assume(
                kept.name, f"{kept.name} is found by '{slot}', which no schema shows: its key."
            )
        plain = {folded(m.wire): m for m in kept.thing.members.values() if m.target is None}
        for slot in said:
            exact = plain.get(folded(slot))
            kept.slots.setdefault(slot, exact.attribute if exact else kept.key)

    def _said(self, key: str) -> dict[str, Part]:
        """Return the path parameters that name a row of a resource, and what is said of each."""
        said: dict[str, Part] = {}
        for use in self.found.uses:
            given = {p.name: Part(p.schema, p.pointer) for p in use.call.parameters}
            for place, slots in use.way.runs:
                for slot in slots if self.found.collections.get(place) == key else ():
                    said.setdefault(slot, given.get(slot, Part({}, use.call.pointer)))
        return said

    def _runs(self, key: str) -> dict[Run, tuple[str, ...]]:
        """Return the runs of several parameters that name a row of a resource."""
        collections = self.found.collections
        return {run: w for run, w in self.found.keys.items() if collections.get(run[0]) == key}

    def _parts(self, kept: Kept, runs: Mapping[Run, tuple[str, ...]]) -> None:
        """Make a key of several parts: each is what a client says."""
        members = kept.thing.members
        for (_, slots), wires in runs.items():
            parts = tuple(members[wire].attribute for wire in wires)
            kept.keys = kept.keys or parts
            kept.slots |= dict(zip(slots, parts, strict=True))
        for member in members.values():
            if member.attribute in kept.keys and member.target is None:
                facts = self.values.facts(member.shape, f"{kept.name}.{member.attribute}")
                made = made_key(member.attribute, facts, is_given=True)
                kept.attributes[member.attribute] = made

    def _without_ids(self) -> None:
        """Take what is called like the one id of rows with several keys for a plain value."""
        many = {self.found.collections.get(place) for place, _ in self.found.keys}
        for kept in self.kept.values():
            for member in kept.thing.members.values():
                if member.by_key and member.target in many:
                    member.target, member.by_key = None, False

    def _attributes(self, kept: Kept) -> None:
        bound = set(kept.slots.values()) - {*kept.keys}
        for member in kept.thing.members.values():
            name = member.attribute
            if member.target is not None or name in kept.attributes:
                continue
            attribute = self.attributes.of(kept, member)
            if name in bound and attribute.type in {T.TEXT, T.STRING}:
                attribute = attribute.model_copy(
                    update={"type": T.STRING, "length": attribute.length or KEY_LENGTH}
                )
            if name in bound:
                attribute = attribute.model_copy(update={"unique": True})
                self.document.assume(
                    f"{kept.name}.{name}",
                    f"{kept.name}.{member.wire} says in a path which row is meant: it is unique.",
                )
            kept.attributes[name] = attribute

    def relation_between(self, below: str, above: str) -> str | None:
        """Return the relation by which rows of one resource belong to rows of another."""
        other = self.kept[above].name
        one = [
            r.name
            for r in self.kept[below].relations.values()
            if r.target == other and r.kind is RelationKind.MANY_TO_ONE
        ]
        return one[0] if one else None
