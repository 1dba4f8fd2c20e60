"""Which relations are two sides of one? Each is declared once, on the side that holds the key.

Works on names as given or on safe ones; foreign keys and join tables come later (``keys``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner import names
from agent.types import RelationKind

if TYPE_CHECKING:
    from agent.types import BackendSpec, Entity, Relation

_MANY = RelationKind.MANY_TO_MANY
_TO_MANY = RelationKind.ONE_TO_MANY
_TO_ONE = frozenset({RelationKind.MANY_TO_ONE, RelationKind.ONE_TO_ONE})


def is_pair(entity: Entity, relation: Relation, target: Entity) -> bool:
    """Tell whether the target declares the other side of a relation under its inverse's name."""
    other = next((r for r in target.relations if r.name == relation.inverse), None)
    if other is None or other is relation or other.target != entity.name:
        return False
    if other.inverse not in {None, relation.name}:
        return False
    if _MANY in {relation.kind, other.kind}:
        return relation.kind is other.kind
    return (relation.kind is _TO_MANY) != (other.kind is _TO_MANY)


def declare_once(spec: BackendSpec) -> BackendSpec:
    """Return the spec with every relation on one side, and no one-to-many left."""
    entities = {e.name: e for e in spec.entities}
    for name in tuple(entities):
        for relation in entities[name].relations:
            target = entities[relation.target]
            if is_pair(entities[name], relation, target):
                _join(entities, name, relation)
            elif relation.kind is _TO_MANY:
                _move(entities, name, relation)
    return spec.model_copy(update={"entities": tuple(entities.values())})


def _join(entities: dict[str, Entity], name: str, relation: Relation) -> None:
    """Make one relation of two sides: the one with the key, or the first of two equal ones."""
    target = entities[relation.target]
    if relation.name not in {r.name for r in entities[name].relations}:
        return  # went into its other side already
    other = next(r for r in target.relations if r.name == relation.inverse)
    if relation.kind is _TO_MANY:
        _drop(entities, name, relation)
        _change(entities, target.name, other, inverse=relation.name)
        return
    through = relation.through
    if other.through and not through:
        through = other.through.model_copy(
            update={
                "local_columns": other.through.target_columns,
                "target_columns": other.through.local_columns,
            }
        )
    _change(entities, name, relation, through=through)
    _drop(entities, target.name, other)


def _move(entities: dict[str, Entity], name: str, relation: Relation) -> None:
    """Declare a one-to-many on the side that holds the key."""
    child = entities[relation.target]
    for other in child.relations:
        if other.kind in _TO_ONE and (other.target, other.inverse) == (name, relation.name):
            _drop(entities, name, relation)
            return
    back = relation.inverse or names.attribute_name(name, _members(child, entities))
    moved = relation.model_copy(
        update={
            "name": back,
            "target": name,
            "kind": RelationKind.MANY_TO_ONE,
            "inverse": relation.name,
        }
    )
    _drop(entities, name, relation)
    child = entities[relation.target]
    entities[child.name] = child.model_copy(update={"relations": (*child.relations, moved)})


def _members(entity: Entity, entities: dict[str, Entity]) -> set[str]:
    inverses = {
        r.inverse for e in entities.values() for r in e.relations if r.target == entity.name
    }
    return {*entity.member_names, *(name for name in inverses if name)}


def _drop(entities: dict[str, Entity], name: str, relation: Relation) -> None:
    rest = tuple(r for r in entities[name].relations if r.name != relation.name)
    entities[name] = entities[name].model_copy(update={"relations": rest})


def _change(entities: dict[str, Entity], name: str, relation: Relation, **update: object) -> None:
    changed = relation.model_copy(update=update)
    relations = tuple(changed if r is relation else r for r in entities[name].relations)
    entities[name] = entities[name].model_copy(update={"relations": relations})
