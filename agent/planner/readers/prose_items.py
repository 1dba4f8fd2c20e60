"""What does something have? A list of fields: "a title, a unique isbn and a price (decimal)"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from agent.planner.readers.prose_item import closing, is_between, item_end, read_item
from agent.planner.readers.prose_nouns import singular
from agent.planner.readers.prose_text import span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.planner.readers.prose_facts import Item, Noun
    from agent.planner.readers.prose_text import Span, Token

_OPPOSITES = {
    "start": "end", "first": "last", "opening": "closing", "departure": "arrival",
    "check_in": "check_out", "min": "max", "minimum": "maximum", "from": "to", "begin": "end",
}  # fmt: skip


_GOES_INTO = frozenset({"each", "including", "which", "with"})
"""What begins a list inside of a list, whose end nothing marks."""


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
        if is_between(rest[0]):
            rest = rest[1:]
            continue
        end = item_end(rest)
        item, taken = read_item(rest, end)
        if item is None:
            unread.append(span(rest[:end]))
            rest = rest[end:]
            continue
        if item.noun.count == "many" and taken < end and rest[taken].text == "(":
            close = closing(rest, taken)
            inner = items(rest[taken + 1 : close])
            item, taken = replace(item, inner=inner.found), close + 1
            unread += inner.unread
        if item.noun.plural and taken < end and rest[taken].text == "(":
            close = closing(rest, taken)
            inner = items(rest[taken + 1 : close])
            if len(inner.found) > 1 and not inner.unread:  # "lines (text, price)"
                noun = replace(item.noun, count="many")
                item, taken = replace(item, noun=noun, inner=inner.found), close + 1
        found.append(item)
        if taken < end and rest[taken].word in _GOES_INTO:
            unread.append(span(rest[taken:]))  # whose are the items that follow?
            break
        if taken < end:
            unread.append(span(rest[taken:end]))
        rest = rest[max(end, taken) :]
    return Items(tuple(_shared_heads(found)), tuple(unread))


def _shared_heads(found: Sequence[Item]) -> Iterator[Item]:
    """Complete "(a start and) end time": the first has the last word of the second, too."""
    for item, following in zip_longest(found, found[1:]):
        head = following.name.rpartition("_") if following else ("", "", "")
        if item.name in _OPPOSITES and head[0] == _OPPOSITES[item.name]:
            name = f"{item.name}_{head[2]}"
            yield replace(item, name=name, noun=replace(item.noun, key=name))
        else:
            yield item


def as_noun(item: Item) -> Noun:
    """Return the noun phrase that an item may be, where it is something known by itself."""
    head, _, last = item.noun.key.rpartition("_")
    one = singular(last)
    return replace(item.noun, key=f"{head}_{one}" if head else one)
