"""How do lists and errors look on the wire? Classes and dictionaries for the spec's envelopes.

A dotted name (``meta.total``) makes a nested object.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.emitter.layout import call, quote
from agent.planner import names

if TYPE_CHECKING:
    from agent.types import ErrorEnvelope, ListEnvelope


@dataclass(frozen=True, slots=True)
class Envelope:
    """Class definitions (inner ones first) and the expression that fills them."""

    classes: list[str]
    expression: str


def list_envelope(envelope: ListEnvelope) -> Envelope:
    """Return the page of a list: ``rows``, ``total`` and ``query`` are in scope."""
    parts = [
        (envelope.items, "list[ItemT]", "rows"),
        (envelope.total, "int", "total"),
        (envelope.page, "int", "query.page"),
        (envelope.limit, "int", "query.limit"),
        (envelope.pages, "int", "-(-total // query.limit)"),
    ]
    return _envelope("Page", "Output, Generic[ItemT]", "One page of rows.", parts, indent=4)


def error_envelope(envelope: ErrorEnvelope) -> Envelope:
    """Return the body of an error: ``status``, ``error`` and ``detail`` are in scope."""
    parts = [
        (envelope.success, "Literal[False]", "False"),
        (envelope.status, "int", "status"),
        (envelope.error, "str", "error"),
        (envelope.detail, "str | list[FieldError] | None", "detail"),
    ]
    return _envelope("ErrorResponse", "BaseModel", "What every error looks like.", parts, indent=4)


def _envelope(
    name: str, bases: str, purpose: str, parts: list[tuple[str | None, str, str]], *, indent: int
) -> Envelope:
    top: list[tuple[str, str, str]] = []
    nested: dict[str, list[tuple[str, str, str]]] = {}
    for path, hint, value in parts:
        if path is None:
            continue
        head, _, rest = path.partition(".")
        if rest:
            if head not in nested:
                top.append((head, f"{name}{names.pascal(head)}", ""))
            nested.setdefault(head, []).append((rest, hint, value))
        else:
            top.append((head, hint, value))
    classes = [
        _class(
            f"{name}{names.pascal(head)}",
            "Output" if name == "Page" else "BaseModel",
            f"The '{head}' of {'a page' if name == 'Page' else 'an error'}.",
            fields,
        )
        for head, fields in nested.items()
    ]
    classes.append(_class(name, bases, purpose, top))
    items = []
    for head, _, value in top:
        inner = value
        if not inner:
            pairs = [f"{quote(key)}: {code}" for key, _, code in nested[head]]
            inner = "{" + ", ".join(pairs) + "}"
        items.append(f"{quote(head)}: {inner}")
    return Envelope(classes, call("{", items, "}", indent=indent))


def _class(name: str, bases: str, purpose: str, fields: list[tuple[str, str, str]]) -> str:
    lines = [f"class {name}({bases}):", f'    """{purpose}"""', ""]
    for wire, hint, _ in fields:
        field = names.attribute_name(wire, ())
        alias = "" if field == wire else f" = Field(serialization_alias={quote(wire)})"
        lines.append(f"    {field}: {hint}{alias}")
    return "\n".join(lines)
