"""What is there, where words only list it? "Orders and users, JWT, PostgreSQL"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_facts import Has
from agent.planner.readers.prose_items import Items, items
from agent.planner.readers.prose_nouns import noun, parts, singular
from agent.planner.readers.prose_settings import are_settings, say_settings, title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_context import Context
    from agent.planner.readers.prose_facts import Noun
    from agent.planner.readers.prose_text import Token

_SEVERAL = 2
_BUILT = words.SYSTEM | words.NAMED_TOOLS | {"endpoint", "endpoints"}
_NO_THING = frozenset({"api", "backend", "crud", "endpoints"})
_OPENS = frozenset({"with", "for"})


def listed(tokens: Sequence[Token], context: Context) -> bool:
    """Read things, and what is chosen for the project, with nothing but commas between them.

    Before them may stand what is to be built ("a REST API for orders and users"), behind each of
    them what it has ("players (name, rating)").
    """
    found: list[tuple[Noun, Items]] = []
    chosen: list[Sequence[Token]] = []
    listed_parts = parts(_without_opening(tokens))
    are_names = not context.begun and all(part[0].text[:1].isupper() for part in listed_parts)
    for part in listed_parts:
        each, inner = _thing(part)
        if are_settings(part):
            chosen.append(part)
        elif each and (each.plural or each.count == "many" or are_names):
            found.append((each, inner))
        else:
            return False
    if not found or len(listed_parts) < _SEVERAL:
        return False
    for part in chosen:
        say_settings(part, context)
    for each, inner in found:
        context.mention(each)
        context.say(*(Has(each, item) for item in inner.found))
        context.miss(*inner.unread)
    context.subjects = [each for each, _ in found]
    return True


def _thing(part: Sequence[Token]) -> tuple[Noun | None, Items]:
    """Return a thing, and what stands in brackets behind it."""
    opening = next((i for i, token in enumerate(part) if token.text == "("), None)
    if not opening or part[-1].text != ")":
        return noun(part), Items((), ())
    return noun(part[:opening]), items(part[opening + 1 : -1])


def whole_of(head: Sequence[Token], body: Sequence[Token], context: Context) -> bool:
    """Read "Gym: members, classes": its name, and what there is in it. It is spoken of once."""
    word = singular(head[-1].word)
    is_whole = word in words.WHOLES - words.SYSTEM and context.spoken.get(word, 0) == 1
    if context.begun or not is_whole or not listed(body, context):
        return False
    title(head, context, headed=True)
    context.begun = True
    return True


def built_of(head: Sequence[Token], body: Sequence[Token], context: Context) -> bool:
    """Read "REST API: orders, users". A project or an application may be a thing that is kept."""
    said = {token.word for token in head}
    return bool(said & _NO_THING) and _is_built(head) and listed(body, context)


def _without_opening(tokens: Sequence[Token]) -> Sequence[Token]:
    """Leave out what is to be built, up to "with" or "for"."""
    end = next((i for i, t in enumerate(tokens) if t.word in _OPENS), None)
    return tokens[end + 1 :] if end and _is_built(tokens[:end]) else tokens


def _is_built(tokens: Sequence[Token]) -> bool:
    """Tell whether words only say that something is to be built: "build me a REST API"."""
    said = {token.word for token in tokens}
    return bool(said & _BUILT) and said <= _BUILT | words.ASKING | words.STOP | words.US
