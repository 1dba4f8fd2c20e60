"""Which operations could leave nobody who administers? They refuse, and their tests show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.emitter.layout import call, quote
from agent.types import OperationKind

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.emitter.unit import Unit
    from agent.types import Operation, SchemaField

K = OperationKind


def ways_out(facts: Facts, operation: Operation) -> list[SchemaField | None]:
    """Return the fields by which an operation can end an administrator; ``None``: it deletes."""
    auth = facts.spec.auth
    if not facts.secured or operation.entity != auth.user:
        return []
    if operation.kind is K.DELETE:
        return [None]
    given = operation.input
    if given is None or given.array or operation.kind not in {K.UPDATE, K.REPLACE}:
        return []
    rights = {auth.roles_attribute, auth.active} - {None}
    return [f for f in facts.schemas[given.schema_name].fields if f.attribute in rights]


def kept(unit: Unit, operation: Operation) -> list[str]:
    """Return the statements that refuse to lose the last administrator."""
    found = ways_out(unit.facts, operation)
    if not found:
        return []
    unit.service_imports.add("app.services.permissions", "keep_an_administrator")
    called = f"await keep_an_administrator(self.session, {unit.variable})"
    return [
        called if field is None else f"if {_ends(unit, operation, field)}:\n            {called}"
        for field in found
    ]


def _ends(unit: Unit, operation: Operation, field: SchemaField) -> str:
    """Return the condition that a change takes an administrator's rights."""
    auth = unit.facts.spec.auth
    name = quote(field.attribute or "")
    is_there = field.required or operation.kind is K.REPLACE
    if field.attribute == auth.active:
        return f"not changes[{name}]" if is_there else f"not changes.get({name}, True)"
    role = quote(auth.admin_role)
    if is_there:
        return f"{role} not in changes[{name}]"
    return f"{name} in changes and {role} not in changes[{name}]"


def administration(unit: Unit) -> dict[str, Any]:
    """Return what the templates read: whether operations refuse, and how administrators are found.

    Roles are a list in JSON, whose text is looked through first; their names are plain ASCII.
    """
    facts = unit.facts
    auth = facts.spec.auth
    user = facts.entities[auth.user]
    held = f"cast({user.name}.{auth.roles_attribute}, String)"
    where = [f"{held}.contains({quote(auth.admin_role)}, autoescape=True)"]
    if auth.active:
        where.append(f"{user.name}.{auth.active}")
    statement = [
        f"select({user.name})",
        call(".where(", where, indent=8),
        ".with_for_update(skip_locked=True)",
        ".execution_options(populate_existing=True)",
    ]
    return {
        "keeps_administrators": any(ways_out(facts, o) for o in unit.operations),
        "administrators": "(\n" + "".join(f"        {line}\n" for line in statement) + "    )",
    }
