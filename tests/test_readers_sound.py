"""What no reader of JSON reads, and what is no text in a list of texts, costs that value alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.described import attribute, reading, resolved, warned

Json = Any  # schemas of tests
UNSOUND = [float("inf"), "\ud800", [float("inf")], {"a": ["\udfff"]}]


def written(value: Json) -> str:
    """Return JSON with a number that no double holds."""
    return json.dumps(value).replace("Infinity", "1e999")


def contract(value: Json) -> str:
    pet = {"type": "object", "properties": {"id": {"type": "integer"}, "x": value}}
    ref = {"$ref": "#/components/schemas/Pet"}
    rows = {"schema": {"type": "array", "items": ref}}
    body = {"content": {"application/json": {"schema": ref}}}
    made = {"requestBody": body, "responses": {"201": body}}
    shown = {"responses": {"200": {"content": {"application/json": rows}}}}
    return written(
        {
            "openapi": "3.0.0",
            "paths": {"/pets": {"get": shown, "post": made}},
            "components": {"schemas": {"Pet": pet}},
        }
    )


@pytest.mark.parametrize("default", UNSOUND)
@pytest.mark.parametrize("kind", ["number", "string", "object"])
def test_a_default_that_is_no_sound_json_is_left_out_and_told(kind: str, default: Json) -> None:
    value = {"type": kind, "default": default}
    schema = {"title": "Pet", "type": "object", "properties": {"x": value}}
    found = reading("json-schema", written({"$schema": "x", **schema}))
    assert attribute(found, "Pet.x").default is None
    assert "Pet.x: the default is left out" in warned(found)
    found = reading("openapi", contract(value))
    assert attribute(found, "Pet.x").default is None
    assert "of 'x' is not kept" in warned(found)
    assert resolved(found).model_dump_json()


@pytest.mark.parametrize(
    "value",
    [
        {"type": "string", "enum": ["a", {"b": 1}]},
        {"oneOf": [{"type": "string", "enum": ["a", ["b"]]}, {"type": "string", "enum": ["c"]}]},
    ],
)
def test_a_list_of_values_that_are_not_all_texts_is_open(value: Json) -> None:
    found = reading("openapi", contract(value))
    assert attribute(found, "Pet.x").enum is None
    assert "any value of the type is taken" in warned(found)
