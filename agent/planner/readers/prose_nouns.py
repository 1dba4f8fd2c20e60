"""What is a noun phrase about? An article or a number, and up to four words."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from agent.planner import names
from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_facts import Noun
from agent.planner.readers.prose_text import span
from agent.planner.readers.prose_verbs import is_participle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_facts import Count
    from agent.planner.readers.prose_text import Token

LONGEST = 4
"""Words of a noun phrase."""
LONGEST_FIELD = 5
"""Words of a field's name."""
LONGEST_KEY = 90
"""Characters of a noun phrase in snake case: what is named after it ends at 120."""
_INSIDE = frozenset({"of", "per", "in", "on", "at"})
_INVARIABLE = frozenset({"staff", "news", "series", "species", "equipment", "data", "gas", "media"})
_NEVER = (
    words.BREAKS
    | words.POSSESSIVES
    | words.FLAGS
    | words.NEGATIONS
    | words.CONDITIONS
    | words.NUMBERS
    | words.THEM
    | {"own", "there", "please", "s"}
)
_LEADING = (
    words.ARTICLES
    | words.EACH
    | words.POSSESSIVES
    | words.MANY
    | {"another", "other", "own", "only", "also", "new"}
)
_AT = frozenset({"at", "in", "on"})
_SHORT = 3
"""Letters of a word that is too short for a plural: GPS, CMS."""


def singular(word: str) -> str:
    """Return the singular of a word in lower case."""
    if word in _INVARIABLE or word.endswith(("ss", "us", "is")) or len(word) < 3:  # noqa: PLR2004 - "as"
        return word
    return names.singular(word)


def is_plural(word: str) -> bool:
    """Tell whether a word in lower case is a plural."""
    return singular(word) != word


def spoken_of(tokens: Sequence[Token]) -> tuple[Count | None, bool, Sequence[Token]]:
    """Take the words before a noun away: how many, whether it has an article, and the rest."""
    count: Count | None = None
    determined = False
    while tokens:
        taken = _opening(tokens)
        if taken:
            count, tokens, determined = taken[1], tokens[taken[0] :], True
            continue
        word = tokens[0].word
        if word not in _LEADING or len(tokens) == 1:
            break
        if word in words.MANY:
            count = "many"
        elif word in {"one", "single"}:
            count = "one"
        determined |= word in words.ARTICLES | words.EACH | words.POSSESSIVES
        tokens = tokens[1:]
    return count, determined, tokens


def _opening(tokens: Sequence[Token]) -> tuple[int, Count] | None:
    """Recognise "one or more", "a list of", "exactly one" at the beginning."""
    text = " ".join(token.word for token in tokens[:5]) + " "
    for phrase, count in _OPENINGS:
        if text.startswith(f"{phrase} "):
            return phrase.count(" ") + 1, count
    return None


_OPENINGS: tuple[tuple[str, Count], ...] = (
    ("one or more", "many"), ("zero or more", "many"), ("at least one", "many"),
    ("a list of", "many"),
    ("list of", "many"), ("any number of", "many"), ("more than one", "many"), ("lots of", "many"),
    ("a lot of", "many"), ("a set of", "many"), ("a collection of", "many"),
    ("as many", "many"), ("exactly one", "one"), ("only one", "one"), ("at most one", "one"),
    ("just one", "one"), ("one single", "one"),
)  # fmt: skip


def noun(tokens: Sequence[Token]) -> Noun | None:
    """Read a whole sequence of tokens as one noun phrase, or return None."""
    count, determined, rest = spoken_of(tokens)
    if not 0 < len(rest) <= LONGEST or not all(_is_part(token) for token in rest):
        return None
    if is_statement(rest):
        return None
    *before, last = (part for token in rest for part in token.word.replace("'", "").split("-"))
    if not last:
        return None
    head = singular(last)
    key = names.snake("_".join([*before, head]))
    if len(key) > LONGEST_KEY:
        return None
    return Noun(
        key=key,
        span=span(rest),
        plural=head != last,
        count=count,
        determined=determined,
    )


def is_statement(tokens: Sequence[Token]) -> bool:
    """Tell what has a verb in it from a noun phrase: no plural but a last one is part of a noun.

    "Editors review", "a keeper feeds animals", "pallets on shelves" name no one thing.
    """
    for token, after in pairwise(tokens):
        if not is_several(token) or not after.is_word:
            continue
        if after.word in _AT:
            if is_plural(tokens[-1].word):
                return True
        elif after.word not in words.BREAKS and not (
            after is tokens[-1] and is_participle(after.word)  # "goals scored"
        ):
            return True
    return False


def is_several(token: Token) -> bool:
    """Tell whether a word is a plural, and none of those that may stand before a noun."""
    word = token.word
    plain = token.is_word and len(word) > _SHORT and "'" not in word and not token.text.isupper()
    return (
        plain
        and word not in words.PLURAL_FIRST | words.BREAKS | words.POSSESSIVES
        and (is_plural(word))
    )


def field_name(tokens: Sequence[Token]) -> Noun | None:
    """Read what may be the name of a field: "date of birth", "price per night"."""
    if (
        not 0 < len(tokens) <= LONGEST_FIELD
        or not tokens[0].is_word
        or tokens[0].word in words.BREAKS
    ):
        return None
    if tokens[0].word in words.NUMBERS | words.NEGATIONS or is_statement(tokens):
        return None  # "four wheels", "no author", "owners bring pets"
    for token in tokens:
        inside = token.is_word and (token.word not in words.BREAKS or token.word in _INSIDE)
        if not inside or token.word in words.FLAGS | words.BOUNDS:
            return None
    parts = [part for token in tokens for part in token.word.replace("'", "").split("-") if part]
    last = tokens[-1].word
    if not parts:
        return None
    if parts[-2:] in (["on", "date"], ["at", "time"]):
        parts = parts[:-1]
    if len(parts) > 1 and last == "flag":
        parts = ["is", *parts[:-1]]
    key = names.snake("_".join(parts))
    if len(key) > LONGEST_KEY:
        return None
    return Noun(key=key, span=span(tokens), plural=is_plural(last))


def nouns(tokens: Sequence[Token]) -> list[Noun] | None:
    """Read noun phrases with commas and 'and' between them; None where one of them is none."""
    found = [noun(part) for part in parts(tokens)]
    return [each for each in found if each] if found and all(found) else None


def parts(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """Split at commas and conjunctions outside brackets."""
    found: list[Sequence[Token]] = []
    begin = depth = 0
    for index, token in enumerate(tokens):
        depth += (token.text == "(") - (token.text == ")")
        if depth <= 0 and (
            token.text in {",", ";", "/"} or token.word in {"and", "or", "&", "plus"}
        ):
            found.append(tokens[begin:index])
            begin = index + 1
    found.append(tokens[begin:])
    return [part for part in found if part]


def _is_part(token: Token) -> bool:
    return token.is_word and token.word not in _NEVER
