"""Can we do what a valid request asks for? Refuses every value that is not supported yet.

A published value passes the door and is refused here, by name, with what is supported; nothing is
replaced in silence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from agent.contract.faults import at, choice, shown
from agent.contract.served import served
from agent.documents import Fault, Warn
from agent.errors import UnsupportedError
from agent.planner.formats import SOURCES
from agent.planner.names import PROJECT_NAME, is_project_name
from agent.types import BackendSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.documents import (
        CodeStandards,
        Context,
        InputDocument,
        Integrations,
        PerformanceTargets,
    )

    Place = tuple[str | int, ...]

PYTHONS: tuple[str, ...] = get_args(BackendSpec.model_fields["python"].annotation)
MAX_COVERAGE = 95
"""Percent of its own code that a generated project's tests are promised to cover."""


def check_supported(document: InputDocument) -> tuple[Warn, ...]:
    """Refuse what is valid but not supported.

    Returns:
        A warning for each part of the document that is not used yet.

    Raises:
        UnsupportedError: with every unsupported value, each with its JSON Pointer.

    """
    context, constraints = document.context, document.constraints
    faults = [
        *_served(("request", "framework"), document.request.framework),
        *_context(context),
        *_performance(constraints.performance_targets),
        *_standards(constraints.code_standards),
        *_integrations(document.integrations),
    ]
    if faults:
        raise UnsupportedError(faults)
    if not context.existing_structure:
        return ()
    message = "work on an existing project is not supported yet: its structure is not used"
    return (Warn(code="not-used", pointer="/context/existingStructure", message=message),)


def _context(context: Context) -> Iterator[Fault]:
    if context.project_name is not None and not _is_name(context.project_name):
        yield _fault(("context", "projectName"), shown(context.project_name), PROJECT_NAME)
    yield from _one_of(("context", "pythonVersion"), context.python_version, PYTHONS)
    if not context.type_hints_enabled:
        yield _fault(("context", "typeHintsEnabled"), "false", "true")
    if database := context.database:
        yield from _served(("context", "database", "type"), database.type)
        yield from _served(("context", "database", "orm"), database.orm)
        if not database.async_support:
            yield _fault(("context", "database", "asyncSupport"), "false", "true")
    if authentication := context.authentication:
        place = ("context", "authentication")
        yield from _served((*place, "method"), authentication.method)
        for index, provider in enumerate(authentication.providers):
            yield _fault((*place, "providers", index), shown(provider), "no providers")
    for index, source in enumerate(context.sources):
        yield from _one_of(("context", "sources", index, "format"), source.format, SOURCES)


def _is_name(text: str) -> bool:
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - few requests name a project

    from agent.types import Name  # noqa: PLC0415 - the same

    try:
        TypeAdapter(Name).validate_python(text)
    except ValidationError:
        return False
    return is_project_name(text)


def _performance(targets: PerformanceTargets | None) -> Iterator[Fault]:
    if targets is None:
        return
    place = ("constraints", "performanceTargets")
    time, requests = targets.max_response_time, targets.concurrent_requests
    if time is not None and time <= 0:
        yield _fault((*place, "maxResponseTime"), shown(time), "milliseconds, more than 0")
    if requests is not None and (requests < 1 or isinstance(requests, float)):
        yield _fault((*place, "concurrentRequests"), shown(requests), "an integer, at least 1")


def _standards(standards: CodeStandards | None) -> Iterator[Fault]:
    if standards is None:
        return
    place = ("constraints", "codeStandards")
    yield from _served((*place, "linter"), standards.linter)
    yield from _served((*place, "formatter"), standards.formatter)
    yield from _served((*place, "typeChecker"), standards.type_checker)
    coverage = standards.test_coverage
    if coverage is not None and not 0 <= coverage <= MAX_COVERAGE:
        yield _fault((*place, "testCoverage"), shown(coverage), f"0 to {MAX_COVERAGE} percent")


def _integrations(integrations: Integrations) -> Iterator[Fault]:
    place: Place = ("integrations",)
    none = "no {} yet: leave it out"
    if azure := integrations.azure:
        for index, service in enumerate(azure.services):
            yield from _served((*place, "azure", "services", index), service)
    if (messaging := integrations.messaging) and messaging.type:
        yield _fault((*place, "messaging", "type"), shown(messaging.type), none.format("messaging"))
    if (caching := integrations.caching) and caching.type:
        yield _fault((*place, "caching", "type"), shown(caching.type), none.format("caching"))
    if ai := integrations.ai:
        if ai.provider:
            wanted = none.format("model provider")
            yield _fault((*place, "ai", "provider"), shown(ai.provider), wanted)
        for index, feature in enumerate(ai.features):
            wanted = none.format("model feature")
            yield _fault((*place, "ai", "features", index), shown(feature), wanted)


def _served(place: Place, value: str | None) -> Iterator[Fault]:
    supported = served(place)
    if supported is None:
        raise KeyError(place)
    return _one_of(place, value, supported)


def _one_of(place: Place, value: str | None, supported: Sequence[str]) -> Iterator[Fault]:
    if value is not None and value not in supported:
        yield _fault(place, shown(value), choice(None, supported))


def _fault(place: Place, value: str, supported: str) -> Fault:
    key = next(part for part in reversed(place) if isinstance(part, str))
    message = f"{key} {value} is not supported"
    return Fault(code="unsupported", pointer=at(place), message=message, expected=supported)
