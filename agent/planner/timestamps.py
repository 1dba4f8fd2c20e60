"""When was a row made and changed? Two attributes that every entity gets by default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.types import Access, Attribute, AttributeType, BackendSpec, Entity, Generator

if TYPE_CHECKING:
    from agent.planner.notes import Notes

STAMPS = (
    Attribute(
        name="created_at",
        column="created_at",
        type=AttributeType.DATETIME,
        generated=Generator.NOW,
        access=Access.READ_ONLY,
    ),
    Attribute(
        name="updated_at",
        column="updated_at",
        type=AttributeType.DATETIME,
        generated=Generator.NOW_ON_UPDATE,
        access=Access.READ_ONLY,
    ),
)


def stamp(spec: BackendSpec, notes: Notes) -> BackendSpec:
    """Return the spec with ``created_at`` and ``updated_at`` on entities that lack them."""
    if not spec.timestamps or not spec.entities:
        return spec
    entities = tuple(_stamped(e, spec) for e in spec.entities)
    if entities != spec.entities:
        notes.assume("Every entity records created_at and updated_at.", "timestamps")
    return spec.model_copy(update={"entities": entities})


def _stamped(entity: Entity, spec: BackendSpec) -> Entity:
    inverses = {r.inverse for e in spec.entities for r in e.relations if r.target == entity.name}
    taken = {*entity.member_names, *inverses, *(a.column for a in entity.attributes)}
    missing = tuple(a for a in STAMPS if a.name not in taken)
    return entity.model_copy(update={"attributes": (*entity.attributes, *missing)})
