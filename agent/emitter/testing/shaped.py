"""What does a column of JSON hold that has the shape of a schema? A value of that shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.layout import quote
from agent.emitter.testing.payloads import free_attribute
from agent.emitter.testing.samples import body_value
from agent.planner import names

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.types import Entity

_DEEPEST = 8


def shaped_value(entity: Entity, attribute: str, facts: Facts) -> str | None:
    """Return the value of a column as code; ``None`` where no schema gives it a shape."""
    for schema in facts.spec.schemas:
        if schema.entity != entity.name:
            continue
        for field in schema.fields:
            if field.attribute == attribute and field.schema_name is not None:
                value = _value(field.schema_name, facts)
                return f"[{value}]" if field.array else value
    return None


def _value(name: str, facts: Facts, depth: int = 0) -> str:
    items = []
    for field in facts.schemas[name].fields:
        if not field.required or depth > _DEEPEST:
            continue
        if field.schema_name is not None:
            value = _value(field.schema_name, facts, depth + 1)
            value = f"[{value}]" if field.array else value
        else:
            value = body_value(free_attribute(field), facts, unique=False)
        items.append(f"{quote(names.attribute_name(field.name, ()))}: {value}")
    return f"{{{', '.join(items)}}}"
