"""Is a text one strict JSON document? Parsing that keeps the place of what is wrong.

Stricter than ``json.loads``: no NaN or Infinity, no key twice in one object, bounded size, depth
and numbers. Python's parser decides; only when it found something does a second, slower pass look
for the places.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from typing import TYPE_CHECKING, Any

from agent.contract.faults import at, shown
from agent.documents import Fault
from agent.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SIZE = 16 * 2**20
"""Bytes of a text; characters of a document given as data."""
MAX_DEPTH = 64
"""Objects and arrays inside one another."""
MAX_DIGITS = 300
"""Digits of an integer: what a double can hold."""

_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_SIGN = re.compile(
    rf"(?P<key>{_STRING}(?=\s*:))|{_STRING}"
    r"|(?P<open>[{\[])|(?P<close>[}\]])|(?P<comma>,)|(?P<constant>-?Infinity|NaN)",
    re.DOTALL,
)


def parse_json(text: str | bytes) -> object:
    """Parse one JSON document.

    Numbers too large for a double come back as infinity, for the reader of the data to refuse.

    Raises:
        ContractError: it is not JSON, or not within the limits; faults carry line and column.

    """
    text = _decoded(text)
    suspect = False

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal suspect
        found = dict(items)
        suspect |= len(found) < len(items)
        return found

    def constant(_: str) -> None:
        nonlocal suspect
        suspect = True

    try:
        value: object = json.loads(
            text, object_pairs_hook=pairs, parse_constant=constant, parse_int=_integer
        )
    except json.JSONDecodeError as error:
        what = "the input is empty" if not text.strip() else f"not JSON: {error.msg}"
        raise ContractError([_fault("syntax", what, text, error.pos, "one JSON object")]) from None
    except RecursionError:
        what = f"nested deeper than {MAX_DEPTH} levels"
        raise ContractError([*_places(text)] or [Fault(code="too-deep", message=what)]) from None
    if suspect:
        raise ContractError(list(_places(text)))
    return value


def text_of(content: bytes, what: str = "the input") -> str:
    """Return the text of a file: UTF-8, or UTF-16 with its mark, as SQL Server's tools write it.

    Args:
        content: The bytes of the file.
        what: What faults call it.

    Raises:
        ContractError: it is larger than ``MAX_SIZE``, as it is or in UTF-8, or no such text.

    """
    _check_size(len(content), what)
    if not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _of_utf8(content, what)
    try:
        text = content.decode("utf-16")
    except UnicodeDecodeError:
        return _of_utf8(content, what)
    _check_size(len(text.encode()), what)
    return text


def _decoded(text: str | bytes) -> str:
    _check_size(len(text), "the input")
    return text.removeprefix("\ufeff") if isinstance(text, str) else _of_utf8(text, "the input")


def _check_size(size: int, what: str) -> None:
    if size > MAX_SIZE:
        message = f"{what} is larger than {MAX_SIZE // 2**20} MiB"
        expected = f"at most {MAX_SIZE} bytes"
        raise ContractError([Fault(code="too-large", message=message, expected=expected)])


def _of_utf8(content: bytes, what: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        fault = _fault("encoding", f"{what} is not UTF-8", before, len(before), "text in UTF-8")
        raise ContractError([fault]) from None


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= MAX_DIGITS else math.inf


def _fault(
    code: str, message: str, text: str, offset: int, expected: str, pointer: str = ""
) -> Fault:
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    return Fault(
        code=code, message=message, pointer=pointer, line=line, column=column, expected=expected
    )


def _places(text: str) -> Iterator[Fault]:
    """Find repeated keys, constants that JSON does not have, and what is nested too deep."""
    path: list[str | int] = []  # the key or index we are at, for every open container
    keys: list[set[str]] = []  # the keys seen in every open container
    for match in _SIGN.finditer(text):
        sign, offset = match.group(), match.start()
        if match.lastgroup == "open":
            if len(path) == MAX_DEPTH:
                what = f"nested deeper than {MAX_DEPTH} levels"
                yield _fault("too-deep", what, text, offset, f"at most {MAX_DEPTH}", at(path))
                return
            keys.append(set())
            path.append("" if sign == "{" else 0)
        elif match.lastgroup == "close":
            del keys[-1:], path[-1:]
        elif match.lastgroup == "comma" and path and isinstance(path[-1], int):
            path[-1] += 1
        elif match.lastgroup == "key" and path:
            path[-1] = key = json.loads(sign, strict=False)
            if key in keys[-1]:
                what = f"the key {shown(key)} stands twice in one object"
                yield _fault("duplicate-key", what, text, offset, "each key once", at(path))
            keys[-1].add(key)
        elif match.lastgroup == "constant":
            what = f"{sign} is not JSON"
            yield _fault("syntax", what, text, offset, "a number or null", at(path))
