"""Which modules of a suite need not run again? Those that passed, and read nothing that changed.

A test module reads the application, and what the suite shares (``conftest.py`` and the like), but
no other test module, unless one is spoken of elsewhere: that one counts as shared. Nothing is
remembered of a suite that looks for its files by itself, has two modules of one name, or tests that
stand in other files. What one module leaves in the memory of the process for the next is not seen:
so a suite of which only a part ran is not itself remembered as passed.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.checks.collected import is_test_module
from agent.checks.memory import in_suite
from agent.checks.pytest_results import Case
from agent.checks.reach import Reach, as_files, read_reach

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agent.checks.project import Project

NAME = "suite"
WORD = re.compile(r"\w+")
SEARCHING = frozenset(
    ("__import__", "glob", "import_module", "importlib", "iterdir", "listdir", "rglob", "scandir")
)
"""Words of code that finds files or modules which it does not name."""


@dataclass(frozen=True, slots=True)
class Known:
    """Tests that passed, and what they reached.

    ``modules`` are those that need not run again, ``percent`` is what the whole suite reached.
    """

    modules: frozenset[str]
    cases: tuple[Case, ...]
    reach: Reach
    percent: float


def recall(project: Project) -> Known | None:
    """Give what is known of this suite; None where that is nothing, or all of it."""
    if project.memory is None:
        return None
    alone = _alone(project)
    text = project.memory.text(NAME, _shared(alone))
    reach = read_reach(text)
    if text is None or reach is None or not alone:
        return None
    said = json.loads(text)
    digests = project.memory.digests
    modules = frozenset(path for path in alone if said["digests"].get(path) == digests[path])
    cases = tuple(
        Case(name, "passed", place=(path, line), function=function)
        for path in sorted(modules)
        for name, function, line in said["cases"][path]
    )
    first = {path: marks for path, marks in reach.first.items() if path in modules}
    if not modules or modules == alone:
        return None
    return Known(modules, cases, Reach(reach.code, first), reach.percent)


def keep(project: Project, cases: Sequence[Case], reach: Reach) -> None:
    """Remember a suite that passed, test by test."""
    if project.memory is None:
        return
    alone = _alone(project)
    told: dict[str, list[tuple[str, str, int]]] = {path: [] for path in alone}
    for case in cases:
        if case.place is None or not is_test_module(case.file):
            return
        if case.file in told:
            told[case.file].append((case.name, case.function, case.place[1]))
    text = {
        "code": as_files(reach.code),
        "first": {module: as_files(marks) for module, marks in reach.first.items()},
        "digests": {path: project.memory.digests[path] for path in alone},
        "cases": told,
    }
    project.memory.keep_text(NAME, _shared(alone), json.dumps(text))


def _shared(alone: set[str]) -> Callable[[str], bool]:
    return lambda path: in_suite(path) and path not in alone


def _alone(project: Project) -> set[str]:
    """Give the test modules that no other file speaks of."""
    read = [file for file in project.files if in_suite(file.path)]
    words = {file.path: set(WORD.findall(file.content)) for file in read}
    spoken = Counter(word for said in words.values() for word in said)
    if any(spoken[word] for word in SEARCHING):
        return set()
    modules = [file.path for file in read if is_test_module(file.path)]
    stems = {path: path.rpartition("/")[2].removesuffix(".py") for path in modules}
    if len(set(stems.values())) < len(modules):
        return set()
    return {path for path in modules if spoken[stems[path]] == (stems[path] in words[path])}
