"""Is every Python file Python, and every path there once? Compiled, not run."""

from __future__ import annotations

import warnings
from collections import Counter
from typing import TYPE_CHECKING

from agent.checks.project import concluded
from agent.documents import CheckName, CheckReport, Finding
from agent.errors import SandboxError
from agent.paths import checked_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.checks.project import Project
    from agent.documents import GeneratedFile

COMMAND = "python -m compileall -q src tests"


async def check(project: Project) -> CheckReport:
    """Compile every Python file (nothing of it runs) and look at all paths."""
    findings = [finding for file in project.files for finding in _faults(file)]
    # On some systems A.py and a.py are one file.
    seen = Counter(file.path.casefold() for file in project.files)
    findings += [
        Finding(message=f"{file.path} is there more than once", path=file.path)
        for file in project.files
        if seen[file.path.casefold()] > 1
    ]
    count = sum(file.path.endswith(".py") for file in project.files)
    if not count:
        findings.append(Finding(message="the project has no Python file"))
    summary = f"{count} Python files of {len(project.files)}"
    return concluded(CheckName.SYNTAX, COMMAND, findings, summary=summary)


def _faults(file: GeneratedFile) -> Iterator[Finding]:
    try:
        checked_path(file.path)
    except SandboxError as error:
        yield Finding(message=str(error), path=file.path)
    if not file.path.endswith(".py"):
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SyntaxWarning)
            compile(file.content, file.path, "exec", dont_inherit=True)
    except SyntaxError as error:
        yield Finding(message=error.msg, path=file.path, line=error.lineno)
    except (ValueError, RecursionError, MemoryError) as error:
        yield Finding(message=f"cannot be parsed: {error}", path=file.path)
