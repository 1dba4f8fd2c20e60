"""Which tests does a new password get? It needs the present one, and ends what came before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.layout import quote
from agent.emitter.testing import arrange
from agent.emitter.testing.case import Case
from agent.emitter.testing.request import body_of, expect, inside_body, path, send

if TYPE_CHECKING:
    from agent.emitter.testing.subject import Subject


def password_cases(test: Subject) -> list[Case]:
    """Change one's own password: without the present one, with a wrong one, with the right one."""
    given = test.operation.input
    present = given and test.facts.present_password(test.facts.schemas[given.schema_name])
    if not present or not test.is_self or test.is_open:
        return []
    field = f"{inside_body(test)}[{quote(present.name)}]"
    lines = [*arrange.actor(test), *arrange.row(test), f"body = {body_of(test)}"]
    for line, told in (
        (f"del {field}", "needs the present one"),
        (f'{field} = "Wrong-Horse-8"', "not the present password"),
    ):
        is_missed = present.required and line.startswith("del")
        refused = test.statuses.invalid if is_missed else test.statuses.forbidden
        lines += [line, send(test, path(test), body="body"), expect(refused)]
        if not is_missed and test.facts.spec.api.error_envelope.detail:
            lines.append(f"assert {quote(present.name)} in response.text")
            lines.append(f"assert {quote(told)} in response.text")
    before = [*arrange.actor(test), *arrange.row(test), f"body = {body_of(test)}"]
    before += ["old = headers(actor)"]
    for status in (test.operation.status, test.statuses.unauthenticated):
        sent = send(test, path(test), body="body").replace("headers(actor)", "old")
        before += [sent, expect(status)]
    return [
        Case(f"{test.name}_needs_the_present_password", lines),
        Case(f"{test.name}_ends_tokens_of_an_old_password", before),
    ]
