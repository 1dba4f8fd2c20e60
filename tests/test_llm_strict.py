"""What servers are told of a type: the strict subset, and nothing that one stumbles over."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

import jsonschema_rs
import pytest
from pydantic import BaseModel, Field, JsonValue, TypeAdapter

from agent.llm.strict import strict_schema

ALLOWED = {"type", "properties", "required", "additionalProperties", "items", "anyOf", "enum"} | {
    "$ref",
    "$defs",
    "description",
}


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Circle(BaseModel):
    kind: Literal["circle"]
    radius: float = Field(gt=0, description="In metres.")


class Square(BaseModel):
    kind: Literal["square"] = "square"
    side: int = Field(default=3, ge=1, le=9)


class Drawing(BaseModel):
    """A drawing."""

    name: str = Field(pattern=r"^\w+$", min_length=1, max_length=9)
    shape: Annotated[Circle | Square, Field(discriminator="kind", description="What it shows.")]
    colour: Colour = Field(default=Colour.RED, description="Of the line.")
    price: Decimal | None = None
    parts: list[Drawing] = []
    level: Literal["a", 1] | None = None
    email: str | None = Field(default=None, json_schema_extra={"format": "email"})


Drawing.model_rebuild()


def schemas(node: JsonValue) -> list[dict[str, JsonValue]]:
    """Return every schema in a schema."""
    if not isinstance(node, dict):
        return []
    found = [node]
    for key in ("properties", "$defs"):
        inner = node.get(key)
        for each in inner.values() if isinstance(inner, dict) else ():
            found += schemas(each)
    union = node.get("anyOf")
    for each in union if isinstance(union, list) else ():
        found += schemas(each)
    return found + schemas(node.get("items"))


def test_every_rule_of_the_subset_holds() -> None:
    made = strict_schema(Drawing.model_json_schema())
    jsonschema_rs.meta.validate(made)
    assert made["type"] == "object"
    everything = schemas(made)
    assert len(everything) > 25
    for schema in everything:
        assert schema.keys() <= ALLOWED
        if "$ref" in schema:
            assert schema.keys() == {"$ref"}
        elif "anyOf" not in schema:
            assert isinstance(schema["type"], str)
        if schema.get("type") == "object":
            assert schema["additionalProperties"] is False
            properties = schema["properties"]
            assert isinstance(properties, dict)
            assert schema["required"] == list(properties)


def test_what_it_looks_like() -> None:
    made: Any = strict_schema(Drawing.model_json_schema())
    shape = {"anyOf": [{"$ref": "#/$defs/Circle"}, {"$ref": "#/$defs/Square"}]}
    assert made["description"] == "A drawing."
    assert made["properties"] == {
        "name": {
            "type": "string",
            "description": r'{"pattern": "^\\w+$", "minLength": 1, "maxLength": 9}',
        },
        "shape": {**shape, "description": "What it shows."},
        "colour": {
            "anyOf": [{"$ref": "#/$defs/Colour"}],
            "description": 'Of the line. {"default": "red"}',
        },
        "price": {
            "anyOf": [
                {"type": "number"},
                made["properties"]["price"]["anyOf"][1],
                {"type": "null"},
            ]
        },
        "parts": {
            "type": "array",
            "items": {"$ref": "#/$defs/Drawing"},
            "description": '{"default": []}',
        },
        "level": {
            "anyOf": [
                {"type": "string", "enum": ["a"]},
                {"type": "integer", "enum": [1]},
                {"type": "null"},
            ]
        },
        "email": {
            "anyOf": [{"type": "string"}, {"type": "null"}],
            "description": '{"format": "email"}',
        },
    }
    assert set(made["$defs"]) == {"Circle", "Square", "Colour", "Drawing"}
    assert made["$defs"]["Circle"]["properties"]["radius"] == {
        "type": "number",
        "description": 'In metres. {"exclusiveMinimum": 0}',
    }


def test_what_the_type_takes_is_what_the_schema_takes() -> None:
    validator = jsonschema_rs.validator_for(strict_schema(Drawing.model_json_schema()))
    whole: dict[str, JsonValue] = {
        "name": "a",
        "shape": {"kind": "square", "side": 3},
        "colour": "red",
        "price": None,
    }
    whole |= {"parts": [], "level": None, "email": None}
    nested: dict[str, JsonValue] = {**whole, "parts": [whole]}
    assert validator.is_valid(nested)
    read = Drawing.model_validate(nested)
    assert (read.parts[0].name, read.colour, read.price, read.email) == ("a", "red", None, None)
    blue: dict[str, JsonValue] = {"shape": {"kind": "circle", "radius": 2}, "colour": "blue"}
    assert validator.is_valid(nested | blue)
    read = Drawing.model_validate(nested | blue)
    assert read.colour is Colour.BLUE
    assert isinstance(read.shape, Circle)
    assert read.shape.radius == 2
    assert not validator.is_valid({**whole, "more": 1})
    assert not validator.is_valid({k: v for k, v in whole.items() if k != "level"})


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": ["string", "null"], "maxLength": 3}, [{"type": "string"}, {"type": "null"}]),
        (
            {"type": ["array", "null"], "items": {"type": "integer"}},
            [{"type": "array", "items": {"type": "integer"}}, {"type": "null"}],
        ),
        (
            {"anyOf": [{"oneOf": [{"type": "string"}, {"type": "null"}]}, {"type": "string"}]},
            [{"type": "string"}, {"type": "null"}],
        ),
    ],
)
def test_unions(schema: dict[str, Any], expected: list[Any]) -> None:
    made: Any = strict_schema({"type": "object", "properties": {"x": schema}})
    assert made["properties"]["x"]["anyOf"] == expected


def test_a_schema_of_others() -> None:
    """Older drafts name their definitions otherwise; what is not reached is left out."""
    made = strict_schema(
        {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": "T",
            "definitions": {"A": {"type": "string"}, "B": {"type": "null"}},
            "type": "object",
            "properties": {"a": {"allOf": [{"$ref": "#/definitions/A"}], "description": "d"}},
            "additionalProperties": True,
        }
    )
    assert made == {
        "type": "object",
        "properties": {"a": {"anyOf": [{"$ref": "#/$defs/A"}], "description": "d"}},
        "required": ["a"],
        "additionalProperties": False,
        "$defs": {"A": {"type": "string"}},
    }


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({}, "x: any value"),
        (True, "x: any value"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "x: an object with free"),
        ({"type": "object"}, "x: an object with free"),
        ({"type": "array"}, "x: a list of anything"),
        ({"type": "array", "prefixItems": [{"type": "string"}]}, "x: prefixItems cannot"),
        ({"type": "array", "items": {}}, "x/items: any value"),
        ({"not": {"type": "string"}}, "x: not cannot"),
        ({"allOf": [{"type": "string"}, {"type": "null"}]}, "x: an intersection"),
        ({"anyOf": [{"type": "null"}], "properties": {}}, "x: an intersection"),
        ({"enum": [[1]]}, "x: a choice between"),
        ({"$ref": "https://elsewhere.invalid/x"}, "leads out"),
        ({"$ref": "#/$defs/Absent"}, "leads out"),
    ],
)
def test_what_cannot_be_said(schema: JsonValue, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        strict_schema({"type": "object", "properties": {"x": schema}})


def test_the_root_is_an_object() -> None:
    with pytest.raises(ValueError, match="the root"):
        strict_schema({"type": "string"})
    with pytest.raises(ValueError, match="the root"):
        strict_schema(TypeAdapter(Circle | Square).json_schema())
