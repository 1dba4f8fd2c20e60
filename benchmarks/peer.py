"""How does a peer read the same plan, as far as its language can say it?

feathers-cli 0.2.0 has no relations, no checks, no decimals, no days and no keys of two columns:
keys of other rows are plain values, and a model without a key of one column gets an ``id``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from agent.planner import names
from agent.types import AttributeType, Generator

if TYPE_CHECKING:
    from agent.types import Attribute, BackendSpec, Entity

_T = AttributeType
_TYPES = {
    _T.INTEGER: "int",
    _T.SMALLINT: "int",
    _T.BIGINT: "int",
    _T.DECIMAL: "float",
    _T.FLOAT: "float",
    _T.BOOLEAN: "bool",
    _T.DATE: "datetime",
    _T.DATETIME: "datetime",
    _T.UUID: "uuid",
    _T.ENUM: "enum",
}
_OPERATIONS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("GET", "", "list", {"paginate": "offset"}),
    ("POST", "", "create", {}),
    ("GET", "/{id}", "get", {}),
    ("PATCH", "/{id}", "update", {}),
    ("DELETE", "/{id}", "delete", {}),
)


def schema(spec: BackendSpec) -> str:
    """Return a resolved plan as the peer's YAML, which JSON is, too."""
    values = {enum.name: list(enum.values) for enum in spec.enums}
    models = [{"name": entity.name, "fields": _fields(entity, values)} for entity in spec.entities]
    endpoints = [
        {
            "method": method,
            "path": f"/{entity.plural}{rest}",
            "handler": f"{entity.plural}.{action}",
            "auth": "none",
            **more,
        }
        for entity in spec.entities
        for method, rest, action, more in _OPERATIONS
    ]
    service = {"name": names.snake(spec.name), "description": spec.name}
    return json.dumps({"service": service, "models": models, "endpoints": endpoints})


def _fields(entity: Entity, values: dict[str, list[str]]) -> list[dict[str, Any]]:
    fields = [_field(attribute, entity, values) for attribute in entity.attributes]
    if not any("primary" in field for field in fields):
        fields.insert(0, {"name": "id", "type": "uuid", "primary": True})
    return fields


def _field(attribute: Attribute, entity: Entity, values: dict[str, list[str]]) -> dict[str, Any]:
    field: dict[str, Any] = {"name": attribute.name, "type": _TYPES.get(attribute.type, "str")}
    if entity.primary_key == (attribute.name,):
        return {**field, "primary": True}
    keys = {key for relation in entity.relations for key in relation.attributes}
    field |= {"unique": True} if attribute.unique else {}
    field |= {"indexed": True} if attribute.index or attribute.name in keys else {}
    field |= {"nullable": True} if attribute.nullable else {}
    field |= {"max_length": attribute.length} if attribute.length else {}
    if attribute.enum is not None:
        field["values"] = values[attribute.enum]
    if attribute.generated is Generator.NOW:
        field["default"] = "now"
    elif attribute.default is not None:
        field["default"] = attribute.default
    return field
