"""Who does what with what? "Authors write books", "members borrow books with a due date"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_clauses import action, begins_with_action
from agent.planner.readers.prose_facts import Link
from agent.planner.readers.prose_items import items
from agent.planner.readers.prose_nouns import is_several, is_statement, noun, nouns
from agent.planner.readers.prose_text import span
from agent.planner.readers.prose_verbs import MAKES, lemma, third_person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_context import Context
    from agent.planner.readers.prose_facts import Item, Noun
    from agent.planner.readers.prose_text import Token

_PARTICLES = frozenset({"up", "in", "to", "for", "on", "at", "into"})
_LONGEST_UNKNOWN = 4
_OPENING = frozenset({"a", "an", "each", "every"})
_IDIOMS = (("take", ["place"]), ("take", ["part"]), ("make", ["sense"]))
"""What is done with nothing: screenings that take place have no places."""
RIGHTS = frozenset(form for verb in words.ACTIONS for form in (verb, third_person(verb)))
"""Verbs of what people may do with rows, in both their forms."""
_NO_VERB = RIGHTS | words.STORES | words.ASKING | {"costs", "lasts", "takes", "weighs", "works"}


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
    if (verb, [token.word for token in rest[:end]]) in _IDIOMS:
        return False
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
        is_at = bool(rest) and rest[0].word in words.PREPOSITIONS
        thing = noun(rest[is_at:])
        if subject is None or thing is None or not context.knows(thing):
            continue
        if verb.word in RIGHTS:
            return False  # "customers see orders" says who may, and nothing of whose they are
        context.say(_of_unknown(subject, verb, thing, tokens, at=is_at))
        context.subjects = [subject]
        return True
    return False


def _of_unknown(
    subject: Noun, verb: Token, thing: Noun, tokens: Sequence[Token], *, at: bool
) -> Link:
    """Link what any verb stands between: "a keeper feeds animals", "a crop grows on a field"."""
    rights = thing.count or ("one" if thing.determined or not thing.plural else None)
    if rights is None and not at:
        rights = "many"
    sure = thing.count is not None
    return Link(subject, thing, span(tokens), rights=rights, sure=sure, role=verb.word)


def clearly_acting(tokens: Sequence[Token], context: Context) -> bool:
    """Read any other verb where the words can be no noun phrase: "a keeper feeds animals".

    Between a singular with its article and a plural only a verb can end in s; behind a plural no
    noun goes on, so that a verb stands there.
    """
    if not is_statement(tokens) or any(t.word in words.BREAKS - _OPENING for t in tokens):
        return False
    plural = next(i for i, t in enumerate(tokens) if is_several(t))
    index = plural if tokens[0].word in _OPENING else plural + 1
    subject, verb, rest = noun(tokens[:index]), tokens[index], tokens[index + 1 :]
    thing = noun(rest)
    if subject is None or thing is None or not thing.plural or verb.word in _NO_VERB:
        return False
    if len(rest) > 1 and not context.knows(thing):
        return False  # "guests often visit museums"
    if {subject.key, thing.key} & (words.SYSTEM | words.SOMEBODY | words.UNITS):
        return False
    context.say(_of_unknown(subject, verb, thing, tokens, at=False))
    context.subjects = [subject]
    return True
