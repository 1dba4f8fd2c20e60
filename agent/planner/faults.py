"""What else is wrong with a spec that is refused already? A person wants to hear of all at once.

A step that finds a fault ends the way through the planner, and so hides what later steps would
find. Here what is faulty is replaced by something harmless, and the way taken again. Where a later
fault names something that was replaced, or that could not be read, it may only be the echo of an
earlier one: it is left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agent.errors import SpecError
from agent.types import AttributeType, EnumType

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from agent.documents import Fault
    from agent.types import Attribute, BackendSpec, Entity, Relation, SpecModel

MOST_ROUNDS = 4
"""A spec passes this many steps that can refuse it."""

MOST_FAULTS = 200
"""Whoever has so many hears of what else is wrong when they are mended."""

_QUOTED = re.compile(r"'([^']+)'")


def every_fault(
    spec: BackendSpec, first: Sequence[Fault], resolve: Callable[[BackendSpec], object]
) -> list[Fault]:
    """Return the first faults and those that ``resolve`` finds where they are out of the way."""
    found = list(first)
    latest: Sequence[Fault] = first
    unsure: set[str] = set()
    for _ in range(MOST_ROUNDS):
        mended = _mended(spec, latest, unsure) if len(found) <= MOST_FAULTS else None
        if mended is None:
            break
        spec = mended
        try:
            resolve(spec)
        except SpecError as error:
            latest = error.faults
        else:
            break
        told = {(fault.pointer, fault.message) for fault in found}
        more = [f for f in certain(latest, unsure) if (f.pointer, f.message) not in told]
        found += more
    return found


def certain(faults: Iterable[Fault], unsure: Collection[str]) -> list[Fault]:
    """Leave out the faults that name something of which only a part is known."""
    return [fault for fault in faults if not _names(fault, unsure)]


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """Sort the faults of a text by line; others stay where they are, before them."""
    return sorted(faults, key=lambda fault: (fault.pointer if fault.line else "", fault.line or 0))


def _names(fault: Fault, unsure: Collection[str]) -> bool:
    said = {name for quoted in _QUOTED.findall(fault.message) for name in quoted.split(".")}
    # the attribute of a relation's key is named after it: order, order_id
    return any(name == word or name.startswith(f"{word}_") for name in said for word in unsure)


def _mended(spec: BackendSpec, faults: Iterable[Fault], unsure: set[str]) -> BackendSpec | None:
    """Replace what is faulty; None where nothing harmless is known for one of the places."""
    for fault in faults:
        collection, index, *path = [*fault.pointer.split("/")[1:], "", ""][:6]
        path = [part for part in path if part]
        if not index.isdecimal():
            return None
        items = list(getattr(spec, collection))
        item = _part(collection, items, int(index), path, spec, unsure)
        if item is None:
            return None
        items[int(index)] = item
        spec = spec.model_copy(update={collection: tuple(items)})
    return spec


def _part(
    collection: str,
    items: list[Any],
    index: int,
    path: list[str],
    spec: BackendSpec,
    unsure: set[str],
) -> SpecModel | None:
    item = items[index]
    match collection, path:
        case _, [] if any(other.name == item.name for other in items[:index]):
            return _renamed(item, str(index))
        case "enums", ["values", *_]:
            return EnumType(name=item.name, values=tuple(dict.fromkeys(item.values)))
        case "operations", ["path"]:
            plain = re.sub(r"[{}]", "", item.path)
            elsewhere: SpecModel = item.model_copy(update={"path": f"{plain}/{index}"})
            return elsewhere
        case "entities", _:
            return _entity(item, path, spec, unsure)
        case _:
            return None


def _entity(entity: Entity, path: list[str], spec: BackendSpec, unsure: set[str]) -> Entity | None:
    match path:
        case ["attributes" | "relations" as kind, index, *rest]:
            return _member(entity, kind, int(index), rest, spec, unsure)
        case ["uniques" | "indexes" as kind, index, *_]:
            rules = list(getattr(entity, kind))
            # in its place: the pointers to the rules after it stay right
            key = entity.primary_key or tuple(a.name for a in entity.attributes[:1])
            plain = {"where": None} if path[2:] == ["where"] else {"attributes": key}
            if not key or rules[int(index)].attributes == plain.get("attributes"):
                return None
            rules[int(index)] = rules[int(index)].model_copy(update=plain)
            return entity.model_copy(update={kind: tuple(rules)})
        case ["primaryKey", *_]:
            return entity.model_copy(update={"primary_key": ()}) if entity.primary_key else None
        case ["table"]:
            return entity.model_copy(update={"table": None})
        case _:
            return None


def _member(
    entity: Entity, kind: str, index: int, path: list[str], spec: BackendSpec, unsure: set[str]
) -> Entity:
    members = list(getattr(entity, kind))
    member = members[index]
    unsure.add(member.name)
    if not path or path == ["type"]:
        members[index] = _renamed(member, f"{kind}{index}")
    elif kind == "attributes":
        members[index] = _plain(member)
    else:
        members[index] = _led_somewhere(member, path, entity, spec)
    return entity.model_copy(update={kind: tuple(members)})


def _plain(attribute: Attribute) -> Attribute:
    return type(attribute)(
        name=attribute.name,
        type=AttributeType.STRING if attribute.type is AttributeType.ENUM else attribute.type,
    )


def _led_somewhere(
    relation: Relation, path: list[str], entity: Entity, spec: BackendSpec
) -> Relation:
    given: dict[str, object] = {"attributes": (), "references": (), "through": None}
    if path == ["target"]:
        others = [e.name for e in spec.entities if e.name != entity.name]
        given["target"] = (others or [entity.name])[0]
    return relation.model_copy(update=given)


def _renamed(item: SpecModel, suffix: str) -> SpecModel:
    name: str = getattr(item, "name")  # noqa: B009 - every item of a spec's lists has one
    return item.model_copy(update={"name": f"{name}Again{suffix}"[-120:]})
