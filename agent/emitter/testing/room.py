"""How many rows of an entity can a test make? As many as its unique values allow."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from agent.emitter.testing.few import few_values
from agent.emitter.testing.listed import NUMBERS
from agent.emitter.testing.numbers import choices
from agent.emitter.testing.rows import differing_rules, foreign_keys, made_relations
from agent.planner.conflicts import unique_rules
from agent.types import AttributeType

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.types import Attribute, Entity, Relation

T = AttributeType
_FEW = 100
_SHORT = 2  # characters of a text that counts up in digits


def room(facts: Facts, name: str, above: frozenset[str] = frozenset()) -> float:
    """Return how many rows a factory can make of an entity in one test."""
    entity = facts.entities[name]
    inside = above | {name}
    return min(_rule(rule, entity, facts, inside) for rule in differing_rules(entity))


def has_few(facts: Facts, name: str) -> bool:
    """Tell whether there are so few rows that others share them."""
    return room(facts, name) < _FEW


def shares(facts: Facts, entity: Entity, relation: Relation) -> bool:
    """Tell whether rows refer to a row that is there already: there can be few of them."""
    return set(relation.attributes) not in unique_rules(entity) and has_few(facts, relation.target)


def _rule(rule: set[str], entity: Entity, facts: Facts, inside: frozenset[str]) -> float:
    """Return in how many rows the attributes of a rule differ."""
    found: list[float] = [
        _values(facts.attribute(entity.name, name), entity, facts)
        for name in rule - foreign_keys(entity)
    ]
    keys = rule & foreign_keys(entity)
    relations = made_relations(facts, entity)
    made = {name for relation in relations for name in relation.attributes}
    if any(facts.attribute(entity.name, name).nullable for name in keys - made):
        return math.inf
    for relation in relations:
        if set(relation.attributes) & keys and relation.target not in inside:
            parents = room(facts, relation.target, inside)
            is_shared = parents < _FEW and set(relation.attributes) != rule
            found.append(1 if is_shared else parents)
    return max(found, default=math.inf)


def _values(attribute: Attribute, entity: Entity, facts: Facts) -> float:
    """Return how many values a factory gives an attribute that is unique."""
    if attribute.generated is not None:
        return math.inf
    few = few_values(attribute, entity, facts)
    if few is not None:
        return len(few.values)
    if attribute.type is T.BOOLEAN:
        return 2
    if attribute.type in NUMBERS:
        return choices(attribute)
    if attribute.type in {T.STRING, T.BINARY} and (attribute.length or _FEW) <= _SHORT:
        return math.pow(10, attribute.length or 0)
    return math.inf
