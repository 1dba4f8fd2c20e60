"""How is a key said in a request? In a path, in a body, and where no row has it."""

from __future__ import annotations

import keyword
from typing import TYPE_CHECKING

from agent.emitter.layout import quote
from agent.emitter.testing.numbers import is_text
from agent.emitter.types import INTEGER_BITS
from agent.types import AttributeType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.emitter.facts import Facts
    from agent.types import Attribute

T = AttributeType
# Types with so few values that a row may have any of them.
CLOSED = frozenset({T.ENUM, T.BOOLEAN})

_ABSENT = {
    T.SMALLINT: "32000",
    T.INTEGER: "2000000000",
    T.BIGINT: "2000000000",
    T.UUID: "00000000-0000-4000-8000-000000000000",
    T.DATE: "1999-01-01",
    T.DATETIME: "1999-01-01T00:00:00Z",
    T.TIME: "00:00:01",
    T.DECIMAL: "99",
    T.FLOAT: "99.5",
    T.DURATION: "999999",
    T.BOOLEAN: "false",
}
_ABSENT_IN_BODY = {
    T.BOOLEAN: "False",
    T.EMAIL: quote("absent@example.com"),
    T.URL: quote("https://absent.example.com"),
}
_BARE = frozenset({*INTEGER_BITS, T.FLOAT, T.DURATION})


def in_path(expression: str, attribute: Attribute) -> str:
    """Return what shows a row's value in a path (inside an f-string's braces)."""
    if attribute.type is T.DATETIME:
        return f"{expression}.isoformat()"
    if attribute.type is T.BOOLEAN:
        return f"str({expression}).lower()"
    return expression


def in_query(expression: str, attribute: Attribute) -> str:
    """Return what shows a row's value in a query (inside an f-string's braces)."""
    if attribute.type is T.DATETIME:
        return f"{expression}.strftime('%Y-%m-%dT%H:%M:%SZ')"  # a plus would be a space
    return in_path(expression, attribute)


def in_body(expression: str, attribute: Attribute, facts: Facts) -> str:
    """Return what shows a row's value in a JSON body."""
    kind = attribute.type
    if kind is T.UUID:
        return f"str({expression})"
    if kind is T.DECIMAL:
        as_text = f'f"{{{expression}:.{attribute.scale}f}}"'
        return as_text if is_text(attribute, facts) else f"float({expression})"
    if kind in {T.DATE, T.TIME}:
        return f"{expression}.isoformat()"
    if kind is T.DATETIME:
        return f'{expression}.isoformat().replace("+00:00", "Z")'
    if kind is T.DURATION:
        return f"{expression}.total_seconds()"
    return expression


def absent_in_path(attribute: Attribute, facts: Facts) -> str:
    """Return a value that no row of a test has, as it stands in a path."""
    if attribute.type is T.ENUM:
        return facts.enums[attribute.enum or ""].values[-1]
    return _ABSENT.get(attribute.type) or "~absent~"[: attribute.length or 8]


def absent_in_body(attribute: Attribute, facts: Facts) -> str:
    """Return a foreign key that refers to no row, as it stands in a body."""
    text = absent_in_path(attribute, facts)
    if attribute.type in _BARE:
        return text
    return _ABSENT_IN_BODY.get(attribute.type) or quote(text)


def keywords(pairs: Sequence[tuple[str, str]]) -> str:
    """Return arguments for fields of a body, whose names need not be Python's."""
    plain = [f"{name}={code}" for name, code in pairs if _is_plain(name)]
    odd = [f"{quote(name)}: {code}" for name, code in pairs if not _is_plain(name)]
    return ", ".join([*plain, *([f"**{{{', '.join(odd)}}}"] if odd else [])])


def _is_plain(name: str) -> bool:
    return name.isascii() and name.isidentifier() and not keyword.iskeyword(name)
