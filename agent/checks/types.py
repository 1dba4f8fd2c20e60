"""Do the types hold, strictly? Asked of mypy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.checks.claims import LONGEST_PATH, as_line, as_object, as_text
from agent.checks.findings import from_traceback, misdeed, plain
from agent.checks.mypy_cache import MYPY, give_base
from agent.checks.project import concluded
from agent.documents import CheckName, CheckReport, Finding, FindingLevel

if TYPE_CHECKING:
    from agent.checks.project import Project
    from agent.sandbox import Workspace

SECONDS = 300
WARM = ("mypy.main", "mypy.build", "mypy.plugins.default")


async def check(project: Project) -> CheckReport:
    """Run mypy in strict mode over the source and the tests."""
    has_tests = any(file.path.startswith("tests/") for file in project.files)
    targets = ("src", "tests") if has_tests else ("src",)
    async with project.sandbox.workspace(project.files) as workspace:
        await give_base(project, workspace)
        outcome = await workspace.run(
            [
                *MYPY,
                "--output=json",
                f"--cache-dir={workspace.scratch / 'mypy'}",
                *targets,
            ],
            warm=WARM,
            timeout=SECONDS,
        )
        findings = list(
            filter(None, (_read(line, workspace) for line in outcome.stdout.splitlines()))
        )
        unexplained = not any(each.level is FindingLevel.ERROR for each in findings)
        if (outcome.exit_code and unexplained) or misdeed(outcome, doing=""):
            findings.append(from_traceback(outcome, workspace, doing="mypy"))
    command = " ".join(("mypy", "--strict", *targets))
    return concluded(CheckName.TYPES, command, findings)


def _read(text: str, workspace: Workspace) -> Finding | None:
    said = as_object(text)
    message, file = said.get("message"), said.get("file")
    if not isinstance(message, str) or not isinstance(file, str):
        return None
    code = f" [{as_text(said['code'])}]" if said.get("code") else ""
    return Finding(
        level=FindingLevel.ERROR if said.get("severity") == "error" else FindingLevel.NOTE,
        message=as_text(f"{message}{code}"),
        path=as_text(plain(file, workspace), LONGEST_PATH),
        line=as_line(said.get("line")),
    )
