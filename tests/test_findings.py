"""Is what tools print told as a reader wants it?"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from agent.checks.findings import plain

if TYPE_CHECKING:
    from agent.sandbox import Workspace

PRINTED = """/copy/project/src/app/x.py: OperationalError: no such table: a
[SQL: SELECT 1]
(Background on this error at: https://sqlalche.me/e/21/e3q8)
after it"""


def test_paths_are_those_of_the_project_and_nothing_is_advertised() -> None:
    workspace = cast("Workspace", SimpleNamespace(root=Path("/copy/project")))
    assert plain(PRINTED, workspace) == (
        "src/app/x.py: OperationalError: no such table: a\n[SQL: SELECT 1]\nafter it"
    )
