"""Can a pattern be trusted with a client's text? It must be readable, and quick on every text."""

from __future__ import annotations

import re
import warnings
from re import _constants as codes
from re import _parser as parser
from typing import Any

Tree = Any  # the parser's own classes have no public names

_REPEATS = frozenset({codes.MAX_REPEAT, codes.MIN_REPEAT})
# One character beyond ASCII stands for all of them.
_ALPHABET = frozenset(map(chr, range(128))) | {"é"}
_CATEGORIES = {
    codes.CATEGORY_DIGIT: r"\d",
    codes.CATEGORY_NOT_DIGIT: r"\D",
    codes.CATEGORY_SPACE: r"\s",
    codes.CATEGORY_NOT_SPACE: r"\S",
    codes.CATEGORY_WORD: r"\w",
    codes.CATEGORY_NOT_WORD: r"\W",
}
_MANY_TIMES = 10


def complaint(pattern: str) -> str | None:
    """Return what is wrong with a pattern, or nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)
            re.compile(pattern)
        tree = parser.parse(pattern)
    except (re.error, FutureWarning, RecursionError, OverflowError) as error:
        return f"cannot be read: {error}"
    if _explodes(tree):
        return "takes exponential time on some texts: a repetition of a repetition is ambiguous"
    return None


def _explodes(tree: Tree) -> bool:
    """Tell whether one text can be cut in exponentially many ways, as in ``(a+)+``."""
    for code, value in tree:
        if code in _REPEATS:
            _, most, body = value
            loops = _last_loops(body)
            if most > _MANY_TIMES and loops & _first(body):
                return True
        if any(_explodes(part) for part in _parts(code, value)):
            return True
    return False


def _parts(code: Tree, value: Tree) -> list[Tree]:
    """Return the trees inside one item."""
    if code in _REPEATS or code is codes.POSSESSIVE_REPEAT:
        return [value[2]]
    if code is codes.SUBPATTERN:
        return [value[3]]
    if code is codes.BRANCH:
        return list(value[1])
    if code in {codes.ASSERT, codes.ASSERT_NOT}:
        return [value[1]]
    if code is codes.GROUPREF_EXISTS:
        return [part for part in value[1:] if part is not None]
    return [value] if code is codes.ATOMIC_GROUP else []


def _first(tree: Tree) -> frozenset[str]:
    """Return the characters that a match can begin with."""
    found: frozenset[str] = frozenset()
    for code, value in tree:
        found |= _begins(code, value)
        if not _may_be_empty(code, value):
            break
    return found


def _begins(code: Tree, value: Tree) -> frozenset[str]:
    if parts := _parts(code, value):
        return frozenset().union(*map(_first, parts))
    return _characters(code, value)


def _last_loops(tree: Tree) -> frozenset[str]:
    """Return the characters that a match can repeat without end right before it stops."""
    found: frozenset[str] = frozenset()
    for code, value in reversed(list(tree)):
        if code in _REPEATS and value[1] > _MANY_TIMES:
            found |= _first(value[2])
        elif parts := _parts(code, value):
            found = found.union(*map(_last_loops, parts))
        if not _may_be_empty(code, value):
            break
    return found


def _may_be_empty(code: Tree, value: Tree) -> bool:
    if code in _REPEATS or code is codes.POSSESSIVE_REPEAT:
        return value[0] == 0 or _all_empty(value[2])
    if code is codes.BRANCH:
        return any(_all_empty(part) for part in value[1])
    if code in {codes.AT, codes.ASSERT, codes.ASSERT_NOT, codes.GROUPREF}:
        return True
    parts = _parts(code, value)
    return bool(parts) and all(_all_empty(part) for part in parts)


def _all_empty(tree: Tree) -> bool:
    return all(_may_be_empty(code, value) for code, value in tree)


def _characters(  # noqa: PLR0911 - one answer for each kind of item
    code: Tree, value: Tree
) -> frozenset[str]:
    """Return the characters that one item of a pattern matches."""
    if code is codes.LITERAL:
        return frozenset({chr(value)})
    if code is codes.NOT_LITERAL:
        return _ALPHABET - {chr(value)}
    if code is codes.ANY:
        return _ALPHABET
    if code is codes.CATEGORY:
        return frozenset(c for c in _ALPHABET if re.match(_CATEGORIES[value], c))
    if code is codes.RANGE:
        low, high = value
        return frozenset(c for c in _ALPHABET if low <= ord(c) <= high)
    if code is codes.IN:
        found = frozenset().union(*(_characters(*item) for item in value))
        return _ALPHABET - found if value[0][0] is codes.NEGATE else found
    return frozenset()
