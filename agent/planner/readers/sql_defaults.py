"""Which literal is this DEFAULT? Or which generator."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, NoReturn

from agent.planner.readers.written import is_sound
from agent.types import AttributeType as T
from agent.types import Generator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import JsonValue

    from agent.planner.readers.sql_tokens import Token

_CLOCKS = re.compile(
    r"(?:now|current_timestamp|localtimestamp|current_date|current_time|localtime|curdate|curtime"
    r"|getdate|getutcdate|sysdate|systimestamp|sysdatetime|sysutcdatetime|sysdatetimeoffset"
    r"|utc_timestamp|utc_date|clock_timestamp|statement_timestamp|transaction_timestamp"
    r"|pg_catalog\.now)(?:\(\d*\))?"
    r"|(?:datetime|date|time|strftime)\((?:'[^']*',)?'now'(?:,'[^']*')*\)|'now(?:\(\))?'"
)
_IN_ZONE = re.compile(r"(.+)attimezone'[^']+'|timezone\('[^']+',(.+)\)")
_UUIDS = re.compile(
    r"(?:\w+\.)?(?:gen_random_uuid|uuid_generate_v1|uuid_generate_v1mc|uuid_generate_v4|uuidv4|uuidv7"
    r"|newid|newsequentialid|uuid|sys_guid)\(\)|uuid_to_bin\(uuid\(\)(?:,(?:1|0|true|false))?\)|lower\(hex\(randomblob\(16\)\)\)"
)
_SEQUENCES = re.compile(r"nextval\(.*\)|.*\.nextval|nextvaluefor.*")
_TRUE = frozenset({"1", "true", "t", "yes", "y", "on"})
_FALSE = frozenset({"0", "false", "f", "no", "n", "off"})
_LONGEST_NUMBER, _LONGEST_GENERATOR = 40, 500
_MOST_DIGITS = 200
_MOST_TOKENS = 200
"""Of a default: none that is a literal or a generator has more."""
_WHOLE = frozenset({T.INTEGER, T.SMALLINT, T.BIGINT})
_TEXTUAL = frozenset({T.STRING, T.TEXT, T.ENUM, T.UUID})
_TEMPORAL = {
    T.DATE: re.compile(r"(?!0000)\d{4}-\d\d-\d\d"),
    T.TIME: re.compile(r"\d\d:\d\d(:\d\d(\.\d+)?)?"),
    T.DATETIME: re.compile(r"(?!0000)\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?"),
}


class UnknownDefaultError(ValueError):
    """A default that is neither a literal of its column's type nor a known generator."""


def default_of(tokens: Sequence[Token], kind: T, *, array: bool) -> dict[str, Any]:
    """Give the fields ``default`` or ``generated`` of an Attribute; empty for NULL.

    Raises:
        UnknownDefaultError: the default cannot be said in an Attribute.

    """
    if len(tokens) > _MOST_TOKENS:
        raise UnknownDefaultError
    tokens = _bare(tokens)
    if len(tokens) == 1 and tokens[0].key == "NULL":
        return {}
    if generator := _generator(_flat(tokens), kind):
        return {"generated": generator}
    value = _literal(tokens, kind, array=array)
    return {"default": value}


def _bare(tokens: Sequence[Token]) -> list[Token]:
    """Without brackets around the whole and casts behind it."""
    found = list(tokens)
    while True:
        before = len(found)
        depth = 0
        for index, token in enumerate(found):
            if token.kind != "mark":
                continue
            depth += (token.value == "(") - (token.value == ")")
            if token.value == ")" and depth == 0:
                if index == len(found) - 1 and found[0].value == "(" and found[0].kind == "mark":
                    found = found[1:-1]
                break
        for index, token in enumerate(found):
            depth += (token.value == "(") - (token.value == ")") if token.kind == "mark" else 0
            if token.value == "::" and depth == 0:
                found = found[:index]
                break
        if len(found) == before:
            return found


def _flat(tokens: Sequence[Token]) -> str:
    """One line without blanks and casts; strings keep their quotes."""
    parts: list[str] = []
    cast = False
    for token in tokens:
        if token.kind == "mark" and token.value == "::":
            cast = True
        elif cast and token.kind in {"word", "name"}:
            continue
        else:
            cast = False
            is_string = token.kind == "string"
            parts.append(f"'{token.value}'" if is_string else token.value.lower())
    return "".join(parts)


def _generator(text: str, kind: T) -> Generator | None:
    if len(text) > _LONGEST_GENERATOR:
        return None
    zoned = _IN_ZONE.fullmatch(text)
    clock = (zoned[1] or zoned[2]).strip("()") + "()" if zoned else text
    if _CLOCKS.fullmatch(clock) and kind in {T.DATE, T.TIME, T.DATETIME}:
        return Generator.NOW
    if _UUIDS.fullmatch(text) and kind in {T.UUID, T.STRING, T.TEXT, T.BINARY}:
        return Generator.UUID
    if _SEQUENCES.fullmatch(text) and kind in _WHOLE | {T.DECIMAL}:
        return Generator.IDENTITY
    return None


def _literal(tokens: Sequence[Token], kind: T, *, array: bool) -> JsonValue:
    text = tokens[-1].value if tokens else ""
    signs = [token.value for token in tokens[:-1]]
    number = bool(tokens) and tokens[-1].kind == "number" and signs in ([], ["-"], ["+"])
    string = len(tokens) == 1 and tokens[0].kind in {"string", "name"}
    word = len(tokens) == 1 and tokens[0].key in {"TRUE", "FALSE"}
    bits = len(tokens) == 2 and tokens[0].key == "B" and tokens[1].kind == "string"  # noqa: PLR2004 - b and '1'
    if array:
        if (string and text.strip() == "{}") or _flat(tokens).startswith("array[]"):
            return []
        raise UnknownDefaultError
    if not (number or string or word or bits):
        raise UnknownDefaultError
    if bits and kind in _WHOLE:
        return int(text, 2) if set(text) <= {"0", "1"} and text else _unknown()
    signed = ("-" if signs == ["-"] else "") + text
    return _typed(signed, kind, quoted=string)


def json_of(text: str) -> JsonValue:
    """Return the value that a text is in JSON: of numbers and signs that every reader has.

    Raises:
        UnknownDefaultError: it is none.

    """
    try:
        value: JsonValue = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnknownDefaultError from error
    return value if is_sound(value) else _unknown()


def _decimal(text: str) -> Decimal:
    value = Decimal(text)
    return value if not value or value.adjusted() < _MOST_DIGITS else _unknown()


def _float(value: Decimal, kind: T) -> float:
    """Return a number as a float, which rounds no decimal in silence."""
    found = float(value)
    return found if kind is T.FLOAT or Decimal(str(found)) == value else _unknown()


def _unknown() -> NoReturn:
    raise UnknownDefaultError


def _typed(text: str, kind: T, *, quoted: bool) -> JsonValue:
    if kind not in _TEXTUAL | {T.JSON} and len(text) > _LONGEST_NUMBER:
        raise UnknownDefaultError
    if kind is T.BOOLEAN and text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    try:
        if kind in _WHOLE and (value := _decimal(text)) == value.to_integral_value():
            return int(value)
        if kind in {T.DECIMAL, T.FLOAT} and (value := _decimal(text)).is_finite():
            return int(value) if value == value.to_integral_value() else _float(value, kind)
        if kind is T.JSON and quoted:
            return json_of(text)
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise UnknownDefaultError from error
    if kind in _TEXTUAL:
        return text
    if kind in _TEMPORAL and quoted and _TEMPORAL[kind].fullmatch(text):
        return text
    raise UnknownDefaultError
