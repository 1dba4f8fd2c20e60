"""How does a part of a plan get another name? Wherever the plan names it.

A new name makes others: the foreign key of ``bike`` is ``bike_id``, and of ``cycle`` it is
``cycle_id``. What is made so before and after stands at the same place, which tells the new name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.planner import references
from agent.planner.accounts import account
from agent.planner.changes.edits import EditError
from agent.planner.changes.shape import Shape, shape
from agent.planner.foreign_keys import foreign_key_name
from agent.planner.pairs import is_pair
from agent.planner.row_checks import with_columns

if TYPE_CHECKING:
    from agent.types import BackendSpec, Entity

Columns = dict[str, dict[str, str]]
"""New names of columns by old ones in small letters, by entity."""


def renamed_entity(spec: BackendSpec, old: str, new: str) -> BackendSpec:
    """Call an entity otherwise, wherever the plan names it.

    Raises:
        EditError: the name stands in the way of something else.

    """
    to = references.Names()
    to.entities[old] = new
    return _renamed(spec, to, new)


def renamed_member(spec: BackendSpec, entity: str, old: str, new: str) -> BackendSpec:
    """Call an attribute or a relation otherwise, wherever the plan names it.

    Raises:
        EditError: the entity has something of the new name.

    """
    found = next(each for each in spec.entities if each.name == entity)
    if new in found.member_names:
        raise EditError(f"{entity} has a {new} already")
    to = references.Names()
    to.members[entity] = {old: new}
    for each in spec.entities:
        for relation in each.relations:
            is_other = relation.target == entity and relation.inverse == old
            if is_other and is_pair(each, relation, found):
                to.inverses[each.name, relation.name] = new
    return _renamed(spec, to, new)


def _renamed(spec: BackendSpec, to: references.Names, new: str) -> BackendSpec:
    before = shape(spec)
    said = {(entity, name) for entity, names in to.members.items() for name in names}
    if before is not None:
        to.targets = before.targets(spec)
        _expect_keys(before, to)
    changed = written(spec, to, {})
    after = shape(changed)
    if before is None or after is None:
        return changed
    columns: Columns = {}
    for (name, was), now in zip(before.entities.items(), after.entities.values(), strict=True):
        if len(was.attributes) != len(now.attributes):
            raise EditError(
                f"{new} is no name for it: {name} has an attribute of a name made of it"
            )
        members = to.members.setdefault(name, {})
        for old, attribute in zip(was.attributes, now.attributes, strict=True):
            if (name, old.name) not in said and old.name != attribute.name:
                members[old.name] = attribute.name
            if old.column and attribute.column and old.column != attribute.column:
                columns.setdefault(name, {})[old.column.lower()] = attribute.column
        for one, other in zip(was.relations, now.relations, strict=True):
            if one.inverse and other.inverse and one.inverse != other.inverse:
                there = to.members.setdefault(before.given[one.target], {})
                there.setdefault(one.inverse, other.inverse)
    return written(spec, to, columns)


def _expect_keys(before: Shape, to: references.Names) -> None:
    """Add the names that foreign keys will have: others may be made of them in turn."""
    found = [(entity, old) for entity, names in to.members.items() for old in names]
    while found:
        entity, old = found.pop()
        new = to.members[entity][old]
        safe = before.safe.member(entity, old)
        for name, relation, target in before.relations():
            for own, theirs in before.keys(name, relation):
                made = None
                if (name, relation.name) == (entity, safe):
                    made = foreign_key_name(new, theirs)
                elif (target, theirs) == (entity, safe):
                    made = foreign_key_name(to.member(name, relation.name), new)
                if made not in {None, to.member(name, own)}:
                    to.members.setdefault(name, {})[own] = made
                    found.append((name, own))


def written(spec: BackendSpec, to: references.Names, columns: Columns) -> BackendSpec:
    """Return a plan in other names, and with other names of columns in its checks."""
    update: dict[str, Any] = {
        "entities": tuple(_entity(each, to, columns) for each in spec.entities),
        "schemas": tuple(references.schema(each, to) for each in spec.schemas),
        "operations": tuple(references.operation(each, each.name, to) for each in spec.operations),
    }
    if (user := account(spec)) is not None:
        named = spec.auth.user  # it may be spelled otherwise
        plain = references.Names()
        plain.entities[named] = to.entities.get(user.name, named)
        plain.members[named] = to.members.get(user.name, {})
        auth = references.auth(spec.auth, plain)
        if auth != spec.auth:
            update["auth"] = auth
    return spec.model_copy(update=update)


def _entity(entity: Entity, to: references.Names, columns: Columns) -> Entity:
    def names(given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(to.member(entity.name, name) for name in given)

    rules: dict[str, Any] = {
        key: tuple(
            rule.model_copy(update={"attributes": names(rule.attributes)})
            for rule in getattr(entity, key)
        )
        for key in ("uniques", "indexes")
    }
    renamed = columns.get(entity.name, {})
    rules["checks"] = tuple(
        each.model_copy(update={"expression": with_columns(each.expression, renamed)})
        for each in entity.checks
    )
    rules["indexes"] = tuple(
        each.model_copy(update={"where": each.where and with_columns(each.where, renamed)})
        for each in rules["indexes"]
    )
    attributes = tuple(
        each.model_copy(update={"name": to.member(entity.name, each.name)})
        for each in entity.attributes
    )
    return entity.model_copy(
        update={
            "name": to.entities.get(entity.name, entity.name),
            "attributes": attributes,
            "primary_key": names(entity.primary_key),
            "relations": tuple(references.relation(r, entity.name, to) for r in entity.relations),
            "owner": references.owner(entity, to),
            **rules,
        }
    )
