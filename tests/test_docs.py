"""Are the examples of the documentation true? What needs no server and no model is done."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent.documents import CheckName
from agent.emitter.project import emit
from agent.planner.resolve import resolve
from agent.transports.cli_exit import WRONG_USAGE
from benchmarks import rendering
from tests.golden_projects import GOLDEN, figures
from tests.made import library
from tests.seeded import BUGS
from tests.test_cli import call, written

if TYPE_CHECKING:
    from tests.test_cli import Call

__all__ = ["call"]  # the fixture

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
README = (ROOT / "README.md").read_text(encoding="utf-8")
LANGUAGE = (ROOT / "docs/spec-language.md").read_text(encoding="utf-8")


def shown_after(command: str, text: str) -> list[str]:
    """Return what stands below a command of an example."""
    _, found, rest = text.partition(f"$ {command}\n")
    assert found
    return rest.partition("```")[0].strip("\n").splitlines()


def sections(lines: list[str]) -> dict[str, list[str]]:
    """Return the sections of an answer: the title -> its rows."""
    blocks = "\n".join(lines).split("\n\n")
    return {rows[0]: rows[1:] for rows in (block.splitlines() for block in blocks)}


@cache
def helped(command: str) -> str:
    argv = [sys.executable, "-m", "agent", *command.split(), "--help"]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def options(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", text))


COMMANDS = sorted(
    {
        (page.name, words.strip())
        for page in PAGES
        for words in re.findall(
            r"python-specialist ((?:[a-z]+ ?)[^\n`#|]*)", page.read_text("utf-8")
        )
    }
)


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_a_command_that_is_shown_is_there_with_its_options(page: str, command: str) -> None:
    words = command.split()
    name = " ".join(words[:2]) if words[0] in {"keys", "tasks"} else words[0]
    if name in {"is", "in"}:  # a sentence about the program
        return
    assert options(re.sub(r'"[^"]*"', "", command)) <= options(helped(name)), page


def test_the_run_of_the_readme_is_one(call: Call, tmp_path: Path) -> None:
    command = "run tests/cases/shop.spec --out shop"
    told = sections(shown_after(f".venv/bin/python-specialist {command}", README))
    source = ROOT / "tests/cases/shop.spec"
    done = sections(
        call("run", source, "--out", tmp_path / "shop", "--verification", "none").out.splitlines()
    )
    for title in ("Entities", "Assumptions"):
        assert told[title] == done[title]
    assert told["Files"] == [row.replace(f"{tmp_path}/", "") for row in done["Files"]]
    assert told["Files"][0].startswith(f"  {figures('shop')}: "), "make golden writes it anew"
    python = len([*(GOLDEN / "shop").rglob("*.py")])
    syntax, *_, tests, database = told["Checks"][1:]
    files = figures("shop").split()[0]
    assert syntax.split()[3:] == f"{python} Python files of {files}".split()
    assert re.findall(r"\d+ passed", tests) == re.findall(r"\d+ passed", database)


def test_words_are_the_plan_that_is_shown_beside_them(call: Call, tmp_path: Path) -> None:
    text = (ROOT / "docs/prose.md").read_text(encoding="utf-8")
    found = re.search(r'run "(.*?)"\n```\n\nis the same as\n\n```spec\n(.*?)```', text, re.DOTALL)
    assert found is not None
    plan = written(tmp_path / "library.spec", found[2])
    lines = call("spec", "--diff", found[1], plan).out.splitlines()
    assert [line for line in lines if not line.startswith("~ setting description")] == []


def test_differences_are_those_that_are_shown(call: Call, tmp_path: Path) -> None:
    before = "entity Book\n  title: string(100)\n  size: integer\n"
    after = "entity Author\n  name: string\n"
    book = "entity Book\n  title: string(200)\n  author -> Author\n"
    one = written(tmp_path / "before.spec", f"{before}{after}")
    two = written(tmp_path / "after.spec", f"{book}{after}")
    command = "python-specialist spec --diff --given before.spec after.spec"
    done = call("spec", "--diff", "--given", one, two)
    assert done.out.splitlines() == shown_after(command, LANGUAGE)


def test_faults_are_told_as_they_are_shown(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = ("project shop", "", "entity Order", "  number: varchar(9)", "  total: integer")
    faulty = "\n".join([*lines, "  unique(totl)", "  user -> Usr", "entity User\n"])
    written(tmp_path / "shop.spec", faulty)
    done = call("validate", "shop.spec")
    shown = shown_after("python-specialist validate shop.spec", LANGUAGE)
    assert done.code == WRONG_USAGE
    # the places of the example are those of a file that is not shown
    assert [re.sub(r":\d+:\d+:", ":", each) for each in done.out.splitlines()] == [
        re.sub(r":\d+:\d+:", ":", each) for each in shown
    ]


def test_a_chat_writes_as_much_as_is_shown(tmp_path: Path) -> None:
    page = (ROOT / "docs/chat.md").read_text(encoding="utf-8")
    shown = page.partition("$ python-specialist chat\n")[2].partition("```")[0]
    done = subprocess.run(
        [sys.executable, "-m", "agent", "chat", "--verification", "none"],
        input="\n".join([*re.findall(r"^(?:\[y/n\] )?> (.*)$", shown, re.MULTILINE), ""]),
        cwd=tmp_path,
        env={**os.environ, "PYTHON_SPECIALIST_STATE_DIR": str(tmp_path / "state")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    # how many lines a file has changes with every template: that is not looked at
    counted = re.compile(
        r"\(\d+ files,|(?<=library: )\d+ added.*|\d+ files to|\d+ were there|\d+ files as .*"
    )
    assert len(counted.findall(shown)) == 9
    assert counted.findall(shown) == counted.findall(done)


def test_the_figures_of_the_readme_are_those_of_today() -> None:
    bugs = BUGS.values()
    own = {CheckName.TESTS, CheckName.DATABASE}
    kinds = len({bug.kind for bug in bugs})
    assert f"[{len(bugs)} bugs of {kinds} kinds](tests/bugs)" in README
    found = sum(not own.issuperset(bug.found_by) for bug in bugs)
    assert (
        f"Each is found, {found} of them by a check that does\nnot rely on the project's" in README
    )
    assert f"| files for the shop's four entities | {figures('shop').split()[0]} | 59 |" in README
    for entities in (rendering.FEW, rendering.MANY):
        spec = resolve(rendering.entities(entities, "Thing")).spec
        assert f"| render {entities} entities ({len(emit(spec, library()))} files), warm " in README
