"""Which tests does a custom operation get? Its refusals, and its rule's own tests, in a module."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.emitter.layout import Imports, call, quote
from agent.emitter.named import names_a_row
from agent.emitter.parents import heads
from agent.emitter.slot_views import indented, title
from agent.emitter.testing import arrange
from agent.emitter.testing.case import Case, CaseView, tidy
from agent.emitter.testing.invalid import invalid_cases, malformed_cases
from agent.emitter.testing.payloads import payload_names
from agent.emitter.testing.refusals import stranger_cases
from agent.emitter.testing.request import (
    absent_path,
    body_of,
    expect,
    needs_row,
    path,
    path_to_none,
    required_query,
    send,
    with_query,
)
from agent.emitter.testing.subject import Subject
from agent.emitter.vocabulary import FIXTURES, acceptance_names, imports_of, used
from agent.errors import EmitError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from agent.emitter.facts import Facts
    from agent.types import Operation
    from agent.writing.written import Written


@dataclass(frozen=True, slots=True)
class AcceptanceView:
    """One test: what stands above it, its head and its lines."""

    mark: str
    head: str
    lines: list[str]


@dataclass(frozen=True, slots=True)
class AcceptanceModule:
    """The module of tests of one operation's rule."""

    name: str
    title: str
    imports: str
    tests: list[AcceptanceView]


def custom_cases(test: Subject) -> list[Case]:
    """Refuse an absent row, another user's, and a wrong body: nobody has to write that."""
    body = body_of(test) if test.operation.input else None
    cases = []
    if _finds_rows(test):
        cases.append(_absent_case(test, body))
    if names_a_row(test.facts, test.operation):
        cases += stranger_cases(test, body)
    before, target = _before(test)
    if required_query(test):
        lines = [*before, send(test, path(test, asked=False), body=body)]
        lines.append(expect(test.statuses.invalid))
        cases.append(Case(f"{test.name}_asks_for_what_it_needs", lines))
    if body is not None:
        if test.operation.input and not test.operation.input.array:
            cases += invalid_cases(test, before, body, target)
        cases += malformed_cases(test, target)
    return cases


def _finds_rows(test: Subject) -> bool:
    """Tell whether the path names rows that may be absent."""
    is_named = names_a_row(test.facts, test.operation)
    return is_named or bool(test.operation.entity and heads(test.operation))


def _absent_case(test: Subject, body: str | None) -> Case:
    target = path_to_none(test) if names_a_row(test.facts, test.operation) else absent_path(test)
    lines = [*arrange.actor(test), *(arrange.row(test) if needs_row(target) else [])]
    asked = with_query(target, required_query(test))
    lines += [send(test, asked, body=body), expect(test.statuses.not_found)]
    return Case(f"{test.name}_that_is_absent", lines)


def _before(test: Subject) -> tuple[list[str], str]:
    """Return what has to be there before a call, and the path of the call."""
    target = path(test)
    return [*arrange.actor(test), *(arrange.row(test) if needs_row(target) else [])], target


# --- the tests of rules ---


def acceptance_modules(
    facts: Facts,
    operations: list[Operation],
    payloads: Mapping[str, str],
    written: Mapping[str, Written],
) -> list[AcceptanceModule]:
    """Return one module for each custom operation; ``payloads`` make bodies, by schema.

    Raises:
        EmitError: a test that was written is no Python, or has no name.

    """
    functions = frozenset(payloads.values())
    return [
        _module(Subject(facts, o, payloads, functions), written.get(o.name)) for o in operations
    ]


def _module(test: Subject, written: Written | None) -> AcceptanceModule:
    imports = Imports()
    is_built = written is not None and written.body is not None
    mark = ""
    if not is_built:
        # A rule's test may hold by what templates do, or by chance; the call alone cannot.
        strict = not (written and written.tests)
        reason = quote(f"not built yet: {test.name}")
        mark = call("@pytest.mark.xfail(", [f"strict={strict}", f"reason={reason}"])
        imports.module("pytest")
    tests = []
    if written is not None and written.tests:
        table = acceptance_names(test.facts)
        for each in written.tests:
            if not each.name.isidentifier():
                raise EmitError(f"a test of {test.name} is called {each.name!r}: no identifier")
            lines = indented(each.body, f"the test {each.name} of {test.name}")
            names = used(each.body)
            imports_of(each.body, table, imports)
            imports.update(pair for name, pair in FIXTURES.items() if name in names)
            tests.append(AcceptanceView(mark, _head(f"test_{each.name}", names), lines))
    else:
        case = _call(test)
        imports_of("\n".join(case.lines), acceptance_names(test.facts), imports)
        imports.update(pair for name, pair in FIXTURES.items() if name in case.used)
        shown = [f"    {line}" for line in case.lines]
        tests.append(AcceptanceView(mark, _head(f"test_{test.name}", case.used), shown))
    return AcceptanceModule(test.name, title(test.operation), imports.render(), tests)


def _call(test: Subject) -> CaseView:
    """Return the test that calls an operation, and expects that it does what it is asked to."""
    before, target = _before(test)
    body = body_of(test) if test.operation.input else None
    lines = [*before, send(test, target, body=body), expect(test.operation.status)]
    return tidy(Case(test.name, lines), test.name)


def called_as(facts: Facts, operation: Operation) -> list[str]:
    """Return the statements that call an operation: an example for whoever writes tests."""
    payloads = payload_names(facts)
    lines = _call(Subject(facts, operation, payloads, frozenset(payloads.values()))).lines
    return [line.replace("\n    ", "\n") for line in lines]


def _head(name: str, names: Collection[str]) -> str:
    fixtures = [f"{each}: {pair[1]}" for each, pair in FIXTURES.items() if each in names]
    return call(f"async def {name}(", fixtures, ") -> None:")
