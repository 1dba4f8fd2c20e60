"""Is every seeded bug found for what it is, by the cheapest check that finds it?

``make seeded`` plants each alone and asks every check. Here those that take a moment are asked for
each bug alone; mypy and the fuzz look at several bugs at once, as far as these hide no other.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import pytest

from agent.checks import (
    database,
    fuzz,
    imports,
    lint,
    migrations,
    model,
    openapi,
    prove,
    syntax,
    tests,
    types,
)
from agent.checks.project import Project
from agent.documents import CheckName, FindingLevel, Outcome, VerificationLevel
from tests.seeded import BUGS, Bug, plant
from tests.servers import POSTGRESQL, require_server
from tests.warm import sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from pathlib import Path

    from agent.documents import CheckReport, GeneratedFile

SANDBOX = sandbox()
QUICK: dict[CheckName, Callable[[Project], Coroutine[Any, Any, CheckReport]]] = {
    CheckName.SYNTAX: syntax.check,
    CheckName.LINT: lint.check,
    CheckName.IMPORT: imports.check,
    CheckName.OPENAPI: openapi.check,
    CheckName.MODEL: model.check,
    CheckName.MIGRATIONS: migrations.check,
}
# Where one bug hides another they are planted apart: who cannot sign in, say, reaches nothing.
FUZZED = (
    (
        "the session below the asynchronous one",
        "a commit that is forgotten",
        "rows that expire with the commit",
        "a row that is absent",
        "sort_by fed to getattr",
        "the answer of another operation",
        "every origin, with credentials",
    ),
    (
        "a conflict that is suppressed",
        "a column without a zone",
        "a change that is not committed",
        "a relation that is loaded when it is too late",
        "a DELETE that does nothing",
        "a DELETE of what is absent",
        "a status that nobody declared",
        "a page without a bound",
        "a page too far",
        "a total that is one too high",
        "a default that is not the declared one",
        "a field that no change reaches",
        "a number that no column holds",
        "a NUL character",
        "a hash in the answer",
        "an answer without a model",
        "a password as it was sent",
        "any password",
        "products changed without a token",
        "roles for everybody",
    ),
    (
        "a duplicate that ends as 500",
        "an order the wrong way round",
        "the total of the page only",
        "a filter that filters nothing",
        "a bound the wrong way round",
        "passwords compared as they are",
        "other users' orders are listed",
        "an order for somebody else",
    ),
    (
        "another user's order is changed",
        "another user's order is read",
        "another user's order is deleted",
        "tokens that never expire",
        "a refresh token for everything",
        "a query for each row",
    ),
)
TEST = re.compile(r"test_\w+")


def cheapest(*checks: CheckName) -> list[str]:
    return [bug.name for bug in BUGS.values() if bug.found_by[0] in checks]


def found(report: CheckReport | tests.TestRun, bug: Bug) -> bool:
    """Tell whether a bug is found, and for what it is."""
    errors = [each.message for each in report.findings if each.level is FindingLevel.ERROR]
    return any(bug.says in message for message in errors)


def missed(report: CheckReport, names: Sequence[str]) -> list[str]:
    return [name for name in names if not found(report, BUGS[name])]


@pytest.mark.parametrize("name", cheapest(*QUICK))
def test_a_bug_is_found_in_a_moment(name: str) -> None:
    bug = BUGS[name]
    report = asyncio.run(QUICK[bug.found_by[0]](Project(plant(bug), SANDBOX)))
    assert found(report, bug), report.findings


@pytest.fixture(scope="module")
def kept(request: pytest.FixtureRequest) -> Path:
    """Give a folder that pytest keeps, so that only the first run pays for mypy's cold start."""
    return request.config.cache.mkdir("proofs")


def test_bugs_are_found_by_their_types(kept: Path) -> None:
    names = cheapest(CheckName.TYPES)
    planted = plant(*(BUGS[name] for name in names))
    report = asyncio.run(types.check(Project(planted, SANDBOX, cache=kept)))
    assert missed(report, names) == []


@pytest.mark.parametrize("names", FUZZED)
def test_bugs_are_found_from_outside(names: Sequence[str]) -> None:
    planted = plant(*(BUGS[name] for name in names))
    report = asyncio.run(fuzz.check(Project(planted, SANDBOX)))
    assert missed(report, names) == []


def test_every_bug_that_the_fuzz_finds_first_is_planted() -> None:
    assert sorted(name for names in FUZZED for name in names) == sorted(cheapest(CheckName.FUZZ))


@pytest.mark.parametrize("name", cheapest(CheckName.TESTS))
def test_a_bug_is_found_by_the_projects_own_test(name: str) -> None:
    bug = BUGS[name]
    (test,) = TEST.findall(bug.says)
    run = asyncio.run(tests.run_tests(Project(only(plant(bug), test), SANDBOX)))
    assert found(run, bug), run.findings


def only(files: tuple[GeneratedFile, ...], test: str) -> tuple[GeneratedFile, ...]:
    """Leave all tests out but those that stand in one module with ``test``."""
    return tuple(
        file
        for file in files
        if not re.search(r"(^|/)test_\w+\.py$", file.path) or f" {test}(" in file.content
    )


@pytest.mark.parametrize("name", cheapest(CheckName.DATABASE))
def test_a_bug_is_found_on_a_real_database(name: str) -> None:
    require_server(POSTGRESQL)
    report = asyncio.run(database.check(Project(plant(BUGS[name]), SANDBOX, POSTGRESQL)))
    assert found(report, BUGS[name]), report.findings


def test_there_are_many_kinds_and_every_check_is_needed() -> None:
    assert len(BUGS) >= 24
    assert len({bug.kind for bug in BUGS.values()}) >= 16
    asked = {CheckName.TYPES, CheckName.FUZZ, CheckName.TESTS, CheckName.DATABASE, *QUICK}
    assert {bug.found_by[0] for bug in BUGS.values()} == asked


def test_what_can_be_imported_is_looked_at_whatever_else_is_wrong_with_its_start() -> None:
    planted = plant(BUGS["a key that everybody knows"])
    proof = asyncio.run(prove.prove(planted, VerificationLevel.FAST, sandbox=SANDBOX))
    outcomes = {each.name: each.outcome for each in proof.checks}
    assert outcomes[CheckName.IMPORT] is Outcome.FAILED
    assert outcomes[CheckName.OPENAPI] is Outcome.PASSED
