"""What stands around rows in a body? Pages of a list, and rows under one key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.layout import Imports, quote
from agent.emitter.schema_views import SchemaClass
from agent.planner import names
from agent.planner.envelope_names import list_class, wrapper_class
from agent.types import OperationKind

if TYPE_CHECKING:
    from agent.emitter.schemas import Schemas
    from agent.types import Operation


def envelopes(schemas: Schemas, entity: str | None, imports: Imports) -> list[SchemaClass]:
    """Return the classes around rows: list envelopes and single wrappers."""
    found: dict[str, SchemaClass] = {}
    for operation in schemas.facts.operations[entity]:
        output = operation.output
        is_list = operation.kind is OperationKind.LIST
        if output and not is_list and (output.wrapper or output.array):
            view = _wrapper(schemas, operation, "out", imports)
            found.setdefault(view.name, view)
        if output and is_list:
            view = _list(schemas, operation, imports)
            found.setdefault(view.name, view)
        if operation.input and operation.input.wrapper:
            view = _wrapper(schemas, operation, "in", imports)
            found.setdefault(view.name, view)
    return list(found.values())


def has_envelopes(schemas: Schemas, entity: str) -> bool:
    """Tell whether an entity's operations have bodies with something around their rows."""
    return any(
        body is not None and (body.wrapper or body.array)
        for operation in schemas.facts.operations[entity]
        for body in (operation.input, operation.output)
    )


def _list(schemas: Schemas, operation: Operation, imports: Imports) -> SchemaClass:
    assert operation.output is not None  # noqa: S101 - asked only for lists with an output
    row = operation.output.schema_name
    imports.add(f"app.schemas.{schemas.module_of(row)}", row)
    envelope = schemas.facts.spec.api.list_envelope
    base = f"Page[{row}]"
    if operation.output.wrapper:
        return _wrapper(schemas, operation, "out", imports)
    if envelope.items is None or operation.output.bare:
        imports.add("pydantic", "RootModel")
        base = f"RootModel[list[{row}]]"
    else:
        imports.add("app.schemas.base", "Page")
    return SchemaClass(
        name=list_class(operation),
        base=base,
        purpose=f"Many rows, each as {row}.",
        lines=[],
        fields=[],
    )


def _wrapper(
    schemas: Schemas, operation: Operation, direction: str, imports: Imports
) -> SchemaClass:
    body = operation.output if direction == "out" else operation.input
    assert body is not None  # noqa: S101 - asked only for wrapped bodies
    is_out = direction == "out"
    row = body.schema_name if is_out else schemas.input_class(body.schema_name)
    imports.add(f"app.schemas.{schemas.module_of(body.schema_name)}", row)
    base = "Output" if is_out else "Input"
    hint = f"list[{row}]" if body.array or operation.kind is OperationKind.LIST else row
    name = names.attribute_name(body.wrapper or "items", ())
    line = f"{name}: {hint}"
    if body.wrapper is None:
        imports.add("pydantic", "RootModel")
        return SchemaClass(
            name=wrapper_class(operation, direction),
            base=f"RootModel[{hint}]",
            purpose=f"Many of {row}.",
            lines=[],
            fields=[],
        )
    imports.add("app.schemas.base", base)
    if schemas.alias(name) != body.wrapper:
        imports.add("pydantic", "Field")
        alias = "serialization_alias" if is_out else "alias"
        line += f" = Field({alias}={quote(body.wrapper)})"
    lines = [line]
    if body.total:
        field = names.attribute_name(body.total, {name})
        alias = f" = Field(serialization_alias={quote(body.total)})"
        is_same = schemas.alias(field) == body.total
        if not is_same:
            imports.add("pydantic", "Field")
        lines.append(f"{field}: int{'' if is_same else alias}")
    return SchemaClass(
        name=wrapper_class(operation, direction),
        base=base,
        purpose=f"{row} under the key '{body.wrapper}'.",
        lines=lines,
        fields=[],
    )
