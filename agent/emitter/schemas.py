"""What do the spec's schemas become? Pydantic classes, sorted into modules without import cycles.

A schema lives in its entity's module, unless a schema of another module embeds it: then it lives in
``shared``, which imports no other module.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from agent.emitter.fields import FieldCode, field_code, filter_rules, parameter_type
from agent.emitter.layout import Imports, call, quote
from agent.planner import names
from agent.types import (
    Attribute,
    AttributeType,
    Operation,
    OperationKind,
    ParameterPlace,
    Schema,
    SchemaField,
)

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.types import Entity

T = AttributeType
LOOSE = "operations"


@dataclass(frozen=True, slots=True)
class SchemaClass:
    """One pydantic class, ready for its template."""

    name: str
    base: str
    purpose: str
    lines: list[str]
    fields: list[FieldCode]


@dataclass(frozen=True, slots=True)
class SchemaModule:
    """One module of schemas."""

    module: str
    title: str
    imports: str
    classes: list[SchemaClass]


class Schemas:
    """Every schema class of a project, with the module that it lives in."""

    def __init__(self, facts: Facts) -> None:
        """Find out who uses and who embeds what."""
        self.facts = facts
        self.inputs = self._reachable(
            {o.input.schema_name for o in facts.spec.operations if o.input}
        )
        self.outputs = self._reachable(
            {o.output.schema_name for o in facts.spec.operations if o.output}
        )
        self.shared = self._shared()

    def _nested(self, name: str) -> list[str]:
        return [f.schema_name for f in self.facts.schemas[name].fields if f.schema_name]

    def _reachable(self, start: set[str]) -> set[str]:
        found: set[str] = set()
        todo = list(start)
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo += self._nested(name)
        return found

    def _home(self, schema: Schema) -> str:
        return names.snake(schema.entity) if schema.entity else LOOSE

    def _shared(self) -> set[str]:
        embedded = {
            nested
            for schema in self.facts.schemas.values()
            for nested in self._nested(schema.name)
            if self._home(self.facts.schemas[nested]) != self._home(schema)
        }
        return self._reachable(embedded)

    def module_of(self, name: str) -> str:
        """Return the module that holds a schema."""
        return "shared" if name in self.shared else self._home(self.facts.schemas[name])

    def input_class(self, name: str) -> str:
        """Return the class of a schema in requests; a schema used both ways has two."""
        return f"{name}Input" if name in self.outputs else name

    def modules(self) -> list[SchemaModule]:
        """Return every module with its classes, embedded ones first."""
        by_module: dict[str, list[Schema]] = {}
        used = self.inputs | self.outputs
        for schema in self.facts.spec.schemas:
            if schema.name in used:
                by_module.setdefault(self.module_of(schema.name), []).append(schema)
        for entity in self.facts.spec.entities:
            if any(self._lists(entity.name)):
                by_module.setdefault(names.snake(entity.name), [])
        return [self._module(module, found) for module, found in by_module.items()]

    @cached_property
    def _entity_by_module(self) -> dict[str, Entity]:
        return {names.snake(e.name): e for e in reversed(self.facts.spec.entities)}

    def _lists(self, entity: str) -> list[Operation]:
        return self._lists_by_entity.get(entity, [])

    @cached_property
    def _lists_by_entity(self) -> dict[str | None, list[Operation]]:
        found: dict[str | None, list[Operation]] = {}
        for operation in self.facts.spec.operations:
            if operation.kind is OperationKind.LIST:
                found.setdefault(operation.entity, []).append(operation)
        return found

    def _module(self, module: str, schemas: list[Schema]) -> SchemaModule:
        imports = Imports()
        classes = []
        for schema in _embedded_first(schemas):
            if schema.name in self.outputs:
                classes.append(self._class(schema, "out", imports))
            if schema.name in self.inputs:
                classes.append(self._class(schema, "in", imports))
        entity = self._entity_by_module.get(module)
        if entity is not None and module != "shared":
            classes += [self._query(o, imports) for o in self._lists(entity.name)]
            classes += self._envelopes(entity.name, imports)
        elif module == LOOSE:
            classes += self._envelopes(None, imports)
        imports.discard(f"app.schemas.{module}")
        title = names.snake(entity.name).replace("_", " ").capitalize() if entity else module
        return SchemaModule(
            module=module, title=f"{title} schemas", imports=imports.render(), classes=classes
        )

    # --- one class ---

    def _class(self, schema: Schema, direction: str, imports: Imports) -> SchemaClass:
        base = "Output" if direction == "out" else "Input"
        imports.add("app.schemas.base", base)
        partial = direction == "in" and self._is_partial(schema)
        fields = [
            code
            for given in schema.fields
            if (code := self._field(schema, given, direction, imports, partial=partial))
        ]
        name = schema.name if direction == "out" else self.input_class(schema.name)
        return SchemaClass(
            name=name,
            base=base,
            purpose=_purpose(schema, direction, partial=partial),
            lines=[f.line for f in fields],
            fields=fields,
        )

    def _is_partial(self, schema: Schema) -> bool:
        """Tell whether a body changes only what it names."""
        return schema.name in self._partial

    @cached_property
    def _partial(self) -> frozenset[str]:
        return frozenset(
            o.input.schema_name
            for o in self.facts.spec.operations
            if o.kind is OperationKind.UPDATE and o.input
        )

    def _field(
        self, schema: Schema, given: SchemaField, direction: str, imports: Imports, *, partial: bool
    ) -> FieldCode | None:
        if given.schema_name is not None:
            return self._nested_field(schema, given, direction, imports)
        is_compared = given == self.facts.present_password(schema)
        if given.attribute is not None and schema.entity is not None:
            attribute = self.facts.attribute(schema.entity, given.attribute)
            if attribute.type is T.PASSWORD and direction == "out":
                return None
        else:
            attribute = Attribute(
                name=names.attribute_name(given.name, ()),
                # it is only compared: what was a password once need not be a good one today
                type=T.STRING if is_compared else given.type or T.STRING,
                length=128 if is_compared else None,
                enum=given.enum,
                array=given.array,
                nullable=given.nullable or not given.required,
                precision=12 if given.type is T.DECIMAL else None,
                scale=2 if given.type is T.DECIMAL else None,
            )
        auth = self.facts.spec.auth
        is_roles = (
            self.facts.secured
            and schema.entity == auth.user
            and attribute.name == auth.roles_attribute
        )
        code = field_code(
            attribute,
            wire=given.name,
            direction=direction,
            required=given.required or direction == "out",
            partial=partial and given.attribute is not None,
            members=self.facts.members,
            generated_alias=self.alias(attribute.name),
            addressed=(schema.entity or "", attribute.name) in self.facts.addressed,
            choices=auth.roles if is_roles else (),
        )
        imports.update(code.imports)
        return code

    def _nested_field(
        self, schema: Schema, given: SchemaField, direction: str, imports: Imports
    ) -> FieldCode:
        inner = given.schema_name or ""
        class_name = inner if direction == "out" else self.input_class(inner)
        imports.add(f"app.schemas.{self.module_of(inner)}", class_name)
        name = names.attribute_name(given.relation or given.name, ())
        is_one, nullable = not given.array, given.nullable
        if given.relation and schema.entity:
            _, is_one = self.facts.step(schema.entity, given.relation)
            declared = self.facts.relation(schema.entity, given.relation)
            nullable = declared.nullable if declared else is_one
            name = given.relation
        annotation = class_name if is_one else f"list[{class_name}]"
        if nullable:
            annotation += " | None"
        arguments = []
        if direction == "in" and not given.required:
            arguments.append("default=None" if nullable else "default_factory=list")
        if given.name != self.alias(name):
            alias = "alias" if direction == "in" else "serialization_alias"
            arguments.append(f"{alias}={quote(given.name)}")
        line = f"{name}: {annotation}"
        if arguments:
            imports.add("pydantic", "Field")
            line = call(f"{line} = Field(", arguments, indent=4)
        return FieldCode(name=name, line=line, imports=(), annotation=annotation, validation="")

    def alias(self, name: str) -> str:
        """Return the wire name that a class gives a field by itself: pydantic's own camel case."""
        if self.facts.spec.api.field_case != "camel":
            return name
        from pydantic.alias_generators import to_camel  # noqa: PLC0415 - for camel case only

        return to_camel(name)

    # --- list queries and envelopes ---

    def _query(self, operation: Operation, imports: Imports) -> SchemaClass:
        entity = operation.entity or ""
        lines = []
        for parameter in operation.parameters:
            if parameter.place is not ParameterPlace.QUERY or not parameter.binds:
                continue
            attribute = self._bound(entity, parameter.binds)
            annotation, needs = parameter_type(attribute)
            imports.update(needs)
            arguments = [] if parameter.required else ["default=None"]
            name = names.attribute_name(parameter.name, ())
            if parameter.name != self.alias(name):
                arguments.append(f"alias={quote(parameter.name)}")
            arguments += filter_rules(attribute)
            hint = annotation if parameter.required else f"{annotation} | None"
            if arguments == ["default=None"]:
                lines.append(f"{name}: {hint} = None")
            elif not arguments:
                lines.append(f"{name}: {hint}")
            else:
                imports.add("pydantic", "Field")
                lines.append(call(f"{name}: {hint} = Field(", arguments, indent=4))
        lines += self._order_fields(operation, imports)
        base = "PageQuery" if operation.paginated else "ListQuery"
        imports.add("app.schemas.base", base)
        return SchemaClass(
            name=query_class(operation),
            base=base,
            purpose=f"What a client may ask of '{operation.name}'.",
            lines=lines,
            fields=[],
        )

    def _bound(self, entity: str, path: str) -> Attribute:
        *steps, last = path.split(".")
        for step in steps:
            entity, _ = self.facts.step(entity, step)
        return self.facts.attribute(entity, last)

    def _order_fields(self, operation: Operation, imports: Imports) -> list[str]:
        paging = self.facts.spec.api.paging
        lines = []
        if operation.search:
            imports.add("app.schemas.types", "Text")
            imports.add("pydantic", "Field")
            arguments = ["default=None", *self._parameter_alias("q", paging.search_parameter)]
            lines.append(f"q: Text | None = Field({', '.join([*arguments, 'max_length=200'])})")
        if operation.sort:
            imports.add("typing", "Literal")
            options = [quote(self.sort_name(name)) for name in operation.sort]
            first = default_sort(operation)
            alias = self._parameter_alias("sort_by", paging.sort_parameter)
            default = _value(quote(self.sort_name(first)), alias, imports)
            order = quote("desc" if first == "created_at" else "asc")
            order_alias = self._parameter_alias("sort_order", paging.order_parameter)
            lines.append(call("sort_by: Literal[", options, f"] = {default}", indent=4))
            lines.append(
                f'sort_order: Literal["asc", "desc"] = {_value(order, order_alias, imports)}'
            )
        return lines

    def _parameter_alias(self, name: str, wire: str) -> list[str]:
        return [] if wire == self.alias(name) else [f"alias={quote(wire)}"]

    def sort_name(self, name: str) -> str:
        """Return what a client calls an attribute to sort by."""
        plain = name.removesuffix("_")
        return names.camel(plain) if self.facts.spec.api.field_case == "camel" else plain

    def _envelopes(self, entity: str | None, imports: Imports) -> list[SchemaClass]:
        """Return the classes around rows: list envelopes and single wrappers."""
        found: dict[str, SchemaClass] = {}
        for operation in self.facts.spec.operations:
            mine = operation.entity == entity or (
                entity is None and operation.entity not in self.facts.entities
            )
            if not mine:
                continue
            output = operation.output
            is_list = operation.kind is OperationKind.LIST
            if output and not is_list and (output.wrapper or output.array):
                view = self._wrapper(operation, "out", imports)
                found.setdefault(view.name, view)
            if output and is_list:
                view = self._list(operation, imports)
                found.setdefault(view.name, view)
            if operation.input and operation.input.wrapper:
                view = self._wrapper(operation, "in", imports)
                found.setdefault(view.name, view)
        return list(found.values())

    def _list(self, operation: Operation, imports: Imports) -> SchemaClass:
        assert operation.output is not None  # noqa: S101 - asked only for lists with an output
        row = operation.output.schema_name
        imports.add(f"app.schemas.{self.module_of(row)}", row)
        envelope = self.facts.spec.api.list_envelope
        base = f"Page[{row}]"
        if operation.output.wrapper:
            return self._wrapper(operation, "out", imports)
        if envelope.items is None:
            imports.add("pydantic", "RootModel")
            base = f"RootModel[list[{row}]]"
        else:
            imports.add("app.schemas.base", "Page")
        return SchemaClass(
            name=self.list_class(operation),
            base=base,
            purpose=f"Many rows, each as {row}.",
            lines=[],
            fields=[],
        )

    def list_class(self, operation: Operation) -> str:
        """Return the class of a list answer."""
        assert operation.output is not None  # noqa: S101 - asked only for lists with an output
        if operation.output.wrapper:
            return self.wrapper_class(operation, "out")
        stem = operation.output.schema_name.removesuffix("Response")
        return f"{stem}ListResponse"

    def wrapper_class(self, operation: Operation, direction: str) -> str:
        """Return the class of a body under one key."""
        body = operation.output if direction == "out" else operation.input
        assert body is not None  # noqa: S101 - asked only for wrapped bodies
        key = names.pascal(body.wrapper or "items")
        suffix = "Envelope" if direction == "out" else "Wrapped"
        return f"{body.schema_name}{'' if not body.array else 'List'}{key}{suffix}"

    def _wrapper(self, operation: Operation, direction: str, imports: Imports) -> SchemaClass:
        body = operation.output if direction == "out" else operation.input
        assert body is not None  # noqa: S101 - asked only for wrapped bodies
        is_out = direction == "out"
        row = body.schema_name if is_out else self.input_class(body.schema_name)
        imports.add(f"app.schemas.{self.module_of(body.schema_name)}", row)
        base = "Output" if is_out else "Input"
        hint = f"list[{row}]" if body.array or operation.kind is OperationKind.LIST else row
        name = names.attribute_name(body.wrapper or "items", ())
        line = f"{name}: {hint}"
        if body.wrapper is None:
            imports.add("pydantic", "RootModel")
            return SchemaClass(
                name=self.wrapper_class(operation, direction),
                base=f"RootModel[{hint}]",
                purpose=f"Many of {row}.",
                lines=[],
                fields=[],
            )
        imports.add("app.schemas.base", base)
        if self.alias(name) != body.wrapper:
            imports.add("pydantic", "Field")
            alias = "serialization_alias" if is_out else "alias"
            line += f" = Field({alias}={quote(body.wrapper)})"
        return SchemaClass(
            name=self.wrapper_class(operation, direction),
            base=base,
            purpose=f"{row} under the key '{body.wrapper}'.",
            lines=[line],
            fields=[],
        )


def query_class(operation: Operation) -> str:
    """Return the class of a list's query parameters."""
    return f"{names.pascal(operation.name)}Query"


def default_sort(operation: Operation) -> str:
    """Return the attribute that a list is sorted by when nothing is asked."""
    allowed = operation.sort or ()
    return "created_at" if "created_at" in allowed else allowed[0]


def _value(default: str, alias: list[str], imports: Imports) -> str:
    if not alias:
        return default
    imports.add("pydantic", "Field")
    return f"Field({', '.join([f'default={default}', *alias])})"


def _embedded_first(schemas: list[Schema]) -> list[Schema]:
    """Order schemas so that what another one embeds stands above it."""
    by_name = {s.name: s for s in schemas}
    ordered: dict[str, Schema] = {}

    def visit(schema: Schema, above: frozenset[str]) -> None:
        for field in schema.fields:
            inner = by_name.get(field.schema_name or "")
            if inner and inner.name not in above:
                visit(inner, above | {inner.name})
        ordered.setdefault(schema.name, schema)

    for schema in schemas:
        visit(schema, frozenset({schema.name}))
    return list(ordered.values())


def _purpose(schema: Schema, direction: str, *, partial: bool) -> str:
    if schema.comment:
        return schema.comment
    thing = names.snake(schema.entity or schema.name).replace("_", " ")
    article = names.article(thing)
    if partial:
        return f"What a client may change of {article} {thing}; what is absent stays."
    if direction == "in":
        return f"What a client sends for {article} {thing}."
    return f"What a client sees of {article} {thing}."
