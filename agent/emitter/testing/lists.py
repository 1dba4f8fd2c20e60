"""Which tests does a list get? Its rows, those of their owner, those at the end of a relation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter import parents
from agent.emitter.testing import arrange
from agent.emitter.testing.case import Case
from agent.emitter.testing.list_queries import list_length, nested_heads, query_cases
from agent.emitter.testing.naming import made
from agent.emitter.testing.request import (
    absent_path,
    expect,
    items,
    path,
    path_through,
    required_query,
    send,
    total,
    with_query,
)

if TYPE_CHECKING:
    from agent.emitter.testing.subject import Subject
    from agent.types import Parameter


def list_cases(test: Subject) -> list[Case]:
    """List the rows, and ask what may be asked of the list."""
    for head in nested_heads(test):
        if not test.facts.step(test.entity.name, head)[1]:
            return _related_cases(test, head)
    lines = [*arrange.actor(test), *arrange.row(test), send(test, path(test))]
    lines += [expect(test.operation.status), list_length(test, 1)]
    if test.is_self:
        return [Case(test.name, lines)]
    counted = total(test)
    if counted:
        lines.append(f"assert {counted} == len({items(test)})")
    cases = [Case(test.name, lines), *query_cases(test)]
    return [*cases, _own_case(test)] if test.is_owned else cases


def _own_case(test: Subject) -> Case:
    """Show a user no rows of others."""
    lines = [
        *arrange.owner_and_stranger(test),
        *arrange.row(test, of="owner"),
        send(test, path(test), actor="stranger"),
    ]
    if parents.is_guarded(test.facts, test.operation):
        lines.append(expect(test.statuses.not_found))
        return Case(f"{test.name}_of_a_strangers_parent", lines)
    lines += [expect(test.operation.status), f"assert {items(test)} == []"]
    return Case(f"{test.name}_shows_only_own_rows", lines)


def _related_cases(test: Subject, head: str) -> list[Case]:
    """List the rows at the other end of a many-to-many relation."""
    target, _ = test.facts.step(test.entity.name, head)
    parent = test.variable(target)
    parent = f"parent_{parent}" if parent == test.row else parent

    def path_to(row: str, query: str) -> str:
        def shown(parameter: Parameter) -> str:
            return f"{row}.{(parameter.binds or '').partition('.')[2]}"

        return with_query(path_through(test, shown), query)

    collection = _other_end(test, head)
    is_guarded = parents.readers(test.facts, test.operation, head) is not None
    kept_by = test.facts.entities[target].owner
    if is_guarded and kept_by == "self":  # nobody else's rows would do but those of the actor
        above = "actor"
        lines = arrange.linked_to_actor(
            arrange.actor(test), arrange.row(test), collection, test.row
        )
    else:
        above = parent
        owner = arrange.owned_by(test.facts, target, kept_by, "actor") if is_guarded else ""
        given = f"{collection}=[{test.row}]" + (f", {owner}" if owner else "")
        lines = [*arrange.actor(test), *arrange.row(test), made(target, given, parent)]
    lines += [
        send(test, path_to(above, required_query(test))),
        expect(test.operation.status),
        f"assert len({items(test)}) == 1",
    ]
    missing = [
        *arrange.actor(test),
        send(test, with_query(absent_path(test), required_query(test, of_row=False))),
        expect(test.statuses.not_found),
    ]
    cases = [Case(test.name, lines), Case(f"{test.name}_of_an_absent_one", missing)]
    if is_guarded:
        hidden = [
            *arrange.actor(test),
            made(target, variable=parent),
            send(test, path_to(parent, required_query(test, of_row=False))),
            expect(test.statuses.not_found),
        ]
        cases.append(Case(f"{test.name}_of_a_strangers_one", hidden))
    return cases


def _other_end(test: Subject, head: str) -> str:
    """Return what the rows at a relation's end call their collection of these rows."""
    declared = test.facts.relation(test.entity.name, head)
    if declared is not None:
        return declared.inverse or ""
    inverses = test.facts.inverses[test.entity.name]
    return next(r.name for _, r in inverses if r.inverse == head)
