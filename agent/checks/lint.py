"""What does the linter say, by the project's own rules? Asked of ruff."""

from __future__ import annotations

import io
import json
import re
from itertools import islice
from typing import TYPE_CHECKING

from agent.checks.claims import LONGEST_PATH, MOST_ITEMS, as_line, as_list, as_text
from agent.checks.findings import from_traceback, misdeed, plain, shortened
from agent.checks.project import CONFIG, concluded
from agent.documents import CheckName, CheckReport, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.checks.project import Project

COMMAND = "ruff check ."
SECONDS = 60
BLANKET = re.compile(r"\s*#\s*(?:(?:ruff|flake8):\s*noqa\s*$|mypy:|fmt:\s*off)")
RUFF = ("ruff", "--config", str(CONFIG))


async def check(project: Project) -> CheckReport:
    """Run the linter over the whole project; whatever silences a check for long is a finding."""
    findings = [*await ruff(project, "check"), *islice(_silenced(project), MOST_ITEMS)]
    return concluded(CheckName.LINT, COMMAND, findings)


def _silenced(project: Project) -> Iterator[Finding]:
    for file in project.files:
        if file.path.endswith(".py"):
            # Line by line: a pattern that may cross them takes very long for very many empty ones.
            for line, text in enumerate(io.StringIO(file.content, newline=None), 1):
                if found := BLANKET.match(text):
                    said = repr(found[0].strip())
                    message = shortened(f"{said} silences a check for more than one line")
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
                        message=as_text(": ".join(filter(None, (each["code"], each["message"])))),
                        path=as_text(plain(each["filename"], workspace), LONGEST_PATH),
                        line=as_line(each["location"]["row"]),
                    )
                    for each in as_list(json.loads(outcome.stdout or "[]"))
                ]
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                # Not what ruff prints: the line below reports what came instead.
                findings = []
        if (outcome.exit_code and not findings) or misdeed(outcome, doing=""):
            findings.append(from_traceback(outcome, workspace, doing=f"ruff {command[0]}"))
        return findings
