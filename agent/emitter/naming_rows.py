"""What of bodies inside a body? Some name rows that are there, and some are the value of a column.

A row is named by its key; where the body does not have that, by a unique value; else by all that
the body says of it, and made where there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.layout import quote
from agent.planner import names
from agent.types import RelationKind

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.emitter.unit import Unit
    from agent.types import Entity, Operation, Schema, SchemaField


def naming(unit: Unit, operation: Operation) -> list[SchemaField]:
    """Return the fields of a body that name rows which are there."""
    return [f for f in _fields(unit, operation) if f.relation and f.refers]


def names_rows(facts: Facts, operation: Operation) -> bool:
    """Tell whether a body names a row that has to be there."""
    body = facts.schemas[operation.input.schema_name] if operation.input else None
    for field in body.fields if body and operation.entity else ():
        if field.relation and field.refers and field.schema_name:
            target, _ = facts.step(operation.entity or "", field.relation)
            inner = facts.schemas[field.schema_name]
            if identifying(facts.entities[target], inner) is not None:
                return True
    return False


def shaped(unit: Unit, operation: Operation) -> list[SchemaField]:
    """Return the fields of a body that are the value of one column, in the shape of a schema."""
    return [f for f in _fields(unit, operation) if f.attribute and f.schema_name]


def was_sent(unit: Unit, operation: Operation, attribute: str) -> str:
    """Return the condition that a body has a value for an attribute."""
    field = next((f for f in _fields(unit, operation) if f.attribute == attribute), None)
    return _sent(attribute, never_null=field is not None and field.never_null)


def _sent(member: str, *, never_null: bool) -> str:
    """Return the condition; the type of what is never null does not say that it may be absent."""
    return (
        f"{quote(member)} in data.model_fields_set" if never_null else f"data.{member} is not None"
    )


def unused(unit: Unit, operation: Operation) -> list[str]:
    """Return the fields of a body that are checked and passed over: those bound to nothing."""
    return [
        names.attribute_name(f.name, ())
        for f in _fields(unit, operation)
        if not f.attribute and not f.relation
    ]


def _fields(unit: Unit, operation: Operation) -> tuple[SchemaField, ...]:
    if operation.input is None or unit.entity is None:
        return ()
    return unit.facts.schemas[operation.input.schema_name].fields


def identifying(target: Entity, schema: Schema) -> list[str] | None:
    """Return the attributes in a body that say which row is meant; None: all, as none does."""
    given = {f.attribute for f in schema.fields if f.attribute}
    if target.primary_key and set(target.primary_key) <= given:
        return list(target.primary_key)
    unique = [a.name for a in target.attributes if a.unique and a.name in given]
    return unique[:1] or None


def values(unit: Unit, operation: Operation, *, partial: bool) -> tuple[list[str], dict[str, str]]:
    """Return the statements that find what a body names, and the values by member of the row.

    ``partial``: the statements write the values into ``changes`` themselves, where they were sent.
    """
    lines: list[str] = []
    found: dict[str, str] = {}
    for field in naming(unit, operation):
        member = field.relation or ""
        expression = _rows(unit, field)
        if partial:
            lines.append(_where_sent(member, expression))
        else:
            variable = f"named_{member}".rstrip("_")
            lines.append(f"{variable} = {expression}")
            found[member] = variable
    for field in shaped(unit, operation):
        member = field.attribute or ""
        key = quote(member)
        dumped = f'data.model_dump(mode="json", include={{{key}}})[{key}]'
        if partial:
            lines.append(_where_sent(member, dumped))
        else:
            found[member] = dumped
    return lines, found


def _where_sent(member: str, expression: str) -> str:
    key = quote(member)
    return f"if {key} in data.model_fields_set:\n            changes[{key}] = {expression}"


def loaded_first(unit: Unit, operation: Operation) -> list[str]:
    """Return the statement that loads the rows which are named now, where they are many."""
    many = [
        f.relation or ""
        for f in naming(unit, operation)
        if not unit.facts.step(unit.row_entity.name, f.relation or "")[1]
    ]
    if not many:
        return []
    return [f"await self.session.refresh({unit.variable}, [{', '.join(map(quote, many))}])"]


def _rows(unit: Unit, field: SchemaField) -> str:
    """Return the expression of the row or rows that a field names."""
    member = field.relation or ""
    name, is_one = unit.facts.step(unit.row_entity.name, member)
    target = unit.facts.entities[name]
    schema = unit.facts.schemas[field.schema_name or ""]
    item = f"data.{member}" if is_one else "item"
    repository = unit.repository_of(target)
    keys = identifying(target, schema)
    if keys is None:
        row = f"await {repository}.same_or_new(**{item}.model_dump())"
    else:
        unit.service_imports.add(f"app.models.{names.snake(name)}", name)
        where = [f"{name}.{key} == {item}.{key}" for key in keys]
        row = f"await {repository}.one({', '.join(where)})"
    if not is_one:
        row, empty = f"[{row} for item in data.{member}]", "[]"
    else:
        empty = "None"
    if not _may_be_none(unit, field):
        return row
    return f"{row} if {_sent(member, never_null=field.never_null)} else {empty}"


def _may_be_none(unit: Unit, field: SchemaField) -> bool:
    relation = unit.facts.relation(unit.row_entity.name, field.relation or "")
    is_nullable = relation is None or relation.nullable
    is_many = relation is None or relation.kind is RelationKind.MANY_TO_MANY
    return not field.required or (is_nullable and not is_many and not field.never_null)


def needs_same_or_new(unit: Unit, operation: Operation) -> bool:
    """Tell whether rows are named by all that a body says of them."""
    for field in naming(unit, operation):
        name, _ = unit.facts.step(unit.row_entity.name, field.relation or "")
        schema = unit.facts.schemas[field.schema_name or ""]
        if identifying(unit.facts.entities[name], schema) is None:
            return True
    return False
