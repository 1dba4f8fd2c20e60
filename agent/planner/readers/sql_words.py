"""Which known word did somebody mean who wrote another? One slip apart, without comparing all.

Two words are one slip apart (a letter too many, too few, another one, or two changed places) only
where leaving out a letter of each, or of one of them, makes them the same.
"""

from __future__ import annotations

from functools import lru_cache

_SHORTEST, _SHORTEST_WITH_ANOTHER_LETTER = 3, 5


def near_miss(word: str, known: frozenset[str]) -> str | None:
    """Give the known word that is one slip away; short words differ in more than a letter."""
    index = _index(known)
    for shorter in _shorter(word):
        for candidate in index.get(shorter, ()):
            if _slip(word, candidate):
                return candidate
    return None


def _slip(word: str, other: str) -> bool:
    if len(word) != len(other):
        longer, shorter = sorted((word, other), key=len, reverse=True)
        return len(word) >= _SHORTEST and shorter in _shorter(longer)
    places = [
        place for place, pair in enumerate(zip(word, other, strict=True)) if pair[0] != pair[1]
    ]
    if len(places) == 1:
        return len(word) >= _SHORTEST_WITH_ANOTHER_LETTER
    changed = "".join(word[place] for place in reversed(places))
    return len(places) == 2 and changed == "".join(other[place] for place in places)  # noqa: PLR2004 - two letters change places


@lru_cache(maxsize=8)
def _index(known: frozenset[str]) -> dict[str, list[str]]:
    index: dict[str, list[str]] = {}
    for word in sorted(known):
        for shorter in _shorter(word):
            index.setdefault(shorter, []).append(word)
    return index


def _shorter(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}
