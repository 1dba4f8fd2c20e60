"""Through which parents may a nested path lead? One that the caller may not read is absent.

An absent parent and somebody else's get the same 404: neither a list nor a new row tells which.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.layout import quote
from agent.emitter.named import names_a_row
from agent.emitter.unit import K
from agent.planner import names
from agent.types import ParameterPlace

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.emitter.unit import Unit
    from agent.types import Entity, Operation


def heads(operation: Operation) -> list[str]:
    """Return the relations to the parents that a nested path names."""
    bound = [p.binds for p in operation.parameters if p.place is ParameterPlace.PATH and p.binds]
    return list(dict.fromkeys(path.split(".")[0] for path in bound if "." in path))


def leads_through_parents(facts: Facts, operation: Operation) -> bool:
    """Tell whether a path names the parents of rows, and no row itself."""
    is_open = operation.kind is K.CUSTOM and not names_a_row(facts, operation)
    return operation.kind in {K.LIST, K.CREATE} or is_open


def readers(facts: Facts, operation: Operation, head: str) -> tuple[str, ...] | None:
    """Return the roles that may pass through anybody's parent; ``None``: everybody may."""
    is_nested = leads_through_parents(facts, operation) and head in heads(operation)
    if not facts.secured or not is_nested or operation.entity is None:
        return None
    parent = facts.entities[facts.step(operation.entity, head)[0]]
    permission, read = operation.permission or (), parent.access.read or ()
    is_open = "public" in permission or bool({"public", "authenticated"} & {*read})
    if is_open or not parent.owner or "owner" not in read:
        return None
    roles = dict.fromkeys(r for r in (*read, *permission) if r not in {"owner", "authenticated"})
    return None if roles.keys() >= {*permission} else tuple(roles)


def is_guarded(facts: Facts, operation: Operation) -> bool:
    """Tell whether a path leads through a parent that the caller may be kept from."""
    return any(readers(facts, operation, head) is not None for head in heads(operation))


def condition(unit: Unit, operation: Operation, head: str) -> list[str]:
    """Return the argument that keeps a query to the parents which the caller may read."""
    roles = readers(unit.facts, operation, head)
    if roles is None:
        return []
    parent = unit.facts.entities[unit.facts.step(unit.row_entity.name, head)[0]]
    own = own_row(unit, parent)
    if not roles:
        return [own]
    unit.service_imports.add("app.services.permissions", "own_rows")
    return [f"*own_rows({own}, actor, {', '.join(quote(role) for role in roles)})"]


def own_row(unit: Unit, of: Entity) -> str:
    """Return the condition that a row belongs to the actor."""
    key = unit.facts.entities[unit.facts.spec.auth.user].primary_key[0]
    unit.service_imports.add(f"app.models.{names.snake(of.name)}", of.name)
    if of.owner == "self":
        return f"{of.name}.{of.primary_key[0]} == actor.{key}"
    *path, last = (of.owner or "").split(".")
    entity, prefix = of.name, ""
    for step in path:
        prefix += f"{entity}.{step}.has("
        entity, _ = unit.facts.step(entity, step)
        unit.service_imports.add(f"app.models.{names.snake(entity)}", entity)
    relation = unit.facts.relation(entity, last)
    assert relation is not None  # noqa: S101 - a resolved owner path exists
    return f"{prefix}{entity}.{relation.attributes[0]} == actor.{key}{')' * len(path)}"
