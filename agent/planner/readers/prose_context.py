"""What has been said so far? What later words of a text may refer to."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_facts import Mention, Read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agent.planner.readers.prose_facts import Fact, Noun
    from agent.planner.readers.prose_text import Span, Token

_SHORT = 2
_LONGEST_PHRASE = 6
_COUNTED = words.ONE | words.NUMBERS | {"a", "an"}


@dataclass(slots=True)
class Context:
    """The reader's memory while it goes through a text.

    ``known`` are the keys of all entities that the whole text declares (empty when it is read for
    the first time); ``subjects`` whom the latest sentence was about, ``heading`` what stands above
    a list, ``thing`` what a right was given on; ``begun`` is set where a first statement was made.
    ``spoken`` says how often each word, in the singular, stands in the whole text; ``reached`` are
    (entity, state) of each state that a step leads into.
    """

    known: frozenset[str] = frozenset()
    spoken: Mapping[str, int] = field(default_factory=dict)
    reached: frozenset[tuple[str, str]] = frozenset()
    subjects: list[Noun] = field(default_factory=list)
    heading: Noun | None = None
    thing: Noun | None = None
    is_named: bool = False
    begun: bool = False
    read: Read = field(default_factory=Read)

    def say(self, *facts: Fact) -> None:
        """Add facts."""
        self.read.facts += facts

    def mention(self, entity: Noun) -> None:
        """Add that there is such a thing."""
        self.say(Mention(entity))

    def miss(self, *spans: Span) -> None:
        """Add stretches that were not understood."""
        self.read.unread += spans

    def knows(self, noun: Noun | None) -> bool:
        """Tell whether a noun is a declared entity, or the last word of one ("item")."""
        return noun is not None and (
            noun.key in self.known or any(key.endswith(f"_{noun.key}") for key in self.known)
        )


def content(tokens: Sequence[Token]) -> list[Token]:
    """Return the words that say something, numbers and all but the smallest words."""
    return [
        token
        for token in tokens
        if token.is_word and token.word not in words.STOP and len(token.word) >= _SHORT
    ]


def is_closing(tokens: Sequence[Token]) -> bool:
    """Tell whether words keep others out: "only managers", and not "only one author"."""
    said = [*(token.word for token in tokens), ""]
    return any(
        word in words.ALONE and word != "just" and after not in _COUNTED
        for word, after in pairwise(said)
    )


def opened(tokens: Sequence[Token], phrases: Sequence[str]) -> Sequence[Token] | None:
    """Return what follows one of some phrases that words begin with."""
    text = " ".join(token.word for token in tokens[:_LONGEST_PHRASE]) + " "
    for phrase in phrases:
        if text.startswith(f"{phrase} "):
            return tokens[phrase.count(" ") + 1 :]
    return None
