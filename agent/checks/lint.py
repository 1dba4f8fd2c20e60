"""What does the linter say, by the project's own rules? Asked of ruff."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from agent.checks.findings import from_traceback, misdeed, plain
from agent.checks.project import CONFIG, concluded
from agent.documents import CheckName, CheckReport, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.checks.project import Project

COMMAND = "ruff check ."
SECONDS = 60
BLANKET = re.compile(r"^\s*#\s*(?:(?:ruff|flake8):\s*noqa\s*$|mypy:|fmt:\s*off)", re.MULTILINE)
RUFF = ("ruff", "--config", str(CONFIG))


async def check(project: Project) -> CheckReport:
    """Run the linter over the whole project; whatever silences a check for long is a finding."""
    findings = [*await ruff(project, "check"), *_silenced(project)]
    return concluded(CheckName.LINT, COMMAND, findings)


def _silenced(project: Project) -> Iterator[Finding]:
    for file in project.files:
        if file.path.endswith(".py"):
            for found in BLANKET.finditer(file.content):
                line = file.content.count("\n", 0, found.end()) + 1
                message = f"{found[0].strip()!r} silences a check for more than one line"
                yield Finding(message=message, path=file.path, line=line)


async def ruff(project: Project, *command: str) -> list[Finding]:
    """Run one of ruff's commands and read what it found."""
    async with project.sandbox.workspace(project.files) as workspace:
        outcome = await workspace.run(
            [*RUFF, *command, "--no-cache", "--output-format", "json", "."],
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
        if (outcome.exit_code and not findings) or misdeed(outcome, doing=""):
            findings.append(from_traceback(outcome, workspace, doing=f"ruff {command[0]}"))
        return findings
