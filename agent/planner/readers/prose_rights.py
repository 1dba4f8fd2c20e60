"""Who may do what? "Only admins can delete books", "users can only see their own orders"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_facts import Link, Right
from agent.planner.readers.prose_nouns import noun, nouns, parts
from agent.planner.readers.prose_rules import ADMIN
from agent.planner.readers.prose_text import span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_context import Context
    from agent.planner.readers.prose_facts import Noun
    from agent.planner.readers.prose_text import Token

_PASSIVE: dict[str, str] = {
    "seen": "see", "viewed": "view", "read": "read", "listed": "list", "created": "create",
    "added": "add", "edited": "edit", "updated": "update", "changed": "change",
    "modified": "modify", "deleted": "delete", "removed": "remove", "managed": "manage",
}  # fmt: skip
_ABLE = {"visible": "see", "viewable": "view", "readable": "read", "accessible": "access",
         "editable": "edit", "changeable": "change", "deletable": "delete"}  # fmt: skip
_AROUND_PEOPLE = frozenset({"alone", "also", "but", "only", "then"})
_THEM = frozenset({"them", "it", "these", "those"})
_OWN = frozenset({"own", "owned"})
_ADVERBS = frozenset({"only", "also", "then", "just", "all", "any", "every", "the", "a", "an"})
_TO = (("by",), ("for",), ("to",))
_JOINED = frozenset({"and", "or", "only"})
_NEAR_OWN = 4


def who(tokens: Sequence[Token], context: Context) -> list[str] | None:
    """Read people: roles, "authenticated", "public" or "nobody"; None where it is unclear."""
    found = []
    if any(t.word in {"but", "except"} for t in tokens[1:]):
        return None  # "anyone but customers"
    for part in parts([t for t in tokens if t.word not in _AROUND_PEOPLE]):
        plain = [t for t in part if t.word not in words.ARTICLES | words.EACH | words.SIGNED_IN]
        person = noun(plain) if plain else None
        if person is None or _is_denied(person):
            return None
        found.append(_role(person, context, signed_in=len(plain) < len(part)))
    return found or None


def _is_denied(person: Noun) -> bool:
    """Tell whether people are named by who they are not: "non-members"."""
    first, joined, _ = person.key.partition("_")
    return bool(joined) and first in words.DENIALS and person.key != words.NOBODY_ELSE


def _role(person: Noun, context: Context, *, signed_in: bool) -> str:
    key = person.key
    if key in words.NOBODY:
        return "nobody"
    first, _, last = key.partition("_")
    is_anonymous = first in words.ANONYMOUS and last in {"", *words.PERSONS}
    if (key in words.EVERYBODY or is_anonymous) and key not in context.known:
        return "public"
    if key in words.ADMINS:
        return ADMIN
    return "authenticated" if key == "user" and signed_in else key


@dataclass(frozen=True, slots=True)
class Manner:
    """How somebody may: they ``only``, not at all, only with what is their own, or ``the`` one.

    ``the``: it is spoken of one of them, as in "only the author can edit a post".
    """

    only: bool = False
    forbidden: bool = False
    own: bool = False
    the: bool = False


PLAINLY = Manner()


def rights(
    people: Sequence[str],
    tokens: Sequence[Token],
    whole: Sequence[Token],
    context: Context,
    how: Manner = PLAINLY,
) -> bool:
    """Read what somebody may do: verbs, then on what; tell whether it is such a sentence."""
    actions, index = done(tokens)
    if not actions:
        return False
    rest = tokens[index:]
    own = how.own or is_own(rest)
    things, tail = _things(rest, context)
    if things is None:
        return False
    if tail and (things[-1] is None or _home(tail, context) is None):
        return False  # "posts of their friends": not everything that may be done
    place = span(whole)
    context.say(
        *(
            Right(person, actions, thing, place, how.only, own, how.forbidden, how.the)
            for person in people
            for thing in things
        )
    )
    context.thing = things[-1] or context.thing
    home = _home(tail, context)
    if home and things[-1]:
        context.say(Link(things[-1], home, span(tail), rights=home.count or "one"))
    return True


def is_own(tokens: Sequence[Token]) -> bool:
    """Tell whether words say "their own posts", or "their posts"."""
    before = [t.word for t in tokens[:_NEAR_OWN]]
    while before and before[0] in _ADVERBS:
        before = before[1:]
    return any(t.word in _OWN for t in tokens) or before[:1] in [[w] for w in words.THEIRS]


def allowed(
    tokens: Sequence[Token], context: Context
) -> tuple[tuple[str, ...], list[Noun | None] | None]:
    """Read verbs and on what, and nothing else; the latter is None where it is unclear."""
    actions, index = done(tokens)
    things, tail = _things(tokens[index:], context) if actions else (None, ())
    own = any(t.word in _OWN for t in tokens)
    return actions, None if own or tail else things


def done(tokens: Sequence[Token]) -> tuple[tuple[str, ...], int]:
    """Read verbs with commas and 'and' between them as actions; say where what follows begins."""
    found: list[str] = []
    index = 0
    for position, token in enumerate(tokens):
        if token.word in words.ACTIONS:
            found += words.ACTIONS[token.word]
            index = position + 1
        elif token.word in {"only", "also", "then", "do", "just"}:
            index = position + 1
        elif not (token.text in {",", "/"} or token.word in {"and", "or"}):
            break
    if not found and index and any(t.word in words.EVERYTHING for t in tokens[index : index + 1]):
        found = ["list", "read", "create", "update", "delete"]
    return tuple(dict.fromkeys(found)), index


def _things(
    tokens: Sequence[Token], context: Context
) -> tuple[list[Noun | None] | None, Sequence[Token]]:
    """Read on what: nouns, "them", "everything" or nothing (all); and what follows them."""
    while tokens and tokens[0].word in _ADVERBS | _OWN | words.POSSESSIVES:
        if tokens[0].word == "all" and len(tokens) == 1:
            break
        tokens = tokens[1:]
    if not tokens or tokens[0].word in words.EVERYTHING:
        return [None], tokens[1:]
    if tokens[0].word in _THEM:
        subject = context.thing or (context.subjects[-1] if context.subjects else None)
        return ([subject] if subject else None), tokens[1:]
    end = next((i for i, t in enumerate(tokens) if t.word in words.PREPOSITIONS), len(tokens))
    found = nouns([t for t in tokens[:end] if t.word not in _OWN])
    return (list(found) if found else None), tokens[end:]


def _home(tail: Sequence[Token], context: Context) -> Noun | None:
    """Read "(add tasks) to a project": what the one belongs to."""
    if not tail or tail[0].word not in {"to", "in", "on", "for", "into"}:
        return None
    home = noun(tail[1:])
    return home if context.knows(home) else None


def passive_right(
    subjects: Sequence[Noun],
    tokens: Sequence[Token],
    whole: Sequence[Token],
    context: Context,
    *,
    forbidden: bool = False,
) -> bool:
    """Read "(books can) only be deleted by admins", of which ``tokens`` begin behind "be"."""
    opening = tuple(t.word for t in tokens[:2])
    is_hidden = opening == ("hidden", "from")
    able = "see" if is_hidden else _ABLE.get(opening[0]) if opening[1:] in _TO else None
    by = next((i for i, t in enumerate(tokens) if t.word == "by"), len(tokens))
    if by == len(tokens) and not able and not forbidden:
        return False
    end = 1 if able else by
    verbs = [able] if able else [
        _PASSIVE.get(t.word, "") for t in tokens[:end] if t.is_word and t.word not in _JOINED
    ]  # fmt: skip
    named = tokens[end + 1 :]
    people = who(named, context) if named else ["nobody"]
    if people is None or not verbs or not all(verbs):
        return False
    forbidden |= is_hidden
    if forbidden and people in (["public"], ["nobody"]):  # by anybody, whoever it is
        people, forbidden = ["nobody"], False
    if forbidden and ADMIN in people:
        return False
    actions = tuple(dict.fromkeys(a for verb in verbs for a in words.ACTIONS[verb]))
    only = any(t.word == "only" for t in whole)
    the = bool(named) and named[0].word in words.POSSESSIVES | {"the"}
    context.say(
        *(
            Right(person, actions, thing, span(whole), only, forbidden=forbidden, the=the)
            for person in people
            for thing in subjects
        )
    )
    return True
