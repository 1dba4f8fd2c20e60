"""What has what, and what belongs to what? Sentences with "has", "belongs to" and "is"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_facts import Has, Link
from agent.planner.readers.prose_items import as_noun, items
from agent.planner.readers.prose_nouns import nouns
from agent.planner.readers.prose_qualities import quality, state
from agent.planner.readers.prose_rights import passive_right
from agent.planner.readers.prose_text import span
from agent.planner.readers.prose_verbs import is_participle, lemma_of_participle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_context import Context
    from agent.planner.readers.prose_facts import Noun
    from agent.planner.readers.prose_text import Token

_AFTER_HAS = frozenset(
    {"of", "got", "up", ":", "following", "fields", "attributes", "properties", "both"}
)
_RIGHTS = frozenset({"access", "permission", "permissions", "privileges", "rights"})
"""What people have, and is no field."""
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
    if any(subject.key in words.SOMEBODY for subject in subjects):
        return False
    read = items(tokens)
    context.miss(*read.unread)
    if not read.found or any(item.name.rpartition("_")[2] in _RIGHTS for item in read.found):
        return False
    for subject in subjects:
        for item in read.found:
            optional = item.optional or (may and item.noun.count is None)
            context.say(Has(subject, replace(item, optional=optional)))
            context.say(*(Has(as_noun(item), inner) for inner in item.inner))
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
    if not homes or any(noun.key in words.SOMEBODY for noun in (*subjects, *homes)):
        return False
    if plain[end:]:
        context.miss(span(plain[end:]))
    for subject in subjects:
        for home in homes:
            sure = home.count is not None
            count = home.count or "one"
            context.say(Link(subject, home, home.span, rights=count, sure=sure, optional=may))
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
            count = other.count
            if count is None and (other.determined or not other.plural):
                count = "one"
            sure = other.count is not None
            if verb:
                link = Link(other, subject, place, lefts=count, verb=verb)
            else:
                # "photos are tagged with tags": nothing says that either has only one
                link = Link(subject, other, place, rights=count)
                if count != "one":
                    link = replace(link, rights="many", lefts="many")
            context.say(replace(link, role=role, sure=sure, optional=may))
    return True


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
