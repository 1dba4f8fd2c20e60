"""What do keys and indexes of MySQL hold? 3072 bytes, four for each character of a text.

Unique texts are shortened to what fits, and an index that does not fit is left out: both are told.
Foreign keys follow the keys that they refer to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.types import Attribute, AttributeType, BackendSpec, Entity, Relation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from agent.planner.notes import Notes

T = AttributeType
_MOST, _CHARACTER = 3072, 4
_TEXTS = frozenset({T.STRING, T.EMAIL, T.URL})
_UUID = 32  # characters
_OTHER = 16  # bytes: as many as a number or a time takes at most, and some


def fit_keys(spec: BackendSpec, notes: Notes) -> BackendSpec:
    """Return the spec with texts that MySQL can keep unique, and with indexes that it can make."""
    fitter = _Fitter(spec, notes)
    # keys that refer to others keep what those leave them
    for own in (True, False):
        entities = tuple(fitter.shortened(i, e, own=own) for i, e in enumerate(spec.entities))
        spec = _followed(spec.model_copy(update={"entities": entities}))
    spec = spec.model_copy(update={"entities": tuple(map(fitter.indexed, spec.entities))})
    for position, entity in enumerate(spec.entities):
        fitter.check_links(position, entity, spec)
    return spec


class _Fitter:
    def __init__(self, spec: BackendSpec, notes: Notes) -> None:
        self.notes = notes
        self.longest = {e.name: max(len(value) for value in e.values) for e in spec.enums}

    def size(self, attributes: Iterable[Attribute]) -> int:
        """Return the bytes of a key."""
        return sum(map(self._size, attributes))

    def _size(self, attribute: Attribute) -> int:
        if attribute.type in _TEXTS:
            return (attribute.length or 0) * _CHARACTER
        if attribute.type is T.ENUM:
            return self.longest[attribute.enum or ""] * _CHARACTER
        if attribute.type is T.UUID:
            return _UUID * _CHARACTER
        return _OTHER

    def shortened(self, position: int, entity: Entity, *, own: bool) -> Entity:
        """Shorten unique texts; ``own``: only in rules without foreign keys."""
        by_name = {a.name: a for a in entity.attributes}
        foreign = {name for relation in entity.relations for name in relation.attributes}
        for place, rule in _unique_rules(entity).items():
            if own and foreign & set(rule):
                continue
            for name, length in self._lengths([by_name[name] for name in rule], foreign).items():
                if length < max(1, by_name[name].min_length or 0):
                    self._too_long(
                        f"/entities/{position}{place}", f"{entity.name}({', '.join(rule)})"
                    )
                    break
                by_name[name] = by_name[name].model_copy(update={"length": length})
                about = f"{entity.name}.{name}"
                self.notes.assume(
                    f"{about} is limited to {length} characters: a key of MySQL holds"
                    f" {_MOST} bytes.",
                    about,
                )
        return entity.model_copy(update={"attributes": tuple(by_name.values())})

    def indexed(self, entity: Entity) -> Entity:
        """Leave out indexes that are too long."""
        by_name = {a.name: a for a in entity.attributes}
        indexes = []
        for index in entity.indexes:
            if self.size(by_name[name] for name in index.attributes) > _MOST:
                self._no_index(entity, ", ".join(index.attributes))
            else:
                indexes.append(index)
        attributes = tuple(self._indexed(a, entity) for a in entity.attributes)
        return entity.model_copy(update={"attributes": attributes, "indexes": tuple(indexes)})

    def _lengths(self, key: Sequence[Attribute], fixed: Collection[str]) -> dict[str, int]:
        """Return the lengths of the texts that have to be shorter: each gets its share."""
        texts = {a.name: a.length or 0 for a in key if a.type in _TEXTS and a.name not in fixed}
        room = (_MOST - self.size(a for a in key if a.name not in texts)) // _CHARACTER
        shorter: dict[str, int] = {}
        for count, name in zip(
            range(len(texts), 0, -1), sorted(texts, key=texts.__getitem__), strict=True
        ):
            fair = room // count
            if texts[name] > fair:
                shorter[name] = fair
            room -= min(texts[name], fair)
        return shorter

    def _indexed(self, attribute: Attribute, entity: Entity) -> Attribute:
        if attribute.unique or not attribute.index or self._size(attribute) <= _MOST:
            return attribute
        self._no_index(entity, attribute.name)
        return attribute.model_copy(update={"index": False})

    def _no_index(self, entity: Entity, what: str) -> None:
        self.notes.assume(
            f"{entity.name} has no index of {what}: one of MySQL holds {_MOST} bytes.", entity.name
        )

    def check_links(self, position: int, entity: Entity, spec: BackendSpec) -> None:
        """Refuse links between rows whose two keys are too long for one."""
        for number, relation in enumerate(entity.relations):
            if relation.through is None:
                continue
            target = next(e for e in spec.entities if e.name == relation.target)
            if self.size([*_key(entity), *_key(target)]) > _MOST:
                what = f"the links of {entity.name} and {target.name}"
                self._too_long(f"/entities/{position}/relations/{number}", what)

    def _too_long(self, pointer: str, what: str) -> None:
        self.notes.fault(
            pointer,
            f"The key of {what} is too long: one of MySQL holds {_MOST} bytes.",
            "shorter texts as keys, or keys that are numbers or UUIDs",
        )


def _unique_rules(entity: Entity) -> dict[str, tuple[str, ...]]:
    """Return what is unique, by the rule's place in the entity."""
    found: dict[str, tuple[str, ...]]
    found = {f"/attributes/{i}": (a.name,) for i, a in enumerate(entity.attributes) if a.unique}
    found |= {f"/uniques/{i}": rule.attributes for i, rule in enumerate(entity.uniques)}
    found |= {f"/indexes/{i}": r.attributes for i, r in enumerate(entity.indexes) if r.unique}
    return {**found, "/primaryKey": entity.primary_key}


def _key(entity: Entity) -> list[Attribute]:
    by_name = {a.name: a for a in entity.attributes}
    return [by_name[name] for name in entity.primary_key]


def _followed(spec: BackendSpec) -> BackendSpec:
    """Give foreign keys the lengths of what they refer to, through as many tables as it takes."""
    while True:
        lengths = {(e.name, a.name): a.length for e in spec.entities for a in e.attributes}
        entities = tuple(_following(entity, lengths) for entity in spec.entities)
        if entities == spec.entities:
            return spec
        spec = spec.model_copy(update={"entities": entities})


def _following(entity: Entity, lengths: dict[tuple[str, str], int | None]) -> Entity:
    shorter = {
        own: lengths[(relation.target, referred)]
        for relation in entity.relations
        for own, referred in _pairs(relation)
        if (lengths[(relation.target, referred)] or 0) < (lengths[(entity.name, own)] or 0)
    }
    if not shorter:
        return entity
    return entity.model_copy(
        update={
            "attributes": tuple(
                a.model_copy(update={"length": shorter[a.name]}) if a.name in shorter else a
                for a in entity.attributes
            )
        }
    )


def _pairs(relation: Relation) -> zip[tuple[str, str]]:
    return zip(relation.attributes, relation.references, strict=False)
