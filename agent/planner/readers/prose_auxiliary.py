"""What do "has", "belongs to", "is" and "can be" say of the subject before them?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_clauses import auxiliary
from agent.planner.readers.prose_facts import Reference
from agent.planner.readers.prose_items import items
from agent.planner.readers.prose_links import belongs, has, is_clause
from agent.planner.readers.prose_nouns import noun, nouns
from agent.planner.readers.prose_qualities import state
from agent.planner.readers.prose_text import span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_context import Context
    from agent.planner.readers.prose_facts import Noun
    from agent.planner.readers.prose_text import Token

_MOVES = frozenset({"go", "goes", "move", "moves", "pass", "passes", "runs"})
_THROUGH = frozenset({"from", "states", "statuses", "steps", "the", "through", ":"})
_INCLUDING = frozenset({"include", "includes", "contain", "contains"})
_ADVERBS = frozenset({"also", "always", "only", "then"})


def with_auxiliary(tokens: Sequence[Token], context: Context) -> bool:
    """Read "has", "belongs to", "is" and "can be" behind a subject, or with the subject before."""
    index = 0 if tokens[0].word in words.AUXILIARIES else auxiliary(tokens)
    about: Sequence[Token] = ()
    if tokens[0].word in words.PRONOUNS and len(tokens) > 1:
        index = 1
    elif index:
        about = [t for t in tokens[:index] if t.word not in {"only", "also"}]
    if index is None:
        return False
    subjects = (nouns(about) or []) if about else context.subjects
    verb, rest = tokens[index].word, tokens[index + 1 :]
    may = verb in words.MODALS
    while rest and rest[0].word in _ADVERBS:
        rest = rest[1:]
    if may and rest:
        verb, rest = rest[0].word, rest[1:]
    if tokens[0].word in words.PRONOUNS:
        context.say(*(Reference(subject, span(tokens[:1])) for subject in subjects))
    done = _by_verb(verb, about, subjects, rest, context, may=may and tokens[index].word != "must")
    are_known = verb in words.HAS | words.BELONGS or all(map(context.knows, subjects))
    if done and about and subjects and are_known:
        context.subjects = subjects
    return done


def _by_verb(
    verb: str,
    about: Sequence[Token],
    subjects: Sequence[Noun],
    rest: Sequence[Token],
    context: Context,
    *,
    may: bool,
) -> bool:
    if verb in _INCLUDING and _is_mass(rest):
        return False
    if verb in words.HAS:
        return bool(subjects) and has(subjects, rest, context, may=may)
    if verb in words.BELONGS:
        return bool(subjects) and belongs(subjects, rest, context, may=may)
    if verb in words.IS:
        return is_clause(about, subjects, rest, context, may=may)
    return False


def _is_mass(tokens: Sequence[Token]) -> bool:
    """Tell what is no field from one: "prices include VAT", "rooms include breakfast"."""
    listed = items(tokens)
    bare = listed.found[0].noun if len(listed.found) == 1 else None
    is_all = bare is not None and bare.span == span(tokens)
    return is_all and bare is not None and not (bare.plural or bare.determined or bare.count)


def moves(tokens: Sequence[Token], context: Context) -> bool:
    """Read "an order goes through pending -> paid -> shipped"."""
    verb = next((i for i, t in enumerate(tokens) if t.word in _MOVES and i), None)
    subject = noun(tokens[:verb]) if verb else None
    if subject is None or verb is None:
        return False
    rest = tokens[verb + 1 :]
    while rest and rest[0].word in _THROUGH:
        rest = rest[1:]
    context.subjects = [subject]
    return bool(rest) and state([subject], rest, context)
