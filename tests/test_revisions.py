"""Does a changed plan become a revision that is right, with rows, on every database?

On SQLite, every change is tried; on real servers a few, and all with REVISIONS=all.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent.checks import format, lint, migrations, types  # noqa: A004 - a check's name
from agent.checks.job_database import job_database
from agent.checks.project import SQLITE_URL, Project
from agent.documents import FileType, GeneratedFile
from agent.emitter.applied import Applied
from agent.emitter.project import Rendering, render
from agent.emitter.revisions import FIRST, FOLDER
from agent.errors import RefusedError
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from agent.sandbox import Sandbox
from tests.made import library
from tests.revision_cases import CASES, HELD, PLAN, ROWS, Case
from tests.servers import MARIADB, POSTGRESQL, require_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.checks.door import Way
    from agent.types import BackendSpec

SERVERS = {"sqlite": None, "postgresql": POSTGRESQL, "mysql": MARIADB}
ON_SERVERS = (
    list(CASES)
    if os.environ.get("REVISIONS") == "all"
    else ["new columns", "types that values go along with", "rules", "everything at once"]
)
TRIED = [
    (name, database)
    for database, url in SERVERS.items()
    for name in (CASES if url is None else ON_SERVERS)
]
WALK = Path(__file__).with_name("walk_revisions.py")


@cache
def planned(text: str) -> BackendSpec:
    return resolve(parse(text)).spec


@cache
def first(text: str) -> Rendering:
    return render(planned(text), library())


def applied(text: str) -> Applied:
    revision = next(file.content for file in first(text).files if file.path == FIRST)
    return Applied(planned(text), ("0001",), {FIRST: revision}, taken=frozenset({"0001_initial"}))


def edited(case: Case, database: str) -> tuple[str, str]:
    before = PLAN.format(database=database)
    after = before
    for old, new in case.edits.items():
        assert old in after
        after = after.replace(old, new)
    return before, after


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox()
    yield sandbox
    sandbox.close()


def walk(
    files: tuple[GeneratedFile, ...], case: Case, sandbox: Sandbox, url: str | None
) -> dict[str, Any]:
    """Migrate as the proof does, and then with rows in the tables."""
    held = [table for table in HELD if table not in case.gone]
    asked = {"rows": ROWS, "asks": list(case.asks or {}), "held": held}
    extra = {"walk.py": WALK.read_text(encoding="utf-8"), "walk.json": json.dumps(asked)}
    added = [GeneratedFile(path=p, content=c, type=FileType.TEST) for p, c in extra.items()]

    async def run() -> dict[str, Any]:
        async with AsyncExitStack() as stack:
            way: Way | None = None
            if url is not None:
                folder = await stack.enter_async_context(sandbox.folder())
                way = await stack.enter_async_context(job_database(url, folder))
            workspace = await stack.enter_async_context(sandbox.workspace([*files, *added]))
            outcome = await workspace.run(
                [sys.executable, "walk.py", str(workspace.scratch / "found.json")],
                env={"DATABASE_URL": way.url if way else SQLITE_URL, "PYTHONPATH": "src"},
                door=way.socket if way else None,
                warm=migrations.WARM,
            )
            assert not outcome.exit_code, outcome.stderr
            found: dict[str, Any] = json.loads(workspace.read("found.json") or "{}")
            return found

    return asyncio.run(run())


@pytest.mark.parametrize(("name", "database"), TRIED)
def test_a_changed_plan_is_one_more_revision(name: str, database: str, sandbox: Sandbox) -> None:
    case, url = CASES[name], SERVERS[database]
    if url is not None:
        require_server(url)
    before, after = edited(case, database)
    rendering = render(planned(after), library(), applied=applied(before))
    new = [f.path for f in rendering.files if "/versions/0" in f.path]
    assert new[0] == FIRST
    assert len(new) == 2
    assert {warning.code for warning in rendering.warnings} == set(case.warned)
    found = walk(rendering.files, case, sandbox, url)
    assert found["proof"]["done"]
    assert found["proof"]["drift"] == []
    if case.stops is not None:
        assert case.stops in found["stopped"]
    else:
        assert found.get("stopped") is None
        assert found["answers"] == list((case.asks or {}).values())
    if case.down is not None:
        assert case.down in found["not back"]
    else:
        assert found["held"] == [n for table, n in HELD.items() if table not in case.gone]


def test_a_revision_is_strictly_typed_and_has_nothing_to_lint(sandbox: Sandbox) -> None:
    found = []
    for name in (
        "new columns",
        "everything at once",
        "a required reference",
        "comments",
        "what a delete does",
    ):
        before, after = edited(CASES[name], "mysql")
        files = render(planned(after), library(), applied=applied(before)).files
        (revision,) = [file for file in files if "/versions/0002" in file.path]
        found.append(revision.model_copy(update={"path": f"{FOLDER}/{name.replace(' ', '_')}.py"}))
    project = Project(tuple(found), sandbox)
    for check in (lint.check, types.check, format.check):
        report = asyncio.run(check(project))
        assert [finding.message for finding in report.findings] == []


def test_a_plan_that_changes_no_table_brings_no_revision() -> None:
    plan = PLAN.format(database="sqlite")
    again = render(
        planned(plan.replace("pages: integer", "pages: integer >= 2")),
        library(),
        applied=applied(plan),
    )
    assert [f.path for f in again.files if "/versions/0" in f.path] == [FIRST]
    assert [f.content for f in again.files if f.path == FIRST] == (
        [f.content for f in first(plan).files if f.path == FIRST]
    )


def test_names_that_are_taken_are_not_given_again() -> None:
    before, after = edited(CASES["a new table"], "sqlite")
    known = replace(applied(before), heads=("x",), taken=frozenset({"0007_theirs", "0012", "x"}))
    rendering = render(planned(after), library(), applied=known)
    (new,) = [f for f in rendering.files if "/versions/00" in f.path and f.path != FIRST]
    assert new.path.endswith("/0013_shelves.py")
    assert 'down_revision: str | None = "x"' in new.content


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        ({"key integer": "key uuid"}, "the primary key of Author changes (id bigint -> id uuid)"),
        (
            {"  name: string(30)": "  name: string(30)\n  key(name)"},
            "the primary key of Tag changes",
        ),
    ],
)
def test_another_key_is_refused(edits: dict[str, str], told: str) -> None:
    before, after = edited(Case(edits), "sqlite")
    with pytest.raises(RefusedError) as error:
        render(planned(after), library(), applied=applied(before))
    assert error.value.faults[0].code == "key-changed"
    assert told in error.value.faults[0].message


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("n: integer >= 5 <= 9", "5"),
        ("n: integer > 5", "6"),
        ("n: integer < -5", "-6"),
        ("n: integer = 7", "7"),
        ("n: decimal(6,2) > 0", 'Decimal("0.01")'),
        ("n: float >= 0.5", "0.5"),
        ("n: string(3..9)", '"---"'),
        ("n: string(9) unique", None),
        ("n: string(12) unique", "sa.func.substr("),
        ("n: string(40) unique", "sa.func.replace(sa.cast("),
        ("n: uuid unique", 'sa.column("id")'),
        ("n: date unique", None),
        ("n: email(80) unique", '"@example.invalid"'),
        ("n: password", None),
        ("n: string[]", "[]"),
        ("n: x | y = y", '"y"'),
        ("n: json", "{}"),
        ("n: date = now", "sa.func.current_date()"),
        ('n: datetime = "2020-01-01T02:00:00+02:00"', "2020-01-01T00:00:00+00:00"),
    ],
)
def test_what_rows_get(attribute: str, value: str | None) -> None:
    before = "project p\ndatabase sqlite\n\nentity A\n  a: string(9)\n"
    rendering = render(planned(f"{before}  {attribute}\n"), library(), applied=applied(before))
    (text,) = [f.content for f in rendering.files if "/versions/0002" in f.path]
    if value is None:
        assert "stop_if_any(" in text
        assert [warning.code for warning in rendering.warnings] == ["needs-values"]
    else:
        assert value in text.partition("def downgrade")[0]
        assert "stop_if_any(" not in text
