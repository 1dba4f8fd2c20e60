"""Does an answer show what it should? The row that was asked for, the values that were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.layout import quote
from agent.emitter.testing.request import data, inside_body
from agent.emitter.testing.rows import foreign_keys
from agent.emitter.testing.wire import in_body
from agent.types import AttributeType

if TYPE_CHECKING:
    from agent.emitter.testing.subject import Subject

T = AttributeType
# Types whose values come back as they were sent.
_ECHOED = frozenset(
    {T.STRING, T.TEXT, T.INTEGER, T.SMALLINT, T.BIGINT, T.BOOLEAN, T.ENUM, T.URL, T.DECIMAL}
)


def shows_row(test: Subject) -> list[str]:
    """Compare the answer with the row, by a key that says which row it is."""
    output = test.operation.output
    if output is None or output.array:
        return []
    for name, wire in test.shown.items():
        if name not in test.entity.primary_key:
            continue
        value = f"{test.row}.{name}"
        attribute = test.attribute(name)
        if attribute.type is T.UUID or attribute.type in _ECHOED:
            shown = in_body(value, attribute, test.facts)
            return [f"assert {data(test)}[{quote(wire)}] == {shown}"]
    return []


def shows_body(test: Subject, *, new: bool = False) -> list[str]:
    """Compare the answer with what was sent; a ``new`` row is in the state in which all begin."""
    output = test.operation.output
    if output is None or output.array:
        return []
    shown = test.shown
    keys = foreign_keys(test.entity)
    lines = []
    for name, sent in test.fields.items():
        attribute = test.attribute(name)
        is_sent = not attribute.transitions and name not in keys
        if is_sent and name in shown and attribute.type in _ECHOED:
            body = inside_body(test)
            lines.append(f"assert data[{quote(shown[name])}] == {body}[{quote(sent)}]")
    for attribute in test.entity.attributes if new else ():
        name, first = attribute.name, attribute.default
        if attribute.transitions and name in shown and name not in test.fields:
            lines.append(f"assert data[{quote(shown[name])}] == {quote(str(first))}")
    return [f"data = {data(test)}", *lines] if lines else []
