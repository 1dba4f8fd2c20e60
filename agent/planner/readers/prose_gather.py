"""Which entities are there, with which fields? All that the facts say of each, put together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agent.planner.names import pascal
from agent.planner.readers.prose_facts import (
    Has,
    Item,
    Link,
    Mention,
    Noun,
    Quality,
    Reference,
    Right,
    Step,
)
from agent.planner.readers.prose_items import as_noun
from agent.planner.readers.prose_things import Clash, Thing, Things

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.planner.readers.prose_facts import Fact

STATES = frozenset({"status", "state"})


def things(facts: Sequence[Fact]) -> Things:
    """Put together what is said of each entity."""
    found = Things()
    declared = {noun.key: noun for noun in reversed([*_declaring(facts)])}
    found.aliases = _aliases(facts, declared)
    for short, whole in found.aliases.items():
        found.assume(f"'{short.replace('_', ' ')}' means {pascal(whole)}.", pascal(whole))
    for noun in sorted(declared.values(), key=lambda each: (each.span.pointer, each.span.start)):
        key = found.key(noun)
        found.by_key.setdefault(key, Thing(key, noun.span))
    for fact in facts:
        if isinstance(fact, Has):
            _add(fact, found)
    for fact in facts:
        if isinstance(fact, Reference) and (thing := found.of(fact.entity)):
            at = fact.span
            text = f"'{at.text}' in line {at.line}, column {at.column} means {thing.name}."
            found.assume(text, thing.name)
    qualities = [fact for fact in facts if isinstance(fact, Quality)]
    for fact in sorted(qualities, key=lambda each: each.entity is None):  # the surest first
        _qualify(fact, found)
    return found


def _declaring(facts: Sequence[Fact]) -> Iterator[Noun]:
    for fact in facts:
        if isinstance(fact, Mention | Has):
            yield fact.entity
        if isinstance(fact, Has) and fact.item.noun.count == "many":
            yield as_noun(fact.item)
        elif isinstance(fact, Link):
            yield fact.left
            yield fact.right


def _aliases(facts: Sequence[Fact], declared: dict[str, Noun]) -> dict[str, str]:
    """Find what is only the last word of another: an item, where there are equipment items."""
    described = {fact.entity.key for fact in facts if isinstance(fact, Has)}
    said = {n.key for f in facts if isinstance(f, Right | Step) and (n := f.entity)}
    found: dict[str, str] = {}
    for key in {*declared, *said} - described:
        whole = [other for other in declared if other.endswith(f"_{key}")]
        if len(whole) == 1:
            found[key] = whole[0]
    return found


def _add(fact: Has, found: Things) -> None:
    item = fact.item
    thing = found.by_key[found.key(fact.entity)]
    referred = item.name.removesuffix("_id")
    if referred != item.name and referred in found.by_key:  # "post_id" in a list of columns
        noun = replace(item.noun, key=referred, plural=False)
        found.owned.append(replace(fact, item=replace(item, name=referred, noun=noun)))
        return
    if item.target and item.target not in found.by_key:
        found.miss(item.noun.span)
    noun = as_noun(item)
    is_entity = found.of(noun) is not None or (item.target or "") in found.by_key
    is_entity |= found.last_word(item) is not None
    plain = not (item.type or item.values or item.longest)
    if item.noun.count == "many" or (is_entity and plain):
        found.owned.append(fact)
        return
    known = thing.fields.get(item.name)
    thing.fields[item.name] = merged(known, item, thing, found) if known else item


def _qualify(fact: Quality, found: Things) -> None:
    """Add what a sentence says of a field to the field that it means."""
    item = fact.item
    thing = found.of(fact.entity)
    if thing is None and fact.entity is None:
        thing, item = _meant(fact, found)
    if thing is None:
        found.miss(item.noun.span)
    elif item.name in thing.fields:
        thing.fields[item.name] = merged(thing.fields[item.name], item, thing, found)
    else:
        thing.fields[item.name] = item


def _meant(fact: Quality, found: Things) -> tuple[Thing | None, Item]:
    """Find whose field is meant: of whom it was just spoken, or the only one that has it."""
    item = fact.item
    near = found.of(fact.near)
    if near and item.name in near.fields:
        return near, item
    having = [thing for thing in found.by_key.values() if item.name in thing.fields]
    if len(having) == 1:
        return having[0], item
    for thing in found.by_key.values():  # "the room number"
        short = item.name.removeprefix(f"{thing.key}_")
        if short in thing.fields:
            return thing, replace(item, name=short)
    return (near if near and item.name in STATES and item.values else None), item


def merged(one: Item, other: Item, thing: Thing, found: Things) -> Item:
    """Join what two places say of a field; note where both cannot be."""
    what = f"{thing.name}.{one.name}"
    if one.type and other.type and one.type is not other.type:
        _clash(found, f"{what} is {one.type.value} and {other.type.value}", one, other)
    if (one.optional and other.required) or (one.required and other.optional):
        _clash(found, f"{what} is optional and required", one, other)
    if one.values and other.values and set(one.values) != set(other.values):
        _clash(found, f"{what} has two different lists of values", one, other)
    return replace(
        one,
        type=one.type or other.type,
        optional=one.optional or other.optional,
        required=one.required or other.required,
        unique=one.unique or other.unique,
        values=one.values or other.values,
        steps=one.steps or other.steps,
        longest=one.longest or other.longest,
        least=one.least if other.least is None else other.least,
        most=one.most if other.most is None else other.most,
    )


def _clash(found: Things, message: str, one: Item, other: Item) -> None:
    found.clashes.append(Clash(message, one.noun.span, other.noun.span))
