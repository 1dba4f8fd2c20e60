"""How is a wrong body refused? With the field named, or as no JSON at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.layout import quote
from agent.emitter.testing import arrange
from agent.emitter.testing.case import Case
from agent.emitter.testing.request import client, expect, inside_body, needs_row, send
from agent.types import OperationKind

if TYPE_CHECKING:
    from agent.emitter.testing.subject import Subject


def invalid_cases(test: Subject, before: list[str], body: str, path: str) -> list[Case]:
    """Name a field that is missing or unknown; ``before`` is what has to be there first."""
    if test.operation.input is None:
        return []
    schema = test.facts.schemas[test.operation.input.schema_name]
    required = next((f.name for f in schema.fields if f.required and f.attribute), None)
    needs_one = required is not None and test.operation.kind is not OperationKind.UPDATE
    if schema.open and not needs_one:
        return []  # it takes whatever it is sent
    lines = [*before, f"body = {body}"]
    if required is not None and needs_one:
        named = required
        lines.append(f"{inside_body(test)}.pop({quote(named)}, None)")
    else:
        named = "no_such_field"
        lines.append(f"{inside_body(test)}[{quote(named)}] = 1")
    lines += [send(test, path, body="body"), expect(test.statuses.invalid)]
    envelope = test.facts.spec.api.error_envelope
    if envelope.detail or envelope.fields or envelope.message:
        lines.append(f"assert {quote(named)} in response.text")
    return [Case(f"{test.name}_names_the_wrong_field", lines)]


def malformed_cases(test: Subject, path: str) -> list[Case]:
    """Refuse what is no JSON."""
    if needs_row(path):
        return []
    wanted = '"Content-Type": "application/json"'
    given = wanted if test.is_open else f"**headers(actor), {wanted}"
    lines = [
        *arrange.actor(test),
        f"as_json = {{{given}}}",
        f'response = await {client(test)}({path}, content=b"{{", headers=as_json)',
        expect(test.statuses.malformed),
    ]
    return [Case(f"{test.name}_with_a_malformed_body", lines)]
