"""Which operations does a spec have? Schemas and operations, made explicit.

An entity without operations of its own gets the standard ones; an operation that a spec gives
gets what it left out (schemas, what its path parameters bind, its status and permission). After
this, templates read operations and nothing else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.planner import names
from agent.planner.addresses import tell_of_addresses
from agent.planner.crud_filters import Filters, searchable, sortable
from agent.planner.crud_operations import Standard
from agent.planner.crud_schemas import Schemas
from agent.types import (
    Access,
    AttributeType,
    AuthMethod,
    BackendSpec,
    Body,
    CrudAction,
    Entity,
    Generator,
    Operation,
    OperationKind,
    Parameter,
    ParameterPlace,
    Permission,
)

if TYPE_CHECKING:
    from agent.planner.notes import Notes

_VERBS = {
    OperationKind.CREATE: "Create",
    OperationKind.READ: "Read",
    OperationKind.REPLACE: "Replace",
    OperationKind.UPDATE: "Change",
    OperationKind.DELETE: "Delete",
}
_RULE_OF = {"replace": "update", "transition": "update", "link": "update", "unlink": "update"}
_WITHOUT_OUTPUT = frozenset({OperationKind.DELETE, OperationKind.LINK, OperationKind.UNLINK})

_STAMPED = frozenset({"created", "updated", "modified", "changed", "inserted"})
"""Words of names that nobody expects to send: a row's own history."""

_AUTH_KINDS = frozenset(
    {OperationKind.REGISTER, OperationKind.LOGIN, OperationKind.REFRESH, OperationKind.ME}
)
_SHOWS_NO_ROW = _WITHOUT_OUTPUT | _AUTH_KINDS | {OperationKind.CUSTOM}
_SLOT = re.compile(r"\{([^}]+)\}")
_WHO_IS_NOT_KNOWN = _AUTH_KINDS - {OperationKind.ME}


def expand(spec: BackendSpec, notes: Notes) -> BackendSpec:
    """Return the spec with every schema and operation explicit."""
    return _Expander(spec, notes).expand()


class _Expander:
    def __init__(self, spec: BackendSpec, notes: Notes) -> None:
        self.spec = spec
        self.notes = notes
        self.entities = {e.name: e for e in spec.entities}
        self.schemas = Schemas(spec)
        self.standard = Standard(spec, self.schemas, notes)
        self.filters = Filters(spec, self.schemas)
        self.secured = spec.auth.method is AuthMethod.JWT
        self.guarded = spec.auth.method is not AuthMethod.NONE

    def expand(self) -> BackendSpec:
        given = list(self.spec.operations)
        described = {o.entity for o in given if o.kind is not OperationKind.CUSTOM}
        operations: list[Operation] = []
        taken = {o.name for o in given}
        routes = {(o.method, _shape(o.path)) for o in given}
        made_by_clients: list[Entity] = []
        for entity in self.entities.values():
            actions = entity.crud
            if actions is None:
                actions = () if entity.name in described else tuple(CrudAction)
            if CrudAction.CREATE in actions:
                self._tell_of_clocks(entity)
                made_by_clients.append(entity)
            made = [*self.standard.crud(entity, actions), *self.standard.links(entity, actions)]
            operations += self._possible([o for o in given if o.entity == entity.name])
            for operation in made:
                route = (operation.method, _shape(operation.path))
                if route in routes:
                    continue
                routes.add(route)
                if self._is_forbidden(operation):
                    continue
                name = names.operation_name(operation.name, taken)
                taken.add(name)
                if name != operation.name:
                    operation = operation.model_copy(update={"name": name})  # noqa: PLW2901
                operations.append(self._complete(operation))
        loose = self._possible([o for o in given if o.entity not in self.entities])
        kinds = {o.kind for o in given}
        if self.secured and OperationKind.LOGIN not in kinds:
            loose = [*map(self._complete, self.standard.signing_in()), *loose]
            self._tell_of_registering()
        tell_of_addresses(made_by_clients, self.notes)
        entities = tuple(e.model_copy(update={"crud": ()}) for e in self.spec.entities)
        return self.spec.model_copy(
            update={
                "entities": entities,
                "schemas": self.schemas.all,
                "operations": tuple(_in_given_order([*loose, *operations], given)),
            }
        )

    def _tell_of_clocks(self, entity: Entity) -> None:
        """Say which attributes a client might want to send, and cannot: the clock gives them."""
        for attribute in entity.attributes:
            open_to_clients = attribute.access not in {Access.READ_ONLY, Access.HIDDEN}
            is_stamp = not _STAMPED.isdisjoint(attribute.name.split("_"))
            if attribute.generated is Generator.NOW and open_to_clients and not is_stamp:
                about = f"{entity.name}.{attribute.name}"
                self.notes.assume(
                    f"{about} is set to the time at which its row is made, and clients cannot send"
                    " it; where they are to, leave its default (now) out.",
                    about,
                )

    def _tell_of_registering(self) -> None:
        """Say what somebody who registers has to know, and may choose."""
        auth = self.spec.auth
        if not auth.open_registration:
            return
        user = self.entities[auth.user]
        owner = user.owner if user.owner != "self" else None
        for relation in user.relations:
            needed = not relation.nullable and relation.through is None
            if needed and relation.name != owner:
                about = f"{user.name}.{relation.name}"
                self.notes.assume(
                    f"Who registers says {about} by its key, and may say any {relation.target};"
                    " where that is not wanted, registration is to be closed.",
                    about,
                )

    def _possible(self, given: list[Operation]) -> list[Operation]:
        return [self._complete(o) for o in given if not self._is_forbidden(o)]

    def _is_forbidden(self, operation: Operation) -> bool:
        """Tell whether nobody may do this: then the project goes without it, and its schemas."""
        if self._permission(operation) != ():
            return False
        self.notes.assume(
            f"Nobody may {operation.method.value} {operation.path}: the project has no such"
            f" operation ('{operation.name}').",
            operation.entity or operation.name,
        )
        return True

    def _complete(self, operation: Operation) -> Operation:
        entity = self.entities.get(operation.entity or "")
        update: dict[str, object] = {}
        parameters = self._parameters(operation, entity)
        if entity is not None:
            update |= self._bodies(operation, entity)
        if operation.kind is OperationKind.LIST and entity is not None:
            shown = self._shown(operation)
            if operation.sort is None:
                update["sort"] = tuple(n for n in sortable(entity) if shown is None or n in shown)
            if operation.search is None:
                update["search"] = searchable(entity)
            asked = any(p.place is ParameterPlace.QUERY for p in parameters)
            if not asked and operation.sort is None:
                parameters = (*parameters, *self.filters.of(entity, parameters, shown))
        update["parameters"] = parameters
        if operation.status is None:
            update["status"] = self._status(operation)
        if operation.permission is None:
            update["permission"] = self._permission(operation)
        if operation.summary is None:
            update["summary"] = _summary(operation, entity)
        return operation.model_copy(update=update)

    def _shown(self, operation: Operation) -> dict[str, str] | None:
        """Return what a given answer shows of its rows, under which names; None: all of it."""
        if operation.output is None or operation.output.schema_name not in self.schemas.given:
            return None
        fields = self.schemas.given[operation.output.schema_name].fields
        return {field.attribute: field.name for field in fields if field.attribute}

    def _parameters(self, operation: Operation, entity: Entity | None) -> tuple[Parameter, ...]:
        """Add what the path names; find out what an unbound path parameter stands for."""
        given = {(p.name, p.place): p for p in operation.parameters}
        complete = []
        for slot in _SLOT.findall(operation.path):
            named = (slot, ParameterPlace.PATH)
            if named not in given:  # whoever says no place means the one in the path
                named = next((key for key in given if key[0] == slot), named)
            parameter = given.pop(named, None) or Parameter(name=slot, place=ParameterPlace.PATH)
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
            if parameter.place is not ParameterPlace.PATH or not parameter.required:
                said = {"place": ParameterPlace.PATH, "required": True}
                parameter = parameter.model_copy(update=said)
            complete.append(parameter)
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
                schema = self.schemas.create(entity)
            elif operation.kind is OperationKind.REPLACE:
                schema = self.schemas.replace(entity)
            elif operation.kind is OperationKind.UPDATE:
                schema = self.schemas.update(entity)
            if schema:
                bodies["input"] = Body(schema_name=schema.name)
        has_output = not operation.silent and operation.kind not in _SHOWS_NO_ROW
        if operation.output is None and has_output:
            bodies["output"] = Body(schema_name=self.schemas.response(entity).name)
        return bodies

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

    def _permission(self, operation: Operation) -> Permission:
        """Return who may; an empty one is nobody, and never the same as nothing said."""
        if operation.permission is not None:
            return operation.permission
        if operation.kind in _WHO_IS_NOT_KNOWN:
            return ("public",)
        entity = self.entities.get(operation.entity or "")
        rule: Permission | None = None
        if entity is not None and operation.kind is not OperationKind.CUSTOM:
            action = _RULE_OF.get(operation.kind, operation.kind)
            rule = getattr(entity.access, action, None)
        if rule is not None and (self.guarded or not rule):
            return rule
        return ("authenticated",) if self.guarded else ("public",)


def _shape(path: str) -> str:
    """Return a path with its parameters made anonymous, to tell routes apart."""
    return _SLOT.sub("{}", path)


def _in_given_order(operations: list[Operation], given: list[Operation]) -> list[Operation]:
    """Keep a resolved spec's order stable: what was given comes first, as it was given."""
    position = {o.name: i for i, o in enumerate(given)}
    return sorted(operations, key=lambda o: position.get(o.name, len(given)))


def _summary(operation: Operation, entity: Entity | None) -> str:
    if entity is None:
        return names.snake(operation.name).replace("_", " ").capitalize()
    if operation.kind is OperationKind.LIST:
        many = (entity.plural or names.plural(names.snake(entity.name))).replace("_", " ")
        return f"List {many}"
    if operation.kind not in _VERBS:
        return operation.name.replace("_", " ").capitalize()
    one = names.snake(entity.name).replace("_", " ")
    return f"{_VERBS[operation.kind]} {names.article(one)} {one}"
