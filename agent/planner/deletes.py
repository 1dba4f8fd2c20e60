"""What happens to a row when the row it refers to goes? Nothing that its own columns forbid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.types import DeleteBehaviour, RelationKind

if TYPE_CHECKING:
    from agent.planner.notes import Notes
    from agent.types import BackendSpec, Entity, Relation


def settle_deletes(spec: BackendSpec, notes: Notes) -> BackendSpec:
    """Return the spec without a ``set-null`` of columns that cannot be null."""

    def relation(given: Relation, entity: Entity) -> Relation:
        if given.kind is RelationKind.MANY_TO_MANY or given.on_delete != DeleteBehaviour.SET_NULL:
            return given
        needed = {a.name for a in entity.attributes if not a.nullable}
        stuck = [name for name in given.attributes if name in needed]
        if not stuck:
            return given
        notes.assume(
            f"A row that {entity.name}.{given.name} refers to cannot be deleted:"
            f" {', '.join(stuck)} cannot be null.",
            f"{entity.name}.{given.name}",
        )
        return given.model_copy(update={"on_delete": DeleteBehaviour.RESTRICT})

    return spec.model_copy(
        update={
            "entities": tuple(
                e.model_copy(update={"relations": tuple(relation(r, e) for r in e.relations)})
                for e in spec.entities
            )
        }
    )
