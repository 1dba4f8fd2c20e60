"""What does registering need in a test? The rows that every user refers to, and a valid body."""

from __future__ import annotations

import re
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
    """The test of registering; a body with a password that is too weak, where any is."""

    case: CaseView
    weak: str | None
    invalid: int


def registration(facts: Facts, payloads: Mapping[str, str]) -> Registration | None:
    """Return how a test registers; ``None`` where nobody can."""
    operation = next(
        (o for o in facts.spec.operations if o.kind is OperationKind.REGISTER and o.input), None
    )
    if operation is None or operation.input is None:
        return None
    test = Subject(facts, operation, payloads, frozenset(payloads.values()))
    password = test.fields.get(facts.spec.auth.password, facts.spec.auth.password)
    weak = _weak(test)
    new = new_row(test)
    sent = "await client.post(REGISTER, json=body)"
    lines = [
        *new.lines,
        f"body = {new.body}",
        f"response = {sent}",
        expect(operation.status),
        f"assert {inside_body(test)}[{quote(password)}] not in response.text",
        f"again = {sent}",
        f"assert again.status_code == {test.statuses.conflict}",
    ]
    return Registration(
        case=tidy(Case("register", lines), "register"),
        weak=fit(f"body = {body_of(test, [(password, quote(weak))])}", 4) if weak else None,
        invalid=test.statuses.invalid,
    )


def _weak(test: Subject) -> str | None:
    """Return a password that is refused: by our own rules, or by those of a contract."""
    auth, given = test.facts.spec.auth, test.operation.input
    pattern = test.facts.attribute(auth.user, auth.password).pattern
    if pattern is None:
        is_open = given is not None and test.facts.schemas[given.schema_name].open
        return None if is_open else "weak"
    return next((each for each in ("weak", "") if not re.search(pattern, each)), None)
