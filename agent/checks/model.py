"""Does each ``Mapped[...]`` say what its column holds? Read from the mappers, once loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.checks.application import loaded
from agent.checks.project import concluded
from agent.documents import CheckName, CheckReport

if TYPE_CHECKING:
    from agent.checks.project import Project

COMMAND = "python-specialist check ."


async def check(project: Project) -> CheckReport:
    """Compare types and nullability of annotations and columns."""
    application = await loaded(project)
    findings = [*application.faults("model"), *application.model]
    summary = f"{application.attributes} mapped attributes"
    seconds = application.took("model")
    return concluded(CheckName.MODEL, COMMAND, findings, summary=summary, seconds=seconds)
