"""What can no attribute be? Keys, rules and generators that no database or client could work with.

Works on a linked spec; faults point into the spec as it was given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.types import Access, AttributeType, AuthMethod, Generator

if TYPE_CHECKING:
    from agent.planner.notes import Notes
    from agent.types import Attribute, BackendSpec, Entity

T = AttributeType
_NO_KEY = frozenset({T.JSON, T.BINARY, T.PASSWORD, T.BOOLEAN, T.FLOAT, T.DURATION})
_KEYS = "a text, a number, a date, a time, an enum or a UUID"
_COUNTED = frozenset({T.INTEGER, T.SMALLINT, T.BIGINT})


def keep_within(spec: BackendSpec, given: BackendSpec, notes: Notes) -> BackendSpec:
    """Return the linked spec with attributes that can be set; add faults for what cannot be.

    ``given`` is the spec before it was linked: pointers lead into it.
    """
    entities = []
    for position, entity in enumerate(spec.entities):
        at = f"/entities/{position}"
        _check_keys(entity, at, given, notes)
        _check_uniques(entity, at, given.entities[position], notes)
        attributes = tuple(_settable(a, entity, notes) for a in entity.attributes)
        entities.append(entity.model_copy(update={"attributes": attributes}))
        is_account = spec.auth.method is AuthMethod.JWT and entity.name == spec.auth.user
        if is_account and len(entity.primary_key) > 1:
            notes.fault(
                f"{at}/primaryKey",
                f"{entity.name} signs in, and has a key of {len(entity.primary_key)} attributes:"
                " a token names one.",
                "a key of one attribute",
            )
    return spec.model_copy(update={"entities": tuple(entities)})


def _check_keys(entity: Entity, at: str, given: BackendSpec, notes: Notes) -> None:
    foreign = {name for r in entity.relations for name in r.attributes}
    for attribute in entity.attributes:
        if attribute.name not in entity.primary_key or attribute.name in foreign:
            continue
        if attribute.array or attribute.type in _NO_KEY:
            kind = "a list" if attribute.array else attribute.type.value
            where = next(e for e in given.entities if e.name == entity.name)
            notes.fault(
                _pointer(at, where, attribute.name) or f"{at}/primaryKey",
                f"{entity.name}.{attribute.name} cannot be a key: it is {kind}.",
                _KEYS,
            )


def _check_uniques(entity: Entity, at: str, given: Entity, notes: Notes) -> None:
    attributes = {a.name: a for a in entity.attributes}
    rules: list[tuple[tuple[str, ...], bool]]
    rules = [((name,), False) for name, a in attributes.items() if a.unique]
    rules += [(rule.attributes, False) for rule in entity.uniques]
    rules += [(i.attributes, i.where is not None) for i in entity.indexes if i.unique]
    for names, is_partial in rules:
        for name in names:
            attribute = attributes.get(name)
            if attribute is None:  # a timestamp, which comes later
                continue
            # of some rows it says that there is one of them
            alone = len(names) == 1 and attribute.type is T.BOOLEAN and not is_partial
            if attribute.array or attribute.type is T.JSON or alone:
                kind = "a list" if attribute.array else attribute.type.value
                notes.fault(
                    _pointer(at, given, name) or at,
                    f"{entity.name}.{name} cannot be unique: it is {kind}.",
                    _KEYS,
                )


def _pointer(at: str, given: Entity, name: str) -> str | None:
    index = next((i for i, a in enumerate(given.attributes) if a.name == name), None)
    return None if index is None else f"{at}/attributes/{index}"


def _settable(attribute: Attribute, entity: Entity, notes: Notes) -> Attribute:
    about = f"{entity.name}.{attribute.name}"
    update: dict[str, object] = {}
    foreign = {name for r in entity.relations for name in r.attributes}
    if attribute.generated is Generator.IDENTITY and (
        entity.primary_key != (attribute.name,)
        or attribute.type not in _COUNTED
        or attribute.name in foreign
    ):
        notes.assume(
            f"{about} is given by clients: only an integer that is the whole key counts by itself.",
            about,
        )
        update |= {"generated": None, "access": Access.READ_WRITE}
    if attribute.transitions and attribute.default is None:
        start = attribute.transitions[0].source
        notes.assume(f"{about} starts as '{start}'.", about)
        update["default"] = start
    settled = attribute.model_copy(update=update) if update else attribute
    is_needed = not (settled.nullable or settled.generated) and settled.default is None
    if settled.access is Access.READ_ONLY and is_needed:
        notes.assume(f"{about} may be written: rows need a value that nothing else gives.", about)
        return settled.model_copy(update={"access": Access.READ_WRITE})
    return settled
