"""Does a schema of the contract allow a value, and if not, why? Each schema is compiled once."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs

DOCUMENT = "urn:contract"
# What Pydantic calls a time has no offset, JSON Schema's has one: that is no promise.
FORMATS = {"time": lambda _: True}

Schema = Any


class Allowed:
    """The schemas of one document. They are not trusted: one that is no schema allows anything."""

    def __init__(self, document: dict[str, Any]) -> None:
        """Keep ``document`` for what refers to it."""
        self._registry = jsonschema_rs.Registry([(DOCUMENT, document)])
        self._compiled: dict[str, jsonschema_rs.Draft202012Validator | None] = {}

    def fault(self, schema: Schema, value: Any) -> tuple[str, str] | None:  # noqa: ANN401 - any JSON
        """Give the keyword that a value breaks and how, in words; None where it is allowed.

        Raises:
            UnicodeEncodeError: there is half a surrogate pair in it, of which no schema can tell.

        """
        validator = self._validator(schema)
        if validator is None or validator.is_valid(value):
            return None
        error = next(validator.iter_errors(value))
        return error.kind.name, error.message

    def _validator(self, schema: Schema) -> jsonschema_rs.Draft202012Validator | None:
        key = json.dumps(schema, sort_keys=True)
        if key not in self._compiled:
            try:
                self._compiled[key] = jsonschema_rs.Draft202012Validator(
                    _in_document(schema),
                    registry=self._registry,
                    validate_formats=True,
                    formats=FORMATS,
                    offline=True,
                )
            except (ValueError, jsonschema_rs.ReferencingError):
                self._compiled[key] = None
        return self._compiled[key]


def _in_document(node: Schema) -> Schema:
    """Let references lead into the document from wherever they stand."""
    if isinstance(node, list):
        return [_in_document(each) for each in node]
    if not isinstance(node, dict):
        return node
    changed = {key: _in_document(value) for key, value in node.items()}
    reference = node.get("$ref")
    if isinstance(reference, str) and reference.startswith("#"):
        changed["$ref"] = DOCUMENT + reference
    return changed
