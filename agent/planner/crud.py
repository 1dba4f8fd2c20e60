"""Which operations does a spec have? Schemas and operations, made explicit.

An entity without operations of its own gets the standard ones; an operation that a spec gives
gets what it left out (schemas, what its path parameters bind, its status and permission). After
this, templates read operations and nothing else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.planner import names
from agent.types import (
    Access,
    Attribute,
    AttributeType,
    AuthMethod,
    BackendSpec,
    Body,
    CrudAction,
    Entity,
    HttpMethod,
    Match,
    Operation,
    OperationKind,
    Parameter,
    ParameterPlace,
    Permission,
    Relation,
    RelationKind,
    Schema,
    SchemaField,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.planner.notes import Notes

_TEXTS = frozenset({AttributeType.STRING, AttributeType.EMAIL, AttributeType.URL})
_ORDERED = frozenset(
    {
        AttributeType.INTEGER,
        AttributeType.SMALLINT,
        AttributeType.BIGINT,
        AttributeType.DECIMAL,
        AttributeType.FLOAT,
        AttributeType.DATE,
        AttributeType.DATETIME,
    }
)
_FILTERED = (
    _TEXTS | _ORDERED | {AttributeType.BOOLEAN, AttributeType.UUID, AttributeType.ENUM}
) - {AttributeType.FLOAT, AttributeType.DATETIME}
_METHODS = {
    CrudAction.LIST: HttpMethod.GET,
    CrudAction.CREATE: HttpMethod.POST,
    CrudAction.READ: HttpMethod.GET,
    CrudAction.REPLACE: HttpMethod.PUT,
    CrudAction.UPDATE: HttpMethod.PATCH,
    CrudAction.DELETE: HttpMethod.DELETE,
}
_RULE_OF = {"replace": "update", "transition": "update", "link": "update", "unlink": "update"}
_WITHOUT_OUTPUT = {OperationKind.DELETE, OperationKind.LINK, OperationKind.UNLINK}


def expand(spec: BackendSpec, notes: Notes) -> BackendSpec:
    """Return the spec with every schema and operation explicit."""
    return _Expander(spec, notes).expand()


class _Expander:
    def __init__(self, spec: BackendSpec, notes: Notes) -> None:
        self.spec = spec
        self.notes = notes
        self.entities = {e.name: e for e in spec.entities}
        self.schemas = {s.name: s for s in spec.schemas}
        self.camel = spec.api.field_case == "camel"
        self.secured = spec.auth.method is AuthMethod.JWT

    def expand(self) -> BackendSpec:
        given = list(self.spec.operations)
        described = {o.entity for o in given}
        operations: list[Operation] = []
        taken = {o.name for o in given}
        routes = {(o.method, _shape(o.path)) for o in given}
        for entity in self.entities.values():
            actions = entity.crud
            if actions is None:
                actions = () if entity.name in described else tuple(CrudAction)
            made = [*self._standard(entity, actions), *self._linking(entity, actions)]
            operations += [self._complete(o) for o in given if o.entity == entity.name]
            for operation in made:
                route = (operation.method, _shape(operation.path))
                if route in routes:
                    continue
                routes.add(route)
                name = names.unique(operation.name, taken)
                taken.add(name)
                operations.append(self._complete(operation.model_copy(update={"name": name})))
        loose = [self._complete(o) for o in given if o.entity not in self.entities]
        kinds = {o.kind for o in given}
        if self.secured and OperationKind.LOGIN not in kinds:
            loose = [*self._signing_in(), *loose]
        entities = tuple(e.model_copy(update={"crud": ()}) for e in self.spec.entities)
        return self.spec.model_copy(
            update={
                "entities": entities,
                "schemas": tuple(self.schemas.values()),
                "operations": tuple(_in_given_order([*loose, *operations], given)),
            }
        )

    # --- standard operations ---

    def _standard(self, entity: Entity, actions: tuple[CrudAction, ...]) -> Iterator[Operation]:
        many = entity.plural or names.plural(names.snake(entity.name))
        one = names.snake(entity.name)
        collection = "/" + many.replace("_", "-")
        keys = {_key_parameter(one, key): key for key in entity.primary_key}
        item = collection + "".join(f"/{{{key}}}" for key in keys)
        for action in actions:
            on_collection = action in {CrudAction.LIST, CrudAction.CREATE}
            if action in {CrudAction.REPLACE, CrudAction.UPDATE} and not self._update_fields(
                entity
            ):
                continue
            if action is CrudAction.REPLACE and not self._replace_fields(entity):
                continue
            yield Operation(
                name=f"{action.value}_{many if action is CrudAction.LIST else one}",
                method=_METHODS[action],
                path=collection if on_collection else item,
                kind=OperationKind(action.value),
                entity=entity.name,
                parameters=()
                if on_collection
                else tuple(
                    Parameter(name=name, place=ParameterPlace.PATH, binds=key, required=True)
                    for name, key in keys.items()
                ),
            )

    def _linking(self, entity: Entity, actions: tuple[CrudAction, ...]) -> Iterator[Operation]:
        """Many-to-many: read the other side's rows, put one in, take one out."""
        for relation in entity.relations:
            if relation.kind is not RelationKind.MANY_TO_MANY:
                continue
            target = self.entities[relation.target]
            here = _path_keys(entity, names.snake(entity.name))
            prefix = names.snake(target.name)
            if target.name == entity.name:
                prefix = names.singular(relation.name)
            there = _path_keys(target, prefix)
            path = self._collection(entity) + _slots(here) + "/" + relation.name.replace("_", "-")
            one = names.singular(relation.name)
            if CrudAction.LIST in actions:
                yield self._related(entity, relation.name, target, relation.inverse or "", here)
                if target.name != entity.name:
                    back = _path_keys(target, names.snake(target.name))
                    yield self._related(target, relation.inverse or "", entity, relation.name, back)
            if CrudAction.UPDATE not in actions:
                continue
            slots = (
                *_bound(here),
                *(
                    Parameter(
                        name=name,
                        place=ParameterPlace.PATH,
                        binds=f"{relation.name}.{key}",
                        required=True,
                    )
                    for name, key in there.items()
                ),
            )
            for kind, method, verb in (
                (OperationKind.LINK, HttpMethod.PUT, "add"),
                (OperationKind.UNLINK, HttpMethod.DELETE, "remove"),
            ):
                yield Operation(
                    name=f"{verb}_{names.snake(entity.name)}_{one}",
                    method=method,
                    path=path + _slots(there),
                    kind=kind,
                    entity=entity.name,
                    relation=relation.name,
                    parameters=slots,
                )

    def _related(
        self, of: Entity, relation: str, rows: Entity, inverse: str, here: dict[str, str]
    ) -> Operation:
        return Operation(
            name=f"list_{names.snake(of.name)}_{relation}",
            method=HttpMethod.GET,
            path=self._collection(of) + _slots(here) + "/" + relation.replace("_", "-"),
            kind=OperationKind.LIST,
            entity=rows.name,
            parameters=tuple(
                Parameter(
                    name=name, place=ParameterPlace.PATH, binds=f"{inverse}.{key}", required=True
                )
                for name, key in here.items()
            ),
        )

    def _collection(self, entity: Entity) -> str:
        many = entity.plural or names.plural(names.snake(entity.name))
        return "/" + many.replace("_", "-")

    def _signing_in(self) -> Iterator[Operation]:
        user = self.entities[self.spec.auth.user]
        out = self._body(self._response(user))
        if self.spec.auth.open_registration:
            yield Operation(
                name="register",
                method=HttpMethod.POST,
                path="/auth/register",
                kind=OperationKind.REGISTER,
                entity=user.name,
                input=self._body(self._create(user)),
                output=out,
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
            output=out,
            status=200,
            permission=("authenticated",),
            summary="Show who is signed in",
        )
        roles = self.spec.auth.roles_attribute
        keys = _path_keys(user, names.snake(user.name))
        yield self._complete(
            Operation(
                name=f"set_{names.snake(user.name)}_{roles.rstrip('_')}",
                method=HttpMethod.PUT,
                path=self._collection(user) + _slots(keys) + "/" + roles.rstrip("_"),
                kind=OperationKind.UPDATE,
                entity=user.name,
                parameters=_bound(keys),
                input=self._body(
                    self._schema(
                        f"{user.name}{names.pascal(roles)}",
                        user,
                        [self._field(self._attribute(user, roles))],
                    )
                ),
                permission=(self.spec.auth.admin_role,),
                summary=f"Replace the {roles.rstrip('_')} of a {names.snake(user.name)}",
            )
        )

    # --- completing an operation ---

    def _complete(self, operation: Operation) -> Operation:
        entity = self.entities.get(operation.entity or "")
        update: dict[str, object] = {}
        parameters = self._parameters(operation, entity)
        if entity is not None:
            update |= self._bodies(operation, entity)
        if operation.kind is OperationKind.LIST and entity is not None:
            if operation.sort is None:
                update["sort"] = _sortable(entity)
            if operation.search is None:
                update["search"] = tuple(
                    a.name for a in _readable(entity) if a.type in _TEXTS and not a.array
                )
            asked = any(p.place is ParameterPlace.QUERY for p in parameters)
            if not asked and operation.sort is None:
                parameters = (*parameters, *self._filters(entity))
        update["parameters"] = parameters
        if operation.status is None:
            update["status"] = self._status(operation)
        if operation.permission is None:
            update["permission"] = self._permission(operation, entity)
        if operation.summary is None:
            update["summary"] = _summary(operation, entity)
        return operation.model_copy(update=update)

    def _parameters(self, operation: Operation, entity: Entity | None) -> tuple[Parameter, ...]:
        """Add what the path names; find out what an unbound path parameter stands for."""
        given = {p.name: p for p in operation.parameters}
        complete = []
        for slot in re.findall(r"\{([^}]+)\}", operation.path):
            parameter = given.pop(slot, None) or Parameter(name=slot, place=ParameterPlace.PATH)
            if parameter.binds is None and parameter.type is None:
                binds = self._guess_binding(slot, entity) if entity else None
                if binds is None and operation.kind is not OperationKind.CUSTOM:
                    position = self.spec.operations.index(operation)
                    self.notes.fault(
                        f"/operations/{position}/path",
                        f"What '{{{slot}}}' in {operation.path} stands for is not said.",
                        "a parameter that binds an attribute, such as 'path slug = store.slug'",
                    )
                kind = None if binds else AttributeType.STRING
                parameter = parameter.model_copy(update={"binds": binds, "type": kind})
            complete.append(
                parameter.model_copy(update={"place": ParameterPlace.PATH, "required": True})
            )
        return (*complete, *given.values())

    def _guess_binding(self, slot: str, entity: Entity) -> str | None:
        wanted = names.snake(slot)
        if wanted in {a.name for a in entity.attributes}:
            return wanted
        if len(entity.primary_key) == 1:
            key = entity.primary_key[0]
            one = names.snake(entity.name)
            if wanted in {"id", one, f"{one}_id", f"{one}_{key}"}:
                return key
        for relation in entity.relations:
            for key in self.entities[relation.target].primary_key:
                if wanted in {relation.name, f"{relation.name}_{key}"}:
                    return f"{relation.name}.{key}"
        return None

    def _bodies(self, operation: Operation, entity: Entity) -> dict[str, Body]:
        bodies: dict[str, Body] = {}
        schema = None
        if operation.input is None:
            if operation.kind is OperationKind.CREATE:
                schema = self._create(entity)
            elif operation.kind is OperationKind.REPLACE:
                schema = self._replace(entity)
            elif operation.kind is OperationKind.UPDATE:
                schema = self._update(entity)
            if schema:
                bodies["input"] = self._body(schema)
        has_output = operation.kind not in {*_WITHOUT_OUTPUT, *_AUTH_KINDS, OperationKind.CUSTOM}
        if operation.output is None and has_output:
            bodies["output"] = self._body(self._response(entity))
        return bodies

    def _filters(self, entity: Entity) -> Iterator[Parameter]:
        for attribute in _readable(entity):
            if attribute.type not in _FILTERED | _ORDERED or attribute.array:
                continue
            wire = self._wire(attribute.name)
            if attribute.type in _FILTERED:
                wire = f"{wire}_is" if wire in self._paging_names() else wire
                yield Parameter(name=wire, binds=attribute.name)
            is_key = attribute.name in _key_attributes(entity)
            if attribute.type in _ORDERED and not is_key:
                least, most = (f"{attribute.name}_{end}" for end in ("min", "max"))
                yield Parameter(name=self._wire(least), binds=attribute.name, match=Match.AT_LEAST)
                yield Parameter(name=self._wire(most), binds=attribute.name, match=Match.AT_MOST)

    def _paging_names(self) -> set[str]:
        paging = self.spec.api.paging
        given = {value for value in paging.model_dump().values() if isinstance(value, str)}
        return {"page", "limit", "q", "sort_by", "sort_order", *given}

    def _status(self, operation: Operation) -> int:
        statuses = self.spec.api.statuses
        if operation.kind in {OperationKind.CREATE, OperationKind.REGISTER}:
            return statuses.created
        if operation.kind in _WITHOUT_OUTPUT:
            return statuses.deleted
        if operation.kind in {
            OperationKind.UPDATE,
            OperationKind.REPLACE,
            OperationKind.TRANSITION,
        }:
            return statuses.updated
        return 200

    def _permission(self, operation: Operation, entity: Entity | None) -> Permission:
        if not self.secured:
            return ("public",)
        if entity is None or operation.kind is OperationKind.CUSTOM:
            return ("authenticated",)
        action = _RULE_OF.get(operation.kind.value, operation.kind.value)
        rule: Permission | None = getattr(entity.access, action, None)
        return rule or ("authenticated",)

    # --- schemas ---

    def _schema(self, name: str, entity: Entity, fields: list[SchemaField]) -> Schema:
        if name in self.schemas and self.schemas[name].entity == entity.name:
            return self.schemas[name]
        taken = {*self.schemas, *self.entities, *(e.name for e in self.spec.enums)}
        schema = Schema(name=names.unique(name, taken), entity=entity.name, fields=tuple(fields))
        self.schemas[schema.name] = schema
        return schema

    def _body(self, schema: Schema) -> Body:
        return Body(schema_name=schema.name)

    def _create(self, entity: Entity) -> Schema:
        return self._schema(f"{entity.name}Create", entity, self._create_fields(entity))

    def _replace(self, entity: Entity) -> Schema:
        fields = self._replace_fields(entity)
        if fields == self._create_fields(entity):
            return self._create(entity)
        return self._schema(f"{entity.name}Replace", entity, fields)

    def _update(self, entity: Entity) -> Schema:
        return self._schema(f"{entity.name}Update", entity, self._update_fields(entity))

    def _create_fields(self, entity: Entity) -> list[SchemaField]:
        owner = self._owner_key(entity)
        return [
            self._field(a, required=_is_required(a))
            for a in entity.attributes
            if _is_writable(a) and a.name not in owner and not a.transitions
        ]

    def _replace_fields(self, entity: Entity) -> list[SchemaField]:
        fixed = {*entity.primary_key, *self._owner_key(entity)}
        return [
            self._field(a, required=_is_required(a))
            for a in entity.attributes
            if _is_writable(a)
            and a.name not in fixed
            and not a.transitions
            and a.type is not AttributeType.PASSWORD
        ]

    def _update_fields(self, entity: Entity) -> list[SchemaField]:
        fixed = {*entity.primary_key, *self._owner_key(entity)}
        return [
            self._field(a, required=False)
            for a in entity.attributes
            if _is_writable(a) and a.name not in fixed
        ]

    def _owner_key(self, entity: Entity) -> tuple[str, ...]:
        """Return the foreign key that ownership sets: a client never gives it."""
        relation = next((r for r in entity.relations if r.name == entity.owner), None)
        return relation.attributes if relation and self.secured else ()

    def _response(self, entity: Entity) -> Schema:
        shown = [r for r in entity.relations if self._may_embed(entity, r)]
        fields = self._plain_fields(entity)
        for relation in shown:
            nested = self._summary(self.entities[relation.target])
            fields.append(
                SchemaField(
                    name=self._wire(relation.name), relation=relation.name, schema_name=nested.name
                )
            )
        return self._schema(f"{entity.name}Response", entity, fields)

    def _summary(self, entity: Entity) -> Schema:
        """Return the schema without relations: what others show of this entity."""
        if any(self._may_embed(entity, r) for r in entity.relations):
            return self._schema(f"{entity.name}Summary", entity, self._plain_fields(entity))
        return self._response(entity)

    def _may_embed(self, entity: Entity, relation: Relation) -> bool:
        """Show a related row only to those who may read it by itself."""
        if relation.kind is RelationKind.MANY_TO_MANY:
            return False
        target = self.entities[relation.target].access.read or ()
        if not self.secured or "public" in target:
            return True
        mine = {*(entity.access.read or ()), *(entity.access.list or ())}
        return "public" not in mine and "authenticated" in target

    def _plain_fields(self, entity: Entity) -> list[SchemaField]:
        return [self._field(a) for a in _readable(entity)]

    def _field(self, attribute: Attribute, *, required: bool = True) -> SchemaField:
        return SchemaField(
            name=self._wire(attribute.name), attribute=attribute.name, required=required
        )

    def _attribute(self, entity: Entity, name: str) -> Attribute:
        return next(a for a in entity.attributes if a.name == name)

    def _wire(self, name: str) -> str:
        plain = name.removesuffix("_")
        return names.camel(plain) if self.camel else plain


_AUTH_KINDS = {
    OperationKind.REGISTER,
    OperationKind.LOGIN,
    OperationKind.REFRESH,
    OperationKind.ME,
}


def _readable(entity: Entity) -> list[Attribute]:
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


def _sortable(entity: Entity) -> tuple[str, ...]:
    sortable = _TEXTS | _ORDERED | {AttributeType.UUID, AttributeType.ENUM, AttributeType.BOOLEAN}
    return tuple(a.name for a in _readable(entity) if a.type in sortable and not a.array)


def _key_attributes(entity: Entity) -> set[str]:
    keys = set(entity.primary_key)
    for relation in entity.relations:
        keys |= set(relation.attributes)
    return keys


def _key_parameter(one: str, key: str) -> str:
    return key if key.startswith(f"{one}_") else f"{one}_{key}"


def _path_keys(entity: Entity, prefix: str) -> dict[str, str]:
    return {_key_parameter(prefix, key): key for key in entity.primary_key}


def _bound(keys: dict[str, str]) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(name=name, place=ParameterPlace.PATH, binds=key, required=True)
        for name, key in keys.items()
    )


def _slots(keys: dict[str, str]) -> str:
    return "".join(f"/{{{name}}}" for name in keys)


def _shape(path: str) -> str:
    """Return a path with its parameters made anonymous, to tell routes apart."""
    return re.sub(r"\{[^}]+\}", "{}", path)


def _in_given_order(operations: list[Operation], given: list[Operation]) -> list[Operation]:
    """Keep a resolved spec's order stable: what was given comes first, as it was given."""
    position = {o.name: i for i, o in enumerate(given)}
    return sorted(operations, key=lambda o: position.get(o.name, len(given)))


def _summary(operation: Operation, entity: Entity | None) -> str:
    if entity is None:
        return names.snake(operation.name).replace("_", " ").capitalize()
    one = names.snake(entity.name).replace("_", " ")
    article = names.article(one)
    many = (entity.plural or names.plural(names.snake(entity.name))).replace("_", " ")
    texts = {
        OperationKind.LIST: f"List {many}",
        OperationKind.CREATE: f"Create {article} {one}",
        OperationKind.READ: f"Read {article} {one}",
        OperationKind.REPLACE: f"Replace {article} {one}",
        OperationKind.UPDATE: f"Change {article} {one}",
        OperationKind.DELETE: f"Delete {article} {one}",
    }
    return texts.get(operation.kind, operation.name.replace("_", " ").capitalize())
