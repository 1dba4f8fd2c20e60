"""Is what we emit what a reader of ``tests/golden`` would expect, and is it sound?"""

from __future__ import annotations

import asyncio
import difflib
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from agent.checks.prove import prove
from agent.documents import FileType, GeneratedFile, Outcome, Verdict, VerificationLevel
from agent.emitter.project import emit
from agent.errors import EmitError
from agent.knowledge import Library
from agent.output import HOME, SPEC
from agent.paths import LONGEST_PATH, checked_path
from agent.planner.resolve import resolve
from agent.types import BackendSpec
from tests import golden_projects
from tests.golden_projects import GOLDEN, PROJECTS
from tests.made import library, made
from tests.servers import MARIADB, POSTGRESQL, require_server
from tests.warm import sandbox

ROOT = Path(__file__).parents[1]
MOST_LINES = 200
"""Lines of a difference that are shown."""

# Emitted code is the user's own. The folder that a later run reads is named where it has to be.
MARKS = re.compile(
    r"python[-_ ]?specialist|generat(?:ed|or) by|\bcodegen|jinja|scaffold", re.IGNORECASE
)

SKILL = "---\nname: {name}\ndescription: For a test.\n---\n\n# {name}\n"


def difference(golden: dict[str, str], today: dict[str, str]) -> str:
    """Return what ``make golden`` would change, as a patch."""
    lines: list[str] = []
    for path in sorted(golden.keys() | today.keys()):
        if golden.get(path) != today.get(path):
            old, new = (side.get(path, "").splitlines() for side in (golden, today))
            lines += [f"--- {path}", *list(difflib.unified_diff(old, new, lineterm="", n=2))[2:]]
    if len(lines) > MOST_LINES:
        lines[MOST_LINES:] = [f"... and {len(lines) - MOST_LINES} lines more"]
    return "\n".join(lines)


@pytest.mark.parametrize("name", PROJECTS)
def test_what_is_emitted_is_the_golden_project(name: str, tmp_path: Path) -> None:
    golden_projects.write(name, tmp_path / name)
    changed = difference(golden_projects.tree(GOLDEN / name), golden_projects.tree(tmp_path / name))
    if changed:
        message = f"{name} is emitted differently (`make golden` accepts it):\n{changed}"
        pytest.fail(message, pytrace=False)


def test_no_other_project_is_golden() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(PROJECTS)


@pytest.mark.parametrize("command", ["format --check", "check"])
@pytest.mark.parametrize("name", PROJECTS)
def test_a_golden_project_is_formatted_and_lint_clean_by_its_own_rules(
    name: str, command: str
) -> None:
    argv = [sys.executable, "-m", "ruff", *command.split(), "--no-cache", "."]
    done = subprocess.run(argv, cwd=GOLDEN / name, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "command",
    [["check", "--show-files"], ["format", "--check", "--verbose"]],
    ids=["check", "format"],
)
def test_our_own_ruff_leaves_golden_projects_alone(command: list[str]) -> None:
    argv = [sys.executable, "-m", "ruff", *command, "--no-cache", "."]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert "test_golden.py" in said
    assert str(GOLDEN / "shop") not in said


# --- properties of everything that is emitted ----------------------------------------------------


@pytest.mark.parametrize("name", PROJECTS)
def test_the_spec_in_a_project_makes_the_same_project(name: str) -> None:
    golden = golden_projects.tree(GOLDEN / name)
    spec = BackendSpec.model_validate_json(golden[SPEC])
    again = {file.path: file.content for file in emit(resolve(spec).spec, library())}
    assert difference({p: c for p, c in golden.items() if p != SPEC}, again) == ""


def test_emission_depends_on_nothing_but_the_spec() -> None:
    program = (
        "import hashlib\n"
        "from tests.golden_projects import PROJECTS, document\n"
        "from tests.made import made\n"
        "for name in PROJECTS:\n"
        "    print(hashlib.sha256(repr(made(document(name))[1]).encode()).hexdigest())\n"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Kolkata", "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=True,
        )
        here = [
            hashlib.sha256(repr(made(golden_projects.document(name))[1]).encode()).hexdigest()
            for name in PROJECTS
        ]
        assert done.stdout.split() == here


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_bears_no_mark_of_where_it_came_from(name: str) -> None:
    marked = [
        f"{path}:{number}: {line}"
        for path, text in golden_projects.tree(GOLDEN / name).items()
        if not path.startswith(f"{HOME}/")
        for number, line in enumerate(text.splitlines(), 1)
        if MARKS.search(line.replace(f"{HOME}/", ""))
    ]
    assert marked == []


@pytest.mark.parametrize("name", PROJECTS)
def test_paths_stay_in_the_project_and_can_be_written_anywhere(name: str) -> None:
    paths = [file.path for file in made(golden_projects.document(name))[1]]
    for path in paths:
        checked_path(path)
        assert len(path) < LONGEST_PATH
        assert path.isascii()
    assert len({path.lower() for path in paths}) == len(paths)


@pytest.mark.parametrize("name", PROJECTS)
def test_every_file_ends_with_one_line_end_and_names_its_pattern(name: str) -> None:
    for file in made(golden_projects.document(name))[1]:
        assert file.pattern in library().patterns
        if file.content:
            assert file.content.endswith("\n"), file.path
            assert not file.content.endswith("\n\n"), file.path
        assert "\r" not in file.content, file.path


# --- a library that is wrong ---------------------------------------------------------------------


def library_of(folder: Path, patterns: dict[str, dict[str, str]]) -> Library:
    for name, files in patterns.items():
        for path, content in files.items():
            target = folder / name / "assets" / "project" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, encoding="utf-8")
        (folder / name / "SKILL.md").write_text(SKILL.format(name=name), encoding="utf-8")
    return Library(folder)


def tiny() -> BackendSpec:
    return made(golden_projects.document("tiny"))[0].spec


def test_two_patterns_that_emit_one_path_are_an_error(tmp_path: Path) -> None:
    wrong = library_of(tmp_path, {"one": {"a/b.py": "1\n"}, "two": {"a/b.py.j2": "2\n"}})
    with pytest.raises(EmitError, match=r"two and one both emit a/b\.py"):
        emit(tiny(), wrong)


def test_a_path_that_leaves_the_project_is_an_error(tmp_path: Path) -> None:
    wrong = library_of(tmp_path, {"one": {"..\\b.py": "1\n"}})
    with pytest.raises(EmitError, match="leaves the project"):
        emit(tiny(), wrong)


def test_what_pip_compiled_in_an_installed_library_is_no_template(tmp_path: Path) -> None:
    compiled = {"a.py": "1\n", "__pycache__/a.cpython-311.pyc": "\xa7"}
    files = emit(tiny(), library_of(tmp_path, {"one": compiled}))
    assert [file.path for file in files] == ["a.py"]


# --- the expensive ones: a project proves itself, on the real database too -----------------------

# A suite that quietly ran on SQLite would pass all the same, so one test more looks where it is.
WHERE = GeneratedFile(
    path="tests/integration/test_where.py",
    type=FileType.TEST,
    content='''"""Does the suite run where it was told to?"""

import os

from sqlalchemy.ext.asyncio import AsyncConnection


async def test_the_database_is_the_one_that_was_named(connection: AsyncConnection) -> None:
    named = os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL", "sqlite")
    assert named.startswith(connection.dialect.name)
''',
)


@pytest.mark.parametrize(
    ("name", "url"),
    [("shop", POSTGRESQL), ("shop-mysql", MARIADB)],
    ids=["SQLite and PostgreSQL", "SQLite and MariaDB"],
)
def test_a_golden_project_is_proven(name: str, url: str, request: pytest.FixtureRequest) -> None:
    require_server(url)
    _, files, _ = made(golden_projects.document(name))
    proof = asyncio.run(
        prove(
            (*files, WHERE),
            VerificationLevel.STANDARD,
            sandbox=sandbox(),
            database_url=url,
            cache=request.config.cache.mkdir("proofs"),
            remember=False,
        )
    )
    troubles = [
        (each.name, each.reason, each.findings)
        for each in proof.checks
        if each.outcome is not Outcome.PASSED
    ]
    assert troubles == []
    assert proof.verdict is Verdict.PROVEN
