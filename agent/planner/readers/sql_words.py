"""Which known word did somebody mean who wrote another? One slip apart, without comparing all.

Two words are one slip apart (a letter too many, too few, another one, or two changed places) only
where leaving out a letter of each, or of one of them, makes them the same.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHORTEST, _SHORTEST_WITH_ANOTHER_LETTER = 3, 5
_LONGEST = 64
"""Letters of a word that is compared: most databases have no longer names."""


class Words:
    """Known words, and which of them somebody meant; more can be learnt."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        """Learn the first ones."""
        self._by_shorter: dict[str, list[str]] = {}
        self._known: set[str] = set()
        self.learn(known)

    def learn(self, words: Iterable[str]) -> None:
        """Learn words that may be known already."""
        for word in words:
            if word not in self._known and len(word) <= _LONGEST:
                self._known.add(word)
                for shorter in _shorter(word):
                    self._by_shorter.setdefault(shorter, []).append(word)

    def __contains__(self, word: str) -> bool:
        """Whether a word is known."""
        return word in self._known

    def near(self, word: str) -> set[str]:
        """Give the words that are one slip away; short words differ in more than a letter."""
        if len(word) > _LONGEST + 1:
            return set()
        candidates = {c for shorter in _shorter(word) for c in self._by_shorter.get(shorter, ())}
        return {candidate for candidate in candidates if _slip(word, candidate)}


def near_miss(word: str, known: frozenset[str]) -> str | None:
    """Give the known word that is one slip away, the first of several."""
    return min(_words(known).near(word), default=None)


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
def _words(known: frozenset[str]) -> Words:
    return Words(known)


def _shorter(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}
