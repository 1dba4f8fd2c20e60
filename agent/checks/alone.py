"""What do single checks find before there is a proof? Their findings, and no verdict.

It is asked of tests that a model wrote, before anything is judged by them: whether they hold what
the linter and strict types want. A check that could not run has found nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from agent.checks.project import Project
from agent.checks.prove import CHECKS, LEVELS
from agent.documents import CheckName, FindingLevel
from agent.errors import ReportError, SandboxError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from agent.documents import Finding, GeneratedFile, VerificationLevel
    from agent.sandbox import Sandbox

READING = (CheckName.LINT, CheckName.TYPES)
"""The checks that read code, and run nothing of it."""


class Examine(Protocol):
    """What finds faults by reading: ``examine`` below, or another with its signature."""

    async def __call__(
        self,
        files: Iterable[GeneratedFile],
        level: VerificationLevel,
        *,
        sandbox: Sandbox,
        cache: Path | None,
    ) -> list[tuple[CheckName, Finding]]:
        """Return what is found."""
        ...


async def examine(
    files: Iterable[GeneratedFile],
    level: VerificationLevel,
    *,
    sandbox: Sandbox,
    cache: Path | None = None,
) -> list[tuple[CheckName, Finding]]:
    """Return what those checks of a level find that only read code.

    Args:
        files: Every file of the project.
        level: The level at which the project will be proven.
        sandbox: Where the tools run.
        cache: As ``prove`` takes it.

    """
    project = Project(tuple(files), sandbox, None, cache)
    found = []
    for name in READING:
        if name not in LEVELS[level]:
            continue
        try:
            report = await CHECKS[name](project)
        except (SandboxError, ReportError):
            continue
        found += [(name, each) for each in report.findings if each.level is FindingLevel.ERROR]
    return found
