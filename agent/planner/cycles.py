"""Which row can be the first? None, where required relations run in a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.some import MOST, some
from agent.types import RelationKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.planner.notes import Notes
    from agent.types import BackendSpec, Entity, Relation

    Step = tuple[str, Relation]

_MOST_CIRCLES = 10
"""Circles of which each is told by itself."""


def open_cycles(spec: BackendSpec, notes: Notes) -> BackendSpec:
    """Return the spec with one relation of every circle of required ones made optional."""
    entities = {e.name: e for e in spec.entities}
    opened: list[tuple[Step, list[Step]]] = []
    while cycle := _cycle(entities):
        chosen = _weakest(cycle, entities, spec.auth.user)
        if chosen is None:
            name, relation = cycle[-1]
            position = next(i for i, e in enumerate(spec.entities) if e.name == name)
            notes.fault(
                f"/entities/{position}/relations",
                f"No first row can be made: {_words(cycle)} need each other, and all of them are"
                " part of keys.",
                "a relation among them that is optional",
            )
            return spec
        name, relation = chosen
        entities[name] = _optional(entities[name], relation)
        opened.append((chosen, cycle))
    _tell(opened, notes)
    return spec.model_copy(update={"entities": tuple(entities.values())})


def _tell(opened: list[tuple[Step, list[Step]]], notes: Notes) -> None:
    """Say which relations are optional now: of few why, of many the first."""
    if len(opened) > _MOST_CIRCLES:
        found = [_word(step) for step, _ in opened]
        what = "each closed a circle of required relations, in which no first row could be made"
        notes.assume(f"These relations are optional, as {what}: {some(found)}.", found[0])
        return
    for step, cycle in opened:
        why = f"{_words(cycle)} need each other, so that no first row could be made."
        notes.assume(f"{_word(step)} is optional: {why}", _word(step))


def _word(step: Step) -> str:
    name, relation = step
    return f"{name}.{relation.name}"


def _words(cycle: list[Step]) -> str:
    found = [_word(step) for step in cycle]
    if len(found) > MOST:
        return some(found)
    return " and ".join(found) if len(found) > 1 else f"rows of {found[0]}"


def _cycle(entities: dict[str, Entity]) -> list[Step] | None:
    """Return the relations of one circle, the one that closes it last.

    A chain of relations may be longer than Python lets functions call each other.
    """
    done: set[str] = set()
    for start, first in entities.items():
        path: list[Step] = []
        places = {start: 0}
        waiting = [] if start in done else [(start, _required(first))]
        while waiting:
            name, relations = waiting[-1]
            relation = next(relations, None)
            if relation is None:
                waiting.pop()
                done.add(name)
                del places[name]
                del path[-1:]
            elif relation.target not in done:
                path.append((name, relation))
                if relation.target in places:
                    return path[places[relation.target] :]
                places[relation.target] = len(path)
                waiting.append((relation.target, _required(entities[relation.target])))
    return None


def _required(entity: Entity) -> Iterator[Relation]:
    return (
        relation
        for relation in entity.relations
        if relation.kind is not RelationKind.MANY_TO_MANY and not relation.nullable
    )


def _weakest(cycle: list[Step], entities: dict[str, Entity], user: str) -> Step | None:
    """Return the relation that can be opened: the user's own first, who must be able to register.

    After that the one that closes the circle.
    """
    last_first = cycle[::-1]
    last_first.sort(key=lambda step: step[0] != user)
    return next((step for step in last_first if _free(entities[step[0]], step[1])), None)


def _free(entity: Entity, relation: Relation) -> tuple[str, ...]:
    """Return the attributes that belong to this relation alone."""
    others = {a for r in entity.relations if r.name != relation.name for a in r.attributes}
    fixed = {*entity.primary_key, *others}
    return tuple(name for name in relation.attributes if name not in fixed)


def _optional(entity: Entity, relation: Relation) -> Entity:
    free = _free(entity, relation)
    return entity.model_copy(
        update={
            "attributes": tuple(
                a.model_copy(update={"nullable": True}) if a.name in free else a
                for a in entity.attributes
            ),
            "relations": tuple(
                r.model_copy(update={"nullable": True}) if r.name == relation.name else r
                for r in entity.relations
            ),
        }
    )
