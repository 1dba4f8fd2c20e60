"""Does the code stand as the formatter would set it? Asked of ruff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.checks.lint import ruff
from agent.checks.project import concluded
from agent.documents import CheckName, CheckReport

if TYPE_CHECKING:
    from agent.checks.project import Project

COMMAND = "ruff format --check ."


async def check(project: Project) -> CheckReport:
    """Run the formatter without writing; a finding's line is where the first change would be."""
    findings = await ruff(project, "format", "--check")
    return concluded(CheckName.FORMAT, COMMAND, findings)
