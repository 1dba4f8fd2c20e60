"""Can the application be imported? Tried in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.checks.application import loaded
from agent.checks.project import SQLITE_URL, concluded
from agent.documents import CheckName, CheckReport

if TYPE_CHECKING:
    from agent.checks.project import Project

COMMAND = f"DATABASE_URL={SQLITE_URL} PYTHONPATH=src python -c 'import app.main'"


async def check(project: Project) -> CheckReport:
    """Import ``app.main``."""
    application = await loaded(project)
    seconds = application.took("import")
    return concluded(CheckName.IMPORT, COMMAND, application.faults("import"), seconds=seconds)
