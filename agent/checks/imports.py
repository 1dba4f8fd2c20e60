"""Can the application be imported? Tried in a fresh interpreter."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from agent.checks.findings import from_traceback
from agent.checks.project import SQLITE_URL, concluded
from agent.documents import CheckName, CheckReport

if TYPE_CHECKING:
    from agent.checks.project import Project

PROGRAM = "import app.main"
COMMAND = f"DATABASE_URL={SQLITE_URL} PYTHONPATH=src python -c '{PROGRAM}'"
SECONDS = 60


async def check(project: Project) -> CheckReport:
    """Import ``app.main`` in a fresh interpreter."""
    async with project.sandbox.workspace(project.files) as workspace:
        outcome = await workspace.run(
            [sys.executable, "-c", PROGRAM],
            env={"DATABASE_URL": SQLITE_URL, "PYTHONPATH": "src"},
            timeout=SECONDS,
        )
        findings = []
        if outcome.exit_code:
            findings.append(from_traceback(outcome, workspace, doing="importing app.main"))
        return concluded(CheckName.IMPORT, COMMAND, findings)
