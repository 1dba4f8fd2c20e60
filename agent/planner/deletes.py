"""What happens to a row when the row it refers to goes? Nothing that its own columns forbid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.row_checks import named_in_checks
from agent.types import Database, DeleteBehaviour, RelationKind

if TYPE_CHECKING:
    from agent.planner.notes import Notes
    from agent.types import BackendSpec, Entity, Relation


def settle_deletes(spec: BackendSpec, notes: Notes) -> BackendSpec:
    """Return the spec without a ``set-null`` of columns that cannot be null.

    MySQL sets no column to NULL that a check is about, and makes no such table.
    """
    is_mysql = spec.database is Database.MYSQL

    def relation(given: Relation, entity: Entity) -> Relation:
        if given.kind is RelationKind.MANY_TO_MANY or given.on_delete != DeleteBehaviour.SET_NULL:
            return given
        needed = {a.name for a in entity.attributes if not a.nullable}
        stuck = [name for name in given.attributes if name in needed]
        why = f"{', '.join(stuck)} cannot be null"
        if not stuck and is_mysql:
            ruled = named_in_checks(entity)
            stuck = [name for name in given.attributes if name in ruled]
            why = f"MySQL makes no column null that a check is about ({', '.join(stuck)})"
        if not stuck:
            return given
        notes.assume(
            f"A row that {entity.name}.{given.name} refers to cannot be deleted: {why}.",
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
