"""Do the project's own tests pass, and do they reach its code? Asked of pytest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.checks import suite_memory
from agent.checks.collected import is_test_module, tests_of
from agent.checks.findings import (
    PYTEST_FRAME,
    from_traceback,
    last_place,
    misdeed,
    plain,
    shortened,
)
from agent.checks.project import CONFIG, concluded, tool
from agent.checks.pytest_results import read_junit
from agent.checks.reach import Reach, read_reach
from agent.documents import CheckName, CheckReport, Finding, FindingLevel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.checks.door import Way
    from agent.checks.project import Project
    from agent.checks.pytest_results import Case
    from agent.checks.suite_memory import Known
    from agent.sandbox import JobOutcome, Workspace

COMMAND = "pytest --cov=app"
SECONDS = 600
COVERED = 95.0
"""Percent of the application that its tests have to reach."""
# Tests that did not fail, and prove nothing.
UNPROVEN = {"skipped": "skipped", "xfailed": "expected to fail"}
# The suite's own variable, and the application's.
DATABASE = ("TEST_DATABASE_URL", "DATABASE_URL")
# What a project asks for, and nothing else that the agent's own environment happens to have.
PLUGINS = ("-p", "no:cacheprovider", "-p", "pytest_asyncio.plugin", "-p", "pytest_cov.plugin")
PART = "only the test modules that changed ran; the others passed before, with the same application"
WARM = (
    "alembic.command",
    "fastapi.openapi.utils",
    "httpx",
    "pytest",
    "slipcover",
    "sqlalchemy.dialects.sqlite",
    "sqlalchemy.ext.asyncio",
    *(f"_pytest.{name}" for name in ("assertion.rewrite", "fixtures", "junitxml", "python")),
)


@dataclass(frozen=True, slots=True)
class TestRun:
    """What came out of one run of the suite."""

    __test__ = False

    findings: tuple[Finding, ...]
    summary: str
    cases: list[Case]
    reach: Reach | None = None
    part: bool = False


async def check(project: Project) -> CheckReport:
    """Run the suite as a reader would, on SQLite, and measure its coverage."""
    known = suite_memory.recall(project)
    run = await run_tests(project, known=known)
    if known is not None and (
        run.reach is None or run.findings or run.reach.percent < known.percent
    ):
        # Nothing is held against a suite that was not seen as a whole.
        run = await run_tests(project)
    if run.reach is not None and not run.findings:
        suite_memory.keep(project, run.cases, run.reach)
    report = concluded(CheckName.TESTS, COMMAND, run.findings, summary=run.summary)
    return report.model_copy(update={"reason": PART}) if run.part else report


async def run_tests(
    project: Project, way: Way | None = None, *, known: Known | None = None
) -> TestRun:
    """Run the suite: with coverage on the project's default database, without on a given one.

    Of what is ``known``, nothing runs; it counts as if it had.
    """
    modules = sorted(file.path for file in project.files if is_test_module(file.path))
    asked = [path for path in modules if path not in known.modules] if known else []
    async with project.sandbox.workspace(project.files) as workspace:
        scratch = workspace.scratch
        measured, target = way is None, scratch / "reach.json"
        outcome = await workspace.run(
            [
                *(*tool("agent.checks.inside.suite"), str(target) if measured else "-"),
                *("-q", f"--config-file={CONFIG}", f"--rootdir={workspace.root}"),
                *(f"--confcutdir={workspace.root}", *PLUGINS, "--no-cov"),
                *("-o", f"pythonpath={workspace.root}/src {workspace.root}"),
                # A module of the application that is called so would be taken from the measure.
                *("-o", "python_files=tests/*test_*.py"),
                *("-o", "junit_family=xunit1", f"--junitxml={scratch / 'junit.xml'}"),
                *asked,
            ],
            env={
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
                **({} if way is None else dict.fromkeys(DATABASE, way.url)),
            },
            warm=WARM,
            door=way.socket if way else None,
            timeout=SECONDS,
        )
        cases = read_junit(workspace.read("junit.xml"))
        reach = read_reach(workspace.read("reach.json")) if measured else None
        if known is not None:
            cases += known.cases
            reach = reach and reach.beside(known.reach)
        findings = list(_failures(cases, workspace))
        if not any(case.outcome == "passed" for case in cases) and not findings:
            findings += _without_result(outcome, workspace)
        if cases and not findings:
            findings += _left_out(project, cases)
        if reach is not None:
            findings += _uncovered(reach, COVERED)
        elif measured and not findings:
            findings.append(Finding(message="the tests left no coverage report"))
        if (outcome.exit_code and not findings) or misdeed(outcome, doing=""):
            findings.append(_unexplained(outcome, workspace))
        findings += _unproven(cases, workspace)
    summary = _summary(cases, reach, known)
    return TestRun(tuple(findings), summary, cases, reach, part=known is not None)


def _failures(cases: list[Case], workspace: Workspace) -> Iterator[Finding]:
    for case in cases:
        if case.outcome != "failed":
            continue
        place = last_place(case.text, PYTEST_FRAME, workspace) or case.place
        # Of what could not even be collected, only the text tells why.
        said = case.text if case.message in {"", "collection failure"} else case.message
        yield Finding(
            message=shortened(plain(f"{case.name}: {said}", workspace)),
            path=place[0] if place else None,
            line=place[1] if place else None,
        )


def _unproven(cases: list[Case], workspace: Workspace) -> Iterator[Finding]:
    """Name the tests that a green suite says nothing about."""
    for case in cases:
        if case.outcome not in UNPROVEN:
            continue
        reason = f": {case.message}" if case.message else ""
        said = f"{case.name}: {UNPROVEN[case.outcome]}{reason}"
        path, line = case.place or (None, None)
        yield Finding(
            level=FindingLevel.WARNING,
            message=shortened(plain(said, workspace)),
            path=path,
            line=line,
        )


def _without_result(outcome: JobOutcome, workspace: Workspace) -> Iterator[Finding]:
    tests_failed, no_tests_collected = 1, 5
    if outcome.exit_code in {0, tests_failed, no_tests_collected}:
        yield Finding(message="no test ran: a project without tests proves nothing")
    if outcome.exit_code not in {0, no_tests_collected}:
        yield _unexplained(outcome, workspace)


def _unexplained(outcome: JobOutcome, workspace: Workspace) -> Finding:
    printed = f"{outcome.stdout}\n{outcome.stderr}"
    place = last_place(printed, PYTEST_FRAME, workspace)
    finding = from_traceback(outcome, workspace, doing="pytest")
    if place is None or finding.path is not None:
        return finding
    return finding.model_copy(update={"path": place[0], "line": place[1]})


def _left_out(project: Project, cases: list[Case]) -> Iterator[Finding]:
    """Name the tests that stand in the source and not in the report."""
    reported = {(case.file, case.function) for case in cases}
    for (path, test), line in tests_of(project.files).items():
        if (path, test) not in reported:
            yield Finding(message=f"{test} is there, and was not reported", path=path, line=line)


def _uncovered(reach: Reach, minimum: float) -> Iterator[Finding]:
    if reach.percent >= minimum:
        return
    yield Finding(
        message=f"coverage is {reach.percent:.1f} %: at least {minimum:g} % is asked for",
        path="pyproject.toml",
    )
    for path, lines in reach.missing.items():
        shown = ", ".join(map(str, lines[:20])) + (", ..." if lines[20:] else "")
        yield Finding(message=f"not reached by any test: lines {shown}", path=path, line=lines[0])


def _summary(cases: list[Case], reach: Reach | None, known: Known | None) -> str:
    outcomes = [case.outcome for case in cases]
    remembered = f" ({len(known.cases)} of them before)" if known else ""
    counted = [f"{outcomes.count('passed')} passed{remembered}"]
    counted += [
        f"{outcomes.count(outcome)} {word}"
        for outcome, word in {"failed": "failed", **UNPROVEN}.items()
        if outcome in outcomes
    ]
    if reach is not None:
        counted.append(f"coverage {reach.percent:.1f} %")
    return ", ".join(counted)
