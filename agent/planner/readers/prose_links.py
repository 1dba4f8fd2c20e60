"""What has what, and what belongs to what? Sentences with "has", "belongs to" and "is"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_facts import Has, Item, Link, Quality
from agent.planner.readers.prose_items import field_name, items, with_flag
from agent.planner.readers.prose_nouns import noun, nouns, parts
from agent.planner.readers.prose_options import type_of
from agent.planner.readers.prose_rights import passive_right
from agent.planner.readers.prose_text import span
from agent.planner.readers.prose_values import values
from agent.planner.readers.prose_verbs import is_participle, lemma_of_participle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_context import Context
    from agent.planner.readers.prose_facts import Noun
    from agent.planner.readers.prose_text import Token

_AFTER_HAS = frozenset(
    {"of", "got", "up", ":", "following", "fields", "attributes", "properties", "both"}
)
_PLACES = frozenset({"by", "in", "on", "to", "for", "at", "with", "from", "of", "into"})
_PART = (("part", "of"), ("for",), ("in",), ("of",), ("about",), ("on",), ("from",))


def has(
    subjects: Sequence[Noun], tokens: Sequence[Token], context: Context, *, may: bool = False
) -> bool:
    """Read what stands behind "has": fields, or other things."""
    while tokens and (
        tokens[0].word in _AFTER_HAS
        or (tokens[0].word == "the" and len(tokens) > 1 and tokens[1].word == "following")
    ):
        tokens = tokens[1:]
    read = items(tokens)
    context.miss(*read.unread)
    if not read.found:
        return False
    for subject in subjects:
        for item in read.found:
            optional = item.optional or (may and item.noun.count is None)
            context.say(Has(subject, replace(item, optional=optional)))
    return True


def belongs(
    subjects: Sequence[Noun], tokens: Sequence[Token], context: Context, *, may: bool = False
) -> bool:
    """Read what stands behind "belongs": to what."""
    while tokens and tokens[0].word in {"to", "both", "back", "either"}:
        tokens = tokens[1:]
    # "belongs to a room and to a building"
    plain = [
        t
        for i, t in enumerate(tokens)
        if not (t.word == "to" and i and tokens[i - 1].word == "and")
    ]
    end = next((i for i, t in enumerate(plain) if t.word in words.PREPOSITIONS), len(plain))
    homes = nouns(plain[:end])
    if not homes:
        return False
    if plain[end:]:
        context.miss(span(plain[end:]))
    for subject in subjects:
        for home in homes:
            many = "many" if home.count == "many" else "one"
            sure = home.count is not None
            context.say(Link(subject, home, home.span, rights=many, sure=sure, optional=may))
    return True


def passive(
    subjects: Sequence[Noun], tokens: Sequence[Token], context: Context, *, may: bool = False
) -> bool:
    """Read what stands behind "is": "reported by a user", "part of a set", "stored in a room"."""
    tokens = [t for t in tokens if t.word not in {"also", "then", "always", "usually"}]
    role, verb, rest = "", "", tokens
    if len(tokens) > 2 and is_participle(tokens[0].word) and tokens[1].word in _PLACES:  # noqa: PLR2004
        # whoever does it is asked for by "by"; the rest is a place
        by = tokens[1].word == "by"
        role = tokens[0].word
        verb = (lemma_of_participle(role) or "") if by else ""
        rest = tokens[2:]
    else:
        opening = next(
            (
                p
                for p in _PART
                if tuple(t.word for t in tokens[: len(p)]) == p and len(tokens) > len(p)
            ),
            None,
        )
        if opening is None:
            return False
        rest = tokens[len(opening) :]
    others = nouns(rest)
    if not others or not all(context.knows(other) for other in others):
        return False
    for subject in subjects:
        for other in others:
            place = other.span
            count = other.count or ("one" if other.determined or not other.plural else None)
            sure = other.count is not None
            if verb:
                link = Link(other, subject, place, lefts=count, verb=verb)
            else:
                link = Link(subject, other, place, rights=count)
            context.say(replace(link, role=role, sure=sure, optional=may))
    return True


def quality(about: Sequence[Token], tokens: Sequence[Token], context: Context) -> bool:
    """Read "(the email of a member) is unique", "(status) is draft or sent", "(price) is a decimal"."""
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
    if flags and all(t in flags or t.word in {"and"} for t in rest):
        for flag in flags:
            item = with_flag(item, flag.word)
        return item
    if len(rest) == 1 and (kind := type_of(rest[0].word)):
        return replace(item, type=kind)
    return _valued(item, tokens)


def _valued(item: Item, tokens: Sequence[Token]) -> Item | None:
    rest = list(tokens)
    while rest and (
        rest[0].word in {"one", "of", "either", "a", "an", "the"} or rest[0].text == ":"
    ):
        rest = rest[1:]
    read = items([*_as_field(rest)]) if any(t.kind == "arrow" for t in rest) else None
    if read and read.found and not read.unread and read.found[0].steps:
        return replace(item, steps=read.found[0].steps, values=read.found[0].values)
    listed, taken = values(rest)
    return replace(item, values=listed) if listed and taken == len(rest) else None


def _as_field(tokens: Sequence[Token]) -> Sequence[Token]:
    """Put a name and a colon before a chain of states, as it stands in a list of fields."""
    first = tokens[0]
    name = replace(first, kind="word", word="status", text="status")
    return [name, replace(first, kind="sign", word=":", text=":"), *tokens]


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


def is_clause(
    about: Sequence[Token],
    subjects: Sequence[Noun],
    tokens: Sequence[Token],
    context: Context,
    *,
    may: bool = False,
) -> bool:
    """Read a sentence with "is": rights, belonging, a state, or something about a field."""
    if not tokens:
        return False
    whole = [*about, *tokens] if about else tokens
    if passive_right(subjects, tokens, whole, context):
        return True
    if passive(subjects, tokens, context, may=may):
        return True
    is_known = bool(subjects) and all(subject.key in context.known for subject in subjects)
    if is_known and state(subjects, tokens, context):
        return True
    return bool(about) and quality(about, tokens, context)
