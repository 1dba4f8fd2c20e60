"""Which parents may a row be given that it need not have? Row rules may ask for some of them."""

from __future__ import annotations

from contextlib import closing
from itertools import chain, combinations, islice
from typing import TYPE_CHECKING

from agent.emitter.testing.candidate import Candidate
from agent.emitter.testing.listed import NUMBERS
from agent.emitter.testing.rows import foreign_keys, made_relations
from agent.planner.row_checks import named_in_checks
from agent.planner.row_rules import RowRules
from agent.types import RelationKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.emitter.facts import Facts
    from agent.planner.row_rules import Value
    from agent.types import Entity, Relation

_MOST = 64
_FAR = 10**6  # a number that no row has


def choices(facts: Facts, entity: Entity) -> Iterator[tuple[Relation, ...]]:
    """Return the optional parents that a row may be given together, as few as possible first."""
    offered = _offered(facts, entity)
    sizes = range(1, len(offered) + 1)
    return islice(chain.from_iterable(combinations(offered, size) for size in sizes), _MOST)


def keys(relations: Sequence[Relation], entity: Entity) -> dict[str, list[Candidate]]:
    """Return what stands in the keys of optional parents that a row has."""
    named = {name for relation in relations for name in relation.attributes}
    return {
        attribute.name: [Candidate((place if attribute.type in NUMBERS else f"{attribute.name}1",))]
        for place, attribute in enumerate(entity.attributes, start=1)
        if attribute.name in named and attribute.nullable
    }


def instead(
    given: Sequence[Relation], entity: Entity, asked: Sequence[Sequence[str]]
) -> dict[str, frozenset[str]]:
    """Return the relations that are given, each with the names of others that may stand instead.

    ``asked`` are the attributes of each rule: those of one rule may exclude each other.
    """
    free = [relation for relation in _named(entity) if relation not in given]

    def beside(relation: Relation) -> list[Relation]:
        rules = [set(names) for names in asked if not set(relation.attributes).isdisjoint(names)]
        named = set().union(*rules)
        return [other for other in free if not named.isdisjoint(other.attributes)]

    return {
        relation.name: frozenset(
            name for other in beside(relation) for name in (other.name, *other.attributes)
        ).difference(relation.attributes)
        for relation in given
    }


def breaks_rules(facts: Facts, relation: Relation, entity: Entity) -> bool:
    """Tell whether a key that belongs to no row breaks a rule, too, which is told before."""
    if not entity.checks:
        return False
    if any(relation.name in names for names in facts.parents.get(entity.name, {}).values()):
        return True
    made = {name for each in made_relations(facts, entity) for name in each.attributes}
    numbers = {a.name for a in entity.attributes if a.type in NUMBERS}
    values: dict[str, Value] = {
        a.name: (place if a.name in numbers else a.name) if a.name in made else None
        for place, a in enumerate(entity.attributes, start=1)
        if a.name in foreign_keys(entity)
    }
    values |= {name: _FAR if name in numbers else "0" for name in relation.attributes}
    is_made = made.issuperset(relation.attributes)
    generated = {a.name for a in entity.attributes if a.generated is not None}
    with closing(RowRules(entity)) as rules:
        for check in entity.checks:
            names = set(rules.reads(check.expression)) - generated
            if names.isdisjoint(relation.attributes):
                continue
            if not names <= values.keys():  # what a row has beside its keys fits those that it has
                if not is_made:
                    return True
            elif not rules.holds(check.expression, {name: values[name] for name in names}):
                return True
    return False


def _offered(facts: Facts, entity: Entity) -> list[Relation]:
    """Return the optional relations that rules name, that to the owner first."""
    owner = (entity.owner or "").partition(".")[0]
    found = [r for r in _named(entity) if not _leads_back(facts, r.target, entity.name)]
    return sorted(found, key=lambda relation: relation.name != owner)


def _named(entity: Entity) -> list[Relation]:
    if not entity.checks:
        return []
    named = named_in_checks(entity)
    from_others = foreign_keys(entity)
    return [
        relation
        for relation in entity.relations
        if relation.kind is not RelationKind.MANY_TO_MANY
        and relation.nullable
        and named & set(relation.attributes)
        and from_others.issuperset(relation.attributes)
    ]


def _leads_back(facts: Facts, start: str, end: str) -> bool:
    """Tell whether making a row of ``start`` may make one of ``end``, which would never stop."""
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name == end:
            return True
        if name not in reached:
            reached.add(name)
            entity = facts.entities[name]
            needed = [r for r in entity.relations if not r.through and not r.nullable]
            waiting += [relation.target for relation in [*needed, *_named(entity)]]
    return False
