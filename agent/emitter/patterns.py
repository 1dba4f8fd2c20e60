"""Which texts match a regular expression? A few examples, for the emitted tests."""

from __future__ import annotations

import random
import re
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_WANTED = 5
_TRIES = 400
_CLASSES = {
    codes.CATEGORY_DIGIT: "0123456789",
    codes.CATEGORY_WORD: "abcxyzABC019_",
    codes.CATEGORY_SPACE: " ",
}
_ANY = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def matching(pattern: str, least: int, most: int) -> list[str]:
    """Return up to five different texts of the given lengths that match, the same every time.

    A pattern that none was found for gives one text that may not match: the emitted tests then say
    so.
    """
    source = random.Random(pattern)  # noqa: S311 - examples, not secrets
    tree = parser.parse(pattern)
    found: dict[str, None] = {}
    for _ in range(_TRIES):
        text = _text(tree, source).ljust(least, "x") if least else _text(tree, source)
        if least <= len(text) <= most and re.search(pattern, text):
            found[text] = None
        if len(found) == _WANTED:
            break
    return list(found) or ["x" * max(1, least)]


def _text(tree: Any, source: random.Random) -> str:
    return "".join(_part(code, value, source) for code, value in tree)


def _part(code: Any, value: Any, source: random.Random) -> str:
    if code is codes.LITERAL:
        return chr(value)
    if code is codes.IN:
        return _member(value, source)
    if code in {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}:
        low, high, inner = value
        count = source.randint(low, min(int(high), low + 4))
        return "".join(_text(inner, source) for _ in range(count))
    if code is codes.SUBPATTERN:
        return _text(value[3], source)
    if code is codes.ATOMIC_GROUP:
        return _text(value, source)
    if code is codes.BRANCH:
        return _text(source.choice(value[1]), source)
    if code in {codes.ANY, codes.NOT_LITERAL}:
        return source.choice(_ANY)
    return ""


def _member(options: Any, source: random.Random) -> str:
    if options[0][0] is codes.NEGATE:
        return source.choice(_ANY)
    code, value = source.choice(options)
    if code is codes.LITERAL:
        return chr(value)
    if code is codes.RANGE:
        return chr(source.randint(value[0], value[1]))
    return source.choice(_CLASSES.get(value, _ANY))
