"""What is the application, once it is loaded? One job, from whose report three checks read.

Loading it takes longer than everything else that import, openapi and model do, so it is done once.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.checks.claims import (
    LONGEST_PATH,
    MOST_LINES,
    as_line,
    as_list,
    as_member,
    as_number,
    as_object,
    as_text,
)
from agent.checks.findings import from_traceback, misdeed
from agent.checks.project import SQLITE_URL
from agent.documents import Finding

if TYPE_CHECKING:
    from agent.checks.project import Project
    from agent.sandbox import JobOutcome, Workspace

PROGRAM = "agent.checks.inside.load"
# What projects run on, whatever else they do.
WARM = (
    "aiosqlite",
    "fastapi.openapi.utils",
    "httpx",
    "jwt",
    "pwdlib.hashers.argon2",
    "pydantic_settings",
    "sqlalchemy.dialects.sqlite",
    "sqlalchemy.ext.asyncio",
    "structlog",
)
LEAST_SECONDS, MOST_SECONDS = 60, 300
SECONDS_FOR_EACH = 0.2
"""What a file of a project may take; half of it is usual where others use the machine, too."""
STAGES = ("import", "mappers", "openapi", "settings", "model")
DOING = {
    "import": "importing app.main",
    "mappers": "configuring the mappers",
    "openapi": "building the OpenAPI document",
    "settings": "trying the settings",
    "model": "comparing annotations and columns",
}


@dataclass(frozen=True, slots=True)
class Application:
    """What was found, stage by stage; ``fault`` is why it went no further than ``reached``.

    ``started`` is what is wrong though it loads: warnings of its own lines, secrets that production
    does not ask for. ``seconds`` says how long a stage took; to start is part of the first.
    """

    reached: str
    fault: Finding | None = None
    openapi: object = None
    started: tuple[Finding, ...] = ()
    model: tuple[Finding, ...] = ()
    attributes: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def faults(self, *stages: str) -> list[Finding]:
        """Give the fault that ended one of these stages, if one did."""
        return [self.fault] if self.fault is not None and self.reached in stages else []

    @property
    def imported(self) -> bool:
        """Whether it could be imported at all."""
        return self.fault is None or self.reached != STAGES[0]

    def took(self, *stages: str) -> float:
        """Say for how many seconds the job was busy with these stages."""
        return sum(self.seconds.get(stage, 0.0) for stage in stages)


async def loaded(project: Project) -> Application:
    """Load the application of a project, once."""
    if project.application is None:
        async with project.sandbox.workspace(project.files) as workspace:
            outcome = await workspace.run(
                [sys.executable, "-m", PROGRAM, str(workspace.scratch / "loaded.json")],
                env={"DATABASE_URL": SQLITE_URL, "PYTHONPATH": "src"},
                warm=WARM,
                timeout=longest(project),
            )
            project.application = _read(outcome, workspace)
    return project.application


def longest(project: Project) -> float:
    """Say how many seconds it may take to load a project, by the number of its files."""
    return min(max(LEAST_SECONDS, len(project.files) * SECONDS_FOR_EACH), MOST_SECONDS)


def _read(outcome: JobOutcome, workspace: Workspace) -> Application:
    report = as_object(workspace.read("loaded.json"))
    reached = as_text(report.get("stage"))
    if reached not in {*STAGES, "end"}:
        reached = STAGES[0]
    fault = None
    if outcome.exit_code or reached != "end" or misdeed(outcome, doing=""):
        reached = STAGES[-1] if reached == "end" else reached
        fault = from_traceback(outcome, workspace, doing=DOING[reached])
    return Application(
        reached=reached,
        fault=fault,
        openapi=report.get("openapi"),
        started=tuple(map(_finding, as_list(report.get("started")))),
        model=tuple(map(_finding, as_list(report.get("model")))),
        attributes=int(as_number(report.get("attributes"), MOST_LINES) or 0),
        seconds=_seconds(report.get("seconds"), outcome.seconds),
    )


def _seconds(said: object, most: float) -> dict[str, float]:
    """Divide the time that the job took by what it says of its later stages."""
    later = {stage: as_number(as_member(said, stage), most) or 0.0 for stage in STAGES[1:]}
    return {STAGES[0]: max(0.0, most - sum(later.values())), **later}


def _finding(said: object) -> Finding:
    path = as_member(said, "path")
    return Finding(
        message=as_text(as_member(said, "message")),
        path=as_text(path, LONGEST_PATH) if path else None,
        line=as_line(as_member(said, "line")),
    )
