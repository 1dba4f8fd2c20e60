"""What of the foreign keys that clients give? Rows of others are refused, absent rows are named.

Without the checks a user could hang a row of their own under somebody else's private one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter import ownership
from agent.emitter.layout import quote
from agent.emitter.unit import K
from agent.planner.conflicts import unique_rules
from agent.planner.row_checks import named_in_checks
from agent.types import RelationKind

if TYPE_CHECKING:
    from collections.abc import Collection

    from agent.emitter.facts import Facts
    from agent.emitter.unit import Unit
    from agent.types import Entity, Operation, Relation


def guarded(unit: Unit, operation: Operation) -> list[Relation]:
    """Return the relations in a body (or behind a link) that lead to rows with owners."""
    if unit.entity is None or not unit.facts.secured:
        return []
    if operation.kind in {K.LINK, K.UNLINK}:
        named = [r for r in unit.entity.relations if r.name == operation.relation]
        return [r for r in named if _is_private(unit, operation, r)]
    if operation.kind not in {K.CREATE, K.UPDATE, K.REPLACE}:
        return []
    given = {a.name for a in unit.input_fields(operation)}
    above = (unit.entity.owner or "").split(".")[0]
    return [
        r
        for r in unit.entity.relations
        if r.kind is not RelationKind.MANY_TO_MANY
        and given & set(r.attributes)
        and not (r.name == above and ownership.owner_roles(unit, operation) is not None)
        and _is_private(unit, operation, r)
    ]


def _is_private(unit: Unit, operation: Operation, relation: Relation) -> bool:
    """Tell whether the caller may lack the right to read what a relation leads to."""
    permission = set(operation.permission or ())
    if "public" in permission or relation.target == unit.facts.spec.auth.user:
        return False
    target = unit.facts.entities[relation.target]
    readers = set(target.access.read or ())
    if not target.owner or "owner" not in readers or readers & {"public", "authenticated"}:
        return False
    return bool({"owner", "authenticated"} & permission) or not permission <= readers


def _roles(target: Entity) -> str:
    return "".join(f", {quote(role)}" for role in target.access.read or () if role != "owner")


def checks(unit: Unit, operation: Operation, *, partial: bool) -> list[str]:
    """Return the statements that refuse somebody else's rows."""
    lines = []
    for relation in guarded(unit, operation):
        keys = ", ".join(f"data.{name}" for name in relation.attributes)
        called = _call(unit, relation, keys)
        conditions = []
        if partial:
            changed = " or ".join(f'"{name}" in changes' for name in relation.attributes)
            conditions.append(f"({changed})" if " or " in changed else changed)
        conditions += [
            f"data.{name} is not None"
            for name in relation.attributes
            if unit.facts.attribute(unit.row_entity.name, name).nullable
        ]
        if conditions:
            called = f"if {' and '.join(conditions)}:\n            {called}"
        lines.append(called)
    return lines


def given_keys(facts: Facts, operation: Operation) -> dict[str, str]:
    """Return the foreign keys in a body, and what an error calls each field."""
    if operation.entity is None:
        return {}
    keys = _foreign(facts.entities[operation.entity])
    return {name: field for name, field in _given(facts, operation).items() if name in keys}


def _given(facts: Facts, operation: Operation) -> dict[str, str]:
    """Return the attributes in a body, and what an error calls each field."""
    given = operation.input
    is_written = operation.kind in {K.CREATE, K.REGISTER, K.UPDATE, K.REPLACE}
    if given is None or given.array or not is_written:
        return {}
    return {
        field.attribute: f"{given.wrapper}.{field.name}" if given.wrapper else field.name
        for field in facts.schemas[given.schema_name].fields
        if field.attribute
    }


def _foreign(entity: Entity) -> set[str]:
    return {name for relation in entity.relations for name in relation.attributes}


def named_keys(unit: Unit, operation: Operation, fixed: Collection[str] = ()) -> list[str]:
    """Return the arguments that say what a client calls its keys, and what rules are about.

    ``fixed`` are the attributes and relations that the body has no say in.
    """
    entity = unit.row_entity
    taken = {
        name
        for relation in entity.relations
        if relation.name in fixed
        for name in relation.attributes
    } | {*fixed}
    ruled = _foreign(entity).union(*unique_rules(entity)) | named_in_checks(entity)
    return [
        f"{name}={quote(field)}"
        for name, field in _given(unit.facts, operation).items()
        if name in ruled - taken
    ]


def linked_check(unit: Unit, operation: Operation, relation: Relation, other: str) -> list[str]:
    """Return the statement that refuses to link somebody else's row."""
    if not guarded(unit, operation):
        return []
    target = unit.facts.entities[relation.target]
    keys = ", ".join(f"{other}.{name}" for name in target.primary_key)
    return [_call(unit, relation, keys)]


def _call(unit: Unit, relation: Relation, keys: str) -> str:
    target = unit.facts.entities[relation.target]
    method = f"_check_{relation.name}"
    referred = relation.references or target.primary_key
    ownership.add_owner_method(unit, method, relation, target.owner or "", keys=referred)
    roles = _roles(target)
    held = roles.removeprefix(", ") + ("," if roles.count(",") == 1 else "")
    return f"await self.{method}({keys}, actor=actor, roles=({held}))"
