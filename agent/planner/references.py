"""What in a plan names its other parts? Everything that does, written in other names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.types import Auth, Entity, Operation, Parameter, Relation, Schema, SchemaField


class Names:
    """The new names of parts of a plan; what is not among them keeps its name.

    ``members`` and ``targets`` (where a relation leads, from either side) are by entity;
    ``inverses`` are by entity and relation. All keys are old names.
    """

    def __init__(self) -> None:
        """Know no new name yet."""
        self.enums: dict[str, str] = {}
        self.entities: dict[str, str] = {}
        self.members: dict[str, dict[str, str]] = {}
        self.targets: dict[str, dict[str, str]] = {}
        self.inverses: dict[tuple[str, str], str] = {}
        self.schemas: dict[str, str] = {}

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


def auth(auth: Auth, to: Names) -> Auth:
    """Return who signs in, and with what, in new names."""
    return auth.model_copy(
        update={
            "user": to.entities.get(auth.user, auth.user),
            "login": to.member(auth.user, auth.login),
            "password": to.member(auth.user, auth.password),
            "roles_attribute": to.member(auth.user, auth.roles_attribute),
            "active": auth.active and to.member(auth.user, auth.active),
        }
    )


def owner(entity: Entity, to: Names) -> str | None:
    """Return the path to a row's user; ``self`` is a word, where no relation is called so."""
    path = entity.owner
    is_word = path == "self" and all(r.name != "self" for r in entity.relations)
    return path if path is None or is_word else to.path(entity.name, path)


def relation(relation: Relation, entity: str, to: Names) -> Relation:
    """Return a relation of an entity in new names."""
    return relation.model_copy(
        update={
            "name": to.member(entity, relation.name),
            "target": to.entities.get(relation.target, relation.target),
            "inverse": to.inverses.get((entity, relation.name), relation.inverse),
            "attributes": tuple(to.member(entity, name) for name in relation.attributes),
            "references": tuple(to.member(relation.target, name) for name in relation.references),
        }
    )


def schema(schema: Schema, to: Names) -> Schema:
    """Return a schema in new names."""

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
            "name": to.schemas.get(schema.name, schema.name),
            "entity": schema.entity and to.entities.get(schema.entity, schema.entity),
            "fields": tuple(field(f) for f in schema.fields),
        }
    )


def operation(operation: Operation, name: str, to: Names) -> Operation:
    """Return an operation, which gets a name, in new names."""
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
