"""Is every seeded bug found for what it is, by the cheapest check that finds it?

``make seeded`` plants each alone and asks every check. Here those that take a second are asked for
each bug alone; mypy and the fuzz look at several bugs at once, as far as these hide no other.
"""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent.checks import database, fuzz, imports, lint, migrations, model, openapi, syntax, types
from agent.checks.project import Project
from agent.checks.tests import run_tests
from agent.documents import CheckName, Finding, FindingLevel
from agent.sandbox import Sandbox
from tests.seeded import BUGS, Bug, plant
from tests.servers import POSTGRESQL, require_server

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from agent.documents import CheckReport, GeneratedFile

SANDBOX = Sandbox()
QUICK: dict[CheckName, Callable[[Project], Awaitable[CheckReport]]] = {
    CheckName.SYNTAX: syntax.check,
    CheckName.LINT: lint.check,
    CheckName.IMPORT: imports.check,
    CheckName.OPENAPI: openapi.check,
    CheckName.MODEL: model.check,
    CheckName.MIGRATIONS: migrations.check,
}
TOGETHER: dict[CheckName, Callable[[Project], Awaitable[CheckReport]]] = {
    CheckName.TYPES: types.check,
    CheckName.FUZZ: fuzz.check,
}


def cheapest(*checks: CheckName) -> list[str]:
    return [bug.name for bug in BUGS.values() if bug.found_by[0] in checks]


def assert_found(bug: Bug, findings: tuple[Finding, ...]) -> None:
    errors = [each.message for each in findings if each.level is FindingLevel.ERROR]
    assert any(bug.says in message for message in errors), errors


@pytest.mark.parametrize("name", cheapest(*QUICK))
def test_a_bug_is_found_in_a_moment(name: str) -> None:
    bug = BUGS[name]
    report = asyncio.run(QUICK[bug.found_by[0]](Project(plant(bug), SANDBOX)))
    assert_found(bug, report.findings)


@pytest.fixture(scope="module")
def kept(request: pytest.FixtureRequest) -> Path:
    """Give a folder that pytest keeps, so that only the first run pays for mypy's cold start."""
    return request.config.cache.mkdir("proofs")


@cache
def together(check: CheckName, names: tuple[str, ...]) -> tuple[Finding, ...]:
    """Plant several bugs at once, and give what one check finds."""
    files = plant(*(BUGS[name] for name in names))
    return asyncio.run(TOGETHER[check](Project(files, SANDBOX))).findings


@pytest.mark.parametrize("name", cheapest(CheckName.TYPES))
def test_a_bug_is_found_by_its_types(name: str, kept: Path) -> None:
    bugs = [BUGS[each] for each in cheapest(CheckName.TYPES)]
    assert_found(BUGS[name], typed(kept, plant(*bugs)))


# Where one bug would hide another they are planted apart: who cannot sign in reaches nothing.
FUZZED = (
)
