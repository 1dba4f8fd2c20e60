"""What may be asked of a list? Pages, order, filters, search, and a steady number of queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.sorting import sort_query
from agent.emitter.testing import arrange
from agent.emitter.testing.case import Case
from agent.emitter.testing.order import expected_order, sort_attribute
from agent.emitter.testing.request import (
    expect,
    items,
    needs_row,
    path,
    required_query,
    send,
    total,
    with_query,
)
from agent.emitter.testing.room import room
from agent.emitter.testing.rows import brought_along
from agent.types import AttributeType, ParameterPlace, RelationKind

if TYPE_CHECKING:
    from agent.emitter.testing.subject import Subject

_FILTERED = frozenset({AttributeType.UUID, AttributeType.INTEGER, AttributeType.BIGINT})
_MORE = 3


def query_cases(test: Subject) -> list[Case]:
    """Return the tests of what a list's query can say."""
    operation = test.operation
    # What is asked of one row need not hold for another, and a user may have only one.
    can_be_many = not required_query(test) and not _is_alone(test) and _has_room(test, 1)
    cases = []
    if operation.paginated and can_be_many:
        cases.append(_page_case(test))
    if operation.sort and can_be_many:
        cases.append(_sort_case(test))
    if can_be_many:
        cases += _filter_cases(test)
    if operation.search:
        cases.append(_search_case(test))
    if not operation.open:
        cases.append(_unknown_case(test))
    if _embeds(test) and can_be_many and _has_room(test, _MORE):
        cases.append(_steady_case(test))
    return cases


def _has_room(test: Subject, more: int) -> bool:
    """Tell whether there can be so many rows beside the first one and the actor's own."""
    return room(test.facts, test.entity.name) >= 1 + more + _brought(test)


def _is_alone(test: Subject) -> bool:
    """Tell whether a user can own no more than one such row."""
    if not test.is_owned or test.is_self:
        return False
    entity = test.entity.name
    for step in (test.entity.owner or "").split("."):
        relation = test.facts.relation(entity, step)
        if relation is None or relation.kind is RelationKind.ONE_TO_ONE:
            return True
        entity = relation.target
    return False


def nested_heads(test: Subject) -> list[str]:
    """Return the relations to the rows that a nested path names."""
    bound = [p.binds for p in test.slots if p.binds and "." in p.binds]
    return list(dict.fromkeys(path.split(".")[0] for path in bound))


def list_length(test: Subject, made: int) -> str:
    """Return the line that counts the rows: those made, and those that came with the actor."""
    return f"assert len({items(test)}) == {made + _brought(test)}"


def _brought(test: Subject) -> int:
    if test.is_open or test.is_owned or required_query(test):
        return 0
    return brought_along(test.facts, test.facts.spec.auth.user, test.entity.name)


def _another(test: Subject, variable: str) -> list[str]:
    """Make one more row, under the same parents."""
    parents = {head: f"{test.row}.{head}" for head in nested_heads(test)}
    return arrange.row(test, parents, variable=variable)


def _two_rows(test: Subject) -> list[str]:
    return [*arrange.actor(test), *arrange.row(test), *_another(test, "other")]


def _page_case(test: Subject) -> Case:
    paging = test.facts.spec.api.paging
    name, second, far = paging.page_parameter, paging.first_page + 1, 9
    if paging.offset_parameter is not None:
        name, second, far = paging.offset_parameter, 1, 8
    target = with_query(path(test), f"{name}={second}&{paging.limit_parameter}=1")
    lines = [*_two_rows(test), send(test, target), expect(test.operation.status)]
    lines.append(f"assert len({items(test)}) == 1")
    counted = total(test)
    beyond = target.replace(f"{name}={second}", f"{name}={far}")
    after = [send(test, beyond), f"assert {items(test)} == []"]
    if counted:
        right = f"assert {counted} == {2 + _brought(test)}"
        lines.append(right)
        after.append(right)
    return Case(f"{test.name}_by_page", [*lines, *after])


def _sort_case(test: Subject) -> Case:
    """Compare one order with the other one."""
    name = sort_attribute(test)
    lines = _two_rows(test)
    for order in ("asc", "desc"):
        query = sort_query(test.facts, test.operation, name, order)
        lines.append(send(test, with_query(path(test), query), variable=order))
        lines.append(expect(test.operation.status, order))
    lines.append(expected_order(test, name))
    return Case(f"{test.name}_sorted", lines)


def _filter_cases(test: Subject) -> list[Case]:
    """Filter by a value that differs between the two rows."""
    for parameter in test.operation.parameters:
        if parameter.place is not ParameterPlace.QUERY or parameter.match != "equal":
            continue
        name = parameter.binds
        if name is None or (name,) != test.entity.primary_key:
            continue
        if test.attribute(name).type not in _FILTERED:
            continue
        target = with_query(path(test), f"{parameter.name}={{{test.row}.{name}}}")
        lines = [*_two_rows(test), send(test, target), expect(test.operation.status)]
        lines.append(f"assert len({items(test)}) == 1")
        return [Case(f"{test.name}_filtered", lines)]
    return []


def _search_case(test: Subject) -> Case:
    parameter = test.facts.spec.api.paging.search_parameter
    target = with_query(path(test), f"{parameter}=no%20such%20text")
    lines = [*arrange.actor(test), *arrange.row(test), send(test, target)]
    lines += [expect(test.operation.status), f"assert {items(test)} == []"]
    return Case(f"{test.name}_by_search", lines)


def _unknown_case(test: Subject) -> Case:
    target = with_query(path(test), "no_such_filter=1")
    lines = [*arrange.actor(test), *(arrange.row(test) if needs_row(target) else [])]
    lines += [send(test, target), expect(test.statuses.invalid)]
    return Case(f"{test.name}_refuses_an_unknown_filter", lines)


def _embeds(test: Subject) -> bool:
    output = test.operation.output
    if output is None:
        return False
    return any(f.relation for f in test.facts.schemas[output.schema_name].fields)


def _steady_case(test: Subject) -> Case:
    """Count the queries: more rows need no more of them."""
    lines = [*arrange.actor(test), *arrange.row(test), f"path = {path(test)}"]
    lines += _counted(test, "few")
    for _ in range(_MORE):
        lines += _another(test, "")
    lines += _counted(test, "many")
    lines += [list_length(test, 1 + _MORE), "assert len(many) == len(few)"]
    return Case(f"{test.name}_counts_its_queries", lines)


def _counted(test: Subject, variable: str) -> list[str]:
    return [
        f"with queries.counted() as {variable}:",
        f"    {send(test)}",
        expect(test.operation.status),
    ]
