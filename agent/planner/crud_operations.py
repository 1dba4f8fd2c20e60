"""Which operations does an entity get when nothing else is said? Its CRUD, links, signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner import names
from agent.types import (
    AuthMethod,
    Body,
    CrudAction,
    HttpMethod,
    Operation,
    OperationKind,
    Parameter,
    ParameterPlace,
    RelationKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agent.planner.crud_schemas import Schemas
    from agent.planner.notes import Notes
    from agent.types import BackendSpec, Entity, Relation

_METHODS = {
    CrudAction.LIST: HttpMethod.GET,
    CrudAction.CREATE: HttpMethod.POST,
    CrudAction.READ: HttpMethod.GET,
    CrudAction.REPLACE: HttpMethod.PUT,
    CrudAction.UPDATE: HttpMethod.PATCH,
    CrudAction.DELETE: HttpMethod.DELETE,
}
_KINDS = {action: OperationKind(action.value) for action in CrudAction}
_ON_COLLECTION = frozenset({CrudAction.LIST, CrudAction.CREATE})
_LONGEST_PATH = 280
_LONGEST_SEGMENT = 60


def taken_paths(spec: BackendSpec) -> frozenset[str]:
    """Return the paths, relative to the base path, that the framework answers itself."""
    taken = {"/docs", "/redoc", "/openapi.json"}
    if not spec.api.base_path:
        taken |= {"/health", "/ready"}
    return frozenset(taken)


def collection_paths(spec: BackendSpec, notes: Notes) -> dict[str, str]:
    """Return the path of each entity's collection, none of them taken by something else."""
    taken = set(taken_paths(spec))
    if spec.auth.method is AuthMethod.JWT:
        taken.add("/auth")
    found: dict[str, str] = {}
    for entity in spec.entities:
        many = plural(entity).strip("_").replace("_", "-")
        path = "/" + names.shorten(many, _LONGEST_SEGMENT)
        if path in taken:
            found[entity.name] = path + "-items"
            if entity.crud is None or entity.crud:
                text = f"{entity.name} is at {path}-items: {path} is taken already."
                notes.assume(text, entity.name)
        else:
            found[entity.name] = path
        taken.add(found[entity.name])
    return found


def plural(entity: Entity) -> str:
    """Return the snake_case plural of an entity; a resolved one says it."""
    return entity.plural or names.plural(names.snake(entity.name))


def path_keys(entity: Entity, prefix: str) -> dict[str, str]:
    """Return, for each path parameter that a row needs, the key attribute that it is."""
    keys = entity.primary_key
    found = {_key_parameter(prefix, key): key for key in keys}
    if len(found) == len(keys) and sum(map(len, found)) <= _LONGEST_PATH // 3:
        return found
    short = names.shorten(prefix, _LONGEST_SEGMENT // 2)
    return {f"{short}_key{number}": key for number, key in enumerate(keys, 1)}


def _key_parameter(one: str, key: str) -> str:
    return key if key.startswith(f"{one}_") else f"{one}_{key}"


def slots(keys: Mapping[str, str]) -> str:
    """Return the path parameters as they stand in a path."""
    return "".join(f"/{{{name}}}" for name in keys)


def bound(keys: Mapping[str, str], relation: str | None = None) -> tuple[Parameter, ...]:
    """Return path parameters bound to a row's key, or to that of a relation's row."""
    prefix = f"{relation}." if relation else ""
    return tuple(
        Parameter(name=name, place=ParameterPlace.PATH, binds=prefix + key, required=True)
        for name, key in keys.items()
    )


class Standard:
    """Makes operations that are still to be completed: bodies, status, permission."""

    def __init__(self, spec: BackendSpec, schemas: Schemas, notes: Notes) -> None:
        """Find the paths."""
        self.spec = spec
        self.schemas = schemas
        self.entities = {e.name: e for e in spec.entities}
        self.paths = collection_paths(spec, notes)

    def crud(self, entity: Entity, actions: tuple[CrudAction, ...]) -> Iterator[Operation]:
        """Yield what can be done with rows of an entity."""
        one = names.snake(entity.name)
        keys = path_keys(entity, one)
        collection = self.paths[entity.name]
        for action in actions:
            if action is CrudAction.UPDATE and not self.schemas.update_fields(entity):
                continue
            if action is CrudAction.REPLACE and not self.schemas.replace_fields(entity):
                continue
            on_collection = action in _ON_COLLECTION
            yield Operation(
                name=_name(action, plural(entity) if action is CrudAction.LIST else one),
                method=_METHODS[action],
                path=collection if on_collection else collection + slots(keys),
                kind=_KINDS[action],
                entity=entity.name,
                parameters=() if on_collection else bound(keys),
            )

    def links(self, entity: Entity, actions: tuple[CrudAction, ...]) -> Iterator[Operation]:
        """Many-to-many: read the other side's rows, put one in, take one out."""
        for relation in entity.relations:
            if relation.kind is not RelationKind.MANY_TO_MANY:
                continue
            if CrudAction.LIST in actions:
                target = self.entities[relation.target]
                inverse = relation.inverse or ""
                yield self._related(entity, relation.name, target, inverse)
                if target.name != entity.name:
                    yield self._related(target, inverse, entity, relation.name)
            if CrudAction.UPDATE in actions:
                yield from self._link(entity, relation)

    def _link(self, entity: Entity, relation: Relation) -> Iterator[Operation]:
        one = names.snake(entity.name)
        here = path_keys(entity, one)
        prefix = names.snake(relation.target)
        if relation.target == entity.name:
            prefix = names.singular(relation.name.rstrip("_"))
        if prefix == one or here.keys() & path_keys(self.entities[relation.target], prefix).keys():
            prefix = f"other_{prefix}"
        there = path_keys(self.entities[relation.target], prefix)
        path = self._below(entity, here, relation.name) + slots(there)
        for kind, method, verb in (
            (OperationKind.LINK, HttpMethod.PUT, "add"),
            (OperationKind.UNLINK, HttpMethod.DELETE, "remove"),
        ):
            yield Operation(
                name=_name(verb, one, names.singular(relation.name.rstrip("_"))),
                method=method,
                path=path,
                kind=kind,
                entity=entity.name,
                relation=relation.name,
                parameters=(*bound(here), *bound(there, relation.name)),
            )

    def _related(self, of: Entity, relation: str, rows: Entity, inverse: str) -> Operation:
        here = path_keys(of, names.snake(of.name))
        return Operation(
            name=_name("list", names.snake(of.name), relation.rstrip("_")),
            method=HttpMethod.GET,
            path=self._below(of, here, relation),
            kind=OperationKind.LIST,
            entity=rows.name,
            parameters=bound(here, inverse),
        )

    def _below(self, entity: Entity, keys: Mapping[str, str], relation: str) -> str:
        segment = names.shorten(relation.rstrip("_").replace("_", "-"), _LONGEST_SEGMENT)
        return f"{self.paths[entity.name]}{slots(keys)}/{segment}"

    def signing_in(self) -> Iterator[Operation]:
        """Yield what accounts need; the last ones change roles, and close accounts."""
        user = self.entities[self.spec.auth.user]
        shown = Body(schema_name=self.schemas.response(user).name)
        if self.spec.auth.open_registration:
            yield Operation(
                name="register",
                method=HttpMethod.POST,
                path="/auth/register",
                kind=OperationKind.REGISTER,
                entity=user.name,
                input=Body(schema_name=self.schemas.create(user).name),
                output=shown,
                status=self.spec.api.statuses.created,
                permission=("public",),
                summary="Register a new user",
            )
        for name, summary in (
            ("login", "Sign in with a password"),
            ("refresh", "Exchange a refresh token for a new pair"),
        ):
            yield Operation(
                name=name,
                method=HttpMethod.POST,
                path=f"/auth/{name}",
                kind=OperationKind(name),
                entity=user.name,
                status=200,
                permission=("public",),
                summary=summary,
            )
        yield Operation(
            name="me",
            method=HttpMethod.GET,
            path="/auth/me",
            kind=OperationKind.ME,
            entity=user.name,
            output=shown,
            status=200,
            permission=("authenticated",),
            summary="Show who is signed in",
        )
        one = names.snake(user.name)
        roles = self.spec.auth.roles_attribute
        yield self._set(user, roles, f"Replace the {roles.rstrip('_')} of a {one}")
        if self.spec.auth.active:
            yield self._set(user, self.spec.auth.active, f"Close or reopen the account of a {one}")

    def _set(self, user: Entity, name: str, summary: str) -> Operation:
        """Let administrators set what a user may not change."""
        plain = name.removeprefix("is_").rstrip("_")
        attribute = next(a for a in user.attributes if a.name == name)
        field = self.schemas.field(user, attribute)
        schema = self.schemas.schema(f"{user.name}{names.pascal(plain)}", user, lambda _: [field])
        keys = path_keys(user, names.snake(user.name))
        return Operation(
            name=_name("set", names.snake(user.name), plain),
            method=HttpMethod.PUT,
            path=self._below(user, keys, plain),
            kind=OperationKind.UPDATE,
            entity=user.name,
            parameters=bound(keys),
            input=Body(schema_name=schema.name),
            permission=(self.spec.auth.admin_role,),
            summary=summary,
        )


def _name(*words: str) -> str:
    return names.operation_name("_".join(words), ())
