"""What does an operation become? An endpoint and a service method, ready for their templates."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.emitter import custom, endpoints, ownership, services
from agent.emitter.layout import call, docstring, fit_step
from agent.emitter.query_classes import query_class
from agent.emitter.unit import K
from agent.planner import names
from agent.planner.conflicts import partial_rules
from agent.planner.row_checks import named_in, with_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agent.emitter.unit import Unit
    from agent.types import Entity, Operation


_WRITING = frozenset({K.CREATE, K.REGISTER, K.REPLACE, K.UPDATE})
_WIDEST = 90
"""Characters of a marked line, beside its indent."""


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


def view(unit: Unit, operation: Operation) -> OperationView:
    """Return an operation as code."""
    slots = unit.path_slots(operation)
    actor = ownership.needs_actor(unit, operation)
    body_class = unit.input_class(operation)
    query = query_class(operation) if operation.kind is K.LIST else None
    method_arguments = [f"{name}: {hint}" for name, hint in slots]
    call_arguments = [name for name, _ in slots]
    if query:
        method_arguments.append(f"query: {query}")
        call_arguments.append("query")
        for imports in (unit.endpoint_imports, unit.service_imports):
            imports.add(f"app.schemas.{unit.module_name()}", query)
    for name, hint in _values(unit, operation):
        method_arguments.append(f"{name}: {hint}")
        call_arguments.append(name)
    if body_class:
        method_arguments.append(f"data: {body_class}")
        call_arguments.append(endpoints.unwrapped(operation))
        element = body_class.removeprefix("list[").removesuffix("]")
        unit.service_imports.add(f"app.schemas.{unit.input_module(operation)}", element)
    if actor:
        method_arguments.append(f"actor: {unit.facts.spec.auth.user}")
        call_arguments.append("actor")
        user = unit.facts.spec.auth.user
        unit.service_imports.add(f"app.models.{names.snake(user)}", user)
    returns = services.method_returns(unit, operation)
    steps = services.service_steps(unit, operation)
    return OperationView(
        name=operation.name,
        kind=operation.kind.value,
        decorator=endpoints.decorator(unit, operation),
        signature=endpoints.signature_of(unit, operation, slots, query, actor=actor),
        summary=docstring(" ".join([_summary(operation), *_told(unit, operation)]), 4),
        body=_reached(
            unit,
            operation,
            [fit_step(s, 4) for s in endpoints.endpoint_body(unit, operation, call_arguments)],
        ),
        method=call(
            f"async def {operation.name}(",
            ["self", *method_arguments],
            f") -> {returns}:",
            indent=4,
        ),
        steps=_reached(unit, operation, [fit_step(step, 8) for step in steps]),
        doc=docstring(_summary(operation), 8),
    )


def _summary(operation: Operation) -> str:
    return (operation.summary or operation.name) + "."


def _told(unit: Unit, operation: Operation) -> Iterator[str]:
    """Say which values a body may only have once among some rows, in the words of bodies."""
    if operation.kind not in _WRITING or unit.entity is None or operation.input is None:
        return
    rules = partial_rules(unit.entity)
    if not rules:
        return
    schema = unit.facts.schemas[operation.input.schema_name]
    fields = {field.attribute: field.name for field in schema.fields if field.attribute}
    called = {a.name: fields.get(a.name, unit.facts.wire(a.name)) for a in unit.entity.attributes}
    columns = {(a.column or a.name).lower(): called[a.name] for a in unit.entity.attributes}
    shown = _shown(unit, unit.entity)
    for rule in rules:
        *others, last = [called[name] for name in rule.attributes]
        same = f"{', '.join(others)} and {last}" if others else last
        where = rule.where or ""
        if shown.issuperset(named_in(where, unit.entity)):
            condition = " ".join(with_columns(where, columns).split())
            yield f"Only one row has the same {same} among those where {condition}."
        else:
            yield f"Only one row has the same {same} among some rows."


def _shown(unit: Unit, entity: Entity) -> set[str]:
    """Return the attributes of an entity that some body or answer shows, so that people know."""
    schemas = [each for each in unit.facts.spec.schemas if each.entity == entity.name]
    return {field.attribute for each in schemas for field in each.fields if field.attribute}


def _reached(unit: Unit, operation: Operation, lines: list[str]) -> list[str]:
    """Mark what no test can reach until somebody builds an operation of a contract."""
    is_waiting = operation.kind is K.CUSTOM and operation.name not in unit.facts.built
    if not operation.open or not is_waiting:
        return lines
    calls = [i for i, line in enumerate(lines) if "service." in line or "(self.session" in line]
    raising = calls[0] if calls else len(lines)
    mark = "  # pragma: no cover"
    return [
        f"{line}{mark}" if i > raising and len(line) + len(mark) <= _WIDEST else line
        for i, line in enumerate(lines)
    ]


def _values(unit: Unit, operation: Operation) -> list[tuple[str, str]]:
    """Return a custom operation's parameters outside the path as (Python name, plain type)."""
    others = custom.others(operation)
    called = custom.value_names(unit, operation) if others else {}
    found = []
    for parameter in others:
        hint, imports = custom.other_hint(unit, parameter)
        unit.service_imports.update(imports)
        found.append((called[parameter.name, parameter.place], hint))
    return found


def shadowed(operations: Iterable[Operation]) -> list[tuple[str | None, str | None]]:
    """Return pairs of entities: a path of the first is also matched by a pattern of the second.

    None stands for operations without an entity.
    """
    by_length: defaultdict[tuple[str, int], list[tuple[str | None, list[str]]]] = defaultdict(list)
    for operation in operations:
        parts = operation.path.split("/")
        by_length[operation.method, len(parts)].append((operation.entity, parts))
    return [pair for group in by_length.values() for pair in _shadowed(group)]


def _shadowed(
    group: list[tuple[str | None, list[str]]],
) -> Iterator[tuple[str | None, str | None]]:
    """Give the pairs among operations with one method, whose paths have as many parts."""
    alike = defaultdict(list)  # by parts that some pattern has fixed: what is to be looked at
    for fixed_parts in {_fixed(parts) for _, parts in group}:
        for entity, parts in group:
            alike[fixed_parts, tuple(parts[i] for i in fixed_parts)].append((entity, parts))
    for wider, pattern in group:
        fixed_parts = _fixed(pattern)
        for fixed, path in alike[fixed_parts, tuple(pattern[i] for i in fixed_parts)]:
            if fixed != wider and len(_fixed(path)) > len(fixed_parts):
                yield fixed, wider


def _fixed(parts: list[str]) -> tuple[int, ...]:
    """Return which parts of a path are no parameters."""
    return tuple(i for i, part in enumerate(parts) if not part.startswith("{"))


def fixed_first(names: Iterable[str], pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Order modules so that the first of each pair stands before the second, as far as can be."""
    left, pairs = list(names), list(pairs)
    ordered: list[str] = []
    while left:
        waiting = {wider for fixed, wider in pairs if fixed in left and fixed != wider}
        free = [name for name in left if name not in waiting] or left[:1]
        ordered += free
        left = [name for name in left if name not in free]
    return ordered


def in_route_order(operations: list[Operation]) -> list[Operation]:
    """Put fixed paths above those with a parameter in the same place: the first match wins."""

    def specificity(operation: Operation) -> tuple[str, ...]:
        parts = operation.path.split("/")
        return tuple("~" if part.startswith("{") else part for part in parts)

    return sorted(operations, key=specificity)
