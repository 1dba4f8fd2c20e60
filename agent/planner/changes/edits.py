"""How is a part of a plan taken away, or given another name? With everything that refers to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agent.types import AuthMethod

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from agent.types import BackendSpec, Entity

_LISTED = ("uniques", "indexes")


class EditError(Exception):
    """The plan cannot be changed so; the message says why, and what to say instead."""


def without_entity(spec: BackendSpec, name: str) -> BackendSpec:
    """Take an entity away, and what refers to it.

    Raises:
        EditError: people sign in with it.

    """
    if spec.auth.method is AuthMethod.JWT and spec.auth.user == name:
        raise EditError(f"people sign in as a {name}: without it, say `auth none` first")
    operations = tuple(each for each in spec.operations if each.entity != name)
    schemas = tuple(each for each in spec.schemas if each.entity != name)
    left = []
    for each in spec.entities:
        if each.name == name:
            continue
        kept = each
        for relation in each.relations:
            if relation.target == name:
                kept = _without(kept, relation.name)
        left.append(kept)
    changed = {"entities": tuple(left), "operations": operations, "schemas": schemas}
    return _without_lone_enums(spec, spec.model_copy(update=changed))


def without_member(spec: BackendSpec, entity: str, name: str) -> BackendSpec:
    """Take an attribute or a relation of an entity away, and the rules that name it.

    Raises:
        EditError: it is the entity's key, or people sign in with it.

    """
    found = next(each for each in spec.entities if each.name == entity)
    if name in found.primary_key:
        raise EditError(f"{entity}.{name} is its key")
    if _signs_in(spec, entity, name):
        raise EditError(f"people sign in with {entity}.{name}: say `auth none` first")
    changed = spec.model_copy(
        update={
            "entities": tuple(
                _without(each, name) if each.name == entity else each for each in spec.entities
            ),
            "schemas": tuple(
                each.model_copy(
                    update={
                        "fields": tuple(
                            f for f in each.fields if name not in {f.attribute, f.relation}
                        )
                    }
                )
                if each.entity == entity
                else each
                for each in spec.schemas
            ),
        }
    )
    return _without_lone_enums(spec, changed)


def renamed_entity(spec: BackendSpec, old: str, new: str) -> BackendSpec:
    """Call an entity otherwise, wherever the plan names it."""

    def name(text: str | None) -> str | None:
        return new if text == old else text

    entities = tuple(
        each.model_copy(
            update={
                "name": name(each.name),
                "relations": tuple(
                    r.model_copy(update={"target": name(r.target)}) for r in each.relations
                ),
            }
        )
        for each in spec.entities
    )
    parts = {
        key: tuple(each.model_copy(update={"entity": name(each.entity)}) for each in items)
        for key, items in (("schemas", spec.schemas), ("operations", spec.operations))
    }
    auth = spec.auth
    if auth.method is AuthMethod.JWT and auth.user == old:
        auth = auth.model_copy(update={"user": new})
    update: dict[str, Any] = {"entities": entities, **parts}
    if auth != spec.auth:
        update["auth"] = auth
    return spec.model_copy(update=update)


def renamed_member(spec: BackendSpec, entity: str, old: str, new: str) -> BackendSpec:
    """Call an attribute or a relation otherwise, wherever the plan names it.

    Raises:
        EditError: the entity has something of the new name.

    """
    found = next(each for each in spec.entities if each.name == entity)
    if new in found.member_names:
        raise EditError(f"{entity} has a {new} already")

    def name(text: str | None) -> str | None:
        return new if text == old else text

    def names(texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(new if text == old else text for text in texts)

    entities = tuple(
        _renamed(each, old, new, names) if each.name == entity else each for each in spec.entities
    )
    schemas = tuple(
        each.model_copy(
            update={
                "fields": tuple(
                    f.model_copy(
                        update={"attribute": name(f.attribute), "relation": name(f.relation)}
                    )
                    for f in each.fields
                )
            }
        )
        if each.entity == entity
        else each
        for each in spec.schemas
    )
    update: dict[str, Any] = {"entities": entities, "schemas": schemas}
    if spec.auth.method is AuthMethod.JWT and spec.auth.user == entity:
        auth = spec.auth
        keys = ("login", "password", "roles_attribute", "active")
        update["auth"] = auth.model_copy(update={k: name(getattr(auth, k)) for k in keys})
    return spec.model_copy(update=update)


def with_attribute(spec: BackendSpec, entity: str, name: str, **update: object) -> BackendSpec:
    """Change an attribute, or the relation of that name."""
    entities = []
    for each in spec.entities:
        if each.name != entity:
            entities.append(each)
            continue
        changed = {
            key: tuple(
                part.model_copy(update=update) if part.name == name else part
                for part in getattr(each, key)
            )
            for key in ("attributes", "relations")
        }
        entities.append(each.model_copy(update=changed))
    return spec.model_copy(update={"entities": tuple(entities)})


def _renamed(
    entity: Entity, old: str, new: str, names: Callable[[Iterable[str]], tuple[str, ...]]
) -> Entity:
    word = re.compile(rf"\b{re.escape(old)}\b")
    update: dict[str, Any] = {
        "attributes": tuple(
            a.model_copy(update={"name": new}) if a.name == old else a for a in entity.attributes
        ),
        "relations": tuple(
            r.model_copy(
                update={"name": new if r.name == old else r.name, "attributes": names(r.attributes)}
            )
            for r in entity.relations
        ),
        "primary_key": names(entity.primary_key),
        "checks": tuple(
            c.model_copy(update={"expression": word.sub(new, c.expression)}) for c in entity.checks
        ),
    }
    for key in _LISTED:
        update[key] = tuple(
            rule.model_copy(update={"attributes": names(rule.attributes)})
            for rule in getattr(entity, key)
        )
    if entity.owner:
        first, dot, rest = entity.owner.partition(".")
        update["owner"] = f"{new if first == old else first}{dot}{rest}"
    return entity.model_copy(update=update)


def _without(entity: Entity, name: str) -> Entity:
    word = re.compile(rf"\b{re.escape(name)}\b")
    update: dict[str, Any] = {
        key: tuple(part for part in getattr(entity, key) if part.name != name)
        for key in ("attributes", "relations")
    }
    for key in _LISTED:
        update[key] = tuple(r for r in getattr(entity, key) if name not in r.attributes)
    update["checks"] = tuple(c for c in entity.checks if not word.search(c.expression))
    if entity.owner and entity.owner.partition(".")[0] == name:
        update["owner"] = None
    return entity.model_copy(update=update)


def _signs_in(spec: BackendSpec, entity: str, name: str) -> bool:
    auth = spec.auth
    if auth.method is not AuthMethod.JWT or auth.user != entity:
        return False
    return name in {auth.login, auth.password, auth.roles_attribute, auth.active}


def _without_lone_enums(before: BackendSpec, after: BackendSpec) -> BackendSpec:
    """Take enums away that were used before, and are no more."""
    gone = _enums_used(before) - _enums_used(after)
    kept = tuple(each for each in after.enums if each.name not in gone)
    return after.model_copy(update={"enums": kept})


def _enums_used(spec: BackendSpec) -> set[str]:
    used = {a.enum for e in spec.entities for a in e.attributes if a.enum}
    return used | {f.enum for s in spec.schemas for f in s.fields if f.enum}
