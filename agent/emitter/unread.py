"""Which parameters of a contract change nothing? The document tells of them, and none is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.layout import quote
from agent.types import AttributeType, OperationKind, ParameterPlace

if TYPE_CHECKING:
    from agent.types import Operation

_JSON: dict[AttributeType | None, str] = {
    **dict.fromkeys(
        (AttributeType.INTEGER, AttributeType.SMALLINT, AttributeType.BIGINT), "integer"
    ),
    **dict.fromkeys((AttributeType.DECIMAL, AttributeType.FLOAT), "number"),
    AttributeType.BOOLEAN: "boolean",
}
"""Types of JSON, where they are not texts."""
UNREAD = "x-unread"
"""What the document says of a parameter that changes nothing."""


def unread(operation: Operation) -> list[str]:
    """Return the parameters of a contract that change nothing, as the document is told of them."""
    if operation.kind is OperationKind.CUSTOM:
        return []
    return [
        f"({quote(p.name)}, {quote(p.place.value)}, {quote(_JSON.get(p.type, 'string'))},"
        f" {p.required})"
        for p in operation.parameters
        if p.binds is None and p.place in _unread_places(operation)
    ]


def _unread_places(operation: Operation) -> set[ParameterPlace]:
    query = set() if operation.kind is OperationKind.LIST else {ParameterPlace.QUERY}
    return {ParameterPlace.HEADER, *query}
