"""Do the migrations build what the models say, and can they be undone? Tried on SQLite."""

from __future__ import annotations

import io
import re
import sys
from typing import TYPE_CHECKING

from agent.checks.claims import as_list, as_member, as_object, as_text
from agent.checks.findings import from_traceback, misdeed, shortened
from agent.checks.project import SQLITE_URL, concluded
from agent.documents import CheckName, CheckReport, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

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
DECLARED = re.compile(r"__tablename__\s*=\s*[\"'](?P<table>[^\"']+)[\"']")


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
        report = as_object(workspace.read("steps.json"))
        findings = list(_drift(project, as_list(report.get("drift"))))
        if outcome.exit_code or misdeed(outcome, doing=""):
            doing = as_text(report.get("step", "alembic"))
            findings.append(from_traceback(outcome, workspace, doing=doing))
        elif not report.get("done"):
            findings.append(Finding(message="the migrations ended before their last step"))
        heads = as_list(report.get("heads"))
        if len(heads) != 1 and not outcome.exit_code:
            names = ", ".join(map(as_text, heads)) or "none"
            findings.append(Finding(message=shortened(f"one head is expected, there are: {names}")))
        return findings


def _drift(project: Project, differences: list[object]) -> Iterator[Finding]:
    """Point to the model, as there is no line for what a migration leaves out."""
    places = _tables(project) if differences else {}
    for each in differences:
        message = shortened(f"models and migrations differ: {as_text(as_member(each, 'text'))}")
        path, line = places.get(as_text(as_member(each, "table")), (None, None))
        yield Finding(message=message, path=path, line=line)


def _tables(project: Project) -> dict[str, tuple[str, int]]:
    """Find where each table is declared first."""
    places: dict[str, tuple[str, int]] = {}
    for file in project.files:
        if file.path.endswith(".py"):
            for line, text in enumerate(io.StringIO(file.content, newline=None), 1):
                if declared := DECLARED.search(text):
                    places.setdefault(declared["table"], (file.path, line))
    return places
