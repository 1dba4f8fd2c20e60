"""What does a check look at, and in which form does it answer? Project in, report out."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from agent.documents import CheckReport, Finding, FindingLevel, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.checks.application import Application
    from agent.checks.memory import Memory
    from agent.documents import CheckName, GeneratedFile
    from agent.sandbox import Sandbox

MOST_FINDINGS = 100
SQLITE_URL = "sqlite+aiosqlite:///./proof.db"
CONFIG = Path(__file__).with_name("config") / "pyproject.toml"
"""What tools are told. A project's own configuration is not asked: it could hide what is wrong."""


@dataclass(slots=True)
class Project:
    """A generated project, and what there is to check it with.

    ``database_url`` is a real database server that throw-away databases may be created on;
    ``cache`` a folder of this user's that is kept between runs; ``memory`` what passed before, if
    that may be asked; ``application`` what came out when it was loaded (None: that was not done
    yet).
    """

    files: tuple[GeneratedFile, ...]
    sandbox: Sandbox
    database_url: str | None = None
    cache: Path | None = None
    memory: Memory | None = None
    application: Application | None = field(default=None, repr=False)

    def content(self, path: str) -> str | None:
        """Give the text of the file at ``path``, or None."""
        return next((file.content for file in self.files if file.path == path), None)


def tool(name: str) -> tuple[str, str, str]:
    """Start a command line with a tool of the agent's own environment."""
    return (sys.executable, "-m", name)


def concluded(
    name: CheckName,
    command: str,
    findings: Iterable[Finding],
    *,
    summary: str | None = None,
    seconds: float = 0.0,
) -> CheckReport:
    """Report a check that ran: failed when a finding is an error, else passed.

    ``command`` is what a reader types in the project's folder to see the same; ``seconds`` is for
    a check that knows better how long it took than who waited for it.
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
        seconds=seconds,
    )
