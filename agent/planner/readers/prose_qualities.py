"""What is said of a field that was named before, or of the state that something is in?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_facts import Has, Item, Quality
from agent.planner.readers.prose_nouns import field_name, noun, parts
from agent.planner.readers.prose_options import type_of, with_flag
from agent.planner.readers.prose_values import LETTER, has_arrow, states_of, steps, values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_context import Context
    from agent.planner.readers.prose_facts import Noun
    from agent.planner.readers.prose_text import Token

_OPENING = frozenset({"one", "of", "either", "a", "an", "the", ":"})


def quality(about: Sequence[Token], tokens: Sequence[Token], context: Context) -> bool:
    """Read "(the email of a member) is unique", "(price) is a decimal"."""
    facts = []
    for part in parts(about):
        found = _field(part)
        if found is None:
            return False
        item, entity = found
        better = _described(item, tokens)
        if better is None:
            return False
        near = context.subjects[-1] if context.subjects else None
        facts.append(Quality(better, entity, near))
    context.say(*facts)
    return bool(facts)


def _described(item: Item, tokens: Sequence[Token]) -> Item | None:
    """Read everything that stands behind "is" as said of a field."""
    rest = [t for t in tokens if t.word not in {"a", "an", "the", "always", "also", "either", ","}]
    flags = [t for t in rest if t.word in words.FLAGS]
    if flags and all(t in flags or t.word == "and" for t in rest):
        for flag in flags:
            item = with_flag(item, flag.word)
        return item
    if len(rest) == 1 and (kind := type_of(rest[0].word)):
        return replace(item, type=kind)
    return _valued(item, tokens)


def _valued(item: Item, tokens: Sequence[Token]) -> Item | None:
    """Read a list of values, or a chain of states, and nothing else."""
    rest = tokens
    while rest and rest[0].word in _OPENING and rest[0].text != LETTER:
        rest = rest[1:]
    if has_arrow(rest):
        chain = steps(rest)
        return replace(item, steps=chain, values=states_of(chain)) if chain else None
    listed, taken = values(rest)
    return replace(item, values=listed) if listed and taken == len(rest) else None


def state(subjects: Sequence[Noun], tokens: Sequence[Token], context: Context) -> bool:
    """Read "(an order is) pending, paid or shipped" as its status."""
    for subject in subjects:
        item = _valued(Item(noun=subject, name="status"), tokens)
        if item is None:
            return False
        context.say(Has(subject, item))
    return bool(subjects)


def _field(tokens: Sequence[Token]) -> tuple[Item, Noun | None] | None:
    """Read a field and, where it is said, whose: "email of a member", "member's email"."""
    plain = [t for t in tokens if t.word not in words.ARTICLES | words.EACH | {"its", "their"}]
    of = next((i for i, t in enumerate(plain) if t.word in {"of", "for"} and i), None)
    if of is not None and plain[of + 1 :] and (whole := noun(plain[of + 1 :])):
        name = field_name(plain[:of])
        if name:
            return Item(noun=name, name=name.key), whole
    if len(plain) > 1 and plain[0].word.endswith("'s"):
        owner = replace(plain[0], word=plain[0].word.removesuffix("'s"))
        name, whole = field_name(plain[1:]), noun([owner])
        return (Item(noun=name, name=name.key), whole) if name and whole else None
    name = field_name(plain)
    return (Item(noun=name, name=name.key), None) if name else None
