"""What is closed to whom, where nobody "may" or "can"? "Access to X is restricted to managers"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_context import opened
from agent.planner.readers.prose_facts import Right, Setting
from agent.planner.readers.prose_may import may
from agent.planner.readers.prose_nouns import noun, nouns
from agent.planner.readers.prose_rights import rights, who
from agent.planner.readers.prose_rules import ADMIN
from agent.planner.readers.prose_text import span
from agent.planner.readers.prose_verbs import third_person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_context import Context
    from agent.planner.readers.prose_facts import Noun
    from agent.planner.readers.prose_text import Token

_ALL = words.ACTIONS["manage"]
_CHANGES = ("create", "update", "delete")
_DOING: dict[str, tuple[str, ...]] = {
    **{f"{verb.removesuffix('e')}ing": actions for verb, actions in words.ACTIONS.items()},
    "seeing": words.ACTIONS["see"],
    "access": _ALL,
    "deletion": words.ACTIONS["delete"],
    "creation": words.ACTIONS["create"],
}
"""What people do, as the subject of a sentence."""
_CLOSED = (
    "restricted to", "limited to", "reserved for", "reserved to", "confined to", "only for",
    "only allowed for", "only possible for", "only permitted for", "allowed only for", "for",
)  # fmt: skip
_FORBIDDEN = ("forbidden", "prohibited", "not allowed", "not permitted", "never allowed")
_KINDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("full", "complete", "unrestricted", "all"), _ALL),
    **dict.fromkeys(("read", "read-only", "view"), words.ACTIONS["read"]),
    "write": _CHANGES,
}
_PRESENT = {form: verb for verb in words.ACTIONS for form in (verb, third_person(verb))}
_SEES = frozenset({"see", "view", "access"})
_INSIDE = frozenset({"logged", "signed", "authenticated", "registered"})
_NEAR = 5
"""How far from the beginning of a statement its verb stands, in words."""


def reserved(tokens: Sequence[Token], context: Context) -> bool:
    """Read "deleting invoices is not allowed", "access to invoices is restricted to managers"."""
    at = next((i for i, t in enumerate(tokens) if t.word in {"is", "are"} and i), None)
    if at is None:
        return False
    about, said = tokens[:at], tokens[at + 1 :]
    if about[-1].word == "it":
        rest = opened(said, [f"{phrase} to" for phrase in _FORBIDDEN])
        return rest is not None and rights(["nobody"], rest, tokens, context)
    actions, things = _done(about)
    if not things:
        return False
    if " ".join(t.word for t in said) in _FORBIDDEN:
        _give(["nobody"], actions, things, tokens, context)
        return True
    rest = opened(said, _CLOSED)
    is_closed = said[:1] and (said[0].word != "for" or said[-1].word == "only")
    people = who(rest, context) if rest and is_closed else None
    if people is None:
        return False
    _give(people, actions, things, tokens, context, only=True)
    return True


def _done(tokens: Sequence[Token]) -> tuple[tuple[str, ...], list[Noun | None]]:
    """Read "deleting invoices", "access to invoices", "access": what is done, and with what."""
    actions = _DOING.get(tokens[0].word, ())
    rest = tokens[1:]
    if rest and rest[0].word in {"of", "to"}:
        rest = rest[1:]
    if not actions or not rest:
        return actions, [None] if actions == _ALL else []
    return actions, list(nouns(rest) or [])


def _give(
    people: Sequence[str],
    actions: tuple[str, ...],
    things: Sequence[Noun | None],
    whole: Sequence[Token],
    context: Context,
    *,
    only: bool = False,
    forbidden: bool = False,
) -> None:
    place = span(whole)
    context.say(
        *(
            Right(person, actions, thing, place, only=only, forbidden=forbidden)
            for person in people
            for thing in things
        )
    )
    context.thing = things[-1] or context.thing


def has_access(tokens: Sequence[Token], context: Context) -> bool:
    """Read "only managers have access to invoices", "guests have read access only"."""
    at = next((i for i, t in enumerate(tokens[:_NEAR]) if t.word in {"has", "have"} and i), None)
    if at is None:
        return False
    rest = [t for t in tokens[at + 1 :] if t.word not in {"only", "any", "an"}]
    forbidden = bool(rest) and rest[0].word == "no"
    rest = rest[forbidden:]
    actions = _KINDS.get(rest[0].word, _ALL) if rest else _ALL
    rest = rest[1:] if rest and rest[0].word in _KINDS else rest
    if not rest or rest[0].word != "access":
        return False
    people = who(tokens[:at], context)
    things = _done(rest)[1] if len(rest) == 1 or rest[1].word == "to" else []
    if not people or not things or (forbidden and ADMIN in people):
        return False
    only = any(t.word in words.ALONE for t in tokens[:at])
    _give(people, actions, things, tokens, context, only=only, forbidden=forbidden)
    return True


def signed_in(tokens: Sequence[Token], context: Context) -> bool:
    """Read "observers must be logged in", "you have to be signed in to see invoices"."""
    at = next((i for i, t in enumerate(tokens[: 2 * _NEAR]) if t.word in _INSIDE), None)
    if at is None or tokens[at - 1].word != "be":
        return False
    if not {t.word for t in tokens[:at]} & {"must", "should", "have", "has", "need", "needs"}:
        return False
    rest = tokens[at + 1 :]
    rest = rest[1:] if rest and rest[0].word == "in" else rest
    if rest and (rest[0].word != "to" or not rights(["authenticated"], rest[1:], tokens, context)):
        return False
    context.say(Setting("auth", "jwt", span(tokens)))
    return True


def plainly(tokens: Sequence[Token], context: Context) -> bool:
    """Read "customers see only their own orders": what people do is what they may.

    Of other verbs than to see only where it says "only" or "own": "members create lists" tells
    what is there.
    """
    at = next((i for i, t in enumerate(tokens[:_NEAR]) if t.word in _PRESENT and i), None)
    if at is None:
        return False
    verb = _PRESENT[tokens[at].word]
    is_closed = any(t.word in words.ALONE | {"own"} for t in tokens)
    people = [t for t in tokens[:at] if t.word not in {"just", "also"}]
    subject = noun([t for t in people if t.word not in words.ALONE])
    if subject is None or not (is_closed or verb in _SEES):
        return False
    only_first = people[0].word in words.ALONE or people[-1].word == "alone"
    if not only_first:  # "customers only see": what they may, and not who may
        people = [t for t in people if t.word not in words.ALONE]
    return may(people, [replace(tokens[at], word=verb), *tokens[at + 1 :]], tokens, context)
