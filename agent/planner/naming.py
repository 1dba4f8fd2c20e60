"""How do the names of a given spec become safe ones? Rename once, and rewrite every reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner import names, references
from agent.planner.pairs import is_pair
from agent.types import AttributeType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.planner.notes import Notes
    from agent.types import (
        Attribute,
        BackendSpec,
        Entity,
        Operation,
    )


# Classes that are called after an entity.
_DERIVED = ("Service", "ServiceDep", "Repository")
# Names that tell how a password is kept; clients send it as it is.
_HASHED = frozenset(
    {"password_hash", "hashed_password", "passwordhash", "pwd_hash", "passwd_hash", "pass_hash"}
)


class Renaming(references.Names):
    """The new name of everything in one spec; unknown names pass through unchanged."""

    def __init__(self, spec: BackendSpec, notes: Notes) -> None:
        """Choose all names, and note those that a reader would not expect."""
        super().__init__()
        self.plurals: dict[str, str] = {}
        services = derived(names.pascal(entity.name) for entity in spec.entities)
        for entity in spec.entities:
            new = names.class_name(entity.name, self.entities.values())
            if new in services:
                new = names.class_name(f"{new}Record", self.entities.values())
            self.entities[entity.name] = new
            if new != names.pascal(entity.name) or not entity.name.isascii():
                notes.assume(f"Entity '{entity.name}' is called {new} in Python.", new)
        for enum in spec.enums:
            taken = {*self.entities.values(), *self.enums.values()}
            new = names.class_name(enum.name, ())
            if new in self.entities.values():
                new += "Enum"
            self.enums[enum.name] = names.class_name(new, taken)
        for entity in spec.entities:
            self._plural(entity, notes)
            self.members[entity.name] = self._members(entity, notes)
            self.targets[entity.name] = {r.name: r.target for r in entity.relations}
        classes = {*self.entities.values(), *self.enums.values()}
        classes |= derived(self.entities.values())
        for schema in spec.schemas:
            new = names.schema_name(schema.name, classes, self.schemas.values())
            self.schemas[schema.name] = new
        self._inverses(spec, notes)

    def _plural(self, entity: Entity, notes: Notes) -> None:
        one = self.entities[entity.name]
        plural = names.plural_name(one, entity.plural, self.plurals.values())
        if plural not in {entity.plural, names.plural(names.snake(one))}:
            notes.assume(f"Several rows of {one} are called {plural}.", one)
        self.plurals[entity.name] = plural

    def _members(self, entity: Entity, notes: Notes) -> dict[str, str]:
        members: dict[str, str] = {}
        hashed = _hashed_password(entity)
        relations = {r.name for r in entity.relations}
        for name in entity.member_names:
            # a key that is made is called id: no relation is
            taken = {"id", *members.values()} if name in relations else members.values()
            new = names.attribute_name("password" if name == hashed else name, taken)
            members[name] = new
            if name == hashed:
                text = f"'{entity.name}.{name}' is called {new}: clients send it as it is."
                notes.assume(text, f"{self.entities[entity.name]}.{new}")
                continue
            if new not in {name, names.snake(name)} or not name.isascii():
                about = f"{self.entities[entity.name]}.{new}"
                notes.assume(f"'{entity.name}.{name}' is called {new} in Python.", about)
        return members

    def _inverses(self, spec: BackendSpec, notes: Notes) -> None:
        """Keep the other directions' names apart from members and from each other."""
        entities = {e.name: e for e in spec.entities}
        # a key that is made is called id
        taken = {name: {"id", *members.values()} for name, members in self.members.items()}
        for entity in spec.entities:
            for relation in entity.relations:
                target = entities.get(relation.target)
                if relation.inverse is None or target is None:
                    continue
                if is_pair(entity, relation, target):
                    new = self.member(target.name, relation.inverse)
                else:
                    new = names.attribute_name(relation.inverse, taken[target.name])
                    taken[target.name].add(new)
                    self.members[target.name].setdefault(relation.inverse, new)
                    self.targets[target.name].setdefault(relation.inverse, entity.name)
                self.inverses[entity.name, relation.name] = new
                if new not in {relation.inverse, names.snake(relation.inverse)}:
                    about = f"{self.entities[target.name]}.{new}"
                    text = f"'{relation.inverse}', the other side of {entity.name}.{relation.name},"
                    notes.assume(f"{text} is called {new} in Python.", about)


def derived(entities: Iterable[str]) -> set[str]:
    """Return the names of the classes that are called after entities."""
    return {f"{entity}{ending}" for entity in entities for ending in _DERIVED}


def _hashed_password(entity: Entity) -> str | None:
    """Return the attribute that is called after how a password is kept."""
    if "password" in {name.lower() for name in entity.member_names}:
        return None
    hashed = (
        a.name
        for a in entity.attributes
        if a.type is AttributeType.PASSWORD and names.snake(a.name) in _HASHED
    )
    return next(hashed, None)


def rename(spec: BackendSpec, notes: Notes) -> BackendSpec:
    """Return the spec with safe names everywhere, tables and columns named explicitly."""
    to = Renaming(spec, notes)
    tables: set[str] = {e.table for e in spec.entities if e.table}
    entities = []
    for entity in spec.entities:
        renamed = _entity(entity, to, tables, notes)
        tables.add(renamed.table or "")
        entities.append(renamed)
    enums = tuple(e.model_copy(update={"name": to.enums[e.name]}) for e in spec.enums)
    return spec.model_copy(
        update={
            "auth": references.auth(spec.auth, to),
            "enums": enums,
            "entities": tuple(entities),
            "schemas": tuple(references.schema(s, to) for s in spec.schemas),
            "operations": _operations(spec, to),
        }
    )


def _entity(entity: Entity, to: Renaming, tables: set[str], notes: Notes) -> Entity:
    new = to.entities[entity.name]
    table = entity.table
    if table is None:
        table = names.plural(names.snake(entity.name)) if entity.name.isascii() else entity.name
        table = "".join("_" if sign == "." or not sign.isprintable() else sign for sign in table)
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
            "plural": to.plurals[entity.name],
            "attributes": tuple(_attribute(a, member, to) for a in entity.attributes),
            "primary_key": keys(entity.primary_key),
            "relations": tuple(references.relation(r, entity.name, to) for r in entity.relations),
            "uniques": tuple(
                u.model_copy(update={"attributes": keys(u.attributes)}) for u in entity.uniques
            ),
            "indexes": tuple(
                i.model_copy(update={"attributes": keys(i.attributes)}) for i in entity.indexes
            ),
            "owner": references.owner(entity, to),
        }
    )


def _attribute(attribute: Attribute, member: dict[str, str], to: Renaming) -> Attribute:
    new = member[attribute.name]
    column = attribute.column
    if column is None:
        column = names.snake(attribute.name) if attribute.name.isascii() else attribute.name
        is_hash = attribute.type is AttributeType.PASSWORD and column in _HASHED
        if new.rstrip("_") != column and attribute.name.isascii() and not is_hash:
            column = new  # two names that fall together must not share a column
    enum = attribute.enum and to.enums.get(attribute.enum, attribute.enum)
    return attribute.model_copy(update={"name": new, "column": column, "enum": enum})


def _operations(spec: BackendSpec, to: Renaming) -> tuple[Operation, ...]:
    plurals = set(to.plurals.values())
    taken: set[str] = set()
    renamed = []
    for operation in spec.operations:
        name = names.operation_name(operation.name, ())
        if name in plurals:  # a service calls its repositories after them
            name = f"{operation.method.value.lower()}_{name}"
        name = names.operation_name(name, taken)
        taken.add(name)
        renamed.append(references.operation(operation, name, to))
    return tuple(renamed)
