"""What does a custom operation become? A service method around a slot: one function, left open.

The method does what templates can do: it finds the row that the path names, or the rows above it,
refuses who may not, calls the slot, commits, and reads again what the answer shows. The slot is a
function of the same name in a module of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.emitter import listings, ownership
from agent.emitter.layout import Imports, call, docstring, fit, quote, tuple_of
from agent.emitter.named import names_a_row
from agent.emitter.unit import K, Unit, plain_type
from agent.planner import names
from agent.types import HttpMethod, OperationKind, ParameterPlace

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.emitter.schemas import Schemas
    from agent.emitter.types import Pair
    from agent.types import Operation, Parameter

PACKAGE = "app.services.operations"
SESSION = ("sqlalchemy.ext.asyncio", "AsyncSession")


@dataclass(frozen=True, slots=True)
class Given:
    """One argument of a slot: its name, its type, what that imports, and what is passed."""

    name: str
    hint: str
    imports: tuple[Pair, ...]
    value: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a slot returns: ``row`` is the entity whose rows it gives, where it gives rows."""

    hint: str
    imports: tuple[Pair, ...]
    row: str | None = None


def customs(facts: Facts) -> list[Operation]:
    """Return the operations that have slots, in order."""
    return [o for o in facts.spec.operations if o.kind is OperationKind.CUSTOM]


def unit_of(facts: Facts, schemas: Schemas, operation: Operation) -> Unit:
    """Return a unit for one operation alone, whose imports nobody else reads."""
    return Unit(facts.entities.get(operation.entity or ""), facts, schemas)


# --- parameters ---


def others(operation: Operation) -> list[Parameter]:
    """Return the parameters outside the path, those that have to be there first."""
    if operation.kind is not K.CUSTOM:
        return []
    found = [p for p in operation.parameters if p.place is not ParameterPlace.PATH]
    return sorted(found, key=lambda p: not p.required)


def value_names(unit: Unit, operation: Operation) -> dict[tuple[str, ParameterPlace], str]:
    """Return what each parameter is called in Python: no two the same, none a row's name."""
    taken = {unit.variable} if unit.entity else set()
    found: dict[tuple[str, ParameterPlace], str] = {}
    for parameter in operation.parameters:
        name = unit.slot_name(parameter)
        name = f"{name}_" if name in taken else name
        found[parameter.name, parameter.place] = names.unique(name, {*taken, *found.values()})
    return found


def other_hint(unit: Unit, parameter: Parameter) -> tuple[str, tuple[Pair, ...]]:
    """Return the type that a parameter outside the path has in Python."""
    plain, imports = plain_type(unit.bound(parameter), place="query")
    return plain if parameter.required else f"{plain} | None", imports


# --- the slot's function ---


def given(unit: Unit, operation: Operation) -> list[Given]:
    """Return the arguments of a slot, in order: rows, values, the body, who is asking."""
    found = _rows(unit, operation)
    called = value_names(unit, operation)
    is_named = names_a_row(unit.facts, operation)
    for parameter in operation.parameters:
        is_path = parameter.place is ParameterPlace.PATH
        binds = parameter.binds if is_path and unit.entity else None
        if binds and (is_named or "." in binds):
            continue  # a row says it
        name = called[parameter.name, parameter.place]
        if is_path:
            hint, imports = plain_type(unit.bound(parameter), place="path")
        else:
            hint, imports = other_hint(unit, parameter)
        found.append(Given(name, hint, imports, name))
    if operation.input is not None:
        hint = unit.input_class(operation) or ""
        needs = (f"app.schemas.{unit.input_module(operation)}", _element(hint))
        found.append(Given("data", hint, (needs,), "data"))
    if ownership.needs_actor(unit, operation):
        found.append(_model_argument("actor", unit.facts.spec.auth.user))
    return found


def _rows(unit: Unit, operation: Operation) -> list[Given]:
    if unit.entity is None:
        return []
    if names_a_row(unit.facts, operation):
        return [_model_argument(unit.variable, unit.entity.name)]
    return [
        _model_argument(parent.variable, unit.facts.step(unit.entity.name, parent.relation)[0])
        for parent in listings.parent_rows(unit, operation)
    ]


def _model_argument(name: str, entity: str) -> Given:
    return Given(name, entity, (_model(entity),), name)


def _model(entity: str) -> Pair:
    return f"app.models.{names.snake(entity)}", entity


def answer(unit: Unit, operation: Operation) -> Answer:
    """Return what a slot gives back: rows where the answer shows nothing else, or its schema."""
    output = operation.output
    if output is None:
        return Answer("None", ())
    schema = unit.facts.schemas[output.schema_name]
    if schema.entity and _shows_rows_only(unit.facts, output.schema_name):
        name, needs, row = schema.entity, _model(schema.entity), schema.entity
    else:
        name, row = output.schema_name, None
        needs = (f"app.schemas.{unit.schemas.module_of(name)}", name)
    return Answer(f"list[{name}]" if output.array else name, (needs,), row)


def _shows_rows_only(facts: Facts, name: str, seen: frozenset[str] = frozenset()) -> bool:
    """Tell whether all that a schema shows stands in a row, and in those that it leads to."""
    if name in seen:
        return True
    return all(
        bool(field.attribute)
        or (
            bool(field.relation)
            and (not field.schema_name or _shows_rows_only(facts, field.schema_name, seen | {name}))
        )
        for field in facts.schemas[name].fields
    )


def _element(hint: str) -> str:
    return hint.removeprefix("list[").removesuffix("]")


def head(unit: Unit, operation: Operation, imports: Imports) -> str:
    """Return the head of a slot's function; ``imports`` get what its types need."""
    imports.add(*SESSION)
    arguments = ["session: AsyncSession"]
    for each in given(unit, operation):
        arguments.append(f"{each.name}: {each.hint}")
        imports.update(each.imports)
    returned = answer(unit, operation)
    imports.update(returned.imports)
    return call(f"async def {operation.name}(", arguments, f") -> {returned.hint}:")


# --- the service's method ---


def returns(unit: Unit, operation: Operation) -> str:
    """Return the type that the service method gives back."""
    returned = answer(unit, operation)
    unit.service_imports.update(returned.imports)
    return returned.hint


def steps(unit: Unit, operation: Operation) -> list[str]:
    """Return the statements of the service method."""
    is_reading = operation.method is HttpMethod.GET
    arguments = ["self.session", *(each.value for each in given(unit, operation))]
    lines = []
    if unit.entity is not None and names_a_row(unit.facts, operation):
        lines.append(unit.find_one(operation, lock=not is_reading))
        lines += ownership.row_check(unit, operation)
    elif unit.entity is not None:
        above = listings.parent_rows(unit, operation)
        lines += [parent.find for parent in above]
        owner = (unit.entity.owner or "").split(".")[0]
        if any(parent.relation == owner for parent in above):
            lines += ownership.new_parent_check(unit, operation, "data.", above)
    indent = 8 if is_reading else 12
    called = call(f"await {_imported(unit, operation)}(", arguments, indent=indent)
    returned = answer(unit, operation)
    again = _read_again(unit, operation, returned)
    if is_reading and not again:
        return [*lines, f"return {called}" if operation.output else called]
    variable = "rows" if returned.hint.startswith("list[") else "made"
    ran = f"{variable} = {called}" if operation.output else called
    if is_reading:
        lines.append(ran)
    else:
        unit.service_imports.add("app.db.errors", "telling_refusals")
        lines.append("with telling_refusals():")
        lines += [f"    {fit(ran, indent)}", "    await self.session.commit()"]
    if again:
        return [*lines, *again]
    return [*lines, f"return {variable}"] if operation.output else lines


def _imported(unit: Unit, operation: Operation) -> str:
    """Import a slot's function into the service module; return its name there."""
    name = operation.name
    variables = {each.name for each in given(unit, operation)} | {unit.facts.spec.auth.user}
    variables |= set(value_names(unit, operation).values()) | {"rows", "made"}
    alias = names.unique(f"run_{name}", variables) if name in variables else name
    member = name if alias == name else f"{name} as {alias}"
    unit.service_imports.add(f"{PACKAGE}.{name}", member)
    return alias


def _read_again(unit: Unit, operation: Operation, returned: Answer) -> list[str]:
    """Return what reads rows again, with the relations that the answer shows."""
    output = operation.output
    if output is None or returned.row is None:
        return []
    entity = unit.facts.entities[returned.row]
    if unit.entity is not None and unit.entity.name == entity.name:
        load = listings.load_constant(unit, operation)
    else:
        seen = frozenset({output.schema_name})
        options = listings.loader_options(
            unit, entity.name, output.schema_name, seen, unit.service_imports
        )
        load = tuple_of(options) if options else None
    if load is None:
        return []
    repository = unit.repository_of(entity)
    unit.service_imports.add(*_model(entity.name))
    if output.array:
        return [call(f"return await {repository}.with_relations(", ["rows", load], indent=8)]
    keys = [f"{entity.name}.{key} == made.{key}" for key in entity.primary_key]
    return [call(f"return await {repository}.one(", [*keys, f"load={load}"], indent=8)]


def writes_rows(facts: Facts) -> bool:
    """Tell whether any custom operation may change rows."""
    return any(operation.method is not HttpMethod.GET for operation in customs(facts))


def reads_again(facts: Facts, schemas: Schemas) -> bool:
    """Tell whether any custom operation gives many rows with their relations."""
    for operation in customs(facts):
        unit = unit_of(facts, schemas, operation)
        again = _read_again(unit, operation, answer(unit, operation))
        if again and operation.output is not None and operation.output.array:
            return True
    return False


def summary(operation: Operation, indent: int) -> str:
    """Return the docstring of an operation's functions."""
    return docstring((operation.summary or operation.name) + ".", indent)


def not_built(operation: Operation) -> str:
    """Return the statement that stands in a slot until somebody fills it."""
    return f"raise NotBuiltError({quote(operation.name)})"
