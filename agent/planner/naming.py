"""How do the names of a given spec become safe ones? Rename once, and rewrite every reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner import names

if TYPE_CHECKING:
    from agent.planner.notes import Notes
    from agent.types import (
        Attribute,
        BackendSpec,
        Entity,
        Operation,
        Parameter,
        Relation,
        Schema,
        SchemaField,
    )


class Renaming:
    """The new name of everything in one spec; unknown names pass through unchanged."""

    def __init__(self, spec: BackendSpec, notes: Notes) -> None:
        """Choose all names, and note those that a reader would not expect."""
        self.enums: dict[str, str] = {}
        self.entities: dict[str, str] = {}
        self.members: dict[str, dict[str, str]] = {}
        self.targets: dict[str, dict[str, str]] = {}
        self.schemas: dict[str, str] = {}
        for entity in spec.entities:
            new = names.class_name(entity.name, self.entities.values())
            self.entities[entity.name] = new
            if new != names.pascal(entity.name) or not entity.name.isascii():
                notes.assume(f"Entity '{entity.name}' is called {new} in Python.", new)
        for enum in spec.enums:
            taken = {*self.entities.values(), *self.enums.values()}
            new = names.class_name(enum.name, ())
            if new in self.entities.values():
                new += "Enum"
            self.enums[enum.name] = names.unique(new, taken)
        for entity in spec.entities:
            self.members[entity.name] = self._members(entity, notes)
            self.targets[entity.name] = {r.name: r.target for r in entity.relations}
        taken = {*self.entities.values(), *self.enums.values()}
        for schema in spec.schemas:
            new = names.class_name(schema.name, ())
            if new in taken:
                new += "Body"
            self.schemas[schema.name] = names.unique(new, {*taken, *self.schemas.values()})
        self._inverses(spec)

    def _members(self, entity: Entity, notes: Notes) -> dict[str, str]:
        members: dict[str, str] = {}
        for name in entity.member_names:
            new = names.attribute_name(name, members.values())
            members[name] = new
            if new != names.snake(name) or not name.isascii():
                about = f"{self.entities[entity.name]}.{new}"
                notes.assume(f"'{entity.name}.{name}' is called {new} in Python.", about)
        return members

    def _inverses(self, spec: BackendSpec) -> None:
        for entity in spec.entities:
            for relation in entity.relations:
                if relation.inverse and relation.target in self.members:
                    members = self.members[relation.target]
                    if relation.inverse not in members:
                        new = names.attribute_name(relation.inverse, members.values())
                        members[relation.inverse] = new
                        self.targets[relation.target][relation.inverse] = entity.name

    def member(self, entity: str | None, name: str) -> str:
        """Return the new name of an attribute or relation."""
        return self.members.get(entity or "", {}).get(name, name)

    def path(self, entity: str | None, path: str) -> str:
        """Return a dotted path (``store.slug``) in new names."""
        parts = []
        for part in path.split("."):
            parts.append(self.member(entity, part))
            entity = self.targets.get(entity or "", {}).get(part)
        return ".".join(parts)


def rename(spec: BackendSpec, notes: Notes) -> BackendSpec:
    """Return the spec with safe names everywhere, tables and columns named explicitly."""
    to = Renaming(spec, notes)
    tables: set[str] = {e.table for e in spec.entities if e.table}
    entities = []
    for entity in spec.entities:
        renamed = _entity(entity, to, tables, notes)
        tables.add(renamed.table or "")
        entities.append(renamed)
    auth = spec.auth.model_copy(
        update={
            "user": to.entities.get(spec.auth.user, spec.auth.user),
            "login": to.member(spec.auth.user, spec.auth.login),
            "password": to.member(spec.auth.user, spec.auth.password),
            "roles_attribute": to.member(spec.auth.user, spec.auth.roles_attribute),
            "active": spec.auth.active and to.member(spec.auth.user, spec.auth.active),
        }
    )
    enums = tuple(e.model_copy(update={"name": to.enums[e.name]}) for e in spec.enums)
    return spec.model_copy(
        update={
            "auth": auth,
            "enums": enums,
            "entities": tuple(entities),
            "schemas": tuple(_schema(s, to) for s in spec.schemas),
            "operations": _operations(spec, to),
        }
    )


def _entity(entity: Entity, to: Renaming, tables: set[str], notes: Notes) -> Entity:
    new = to.entities[entity.name]
    table = entity.table
    if table is None:
        table = names.plural(names.snake(entity.name)) if entity.name.isascii() else entity.name
        table = names.shorten(names.unique(table, tables))
    elif entity.db_schema:
        taken = tables - {table}
        folded = table if table not in taken else f"{entity.db_schema}_{table}"
        notes.assume(
            f"Table {entity.db_schema}.{table} is kept as '{folded}' in the default schema.", new
        )
        table = folded
    member = to.members[entity.name]

    def keys(given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(member.get(name, name) for name in given)

    return entity.model_copy(
        update={
            "name": new,
            "table": table,
            "db_schema": None,
            "plural": entity.plural and names.snake(entity.plural),
            "attributes": tuple(_attribute(a, member, to) for a in entity.attributes),
            "primary_key": keys(entity.primary_key),
            "relations": tuple(_relation(r, entity.name, to) for r in entity.relations),
            "uniques": tuple(
                u.model_copy(update={"attributes": keys(u.attributes)}) for u in entity.uniques
            ),
            "indexes": tuple(
                i.model_copy(update={"attributes": keys(i.attributes)}) for i in entity.indexes
            ),
            "owner": entity.owner and to.path(entity.name, entity.owner),
        }
    )


def _attribute(attribute: Attribute, member: dict[str, str], to: Renaming) -> Attribute:
    new = member[attribute.name]
    column = attribute.column
    if column is None:
        column = names.snake(attribute.name) if attribute.name.isascii() else attribute.name
        if new.rstrip("_") != column and attribute.name.isascii():
            column = new  # two names that fall together must not share a column
    enum = attribute.enum and to.enums.get(attribute.enum, attribute.enum)
    return attribute.model_copy(update={"name": new, "column": column, "enum": enum})


def _relation(relation: Relation, entity: str, to: Renaming) -> Relation:
    return relation.model_copy(
        update={
            "name": to.member(entity, relation.name),
            "target": to.entities.get(relation.target, relation.target),
            "inverse": relation.inverse and to.member(relation.target, relation.inverse),
            "attributes": tuple(to.member(entity, name) for name in relation.attributes),
            "references": tuple(to.member(relation.target, name) for name in relation.references),
        }
    )


def _schema(schema: Schema, to: Renaming) -> Schema:
    def field(given: SchemaField) -> SchemaField:
        return given.model_copy(
            update={
                "attribute": given.attribute and to.member(schema.entity, given.attribute),
                "relation": given.relation and to.member(schema.entity, given.relation),
                "schema_name": given.schema_name
                and to.schemas.get(given.schema_name, given.schema_name),
                "enum": given.enum and to.enums.get(given.enum, given.enum),
            }
        )

    return schema.model_copy(
        update={
            "name": to.schemas[schema.name],
            "entity": schema.entity and to.entities.get(schema.entity, schema.entity),
            "fields": tuple(field(f) for f in schema.fields),
        }
    )


def _operations(spec: BackendSpec, to: Renaming) -> tuple[Operation, ...]:
    taken: set[str] = set()
    renamed = []
    for operation in spec.operations:
        name = names.attribute_name(operation.name, taken)
        taken.add(name)
        renamed.append(_operation(operation, name, to))
    return tuple(renamed)


def _operation(operation: Operation, name: str, to: Renaming) -> Operation:
    entity = operation.entity

    def parameter(given: Parameter) -> Parameter:
        return given.model_copy(update={"binds": given.binds and to.path(entity, given.binds)})

    def body(given: object) -> object:
        if given is None:
            return None
        schema_name = given.schema_name  # type: ignore[attr-defined]
        update = {"schema_name": to.schemas.get(schema_name, schema_name)}
        return given.model_copy(update=update)  # type: ignore[attr-defined]

    def members(given: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return given if given is None else tuple(to.member(entity, item) for item in given)

    return operation.model_copy(
        update={
            "name": name,
            "entity": entity and to.entities.get(entity, entity),
            "relation": operation.relation and to.member(entity, operation.relation),
            "parameters": tuple(parameter(p) for p in operation.parameters),
            "input": body(operation.input),
            "output": body(operation.output),
            "sets": {to.member(entity, key): value for key, value in operation.sets.items()},
            "sort": members(operation.sort),
            "search": members(operation.search),
        }
    )
