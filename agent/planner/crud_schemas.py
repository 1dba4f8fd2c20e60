"""Which shapes do the bodies of standard operations have? One schema for each use of an entity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner import names
from agent.types import (
    Access,
    AttributeType,
    AuthMethod,
    RelationKind,
    Schema,
    SchemaField,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.types import Attribute, BackendSpec, Entity, Relation


class Schemas:
    """The schemas of a spec; those that operations need are made when they are asked for."""

    def __init__(self, spec: BackendSpec) -> None:
        """Start with the given ones."""
        self.spec = spec
        self.entities = {e.name: e for e in spec.entities}
        self.classes = {*self.entities, *(e.name for e in spec.enums)}
        self.given = {s.name: s for s in spec.schemas}
        self.schemas = dict(self.given)
        self.made: dict[str, list[Schema]] = {}
        self.wires: dict[str, dict[str, str]] = {}
        self._fields: dict[tuple[str, str], list[SchemaField]] = {}
        self.camel = spec.api.field_case == "camel"
        self.secured = spec.auth.method is AuthMethod.JWT
        self.guarded = spec.auth.method is not AuthMethod.NONE

    @property
    def all(self) -> tuple[Schema, ...]:
        """Return every schema, the given ones first."""
        return tuple(self.schemas.values())

    def schema(
        self, name: str, entity: Entity, fields: Callable[[Entity], list[SchemaField]]
    ) -> Schema:
        """Return the schema that is asked for by a name, made once."""
        known = list(self.made.get(name, []))
        if name in self.given:
            known.append(self.given[name])
        for schema in known:
            if schema.entity == entity.name:
                return schema
        found = tuple(fields(entity))
        safe = names.schema_name(name, self.classes, self.schemas)
        schema = Schema(name=safe, entity=entity.name, fields=found)
        self.schemas[schema.name] = schema
        self.made.setdefault(name, []).append(schema)
        return schema

    def create(self, entity: Entity) -> Schema:
        """Return what a client sends to make a row."""
        return self.schema(f"{entity.name}Create", entity, self.create_fields)

    def replace(self, entity: Entity) -> Schema:
        """Return what a client sends to replace a row."""
        if self.replace_fields(entity) == self.create_fields(entity):
            return self.create(entity)
        return self.schema(f"{entity.name}Replace", entity, self.replace_fields)

    def update(self, entity: Entity) -> Schema:
        """Return what a client sends to change a row."""
        return self.schema(f"{entity.name}Update", entity, self.update_fields)

    def create_fields(self, entity: Entity) -> list[SchemaField]:
        """Return the fields that make a row."""
        return self._once("create", entity, self._create_fields)

    def replace_fields(self, entity: Entity) -> list[SchemaField]:
        """Return the fields that replace a row."""
        return self._once("replace", entity, self._replace_fields)

    def update_fields(self, entity: Entity) -> list[SchemaField]:
        """Return the fields that change a row."""
        return self._once("update", entity, self._update_fields)

    def _once(
        self, use: str, entity: Entity, fields: Callable[[Entity], list[SchemaField]]
    ) -> list[SchemaField]:
        key = (use, entity.name)
        if key not in self._fields:
            self._fields[key] = fields(entity)
        return self._fields[key]

    def _create_fields(self, entity: Entity) -> list[SchemaField]:
        owner = self._owner_key(entity)
        return [
            self.field(entity, a, required=_is_required(a))
            for a in entity.attributes
            if _is_writable(a) and a.name not in owner and not a.transitions
        ]

    def _replace_fields(self, entity: Entity) -> list[SchemaField]:
        fixed = {*entity.primary_key, *self._owner_key(entity)}
        return [
            self.field(entity, a, required=_is_required(a))
            for a in entity.attributes
            if _is_writable(a)
            and a.name not in fixed
            and not a.transitions
            and a.type is not AttributeType.PASSWORD
        ]

    def _update_fields(self, entity: Entity) -> list[SchemaField]:
        fixed = {*entity.primary_key, *self._owner_key(entity)}
        fields = [
            self.field(entity, a, required=False)
            for a in entity.attributes
            if _is_writable(a) and a.name not in fixed
        ]
        auth = self.spec.auth
        is_account = self.secured and entity.name == auth.user
        if is_account and any(f.attribute == auth.password for f in fields):
            wire = names.unique(self.cased("current_password"), [f.name for f in fields])
            present = SchemaField(name=wire, type=AttributeType.PASSWORD, required=False)
            fields.append(present)
        return fields

    def _owner_key(self, entity: Entity) -> tuple[str, ...]:
        """Return the foreign key that ownership sets: a client never gives it."""
        relation = next((r for r in entity.relations if r.name == entity.owner), None)
        return relation.attributes if relation and self.secured else ()

    def response(self, entity: Entity) -> Schema:
        """Return what a client sees of a row."""
        return self.schema(f"{entity.name}Response", entity, self._response_fields)

    def _response_fields(self, entity: Entity) -> list[SchemaField]:
        fields = self._plain_fields(entity)
        for relation in entity.relations:
            if not self._may_embed(entity, relation):
                continue
            nested = self._summary(self.entities[relation.target])
            fields.append(
                SchemaField(
                    name=self.wire(entity, relation.name),
                    relation=relation.name,
                    schema_name=nested.name,
                )
            )
        return fields

    def _summary(self, entity: Entity) -> Schema:
        """Return the schema without relations: what others show of this entity."""
        if any(self._may_embed(entity, r) for r in entity.relations):
            return self.schema(f"{entity.name}Summary", entity, self._plain_fields)
        return self.response(entity)

    def _may_embed(self, entity: Entity, relation: Relation) -> bool:
        """Show a related row only to those who may read it by itself."""
        if relation.kind is RelationKind.MANY_TO_MANY:
            return False
        target = self.entities[relation.target].access.read or ()
        if not self.guarded or "public" in target:
            return True
        mine = {*(entity.access.read or ()), *(entity.access.list or ())}
        return "public" not in mine and "authenticated" in target

    def _plain_fields(self, entity: Entity) -> list[SchemaField]:
        return [self.field(entity, a) for a in readable(entity)]

    def field(self, entity: Entity, attribute: Attribute, *, required: bool = True) -> SchemaField:
        """Return the field of an attribute."""
        wire = self.wire(entity, attribute.name)
        return SchemaField(name=wire, attribute=attribute.name, required=required)

    def wire(self, entity: Entity, name: str) -> str:
        """Return the name that a member of an entity has for clients."""
        if entity.name not in self.wires:
            known: dict[str, str] = {}
            for member in entity.member_names:
                known[member] = names.unique(self.cased(member), known.values())
            self.wires[entity.name] = known
        return self.wires[entity.name].get(name) or self.cased(name)

    def cased(self, name: str) -> str:
        """Return a name as clients see it, in the spec's case."""
        plain = name.removesuffix("_")
        return names.camel(plain) if self.camel else plain


def readable(entity: Entity) -> list[Attribute]:
    """Return the attributes that clients see."""
    hidden = {Access.HIDDEN, Access.WRITE_ONLY}
    return [
        a
        for a in entity.attributes
        if a.access not in hidden and a.type is not AttributeType.PASSWORD
    ]


def _is_writable(attribute: Attribute) -> bool:
    if attribute.access in {Access.READ_ONLY, Access.HIDDEN}:
        return False
    return attribute.generated is None


def _is_required(attribute: Attribute) -> bool:
    return not attribute.nullable and attribute.default is None
