"""Which row does a path name? One row of the operation's entity, or none that is sure to be one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.conflicts import naming_rules
from agent.types import ParameterPlace

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.types import Entity, Operation


def names_a_row(facts: Facts, operation: Operation) -> bool:
    """Tell whether what the path binds can be true of one row only."""
    entity = facts.entities.get(operation.entity or "")
    if entity is None:
        return False
    bound = _bound(facts, operation, entity)
    return any(rule and rule <= bound for rule in naming_rules(entity))


def _bound(facts: Facts, operation: Operation, entity: Entity) -> set[str]:
    """Return the attributes whose values the path gives, foreign keys among them."""
    bound: set[str] = set()
    behind: dict[str, set[str]] = {}
    for parameter in operation.parameters:
        if parameter.place is not ParameterPlace.PATH or not parameter.binds:
            continue
        head, _, rest = parameter.binds.partition(".")
        if rest:
            behind.setdefault(head, set()).add(rest)
        else:
            bound.add(head)
    for head, given in behind.items():
        relation = facts.relation(entity.name, head)
        if relation is None or relation.through is not None:
            continue
        if any(rule and rule <= given for rule in naming_rules(facts.entities[relation.target])):
            bound |= set(relation.attributes)
    return bound
