"""Who does what with what? "Authors write books", "members borrow books with a due date"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_clauses import action, begins_with_action
from agent.planner.readers.prose_facts import Link
from agent.planner.readers.prose_items import items
from agent.planner.readers.prose_nouns import noun, nouns
from agent.planner.readers.prose_text import span
from agent.planner.readers.prose_verbs import MAKES, lemma

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_context import Context
    from agent.planner.readers.prose_facts import Item, Noun
    from agent.planner.readers.prose_text import Token

_PARTICLES = frozenset({"up", "in", "to", "for", "on", "at", "into"})
_LONGEST_UNKNOWN = 4


def acts(subjects: Sequence[Noun], tokens: Sequence[Token], context: Context) -> bool:
    """Read a verb and what follows it: an object, where it goes, and what is kept of it."""
    verb = lemma(tokens[0].word) if tokens else None
    if verb is None:
        return False
    rest = tokens[1:]
    while rest and rest[0].word in _PARTICLES:
        rest = rest[1:]
    end = next((i for i, t in enumerate(rest) if t.word in words.PREPOSITIONS - {"of"}), len(rest))
    things = nouns(rest[:end]) or []
    if [t.word for t in rest[:end]] in (["each", "other"], ["one", "another"]):
        things = [replace(subject, count="many") for subject in subjects]
    no_entity = words.SYSTEM | words.SOMEBODY
    if not (things and subjects) or any(each.key in no_entity for each in (*subjects, *things)):
        return False
    kept = _kept(things[-1], verb, rest[end:], context)
    context.say(
        *(_link(subject, thing, verb, tokens, kept) for subject in subjects for thing in things)
    )
    return True


def _kept(thing: Noun, verb: str, tail: Sequence[Token], context: Context) -> Sequence[Item]:
    """Read what follows an object: what is kept ("with a due date"), or where it goes."""
    if not tail:
        return ()
    if tail[0].word == "with":
        kept = items(tail[1:])
        context.miss(*kept.unread)
        return kept.found
    home = noun(tail[1:])
    if home and tail[0].word in _PARTICLES | {"from"} and verb in MAKES:
        context.say(Link(thing, home, home.span, rights="one"))
    else:
        context.miss(span(tail))
    return ()


def _link(
    subject: Noun, thing: Noun, verb: str, tokens: Sequence[Token], kept: Sequence[Item]
) -> Link:
    return Link(
        left=subject,
        right=thing,
        span=span(tokens),
        rights=thing.count,
        # "one author can write many books" says nothing of how many write one
        lefts="many" if subject.count == "many" else None,
        sure=thing.count is not None or subject.count == "many",
        verb=verb,
        items=tuple(kept),
    )


def action_clause(tokens: Sequence[Token], context: Context) -> bool:
    """Read a whole statement with a verb of action."""
    index = action(tokens)
    subject = noun(tokens[:index]) if index else None
    if index is None or subject is None:
        return False
    context.subjects = [subject]
    return acts([subject], tokens[index:], context)


def acting(tokens: Sequence[Token], context: Context) -> bool:
    """Read "(members, who have a name,) borrow books": whom it is about was said before."""
    return begins_with_action(tokens) and acts(context.subjects, tokens, context)


def between_known(tokens: Sequence[Token], context: Context) -> bool:
    """Read any other verb between two entities that are declared elsewhere."""
    for index in range(1, min(_LONGEST_UNKNOWN, len(tokens) - 1)):
        subject, verb = noun(tokens[:index]), tokens[index]
        if not context.knows(subject) or not verb.is_word or verb.word in words.BREAKS:
            continue
        rest = tokens[index + 1 :]
        if rest and rest[0].word in words.PREPOSITIONS:
            rest = rest[1:]
        thing = noun(rest)
        if subject is None or thing is None or not context.knows(thing):
            continue
        rights = thing.count or ("one" if thing.determined or not thing.plural else None)
        context.subjects = [subject]
        sure = thing.count is not None
        context.say(Link(subject, thing, span(tokens), rights=rights, sure=sure, role=verb.word))
        return True
    return False
