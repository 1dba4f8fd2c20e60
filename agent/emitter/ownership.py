"""Who may act on which row? Checks that a service makes of rows, parents and lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter import parents, references, states
from agent.emitter.layout import WIDTH, call, fit, quote
from agent.emitter.types import column
from agent.emitter.unit import ACCOUNT_KINDS, CHANGING, K
from agent.planner import names

if TYPE_CHECKING:
    from agent.emitter.listings import ParentView
    from agent.emitter.unit import Unit
    from agent.types import Operation, Relation


def owner_key(unit: Unit) -> str | None:
    """Return the foreign key to the owner, where ownership is one step away."""
    entity = unit.entity
    if not unit.facts.secured or entity is None or not entity.owner:
        return None
    if "." in entity.owner or entity.owner == "self":
        return None
    relation = unit.facts.relation(entity.name, entity.owner)
    return relation.attributes[0] if relation else None


def owner_roles(unit: Unit, operation: Operation) -> str | None:
    """Return the roles that may act on anybody's rows, as arguments; ``None``: no owner."""
    permission = operation.permission or ()
    if not unit.facts.secured or "owner" not in permission or not unit.has_owner():
        return None
    if unit.facts.is_own(operation):
        return None
    if "authenticated" in permission or "public" in permission:
        return None
    return "".join(f", {quote(role)}" for role in permission if role != "owner")


def needs_actor(unit: Unit, operation: Operation) -> bool:
    """Tell whether a service has to know who is asking."""
    if operation.kind is K.ME:
        return True
    permission = operation.permission or ()
    if not unit.facts.secured or operation.kind in ACCOUNT_KINDS or "public" in permission:
        return False
    if operation.kind is K.CUSTOM:
        return True
    if unit.entity is None:
        return False
    return bool(
        ("owner" in permission and unit.entity.owner)
        or unit.facts.is_own(operation)
        or references.guarded(unit, operation)
        or confirms_password(unit, operation)
        or parents.is_guarded(unit.facts, operation)
        or (operation.kind is K.CREATE and owner_key(unit))
        or (operation.kind in CHANGING and has_restricted_steps(unit, operation))
    )


def present_password(unit: Unit, operation: Operation) -> str | None:
    """Return the field of a body in which a user says the password of now."""
    if operation.input is None or operation.kind not in {K.UPDATE, K.REPLACE}:
        return None
    field = unit.facts.present_password(unit.facts.schemas[operation.input.schema_name])
    return names.attribute_name(field.name, ()) if field else None


def present_password_field(unit: Unit, operation: Operation) -> str:
    """Return what an error calls the field with the password of now, in a body that has one."""
    given = operation.input
    assert given is not None  # noqa: S101 - such a body is there
    field = unit.facts.present_password(unit.facts.schemas[given.schema_name])
    assert field is not None  # noqa: S101 - such a field is there
    return f"{given.wrapper}.{field.name}" if given.wrapper else field.name


def confirms_password(unit: Unit, operation: Operation) -> bool:
    """Tell whether a new password needs the one of now: it does, wherever somebody is signed in."""
    is_open = "public" in (operation.permission or ())
    return not is_open and present_password(unit, operation) is not None


def has_restricted_steps(unit: Unit, operation: Operation) -> bool:
    """Tell whether an operation can take a step that only some roles may take."""
    return any(
        step.roles
        for attribute in states.moved_states(unit, operation)
        for step in attribute.transitions
    )


def row_check(unit: Unit, operation: Operation) -> list[str]:
    """Return the check that a row belongs to who is asking."""
    roles = owner_roles(unit, operation)
    if roles is None:
        return []
    owner = unit.row_entity.owner or ""
    if "." in owner:
        relation = unit.facts.relation(unit.row_entity.name, owner.split(".")[0])
        keys = relation.attributes if relation else ()
        return [parent_call(unit, [f"{unit.variable}.{name}" for name in keys], roles)]
    unit.service_imports.add("app.services.permissions", "check_owner")
    key = owner_key(unit) or unit.row_entity.primary_key[0]
    return [f"check_owner({unit.variable}.{key}, actor{roles})"]


def parent_call(unit: Unit, keys: list[str], roles: str) -> str:
    """Return the call that checks whom the parent row belongs to."""
    head, _, rest = (unit.row_entity.owner or "").partition(".")
    relation = unit.facts.relation(unit.row_entity.name, head)
    assert relation is not None  # noqa: S101 - a resolved owner path exists
    method = f"_check_{head}"
    add_owner_method(unit, method, relation, rest)
    held = roles.removeprefix(", ") + ("," if roles.count(",") == 1 else "")
    return f"await self.{method}({', '.join(keys)}, actor=actor, roles=({held}))"


def add_owner_method(
    unit: Unit, method: str, relation: Relation, rest: str, *, keys: tuple[str, ...] = ()
) -> None:
    """Add the service method that finds out whom a parent row belongs to.

    A row without a parent, where that is possible, belongs to nobody: only the roles may pass.
    """
    imports = unit.service_imports
    parent = relation.target
    keys = keys or relation.references
    imports.add("sqlalchemy", "select")
    imports.add("app.services.permissions", "check_owner")
    path = rest.split(".")
    entity, joins = parent, []
    for step in path[:-1]:
        joins.append(f".join({entity}.{step})")
        imports.add(f"app.models.{names.snake(entity)}", entity)
        entity, _ = unit.facts.step(entity, step)
    imports.add(f"app.models.{names.snake(entity)}", entity)
    imports.add(f"app.models.{names.snake(parent)}", parent)
    last = unit.facts.relation(entity, path[-1])
    if path[-1] == "self" or last is None:
        key = unit.facts.entities[entity].primary_key[0]
    else:
        key = last.attributes[0]
    optional = [
        f"{names.snake(parent)}_{name}"
        for name, own in zip(keys, relation.attributes, strict=False)
        if unit.facts.attribute(unit.row_entity.name, own).nullable
    ]
    parameters = []
    where = []
    for name in keys:
        attribute = unit.facts.attribute(parent, name)
        kept = column(attribute, unit.facts.spec.database)
        imports.update(kept.python_imports)
        parameter = f"{names.snake(parent)}_{name}"
        parameters.append(f"{parameter}: {kept.python}" + " | None" * (parameter in optional))
        where.append(f"{parent}.{name} == {parameter}")
    user = unit.facts.spec.auth.user
    thing = names.snake(parent).replace("_", " ")
    statement = (
        f"select({entity}.{key})"
        + (f".select_from({parent})" if joins else "")
        + "".join(joins)
        + f".where({', '.join(where)})"
    )
    head = call(
        f"async def {method}(",
        ["self", *parameters, "*", f"actor: {user}", "roles: tuple[str, ...]"],
        ") -> None:",
        indent=4,
    )
    article = names.article(thing)
    unit.owner_checks[method] = "\n".join(
        [
            f"    {head}",
            f'        """Refuse {article} {thing} that belongs to somebody else."""',
            *_unless_given(optional),
            *_laid_out(statement),
            "        found = (await self.session.execute(statement)).one_or_none()",
            "        if found is not None:",
            "            check_owner(found[0], actor, *roles)",
        ]
    )


def _unless_given(optional: list[str]) -> list[str]:
    if not optional:
        return []
    return [
        f"        if {' or '.join(f'{name} is None' for name in optional)}:",
        "            check_owner(None, actor, *roles)",
        "            return",
    ]


def _laid_out(statement: str) -> list[str]:
    """Return an assignment of a chained call as a formatter breaks it."""
    line = f"        statement = {statement}"
    if len(line) <= WIDTH:
        return [line]
    inner = " " * 12
    if ".select_from(" not in statement:
        return [" " * 8 + fit(f"statement = {statement}", 8)]
    if len(inner) + len(statement) <= WIDTH:
        return ["        statement = (", inner + statement, "        )"]
    broken = statement
    for link in (".select_from(", ".join(", ".where("):
        broken = broken.replace(link, f"\n{inner}{link}")
    links = [inner + fit(line.strip(), 12) for line in broken.split("\n")]
    return ["        statement = (", *"\n".join(links).split("\n"), "        )"]


def own_rows_only(unit: Unit, operation: Operation) -> list[str]:
    """Return the lines that limit a list to the rows that the actor may see."""
    roles = owner_roles(unit, operation)
    if roles is None:
        return []
    condition = parents.own_row(unit, unit.row_entity)
    if not roles:
        return [f"scope.append({condition})"]
    unit.service_imports.add("app.services.permissions", "has_role")
    return [f"if not has_role(actor{roles}):\n            scope.append({condition})"]


def new_parent_check(
    unit: Unit, operation: Operation, prefix: str, above: list[ParentView]
) -> list[str]:
    """Return the check that a new row's parent belongs to the actor."""
    roles = owner_roles(unit, operation)
    owner = unit.row_entity.owner or ""
    direct = next((p for p in above if p.relation == owner), None)
    if _is_seen_to(unit, operation, above):
        return []
    if roles is not None and direct is not None:
        unit.service_imports.add("app.services.permissions", "check_owner")
        key = unit.facts.entities[unit.facts.spec.auth.user].primary_key[0]
        return [f"check_owner({direct.variable}.{key}, actor{roles})"]
    if roles is None or "." not in owner:
        return []
    head = owner.split(".")[0]
    relation = unit.facts.relation(unit.row_entity.name, head)
    assert relation is not None  # noqa: S101 - a resolved owner path exists
    parent = next((p for p in above if p.relation == head), None)
    if parent is not None:
        return [parent_call(unit, [f"{parent.variable}.{n}" for n in relation.references], roles)]
    return [parent_call(unit, [f"{prefix}{name}" for name in relation.attributes], roles)]


def _is_seen_to(unit: Unit, operation: Operation, above: list[ParentView]) -> bool:
    """Tell whether the parent was found only because the new row may stand under it."""
    head, _, rest = (unit.row_entity.owner or "").partition(".")
    roles = parents.readers(unit.facts, operation, head) if head else None
    if roles is None or all(p.relation != head for p in above):
        return False
    parent = unit.facts.entities[unit.facts.step(unit.row_entity.name, head)[0]]
    return parent.owner == (rest or "self") and {*roles} <= {*(operation.permission or ())}


def moved_parent_check(unit: Unit, operation: Operation, *, partial: bool) -> list[str]:
    """Return the check that a row is not moved to somebody else's parent."""
    owner = unit.row_entity.owner or ""
    if owner_roles(unit, operation) is None or "." not in owner:
        return []
    relation = unit.facts.relation(unit.row_entity.name, owner.split(".")[0])
    assert relation is not None  # noqa: S101 - a resolved owner path exists
    given = {a.name for a in unit.input_fields(operation)}
    if not given & set(relation.attributes):
        return []
    keys = [_new_value(unit, name, given, partial=partial) for name in relation.attributes]
    check = parent_call(unit, keys, owner_roles(unit, operation) or "")
    if not partial:
        return [check]
    changed = " or ".join(f'"{name}" in changes' for name in relation.attributes if name in given)
    return [f"if {changed}:\n            {check}"]


def _new_value(unit: Unit, name: str, given: set[str], *, partial: bool) -> str:
    """Return what an attribute will be after a change."""
    relation = unit.facts.relation(
        unit.row_entity.name, (unit.row_entity.owner or "").split(".")[0]
    )
    is_single = relation is not None and len(relation.attributes) == 1
    if name in given and (not partial or is_single):
        return f"data.{name}"
    if name in given:
        return f'changes.get("{name}", {unit.variable}.{name})'
    return f"{unit.variable}.{name}"
