"""What does a piece of a parsed statement say? Names, texts, values and options out of a tree.

Every function raises ``SourceError`` with a place inside the statement when a piece makes no sense.
"""

from __future__ import annotations

import difflib
import json
import math
import re
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from agent.documents import Fault
from agent.errors import SourceError
from agent.types import AttributeType

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from enum import StrEnum

    from lark import Token, Tree
    from pydantic import JsonValue
    from pydantic_core import ErrorDetails

    Branch = Tree[Token]
    Node = Token | Branch

_Choice = TypeVar("_Choice", bound="StrEnum")
_Model = TypeVar("_Model", bound=BaseModel)

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_CONSTANTS: dict[str, JsonValue] = {"true": True, "false": False, "null": None}
_SHOWN = 40
_OTHER_WORDS = {
    other: kind
    for kind, others in {
        AttributeType.STRING: "str varchar char character nvarchar",
        AttributeType.INTEGER: "int int4 number serial mediumint",
        AttributeType.BIGINT: "long int8 bigserial",
        AttributeType.SMALLINT: "short int2 tinyint",
        AttributeType.DECIMAL: "numeric money currency",
        AttributeType.FLOAT: "double real float8",
        AttributeType.BOOLEAN: "bool bit",
        AttributeType.DATETIME: "timestamp timestamptz instant",
        AttributeType.DURATION: "interval timedelta",
        AttributeType.UUID: "guid uniqueidentifier",
        AttributeType.JSON: "jsonb object dict",
        AttributeType.BINARY: "bytes blob bytea varbinary",
        AttributeType.TEXT: "clob longtext",
    }.items()
    for other in others.split()
}


def shown(text: str) -> str:
    """Quote a piece of the source for a message, shortened and without control characters."""
    short = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return "`" + "".join(char if char.isprintable() else "�" for char in short) + "`"


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Name the closest of the known words, if one is close."""
    close = difflib.get_close_matches(word[:_SHOWN].lower(), list(known), n=1)
    return f"did you mean `{close[0]}`?" if close else None


def type_meant(word: str, enums: Iterable[str] = ()) -> str | None:
    """Name the type or enum that was meant: people come with the words of SQL or Python."""
    known = _OTHER_WORDS.get(word.lower())
    return f"did you mean `{known}`?" if known else did_you_mean(word, [*AttributeType, *enums])


def wrong(place: Node, message: str, expected: str | None = None) -> SourceError:
    """Make the error for one place in the statement."""
    where = place if isinstance(place, str) else place.meta
    return SourceError(
        [
            Fault(
                code="spec-syntax",
                message=message,
                line=where.line,
                column=where.column,
                expected=expected,
            )
        ]
    )


def choose(token: Node, kind: type[_Choice], what: str, also: Sequence[str] = ()) -> _Choice:
    """Read a word that has to be one of an enumeration's values."""
    word = text(token)
    known = {member.value.lower(): member for member in kind}
    if word.lower() in known:
        return known[word.lower()]
    hint = did_you_mean(word, [*known, *also]) or "one of " + ", ".join(kind)
    raise wrong(token_of(token), f"{shown(word)} is no {what}", hint)


def token_of(node: Node) -> Token:
    """Get the one token that stands in a piece."""
    while not isinstance(node, str):
        node = node.children[0]
    return node


def branch(node: Node) -> Branch:
    """Take a piece as the inner node that the grammar says it is."""
    assert not isinstance(node, str)  # noqa: S101 - the grammar says so
    return node


def is_bare(node: Node) -> bool:
    """Tell whether a word stands there without quotes."""
    return token_of(node).type not in {"STRING", "NUMBER"}


def text(node: Node) -> str:
    """Read a name or a text, with or without quotes."""
    token = token_of(node)
    if token.type != "STRING":
        return str(token)
    if _CONTROL.search(token):
        raise wrong(
            token, "this text holds a control character", "an escape such as \\n or \\u0000 for it"
        )
    if token[0] == "'":
        return str(token[1:-1])
    try:
        found = str(json.loads(token, strict=False))
        found.encode()
    except ValueError:
        raise wrong(
            token,
            "this text has an escape that is none",
            "the escapes of JSON, or single quotes around a text to be taken as it is",
        ) from None
    return found


def names(node: Branch | None) -> tuple[str, ...]:
    """Read a list of names; a list left out is empty."""
    return tuple(text(child) for child in node.children if child) if node else ()


def names_or(node: Branch, nothing: str) -> tuple[str, ...]:
    """Read a list of names for which one bare word means the empty list."""
    found = names(node)
    return () if found == (nothing,) and is_bare(node) else found


def number(token: Node) -> int | float:
    """Read a number."""
    digits = str(token_of(token))
    try:
        found = int(digits) if digits.lstrip("-").isdigit() else float(digits)
    except ValueError:  # Python refuses to read more than a few thousand digits
        found = math.inf
    if math.isinf(found):
        raise wrong(token, "this number is too large")
    return found


def value(node: Node) -> JsonValue:
    """Read a JSON value; a bare word that is no constant is a text."""
    if isinstance(node, str):
        if node.type == "NUMBER":
            return number(node)
        word = text(node)
        return _CONSTANTS.get(word, word) if is_bare(node) else word
    children = [child for child in node.children if child]
    if node.data == "list":
        return [value(child) for child in children]
    entries: dict[str, JsonValue] = {}
    for entry in children:
        key, content = branch(entry).children
        if text(key) in entries:
            raise wrong(key, f"{shown(text(key))} is given twice")
        entries[text(key)] = value(content)
    return entries


def options(nodes: Iterable[Node | None]) -> dict[str, Branch]:
    """Gather a statement's options by name, each at most once."""
    found: dict[str, Branch] = {}
    for node in nodes:
        if node is None or isinstance(node, str):
            continue
        if node.data in found:
            if node.data == "access":
                both = f"{shown(text(found['access']))} and {shown(text(node))}"
                raise wrong(node, f"{both} are given for one attribute", "one of them")
            raise wrong(node, f"{_called(node)} is given twice", "each at most once")
        found[str(node.data)] = node
    return found


def _called(node: Branch) -> str:
    return "`" + str(node.data).replace("_", "-") + "`"


def plain(found: dict[str, Branch]) -> dict[str, Any]:
    """Turn options that need no interpretation into field values: flags, numbers, names, texts."""
    return {key: _content(node) for key, node in found.items()}


def _content(node: Branch) -> Any:  # noqa: ANN401 - the model that is built from it checks it
    if not node.children:
        return True
    child = node.children[0]
    if isinstance(child, str):
        if child.type == "LEFT_OUT":
            return None
        return number(child) if child.type == "NUMBER" else text(child)
    return text(child)


def build(model: type[_Model], at: Node, /, **fields: Any) -> _Model:  # noqa: ANN401 - checked here
    """Build a part of the spec; what the model refuses is a fault at this place."""
    try:
        return model(**fields)
    except ValidationError as error:
        raise SourceError(
            [
                fault
                for problem in error.errors(include_url=False, include_input=False)
                for fault in wrong(at, _said(problem)).faults
            ]
        ) from None


def _said(problem: ErrorDetails) -> str:
    message = problem["msg"]
    if "pattern" in message and "x1f" in message:
        message = "a name has no quotes, backslashes or control characters"
    if problem["type"] == "int_from_float":
        message = "a whole number is needed, without a point"
    return f"`{'.'.join(str(part) for part in problem['loc'])}`: {message}"
