"""Is a project proven whose entities have few of the usual operations?"""

from __future__ import annotations

import asyncio

import pytest

from agent.checks import format as format_
from agent.checks import tests
from agent.checks.project import Project
from agent.documents import FindingLevel, Outcome
from agent.emitter.project import emit
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from agent.sandbox import Sandbox
from tests.made import library


@pytest.mark.parametrize("crud", ["list", "read", "create, read", "delete, read", "replace, list"])
def test_what_no_service_calls_is_not_asked_to_be_covered(crud: str) -> None:
    text = f"project few\ndatabase sqlite\nentity Note\n  title: string(50)\n  crud {crud}\n"
    project = Project(emit(resolve(parse(text)).spec, library()), Sandbox(), None, None)
    for check in (format_.check, tests.check):
        report = asyncio.run(check(project))
        errors = [each.message for each in report.findings if each.level is FindingLevel.ERROR]
        assert (report.outcome, errors) == (Outcome.PASSED, [])
