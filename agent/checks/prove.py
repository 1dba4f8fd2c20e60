"""Is the project what it claims to be? Runs the checks of a level and decides the verdict."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from agent.checks import (
    database,
    format,  # noqa: A004 - named as the check is
    fuzz,
    imports,
    lint,
    migrations,
    model,
    openapi,
    syntax,
    tests,
    types,
)
from agent.checks.memory import Memory
from agent.checks.project import Project
from agent.checks.throwaway import server
from agent.checks.versions import python_version, versions
from agent.documents import (
    CheckName,
    CheckReport,
    Finding,
    Isolation,
    Outcome,
    Proof,
    Verdict,
    VerificationLevel,
)
from agent.errors import ReportError, SandboxError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from agent.documents import GeneratedFile
    from agent.sandbox import Sandbox

# In the order in which they start: what others wait for and what takes long comes first.
CHECKS: Mapping[CheckName, Callable[[Project], Awaitable[CheckReport]]] = {
    CheckName.SYNTAX: syntax.check,
    CheckName.IMPORT: imports.check,
    CheckName.TYPES: types.check,
    CheckName.FORMAT: format.check,
    CheckName.LINT: lint.check,
    CheckName.TESTS: tests.check,
    CheckName.OPENAPI: openapi.check,
    CheckName.MODEL: model.check,
    CheckName.MIGRATIONS: migrations.check,
    CheckName.DATABASE: database.check,
    CheckName.FUZZ: fuzz.check,
}

FAST = (CheckName.SYNTAX, CheckName.FORMAT, CheckName.LINT, CheckName.IMPORT, CheckName.OPENAPI)
STANDARD = (
    *FAST,
    CheckName.TYPES,
    CheckName.MODEL,
    CheckName.MIGRATIONS,
    CheckName.TESTS,
    CheckName.DATABASE,
)
LEVELS = {
    VerificationLevel.NONE: (),
    VerificationLevel.FAST: FAST,
    VerificationLevel.STANDARD: STANDARD,
    VerificationLevel.FULL: (*STANDARD, CheckName.FUZZ),
}

# Without the first, the others could only repeat its findings.
NEEDS = {
    CheckName.IMPORT: CheckName.SYNTAX,
    CheckName.TYPES: CheckName.SYNTAX,
    CheckName.FORMAT: CheckName.SYNTAX,
    CheckName.LINT: CheckName.SYNTAX,
    CheckName.TESTS: CheckName.IMPORT,
    CheckName.OPENAPI: CheckName.IMPORT,
    CheckName.MODEL: CheckName.OPENAPI,
    CheckName.MIGRATIONS: CheckName.IMPORT,
    CheckName.DATABASE: CheckName.IMPORT,
    CheckName.FUZZ: CheckName.OPENAPI,
}
AT_ONCE = max(2, os.cpu_count() or 1)
"""Checks at a time: each is one process that computes."""


@dataclass(frozen=True, slots=True)
class CheckStarted:
    """A check began."""

    name: CheckName


@dataclass(frozen=True, slots=True)
class CheckFinished:
    """A check ended, or was found not to be worth running."""

    report: CheckReport


CheckEvent = CheckStarted | CheckFinished


class Prove(Protocol):
    """What proves a project: ``prove`` below, or another with its signature."""

    async def __call__(  # noqa: PLR0913 - what a proof depends on
        self,
        files: Sequence[GeneratedFile],
        level: VerificationLevel,
        *,
        sandbox: Sandbox,
        database_url: str | None,
        on_event: Callable[[CheckEvent], None],
        unimplemented: Sequence[str],
        cache: Path | None,
        fail_fast: bool,
    ) -> Proof:
        """Run the checks of a level on the whole project."""
        ...


async def prove(  # noqa: PLR0913 - what a proof depends on
    files: Iterable[GeneratedFile],
    level: VerificationLevel,
    *,
    sandbox: Sandbox,
    database_url: str | None = None,
    on_event: Callable[[CheckEvent], None] | None = None,
    unimplemented: Sequence[str] = (),
    cache: Path | None = None,
    remember: bool = True,
    fail_fast: bool = False,
) -> Proof:
    """Run the checks of ``level`` on the whole project.

    The real database takes part from level standard on where ``database_url`` names a server.

    Args:
        files: Every file of the project, not a slice.
        level: Which checks to run.
        sandbox: Where generated code runs.
        database_url: An SQLAlchemy URL of a server on which databases may be created.
        on_event: Called at the start and the end of each check.
        unimplemented: Names of operations that answer 501.
        cache: A folder of this user's for what may be kept between runs (mypy's knowledge of
            third-party packages, checks that passed); None: start cold.
        remember: Whether a check that passed with the same content need not run again.
        fail_fast: Whether the first check that fails ends those that run and keeps the others from
            beginning. They are reported as not run. Who mends a project wants all findings at once.

    """
    names = LEVELS[level]
    if database_url is None or server(database_url) is None:
        names = tuple(name for name in names if name is not CheckName.DATABASE)
    project = Project(tuple(files), sandbox, database_url, cache)
    run = _Run(project, on_event or (lambda _event: None), fail_fast=fail_fast)
    if remember and cache is not None:
        project.memory = Memory(cache, project.files, sandbox.isolation)
    order = [name for name in CHECKS if name in names]
    try:
        async with asyncio.TaskGroup() as group:
            for name in order:
                run.tasks[name] = group.create_task(run.one(name))
    except BaseExceptionGroup as errors:
        # Checks raise nothing: it comes from who listens, and is for whoever that is.
        raise errors.exceptions[0] from None
    reports = tuple(run.tasks[name].result() for name in CheckName if name in run.tasks)
    return Proof(
        level=level,
        verdict=verdict(reports, unimplemented),
        isolation=sandbox.isolation if reports else Isolation.NONE,
        python=python_version(),
        versions=versions(),
        checks=reports,
        unimplemented=tuple(unimplemented),
    )


def verdict(reports: Sequence[CheckReport], unimplemented: Sequence[str] = ()) -> Verdict:
    """Decide: proven only where every check passed and every operation is there."""
    outcomes = {report.outcome for report in reports}
    if not outcomes:
        return Verdict.NOT_RUN
    if Outcome.FAILED in outcomes:
        return Verdict.FAILED
    if outcomes != {Outcome.PASSED} or unimplemented:
        return Verdict.INCOMPLETE
    return Verdict.PROVEN


class _Run:
    """One proof on its way: which checks run, which wait, and for what."""

    def __init__(
        self, project: Project, on_event: Callable[[CheckEvent], None], *, fail_fast: bool
    ) -> None:
        self.project = project
        self.emit = on_event
        self.fail_fast = fail_fast
        self.failed_first: CheckName | None = None
        self.working: set[asyncio.Task[CheckReport]] = set()
        self.slots = asyncio.Semaphore(AT_ONCE)
        self.tasks: dict[CheckName, asyncio.Task[CheckReport]] = {}

    async def one(self, name: CheckName) -> CheckReport:
        """Run one check when its turn has come, or say why not."""
        needed = NEEDS.get(name)
        if needed is not None and not self._holds(await self.tasks[needed]):
            report = self._not_begun(name) or _not_run(name, f"needs {needed}, which did not pass")
        else:
            async with self.slots:
                report = self._not_begun(name) or await self._run(name)
        if self.fail_fast and report.outcome is Outcome.FAILED:
            self._stop_others(name)
        self.emit(CheckFinished(report))
        return report

    def _holds(self, needed: CheckReport) -> bool:
        """Tell whether what others need is there: what was imported may have other faults."""
        application = self.project.application
        imported = application is not None and application.imported
        return needed.outcome is Outcome.PASSED or (needed.name is CheckName.IMPORT and imported)

    def _not_begun(self, name: CheckName) -> CheckReport | None:
        """Report a check whose turn comes when all is over already."""
        if self.failed_first is None:
            return None
        return _not_run(name, f"not begun: {self.failed_first} had failed")

    def _stop_others(self, name: CheckName) -> None:
        self.failed_first = self.failed_first or name
        for work in self.working:
            work.cancel()

    async def _run(self, name: CheckName) -> CheckReport:
        self.emit(CheckStarted(name))
        memory = self.project.memory
        known = memory.recall(name) if memory else None
        if known is not None:
            return known
        started = time.perf_counter()
        report = await self._worked(name)
        seconds = report.seconds or time.perf_counter() - started
        report = report.model_copy(update={"seconds": seconds})
        if memory:
            memory.keep(report)
        return report

    async def _worked(self, name: CheckName) -> CheckReport:
        """Let a check work, to its end or until another's failure stops it."""
        work = asyncio.ensure_future(_checked(name, self.project))
        self.working.add(work)
        try:
            return await work
        except asyncio.CancelledError:
            ours = asyncio.current_task()
            if self.failed_first is None or (ours is not None and ours.cancelling()):
                raise
            return _not_run(name, f"stopped, as {self.failed_first} failed")
        finally:
            self.working.discard(work)


async def _checked(name: CheckName, project: Project) -> CheckReport:
    """Ask a check for its report, whatever becomes of it."""
    try:
        report = await CHECKS[name](project)
        # What cannot be written down is no report.
        report.model_dump_json()
    except SandboxError as error:
        return _not_run(name, str(error))
    except ReportError as error:
        large = Finding(message=f"its report cannot be read: {error}")
        return CheckReport(name=name, outcome=Outcome.FAILED, findings=(large,))
    except Exception as error:  # noqa: BLE001 - nothing that a job wrote may end the proof
        unread = Finding(message=f"its report cannot be read: {type(error).__name__}")
        return CheckReport(name=name, outcome=Outcome.FAILED, findings=(unread,))
    return report


def _not_run(name: CheckName, reason: str) -> CheckReport:
    return CheckReport(name=name, outcome=Outcome.NOT_RUN, reason=reason)
