"""Can the application be imported, and start as it should? Tried in a process of its own."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from agent.checks.application import loaded
from agent.checks.claims import MOST_ITEMS
from agent.checks.declared import undeclared
from agent.checks.project import SQLITE_URL, concluded
from agent.documents import CheckName, CheckReport

if TYPE_CHECKING:
    from agent.checks.project import Project

COMMAND = f"DATABASE_URL={SQLITE_URL} PYTHONPATH=src python -W always -c 'import app.main'"


async def check(project: Project) -> CheckReport:
    """Import ``app.main``: what it needs is declared, and nothing is warned of or known to all."""
    application = await loaded(project)
    findings = [*application.faults("import", "settings"), *application.started]
    findings += islice(undeclared(project), MOST_ITEMS)
    seconds = application.took("import", "settings")
    return concluded(CheckName.IMPORT, COMMAND, findings, seconds=seconds)
