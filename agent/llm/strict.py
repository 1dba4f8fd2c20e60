"""Which JSON Schema do all servers take? The strict subset, made from any schema we can say in it.

Strict servers (OpenAI, Azure) want every object closed and all of its properties required, know
neither ``default`` nor most bounds, no ``oneOf``, and nothing beside a ``$ref``; those that make a
grammar of it (llama.cpp, Ollama, vLLM, LM Studio) each know another part of the rest. So

- optional properties become required: nullable ones stay so, for others the description tells the
  default;
- bounds, patterns and formats leave the schema and are told in the description. Judging them, as
  everything, remains with the type itself (expected.py);
- ``oneOf`` and lists of types become ``anyOf``, ``const`` an ``enum``, recursion stays a ``$ref``;
- what cannot be said (free-form objects, any value, tuples, intersections) is refused: our own
  mistake, found by the first test that asks for such a type.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pydantic import JsonValue

if TYPE_CHECKING:
    from collections.abc import Mapping

Schema = dict[str, JsonValue]

DEFINITIONS = "#/$defs/"
DROPPED = {"$id", "$schema", "$comment", "title", "deprecated", "discriminator", "readOnly"} | {
    "writeOnly",
    "examples",
}
"""Says nothing that an answer depends on."""
TOLD = (
    *("default", "format", "pattern", "minLength", "maxLength", "minimum", "maximum"),
    *("exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems"),
)
"""Not understood everywhere: told in words."""
KNOWN = {"type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref", "$defs", "definitions"} | {
    "items",
    "properties",
    "required",
    "additionalProperties",
    "description",
}
COMBINED = {"$ref", "anyOf", "oneOf", "allOf"}
SHAPED = {"properties", "additionalProperties", "items", "enum", "const"}
JSON_TYPES: Mapping[type, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    type(None): "null",
}


def strict_schema(schema: Mapping[str, JsonValue]) -> Schema:
    """Return the schema in the strict subset, with an object at its root.

    Raises:
        ValueError: it allows what the subset cannot say; the message names the place.

    """
    source = dict(schema)
    definitions = {**_mapping(source, "definitions"), **_mapping(source, "$defs")}
    named = {name: _strict(each, f"$defs/{name}") for name, each in definitions.items()}
    reference = source.get("$ref")
    if reference is not None:  # of a recursive type: the root must be an object itself
        root = dict(named[_name(reference, "")])
    else:
        root = _strict({k: v for k, v in source.items() if k not in {"$defs", "definitions"}}, "")
    if root.get("type") != "object":
        raise ValueError("the root of an answer must be an object")
    used = _used(root, named)
    if absent := used - named.keys():
        raise ValueError(f"the reference to {absent.pop()!r} leads out of the definitions")
    if used:
        root["$defs"] = {name: each for name, each in named.items() if name in used}
    return root


def compact(schema: Schema) -> str:
    """Return a schema as short JSON."""
    return json.dumps(schema, ensure_ascii=False, separators=(",", ":"))


def _strict(schema: JsonValue, place: str) -> Schema:
    if not isinstance(schema, dict):
        raise ValueError(f"{place}: any value is allowed")  # noqa: TRY004 - a schema's fault
    if strange := schema.keys() - KNOWN - DROPPED - set(TOLD):
        raise ValueError(f"{place}: {', '.join(sorted(strange))} cannot be said")
    description = _description(schema)
    made = _shape(schema, place)
    if description and "$ref" in made:
        made = {"anyOf": [made]}  # nothing may stand beside a $ref
    if description:
        made["description"] = description
    return made


def _shape(schema: Schema, place: str) -> Schema:
    """Return the schema without description."""
    if others := COMBINED & schema.keys():
        if len(others | SHAPED & schema.keys()) > 1:
            raise ValueError(f"{place}: an intersection cannot be said")
        return _combination(schema, others.pop(), place)
    if "const" in schema:
        return _choice([schema["const"]], place)
    if "enum" in schema:
        return _choice(_list(schema, "enum"), place)
    kind = schema.get("type")
    if isinstance(kind, list):
        shape = {key: value for key, value in schema.items() if key in SHAPED}
        return _union([_strict({**shape, "type": each}, place) for each in kind])
    return _of_type(schema, kind, place)


def _combination(schema: Schema, how: str, place: str) -> Schema:
    if how == "$ref":
        return {"$ref": f"{DEFINITIONS}{_name(schema[how], place)}"}
    parts = [_strict(each, place) for each in _list(schema, how)]
    if how == "allOf" and len(parts) > 1:
        raise ValueError(f"{place}: an intersection cannot be said")
    return _union(parts)


def _of_type(schema: Schema, kind: JsonValue, place: str) -> Schema:
    if kind == "object":
        return _object(schema, place)
    if kind == "array":
        if "items" not in schema:
            raise ValueError(f"{place}: a list of anything, or a tuple, cannot be said")
        return {"type": kind, "items": _strict(schema["items"], f"{place}/items")}
    if kind not in JSON_TYPES.values():
        raise ValueError(f"{place}: any value is allowed")
    return {"type": kind}


def _object(schema: Schema, place: str) -> Schema:
    more = schema.get("additionalProperties", False)
    properties = _mapping(schema, "properties")
    if more not in (False, True) or not properties:
        raise ValueError(f"{place}: an object with free keys cannot be said")
    return {
        "type": "object",
        "properties": {name: _strict(each, f"{place}/{name}") for name, each in properties.items()},
        "required": list(properties),
        "additionalProperties": False,
    }


def _union(members: list[Schema]) -> Schema:
    """Return one schema for all members; a member that only unites others is opened up."""
    flat: list[JsonValue] = []
    for member in members:
        inner = member.get("anyOf")
        nested = isinstance(inner, list) and member.keys() == {"anyOf"}
        for each in inner if nested and isinstance(inner, list) else [member]:
            if each not in flat:
                flat.append(each)
    only = flat[0]
    return only if len(flat) == 1 and isinstance(only, dict) else {"anyOf": flat}


def _choice(values: list[JsonValue], place: str) -> Schema:
    """Return an enumeration, by type: servers want to know the type of all of its values."""
    by_type: dict[str, list[JsonValue]] = {}
    for value in values:
        kind = JSON_TYPES.get(type(value))
        if kind is None:
            raise ValueError(f"{place}: a choice between lists or objects cannot be said")
        by_type.setdefault(kind, []).append(value)
    return _union(
        [
            {"type": kind} if kind == "null" else {"type": kind, "enum": among}
            for kind, among in by_type.items()
        ]
    )


def _description(schema: Schema) -> str:
    words = str(schema.get("description", ""))
    told = {key: schema[key] for key in TOLD if key in schema}
    if told.get("default", "") is None:
        del told["default"]  # null is allowed, and says the same
    if not told:
        return words
    return f"{words} {json.dumps(told, ensure_ascii=False)}".strip()


def _used(root: Schema, named: Mapping[str, Schema]) -> set[str]:
    """Return the definitions that the root reaches."""
    found: set[str] = set()
    left: list[JsonValue] = [root]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            reference = each.get("$ref")
            if isinstance(reference, str):
                name = reference.removeprefix(DEFINITIONS)
                if name not in found:
                    found.add(name)
                    left.append(named.get(name))
            left.extend(each.values())
        elif isinstance(each, list):
            left.extend(each)
    return found


def _name(reference: JsonValue, place: str) -> str:
    if isinstance(reference, str):
        for start in (DEFINITIONS, "#/definitions/"):
            if reference.startswith(start):
                return reference.removeprefix(start)
    raise ValueError(f"{place}: the reference {reference!r} leads out of the definitions")


def _mapping(schema: Schema, key: str) -> dict[str, JsonValue]:
    value = schema.get(key)
    return value if isinstance(value, dict) else {}


def _list(schema: Schema, key: str) -> list[JsonValue]:
    value = schema[key]
    return value if isinstance(value, list) else [value]
