"""What does registering need in a test? The rows that every user refers to, and a valid body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.emitter.layout import fit, quote
from agent.emitter.testing.case import Case, CaseView, tidy
from agent.emitter.testing.creating import new_row
from agent.emitter.testing.request import body_of, expect, inside_body
from agent.emitter.testing.subject import Subject
from agent.types import OperationKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.emitter.facts import Facts


@dataclass(frozen=True, slots=True)
class Registration:
    """The function that makes a body; the test of registering; a body with a weak password."""

    function: str
    case: CaseView
    weak: str


def registration(facts: Facts, payloads: Mapping[str, str]) -> Registration | None:
    """Return how a test registers; ``None`` where nobody can."""
    operation = next(
        (o for o in facts.spec.operations if o.kind is OperationKind.REGISTER and o.input), None
    )
    if operation is None or operation.input is None:
        return None
    test = Subject(facts, operation, payloads, frozenset(payloads.values()))
    password = test.fields.get(facts.spec.auth.password, facts.spec.auth.password)
    new = new_row(test)
    sent = "await client.post(REGISTER, json=body)"
    lines = [
        *new.lines,
        f"body = {new.body}",
        f"response = {sent}",
        expect(operation.status),
        f"assert {inside_body(test)}[{quote(password)}] not in response.text",
        f"again = {sent}",
        f"assert again.status_code == {facts.spec.api.statuses.conflict}",
    ]
    return Registration(
        function=payloads[operation.input.schema_name],
        case=tidy(Case("register", lines), "register"),
        weak=fit(f"body = {body_of(test, [(password, quote('weak'))])}", 4),
    )
