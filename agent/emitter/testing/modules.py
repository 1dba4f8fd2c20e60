"""Which test modules does a project get? One for each entity, one for what belongs to none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.emitter.layout import Imports
from agent.emitter.testing.administrators import last_administrator_cases
from agent.emitter.testing.case import CaseView, tidy
from agent.emitter.testing.changing import change_cases
from agent.emitter.testing.creating import create_cases
from agent.emitter.testing.customs import custom_cases
from agent.emitter.testing.links import link_cases, unlink_cases
from agent.emitter.testing.lists import list_cases
from agent.emitter.testing.reading import delete_cases, read_cases
from agent.emitter.testing.refusals import guard_cases
from agent.emitter.testing.states import transition_cases
from agent.emitter.testing.subject import Subject
from agent.planner import names
from agent.types import OperationKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from agent.emitter.facts import Facts
    from agent.emitter.testing.case import Case

K = OperationKind
LOOSE = "operations"
_BUILDERS: dict[OperationKind, Callable[[Subject], list[Case]]] = {
    K.LIST: list_cases,
    K.READ: read_cases,
    K.CREATE: create_cases,
    K.UPDATE: change_cases,
    K.REPLACE: change_cases,
    K.DELETE: delete_cases,
    K.TRANSITION: transition_cases,
    K.LINK: link_cases,
    K.UNLINK: unlink_cases,
    K.CUSTOM: custom_cases,
}


@dataclass(frozen=True, slots=True)
class CaseModule:
    """One module of integration tests."""

    plural: str
    title: str
    imports: str
    cases: list[CaseView]


def modules(facts: Facts, payloads: Mapping[str, str]) -> list[CaseModule]:
    """Return the integration tests; signing in has a template of its own.

    ``payloads`` are the functions that make bodies, by schema.
    """
    functions = frozenset(payloads.values())
    plurals = {name: facts.plural(entity) for name, entity in facts.entities.items()}
    found = []
    for home, operations in facts.operations.items():
        plural = plurals[home] if home else names.unique(LOOSE, plurals.values())
        tests = [Subject(facts, o, payloads, functions) for o in operations if o.kind in _BUILDERS]
        module = _module(plural, tests, facts, functions)
        if module.cases:
            found.append(module)
    return found


def _module(
    plural: str, tests: list[Subject], facts: Facts, functions: frozenset[str]
) -> CaseModule:
    cases: dict[str, CaseView] = {}
    for test in tests:
        for case in _cases(test):
            name = names.unique(case.name, cases)
            cases[name] = tidy(case, name)
    return CaseModule(
        plural=plural,
        title=plural.replace("_", " "),
        imports=_imports(list(cases.values()), facts, functions),
        cases=list(cases.values()),
    )


def _cases(test: Subject) -> list[Case]:
    """Return the tests of one operation."""
    return [
        *_BUILDERS[test.operation.kind](test),
        *last_administrator_cases(test),
        *guard_cases(test),
    ]


def _imports(cases: list[CaseView], facts: Facts, functions: frozenset[str]) -> str:
    used = frozenset[str]().union(*(case.used for case in cases))
    imports = Imports()
    imports.add("httpx", "AsyncClient")
    if "factory" in used:
        imports.add("tests.factories", "Factory")
    if "queries" in used:
        imports.add("tests.conftest", "Queries")
    if "headers" in used:
        imports.add("tests.factories", "headers")
    imports.add("tests.payloads", *(used & functions))
    imports.add("app.models.enums", *(used & facts.enums.keys()))
    if "enums" in used:
        imports.add("app.models", "enums")
    return imports.render()
