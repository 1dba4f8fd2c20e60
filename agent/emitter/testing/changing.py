"""Which tests does an operation get that changes or replaces a row?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.parents import heads
from agent.emitter.testing import arrange
from agent.emitter.testing.answers import shows_body
from agent.emitter.testing.case import Case
from agent.emitter.testing.inside import named_rows
from agent.emitter.testing.invalid import invalid_cases
from agent.emitter.testing.naming import made
from agent.emitter.testing.passwords import password_cases
from agent.emitter.testing.refusals import stranger_cases
from agent.emitter.testing.request import body_of, expect, needs_row, path, path_to_none, send
from agent.emitter.testing.rows import foreign_keys, made_relations
from agent.emitter.testing.states import step_cases
from agent.emitter.testing.wire import in_body
from agent.types import OperationKind

if TYPE_CHECKING:
    from agent.emitter.testing.subject import Subject
    from agent.types import Relation


def change_cases(test: Subject) -> list[Case]:
    """Change a row, but no absent one, no other user's, and not with a wrong body."""
    if test.operation.input is None:
        return []
    kept = _kept_keys(test) if test.operation.kind is OperationKind.REPLACE else []
    named = named_rows(test)
    body = body_of(test, [*kept, *named.pairs])
    before = [*arrange.actor(test), *arrange.row(test, _own_parents(test, kept)), *named.lines]
    lines = [*before, f"body = {body}", send(test, path(test), body="body")]
    lines += [expect(test.operation.status), *shows_body(test)]
    return [
        Case(test.name, lines),
        *([] if test.is_own else [_absent_case(test, body, named.lines, needs=bool(kept))]),
        *stranger_cases(test, body),
        *password_cases(test),
        *invalid_cases(test, before, body, path(test)),
        *step_cases(test),
    ]


def _kept_keys(test: Subject) -> list[tuple[str, str]]:
    """Return the foreign keys, which a full replacement says again."""
    fields = test.fields
    given = []
    relations = made_relations(test.facts, test.entity, heads(test.operation))
    made_keys = {name for relation in relations for name in relation.attributes}
    for name in foreign_keys(test.entity) & fields.keys():
        attribute = test.attribute(name)
        if not attribute.nullable or name in made_keys:
            given.append((fields[name], in_body(f"{test.row}.{name}", attribute, test.facts)))
    return sorted(given)


def _own_parents(test: Subject, kept: list[tuple[str, str]]) -> dict[str, str]:
    """Return the parents that the body says again and that only their owner may read."""
    said = {wire for wire, _ in kept}
    fields = test.fields
    parents = {}
    for relation in made_relations(test.facts, test.entity, heads(test.operation)):
        is_said = bool(said & {fields.get(name) for name in relation.attributes})
        if is_said and test.is_private(relation.target) and not _leads_to_owner(test, relation):
            arguments = arrange.parent_arguments(test, relation.name)
            parents[relation.name] = made(relation.target, arguments)
    return parents


def _leads_to_owner(test: Subject, relation: Relation) -> bool:
    return test.is_owned and (test.entity.owner or "").split(".")[0] == relation.name


def _absent_case(test: Subject, body: str, first: list[str], *, needs: bool) -> Case:
    """``needs``: the body shows values of a row."""
    target = path_to_none(test)
    lines = arrange.actor(test)
    if needs or needs_row(target):
        lines += arrange.row(test)
    lines += [*first, f"body = {body}", send(test, target, body="body")]
    lines.append(expect(test.statuses.not_found))
    return Case(f"{test.name}_that_is_absent", lines)
