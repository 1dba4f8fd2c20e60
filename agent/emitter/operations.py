"""What does an operation become? An endpoint's signature, and the pieces of its service method."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.emitter.fields import parameter_type
from agent.emitter.layout import Imports, block, call, docstring, fit, fit_step, literal, quote, tuple_of
from agent.emitter.models import join_table_name
from agent.emitter.schemas import Schemas, default_sort, query_class
from agent.planner import names
from agent.types import (
    Attribute,
    AttributeType,
    Entity,
    Match,
    Operation,
    OperationKind,
    Parameter,
    ParameterPlace,
    RelationKind,
)

if TYPE_CHECKING:
    from agent.emitter.facts import Facts

K = OperationKind
ACCOUNT_KINDS = frozenset({K.REGISTER, K.LOGIN, K.REFRESH, K.ME})
CHANGING = frozenset({K.UPDATE, K.REPLACE, K.TRANSITION})
_LONGEST_CONSTANT = 50
_MATCH = {
    Match.EQUAL: "equal",
    Match.CONTAINS: "contains",
    Match.AT_LEAST: "at_least",
    Match.AT_MOST: "at_most",
}


@dataclass(frozen=True, slots=True)
class ParentView:
    """A row that a nested path names, found before the operation itself."""

    variable: str
    repository: str
    find: str
    condition: str
    relation: str


@dataclass(frozen=True, slots=True)
class OperationView:
    """One operation, ready for the endpoint and service templates."""

    name: str
    kind: str
    decorator: str
    signature: str
    summary: str
    body: list[str]
    method: str
    steps: list[str]
    doc: str
    operation: Operation
    uses: frozenset[str] = field(default_factory=frozenset)


class Operations:
    """Builds the views of one entity's operations, and collects what their modules import."""

    def __init__(self, entity: Entity | None, facts: Facts, schemas: Schemas) -> None:
        """Start the import blocks of the endpoint, service and repository modules."""
        self.entity = entity
        self.facts = facts
        self.schemas = schemas
        self.endpoint_imports = Imports()
        self.service_imports = Imports()
        self.repository_imports = Imports()
        self.loads: dict[str, str] = {}
        self.listings: list[str] = []
        self.steps: list[str] = []
        self.repositories: dict[str, str] = {}
        self.owner_check: str | None = None

    # --- names ---

    @property
    def variable(self) -> str:
        """Return the local variable of a row."""
        return names.variable_name(self._entity.name)

    @property
    def repository(self) -> str:
        """Return the service's attribute that holds the entity's repository."""
        return self._repository(self._entity)

    @property
    def _entity(self) -> Entity:
        assert self.entity is not None  # noqa: S101 - operations on rows have an entity
        return self.entity

    def _repository(self, entity: Entity) -> str:
        name = self.facts.plural(entity)
        name = f"{name}_rows" if name == "session" else name
        self.repositories[name] = entity.name
        return f"self.{name}"

    # --- one operation ---

    def view(self, operation: Operation) -> OperationView:
        """Return an operation as code."""
        slots = self._slots(operation)
        actor = self._needs_actor(operation)
        body_class = self._input_class(operation)
        query = query_class(operation) if operation.kind is K.LIST else None
        method_arguments = [f"{name}: {hint}" for name, hint in slots]
        call_arguments = [name for name, _ in slots]
        if query:
            method_arguments.append(f"query: {query}")
            call_arguments.append("query")
            self._from_schemas(query, self._module())
        if body_class:
            method_arguments.append(f"data: {body_class}")
            call_arguments.append(self._unwrap(operation))
            self._from_schemas(body_class, self._input_module(operation), endpoint=False)
        if actor:
            method_arguments.append(f"actor: {self.facts.spec.auth.user}")
            call_arguments.append("actor")
            user = self.facts.spec.auth.user
            self.service_imports.add(f"app.models.{names.snake(user)}", user)
        returns = self._returns(operation)
        steps = self._service_steps(operation)
        return OperationView(
            name=operation.name,
            kind=operation.kind.value,
            decorator=self.decorator(operation),
            signature=self._signature(operation, slots, query, actor=actor),
            summary=docstring((operation.summary or operation.name) + ".", 4),
            body=[fit_step(s, 4) for s in self._endpoint_body(operation, call_arguments)],
            method=call(
                f"async def {operation.name}(",
                ["self", *method_arguments],
                f") -> {returns}:",
                indent=4,
            ),
            steps=[fit_step(step, 8) for step in steps],
            doc=docstring((operation.summary or operation.name) + ".", 8),
            operation=operation,
        )

    def _module(self) -> str:
        return names.snake(self.entity.name) if self.entity else "operations"

    def _from_schemas(self, name: str, module: str, *, endpoint: bool = True) -> None:
        if endpoint:
            self.endpoint_imports.add(f"app.schemas.{module}", name)
        self.service_imports.add(f"app.schemas.{module}", name)

    def _input_class(self, operation: Operation) -> str | None:
        if operation.input is None:
            return None
        name = self.schemas.input_class(operation.input.schema_name)
        return f"list[{name}]" if operation.input.array else name

    def _input_module(self, operation: Operation) -> str:
        assert operation.input is not None  # noqa: S101 - asked only with an input
        return self.schemas.module_of(operation.input.schema_name)

    def _unwrap(self, operation: Operation) -> str:
        if operation.input and operation.input.wrapper:
            return f"data.{names.attribute_name(operation.input.wrapper, ())}"
        return "data"

    def _slots(self, operation: Operation) -> list[tuple[str, str]]:
        """Return the path parameters as (Python name, plain type)."""
        found = []
        for parameter in operation.parameters:
            if parameter.place is not ParameterPlace.PATH:
                continue
            attribute = self._bound(parameter)
            hint, imports = parameter_type(attribute, place="path")
            plain = {
                "Slug": "str", "Int16Param": "int", "Int32Param": "int", "Int64Param": "int",
                "NumberParam": "float", "FlagParam": "bool", "Text": "str",
                "Day": "dt.date", "Instant": "dt.datetime", "Clock": "dt.time",
            }.get(hint, hint)
            if plain.startswith("dt."):
                self.service_imports.module("datetime as dt")
            if plain == hint:
                self.service_imports.update(imports)
            found.append((self._slot_name(parameter), plain))
        return found

    def _slot_name(self, parameter: Parameter) -> str:
        name = names.attribute_name(parameter.name, ())
        return f"{name}_" if name in names.RESERVED_VARIABLES or name == "id" else name

    def _bound(self, parameter: Parameter) -> Attribute:
        if parameter.binds is None or self.entity is None:
            kind = parameter.type or AttributeType.STRING
            return Attribute(name="value", type=kind, precision=12, scale=2)
        entity = self.entity.name
        *steps, last = parameter.binds.split(".")
        for step in steps:
            entity, _ = self.facts.step(entity, step)
        return self.facts.attribute(entity, last)

    def _needs_actor(self, operation: Operation) -> bool:
        if not self.facts.secured or operation.kind in ACCOUNT_KINDS or self.entity is None:
            return False
        permission = operation.permission or ()
        if "public" in permission or operation.kind is K.CUSTOM:
            return False
        if "owner" in permission and self.entity.owner:
            return True
        if operation.kind in {K.CREATE} and self._owner_key():
            return True
        return operation.kind in CHANGING and bool(self._restricted_steps(operation))

    def _restricted_steps(self, operation: Operation) -> bool:
        return any(
            step.roles
            for attribute in self._stateful(operation)
            for step in attribute.transitions
        )

    # --- the endpoint ---

    def decorator(self, operation: Operation) -> str:
        """Return the route, its answer, its errors and who may call it."""
        imports = self.endpoint_imports
        arguments = [quote(operation.path)]
        has_answer = operation.output is not None
        if operation.kind in {K.LOGIN, K.REFRESH}:
            imports.add("app.schemas.auth", "TokenPair")

        elif has_answer:
            arguments.append(f"response_model={self._answer_class(operation)}")
        if operation.status != 200:  # noqa: PLR2004 - FastAPI's own default
            arguments.append(f"status_code={operation.status}")
        if not has_answer and operation.status != 204 and operation.kind not in ACCOUNT_KINDS:  # noqa: PLR2004 - the one status that cannot have a body
            imports.add("fastapi", "Response")
            arguments.append("response_class=Response")
        errors = self._errors(operation)
        if errors:
            imports.add("app.api.errors", "errors")
            arguments.append(f"responses=errors({', '.join(str(code) for code in errors)})")
        guard = self._guard(operation)
        if guard:
            imports.add("fastapi", "Depends")
            arguments.append(f"dependencies=[Depends({guard})]")
        return call(f"@router.{operation.method.value.lower()}(", arguments)

    def _answer_class(self, operation: Operation) -> str:
        output = operation.output
        assert output is not None  # noqa: S101 - asked only with an output
        if operation.kind is K.LIST:
            name, module = self.schemas.list_class(operation), self._module()
        elif output.wrapper or output.array:
            name, module = self.schemas.wrapper_class(operation, "out"), self._module()
        else:
            name, module = output.schema_name, self.schemas.module_of(output.schema_name)
        self.endpoint_imports.add(f"app.schemas.{module}", name)
        return name

    def _errors(self, operation: Operation) -> list[int]:
        """Return the error statuses that a client can meet here."""
        statuses = self.facts.spec.api.statuses
        kind = operation.kind
        found = set()
        is_open = not self.facts.secured or "public" in (operation.permission or ())
        if operation.input is not None or kind in {K.LOGIN, K.REFRESH}:
            found |= {statuses.malformed, statuses.invalid}
        if operation.parameters or kind is K.LIST:
            found.add(statuses.invalid)
        if not is_open or kind in {K.LOGIN, K.REFRESH}:
            found.add(statuses.unauthenticated)
        if not is_open and kind is not K.ME:
            found.add(statuses.forbidden)
        if any(p.place is ParameterPlace.PATH for p in operation.parameters):
            found.add(statuses.not_found)
        if kind in {K.CREATE, K.REGISTER, K.LINK, K.DELETE} | CHANGING:
            found.add(statuses.conflict)
        if kind is K.CUSTOM:
            found.add(501)
        return sorted(found)

    def _guard(self, operation: Operation) -> str | None:
        permission = operation.permission or ()
        if not self.facts.secured or "public" in permission or operation.kind in ACCOUNT_KINDS:
            return None
        if "authenticated" in permission or ("owner" in permission and self._has_owner()):
            if self._needs_actor(operation):
                return None
            self.endpoint_imports.add("app.api.deps", "get_current_user")
            return "get_current_user"
        roles = [role for role in permission if role != "owner"] or [
            self.facts.spec.auth.admin_role
        ]
        self.endpoint_imports.add("app.api.deps", "require_roles")
        return f"require_roles({', '.join(quote(role) for role in roles)})"

    def _has_owner(self) -> bool:
        return self.entity is not None and self.entity.owner is not None

    def _signature(
        self,
        operation: Operation,
        slots: list[tuple[str, str]],
        query: str | None,
        *,
        actor: bool,
    ) -> str:
        imports = self.endpoint_imports
        arguments = []
        by_name = {
            self._slot_name(p): p
            for p in operation.parameters
            if p.place is ParameterPlace.PATH
        }
        for name, _ in slots:
            parameter = by_name[name]
            hint, needs = parameter_type(self._bound(parameter), place="path")
            imports.update(needs)
            if parameter.name != name:
                imports.add("typing", "Annotated")
                imports.add("fastapi", "Path")
                hint = f"Annotated[{hint}, Path(alias={quote(parameter.name)})]"
            arguments.append(f"{name}: {hint}")
        if query:
            imports.add("typing", "Annotated")
            imports.add("fastapi", "Query")
            arguments.append(f"query: Annotated[{query}, Query()]")
        if operation.input is not None:
            if operation.input.wrapper:
                name = self.schemas.wrapper_class(operation, "in")
                imports.add(f"app.schemas.{self._module()}", name)
            else:
                name = self._input_class(operation) or ""
                imports.add(
                    f"app.schemas.{self._input_module(operation)}",
                    self.schemas.input_class(operation.input.schema_name),
                )
            arguments.append(f"data: {name}")
        if operation.kind is not K.CUSTOM:
            arguments.append(f"service: {self.service_dependency(operation)}")
        if actor:
            imports.add("app.api.deps", "CurrentUser")
            arguments.append("actor: CurrentUser")
        return call(
            f"async def {operation.name}(", arguments, f") -> {self._endpoint_returns(operation)}:"
        )

    def service_dependency(self, operation: Operation) -> str:
        """Return the annotated dependency that gives the service."""
        return f"{self._entity.name}ServiceDep"

    def _endpoint_returns(self, operation: Operation) -> str:
        if operation.kind is K.CUSTOM:
            return "None"
        if operation.kind is K.LIST:
            self.endpoint_imports.add("typing", "Any")
            return "Any"
        output = operation.output
        if output is None:
            return "None" if operation.status == 204 else "Response"  # noqa: PLR2004 - see above
        if output.wrapper:
            self.endpoint_imports.add("typing", "Any")
            return "dict[str, Any]"
        self.endpoint_imports.add(f"app.models.{names.snake(self._entity.name)}", self._entity.name)
        return f"list[{self._entity.name}]" if output.array else self._entity.name

    def _endpoint_body(self, operation: Operation, arguments: list[str]) -> list[str]:
        if operation.kind is K.CUSTOM:
            self.endpoint_imports.add("app.core.exceptions", "NotBuiltError")
            return [f"raise NotBuiltError({quote(operation.name)})"]
        called = call(f"await service.{operation.name}(", arguments, indent=4)
        output = operation.output
        if operation.kind is K.LIST:
            assert output is not None  # noqa: S101 - a list always answers
            if output.wrapper:
                wrapper = quote(names.attribute_name(output.wrapper, ()))
                return [f"rows, _ = {called}", f"return {{{wrapper}: rows}}"]
            if self.facts.spec.api.list_envelope.items is None:
                return [f"rows, _ = {called}", "return rows"]
            self.endpoint_imports.add("app.schemas.base", "page_of")
            return [f"rows, total = {called}", "return page_of(rows, total, query)"]
        if output is None:
            if operation.status == 204:  # noqa: PLR2004 - the one status that cannot have a body
                return [called]
            return [called, f"return Response(status_code={operation.status})"]
        if output.wrapper:
            wrapper = quote(names.attribute_name(output.wrapper, ()))
            return [f"return {{{wrapper}: {called}}}"]
        return [f"return {called}"]

    # --- the service method ---

    def _returns(self, operation: Operation) -> str:
        if operation.kind is K.LIST:
            return f"tuple[list[{self._entity.name}], int]"
        if operation.output is None:
            return "None"
        return self._entity.name if self.entity else "None"

    def _service_steps(self, operation: Operation) -> list[str]:
        builders = {
            K.LIST: self._list_steps,
            K.READ: self._read_steps,
            K.CREATE: self._create_steps,
            K.REGISTER: self._create_steps,
            K.UPDATE: self._update_steps,
            K.REPLACE: self._update_steps,
            K.TRANSITION: self._transition_steps,
            K.DELETE: self._delete_steps,
            K.LINK: self._link_steps,
            K.UNLINK: self._link_steps,
        }
        builder = builders.get(operation.kind)
        return builder(operation) if builder else []

    def _conditions(self, operation: Operation, *, only: str | None = None) -> list[str]:
        """Return the path parameters' conditions; ``only``: those behind one relation."""
        found = []
        for parameter in operation.parameters:
            if parameter.place is not ParameterPlace.PATH or not parameter.binds:
                continue
            head, _, rest = parameter.binds.partition(".")
            name = self._slot_name(parameter)
            if only is None and rest and operation.kind in {K.LINK, K.UNLINK}:
                continue
            if only is not None and (head != only or not rest):
                continue
            entity = self._entity.name
            path = parameter.binds
            if only is not None:
                entity, _ = self.facts.step(entity, head)
                path = rest
            found.append(self._comparison(entity, path, name, self.service_imports))
        return found

    def _comparison(self, entity: str, path: str, value: str, imports: Imports) -> str:
        head, _, rest = path.partition(".")
        imports.add(f"app.models.{names.snake(entity)}", entity)
        if not rest:
            return f"{entity}.{head} == {value}"
        target, is_one = self.facts.step(entity, head)
        inner = self._comparison(target, rest, value, imports)
        return f"{entity}.{head}.{'has' if is_one else 'any'}({inner})"

    def _load(self, operation: Operation) -> str | None:
        """Return the constant of loader options that an answer's relations need."""
        if operation.output is None:
            return None
        name = operation.output.schema_name
        options = self._options(self._entity.name, name, frozenset({name}))
        if not options:
            return None
        constant = "WITH_" + "_".join(
            f.relation.upper() for f in self.facts.schemas[name].fields if f.relation
        )
        known = self.loads.get(constant)
        code = _load_code(constant, options)
        if len(constant) > _LONGEST_CONSTANT or (known is not None and known != code):
            constant = f"WITH_{names.snake(name).upper()}"
            code = _load_code(constant, options)
        self.loads[constant] = code
        module = f"app.repositories.{names.snake(self._entity.name)}_repository"
        self.service_imports.add(module, constant)
        return constant

    def _options(self, entity: str, schema: str, seen: frozenset[str]) -> list[str]:
        options = []
        for given in self.facts.schemas[schema].fields:
            if not given.relation or not given.schema_name:
                continue
            target, is_one = self.facts.step(entity, given.relation)
            self.repository_imports.add(f"app.models.{names.snake(entity)}", entity)
            loader = "joinedload" if is_one else "selectinload"
            self.repository_imports.add("sqlalchemy.orm", loader)
            option = f"{loader}({entity}.{given.relation})"
            inner = []
            if given.schema_name not in seen:
                inner = self._options(target, given.schema_name, seen | {given.schema_name})
            if inner:
                option = f"{option}.options({', '.join(inner)})"
            options.append(option)
        return options

    def _one(self, operation: Operation, *, lock: bool, load: str | None = None) -> str:
        arguments = self._conditions(operation)
        if load:
            arguments.append(f"load={load}")
        if lock:
            arguments.append("lock=True")
        return call(
            f"{self.variable} = await {self.repository}.one(", arguments, indent=8
        )

    # ownership

    def _owner_key(self) -> str | None:
        """Return the foreign key to the owner, where ownership is one step away."""
        entity = self.entity
        if not self.facts.secured or entity is None or not entity.owner:
            return None
        if "." in entity.owner or entity.owner == "self":
            return None
        relation = self.facts.relation(entity.name, entity.owner)
        return relation.attributes[0] if relation else None

    def _owner_roles(self, operation: Operation) -> str | None:
        """Return the roles that may act on anybody's rows, as arguments; ``None``: no owner."""
        permission = operation.permission or ()
        if not self.facts.secured or "owner" not in permission or not self._has_owner():
            return None
        if "authenticated" in permission or "public" in permission:
            return None
        return "".join(f", {quote(role)}" for role in permission if role != "owner")

    def _check_row(self, operation: Operation) -> list[str]:
        roles = self._owner_roles(operation)
        if roles is None:
            return []
        owner = self._entity.owner or ""
        if "." in owner:
            return [self._check_parent(f"{self.variable}.", roles)]
        self.service_imports.add("app.services.permissions", "check_owner")
        key = self._owner_key() or self._entity.primary_key[0]
        return [f"check_owner({self.variable}.{key}, actor{roles})"]

    def _check_parent(self, prefix: str, roles: str) -> str:
        """Return the call that checks whom the parent row belongs to."""
        head, _, rest = (self._entity.owner or "").partition(".")
        relation = self.facts.relation(self._entity.name, head)
        assert relation is not None  # noqa: S101 - a resolved owner path exists
        method = f"_check_{head}"
        keys = ", ".join(f"{prefix}{name}" for name in relation.attributes)
        self._owner_method(method, relation.target, relation.references, rest)
        return f"await self.{method}({keys}, actor=actor, roles=({roles.removeprefix(', ')}{',' if roles.count(',') == 1 else ''}))"

    def _owner_method(
        self, method: str, parent: str, references: tuple[str, ...], rest: str
    ) -> None:
        imports = self.service_imports
        imports.add("sqlalchemy", "select")
        imports.add("app.services.permissions", "check_owner")
        path = rest.split(".")
        entity, joins = parent, []
        for step in path[:-1]:
            joins.append(f".join({entity}.{step})")
            imports.add(f"app.models.{names.snake(entity)}", entity)
            entity, _ = self.facts.step(entity, step)
        imports.add(f"app.models.{names.snake(entity)}", entity)
        imports.add(f"app.models.{names.snake(parent)}", parent)
        relation = self.facts.relation(entity, path[-1])
        if path[-1] == "self" or relation is None:
            key = self.facts.entities[entity].primary_key[0]
        else:
            key = relation.attributes[0]
        parameters = []
        where = []
        for name in references:
            attribute = self.facts.attribute(parent, name)
            hint, needs = parameter_type(attribute)
            plain = {"Text": "str"}.get(hint, "int" if hint.startswith("Int") else hint)
            if plain == hint:
                imports.update(needs)
            parameter = f"{names.snake(parent)}_{name}"
            parameters.append(f"{parameter}: {plain}")
            where.append(f"{parent}.{name} == {parameter}")
        user = self.facts.spec.auth.user
        thing = names.snake(parent).replace("_", " ")
        statement = (
            f"select({entity}.{key})"
            + (f".select_from({parent})" if joins else "")
            + "".join(joins)
            + f".where({', '.join(where)})"
        )
        head = call(
            f"async def {method}(",
            ["self", *parameters, "*", f"actor: {user}", "roles: tuple[str, ...]"],
            ") -> None:",
            indent=4,
        )
        article = names.article(thing)
        self.owner_check = "\n".join(
            [
                f"    {head}",
                f'        """Refuse {article} {thing} that belongs to somebody else."""',
                f"        statement = {statement}"
                if len(statement) <= 80  # noqa: PLR2004 - what is left of a line
                else "        statement = (\n            "
                + statement.replace(".select_from", "\n            .select_from")
                .replace(".join", "\n            .join")
                .replace(".where", "\n            .where")
                + "\n        )",
                "        owner = await self.session.scalar(statement)",
                "        if owner is not None:",
                "            check_owner(owner, actor, *roles)",
            ]
        )

    def _scope(self, operation: Operation) -> list[str]:
        """Return the lines that limit a list to the rows that the actor may see."""
        roles = self._owner_roles(operation)
        if roles is None:
            return []
        self.service_imports.add("app.services.permissions", "has_role")
        owner = self._entity.owner or ""
        name = self._entity.name
        self.service_imports.add(f"app.models.{names.snake(name)}", name)
        user_key = self.facts.entities[self.facts.spec.auth.user].primary_key[0]
        if owner == "self":
            condition = f"{name}.{self._entity.primary_key[0]} == actor.{user_key}"
        else:
            path = owner.split(".")
            entity = name
            prefix, suffix = "", ""
            for step in path[:-1]:
                self.service_imports.add(f"app.models.{names.snake(entity)}", entity)
                prefix += f"{entity}.{step}.has("
                suffix += ")"
                entity, _ = self.facts.step(entity, step)
            self.service_imports.add(f"app.models.{names.snake(entity)}", entity)
            relation = self.facts.relation(entity, path[-1])
            assert relation is not None  # noqa: S101 - a resolved owner path exists
            key = relation.attributes[0]
            condition = f"{prefix}{entity}.{key} == actor.{user_key}{suffix}"
        if not roles:
            return [f"scope.append({condition})"]
        return [f"if not has_role(actor{roles}):\n            scope.append({condition})"]

    # kinds

    def _parents(self, operation: Operation) -> list[ParentView]:
        """Return the rows that a nested collection's path names."""
        heads = dict.fromkeys(
            p.binds.split(".")[0]
            for p in operation.parameters
            if p.place is ParameterPlace.PATH and p.binds and "." in p.binds
        )
        found = []
        for head in heads:
            target, is_one = self.facts.step(self._entity.name, head)
            repository = self._repository(self.facts.entities[target])
            variable = names.variable_name(target)
            variable = f"parent_{variable}" if variable == self.variable else variable
            where = self._conditions(operation, only=head)
            name = self._entity.name
            self.service_imports.add(f"app.models.{names.snake(name)}", name)
            test = f"{name}.{head} == {variable}" if is_one else f"{name}.{head}.contains({variable})"
            found.append(
                ParentView(
                    variable=variable,
                    repository=repository,
                    find=call(f"{variable} = await {repository}.one(", where, indent=8),
                    condition=test,
                    relation=head,
                )
            )
        return found

    def _list_steps(self, operation: Operation) -> list[str]:
        parents = self._parents(operation)
        scope = self._scope(operation)
        listing = self._listing(operation)
        load = self._load(operation)
        self.service_imports.add(
            f"app.repositories.{names.snake(self._entity.name)}_repository", listing
        )
        lines = [p.find for p in parents]
        own = [
            self._comparison(
                self._entity.name, p.binds or "", self._slot_name(p), self.service_imports
            )
            for p in operation.parameters
            if p.place is ParameterPlace.PATH and p.binds and "." not in p.binds
        ]
        conditions = [*(p.condition for p in parents), *own]
        arguments = [listing, "query"]
        if scope:
            self.service_imports.add("sqlalchemy", "ColumnElement")
            lines.append(f"scope: list[ColumnElement[bool]] = [{', '.join(conditions)}]")
            lines += scope
            arguments.append("*scope")
        else:
            arguments += conditions
        if load:
            arguments.append(f"load={load}")
        lines.append(call(f"return await {self.repository}.page(", arguments, indent=8))
        return lines

    def _listing(self, operation: Operation) -> str:
        """Add the list's allow-lists to the repository module; return their constant."""
        constant = operation.name.upper()
        imports = self.repository_imports
        imports.add("app.repositories.listing", "Listing")
        name = self._entity.name
        imports.add(f"app.models.{names.snake(name)}", name)
        arguments = []
        filters = []
        for parameter in operation.parameters:
            if parameter.place is ParameterPlace.QUERY and parameter.binds:
                maker = _MATCH[parameter.match]
                imports.add("app.repositories.listing", maker)
                column = self._column(parameter.binds, imports)
                key = quote(names.attribute_name(parameter.name, ()))
                filters.append(f"{key}: {maker}({column})")
        if filters:
            arguments.append(_dict_argument("filters", filters))
        if operation.search:
            imports.add("app.repositories.listing", "contains")
            columns = ", ".join(f"{name}.{item}" for item in operation.search)
            arguments.append(fit(f"search=contains({columns})", 4, comma=True))
        if operation.sort:
            sorts = [
                f"{quote(self.schemas._sort_name(item))}: {name}.{item}"  # noqa: SLF001 - one house
                for item in operation.sort
            ]
            arguments.append(_dict_argument("sorts", sorts))
        keys = ", ".join(f"{name}.{key}" for key in self._entity.primary_key)
        arguments.append(f"key=({keys},)" if "," not in keys else f"key=({keys})")
        self.listings.append(call(f"{constant} = Listing(", arguments))
        return constant

    def _column(self, path: str, imports: Imports) -> str:
        head, _, rest = path.partition(".")
        name = self._entity.name
        if rest:
            target, _ = self.facts.step(name, head)
            imports.add(f"app.models.{names.snake(target)}", target)
            return f"{target}.{rest}, via={name}.{head}"
        return f"{name}.{head}"

    def _read_steps(self, operation: Operation) -> list[str]:
        lines = [self._one(operation, lock=False, load=self._load(operation))]
        check = self._check_row(operation)
        if not check:
            return [lines[0].replace(f"{self.variable} = await", "return await", 1)]
        return [*lines, *check, f"return {self.variable}"]

    def _input_fields(self, operation: Operation) -> list[Attribute]:
        if operation.input is None:
            return []
        schema = self.facts.schemas[operation.input.schema_name]
        return [
            self.facts.attribute(self._entity.name, f.attribute)
            for f in schema.fields
            if f.attribute
        ]

    def _password(self, operation: Operation) -> Attribute | None:
        return next(
            (a for a in self._input_fields(operation) if a.type is AttributeType.PASSWORD), None
        )

    def _children(self, operation: Operation) -> list[tuple[str, str, bool]]:
        """Return the nested rows of a body: (relation, entity, one row?)."""
        if operation.input is None:
            return []
        schema = self.facts.schemas[operation.input.schema_name]
        return [
            (f.relation, *self.facts.step(self._entity.name, f.relation))
            for f in schema.fields
            if f.relation
        ]

    def _create_steps(self, operation: Operation) -> list[str]:
        parents = self._parents(operation)
        lines = [p.find for p in parents]
        lines += self._parent_check(operation, "data.", parents)
        children = self._children(operation)
        password = self._password(operation)
        excluded = [relation for relation, _, _ in children]
        if password is not None:
            excluded.append(password.name)
        dumped = _dump("data.model_dump(", excluded, [])
        arguments = [f"**{dumped}"]
        if password is not None:
            self.service_imports.add("app.core.security", "hash_password")
            hashed = self.facts.model_attribute(password)
            arguments.append(f"{hashed}=await hash_password(data.{password.name})")
        arguments += [f"{p.relation}={p.variable}" for p in parents if p.condition.count(" == ")]
        for parameter in operation.parameters:
            if parameter.place is ParameterPlace.PATH and parameter.binds:
                if "." not in parameter.binds:
                    arguments.append(f"{parameter.binds}={self._slot_name(parameter)}")
        owner = self._owner_key()
        if owner and self._needs_actor(operation):
            key = self.facts.entities[self.facts.spec.auth.user].primary_key[0]
            arguments.append(f"{owner}=actor.{key}")
        for relation, entity, is_one in children:
            self.service_imports.add(f"app.models.{names.snake(entity)}", entity)
            if is_one:
                value = f"{entity}(**data.{relation}.model_dump())"
            else:
                value = f"[{entity}(**item.model_dump()) for item in data.{relation}]"
            arguments.append(f"{relation}={value}")
        name = self._entity.name
        self.service_imports.add(f"app.models.{names.snake(name)}", name)
        if len(arguments) == 1:
            arguments = [f"**{dumped}"]
        lines.append(call(f"{self.variable} = {name}(", arguments, indent=8))
        lines.append(f"await {self.repository}.add({self.variable})")
        return [*lines, *self._answer(operation)]

    def _parent_check(
        self, operation: Operation, prefix: str, parents: list[ParentView]
    ) -> list[str]:
        """Return the check that a new row's parent belongs to the actor."""
        roles = self._owner_roles(operation)
        owner = self._entity.owner or ""
        if roles is None or "." not in owner:
            return []
        head = owner.split(".")[0]
        relation = self.facts.relation(self._entity.name, head)
        assert relation is not None  # noqa: S101 - a resolved owner path exists
        parent = next((p for p in parents if p.relation == head), None)
        if parent is not None:
            keys = [f"{parent.variable}.{name}" for name in relation.references]
            checked = self._check_parent("", roles)
            plain = ", ".join(relation.attributes)
            return [checked.replace(f"({plain}, ", f"({', '.join(keys)}, ", 1)]
        return [self._check_parent(prefix, roles)]

    def _stateful(self, operation: Operation) -> list[Attribute]:
        """Return the state machines that an operation can move."""
        if self.entity is None:
            return []
        if operation.kind is K.TRANSITION:
            moved = [self.facts.attribute(self.entity.name, name) for name in operation.sets]
            return [a for a in moved if a.transitions]
        return [a for a in self._input_fields(operation) if a.transitions]

    def _step_table(self, attribute: Attribute) -> str:
        constant = f"{attribute.name.upper()}_STEPS"
        enum = attribute.enum or ""
        self.service_imports.add("app.models.enums", enum)
        self.service_imports.add("app.services.transitions", "Steps")
        rows = []
        for step in attribute.transitions:
            ends = [
                f"{enum}.{self.facts.members[(enum, value)]}" for value in (step.source, step.target)
            ]
            roles = "".join(f"{quote(role)}, " for role in step.roles).removesuffix(" ")
            if len(step.roles) > 1:
                roles = roles.removesuffix(",")
            rows.append(f"({ends[0]}, {ends[1]}): ({roles})")
        body = "".join(f"    {row},\n" for row in rows)
        code = f"{constant}: Steps = {{\n{body}}}"
        if code not in self.steps:
            self.steps.append(code)
        return constant

    def _update_steps(self, operation: Operation) -> list[str]:
        lines = [self._one(operation, lock=True), *self._check_row(operation)]
        password = self._password(operation)
        partial = operation.kind is K.UPDATE
        keywords = ["exclude_unset=True"] if partial else []
        excluded = [password.name] if password is not None else []
        dumped = _dump("data.model_dump(", excluded, keywords)
        lines.append(f"changes = {dumped}")
        lines += self._moved_parent(operation, partial=partial)
        for attribute in self._stateful(operation):
            lines += self._state_check(attribute, partial=partial)
        if password is not None:
            self.service_imports.add("app.core.security", "hash_password")
            hashed = self.facts.model_attribute(password)
            made = f'changes["{hashed}"] = await hash_password(data.{password.name})'
            if partial:
                made = f'if "{password.name}" in data.model_fields_set:\n            {made}'
            lines.append(made)
        lines.append(f"await {self.repository}.change({self.variable}, changes)")
        return [*lines, *self._answer(operation)]

    def _state_check(self, attribute: Attribute, *, partial: bool) -> list[str]:
        constant = self._step_table(attribute)
        self.service_imports.add("app.services.transitions", "check_step")
        roles = self._roles_argument(attribute)
        check = call(
            "check_step(",
            [constant, f"{self.variable}.{attribute.name}", f"data.{attribute.name}", *roles],
            indent=12 if partial else 8,
        )
        if not partial:
            return [check]
        return [f'if "{attribute.name}" in changes:\n            {check}']

    def _roles_argument(self, attribute: Attribute) -> list[str]:
        if not self.facts.secured or not any(s.roles for s in attribute.transitions):
            return []
        return [f"actor.{self.facts.spec.auth.roles_attribute}"]

    def _moved_parent(self, operation: Operation, *, partial: bool) -> list[str]:
        """Return the check that a row is not moved to somebody else's parent."""
        owner = self._entity.owner or ""
        if self._owner_roles(operation) is None or "." not in owner:
            return []
        relation = self.facts.relation(self._entity.name, owner.split(".")[0])
        assert relation is not None  # noqa: S101 - a resolved owner path exists
        given = {a.name for a in self._input_fields(operation)}
        if not given & set(relation.attributes):
            return []
        check = self._check_parent("data.", self._owner_roles(operation) or "")
        if not partial:
            return [check]
        if len(relation.attributes) == 1:
            return [f'if "{relation.attributes[0]}" in changes:\n            {check}']
        keys = ", ".join(
            f'{n}=changes.get("{n}", {self.variable}.{n})' for n in relation.attributes
        )
        return [f"{check.split('(')[0]}({keys})"]

    def _transition_steps(self, operation: Operation) -> list[str]:
        lines = [self._one(operation, lock=True), *self._check_row(operation)]
        changes = []
        for name, value in operation.sets.items():
            attribute = self.facts.attribute(self._entity.name, name)
            code = literal(value)
            if attribute.type is AttributeType.ENUM:
                enum = attribute.enum or ""
                code = f"{enum}.{self.facts.members[(enum, str(value))]}"
                self.service_imports.add("app.models.enums", enum)
            if attribute.transitions:
                constant = self._step_table(attribute)
                self.service_imports.add("app.services.transitions", "check_step")
                roles = self._roles_argument(attribute)
                arguments = [constant, f"{self.variable}.{name}", code, *roles]
                lines.append(call("check_step(", arguments, indent=8))
            changes.append(f"{quote(name)}: {code}")
        lines.append(
            f"await {self.repository}.change({self.variable}, {{{', '.join(changes)}}})"
        )
        return [*lines, *self._answer(operation)]

    def _delete_steps(self, operation: Operation) -> list[str]:
        return [
            self._one(operation, lock=True),
            *self._check_row(operation),
            f"await {self.repository}.remove({self.variable})",
        ]

    def _link_steps(self, operation: Operation) -> list[str]:
        relation = self.facts.relation(self._entity.name, operation.relation or "")
        assert relation is not None  # noqa: S101 - links name a many-to-many relation
        assert relation.through is not None  # noqa: S101 - links name a many-to-many relation
        table = join_table_name(relation)
        self.service_imports.add(f"app.models.{names.snake(self._entity.name)}", table)
        target = self.facts.entities[relation.target]
        repository = self._repository(target)
        other = names.variable_name(target.name)
        other = f"other_{other}" if other == self.variable else other
        lines = [self._one(operation, lock=True), *self._check_row(operation)]
        where = self._conditions(operation, only=relation.name)
        lines.append(call(f"{other} = await {repository}.one(", where, indent=8))
        pairs = []
        for variable, owner, columns in (
            (self.variable, self._entity, relation.through.local_columns),
            (other, target, relation.through.target_columns),
        ):
            pairs += [
                f"{quote(column)}: {variable}.{key}"
                for column, key in zip(columns, owner.primary_key, strict=True)
            ]
        lines.append("pair = {" + ", ".join(pairs) + "}")
        verb = "link" if operation.kind is K.LINK else "unlink"
        lines.append(f"await {self.repository}.{verb}({table}, pair)")
        return [*lines, *self._answer(operation)]

    def _answer(self, operation: Operation) -> list[str]:
        """Return the row; read it again where the answer shows its relations."""
        if operation.output is None:
            return []
        load = self._load(operation)
        if load is None:
            return [f"return {self.variable}"]
        name = self._entity.name
        keys = [f"{name}.{key} == {self.variable}.{key}" for key in self._entity.primary_key]
        self.service_imports.add(f"app.models.{names.snake(name)}", name)
        return [call(f"return await {self.repository}.one(", [*keys, f"load={load}"], indent=8)]


def _load_code(constant: str, options: list[str]) -> str:
    return tuple_of(options, head=f"{constant} = ").removeprefix(f"{constant} = ")


def _dump(head: str, excluded: list[str], keywords: list[str]) -> str:
    arguments = list(keywords)
    if excluded:
        arguments.append("exclude={" + ", ".join(quote(name) for name in excluded) + "}")
    return f"{head}{', '.join(arguments)})"


def _dict_argument(name: str, pairs: list[str]) -> str:
    return block(f"{name}={{", pairs, "}", indent=4)


def in_route_order(operations: list[Operation]) -> list[Operation]:
    """Put fixed paths above those with a parameter in the same place: the first match wins."""

    def specificity(operation: Operation) -> tuple[str, ...]:
        return tuple(re.sub(r"^\{.*", "~", part) for part in operation.path.split("/"))

    return sorted(operations, key=specificity)


