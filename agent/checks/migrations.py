"""Do the migrations build what the models say, and can they be undone? Tried on SQLite."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

from agent.checks.findings import from_traceback, misdeed, shortened
from agent.checks.project import SQLITE_URL, concluded
from agent.documents import CheckName, CheckReport, Finding

if TYPE_CHECKING:
    from agent.checks.door import Way
    from agent.checks.project import Project

PROGRAM = "agent.checks.inside.migrate"
WARM = ("alembic.command", "sqlalchemy.ext.asyncio", "sqlalchemy.dialects.sqlite")
STEPS = (
    "alembic heads && alembic upgrade head && alembic check && "
    "alembic downgrade base && alembic upgrade head"
)
COMMAND = f"export DATABASE_URL={SQLITE_URL}; {STEPS}"
SECONDS = 180


async def check(project: Project) -> CheckReport:
    """Migrate a fresh SQLite file up, compare, down, and up again."""
    findings = await migrate(project)
    return concluded(CheckName.MIGRATIONS, COMMAND, findings)


async def migrate(project: Project, way: Way | None = None) -> list[Finding]:
    """Go through all steps on an empty database (None: SQLite)."""
    if project.content("alembic.ini") is None:
        return [Finding(message="there is no alembic.ini", path="alembic.ini")]
    async with project.sandbox.workspace(project.files) as workspace:
        outcome = await workspace.run(
            [sys.executable, "-m", PROGRAM, str(workspace.scratch / "steps.json")],
            env={"DATABASE_URL": way.url if way else SQLITE_URL},
            door=way.socket if way else None,
            warm=WARM,
            timeout=SECONDS,
        )
        report = _read(workspace.read("steps.json"))
        findings = [_drift(project, each) for each in report.get("drift", ())]
        if outcome.exit_code or misdeed(outcome, doing=""):
            doing = str(report.get("step", "alembic"))
            findings.append(from_traceback(outcome, workspace, doing=doing))
        elif not report.get("done"):
            findings.append(Finding(message="the migrations ended before their last step"))
        heads = report.get("heads", ())
        if len(heads) != 1 and not outcome.exit_code:
            names = ", ".join(map(str, heads)) or "none"
            findings.append(Finding(message=f"one head is expected, there are: {names}"))
        return findings


def _read(text: str | None) -> dict[str, Any]:
    try:
        report = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return report if isinstance(report, dict) else {}


def _drift(project: Project, difference: dict[str, Any]) -> Finding:
    """Point to the model, as there is no line for what a migration leaves out."""
    message = shortened(f"models and migrations differ: {difference.get('text')}")
    table = re.escape(str(difference.get("table")))
    declared = re.compile(rf"^.*__tablename__\s*=\s*[\"']{table}[\"']", re.MULTILINE)
    for file in project.files:
        match = declared.search(file.content) if file.path.endswith(".py") else None
        if match:
            line = file.content.count("\n", 0, match.start()) + 1
            return Finding(message=message, path=file.path, line=line)
    return Finding(message=message)
