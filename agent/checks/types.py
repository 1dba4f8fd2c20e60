"""Do the types hold, strictly? Asked of mypy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from agent.checks.findings import from_traceback, misdeed, plain
from agent.checks.mypy_cache import give_base
from agent.checks.project import CONFIG, concluded, tool
from agent.documents import CheckName, CheckReport, Finding, FindingLevel

if TYPE_CHECKING:
    from agent.checks.project import Project
    from agent.sandbox import Workspace

SECONDS = 300
OPTIONS = ("--strict", f"--config-file={CONFIG}")
WARM = ("mypy.main", "mypy.build", "mypy.plugins.default")


async def check(project: Project) -> CheckReport:
    """Run mypy in strict mode over the source and the tests."""
    has_tests = any(file.path.startswith("tests/") for file in project.files)
    targets = ("src", "tests") if has_tests else ("src",)
    async with project.sandbox.workspace(project.files) as workspace:
        await give_base(project, workspace)
        outcome = await workspace.run(
            [
                *tool("mypy"),
                *OPTIONS,
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


def _read(line: str, workspace: Workspace) -> Finding | None:
    try:
        said = json.loads(line)
        code = f" [{said['code']}]" if said["code"] else ""
        return Finding(
            level=FindingLevel.ERROR if said["severity"] == "error" else FindingLevel.NOTE,
            message=f"{said['message']}{code}",
            path=plain(said["file"], workspace),
            line=said["line"] if said["line"] > 0 else None,
        )
    except (ValueError, KeyError, TypeError):
        return None
