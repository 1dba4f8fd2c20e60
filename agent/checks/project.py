"""What does a check look at, and in which form does it answer? Project in, report out."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.documents import CheckReport, Finding, FindingLevel, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from agent.documents import CheckName, GeneratedFile
    from agent.sandbox import Sandbox

MOST_FINDINGS = 100
SQLITE_URL = "sqlite+aiosqlite:///./proof.db"


@dataclass(frozen=True, slots=True)
class Project:
    """A generated project, and what there is to check it with.

    ``database_url`` is a real database server that throw-away databases may be created on;
    ``cache`` a folder of this user's that is kept between runs.
    """

    files: tuple[GeneratedFile, ...]
    sandbox: Sandbox
    database_url: str | None = None
    cache: Path | None = None

    def content(self, path: str) -> str | None:
        """Give the text of the file at ``path``, or None."""
        return next((file.content for file in self.files if file.path == path), None)

    def tool_settings(self, tool: str) -> dict[str, Any]:
        """Give the table ``[tool.<tool>]`` of the project's pyproject.toml, or an empty one."""
        try:
            table = tomllib.loads(self.content("pyproject.toml") or "")["tool"][tool]
        except (tomllib.TOMLDecodeError, KeyError, TypeError):
            return {}
        return table if isinstance(table, dict) else {}


def tool(name: str) -> tuple[str, str, str]:
    """Start a command line with a tool of the agent's own environment."""
    return (sys.executable, "-m", name)


def concluded(
    name: CheckName,
    command: str,
    findings: Iterable[Finding],
    *,
    summary: str | None = None,
) -> CheckReport:
    """Report a check that ran: failed when a finding is an error, else passed.

    ``command`` is what a reader types in the project's folder to see the same.
    """
    found = list(findings)
    failed = any(finding.level is FindingLevel.ERROR for finding in found)
    if len(found) > MOST_FINDINGS:
        found.sort(key=lambda finding: finding.level is not FindingLevel.ERROR)
        left_out = len(found) - MOST_FINDINGS
        note = Finding(level=FindingLevel.NOTE, message=f"{left_out} more findings are not shown")
        found[MOST_FINDINGS:] = [note]
    return CheckReport(
        name=name,
        outcome=Outcome.FAILED if failed else Outcome.PASSED,
        command=command,
        findings=tuple(found),
        summary=summary,
    )
