"""What is at the other end of a relation? Join tables, and the names of the other directions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner import names
from agent.types import Entity, JoinTable, Relation, RelationKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.planner.notes import Notes

_MANY = RelationKind.MANY_TO_MANY


def join_tables(entities: dict[str, Entity], position: Mapping[str, int], notes: Notes) -> None:
    """Make the table of every many-to-many relation explicit, in place."""
    for name, entity in entities.items():
        relations = []
        for index, relation in enumerate(entity.relations):
            if relation.kind is not _MANY:
                relations.append(relation)
                continue
            linked = _with_join_table(entity, relation, entities[relation.target])
            _check_columns(
                entity, linked, entities, f"/entities/{position[name]}/relations/{index}", notes
            )
            relations.append(linked)
        entities[name] = entity.model_copy(update={"relations": tuple(relations)})


def _check_columns(
    entity: Entity, relation: Relation, entities: dict[str, Entity], at: str, notes: Notes
) -> None:
    through = relation.through
    if through is None:
        return
    for end, columns, side in (
        (entity, through.local_columns, "localColumns"),
        (entities[relation.target], through.target_columns, "targetColumns"),
    ):
        if len(columns) != len(end.primary_key):
            notes.fault(
                f"{at}/through/{side}",
                f"'{through.table}' has {len(columns)} columns for the key of {end.name}"
                f" ({', '.join(end.primary_key)}).",
                f"{len(end.primary_key)} columns",
            )


def _with_join_table(entity: Entity, relation: Relation, target: Entity) -> Relation:
    through = relation.through
    if through and through.local_columns and through.target_columns:
        return relation
    left = names.snake(entity.name)
    right = names.snake(target.name)
    if left == right:
        right = names.singular(relation.name)
        right = f"other_{left}" if right == left else right
    table = through.table if through else f"{left}_{relation.name.rstrip('_')}"
    join = (through or JoinTable(table=names.shorten(table))).model_copy(
        update={
            "local_columns": _columns(left, entity),
            "target_columns": _columns(right, target),
        }
    )
    return relation.model_copy(update={"through": join})


def _columns(prefix: str, entity: Entity) -> tuple[str, ...]:
    return tuple(
        names.shorten(key if key.startswith(f"{prefix}_") else f"{prefix}_{key}")
        for key in entity.primary_key
    )


def name_inverses(entities: dict[str, Entity]) -> None:
    """Name the other direction of every relation, in place."""
    taken = {e.name: {"id", *e.member_names} for e in entities.values()}
    for entity in entities.values():
        for relation in entity.relations:
            if relation.inverse:
                taken[relation.target].add(relation.inverse)
    for name, entity in entities.items():
        relations = []
        for relation in entity.relations:
            if relation.inverse is None:
                inverse = _inverse_name(entity, relation, taken[relation.target])
                taken[relation.target].add(inverse)
                relation = relation.model_copy(update={"inverse": inverse})  # noqa: PLW2901
            relations.append(relation)
        entities[name] = entity.model_copy(update={"relations": tuple(relations)})


def _inverse_name(entity: Entity, relation: Relation, taken: set[str]) -> str:
    base = names.snake(entity.name)
    to_one = relation.kind is RelationKind.ONE_TO_ONE
    candidate = base if to_one else (entity.plural or names.plural(base))
    if relation.target == entity.name:
        candidate = "children" if relation.name == "parent" else f"{relation.name}_{candidate}"
    elif candidate in taken:
        candidate = f"{relation.name}_{candidate}"
    return names.attribute_name(candidate, taken)
