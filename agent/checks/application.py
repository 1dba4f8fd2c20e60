"""What is the application, once it is loaded? One job, from whose report three checks read.

Loading it takes longer than everything else that import, openapi and model do, so it is done once.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agent.checks.findings import from_traceback, misdeed
from agent.checks.project import SQLITE_URL
from agent.documents import Finding

if TYPE_CHECKING:
    from agent.checks.project import Project
    from agent.sandbox import JobOutcome, Workspace

PROGRAM = "agent.checks.inside.load"
WARM = ("fastapi.openapi.utils", "httpx", "sqlalchemy.ext.asyncio", "sqlalchemy.dialects.sqlite")
SECONDS = 60
STAGES = ("import", "mappers", "openapi", "model")
DOING = {
    "import": "importing app.main",
    "mappers": "configuring the mappers",
    "openapi": "building the OpenAPI document",
    "model": "comparing annotations and columns",
}


@dataclass(frozen=True, slots=True)
class Application:
    """What was found, stage by stage; ``fault`` is why it went no further than ``reached``.

    ``seconds`` says how long a stage took.
    """

    reached: str
    fault: Finding | None = None
    openapi: object = None
    model: tuple[Finding, ...] = ()
    attributes: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def faults(self, *stages: str) -> list[Finding]:
        """Give the fault that ended one of these stages, if one did."""
        return [self.fault] if self.fault is not None and self.reached in stages else []


async def loaded(project: Project) -> Application:
    """Load the application of a project, once."""
    if project.application is None:
        async with project.sandbox.workspace(project.files) as workspace:
            outcome = await workspace.run(
                [sys.executable, "-m", PROGRAM, str(workspace.scratch / "loaded.json")],
                env={"DATABASE_URL": SQLITE_URL, "PYTHONPATH": "src"},
                warm=WARM,
                timeout=SECONDS,
            )
            project.application = _read(outcome, workspace)
    return project.application


def _read(outcome: JobOutcome, workspace: Workspace) -> Application:
    report = _object(workspace.read("loaded.json"))
    reached = str(report.get("stage", STAGES[0]))
    if reached not in {*STAGES, "end"}:
        reached = STAGES[0]
    fault = None
    if outcome.exit_code or reached != "end" or misdeed(outcome, doing=""):
        reached = STAGES[-1] if reached == "end" else reached
        fault = from_traceback(outcome, workspace, doing=DOING[reached])
    seconds = report.get("seconds")
    findings = report.get("model")
    return Application(
        reached=reached,
        fault=fault,
        openapi=report.get("openapi"),
        model=tuple(map(_finding, findings)) if isinstance(findings, list) else (),
        attributes=count if isinstance(count := report.get("attributes"), int) else 0,
        seconds={
            str(stage): float(taken)
            for stage, taken in (seconds.items() if isinstance(seconds, dict) else ())
            if isinstance(taken, int | float)
        },
    )


def _object(text: str | None) -> dict[str, Any]:
    try:
        report = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return report if isinstance(report, dict) else {}


def _finding(said: object) -> Finding:
    facts = said if isinstance(said, dict) else {}
    line = facts.get("line")
    return Finding(
        message=str(facts.get("message", said))[:500],
        path=str(facts["path"])[:200] if facts.get("path") else None,
        line=line if isinstance(line, int) and line > 0 else None,
    )
