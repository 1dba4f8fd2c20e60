"""Which tests does an operation get that reads or deletes one row?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.testing import arrange
from agent.emitter.testing.administrators import another
from agent.emitter.testing.answers import shows_row
from agent.emitter.testing.case import Case
from agent.emitter.testing.refusals import absent_cases, stranger_cases
from agent.emitter.testing.request import expect, path, send

if TYPE_CHECKING:
    from agent.emitter.testing.subject import Subject


def read_cases(test: Subject) -> list[Case]:
    """Show a row, but no absent one and no other user's."""
    lines = [*arrange.actor(test), *arrange.row(test), send(test, path(test))]
    lines += [expect(test.operation.status), *shows_row(test)]
    return [Case(test.name, lines), *absent_cases(test), *stranger_cases(test)]


def delete_cases(test: Subject) -> list[Case]:
    """Delete a row: then it is absent."""
    lines = [*arrange.actor(test), *arrange.row(test), *another(test), f"path = {path(test)}"]
    lines += [send(test), expect(test.operation.status)]
    if not test.is_self:
        lines += [send(test), expect(test.statuses.not_found)]
    return [Case(test.name, lines), *absent_cases(test), *stranger_cases(test)]
