"""What is there, and with which fields? Statements that only list: things, or their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_context import content, opened
from agent.planner.readers.prose_facts import Has
from agent.planner.readers.prose_item import closing
from agent.planner.readers.prose_items import items
from agent.planner.readers.prose_links import has
from agent.planner.readers.prose_nouns import noun, nouns
from agent.planner.readers.prose_settings import title
from agent.planner.readers.prose_text import DASHES, span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_context import Context
    from agent.planner.readers.prose_text import Token

_MENTIONING = ("there is", "there are", "there will be", "there should be")
_BETWEEN = frozenset({",", ";", ".", "and", "with", "&"}) | DASHES
_WE_WANT = words.US | words.STORES | words.PRONOUNS | {"to", ",", "would", "like"}
_NOBODY = words.SYSTEM | words.US | {"to", "it"}
_NEAR = 5
"""How far from the beginning of a statement its verb stands, in words."""


def for_each(tokens: Sequence[Token], context: Context) -> bool:
    """Read "for each car we store the plate and the model"."""
    if tokens[0].word != "for" or len(tokens) < _NEAR:
        return False
    verb = next((i for i, t in enumerate(tokens) if t.word in words.STORES), None)
    if verb is None:
        return False
    while verb + 1 < len(tokens) and tokens[verb + 1].word in words.STORES | {"to"}:
        verb += 1
    end = verb
    while end > 1 and tokens[end - 1].word in _WE_WANT:
        end -= 1
    subject = noun(tokens[1:end])
    if subject is None:
        return False
    context.subjects = [subject]
    return has([subject], tokens[verb + 1 :], context)


def mentions(tokens: Sequence[Token], context: Context) -> bool:
    """Read "there are rooms and guests", "the system stores vehicles", "we sell books"."""
    rest = opened(tokens, _MENTIONING)
    return _mention(rest, context) if rest is not None else _stores(tokens, context)


def _stores(tokens: Sequence[Token], context: Context) -> bool:
    verb = next((i for i, t in enumerate(tokens[:_NEAR]) if t.word in words.STORES), None)
    if not verb:
        return False
    before = [t for t in tokens[:verb] if t.word not in words.ARTICLES | words.POSSESSIVES]
    is_named = any(t.word not in _NOBODY for t in before)
    if not before or (is_named and (tokens[verb].word in words.HAS or context.knows(noun(before)))):
        return False
    return _mention(tokens[verb + 1 :], context) and (not is_named or title(before, context))


def named_with(tokens: Sequence[Token], context: Context) -> bool:
    """Read "a bank with customers and accounts": its name, and what there is in it."""
    index = next((i for i, t in enumerate(tokens) if t.word == "with" and i), None)
    if index is None:
        return False
    rest = tokens[index + 1 :]
    listed = bracketed(rest, context) or _mention(rest, context)
    return listed and title(tokens[:index], context)


def _mention(tokens: Sequence[Token], context: Context) -> bool:
    """Read things of which there are several."""
    found = nouns(tokens)
    if not found or not all(each.plural or each.count == "many" for each in found):
        return False
    for each in found:
        context.mention(each)
    context.subjects = found
    return True


def defined(tokens: Sequence[Token], context: Context) -> bool:
    """Read "podcast = title, description" and "Warehouse (name, address), Product (sku)"."""
    sign = next((i for i, t in enumerate(tokens) if t.text == "="), None)
    subject = noun(tokens[:sign]) if sign else None
    if subject is None or sign is None:
        return bracketed(tokens, context)
    context.subjects = [subject]
    return has([subject], tokens[sign + 1 :], context)


def bracketed(tokens: Sequence[Token], context: Context) -> bool:
    """Read entities with their fields in brackets."""
    rest = tokens
    is_read = False
    while any(token.text == "(" for token in rest):
        while rest and rest[0].word in _BETWEEN:
            rest = rest[1:]
        opening = next(i for i, token in enumerate(rest) if token.text == "(")
        close = closing(rest, opening)
        subject, read = noun(rest[:opening]), items(rest[opening + 1 : close])
        if subject is None or not read.found:
            return False
        context.say(*(Has(subject, item) for item in read.found))
        context.miss(*read.unread)
        context.subjects = [subject]
        rest = rest[close + 1 :]
        is_read = True
    if is_read and content(rest):
        context.miss(span(rest))
    return is_read
