"""What is a foreign key made of? Its attributes' names, types, and what it refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.types import Index, RelationKind, Unique

if TYPE_CHECKING:
    from agent.planner.notes import Notes
    from agent.types import Attribute, Entity

# What a foreign key attribute takes over from the attribute that it refers to.
_TYPE_FACTS = ("type", "enum", "length", "precision", "scale", "timezone", "array")


def type_facts(referred: Attribute) -> dict[str, Any]:
    """Return what a foreign key attribute takes over from the one it refers to."""
    return {fact: getattr(referred, fact) for fact in _TYPE_FACTS}


def is_unique(entity: Entity, attributes: tuple[str, ...]) -> bool:
    """Tell whether no two rows have the same values of these attributes."""
    wanted = set(attributes)
    if wanted == set(entity.primary_key):
        return True
    if any(set(u.attributes) == wanted for u in entity.uniques):
        return True
    return any(a.unique for a in entity.attributes if {a.name} == wanted)


def made_unique(entity: Entity, attributes: tuple[str, ...]) -> dict[str, object]:
    """Return the changes that make these attributes unique."""
    if len(attributes) > 1:
        return {"uniques": (*entity.uniques, Unique(attributes=attributes))}
    facts = {"unique": True, "index": False}
    return {
        "attributes": tuple(
            a.model_copy(update=facts) if a.name == attributes[0] else a for a in entity.attributes
        )
    }


def indexed(entity: Entity, notes: Notes) -> Entity:
    """Index the keys that a spec brings itself, too: rows are found by what they refer to.

    But for MySQL no database does it alone, and looks through the whole table for what refers to a
    row that is deleted.
    """
    for relation in entity.relations:
        key = relation.attributes
        if relation.kind is not RelationKind.MANY_TO_ONE or not key or _leads(entity, key):
            continue
        what = f"{entity.name}.{key[0]}" if len(key) == 1 else f"{entity.name} ({', '.join(key)})"
        notes.assume(f"{what} gets an index: rows are found by what they refer to.", entity.name)
        if len(key) > 1:
            update: dict[str, object] = {"indexes": (*entity.indexes, Index(attributes=key))}
        else:
            update = {
                "attributes": tuple(
                    a.model_copy(update={"index": True}) if a.name in key else a
                    for a in entity.attributes
                )
            }
        entity = entity.model_copy(update=update)
    return entity


def _leads(entity: Entity, key: tuple[str, ...]) -> bool:
    """Tell whether an index begins with a key, whatever the index is there for."""
    alone = {a.name for a in entity.attributes if a.unique or a.index}
    rules = [entity.primary_key, *(u.attributes for u in entity.uniques)]
    rules += [i.attributes for i in entity.indexes if i.where is None]
    return key[0] in alone or any(set(rule[: len(key)]) == set(key) for rule in rules)


def foreign_key_name(prefix: str, key: str) -> str:
    """Return the name of a relation's attribute: ``user`` and ``id`` give ``user_id``."""
    stem = prefix.rstrip("_")
    return key if key.startswith(f"{stem}_") else f"{stem}_{key}"


def settle_nullable(entity: Entity) -> Entity:
    """Make each relation as optional as its attributes are."""
    optional = {a.name for a in entity.attributes if a.nullable}
    relations = tuple(
        r
        if r.kind is RelationKind.MANY_TO_MANY
        else r.model_copy(update={"nullable": not optional.isdisjoint(r.attributes)})
        for r in entity.relations
    )
    return entity.model_copy(update={"relations": relations})
