"""Which texts match a regular expression? A few examples, for the emitted tests."""

from __future__ import annotations

import random
import re
from re import _constants as codes  # type: ignore[attr-defined, unused-ignore]
from re import _parser as parser  # type: ignore[attr-defined, unused-ignore]
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_TRIES = 400
_MORE_REPEATS = 4
_CLASSES = {
    codes.CATEGORY_DIGIT: "0123456789",
    codes.CATEGORY_WORD: "abcxyzABC019_",
    codes.CATEGORY_SPACE: " ",
}
_ANY = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

Tree = Any  # the parser's own classes have no public names


def matching(pattern: str, least: int, most: int, wanted: int) -> list[str]:
    """Return up to ``wanted`` different texts that match, the same ones every time.

    They have ``least`` to ``most`` characters.

    A pattern that none was found for gives one text that may not match: the emitted tests then say
    so. The same goes for what Python cannot read: the pattern is for another engine.
    """
    found: dict[str, None] = {}
    try:
        for text in _tries(pattern, least):
            if least <= len(text) <= most and re.search(pattern, text):
                found[text] = None
            if len(found) == wanted:
                break
    except re.error:
        found.clear()
    return list(found) or ["x" * max(1, least)]


def _tries(pattern: str, least: int) -> Iterator[str]:
    source = random.Random(pattern)  # noqa: S311 - examples, not secrets
    tree = parser.parse(pattern)
    for _ in range(_TRIES):
        yield _text(tree, source).ljust(least, "x")


def _text(tree: Tree, source: random.Random) -> str:
    return "".join(_part(code, value, source) for code, value in tree)


def _part(code: Tree, value: Tree, source: random.Random) -> str:
    if code is codes.LITERAL:
        return chr(value)
    if code is codes.IN:
        return _member(value, source)
    if code in {codes.ANY, codes.NOT_LITERAL}:
        return source.choice(_ANY)
    return _group(code, value, source)


def _group(code: Tree, value: Tree, source: random.Random) -> str:
    """Return a text for what holds other parts; anchors and the like are empty."""
    if code in {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}:
        low, high, inner = value
        count = source.randint(low, min(int(high), low + _MORE_REPEATS))
        return "".join(_text(inner, source) for _ in range(count))
    if code is codes.SUBPATTERN:
        return _text(value[3], source)
    if code is codes.ATOMIC_GROUP:
        return _text(value, source)
    if code is codes.BRANCH:
        return _text(source.choice(value[1]), source)
    return ""


def _member(options: Tree, source: random.Random) -> str:
    if options[0][0] is codes.NEGATE:
        return source.choice(_ANY)
    code, value = source.choice(options)
    if code is codes.LITERAL:
        return chr(value)
    if code is codes.RANGE:
        return chr(source.randint(value[0], value[1]))
    return source.choice(_CLASSES.get(value, _ANY))
