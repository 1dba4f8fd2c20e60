"""What does the application promise to serve? Its OpenAPI document, as operations to call."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import schemathesis
from hypothesis import strategies
from schemathesis.core.result import Ok
from schemathesis.openapi import format as register_format

from agent.checks.inside.fuzz.values import Values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from schemathesis.schemas import APIOperation

METHODS = {"get", "put", "post", "delete", "patch"}
NO_NUL = r"^[^\x00]*$"
SENT = "--sent"
OURS = "proof-"
MOST_OPERATIONS = 500

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation: what it takes, what it answers, and Schemathesis' view of it."""

    method: str
    path: str
    raw: APIOperation[Any, Any, Any, Any]
    in_path: dict[str, Schema]
    in_query: dict[str, Schema]
    required_query: frozenset[str]
    body: Schema | None
    media_type: str | None
    answers: dict[str, Any]
    secured: bool

    @property
    def label(self) -> str:
        """Name it as a person does."""
        return f"{self.method} {self.path}"

    @property
    def statuses(self) -> set[str]:
        """The statuses that it declares."""
        return set(self.answers)

    @property
    def success(self) -> Schema:
        """The schema of what it answers when all is well."""
        for status, answer in self.answers.items():
            if status.startswith("2") and isinstance(answer, dict):
                for media in (answer.get("content") or {}).values():
                    return media.get("schema") or {}
        return {}


@dataclass(slots=True)
class Contract:
    """All operations, in the order of the document."""

    operations: list[Operation]
    values: Values
    by_path: dict[tuple[str, str], Operation] = field(default_factory=dict)

    def at(self, method: str, path: str) -> Operation | None:
        """Give the operation of a method on a path, or None."""
        return self.by_path.get((method, path))


def read(document: Schema) -> Contract:
    """Read an OpenAPI document; ValueError and the like where it is none."""
    values = Values(document)
    schema = schemathesis.openapi.from_dict(_for_generation(document, values))
    views = {}
    for result in schema.get_all_operations():
        if isinstance(result, Ok):
            operation = result.ok()
            views[operation.method.upper(), operation.path] = operation
    operations: list[Operation] = []
    for method, path, item, declared in _declared(document):
        if (method, path) in views and len(operations) < MOST_OPERATIONS:
            operations.append(_operation(document, values, views[method, path], item, declared))
    by_path = {(each.method, each.path): each for each in operations}
    return Contract(operations, values, by_path)


def _declared(document: Schema) -> Iterator[tuple[str, str, Schema, Schema]]:
    for path, item in document["paths"].items():
        for method, declared in item.items():
            if method in METHODS:
                yield method.upper(), path, item, declared


def _operation(
    document: Schema,
    values: Values,
    view: APIOperation[Any, Any, Any, Any],
    item: Schema,
    declared: Schema,
) -> Operation:
    parameters = [
        values.resolved(each)
        for each in (*item.get("parameters", ()), *declared.get("parameters", ()))
    ]
    schemas: dict[str, dict[str, Schema]] = {"path": {}, "query": {}}
    for each in parameters:
        if each.get("in") in schemas:
            schemas[each["in"]][each["name"]] = values.resolved(each.get("schema", {}))
    body, media_type = None, None
    for name, media in values.resolved(declared.get("requestBody", {})).get("content", {}).items():
        if body is None or name == "application/json":
            body, media_type = media.get("schema", {}), name
    security: Any = declared.get("security", document.get("security", []))
    return Operation(
        method=view.method.upper(),
        path=view.path,
        raw=view,
        in_path=schemas["path"],
        in_query=schemas["query"],
        required_query=frozenset(
            each["name"]
            for each in parameters
            if each.get("in") == "query" and each.get("required")
        ),
        body=body,
        media_type=media_type,
        answers={
            str(status): values.resolved(each)
            for status, each in declared.get("responses", {}).items()
        },
        # Who declares that it refuses somebody has to, even where it forgot to say how.
        secured=(bool(security) and {} not in security)
        or {"401", "403"} <= set(declared.get("responses", {})),
    )


def _for_generation(document: Schema, values: Values) -> Schema:
    """Copy the document; what is sent gets samples for patterns, which would be searched for long.

    What is answered keeps its own schemas, so that answers are held to them.
    """
    copy: Schema = json.loads(json.dumps(document))
    schemas = copy.get("components", {}).get("schemas", {})
    simpler = _Simpler(values)
    for name, schema in list(schemas.items()):
        schemas[name + SENT] = _changed(json.loads(json.dumps(schema)), simpler)
    # JSON Schema's time has an offset, Pydantic's has none: what it calls so is no promise.
    copy = _changed(copy, _without_time)
    schemas = copy.get("components", {}).get("schemas", {})
    for item in copy["paths"].values():
        for holder in (item, *(each for each in item.values() if isinstance(each, dict))):
            for part in ("parameters", "requestBody"):
                if part in holder:
                    holder[part] = _changed(holder[part], simpler)
    return copy


def _without_time(node: Schema) -> Schema:
    if node.get("format") == "time":
        return {key: value for key, value in node.items() if key != "format"}
    return node


class _Simpler:
    """Replaces patterns by a format whose samples we know."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.formats: dict[str, str] = {}

    def __call__(self, node: Schema) -> Schema:
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/components/schemas/"):
            return {**node, "$ref": reference + SENT}
        pattern = node.get("pattern")
        if not isinstance(pattern, str) or node.get("type") != "string":
            return node
        rest = {key: value for key, value in node.items() if key != "pattern"}
        if pattern == NO_NUL:
            return rest
        known = json.dumps(node, sort_keys=True)
        if known not in self.formats:
            self.formats[known] = f"{OURS}{len(self.formats)}"
            samples = [self.values.text(node, number) for number in (901, 902, 903)]
            register_format(self.formats[known], strategies.sampled_from(samples))
        kept = {k: v for k, v in rest.items() if k not in {"minLength", "maxLength", "format"}}
        return {**kept, "format": self.formats[known]}


def _changed(node: Any, change: Callable[[Schema], Schema]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(node, list):
        return [_changed(each, change) for each in node]
    if isinstance(node, dict):
        return change({key: _changed(value, change) for key, value in node.items()})
    return node
