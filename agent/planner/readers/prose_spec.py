"""Which spec do the facts of a text become? With every place, assumption and contradiction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from agent.documents import Question
from agent.planner.names import pascal, snake
from agent.planner.readers.prose_access import Access, access
from agent.planner.readers.prose_facts import Has, Setting
from agent.planner.readers.prose_fields import attributes, typed_by_name
from agent.planner.readers.prose_gather import things
from agent.planner.readers.prose_items import as_noun
from agent.planner.readers.prose_relations import relations
from agent.planner.readers.prose_things import Clash
from agent.planner.readers.prose_ties import ties
from agent.planner.readers.prose_words import WHOLES
from agent.types import (
    AccessRules,
    Attribute,
    AttributeType,
    Auth,
    AuthMethod,
    BackendSpec,
    Entity,
    EnumType,
    RelationKind,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_facts import Fact
    from agent.planner.readers.prose_relations import Placed
    from agent.planner.readers.prose_text import Span
    from agent.planner.readers.prose_things import Thing, Things


@dataclass(slots=True)
class Drawn:
    """A sparse spec, and where each part of it was read (JSON Pointer -> span)."""

    spec: BackendSpec
    spans: dict[str, Span] = field(default_factory=dict)
    assumptions: list[Question] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    unread: list[Span] = field(default_factory=list)
    thin: list[str] = field(default_factory=list)


def draw(facts: Sequence[Fact]) -> Drawn:
    """Make one spec of all facts."""
    facts, whole = _without_name(facts)
    found = things(facts)
    if whole is not None:
        text = f"'{whole.value}' is the whole: nothing is said of it but what it has."
        found.assume(text, "name")
    tied = ties(facts, found)
    may = access(facts, found, tied)
    placed = relations([*tied, *may.ties], found)
    drawn = Drawn(BackendSpec())
    enums: list[EnumType] = []
    entities = [
        _entity(index, thing, found, placed, may, enums, drawn)
        for index, thing in enumerate(found.by_key.values())
    ]
    settings = _settings(facts, found, drawn)
    if may.method is AuthMethod.JWT:
        user = {} if may.account is None else {"user": pascal(may.account)}
        settings["auth"] = Auth(method=may.method, **user)
    elif "auth" in settings:
        settings["auth"] = Auth()
    if entities:
        found.assume("What is not called optional is required.", "entities")
    drawn.spec = BackendSpec(enums=tuple(enums), entities=tuple(entities), **settings)
    drawn.assumptions = [Question(id="", text=text, about=about) for text, about in found.notes]
    drawn.clashes += found.clashes
    drawn.unread = found.unread
    return drawn


def _without_name(facts: Sequence[Fact]) -> tuple[Sequence[Fact], Setting | None]:
    """Leave the project itself out: "a shop has products" makes no entity of a shop."""
    first = next((fact for fact in facts if isinstance(fact, Has)), None)
    if first is None or facts[0] is not first:
        return facts, None
    key = first.entity.key
    if key not in WHOLES:
        return facts, None
    about = [f for f in facts if isinstance(f, Has) and f.entity.key == key]
    others = {f.entity.key for f in facts if isinstance(f, Has)} - {key}
    only_holds = all(
        f.item.noun.plural and f.item.noun.count is None and as_noun(f.item).key in others
        for f in about
    )
    if not only_holds or any(f not in about and key in _keys(f) for f in facts):
        return facts, None
    name = Setting("name", key.replace("_", " "), first.entity.span)
    return [name, *(fact for fact in facts if fact not in about)], name


def _keys(fact: Fact) -> set[str]:
    nouns = (getattr(fact, name, None) for name in ("entity", "left", "right"))
    return {noun.key for noun in nouns if noun is not None}


def _entity(
    index: int,
    thing: Thing,
    found: Things,
    placed: Sequence[Placed],
    may: Access,
    enums: list[EnumType],
    drawn: Drawn,
) -> Entity:
    at = f"/entities/{index}"
    drawn.spans[at] = thing.span
    mine = [each for each in placed if each.entity == thing.key]
    listed, own_enums = attributes(thing, may.steps.get(thing.key, {}))
    enums += own_enums
    if text := typed_by_name(thing, listed):
        found.assume(text, thing.name)
    refers = any(each.relation.kind is not RelationKind.MANY_TO_MANY for each in mine)
    if not listed and not refers and thing.key != may.account:
        drawn.thin.append(thing.name)
        found.assume(f"{thing.name} gets a name: nothing is said of what it has.", thing.name)
        listed = [Attribute(name="name", type=AttributeType.STRING)]
    for number, attribute in enumerate(listed):
        if attribute.name in thing.fields:
            drawn.spans[f"{at}/attributes/{number}"] = thing.fields[attribute.name].noun.span
    for number, each in enumerate(mine):
        drawn.spans[f"{at}/relations/{number}"] = each.span
    owner = _owner(thing, mine, may, found)
    return Entity(
        name=thing.name,
        attributes=tuple(listed),
        relations=tuple(each.relation for each in mine),
        owner=owner,
        access=AccessRules(**may.rules.get(thing.key, {})),
    )


def _owner(thing: Thing, placed: Sequence[Placed], may: Access, found: Things) -> str | None:
    """Name the relation to whom a row belongs: said to be their own, or the only one to them."""
    if may.account is None:
        return None
    user = pascal(may.account)
    to_one = (RelationKind.MANY_TO_ONE, RelationKind.ONE_TO_ONE)
    to_user = [
        e.relation for e in placed if e.relation.target == user and e.relation.kind in to_one
    ]
    if thing.key in may.owned and to_user:
        return to_user[0].name
    rules = may.rules.get(thing.key)
    if not rules or thing.key == may.account or len(to_user) != 1 or to_user[0].nullable:
        return None  # where nothing is said of rights, the planner decides
    found.assume(
        f"Rows of {thing.name} belong to the {user} at '{to_user[0].name}', who may read and change"
        " them where nothing else is said.",
        thing.name,
    )
    return to_user[0].name


def _settings(facts: Sequence[Fact], found: Things, drawn: Drawn) -> dict[str, Any]:
    """Return what is said of the project; a setting that has two values is a contradiction."""
    given: dict[str, Setting] = {}
    for fact in facts:
        if not isinstance(fact, Setting):
            continue
        known = given.setdefault(fact.key, fact)
        if known.value != fact.value:
            message = f"the {fact.key} is {known.value} and {fact.value}"
            found.clashes.append(Clash(message, known.span, fact.span))
    values: dict[str, Any] = {}
    for key, fact in given.items():
        value = snake(fact.value, "backend") if key == "name" else fact.value
        if key == "name" and value in found.by_key:
            continue  # the heading of an entity
        try:
            if key != "auth":
                BackendSpec(**{key: value})
        except ValidationError:
            drawn.unread.append(fact.span)
            continue
        values[key] = value
    return values
