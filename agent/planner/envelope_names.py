"""What are the classes called that stand around rows in a body? After the rows, and their key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner import names

if TYPE_CHECKING:
    from agent.types import Operation


def list_class(operation: Operation) -> str:
    """Return the class of a list answer."""
    assert operation.output is not None  # noqa: S101 - asked only for lists with an output
    if operation.output.wrapper:
        return wrapper_class(operation, "out")
    stem = operation.output.schema_name.removesuffix("Response")
    return f"{stem}{'Bare' if operation.output.bare else ''}ListResponse"


def wrapper_class(operation: Operation, direction: str) -> str:
    """Return the class of a body under one key."""
    body = operation.output if direction == "out" else operation.input
    assert body is not None  # noqa: S101 - asked only for wrapped bodies
    key = names.pascal(body.wrapper or "items") + (names.pascal(body.total) if body.total else "")
    suffix = "Envelope" if direction == "out" else "Wrapped"
    return f"{body.schema_name}{'' if not body.array else 'List'}{key}{suffix}"
