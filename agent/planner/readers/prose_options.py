"""What is said of a field in brackets? A type, flags, bounds, or the values that it can have."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_nouns import parts
from agent.planner.readers.prose_types import TYPE_WORDS, by_name
from agent.planner.readers.prose_values import has_arrow, states_of, steps, values
from agent.types import AttributeType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_facts import Item
    from agent.planner.readers.prose_text import Token

_LONGEST = re.compile(
    r"(?:max(?:imum)?|up to|at most)(?: length)?(?: of)? (\d{1,6})(?: (?:characters|letters))?"
    r"|(\d{1,6}) (?:characters|letters)(?: max(?:imum)?)?"
)
_COMPOSED = re.compile(r"(.+_)?(address|name|location|contact|details|dimensions|coordinates)")
"""What stands in brackets behind these are its parts, and not its values."""
_BETWEEN = re.compile(r"(?:from |between )?(\d{1,9}) ?(?:-|\u2013|to|and) ?(\d{1,9})")


def type_of(word: str) -> AttributeType | None:
    """Return the type that a word stands for."""
    return TYPE_WORDS.get(word)


def in_brackets(item: Item, tokens: Sequence[Token]) -> Item | None:
    """Read all that stands in the brackets behind a field; None where something is unclear."""
    if has_arrow(tokens):
        chain = steps(tokens)
        return replace(item, steps=chain, values=states_of(chain)) if chain else None
    open_parts: list[Sequence[Token]] = []
    for part in [*_bounds_whole(tokens)] or parts(tokens):
        better = _one(item, part)
        if better is None:
            open_parts.append(part)
        else:
            item = better
    if not open_parts:
        return item
    begin, end = open_parts[0][0].start, open_parts[-1][-1].end
    rest = [token for token in tokens if begin <= token.start and token.end <= end]
    for opening in (("one", "of"), ("either",), ("values", ":"), ("enum", ":")):
        if tuple(token.word for token in rest[: len(opening)]) == opening:
            rest = rest[len(opening) :]
    listed, taken = values(rest)
    is_choice = listed and taken == len(rest) and not _COMPOSED.fullmatch(item.name)
    is_choice = is_choice and not any(map(_is_field, listed))
    return replace(item, values=listed) if is_choice else None


def _is_field(name: str) -> bool:
    """Tell whether a value is rather the name of a field: "a customer (name, email)"."""
    return (
        name in {"name", "title", "address", "phone"} or by_name(name) is not AttributeType.STRING
    )


def _bounds_whole(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """Keep "between 1 and 5" together, which else would be two."""
    text = " ".join(token.word for token in tokens)
    return [tokens] if _BETWEEN.fullmatch(text) else []


def _one(item: Item, tokens: Sequence[Token]) -> Item | None:
    """Read one thing that is said of a field; a few words of flags and a type may be one."""
    text = " ".join(token.word for token in tokens)
    if found := _LONGEST.fullmatch(text):
        longest = int(found[1] or found[2])
        most = None if "characters" in text or "letters" in text else longest
        return replace(item, longest=max(1, longest), most=most)
    if found := _BETWEEN.fullmatch(text):
        least, most = int(found[1]), int(found[2])
        return replace(item, least=least, most=most) if least < most else None
    for token in tokens:
        if token.word in words.FLAGS:
            item = with_flag(item, token.word)
        elif kind := type_of(token.word):
            item = replace(item, type=kind)
        else:
            return None
    return item


def with_flag(item: Item, word: str) -> Item:
    """Return an item of which one more word is known: optional, required or unique."""
    return replace(
        item,
        optional=item.optional or word in words.OPTIONAL,
        required=item.required or word in words.REQUIRED,
        unique=item.unique or word in words.UNIQUE,
    )
