"""What does the contract look like to others? The wire types as JSON Schema 2020-12 documents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from agent.documents import Answer, InputDocument, Proof

if TYPE_CHECKING:
    from pydantic_core import core_schema

INPUT_FILE = "python-specialist.input.schema.json"
OUTPUT_FILE = "python-specialist.output.schema.json"
PROOF_FILE = "python-specialist.proof.schema.json"
_HOME = "https://python-specialist.dev/schemas/"


class _Writer(GenerateJsonSchema):
    """Pydantic's writer, without what repeats a name or says nothing."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002 - pydantic's signature
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        written = super().default_schema(schema)
        # null is what "absent" means here, and an object only repeats its own fields' defaults
        if written.get("default") is None or isinstance(written["default"], dict):
            written.pop("default", None)
        return written


def input_schema() -> dict[str, Any]:
    """Return the JSON Schema of an input document."""
    body = TypeAdapter(InputDocument).json_schema(schema_generator=_Writer)
    return _document(INPUT_FILE, "Input of @python-specialist", body)


def output_schema() -> dict[str, Any]:
    """Return the JSON Schema of an answer: one branch for each kind.

    They are told apart by ``status``; what failed has a solution, or errors in its place.
    """
    answer: TypeAdapter[Any] = TypeAdapter(Answer)
    body = answer.json_schema(mode="serialization", schema_generator=_Writer)
    told = "One answer: a result, questions, a refusal, a failure or a cancellation."
    document = {"oneOf": body["anyOf"], "description": told, "$defs": body["$defs"]}
    return _document(OUTPUT_FILE, "Output of @python-specialist", document)


def proof_schema() -> dict[str, Any]:
    """Return the JSON Schema of a proof alone, as it is of a project that was there already."""
    body = TypeAdapter(Proof).json_schema(mode="serialization", schema_generator=_Writer)
    return _document(PROOF_FILE, "Proof of @python-specialist", body)


def published() -> dict[str, str]:
    """Return the schema files: name -> text."""
    return {
        name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in (
            (INPUT_FILE, input_schema()),
            (OUTPUT_FILE, output_schema()),
            (PROOF_FILE, proof_schema()),
        )
    }


def _document(name: str, title: str, body: dict[str, Any]) -> dict[str, Any]:
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": _HOME + name,
        "title": title,
    }
    rest = {key: value for key, value in body.items() if key not in {"title", "$defs"}}
    written: dict[str, Any] = _in_plain_words(head | rest | {"$defs": body["$defs"]})
    return written


def _in_plain_words(node: Any) -> Any:  # noqa: ANN401 - any JSON
    """Turn docstrings into descriptions: no line breaks inside a paragraph, no double backticks."""
    if isinstance(node, list):
        return [_in_plain_words(item) for item in node]
    if not isinstance(node, dict):
        return node
    plain = {key: _in_plain_words(value) for key, value in node.items()}
    if isinstance(text := plain.get("description"), str):
        paragraphs = text.replace("``", "`").split("\n\n")
        plain["description"] = "\n\n".join(" ".join(part.split()) for part in paragraphs)
    return plain
