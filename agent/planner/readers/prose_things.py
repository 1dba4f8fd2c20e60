"""What is known of all entities so far? Their fields, and what is to be told of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.planner.names import pascal
from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_items import as_noun
from agent.planner.readers.prose_types import is_one_value

if TYPE_CHECKING:
    from agent.planner.readers.prose_facts import Has, Item, Noun
    from agent.planner.readers.prose_text import Span


@dataclass(frozen=True, slots=True)
class Clash:
    """Two places of a text that cannot both be right."""

    message: str
    first: Span
    second: Span


@dataclass(slots=True)
class Thing:
    """One entity: where it is first spoken of, and its fields by name."""

    key: str
    span: Span
    fields: dict[str, Item] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return its name in a spec."""
        return pascal(self.key)


@dataclass(slots=True)
class Things:
    """All entities by key; ``owned`` are the facts that say that one thing has another."""

    by_key: dict[str, Thing] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    owned: list[Has] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    unread: list[Span] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def key(self, noun: Noun) -> str:
        """Return the key of the entity that a noun means."""
        return self.aliases.get(noun.key, noun.key)

    def of(self, noun: Noun | None) -> Thing | None:
        """Return the entity that a noun means, if there is one."""
        return self.by_key.get(self.key(noun)) if noun else None

    def last_word(self, item: Item) -> str | None:
        """Return the entity that a field is called after: a parent category is a category."""
        if words.PREPOSITIONS & {*as_noun(item).key.split("_")}:
            return None  # "a price per night", where there are nights
        first, _, last = as_noun(item).key.partition("_")
        while last:
            if last in self.by_key and first:
                return last
            _, _, last = last.partition("_")
        return None

    def miss(self, span: Span) -> None:
        """Record a stretch of the text that could not be used."""
        if span not in self.unread:
            self.unread.append(span)

    def contradict(self, clash: Clash) -> None:
        """Record that two places cannot both be right, once for the two."""
        pairs = {frozenset((each.first, each.second)) for each in self.clashes}
        if frozenset((clash.first, clash.second)) not in pairs:
            self.clashes.append(clash)

    def assume(self, text: str, about: str) -> None:
        """Record a choice."""
        if (text, about) not in self.notes:
            self.notes.append((text, about))


def is_list(item: Item) -> bool:
    """Tell whether a field holds several values, by the plural of its name."""
    return item.noun.plural and not item.values and not is_one_value(item.name)
