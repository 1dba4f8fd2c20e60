"""What must a column be on the target database? Lengths, hashes, hidden values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.accounts import HASH_LENGTH
from agent.planner.literals import places
from agent.planner.merge import omitted_once
from agent.planner.mysql_keys import fit_keys
from agent.some import some
from agent.types import Access, Attribute, AttributeType, BackendSpec, Database, Entity, Index

if TYPE_CHECKING:
    from agent.planner.notes import Notes

_LENGTHS = {AttributeType.STRING: 255, AttributeType.EMAIL: 254, AttributeType.URL: 2048}
# What a decimal gets that says nothing of its digits; of MySQL's, 65 are the most, of them 30
# behind the point.
_USUAL_DIGITS, _USUAL_DECIMALS = 18, 2
_MOST_DIGITS, _MOST_DECIMALS = 65, 30
# The longest text that a unique key may have under MySQL's 3072 bytes and four bytes a character.
_MYSQL_KEY = 255
# What a row of MySQL may hold besides its long texts, in bytes; the rest is for other columns.
_MYSQL_ROW, _MYSQL_TEXTS, _MYSQL_CHARACTER = 65535, 50000, 4


def settle(spec: BackendSpec, notes: Notes) -> BackendSpec:
    """Return the spec with lengths, decimals and hashes as the target database needs them."""
    decimals = [
        f"{entity.name}.{a.name} {digits_of(a)}"
        for entity in spec.entities
        for a in entity.attributes
        if a.type is AttributeType.DECIMAL and a.precision is None
    ]
    if decimals:
        what = "Decimals that say nothing of their digits get these, in all and behind the point"
        notes.assume(f"{what}: {some(decimals)}.")
    told = len(notes.warnings)
    entities = tuple(_entity(e, spec.database, notes) for e in spec.entities)
    lost = (each.message for each in notes.warnings[told:])
    omitted = omitted_once([*spec.omitted, *lost])
    spec = spec.model_copy(update={"entities": entities, "omitted": omitted})
    return fit_keys(spec, notes) if spec.database is Database.MYSQL else spec


def digits_of(attribute: Attribute) -> tuple[int, int]:
    """Return the digits that a decimal gets, in all and behind the point: as its numbers need."""
    given = (attribute.default, attribute.minimum, attribute.maximum)
    counts = [*map(places, (*given, attribute.exclusive_minimum, attribute.exclusive_maximum))]
    scale = attribute.scale
    if scale is None:
        scale = min(max(_USUAL_DECIMALS, *(decimals for _, decimals in counts)), _MOST_DECIMALS)
        usual = _USUAL_DIGITS - _USUAL_DECIMALS + scale
    else:
        usual = _USUAL_DIGITS
    most = max(whole for whole, _ in counts) + scale
    return min(max(usual, most), _MOST_DIGITS), scale


def _entity(entity: Entity, database: Database, notes: Notes) -> Entity:
    keyed = {
        *entity.primary_key,
        *(name for unique in entity.uniques for name in unique.attributes),
        *(name for index in entity.indexes for name in index.attributes),
        *(name for relation in entity.relations for name in relation.attributes),
    }
    indexes = _possible(entity, database, notes)
    attributes = []
    for attribute in entity.attributes:
        is_key = attribute.unique or attribute.index or attribute.name in keyed
        about = f"{entity.name}.{attribute.name}"
        attributes.append(_attribute(attribute, about, database, notes, is_key=is_key))
    if database is Database.MYSQL:
        attributes = _within_a_row(attributes, keyed, entity.name, notes)
    return entity.model_copy(update={"attributes": tuple(attributes), "indexes": indexes})


def _possible(entity: Entity, database: Database, notes: Notes) -> tuple[Index, ...]:
    """Return the indexes that the database can have, and tell of the others."""
    plain = {a.name for a in entity.attributes if a.array or a.type is AttributeType.JSON}
    found = []
    for index in entity.indexes:
        words = ", ".join(index.attributes)
        lost = f"{entity.name} has no index of {words}"
        if not plain.isdisjoint(index.attributes):
            notes.assume(f"{lost}: lists and JSON have none.", entity.name)
        elif index.where is None or database is not Database.MYSQL:
            found.append(index)
        elif index.unique:
            message = (
                f"MySQL has no index of some rows only: that {entity.name} has one row with the "
                f"same {words} where {index.where} is left out. Nothing keeps such rows from being "
                "stored twice"
            )
            notes.warn("not-carried-over", message)
        else:
            notes.assume(f"{lost} where {index.where}: MySQL has none of some rows.", entity.name)
    return tuple(found)


def _within_a_row(
    attributes: list[Attribute], keyed: set[str], entity: str, notes: Notes
) -> list[Attribute]:
    """Keep the longest strings outside the row, as text of the same length, until it fits."""
    sizes = {
        a.name: (a.length or 0) * _MYSQL_CHARACTER
        for a in attributes
        if a.type in _LENGTHS and not a.array
    }
    movable = [
        a.name
        for a in attributes
        if a.type is AttributeType.STRING
        and not (a.array or a.unique or a.index or a.name in keyed)
    ]
    moved: set[str] = set()
    for name in sorted(movable, key=lambda name: -sizes[name]):
        if sum(sizes.values()) <= _MYSQL_TEXTS:
            break
        del sizes[name]
        moved.add(name)
        about = f"{entity}.{name}"
        notes.assume(f"{about} is kept as text: a row of MySQL holds {_MYSQL_ROW} bytes.", about)
    text = {"type": AttributeType.TEXT}
    return [a.model_copy(update=text) if a.name in moved else a for a in attributes]


def _attribute(
    attribute: Attribute, about: str, database: Database, notes: Notes, *, is_key: bool
) -> Attribute:
    update = _access(attribute, about, notes)
    kind = attribute.type
    if kind in _LENGTHS and attribute.length is None and not attribute.array:
        update["length"] = _LENGTHS[kind]
    if kind is AttributeType.URL and is_key and database is Database.MYSQL:
        update["length"] = min(attribute.length or _MYSQL_KEY, _MYSQL_KEY)
    if kind is AttributeType.TEXT and is_key and database is Database.MYSQL:
        notes.assume(f"{about} is limited to {_MYSQL_KEY} characters: MySQL indexes it.", about)
        update |= {"type": AttributeType.STRING, "length": _MYSQL_KEY}
    if kind is AttributeType.DECIMAL and attribute.precision is None:
        update["precision"], update["scale"] = digits_of(attribute)
    elif kind is AttributeType.DECIMAL and attribute.scale is None:
        update["scale"] = 0
    if kind is AttributeType.PASSWORD and (attribute.length or 0) < HASH_LENGTH:
        if attribute.length is not None:
            notes.assume(
                f"{about} is stored as an argon2 hash, in a column of {HASH_LENGTH} characters.",
                about,
            )
        update["length"] = HASH_LENGTH
    if attribute.index and (attribute.array or kind is AttributeType.JSON):
        notes.assume(f"{about} has no index: databases index no lists and no JSON.", about)
        update["index"] = False
    return attribute.model_copy(update=update) if update else attribute


def _access(attribute: Attribute, about: str, notes: Notes) -> dict[str, object]:
    if attribute.type is AttributeType.PASSWORD and attribute.access is not Access.HIDDEN:
        return {"access": Access.WRITE_ONLY}
    is_needed = not attribute.nullable and attribute.default is None and attribute.generated is None
    if attribute.access is Access.HIDDEN and is_needed:
        notes.assume(f"{about} may be written, but is never shown: rows need a value.", about)
        return {"access": Access.WRITE_ONLY}
    return {}
