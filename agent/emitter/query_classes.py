"""What may a client ask of a list? One class for each: filters, search, order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.fields import LENIENT, filter_rules, parameter_type
from agent.emitter.layout import Imports, call, quote
from agent.emitter.schema_views import SchemaClass
from agent.emitter.sorting import default_order, default_sort, sort_name
from agent.emitter.unread import UNREAD
from agent.planner import names
from agent.types import Attribute, AttributeType, ParameterPlace

if TYPE_CHECKING:
    from agent.emitter.schemas import Schemas
    from agent.types import Operation, Parameter


def query(schemas: Schemas, operation: Operation, imports: Imports) -> SchemaClass:
    """Return the class of what a client may ask of a list."""
    entity = operation.entity or ""
    lines = []
    for parameter in operation.parameters:
        if parameter.place is not ParameterPlace.QUERY:
            continue
        attribute = _bound(schemas, entity, parameter)
        annotation, needs = parameter_type(attribute, is_open=operation.open)
        imports.update(needs)
        arguments = [] if parameter.required else ["default=None"]
        name = names.query_name(parameter.name)
        if parameter.name != schemas.alias(name):
            arguments.append(f"alias={quote(parameter.name)}")
        arguments += filter_rules(attribute, is_open=operation.open)
        if parameter.binds is None:
            arguments.append(f"json_schema_extra={{{quote(UNREAD)}: True}}")
        hint = annotation if parameter.required else f"{annotation} | None"
        if arguments == ["default=None"]:
            lines.append(f"{name}: {hint} = None")
        elif not arguments:
            lines.append(f"{name}: {hint}")
        else:
            imports.add("pydantic", "Field")
            lines.append(call(f"{name}: {hint} = Field(", arguments, indent=4))
    lines += _order_fields(schemas, operation, imports)
    if operation.open:
        imports.add("pydantic", "ConfigDict")
        end = "\n" if lines else ""
        lines.insert(0, f'model_config = ConfigDict(extra="ignore"){end}')
    base = "PageQuery" if operation.paginated else "ListQuery"
    imports.add("app.schemas.base", base)
    return SchemaClass(
        name=query_class(operation),
        base=base,
        purpose=f"What a client may ask of '{operation.name}'.",
        lines=lines,
        fields=[],
    )


def _bound(schemas: Schemas, entity: str, parameter: Parameter) -> Attribute:
    if parameter.binds is None:  # read, and of no consequence
        kind = parameter.type or AttributeType.STRING
        return Attribute(name="value", type=kind, precision=12, scale=2)
    *steps, last = parameter.binds.split(".")
    for step in steps:
        entity, _ = schemas.facts.step(entity, step)
    return schemas.facts.attribute(entity, last)


def _order_fields(schemas: Schemas, operation: Operation, imports: Imports) -> list[str]:
    paging = schemas.facts.spec.api.paging
    lines = []
    if operation.search:
        imports.add(*(LENIENT, "Sought") if operation.open else ("app.schemas.types", "Text"))
        imports.add("pydantic", "Field")
        arguments = ["default=None", *_parameter_alias(schemas, "q", paging.search_parameter)]
        kind = "Sought" if operation.open else "Text"
        arguments += [] if operation.open else ["max_length=200"]
        lines.append(f"q: {kind} | None = Field({', '.join(arguments)})")
    if operation.sort:
        lines += _sort_fields(schemas, operation, operation.sort, imports)
    return lines


def _sort_fields(
    schemas: Schemas, operation: Operation, allowed: tuple[str, ...], imports: Imports
) -> list[str]:
    imports.add("typing", "Literal")
    paging = schemas.facts.spec.api.paging
    options = [sort_name(schemas.facts, operation, name) for name in allowed]
    first = sort_name(schemas.facts, operation, default_sort(operation))
    order = default_order(operation)
    if paging.order_parameter is None:
        options = [sign + name for name in options for sign in ("", "-")]
        first = f"-{first}" if order == "desc" else first
    alias = _parameter_alias(schemas, "sort_by", paging.sort_parameter)
    default = _value(quote(first), alias, imports)
    lines = [
        call("sort_by: Literal[", [quote(each) for each in options], f"] = {default}", indent=4)
    ]
    if paging.order_parameter is not None:
        alias = _parameter_alias(schemas, "sort_order", paging.order_parameter)
        default = _value(quote(order), alias, imports)
        lines.append(f'sort_order: Literal["asc", "desc"] = {default}')
    return lines


def _parameter_alias(schemas: Schemas, name: str, wire: str) -> list[str]:
    return [] if wire == schemas.alias(name) else [f"alias={quote(wire)}"]


def query_class(operation: Operation) -> str:
    """Return the class of a list's query parameters."""
    return f"{names.pascal(operation.name)}Query"


def _value(default: str, alias: list[str], imports: Imports) -> str:
    if not alias:
        return default
    imports.add("pydantic", "Field")
    return f"Field({', '.join([f'default={default}', *alias])})"
