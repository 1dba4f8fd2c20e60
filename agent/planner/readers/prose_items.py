"""What does something have? A list of fields: "a title, a unique isbn and a price (decimal)"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agent.planner import names
from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_facts import Item, Noun
from agent.planner.readers.prose_nouns import is_plural, noun, singular, spoken_of
from agent.planner.readers.prose_options import in_brackets, type_of
from agent.planner.readers.prose_text import span
from agent.planner.readers.prose_values import has_arrow, states_of, steps, values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_text import Span, Token

LONGEST = 5
"""Words of a field's name."""
_BETWEEN = frozenset({",", ";"})
_INSIDE = frozenset({"of", "per", "in", "on", "at"})
_BE = frozenset(
    {"is", "are", "be", "must", "should", "can", "has", "to", "a", "an", "one", "of", "either"}
)


@dataclass(frozen=True, slots=True)
class Items:
    """The items of a list that were understood, and what of it was not."""

    found: tuple[Item, ...]
    unread: tuple[Span, ...]


def items(tokens: Sequence[Token]) -> Items:
    """Read a whole list of items."""
    found: list[Item] = []
    unread: list[Span] = []
    rest = tokens
    while rest:
        if _is_between(rest[0]):
            rest = rest[1:]
            continue
        end = _end(rest)
        item, taken = _item(rest, end)
        if item is None:
            unread.append(span(rest[:end]))
            rest = rest[end:]
            continue
        found.append(item)
        end = max(end, taken)
        if taken < end:
            unread.append(span(rest[taken:end]))
        rest = rest[end:]
    return Items(tuple(found), tuple(unread))


def field_name(tokens: Sequence[Token]) -> Noun | None:
    """Read what may be the name of a field: "date of birth", "price per night"."""
    if not 0 < len(tokens) <= LONGEST or not tokens[0].is_word or tokens[0].word in words.BREAKS:
        return None
    for token in tokens:
        inside = token.is_word and (token.word not in words.BREAKS or token.word in _INSIDE)
        if not inside or token.word in words.FLAGS:
            return None
    parts = [part for token in tokens for part in token.word.replace("'", "").split("-") if part]
    last = tokens[-1].word
    if not parts:
        return None
    if parts[-2:] in (["on", "date"], ["at", "time"]):
        parts = parts[:-1]
    if len(parts) > 1 and last == "flag":
        parts = ["is", *parts[:-1]]
    return Noun(key=names.snake("_".join(parts)), span=span(tokens), plural=is_plural(last))


def _is_between(token: Token) -> bool:
    return token.text in _BETWEEN or token.word in {"and", "&", "plus", "or"}


def _end(tokens: Sequence[Token]) -> int:
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token.text == "(") - (token.text == ")")
        if depth <= 0 and index and _is_between(token):
            return index
    return len(tokens)


def _item(tokens: Sequence[Token], end: int) -> tuple[Item | None, int]:
    """Read the item that ends at ``end``, or later where it lists values; say what it took."""
    count, determined, rest = spoken_of(tokens[:end])
    start = end - len(rest)
    optional = required = unique = False
    while rest and rest[0].word in words.FLAGS and len(rest) > 1:
        optional |= rest[0].word in words.OPTIONAL
        required |= rest[0].word in words.REQUIRED
        unique |= rest[0].word in words.UNIQUE
        rest, start = rest[1:], start + 1
    length = _name_length(rest)
    name = field_name(rest[:length])
    if name is None:
        return None, 0
    plain = noun(rest[:length])
    item = Item(
        noun=replace(plain or name, count=count, determined=determined),
        name=name.key,
        optional=optional,
        required=required,
        unique=unique,
    )
    return _modified(item, tokens, start + length, end)


def _name_length(tokens: Sequence[Token]) -> int:
    """Count the tokens of a name: up to a bracket, a colon or what is said of it."""
    stops = words.RELATIVES | words.IS | words.FLAGS | words.MODALS | {"as", "with", "from"}
    for index, token in enumerate(tokens):
        if not token.is_word or (index and token.word in stops):
            # "status pending -> paid": what the arrow leads away from is no part of the name
            is_state = token.kind == "arrow" and index > 1
            return index - 1 if is_state else index
    return len(tokens)


def _modified(item: Item, tokens: Sequence[Token], index: int, end: int) -> tuple[Item, int]:
    """Read what follows a name; say up to where."""
    while index < end:
        token = tokens[index]
        if token.text == "(":
            close = _close(tokens, index)
            better = in_brackets(item, tokens[index + 1 : close])
            if better is None:
                break
            item, index = better, close + 1
        elif token.word in words.FLAGS:
            item, index = with_flag(item, token.word), index + 1
        elif token.text in {":", "="} or token.kind == "arrow" or _in_words(tokens[index:end]):
            return _explained(item, tokens, index)
        elif has_arrow(tokens[index:end]) and (chain := steps(tokens[index:end])):
            return replace(item, steps=chain, values=states_of(chain)), end
        else:
            break
    return item, index


def _in_words(tokens: Sequence[Token]) -> bool:
    return tokens[0].word in words.RELATIVES | words.IS | words.MODALS | {"as"}


def _explained(item: Item, tokens: Sequence[Token], index: int) -> tuple[Item, int]:
    """Read a type, flags, a list of values or a chain of states after a colon, "is" or "as"."""
    inside = index + 1
    while inside < len(tokens) and (tokens[inside].word in _BE or tokens[inside].text == ":"):
        inside += 1
    rest = tokens[inside:]
    if not rest:
        return item, index
    if tokens[index].word == "who" or (
        tokens[index].word in words.RELATIVES and tokens[inside - 1].word in words.ARTICLES
    ):
        kind = type_of(rest[0].word)
        known = None if kind else noun(rest[: _end(rest)])
        if known:
            return replace(item, target=known.key), inside + _end(rest)
    if rest[0].word in words.FLAGS:
        return with_flag(item, rest[0].word), inside + 1
    if has_arrow(rest) and (chain := steps(rest)):
        return replace(item, steps=chain, values=states_of(chain)), len(tokens)
    kind = type_of(rest[0].word)
    if kind and (len(rest) == 1 or _is_between(rest[1]) or rest[1].text == "("):
        item = replace(item, type=kind)
        return _modified(item, tokens, inside + 1, inside + _end(rest))
    listed, taken = values(rest)
    if listed and tokens[index].word != "as":
        return replace(item, values=listed), inside + taken
    return item, index


def with_flag(item: Item, word: str) -> Item:
    """Return an item of which one more word is known: optional, required or unique."""
    return replace(
        item,
        optional=item.optional or word in words.OPTIONAL,
        required=item.required or word in words.REQUIRED,
        unique=item.unique or word in words.UNIQUE,
    )


def _close(tokens: Sequence[Token], index: int) -> int:
    depth = 0
    for position in range(index, len(tokens)):
        depth += (tokens[position].text == "(") - (tokens[position].text == ")")
        if depth == 0:
            return position
    return len(tokens)


def as_noun(item: Item) -> Noun:
    """Return the noun phrase that an item may be, where it is something known by itself."""
    head, _, last = item.noun.key.rpartition("_")
    one = singular(last)
    return replace(item.noun, key=f"{head}_{one}" if head else one)
