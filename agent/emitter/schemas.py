"""What do the spec's schemas become? Pydantic classes, sorted into modules without import cycles.

A schema lives in its entity's module, unless a schema of another module embeds it: then it lives in
``shared``, which imports no other module.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from agent.emitter.envelope_classes import envelopes, has_envelopes
from agent.emitter.fields import FieldCode, field_code
from agent.emitter.layout import Imports, call, quote
from agent.emitter.naming_rows import identifying
from agent.emitter.query_classes import query
from agent.emitter.schema_views import SchemaClass, SchemaModule, saying_field
from agent.planner import names
from agent.types import (
    Attribute,
    AttributeType,
    Operation,
    OperationKind,
    Schema,
    SchemaField,
)

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.types import Entity

K, T = OperationKind, AttributeType
LOOSE = "operations"


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
            if any(self._lists(entity.name)) or has_envelopes(self, entity.name):
                by_module.setdefault(names.snake(entity.name), [])
        return [self._module(module, found) for module, found in by_module.items()]

    @cached_property
    def _entity_by_module(self) -> dict[str, Entity]:
        return {names.snake(e.name): e for e in reversed(self.facts.spec.entities)}

    def _lists(self, entity: str) -> list[Operation]:
        return [o for o in self.facts.operations[entity] if o.kind is K.LIST]

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
            classes += [query(self, o, imports) for o in self._lists(entity.name)]
            classes += envelopes(self, entity.name, imports)
        elif module == LOOSE:
            classes += envelopes(self, None, imports)
        imports.discard(f"app.schemas.{module}")
        title = names.snake(entity.name).replace("_", " ").capitalize() if entity else module
        return SchemaModule(
            module=module, title=f"{title} schemas", imports=imports.render(), classes=classes
        )

    # --- one class ---

    def _class(self, schema: Schema, direction: str, imports: Imports) -> SchemaClass:
        base = "Output" if direction == "out" else "OpenInput" if schema.open else "Input"
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
            if o.kind is K.UPDATE and o.input
        )

    def _field(
        self, schema: Schema, given: SchemaField, direction: str, imports: Imports, *, partial: bool
    ) -> FieldCode | None:
        if given.schema_name is not None:
            return self._nested_field(schema, given, direction, imports)
        if given.says is not None and direction == "out":
            return saying_field(given, imports, self.alias)
        is_compared = given == self.facts.present_password(schema)
        if given.attribute is not None and schema.entity is not None:
            attribute = self.facts.attribute(schema.entity, given.attribute)
            if attribute.type is T.PASSWORD and direction == "out":
                return None
            if attribute.type is T.PASSWORD and schema.open:  # the contract says which are good
                attribute = attribute.model_copy(update={"type": T.STRING})
        else:
            attribute = Attribute(
                name=names.attribute_name(given.name, ()),
                # it is only compared: what was a password once need not be a good one today
                type=T.STRING if is_compared else given.type or T.STRING,
                length=128 if is_compared and not schema.open else given.length,
                **rules(given),
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
            never_null=given.never_null,
            is_open=schema.open,
            is_unused=direction == "in" and not is_compared and self._is_unused(schema, given),
        )
        imports.update(code.imports)
        return code

    def _is_unused(self, schema: Schema, given: SchemaField) -> bool:
        """Tell whether a field is bound to nothing of a row, or does not say which row is meant."""
        if schema.name in self._naming and schema.entity:
            keys = identifying(self.facts.entities[schema.entity], schema)
            return keys is not None and given.attribute not in keys
        is_free = given.attribute is None and given.relation is None
        return is_free and schema.name in self._written

    @cached_property
    def _naming(self) -> frozenset[str]:
        fields = (f for s in self.facts.spec.schemas for f in s.fields)
        return frozenset(f.schema_name for f in fields if f.refers and f.schema_name)

    @cached_property
    def _written(self) -> frozenset[str]:
        kinds = {K.CREATE, K.REGISTER, K.UPDATE, K.REPLACE}
        found = (
            o.input.schema_name for o in self.facts.spec.operations if o.input and o.kind in kinds
        )
        return frozenset(name for name in found if self.facts.schemas[name].open)

    def _nested_field(
        self, schema: Schema, given: SchemaField, direction: str, imports: Imports
    ) -> FieldCode:
        inner = given.schema_name or ""
        class_name = inner if direction == "out" else self.input_class(inner)
        imports.add(f"app.schemas.{self.module_of(inner)}", class_name)
        name = names.attribute_name(given.relation or given.name, ())
        is_left_out = direction == "out" and given.never_null and not given.required
        is_one, nullable = not given.array, given.nullable or is_left_out
        if given.relation and schema.entity:
            _, is_one = self.facts.step(schema.entity, given.relation)
            declared = self.facts.relation(schema.entity, given.relation)
            nullable = declared.nullable if declared else is_one
            name = given.relation
        elif given.attribute and schema.entity:
            nullable = self.facts.attribute(schema.entity, given.attribute).nullable
            name = given.attribute
        annotation = class_name if is_one else f"list[{class_name}]"
        is_left_out = is_left_out and nullable
        if nullable and (is_left_out or not given.never_null):
            annotation += " | None"
        arguments = []
        if direction == "in" and not given.required:
            arguments.append(_nested_default(given, imports, is_one=is_one, nullable=nullable))
        if is_left_out:
            imports.add("app.schemas.lenient", "is_none")
            arguments += ["default=None", "exclude_if=is_none"]
        if given.name != self.alias(name):
            alias = "alias" if direction == "in" else "serialization_alias"
            arguments.append(f"{alias}={quote(given.name)}")
        line = f"{name}: {annotation}"
        if arguments:
            imports.add("pydantic", "Field")
            line = call(f"{line} = Field(", arguments, indent=4)
        return FieldCode(name=name, line=line, imports=(), annotation=annotation, validation="")

    @cached_property
    def uses_open(self) -> bool:
        """Tell whether a contract refuses less than we do by ourselves."""
        spec = self.facts.spec
        fields = (f for s in spec.schemas for f in s.fields)
        is_open = any(s.open for s in spec.schemas) or any(o.open for o in spec.operations)
        return is_open or any(f.never_null for f in fields)

    def alias(self, name: str) -> str:
        """Return the wire name that a class gives a field by itself: pydantic's own camel case."""
        return self.facts.wire(name)


def rules(given: SchemaField) -> dict[str, Any]:
    """Return the rules of a free field, but for its length."""
    names_of = ("min_length", "pattern", "minimum", "maximum")
    both = (*names_of, "exclusive_minimum", "exclusive_maximum")
    return {name: getattr(given, name) for name in both}


def _nested_default(given: SchemaField, imports: Imports, *, is_one: bool, nullable: bool) -> str:
    """Return what stands for a body inside a body that was not sent."""
    if given.never_null or (is_one and not nullable):
        imports.add("app.schemas.types", "omitted")
        return "default_factory=omitted"
    return "default=None" if nullable else "default_factory=list"


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
