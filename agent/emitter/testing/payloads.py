"""How do tests make bodies? One function for each schema that clients send."""

from __future__ import annotations

import keyword
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.emitter.layout import Imports
from agent.emitter.schemas import rules
from agent.emitter.testing.room import has_few
from agent.emitter.testing.rows import foreign_keys, is_unique
from agent.emitter.testing.samples import body_value
from agent.emitter.testing.values import Values, import_used
from agent.planner import names
from agent.types import Attribute, AttributeType

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.emitter.testing.examples import Examples
    from agent.types import Entity, Schema, SchemaField

MODULE = "tests.payloads"
_INDENT = 8
# What the module defines or imports itself.
_TAKEN = frozenset({"b64encode", "count", "dt", "numbers", "pick", "uuid4"})


@dataclass(frozen=True, slots=True)
class PayloadView:
    """The function that makes a valid body of one schema.

    ``few``: there can be few such rows; no row of a factory has the body's values at first.
    """

    name: str
    title: str
    values: list[str]
    used: set[str]
    few: bool = False

    @property
    def uses_number(self) -> bool:
        """Tell whether values differ from body to body."""
        return "number" in self.used


def payload_names(facts: Facts) -> dict[str, str]:
    """Return the function that makes a body, for each schema that clients send."""
    found: dict[str, str] = {}
    for operation in facts.spec.operations:
        if operation.input is not None:
            _name(facts.schemas[operation.input.schema_name], facts, found)
    return found


def _name(schema: Schema, facts: Facts, found: dict[str, str]) -> None:
    if schema.name in found:
        return
    name = names.snake(schema.name)
    # pytest would take an imported 'test_...' for a test
    is_free = not (name in _TAKEN or keyword.iskeyword(name) or name.startswith("test"))
    found[schema.name] = names.unique(name if is_free else f"body_of_{name}", found.values())
    for given in schema.fields:
        if _is_one_row(schema, given, facts):
            _name(facts.schemas[given.schema_name or ""], facts, found)


def payloads(functions: dict[str, str], facts: Facts, examples: Examples) -> list[PayloadView]:
    """Return one function for each schema that has a name for it."""
    return [_payload(facts.schemas[name], functions, facts, examples) for name in functions]


def payload_imports(made: list[PayloadView], facts: Facts) -> str:
    """Return the imports of the module of bodies."""
    imports = Imports()
    imports.add("typing", "Any")
    imports.add("itertools", "count")
    for view in made:
        import_used(imports, view.used, facts, module=MODULE)
    return imports.render()


def _payload(
    schema: Schema, functions: dict[str, str], facts: Facts, examples: Examples
) -> PayloadView:
    entity = facts.entities.get(schema.entity or "")
    chosen = examples.of(entity.name) if entity else {}
    values = Values(_INDENT)
    for given in schema.fields:
        code = _field(schema, given, entity, functions, facts)
        example = chosen.get(given.attribute or "")
        if code is not None and example is not None and example.body is not None:
            code = example.body
        if code is not None:
            values.add(given.name, code)
    return PayloadView(
        name=functions[schema.name],
        title=names.snake(schema.name).replace("_", " "),
        values=values.items,
        used=values.used,
        few=entity is not None and has_few(facts, entity.name),
    )


def _field(
    schema: Schema,
    given: SchemaField,
    entity: Entity | None,
    functions: dict[str, str],
    facts: Facts,
) -> str | None:
    """Return a field's value; ``None`` leaves it out."""
    if given.schema_name is not None:
        if not given.required:
            return None
        if _is_one_row(schema, given, facts):
            return f"{functions[given.schema_name]}()"
        return "[]" if _is_many(schema, given, facts) else "None"
    if entity is None or given.attribute is None:
        is_sent = given.required or given == facts.present_password(schema)
        return body_value(free_attribute(given), facts, unique=False) if is_sent else None
    attribute = facts.attribute(entity.name, given.attribute)
    if attribute.name in foreign_keys(entity) or attribute.transitions:
        return None
    auth = facts.spec.auth
    is_roles = facts.secured and entity.name == auth.user and attribute.name == auth.roles_attribute
    return body_value(
        attribute,
        facts,
        unique=is_unique(entity, attribute),
        choices=auth.roles if is_roles else (),
    )


def _is_one_row(schema: Schema, given: SchemaField, facts: Facts) -> bool:
    """Tell whether a field has to hold exactly one other body."""
    if given.schema_name is None or not given.required or _is_many(schema, given, facts):
        return False
    if given.relation and schema.entity:
        declared = facts.relation(schema.entity, given.relation)
        return declared is not None and (not declared.nullable or given.never_null)
    return not given.nullable


def _is_many(schema: Schema, given: SchemaField, facts: Facts) -> bool:
    if given.relation and schema.entity:
        return not facts.step(schema.entity, given.relation)[1]
    return given.array


def free_attribute(given: SchemaField) -> Attribute:
    """Return what a free field of a custom operation looks like."""
    return Attribute(
        name=names.attribute_name(given.name, ()),
        type=given.type or AttributeType.STRING,
        enum=given.enum,
        array=given.array,
        length=given.length,
        **rules(given),
        precision=12,
        scale=2,
    )
