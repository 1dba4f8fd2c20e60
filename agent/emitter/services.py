"""What does an operation do? The statements of its service method, for each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter import (
    administrators,
    custom,
    listings,
    naming_rows,
    ownership,
    references,
    states,
)
from agent.emitter.layout import call, quote
from agent.emitter.relationships import join_table_name
from agent.emitter.unit import K
from agent.planner import names
from agent.types import AttributeType, ParameterPlace

if TYPE_CHECKING:
    from agent.emitter.unit import Unit
    from agent.types import Attribute, Operation


def method_returns(unit: Unit, operation: Operation) -> str:
    """Return the type that a service method gives back."""
    if operation.kind is K.CUSTOM:
        return custom.returns(unit, operation)
    if operation.output is None or unit.entity is None:
        return "None"
    name = unit.entity.name
    unit.service_imports.add(f"app.models.{names.snake(name)}", name)
    return f"tuple[list[{name}], int]" if operation.kind is K.LIST else name


def service_steps(unit: Unit, operation: Operation) -> list[str]:
    """Return a service method's statements."""
    builders = {
        K.LIST: listings.list_steps,
        K.READ: read_steps,
        K.CREATE: create_steps,
        K.REGISTER: create_steps,
        K.ME: me_steps,
        K.UPDATE: update_steps,
        K.REPLACE: update_steps,
        K.TRANSITION: states.transition_steps,
        K.DELETE: delete_steps,
        K.LINK: link_steps,
        K.UNLINK: link_steps,
        K.CUSTOM: custom.steps,
    }
    builder = builders.get(operation.kind)
    return builder(unit, operation) if builder else []


def read_steps(unit: Unit, operation: Operation) -> list[str]:
    """Return the statements that read one row."""
    lines = [unit.find_one(operation, lock=False, load=listings.load_constant(unit, operation))]
    check = ownership.row_check(unit, operation)
    if not check:
        return [lines[0].replace(f"{unit.variable} = await", "return await", 1)]
    return [*lines, *check, f"return {unit.variable}"]


def me_steps(unit: Unit, operation: Operation) -> list[str]:
    """Return the statement that reads the user again, with the relations that the answer shows."""
    load = listings.load_constant(unit, operation)
    if load is None:
        return []
    key = unit.row_entity.primary_key[0]
    name = unit.row_entity.name
    one = f"{unit.repository}.one({name}.{key} == actor.{key}, load={load})"
    return [f"return await {one}"]


def password_fields(unit: Unit, operation: Operation) -> list[Attribute]:
    """Return the passwords among the fields of a body."""
    return [a for a in unit.input_fields(operation) if a.type is AttributeType.PASSWORD]


def nested_rows(unit: Unit, operation: Operation) -> list[tuple[str, str, bool]]:
    """Return the nested rows of a body: (relation, entity, one row?)."""
    if operation.input is None:
        return []
    schema = unit.facts.schemas[operation.input.schema_name]
    return [
        (f.relation, *unit.facts.step(unit.row_entity.name, f.relation))
        for f in schema.fields
        if f.relation and not f.refers
    ]


def create_steps(unit: Unit, operation: Operation) -> list[str]:
    """Return the statements that insert a row."""
    parents = listings.parent_rows(unit, operation)
    lines = [p.find for p in parents]
    lines += ownership.new_parent_check(unit, operation, "data.", parents)
    lines += references.checks(unit, operation, partial=False)
    children = nested_rows(unit, operation)
    passwords = password_fields(unit, operation)
    excluded = [relation for relation, _, _ in children] + [each.name for each in passwords]
    fixed = _fixed_values(unit, operation, parents)
    found, named = naming_rows.values(unit, operation, partial=False)
    lines += found
    excluded += [*named, *naming_rows.unused(unit, operation)]
    given = {a.name for a in unit.input_fields(operation)}
    excluded += [name for name in fixed if name in given]
    arguments = [f"**{_dump('data.model_dump(', excluded, [])}"]
    for password in passwords:
        unit.service_imports.add("app.core.passwords", "hash_password")
        hashed = unit.facts.model_attribute(unit.row_entity, password)
        made = f"await hash_password(data.{password.name})"
        if password.nullable:
            made = f"{made} if {naming_rows.was_sent(unit, operation, password.name)} else None"
        arguments.append(f"{hashed}={made}")
    arguments += [f"{name}={value}" for name, value in {**named, **fixed}.items()]
    for relation, entity, is_one in children:
        unit.service_imports.add(f"app.models.{names.snake(entity)}", entity)
        if is_one:
            value = f"{entity}(**data.{relation}.model_dump())"
        else:
            value = f"[{entity}(**item.model_dump()) for item in data.{relation}]"
        arguments.append(f"{relation}={value}")
    name = unit.row_entity.name
    unit.service_imports.add(f"app.models.{names.snake(name)}", name)
    lines.append(call(f"{unit.variable} = {name}(", arguments, indent=8))
    keys = references.named_keys(unit, operation, fixed)
    lines.append(call(f"await {unit.repository}.add(", [unit.variable, *keys], indent=8))
    return [*lines, *answer_steps(unit, operation)]


def _fixed_values(
    unit: Unit, operation: Operation, parents: list[listings.ParentView]
) -> dict[str, str]:
    """Return what the path and ownership set, whatever the body says."""
    fixed = {p.relation: p.variable for p in parents if " == " in p.condition}
    for parameter in operation.parameters:
        is_path = parameter.place is ParameterPlace.PATH
        if is_path and parameter.binds and "." not in parameter.binds:
            fixed[parameter.binds] = unit.slot_name(parameter)
    owner = ownership.owner_key(unit)
    is_nested = any(p.relation == unit.row_entity.owner for p in parents)
    if owner and not is_nested and ownership.needs_actor(unit, operation):
        key = unit.facts.entities[unit.facts.spec.auth.user].primary_key[0]
        fixed[owner] = f"actor.{key}"
    return fixed


def update_steps(unit: Unit, operation: Operation) -> list[str]:
    """Return the statements that change or replace a row."""
    lines = [unit.find_one(operation, lock=True), *ownership.row_check(unit, operation)]
    passwords = password_fields(unit, operation)
    partial = operation.kind is K.UPDATE
    keywords = ["exclude_unset=True"] if partial else []
    excluded = [each.name for each in passwords]
    present = ownership.present_password(unit, operation)
    if present is not None:
        excluded.append(present)
    lines += naming_rows.loaded_first(unit, operation)
    found, named = naming_rows.values(unit, operation, partial=partial)
    both = (*naming_rows.naming(unit, operation), *naming_rows.shaped(unit, operation))
    excluded += [field.relation or field.attribute or "" for field in both]
    excluded += [name for name in naming_rows.unused(unit, operation) if name not in excluded]
    lines += found if not partial else []
    dumped = _dump("data.model_dump(", excluded, keywords)
    if named:
        pairs = [f"{quote(name)}: {value}" for name, value in named.items()]
        dumped = call(f"{dumped} | {{", pairs, "}", indent=8)
    lines.append(f"changes = {dumped}")
    lines += found if partial else []
    lines += ownership.moved_parent_check(unit, operation, partial=partial)
    lines += references.checks(unit, operation, partial=partial)
    for attribute in states.moved_states(unit, operation):
        lines += states.state_check(unit, attribute, partial=partial)
    for password in passwords:
        lines += _new_password(unit, operation, password, partial=partial)
    lines += administrators.kept(unit, operation)
    keys = references.named_keys(unit, operation)
    written = [unit.variable, "changes", *keys]
    lines.append(call(f"await {unit.repository}.change(", written, indent=8))
    return [*lines, *answer_steps(unit, operation)]


def _new_password(
    unit: Unit, operation: Operation, password: Attribute, *, partial: bool
) -> list[str]:
    """Return the statements that put the hash of a new password among the changes."""
    unit.service_imports.add("app.core.passwords", "hash_password")
    hashed = unit.facts.model_attribute(unit.row_entity, password)
    made = [f'changes["{hashed}"] = await hash_password(data.{password.name})']
    present = ownership.present_password(unit, operation)
    is_login = password.name == unit.facts.spec.auth.password
    if present is not None and is_login and ownership.confirms_password(unit, operation):
        unit.service_imports.add("app.services.permissions", "confirm_password")
        field = quote(ownership.present_password_field(unit, operation))
        confirmed = [unit.variable, "actor", f"data.{present}", field]
        made.insert(0, call("await confirm_password(", confirmed, indent=12 if partial else 8))
    was_given = f'"{password.name}" in data.model_fields_set'
    was_sent = naming_rows.was_sent(unit, operation, password.name)
    if password.nullable and not partial:
        made = ["\n            ".join([f"if {was_sent}:", *made])]
    elif password.nullable and was_sent != was_given:  # null takes the password away
        made = [f'changes["{hashed}"] = None', f"if {was_sent}:\n                {made[-1]}"]
    if partial:
        made = ["\n            ".join([f"if {was_given}:", *made])]
    return made


def delete_steps(unit: Unit, operation: Operation) -> list[str]:
    """Return the statements that delete a row."""
    lines = [
        unit.find_one(operation, lock=True),
        *ownership.row_check(unit, operation),
        *administrators.kept(unit, operation),
    ]
    removed = f"await {unit.repository}.remove({unit.variable})"
    if operation.output is None:
        return [*lines, removed]
    shown = [line.replace("return", "shown =", 1) for line in answer_steps(unit, operation)]
    return [*lines, *shown, removed, "return shown"]


def link_steps(unit: Unit, operation: Operation) -> list[str]:
    """Return the statements that put a pair into a join table, or take it out."""
    relation = unit.facts.relation(unit.row_entity.name, operation.relation or "")
    assert relation is not None  # noqa: S101 - links name a many-to-many relation
    assert relation.through is not None  # noqa: S101 - links name a many-to-many relation
    table = join_table_name(relation)
    unit.service_imports.add(f"app.models.{names.snake(unit.row_entity.name)}", table)
    target = unit.facts.entities[relation.target]
    repository = unit.repository_of(target)
    other = names.variable_name(target.name)
    other = f"other_{other}" if other == unit.variable else other
    lines = [unit.find_one(operation, lock=True), *ownership.row_check(unit, operation)]
    where = unit.path_conditions(operation, only=relation.name)
    lines.append(call(f"{other} = await {repository}.one(", where, indent=8))
    lines += references.linked_check(unit, operation, relation, other)
    pairs = []
    for variable, owner, columns in (
        (unit.variable, unit.row_entity, relation.through.local_columns),
        (other, target, relation.through.target_columns),
    ):
        pairs += [
            f"{quote(column)}: {variable}.{key}"
            for column, key in zip(columns, owner.primary_key, strict=True)
        ]
    lines.append("pair = {" + ", ".join(pairs) + "}")
    verb = "link" if operation.kind is K.LINK else "unlink"
    lines.append(f"await {unit.repository}.{verb}({table}, pair)")
    return [*lines, *answer_steps(unit, operation)]


def answer_steps(unit: Unit, operation: Operation) -> list[str]:
    """Return the row; read it again where the answer shows its relations."""
    if operation.output is None:
        return []
    load = listings.load_constant(unit, operation)
    if load is None:
        return [f"return {unit.variable}"]
    name = unit.row_entity.name
    keys = [f"{name}.{key} == {unit.variable}.{key}" for key in unit.row_entity.primary_key]
    unit.service_imports.add(f"app.models.{names.snake(name)}", name)
    return [call(f"return await {unit.repository}.one(", [*keys, f"load={load}"], indent=8)]


def _dump(head: str, excluded: list[str], keywords: list[str]) -> str:
    arguments = list(keywords)
    if excluded:
        arguments.append("exclude={" + ", ".join(quote(name) for name in excluded) + "}")
    return f"{head}{', '.join(arguments)})"
