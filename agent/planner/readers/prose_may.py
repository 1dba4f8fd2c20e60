"""What may somebody do, in whichever words? "As a member I can", "let guests", "users may"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_actions import acts
from agent.planner.readers.prose_clauses import auxiliary
from agent.planner.readers.prose_context import is_closing, opened
from agent.planner.readers.prose_facts import Right, Setting
from agent.planner.readers.prose_nouns import noun, nouns
from agent.planner.readers.prose_others import without_others
from agent.planner.readers.prose_rights import (
    Manner,
    allowed,
    is_own,
    passive_right,
    rights,
    who,
)
from agent.planner.readers.prose_rules import ADMIN
from agent.planner.readers.prose_steps import is_step, steps
from agent.planner.readers.prose_text import span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_context import Context
    from agent.planner.readers.prose_facts import Noun
    from agent.planner.readers.prose_text import Token

_WISH = (
    "want to", "can", "would like to", "should be able to", "need to", "may", "must be able to",
    "wish to", "am able to", "could", "want", "should", "will",
)  # fmt: skip
_MAY = (
    "are allowed to", "is allowed to", "are able to", "is able to", "have the right to",
    "has the right to", "should be able to", "must be able to", "shall be able to",
    "may be able to", "should only be able to", "must only be able to", "can", "may",
)  # fmt: skip
_MAY_NOT = (
    "can not", "cannot", "can't", "may not", "must not", "mustn't", "are not allowed to",
    "is not allowed to", "should not be able to", "shouldn't be able to", "should not", "shouldn't",
    "aren't allowed to", "isn't allowed to", "are not permitted to", "is not permitted to",
    "are never allowed to", "is never allowed to", "must never", "may never", "can never",
    "should never", "are never", "is never",
)  # fmt: skip
_LET = frozenset({"allow", "allows", "enable", "enables", "let", "lets"})
_LONGEST = 5
"""Words of a statement about people."""


def story(tokens: Sequence[Token], context: Context) -> bool:
    """Read "as a member I can borrow a book"."""
    if tokens[0].word != "as" or len(tokens) < _LONGEST:
        return False
    me = next((i for i, t in enumerate(tokens) if t.word in {"i", "we"}), None)
    if me is None:
        return False
    people = [t for t in tokens[1:me] if t.text != ","]
    rest = opened(tokens[me + 1 :], _WISH)
    return rest is not None and may(people, rest, tokens, context)


def allowing(tokens: Sequence[Token], context: Context) -> bool:
    """Read "let guests reserve tables", "allow users to write reviews"."""
    if tokens[0].word not in _LET:
        return False
    for end in range(2, min(_LONGEST + 1, len(tokens))):
        rest = tokens[end:]
        rest = rest[1:] if rest[0].word == "to" else rest
        if rest and may(tokens[1:end], rest, tokens, context):
            return True
    return False


def may(
    people: Sequence[Token],
    rest: Sequence[Token],
    whole: Sequence[Token],
    context: Context,
    *,
    forbidden: bool = False,
) -> bool:
    """Read what somebody may do: with rows, an action of their own, a step, or signing in."""
    named = who(people, context)
    if named is None or not rest:
        return False
    if words.NOBODY_ELSE in named:
        if forbidden or len(named) > 1:
            return False
        named, forbidden = ["public"], True
    only = any(t.word in {"alone", "only"} for t in people)
    if forbidden and (only or ADMIN in named):
        return False  # an administrator may everything; "only they cannot" gives it to the rest
    if all(t.word in words.SIGNING_IN for t in rest) and not forbidden:
        context.say(Setting("auth", "jwt", span(rest)))
        return True
    if is_step(rest, context):  # before "publish" is taken as making something
        # a step has the roles that may take it, and knows nothing of whose a row is
        fits = not forbidden and "nobody" not in named and not is_own(rest[1:])
        return fits and steps(named, rest, whole, context)
    subject = _acting(people)
    # what is said of some people only is no action of theirs; "write" may be either
    is_closed = only or forbidden or is_closing(rest)
    acting = [subject] if subject and not is_closed else []
    mine = without_others(rest, forbidden=forbidden)
    if mine is not None:  # "may not see the orders of others": only their own
        rest, forbidden = mine, False
    the = people[0].word == "the" or [t.word for t in people[:2]] == ["only", "the"]
    how = Manner(only, forbidden, mine is not None, the and not (subject and subject.plural))
    done = (
        (rest[0].word in words.AUTHORING and acts(acting, rest, context))
        or rights(named, rest, whole, context, how)
        or acts(acting, rest, context)
        or (not forbidden and steps(named, rest, whole, context))
    )
    if done and subject:
        context.subjects = [subject]
    return done


def _acting(people: Sequence[Token]) -> Noun | None:
    """Return who acts, if it may be an entity."""
    found = noun([t for t in people if t.word not in {"alone", "only", *words.SIGNED_IN}])
    return None if found and found.key in words.SOMEBODY else found


def modal(tokens: Sequence[Token], context: Context) -> bool:
    """Read "only admins can delete books", "users may not edit posts"."""
    index = auxiliary(tokens)
    if index is None:
        return False
    for phrases, forbidden in ((_MAY_NOT, True), (_MAY, False)):
        rest = opened(tokens[index:], phrases)
        if rest and forbidden and (rest[0].word == "be" or "never" in tokens[index + 1].word):
            done = rest[1:] if rest[0].word == "be" else rest
            subjects = nouns(tokens[:index]) or []
            if done and passive_right(subjects, done, tokens, context, forbidden=True):
                return True
        if rest is not None and may(tokens[:index], rest, tokens, context, forbidden=forbidden):
            return True
    return False


def denial(tokens: Sequence[Token], context: Context) -> bool:
    """Read "(members can manage books but) cannot delete them": less than was just given."""
    rest = opened(tokens, _MAY_NOT)
    facts = context.read.facts
    if not rest or not facts or not isinstance(facts[-1], Right):
        return False
    place = facts[-1].span
    given = [f for f in facts if isinstance(f, Right) and f.span == place]
    actions, things = allowed(rest, context)
    if things is None or {t and t.key for t in things} != {
        f.entity and f.entity.key for f in given
    }:
        return False
    if any(f.forbidden or f.who == ADMIN or not set(f.actions) - set(actions) for f in given):
        return False
    for right in given:
        left = tuple(action for action in right.actions if action not in actions)
        facts[facts.index(right)] = replace(right, actions=left)
        context.say(replace(right, actions=actions, forbidden=True, span=span(tokens)))
    return True
