"""Which refusals do operations of every kind share? Nobody, the wrong role, another's row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.layout import call
from agent.emitter.testing import arrange
from agent.emitter.testing.case import Case
from agent.emitter.testing.request import (
    absent_path,
    arguments,
    body_of,
    client,
    expect,
    needs_row,
    path,
    path_to_none,
    send,
)

if TYPE_CHECKING:
    from agent.emitter.testing.subject import Subject


def guard_cases(test: Subject) -> list[Case]:
    """Refuse nobody, and somebody without the role."""
    if test.is_open:
        return []
    target = absent_path(test)
    sent = ", json={}" if test.operation.input else ""
    anonymous = Case(
        f"{test.name}_needs_a_user",
        [
            f"response = await {client(test)}({target}{sent})",
            expect(test.statuses.unauthenticated),
        ],
    )
    if not [role for role in test.permission if role != "owner"] or test.role is None:
        return [anonymous]
    body = body_of(test) if test.operation.input else None
    given = arguments(test, target, body=body)
    forbidden = Case(
        f"{test.name}_needs_a_role",
        [
            *arrange.actor_with_other_roles(test),
            call(f"response = await {client(test)}(", given, indent=4),
            expect(test.statuses.forbidden),
        ],
    )
    return [anonymous, forbidden]


def absent_case(test: Subject) -> Case:
    """Look for what is not there."""
    target = path_to_none(test)
    lines = [*arrange.actor(test), *(arrange.row(test) if needs_row(target) else [])]
    lines += [send(test, target), expect(test.statuses.not_found)]
    return Case(f"{test.name}_that_is_absent", lines)


def absent_cases(test: Subject) -> list[Case]:
    """Look for what is not there, where a path can name it."""
    return [] if test.is_own else [absent_case(test)]


def absent_pair_case(test: Subject) -> Case:
    """Look for a link whose ends are not there."""
    lines = [*arrange.actor(test), f"path = {absent_path(test)}"]
    lines += [send(test), expect(test.statuses.not_found)]
    return Case(f"{test.name}_to_an_absent_one", lines)


def stranger_cases(test: Subject, body: str | None = None) -> list[Case]:
    """Refuse another user's row."""
    if not test.is_owned:
        return []
    lines = [*arrange.owner_and_stranger(test), *arrange.row(test, of="owner")]
    if body is not None:
        lines.append(f"body = {body}")
    sent = "body" if body is not None else None
    lines += [send(test, path(test), body=sent, actor="stranger"), expect(test.statuses.forbidden)]
    return [Case(f"{test.name}_of_another_user", lines)]
