"""Is what the README says true? Its examples, its tables, its links."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.__main__ import OUR_FAULT
from agent.checks.prove import LEVELS
from agent.checks.servers import SERVERS
from agent.documents import VerificationLevel
from agent.planner.plan import plan
from agent.planner.readers.sql_split import DIALECTS
from agent.settings import PREFIX, read_settings
from agent.transports.cli_exit import NOT_PRINTED
from agent.transports.cli_run import EXIT_CODES, NO_MODEL, NOT_WRITTEN
from tests.golden_projects import CASES, GOLDEN
from tests.hostile import ATTACKS
from tests.made import document

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = (ROOT / "docs/command-line.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def rows_after(head: str) -> list[list[str]]:
    _, found, table = COMMANDS.partition(head)
    assert found
    lines = table.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def planned(context: dict[str, Any]) -> dict[str, Any]:
    request = {"type": "architecture", "framework": "fastapi", "description": ""}
    spec = plan(document({"request": request, "context": context})).spec
    return {
        entity.name: (
            [(a.name, a.type, a.length, a.unique, a.nullable) for a in entity.attributes],
            [(r.name, r.target, r.kind, r.on_delete, r.nullable) for r in entity.relations],
        )
        for entity in spec.entities
    }


def test_the_shop_is_the_shop_of_the_cases() -> None:
    shop = (CASES / "shop.spec").read_text(encoding="utf-8")
    assert blocks("spec")[0] == shop


def test_the_three_ways_say_the_same() -> None:
    spec, sql, plain = blocks("spec")[1], blocks("sql")[0], blocks("json")[0]
    said = planned({"sources": [{"format": "spec", "content": spec}]})
    assert said == planned({"spec": json.loads(plain)})
    written = planned({"sources": [{"format": "sql", "content": sql}]})
    assert written.keys() == said.keys()
    for name, (attributes, relations) in said.items():
        assert written[name][1] == relations
        stamps = {"created_at", "updated_at"}
        assert set(written[name][0]) == {each for each in attributes if each[0] not in stamps}


def test_the_usual_commands_are_shown() -> None:
    shown = re.findall(r"^(?:\$ )?python-specialist (\w+)", README, re.MULTILINE)
    commands = {"run", "chat", "undo", "check", "validate", "spec", "patterns", "doctor", "serve"}
    assert set(shown) == {*commands, "tasks"}  # with options that there are: test_docs.py


def test_the_options_of_check_are_those_that_it_has() -> None:
    argv = [sys.executable, "-m", "agent", "check", "--help"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True)
    rows = rows_after("| option of `check` | means |")
    shown = {option for row in rows for option in re.findall(r"^`(--[\w-]+)", row[0])}
    assert shown == set(re.findall(r"^\W*(--[\w-]+)", done.stdout, re.MULTILINE)) - {"--help"}


def test_every_target_of_make_that_is_named_is_there() -> None:
    targets = re.findall(
        r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    text = README + CONTRIBUTING
    named = re.findall(r"`make ([a-z ]+)`|^make ([a-z]+)", text, re.MULTILINE)
    words = {word for pair in named for word in " ".join(pair).split()}
    assert words >= {"demo", "test", "check", "golden", "proofs", "bench", "schemas"}
    assert words <= set(targets)


def test_the_exit_codes_are_those_of_the_program() -> None:
    codes = [int(row[0]) for row in rows_after("| exit code | means |")]
    own = {NOT_WRITTEN, NO_MODEL, OUR_FAULT, NOT_PRINTED}
    assert codes == sorted({*EXIT_CODES.values(), *own})


def test_the_levels_are_those_of_the_program() -> None:
    rows = {row[0].split("`")[1]: row[1] for row in rows_after("| `--verification` | checks |")}
    assert list(rows) == [level.value for level in VerificationLevel]
    for level in (VerificationLevel.FAST, VerificationLevel.STANDARD):
        assert rows[level].split(", ") == [check.value for check in LEVELS[level]]


def test_the_variables_are_those_that_are_read() -> None:
    rows = {row[0].strip("`"): row[1] for row in rows_after("| variable | meaning |")}
    assert all(name.startswith(PREFIX) for name in rows)
    urls = {
        name: match[0]
        for name, text in rows.items()
        if (match := re.findall(r"`(\w+://.*)`", text))
    }
    settings = read_settings({name: url.replace("port", "1") for name, url in urls.items()})
    assert (
        len(settings.databases) == len({server.label for server in SERVERS.values()}) == len(urls)
    )
    assert read_settings({f"{PREFIX}CACHE_DIR": "/x"}).cache == Path("/x")


def test_the_dialects_are_those_that_are_read() -> None:
    assert "PostgreSQL, MySQL, MariaDB, SQLite, SQL Server or Oracle dialect" in README
    assert set(DIALECTS) == {"postgres", "mysql", "sqlite", "tsql", "oracle"}


def test_the_tree_that_is_shown_is_the_tree_that_is_made() -> None:
    _, _, section = README.partition("## What you get")
    tree = section.partition("```\n")[2].partition("```")[0]
    lines = tree.splitlines()
    shown = [line.split()[0] for line in lines[:-1]] + lines[-1].split()
    for path in shown:
        assert (GOLDEN / "shop" / path).exists(), path


@pytest.mark.parametrize(
    "document_",
    [
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "docs/command-line.md",
        "docs/custom-operations.md",
        "docs/models.md",
        "docs/operations.md",
        "docs/security.md",
        "docs/spec-language.md",
    ],
)
def test_links_lead_somewhere(document_: str) -> None:
    text = (ROOT / document_).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in target:
            assert (ROOT / document_).parent.joinpath(target).exists(), target


def test_what_holds_the_sandbox_is_a_test() -> None:
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/\w+\.py)::(\w+)`", text)
    assert len(named) > 40
    for file, name in named:
        tests = (ROOT / file).read_text(encoding="utf-8")
        assert re.search(rf"^(async )?def {name}\(", tests, re.MULTILINE), name
    listed = re.findall(r"`tests/test_hostile\.py` \(([^)]*)\)", text)
    attacks = {name for names in listed for name in names.split(", ")}
    assert attacks - {"...", "its modes with bubblewrap"} <= set(ATTACKS)


def test_no_part_of_the_readme_is_left_to_fill_in() -> None:
    assert "@@" not in README
