"""How is a part of a plan taken away? With the rules about it, unless others need it.

Fields that show it, filters and orders by it, and rules that name it go, too. What would mean
something else without it (a path to an owner, a parameter, another's key) stands in its way.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from agent.planner import references
from agent.planner.accounts import account
from agent.planner.changes.edits import EditError
from agent.planner.changes.renaming import written
from agent.planner.changes.shape import Shape, shape
from agent.planner.pairs import is_pair
from agent.planner.row_checks import columns_in
from agent.types import OperationKind, ParameterPlace

if TYPE_CHECKING:
    from agent.types import BackendSpec, Entity, Operation, Parameter, Relation, Schema

Gone = dict[str, set[str]]
"""The names that are gone, by entity."""
_FIRST = "change that first (/spec edit)"


def without_entity(spec: BackendSpec, name: str) -> BackendSpec:
    """Take an entity away, and what leads to it.

    Raises:
        EditError: people sign in with it, or something else needs it.

    """
    user = account(spec)
    if user is not None and user.name == name:
        raise EditError(f"people sign in as a {name}: without it, say `auth none` first")
    gone: Gone = defaultdict(set)
    known = shape(spec)
    for each in spec.entities:
        for relation in each.relations:
            if name in {each.name, relation.target}:
                _relation_goes(spec, known, each, relation, gone)
    gone.pop(name, None)
    schemas = {each.name for each in spec.schemas if each.entity == name}
    left = spec.model_copy(
        update={
            "entities": tuple(each for each in spec.entities if each.name != name),
            "schemas": tuple(each for each in spec.schemas if each.name not in schemas),
            "operations": tuple(each for each in spec.operations if each.entity != name),
        }
    )
    return _without_lone_enums(spec, _without(left, known, gone, schemas))


def without_member(spec: BackendSpec, entity: str, name: str) -> BackendSpec:
    """Take an attribute or a relation of an entity away, and the rules that name it.

    Raises:
        EditError: it is a key, people sign in with it, or something else needs it.

    """
    found = next(each for each in spec.entities if each.name == entity)
    if _signs_in(spec, entity, name):
        raise EditError(f"people sign in with {entity}.{name}: say `auth none` first")
    gone: Gone = defaultdict(set)
    gone[entity].add(name)
    known = shape(spec)
    if known is not None:
        gone[entity].add(known.safe.member(entity, name))
    for relation in found.relations:
        if relation.name == name:
            _relation_goes(spec, known, found, relation, gone)
    return _without_lone_enums(spec, _without(spec, known, gone, set()))


def _relation_goes(
    spec: BackendSpec, known: Shape | None, entity: Entity, relation: Relation, gone: Gone
) -> None:
    """Add the names of both sides of a relation, and of the keys that it makes."""
    gone[entity.name].add(relation.name)
    for target in (each for each in spec.entities if each.name == relation.target):
        if relation.inverse:  # there the other side may be declared, too
            gone[target.name].add(relation.inverse)
        gone[target.name] |= {
            other.name
            for other in target.relations
            if other.inverse == relation.name and is_pair(target, other, entity)
        }
    if known is None:
        return
    safe = known.safe.member(entity.name, relation.name)
    for name, each, leads_to in known.relations():
        if safe not in {
            each.name if name == entity.name else None,
            each.inverse if leads_to == entity.name else None,
        }:
            continue
        gone[name] |= {each.name, *(own for own, _ in known.keys(name, each))}
        gone[leads_to].add(each.inverse or "")


def _without(spec: BackendSpec, known: Shape | None, gone: Gone, schemas: set[str]) -> BackendSpec:
    """Take names away; ``schemas`` are gone already.

    Raises:
        EditError: something else needs one of them.

    """
    needed = _Needed(spec, known, gone, schemas)
    left = spec.model_copy(
        update={
            "entities": tuple(_entity(each, known, gone) for each in spec.entities),
            "schemas": tuple(_schema(each, gone) for each in spec.schemas),
            "operations": tuple(_operation(each, needed) for each in spec.operations),
        }
    )
    needed.look(left)
    return left if known is None else _as_called_now(left, known)


def _as_called_now(left: BackendSpec, known: Shape) -> BackendSpec:
    """Follow the names of other directions, which may change where a name is free again."""
    after = shape(left)
    if after is None:
        return left
    now = {(name, each.name): each.inverse for name, each, _ in after.relations()}
    to = references.Names()
    to.targets = known.targets(left)
    for name, relation, target in known.relations():
        new = now.get((name, relation.name))
        if new and relation.inverse and new != relation.inverse:
            to.members.setdefault(target, {})[relation.inverse] = new
    return written(left, to, {}) if to.members else left


def _entity(entity: Entity, known: Shape | None, gone: Gone) -> Entity:
    names = gone.get(entity.name, set())
    if not names:
        return entity
    for key in entity.primary_key:
        if key in names:
            raise EditError(f"{entity.name}.{key} is its key")
    columns = {name.lower() for name in names}
    if known is not None:
        columns = {
            (each.column or each.name).lower()
            for each in known.entities[entity.name].attributes
            if each.name in names
        }
    update: dict[str, Any] = {
        key: tuple(part for part in getattr(entity, key) if part.name not in names)
        for key in ("attributes", "relations")
    }
    for key in ("uniques", "indexes"):
        update[key] = tuple(r for r in getattr(entity, key) if names.isdisjoint(r.attributes))
    update["indexes"] = tuple(
        each for each in update["indexes"] if columns.isdisjoint(columns_in(each.where or ""))
    )
    update["checks"] = tuple(
        each for each in entity.checks if columns.isdisjoint(columns_in(each.expression))
    )
    return entity.model_copy(update=update)


def _schema(schema: Schema, gone: Gone) -> Schema:
    names = gone.get(schema.entity or "", set())
    fields = tuple(
        each for each in schema.fields if names.isdisjoint({each.attribute, each.relation})
    )
    return schema if fields == schema.fields else schema.model_copy(update={"fields": fields})


def _operation(operation: Operation, needed: _Needed) -> Operation:
    """Take filters and orders by what is gone out of a list."""
    if operation.kind is not OperationKind.LIST:
        return operation

    def goes(way: str | None) -> bool:
        return way is not None and needed.leads_over(operation.entity, way)

    def is_filter(each: Parameter) -> bool:
        return each.place is ParameterPlace.QUERY and not each.required

    update: dict[str, Any] = {
        "parameters": tuple(
            each for each in operation.parameters if not (is_filter(each) and goes(each.binds))
        )
    }
    for key in ("sort", "search"):
        if (chosen := getattr(operation, key)) is not None:
            update[key] = tuple(each for each in chosen if not goes(each))
    return operation.model_copy(update=update)


class _Needed(references.Names):
    """Names, of which those that are gone are refused."""

    def __init__(
        self, spec: BackendSpec, known: Shape | None, gone: Gone, schemas: set[str]
    ) -> None:
        super().__init__()
        self.gone = gone
        self.gone_schemas = schemas
        self.known = known
        self.where = ""
        if known is not None:
            self.targets = known.targets(spec)

    def member(self, entity: str | None, name: str) -> str:
        if name in self.gone.get(entity or "", ()):
            raise EditError(f"{self.where} needs {entity}.{name}: {_FIRST}")
        return name

    def leads_over(self, entity: str | None, way: str) -> bool:
        """Tell whether a way leads over what is gone."""
        try:
            self.path(entity, way)
        except EditError:
            return True
        return False

    def look(self, left: BackendSpec) -> None:
        """Look at all that is left.

        Raises:
            EditError: something needs what is gone.

        """
        for entity in left.entities:
            self.where = f"the owner of {entity.name}"
            references.owner(entity, self)
            for relation in entity.relations:
                self.where = f"{entity.name}.{relation.name}"
                references.relation(relation, entity.name, self)
                self._refers(entity, relation)
        for schema in left.schemas:
            self.where = f"the schema {schema.name}"
            references.schema(schema, self)
            for field in schema.fields:
                self._shows(field.schema_name)
        for operation in left.operations:
            self.where = f"the operation {operation.name}"
            references.operation(operation, operation.name, self)
            for body in (operation.input, operation.output):
                self._shows(body.schema_name if body else None)

    def _refers(self, entity: Entity, relation: Relation) -> None:
        """Look at what a relation refers to without saying so."""
        if self.known is None:
            return
        safe = self.known.safe.member(entity.name, relation.name)
        for each in self.known.entities[entity.name].relations:
            if each.name == safe:
                for name in each.references:
                    self.member(relation.target, name)

    def _shows(self, schema: str | None) -> None:
        if schema in self.gone_schemas:
            raise EditError(f"{self.where} needs the schema {schema}: {_FIRST}")


def _signs_in(spec: BackendSpec, entity: str, name: str) -> bool:
    auth, user = spec.auth, account(spec)
    if user is None or user.name != entity:
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
