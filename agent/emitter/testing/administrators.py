"""Which tests show that the last administrator stays? One for each way to lose them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter import administrators
from agent.emitter.layout import quote
from agent.emitter.testing.case import Case
from agent.emitter.testing.naming import made
from agent.emitter.testing.request import body_of, expect, path, send

if TYPE_CHECKING:
    from agent.emitter.testing.subject import Subject
    from agent.types import SchemaField


def last_administrator_cases(test: Subject) -> list[Case]:
    """Refuse to end the only administrator, and do it where there is another one."""
    auth = test.facts.spec.auth
    may = {"owner", "authenticated", auth.admin_role}
    if test.is_open or not may & set(test.permission):
        return []
    return [
        Case(f"{test.name}_keeps_the_last_administrator", _lines(test, field))
        for field in administrators.ways_out(test.facts, test.operation)
    ]


def another(test: Subject) -> list[str]:
    """Return the line that makes one more administrator, where every user is one."""
    auth = test.facts.spec.auth
    ends = administrators.ways_out(test.facts, test.operation)
    return [made(auth.user)] if ends and auth.admin_role in test.given_roles else []


def _lines(test: Subject, field: SchemaField | None) -> list[str]:
    auth = test.facts.spec.auth
    admin = f"{auth.roles_attribute}=[{quote(auth.admin_role)}]"
    lines = [made(auth.user, admin, "actor"), f"{test.row} = actor"]
    body = None
    if field is not None:
        value = "False" if field.attribute == auth.active else "[]"
        lines.append(f"body = {body_of(test, [(field.name, value)])}")
        body = "body"
    lines += [send(test, path(test), body=body), expect(test.statuses.conflict)]
    lines += [made(auth.user, admin), send(test, path(test), body=body)]
    return [*lines, expect(test.operation.status)]
