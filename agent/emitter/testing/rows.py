"""What does a row need before it can be inserted? Other rows, and values that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.conflicts import naming_rules, partial_rules
from agent.types import Access, AttributeType, RelationKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from agent.emitter.facts import Facts
    from agent.types import Attribute, Entity, Index, Relation

FEW_VALUED = frozenset({AttributeType.BOOLEAN, AttributeType.ENUM})


def is_unique(entity: Entity, attribute: Attribute) -> bool:
    """Tell whether values of an attribute must differ from row to row."""
    if attribute.unique or attribute.name in entity.primary_key:
        return True
    return any(attribute.name in rule for rule in differing_rules(entity))


def differing_rules(entity: Entity) -> list[set[str]]:
    """Return the sets of attributes in which rows of tests differ, whatever else they have."""
    narrow = narrow_rules(entity)
    partial = [set(r.attributes) for r in partial_rules(entity) if r not in narrow]
    return [*partial, *naming_rules(entity)]


def narrow_rules(entity: Entity) -> list[Index]:
    """Return the unique rules about some rows whose attributes have few values, or are keys.

    Rows of tests are rather none of those than different.
    """
    partial = partial_rules(entity)
    if not partial:
        return []
    few = {a.name for a in entity.attributes if a.type in FEW_VALUED}
    few |= {name for relation in entity.relations for name in relation.attributes}
    return [rule for rule in partial if few.issuperset(rule.attributes)]


def is_made(attribute: Attribute) -> bool:
    """Tell whether a row gets a value without being given one."""
    if attribute.generated is not None:
        return True
    return attribute.access is Access.READ_ONLY and attribute.default is not None


def foreign_keys(entity: Entity) -> set[str]:
    """Return the attributes that a row has from others that it refers to.

    A part of an optional key that must be there all the same, such as a tenant's, is a value like
    any other: the key refers to nothing while its other part is absent.
    """
    if not entity.relations:
        return set()
    needed = {name for relation in needed_relations(entity) for name in relation.attributes}
    optional = {name for relation in entity.relations for name in relation.attributes} - needed
    return needed | {a.name for a in entity.attributes if a.name in optional and a.nullable}


def needed_relations(entity: Entity, also: Collection[str] = ()) -> list[Relation]:
    """Return the relations that a row needs, the widest keys first; covered ones left out.

    ``also`` are optional ones that it is to have, too.
    """
    to_one = [
        r
        for r in entity.relations
        if r.kind is not RelationKind.MANY_TO_MANY and (not r.nullable or r.name in also)
    ]
    covered: set[str] = set()
    needed = []
    for relation in sorted(to_one, key=lambda r: -len(r.attributes)):
        if not set(relation.attributes) <= covered:
            needed.append(relation)
            covered |= set(relation.attributes)
    return needed


def made_relations(facts: Facts, entity: Entity, given: Collection[str] = ()) -> list[Relation]:
    """Return the relations that a row of a test is made with: those needed or asked for by rules.

    ``given`` are relations that a test gives it anyway: they may stand instead of others.
    """
    asked = facts.parents.get(entity.name, {})
    return needed_relations(entity, [r for r, others in asked.items() if others.isdisjoint(given)])


def have_keys_in_common(relations: Sequence[Relation]) -> bool:
    """Tell whether two relations share an attribute: their rows have to fit each other."""
    named = [name for relation in relations for name in relation.attributes]
    return len(set(named)) < len(named)


def brought_along(
    facts: Facts, made: str, counted: str, above: frozenset[str] = frozenset()
) -> int:
    """Return how many rows of one entity come into being when a row of another is made.

    ``above`` are the entities whose rows are being made already.
    """
    if made == counted:
        return 1
    inside = above | {made}
    targets = [r.target for r in made_relations(facts, facts.entities[made])]
    return sum(brought_along(facts, t, counted, inside) for t in targets if t not in inside)
