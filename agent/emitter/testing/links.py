"""Which tests does an operation get that links two rows, or unlinks them?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.testing import arrange
from agent.emitter.testing.case import Case
from agent.emitter.testing.naming import made
from agent.emitter.testing.refusals import absent_pair_case
from agent.emitter.testing.request import expect, path_through, send

if TYPE_CHECKING:
    from agent.emitter.testing.subject import Subject
    from agent.types import Parameter


def link_cases(test: Subject) -> list[Case]:
    """Link two rows; again changes nothing."""
    lines = [*_other(test), *arrange.row(test), f"path = {_path(test)}"]
    for _ in range(2):
        lines += [send(test), expect(test.operation.status)]
    return [Case(test.name, lines), absent_pair_case(test)]


def unlink_cases(test: Subject) -> list[Case]:
    """Part two linked rows, once."""
    lines = [*_linked(test), f"path = {_path(test)}"]
    lines += [send(test), expect(test.operation.status)]
    lines += [send(test), expect(test.statuses.not_found)]
    return [Case(test.name, lines), absent_pair_case(test)]


def _linked(test: Subject) -> list[str]:
    """Make two rows and their link."""
    relation = test.operation.relation or ""
    if not test.is_self:
        return [*_other(test), *arrange.row(test, {relation: "[other]"})]
    # whoever acts is there before the other row, which may have to be theirs
    actor, *others = _other(test)
    return [
        *arrange.linked_to_actor([actor], others, relation, "other"),
        *arrange.row(test),
    ]


def _other(test: Subject) -> list[str]:
    """Make the row at the other end."""
    relation = test.operation.relation or ""
    target, _ = test.facts.step(test.entity.name, relation)
    owned = arrange.parent_arguments(test, relation)
    return [*arrange.actor(test), made(target, owned, "other")]


def _path(test: Subject) -> str:
    def shown(parameter: Parameter) -> str:
        head, _, rest = (parameter.binds or "").partition(".")
        return f"other.{rest}" if rest else f"{test.row}.{head}"

    return path_through(test, shown)
