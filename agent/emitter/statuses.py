"""Which status does an operation answer with, where it refuses? Its own above those of the API."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from agent.emitter.naming_rows import names_rows
from agent.types import OperationKind, ParameterPlace, RefusalKind

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.types import BackendSpec, Operation, Statuses

K = OperationKind
_ERRORS = {
    RefusalKind.MALFORMED: ("malformed",),
    RefusalKind.UNAUTHENTICATED: ("unauthorized",),
    RefusalKind.FORBIDDEN: ("forbidden",),
    RefusalKind.NOT_FOUND: ("not_found",),
    RefusalKind.CONFLICT: ("conflict",),
    RefusalKind.INVALID: ("invalid", "validation_error"),
}
"""What the errors of a generated project are called."""


def error_statuses(facts: Facts, operation: Operation) -> list[int]:
    """Return the error statuses that a client can meet here."""
    found = facts.refused_with[operation.name]
    if operation.kind is K.CUSTOM and operation.name not in facts.built:
        found |= {int(HTTPStatus.NOT_IMPLEMENTED)}
    return sorted(found)


def refusal_statuses(facts: Facts, operation: Operation) -> frozenset[int]:
    """Return the statuses with which an operation refuses, for ``Facts`` to keep."""
    statuses = own_statuses(facts, operation)
    kind = operation.kind
    found: set[int] = {*operation.statuses}
    is_open = not facts.secured or "public" in (operation.permission or ())
    if facts.needs_key(operation):
        found.add(statuses.unauthenticated)
    if operation.input is not None or kind in {K.LOGIN, K.REFRESH}:
        found |= {statuses.malformed, statuses.invalid, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}
    if operation.parameters or kind is K.LIST:
        found.add(statuses.invalid)
    if kind is K.CUSTOM:
        found |= {statuses.not_found, statuses.invalid}
    if not is_open or kind in {K.LOGIN, K.REFRESH}:
        found.add(statuses.unauthenticated)
    if not is_open and kind is not K.ME:
        found.add(statuses.forbidden)
    is_below = any(p.place is ParameterPlace.PATH for p in operation.parameters)
    if is_below or names_rows(facts, operation):
        found.add(statuses.not_found)
    if facts.conflicts.may_meet(operation):
        found.add(statuses.conflict)
    return frozenset(int(status) for status in found)


def own_statuses(facts: Facts, operation: Operation) -> Statuses:
    """Return the status codes of an operation: its own above those of the API."""
    statuses = facts.spec.api.statuses
    if not operation.refusals:
        return statuses
    given = {refusal.value.replace("-", "_"): code for refusal, code in operation.refusals.items()}
    return statuses.model_copy(update=given)


def statuses_of_errors(spec: BackendSpec) -> dict[str, dict[str, int]]:
    """Return the statuses that operations have of their own, by operation and kind of error."""
    return {
        o.name: {error: code for refusal, code in o.refusals.items() for error in _ERRORS[refusal]}
        for o in spec.operations
        if o.refusals
    }


def contract_statuses(spec: BackendSpec) -> list[tuple[int, str]]:
    """Return the statuses that only a contract names, and what they mean."""
    codes = {code for o in spec.operations for code in (*o.statuses, *o.refusals.values())}
    return [(code, _phrase(code)) for code in sorted(codes)]


def _phrase(code: int) -> str:
    try:
        return HTTPStatus(code).phrase
    except ValueError:
        return f"Status {code}"
