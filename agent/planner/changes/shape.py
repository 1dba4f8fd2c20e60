"""Which names does a plan have that nobody wrote? Foreign keys, other directions, and columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.planner.accounts import ensure_accounts
from agent.planner.consistency import check
from agent.planner.keys import link
from agent.planner.naming import Renaming, rename
from agent.planner.notes import Notes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.types import BackendSpec, Entity, Relation


@dataclass(frozen=True, slots=True)
class Shape:
    """A plan's entities with all that they get, by the names of the entities as they were given."""

    safe: Renaming
    entities: dict[str, Entity]
    given: dict[str, str]
    """The given names of entities, by their safe ones."""
    declared: dict[str, set[str]]
    """The safe names of what an entity declares."""

    def relations(self) -> Iterator[tuple[str, Relation, str]]:
        """Return each relation once, with the entities that it leads from and to."""
        for name, entity in self.entities.items():
            for relation in entity.relations:
                yield name, relation, self.given[relation.target]

    def keys(self, entity: str, relation: Relation) -> list[tuple[str, str]]:
        """Return the attributes that a relation makes, each with what it refers to."""
        pairs = zip(relation.attributes, relation.references, strict=False)
        return [(own, theirs) for own, theirs in pairs if own not in self.declared[entity]]

    def targets(self, spec: BackendSpec) -> dict[str, dict[str, str]]:
        """Return where relations lead, from either side, by any name that they have."""
        found: dict[str, dict[str, str]] = {name: {} for name in self.entities}
        for name, relation, target in self.relations():
            found[name][relation.name] = target
            found[target].setdefault(relation.inverse or "", name)
        for entity in spec.entities:
            for relation in entity.relations:
                found[entity.name][relation.name] = relation.target
                if relation.inverse:
                    found[relation.target].setdefault(relation.inverse, entity.name)
        return found


def shape(spec: BackendSpec) -> Shape | None:
    """Return the shape of a plan; None for one that does not hold together yet."""
    plain = {"uniques": (), "indexes": (), "checks": (), "owner": None}
    entities = tuple(each.model_copy(update=plain) for each in spec.entities)
    bare = spec.model_copy(update={"entities": entities, "schemas": (), "operations": ()})
    notes = Notes()
    check(bare, notes)
    if notes.faults:
        return None
    bare = ensure_accounts(bare, notes)
    safe = Renaming(bare, notes)
    linked = link(rename(bare, notes), notes)
    if notes.faults:
        return None
    names = [each.name for each in bare.entities]
    return Shape(
        safe,
        dict(zip(names, linked.entities, strict=True)),
        {each.name: name for name, each in zip(names, linked.entities, strict=True)},
        {
            each.name: {safe.member(each.name, m) for m in each.member_names}
            for each in bare.entities
        },
    )
