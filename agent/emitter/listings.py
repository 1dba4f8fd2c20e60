"""How are rows found and shown? Lists with their allow-lists, parents, and loaded relations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.emitter import ownership, parents
from agent.emitter.layout import block, call, fit, quote, tuple_of
from agent.emitter.sorting import sort_name
from agent.planner import names
from agent.types import Match, ParameterPlace

if TYPE_CHECKING:
    from agent.emitter.layout import Imports
    from agent.emitter.unit import Unit
    from agent.types import Operation

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


def load_constant(unit: Unit, operation: Operation) -> str | None:
    """Return the constant of loader options that an answer's relations need."""
    if operation.output is None:
        return None
    name = operation.output.schema_name
    options = loader_options(unit, unit.row_entity.name, name, frozenset({name}))
    if not options:
        return None
    constant = "WITH_" + "_".join(
        f.relation.upper() for f in unit.facts.schemas[name].fields if f.relation
    )
    known = unit.loads.get(constant)
    code = _load_code(constant, options)
    if len(constant) > _LONGEST_CONSTANT or (known is not None and known != code):
        constant = f"WITH_{names.snake(name).upper()}"
        code = _load_code(constant, options)
    unit.loads[constant] = code
    module = f"app.repositories.{names.snake(unit.row_entity.name)}_repository"
    unit.service_imports.add(module, constant)
    return constant


def loader_options(
    unit: Unit, entity: str, schema: str, seen: frozenset[str], imports: Imports | None = None
) -> list[str]:
    """Return the loader option of every relation that a schema shows, nested ones inside.

    ``imports`` are those of the module that the options stand in (None: the repository's).
    """
    imports = unit.repository_imports if imports is None else imports
    options = []
    for given in unit.facts.schemas[schema].fields:
        if not given.relation or not given.schema_name:
            continue
        target, is_one = unit.facts.step(entity, given.relation)
        imports.add(f"app.models.{names.snake(entity)}", entity)
        loader = "joinedload" if is_one else "selectinload"
        imports.add("sqlalchemy.orm", loader)
        option = f"{loader}({entity}.{given.relation})"
        inner = []
        if given.schema_name not in seen:
            within = seen | {given.schema_name}
            inner = loader_options(unit, target, given.schema_name, within, imports)
        if inner:
            option = f"{option}.options({', '.join(inner)})"
        options.append(option)
    return options


def listing_constant(unit: Unit, operation: Operation) -> str:
    """Add the list's allow-lists to the repository module; return their constant."""
    constant = operation.name.upper()
    imports = unit.repository_imports
    imports.add("app.repositories.listing", "Listing")
    name = unit.row_entity.name
    imports.add(f"app.models.{names.snake(name)}", name)
    arguments = []
    filters = []
    for parameter in operation.parameters:
        if parameter.place is ParameterPlace.QUERY and parameter.binds:
            maker = _MATCH[parameter.match]
            imports.add("app.repositories.listing", maker)
            column = filter_column(unit, parameter.binds, imports)
            key = quote(names.query_name(parameter.name))
            filters.append(f"{key}: {maker}({column})")
    if filters:
        arguments.append(_dict_argument("filters", filters))
    if operation.search:
        imports.add("app.repositories.listing", "contains")
        columns = ", ".join(f"{name}.{item}" for item in operation.search)
        arguments.append(fit(f"search=contains({columns})", 4, comma=True))
    if operation.sort:
        sorts = [
            f"{quote(sort_name(unit.facts, operation, item))}: {name}.{item}"
            for item in operation.sort
        ]
        arguments.append(_dict_argument("sorts", sorts))
    keys = ", ".join(f"{name}.{key}" for key in unit.row_entity.primary_key)
    arguments.append(f"key=({keys},)" if "," not in keys else f"key=({keys})")
    unit.listings.append(call(f"{constant} = Listing(", arguments))
    return constant


def filter_column(unit: Unit, path: str, imports: Imports) -> str:
    """Return a filter's column, with the relation that leads to it."""
    head, _, rest = path.partition(".")
    name = unit.row_entity.name
    if rest:
        target, _ = unit.facts.step(name, head)
        imports.add(f"app.models.{names.snake(target)}", target)
        return f"{target}.{rest}, via={name}.{head}"
    return f"{name}.{head}"


def list_steps(unit: Unit, operation: Operation) -> list[str]:
    """Return the statements that read one page of rows."""
    above = parent_rows(unit, operation)
    scope = ownership.own_rows_only(unit, operation)
    listing = listing_constant(unit, operation)
    load = load_constant(unit, operation)
    unit.service_imports.add(
        f"app.repositories.{names.snake(unit.row_entity.name)}_repository", listing
    )
    lines = [p.find for p in above]
    own = [
        unit.comparison(
            unit.row_entity.name, p.binds or "", unit.slot_name(p), unit.service_imports
        )
        for p in operation.parameters
        if p.place is ParameterPlace.PATH and p.binds and "." not in p.binds
    ]
    conditions = [*(p.condition for p in above), *own]
    arguments = [listing, "query"]
    if scope:
        unit.service_imports.add("sqlalchemy", "ColumnElement")
        lines.append(f"scope: list[ColumnElement[bool]] = [{', '.join(conditions)}]")
        lines += scope
        arguments.append("*scope")
    else:
        arguments += conditions
    if load:
        arguments.append(f"load={load}")
    lines.append(call(f"return await {unit.repository}.page(", arguments, indent=8))
    return lines


def parent_rows(unit: Unit, operation: Operation) -> list[ParentView]:
    """Return the rows that a nested collection's path names."""
    found = []
    for head in parents.heads(operation):
        target, is_one = unit.facts.step(unit.row_entity.name, head)
        repository = unit.repository_of(unit.facts.entities[target])
        variable = names.variable_name(target)
        variable = f"parent_{variable}" if variable == unit.variable else variable
        where = unit.path_conditions(operation, only=head)
        where += parents.condition(unit, operation, head)
        name = unit.row_entity.name
        unit.service_imports.add(f"app.models.{names.snake(name)}", name)
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


def _load_code(constant: str, options: list[str]) -> str:
    return tuple_of(options, head=f"{constant} = ").removeprefix(f"{constant} = ")


def _dict_argument(name: str, pairs: list[str]) -> str:
    return block(f"{name}={{", pairs, "}", indent=4)
