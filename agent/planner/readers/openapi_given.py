"""Which parameters does a document give an operation? Objects in the query part by part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.planner.readers.written import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.planner.readers.openapi_document import Document, Node


@dataclass(frozen=True, slots=True)
class Given:
    """One parameter."""

    name: str
    place: str
    schema: Any
    pointer: str
    required: bool
    description: str | None = None


def given(document: Document, node: Node, pointer: str) -> Iterator[tuple[Given, Node]]:
    """Yield the parameters of an operation or of a path, each with what says it."""
    for said, place in document.listed(node, "parameters", pointer):
        parameter, here = document.follow(said, place)
        name, where = parameter.get("name"), parameter.get("in")
        if not isinstance(name, str) or not isinstance(where, str):
            if parameter:
                document.lose(here, "a parameter needs a 'name' and an 'in'")
            continue
        schema, at = parameter.get("schema"), f"{here}/schema"
        if schema is None and isinstance(parameter.get("content"), dict):
            schema, at = {}, here  # a document inside of a parameter is read as a text
        if schema is None:
            schema, at = parameter, here
        one = Given(
            name=name,
            place=where,
            schema=schema,
            pointer=at,
            required=where == "path" or bool(parameter.get("required")),
            description=one_line(parameter.get("description")),
        )
        for part in _parts(document, one, parameter) or [one]:
            yield part, parameter


def _parts(document: Document, one: Given, parameter: Node) -> list[Given]:
    """Return the parts of an object in the query, each of which is a parameter of its own.

    ``?page=1&size=20`` (exploded, as is usual) or ``?pageable[page]=1`` (``deepObject``).
    """
    style = parameter.get("style", "form")
    is_split = style == "deepObject" or (style == "form" and parameter.get("explode") is not False)
    if one.place != "query" or not is_split or "schema" not in parameter:
        return []
    node, at = document.follow(one.schema, one.pointer)
    required = node.get("required")
    needed = required if one.required and isinstance(required, list) else []
    return [
        Given(
            name=f"{one.name}[{name}]" if style == "deepObject" else name,
            place=one.place,
            schema=schema,
            pointer=place,
            required=name in needed,
            description=one_line(schema.get("description")) if isinstance(schema, dict) else None,
        )
        for name, schema, place in document.items(node, "properties", at)
    ]
