"""After a change of one test module, do only its tests run, and is nothing believed too long?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from agent.checks import tests
from agent.checks.memory import Memory
from agent.checks.project import Project
from agent.documents import CheckReport, FileType, GeneratedFile, Outcome
from tests.warm import sandbox

if TYPE_CHECKING:
    from pathlib import Path

SANDBOX = sandbox()
FIRST, SECOND = "tests/test_first.py", "tests/test_second.py"
LOGIC = '''"""What is tested."""


def sign(number: int) -> str:
    """Tell the sign of a number."""
    if number < 0:
        return "minus"
    if number > 0:
        return "plus"
    return "none"
'''
BOTH = '''"""Tests."""

from app.logic import sign


def test_below() -> None:
    assert sign(-1) == "minus"


def test_above() -> None:
    assert sign(1) == "plus"
'''
ZERO = '''"""More tests."""

from app.logic import sign


def test_zero() -> None:
    assert sign(0) == "none"
    assert sign(-1) == "minus"
'''
PROJECT = {
    "src/app/__init__.py": '"""The application."""\n',
    "src/app/logic.py": LOGIC,
    "tests/__init__.py": '"""Tests."""\n',
    "tests/conftest.py": '"""Nothing is shared."""\n',
    FIRST: BOTH,
    SECOND: ZERO,
}


@pytest.fixture
def proven(tmp_path: Path) -> Proven:
    return Proven(tmp_path)


class Proven:
    """Asks for the check again and again, with one memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, **changes: str) -> CheckReport:
        texts = PROJECT | {path.replace("__", "/") + ".py": text for path, text in changes.items()}
        files = tuple(
            GeneratedFile(path=path, content=content, type=FileType.TEST)
            for path, content in texts.items()
            if content
        )
        memory = Memory(self.folder, files, SANDBOX.isolation)
        return asyncio.run(tests.check(Project(files, SANDBOX, memory=memory)))


def test_only_the_changed_module_runs(proven: Proven) -> None:
    assert proven().summary == "3 passed, coverage 100.0 %"
    more = f"{ZERO}\n\ndef test_more() -> None:\n    assert sign(2) == 'plus'\n"
    changed = proven(tests__test_second=more)
    assert changed.outcome is Outcome.PASSED
    assert changed.summary == "4 passed (2 of them before), coverage 100.0 %"
    changed = proven(tests__test_second=more, tests__test_first=f"{BOTH}\n")
    assert changed.summary == "4 passed (2 of them before), coverage 100.0 %"


@pytest.mark.parametrize("path", ["src__app__logic", "tests__conftest"])
def test_a_change_of_what_all_read_runs_all(proven: Proven, path: str) -> None:
    proven()
    text = PROJECT[path.replace("__", "/") + ".py"]
    assert proven(**{path: f"{text}\n# changed\n"}).summary == "3 passed, coverage 100.0 %"


def test_a_changed_module_that_fails_is_seen_and_not_remembered(proven: Proven) -> None:
    proven()
    wrong = ZERO.replace('"none"', '"nothing"')
    for _ in range(2):
        failed = proven(tests__test_second=wrong)
        assert failed.outcome is Outcome.FAILED
        assert failed.findings[0].path == SECOND
        assert failed.summary == "2 passed, 1 failed, coverage 100.0 %"


def test_a_changed_module_that_vanishes_in_silence_is_seen(proven: Proven) -> None:
    proven()
    silent = f"{ZERO}\n\nimport os\n\nos._exit(0)\n"
    assert proven(tests__test_second=silent).outcome is Outcome.FAILED


def test_a_module_that_another_one_uses_is_not_by_itself(proven: Proven) -> None:
    uses = f"{BOTH}\n\nfrom tests.test_second import test_zero as again  # noqa: E402, F401\n"
    proven(tests__test_first=uses)
    changed = proven(tests__test_first=uses, tests__test_second=f"{ZERO}\n# changed\n")
    assert changed.summary is not None
    assert "before" not in changed.summary


def test_coverage_is_not_lost_with_who_was_first_to_reach(proven: Proven) -> None:
    proven()
    # The first module was the first to reach a line that the second one reaches, too.
    less = BOTH.replace("assert sign(-1) == 'minus'", "").replace(
        'assert sign(-1) == "minus"', "assert sign(3) == 'plus'"
    )
    assert proven(tests__test_first=less).summary == "3 passed, coverage 100.0 %"


def test_a_module_that_is_gone_is_not_counted(proven: Proven) -> None:
    proven()
    third = ZERO.replace("test_zero", "test_third")
    assert proven(tests__test_third=third).summary == (
        "4 passed (3 of them before), coverage 100.0 %"
    )
    assert proven(tests__test_third=third, tests__test_second="").outcome is Outcome.PASSED


def test_a_suite_of_which_a_part_ran_runs_as_a_whole_when_it_is_asked_for_again(
    proven: Proven,
) -> None:
    proven()
    part = proven(tests__test_second=f"{ZERO}\n")
    assert part.reason == tests.PART
    memory = Memory(proven.folder, (), SANDBOX.isolation)
    memory.keep(part)
    assert memory.recall(part.name) is None
    assert proven(tests__test_second=f"{ZERO}\n").summary == "3 passed, coverage 100.0 %"


@pytest.mark.parametrize(
    "more",
    [
        {"tests__unit__test_second": ZERO.replace("zero", "again")},
        {"tests__test_first": f"{BOTH}\n\nFILES = list(__import__('pathlib').Path().iterdir())\n"},
    ],
    ids=["two modules of one name", "a suite that looks around"],
)
def test_nothing_is_remembered_of(proven: Proven, more: dict[str, str]) -> None:
    proven(**more)
    changed = proven(**more, tests__test_second=f"{ZERO}\n")
    assert changed.reason is None


def test_tests_of_a_base_class_in_another_file_are_counted(proven: Proven) -> None:
    base = (
        '"""What two classes share."""\n\n\nclass Shared:\n    """Tests."""\n\n'
        "    def test_shared(self) -> None:\n        assert self\n"
    )
    uses = (
        f"{ZERO}\n\nfrom tests.base import Shared  # noqa: E402\n\n\n"
        "class TestIt(Shared):\n    def test_own(self) -> None:\n        assert self\n"
    )
    proven(tests__base=base, tests__test_second=uses)
    changed = proven(tests__base=base, tests__test_second=uses, tests__test_first=f"{BOTH}\n")
    assert changed.summary == "5 passed, coverage 100.0 %"
