"""What do all pieces of one entity's operations share? Its names, look-ups and import blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.fields import parameter_type
from agent.emitter.layout import Imports, call
from agent.planner import names
from agent.types import Attribute, AttributeType, OperationKind, ParameterPlace

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.emitter.schemas import Schemas
    from agent.emitter.types import Pair
    from agent.types import Entity, Operation, Parameter

K = OperationKind
ACCOUNT_KINDS = frozenset({K.REGISTER, K.LOGIN, K.REFRESH, K.ME})
LOOSE_SERVICE = "Operations"
CHANGING = frozenset({K.UPDATE, K.REPLACE, K.TRANSITION})
# What a parameter type is in the service, which gets values that were checked already.
_PLAIN = {
    "Slug": "str",
    "FindingText": "str",
    "Sought": "str",
    "Finding16": "int",
    "Finding32": "int",
    "Finding64": "int",
    "Text": "str",
    "EmailParam": "str",
    "Int16Param": "int",
    "Int32Param": "int",
    "Int64Param": "int",
    "NumberParam": "float",
    "FlagParam": "bool",
    "Day": "dt.date",
    "Instant": "dt.datetime",
    "Clock": "dt.time",
}


def plain_type(attribute: Attribute, *, place: str) -> tuple[str, tuple[Pair, ...]]:
    """Return what a parameter's value is in the service, and what that imports."""
    hint, imports = parameter_type(attribute, place=place)
    plain = _PLAIN.get(hint, hint)
    if plain.startswith("dt."):
        return plain, (("datetime as dt", ""),)
    return plain, imports if plain == hint else ()


class Unit:
    """One entity (or none, for loose operations) while its modules are built.

    The import blocks of its endpoint, service and repository modules fill up on the way, as do the
    constants and methods that those modules need once.
    """

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
        self.owner_checks: dict[str, str] = {}

    def add_router(self) -> None:
        """Import what a router is made of."""
        self.endpoint_imports.add("fastapi", "APIRouter")
        if self.facts.has_long_decimals:
            self.endpoint_imports.add("app.api.exact", "ExactRoute")

    @property
    def operations(self) -> list[Operation]:
        """Return what can be done with the entity's rows."""
        return self.facts.operations[self.row_entity.name]

    @property
    def variable(self) -> str:
        """Return the local variable of a row."""
        return names.variable_name(self.row_entity.name)

    @property
    def repository(self) -> str:
        """Return the service's attribute that holds the entity's repository."""
        return self.repository_of(self.row_entity)

    @property
    def row_entity(self) -> Entity:
        """Return the entity, for operations that work on rows."""
        assert self.entity is not None  # noqa: S101 - operations on rows have an entity
        return self.entity

    def repository_of(self, entity: Entity) -> str:
        """Return the service's attribute that holds an entity's repository."""
        name = self.facts.plural(entity)
        name = f"{name}_rows" if name == "session" else name
        self.repositories[name] = entity.name
        return f"self.{name}"

    @property
    def service(self) -> str:
        """Return the class of the service that these operations have."""
        return f"{self.entity.name if self.entity else LOOSE_SERVICE}Service"

    def module_name(self) -> str:
        """Return the module that the schemas of these operations live in."""
        return names.snake(self.entity.name) if self.entity else "operations"

    def plain_type(self, attribute: Attribute, *, place: str = "query") -> str:
        """Return what a parameter's value is in the service, and import what that needs."""
        plain, imports = plain_type(attribute, place=place)
        self.service_imports.update(imports)
        return plain

    def path_slots(self, operation: Operation) -> list[tuple[str, str]]:
        """Return the path parameters as (Python name, plain type)."""
        found = []
        for parameter in operation.parameters:
            if parameter.place is not ParameterPlace.PATH:
                continue
            plain = self.plain_type(self.bound(parameter), place="path")
            found.append((self.slot_name(parameter), plain))
        return found

    def slot_name(self, parameter: Parameter) -> str:
        """Return a path parameter's Python name."""
        name = names.attribute_name(parameter.name, ())
        is_taken = self.entity is not None and name in self._row_variables(parameter)
        return f"{name}_" if name in names.RESERVED_VARIABLES or name == "id" or is_taken else name

    def _row_variables(self, parameter: Parameter) -> set[str]:
        """Return the variables of the rows that a path parameter finds."""
        head, _, rest = (parameter.binds or "").partition(".")
        found = {self.variable}
        if rest:
            found.add(names.variable_name(self.facts.step(self.row_entity.name, head)[0]))
        return found

    def bound(self, parameter: Parameter) -> Attribute:
        """Return the attribute that a parameter is bound to."""
        if parameter.binds is None or self.entity is None:
            kind = parameter.type or AttributeType.STRING
            return Attribute(name="value", type=kind, precision=12, scale=2)
        entity = self.entity.name
        *steps, last = parameter.binds.split(".")
        for step in steps:
            entity, _ = self.facts.step(entity, step)
        return self.facts.attribute(entity, last)

    def input_class(self, operation: Operation) -> str | None:
        """Return the class of a body."""
        if operation.input is None:
            return None
        name = self.schemas.input_class(operation.input.schema_name)
        return f"list[{name}]" if operation.input.array else name

    def input_module(self, operation: Operation) -> str:
        """Return the module of a body's class."""
        assert operation.input is not None  # noqa: S101 - asked only with an input
        return self.schemas.module_of(operation.input.schema_name)

    def input_fields(self, operation: Operation) -> list[Attribute]:
        """Return the attributes that a body can set."""
        if operation.input is None:
            return []
        schema = self.facts.schemas[operation.input.schema_name]
        return [
            self.facts.attribute(self.row_entity.name, f.attribute)
            for f in schema.fields
            if f.attribute
        ]

    def has_owner(self) -> bool:
        """Tell whether rows belong to users."""
        return self.entity is not None and self.entity.owner is not None

    def comparison(self, entity: str, path: str, value: str, imports: Imports) -> str:
        """Return the condition that the value at a path of relations equals a variable."""
        head, _, rest = path.partition(".")
        imports.add(f"app.models.{names.snake(entity)}", entity)
        if not rest:
            return f"{entity}.{head} == {value}"
        target, is_one = self.facts.step(entity, head)
        inner = self.comparison(target, rest, value, imports)
        return f"{entity}.{head}.{'has' if is_one else 'any'}({inner})"

    def path_conditions(self, operation: Operation, *, only: str | None = None) -> list[str]:
        """Return the path parameters' conditions; ``only``: those behind one relation."""
        found = []
        for parameter in operation.parameters:
            if parameter.place is not ParameterPlace.PATH or not parameter.binds:
                continue
            head, _, rest = parameter.binds.partition(".")
            name = self.slot_name(parameter)
            if only is None and rest and operation.kind in {K.LINK, K.UNLINK}:
                continue
            if only is not None and (head != only or not rest):
                continue
            entity = self.row_entity.name
            path = parameter.binds
            if only is not None:
                entity, _ = self.facts.step(entity, head)
                path = rest
            found.append(self.comparison(entity, path, name, self.service_imports))
        return found

    def find_one(self, operation: Operation, *, lock: bool, load: str | None = None) -> str:
        """Return the statement that finds the row which the path names."""
        arguments = self.path_conditions(operation)
        if self.facts.is_own(operation):
            entity, key = self.row_entity.name, self.row_entity.primary_key[0]
            arguments = [self.comparison(entity, key, f"actor.{key}", self.service_imports)]
        if load:
            arguments.append(f"load={load}")
        if lock:
            arguments.append("lock=True")
        return call(f"{self.variable} = await {self.repository}.one(", arguments, indent=8)
