"""What does the linter say, by the project's own rules? Asked of ruff."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from agent.checks.findings import from_traceback, plain
from agent.checks.project import concluded, tool
from agent.documents import CheckName, CheckReport, Finding

if TYPE_CHECKING:
    from agent.checks.project import Project

COMMAND = "ruff check ."
SECONDS = 60


async def check(project: Project) -> CheckReport:
    """Run the linter over the whole project."""
    findings = await ruff(project, "check")
    return concluded(CheckName.LINT, COMMAND, findings)


async def ruff(project: Project, *command: str) -> list[Finding]:
    """Run one of ruff's commands and read what it found."""
    async with project.sandbox.workspace(project.files) as workspace:
        outcome = await workspace.run(
            [*tool("ruff"), *command, "--no-cache", "--output-format", "json", "."],
            timeout=SECONDS,
        )
        findings = []
        if outcome.exit_code in {0, 1}:
            try:
                findings = [
                    Finding(
                        message=": ".join(filter(None, (each["code"], each["message"]))),
                        path=plain(each["filename"], workspace),
                        line=each["location"]["row"],
                    )
                    for each in json.loads(outcome.stdout or "[]")
                ]
            except (ValueError, KeyError, TypeError):
                # Not what ruff prints: the line below reports what came instead.
                findings = []
        if outcome.exit_code and not findings:
            findings = [from_traceback(outcome, workspace, doing=f"ruff {command[0]}")]
        return findings
