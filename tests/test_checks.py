"""Does each check pass on a sound project, and point at the line where a fault was seeded?"""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent.checks import (
    application,
    database,
    format,  # noqa: A004 - named as the check is
    imports,
    lint,
    migrations,
    model,
    mypy_cache,
    openapi,
    prove,
    syntax,
    tests,
    types,
)
from agent.checks.project import Project, concluded
from agent.checks.pytest_results import read_junit
from agent.checks.reach import read_reach
from agent.checks.throwaway import server
from agent.documents import (
    CheckName,
    CheckReport,
    FileType,
    Finding,
    FindingLevel,
    GeneratedFile,
    Isolation,
    Outcome,
    Proof,
    Verdict,
    VerificationLevel,
)
from agent.errors import SandboxError
from agent.sandbox import Sandbox
from tests.servers import MARIADB, POSTGRESQL, require_server
from tests.warm import sandbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

SAMPLE = Path(__file__).with_name("samples") / "tiny_project"
NOBODY = "postgresql+asyncpg://someone:opensesame@127.0.0.1:1/nothing"

SANDBOX = sandbox()
"""For all tests: what jobs import is imported once."""

MAIN = "src/app/main.py"
MODELS = "src/app/models.py"
MIGRATION = "src/app/db/migrations/versions/m0001_initial.py"
TEST = "tests/integration/test_notes.py"


def sample() -> dict[str, str]:
    """Read the tiny project; its files are stored as text so that no tool of ours takes them."""
    return {
        path.relative_to(SAMPLE).as_posix().removesuffix(".txt"): path.read_text(encoding="utf-8")
        for path in sorted(SAMPLE.rglob("*.txt"))
    }


def as_files(texts: dict[str, str]) -> tuple[GeneratedFile, ...]:
    return tuple(
        GeneratedFile(path=path, content=content, type=FileType.CONFIG)
        for path, content in texts.items()
    )


def with_fault(path: str, old: str, new: str) -> tuple[GeneratedFile, ...]:
    texts = sample()
    assert texts[path].count(old) == 1, f"{old!r} must stand in {path} once"
    texts[path] = texts[path].replace(old, new)
    return as_files(texts)


@pytest.fixture(scope="module")
def cache(request: pytest.FixtureRequest) -> Path:
    """Give a folder that pytest keeps, so that only the first run pays for mypy's cold start."""
    return request.config.cache.mkdir("proofs")


def run(
    check: Callable[[Project], Awaitable[CheckReport]],
    files: tuple[GeneratedFile, ...],
    *,
    database_url: str | None = None,
    cache: Path | None = None,
) -> CheckReport:
    async def job() -> CheckReport:
        return await check(Project(files, SANDBOX, database_url, cache))

    return asyncio.run(job())


def test_the_sample_is_proven_at_level_standard(cache: Path) -> None:
    events: list[prove.CheckEvent] = []
    proof = asyncio.run(
        prove.prove(
            as_files(sample()),
            VerificationLevel.STANDARD,
            sandbox=SANDBOX,
            on_event=events.append,
            cache=cache,
            remember=False,
        )
    )
    assert [(each.name, each.findings) for each in proof.checks] == [
        (CheckName.SYNTAX, ()),
        (CheckName.FORMAT, ()),
        (CheckName.LINT, ()),
        (CheckName.IMPORT, ()),
        (CheckName.OPENAPI, ()),
        (CheckName.TYPES, ()),
        (CheckName.MODEL, ()),
        (CheckName.MIGRATIONS, ()),
        (CheckName.TESTS, ()),
    ]
    assert proof.verdict is Verdict.PROVEN
    assert proof.isolation is Isolation.SANDBOX
    assert {"fastapi", "sqlalchemy", "pydantic", "alembic", "mypy", "ruff"} <= set(proof.versions)
    assert all(each.command and each.seconds > 0 for each in proof.checks)
    summaries = {each.name: each.summary for each in proof.checks}
    assert summaries[CheckName.TESTS] == "1 passed, coverage 98.0 %"
    assert summaries[CheckName.OPENAPI] == "2 operations"
    started = [each.name for each in events if isinstance(each, prove.CheckStarted)]
    finished = [each.report for each in events if isinstance(each, prove.CheckFinished)]
    assert sorted(started) == sorted(each.name for each in finished)
    assert sorted(finished, key=lambda each: each.name) == sorted(
        proof.checks, key=lambda each: each.name
    )


@dataclass(frozen=True)
class Fault:
    """A change of one file, and what a check must say of it."""

    check: Callable[[Project], Awaitable[CheckReport]]
    path: str
    old: str
    new: str
    found: tuple[str | None, int | None]
    says: str


FAULTS = {
    "syntax error": Fault(
        syntax.check, MAIN, "app = FastAPI(", "app = = FastAPI(", (MAIN, 17), "invalid syntax"
    ),
    "NUL byte": Fault(syntax.check, MAIN, "app = FastAPI(", "\0", (MAIN, None), "null bytes"),
    "invalid escape": Fault(
        syntax.check, MAIN, 'title="Tiny"', r'title="\d"', (MAIN, 17), "invalid escape"
    ),
    "unformatted": Fault(
        format.check, MAIN, 'FastAPI(title="Tiny")', "FastAPI( title='Tiny')", (MAIN, 17), ""
    ),
    "unused import": Fault(
        lint.check,
        MAIN,
        "from fastapi import",
        "import os\n\nfrom fastapi import",
        (MAIN, 3),
        "F401",
    ),
    "silenced file": Fault(
        lint.check,
        MAIN,
        "from fastapi import",
        "# ruff: noqa\nimport os\n\nfrom fastapi import",
        (MAIN, 3),
        "silences a check for more than one line",
    ),
    "import of what is not there": Fault(
        imports.check, MODELS, "import String", "import Strings", (MODELS, 3), "Strings"
    ),
    "failing at import": Fault(
        imports.check,
        "src/app/config.py",
        "settings = Settings()",
        "settings = Settings(missing=1)",
        ("src/app/config.py", 12),
        "Extra inputs are not permitted",
    ),
    "broken mapper": Fault(
        openapi.check,
        MODELS,
        "    title: Mapped",
        '    other = __import__("sqlalchemy").orm.relationship("Nobody")\n    title: Mapped',
        (None, None),
        "'Nobody' failed to locate a name",
    ),
    "operation id used twice": Fault(
        openapi.check,
        MAIN,
        'operation_id="list_notes"',
        'operation_id="create_note"',
        (None, None),
        "'create_note' is used 2 times: GET /notes, POST /notes",
    ),
    "type error": Fault(
        types.check,
        MAIN,
        "    return NoteBody(title=note.title)\n",
        "    return note\n",
        (MAIN, 26),
        "[return-value]",
    ),
    "column without migration": Fault(
        migrations.check,
        MODELS,
        "    title: Mapped",
        "    pages: Mapped[int]\n    title: Mapped",
        (MODELS, 14),
        "pages",
    ),
    "table without model": Fault(
        migrations.check,
        MIGRATION,
        '        "notes",\n        sa',
        '        "papers",\n        sa',
        (MODELS, 14),
        "add_table",
    ),
    "nullable drift": Fault(
        migrations.check,
        MODELS,
        "Mapped[str]",
        "Mapped[str | None]",
        (MODELS, 14),
        "modify_nullable",
    ),
    "downgrade that fails": Fault(
        migrations.check,
        MIGRATION,
        'op.drop_table("notes")',
        'op.drop_table("others")',
        (MIGRATION, 25),
        "alembic downgrade base: ",
    ),
    "downgrade that leaves a table": Fault(
        migrations.check,
        MIGRATION,
        'op.drop_table("notes")',
        "pass",
        (MIGRATION, 14),
        "once more",
    ),
    "failing test": Fault(
        tests.check, TEST, '"milk"}]', '"tea"}]', (TEST, 11), "test_a_note_is_kept: AssertionError"
    ),
    "failing code": Fault(
        tests.check,
        MAIN,
        "    return NoteBody(title=note.title)\n",
        '    raise RuntimeError("spilled")\n',
        (MAIN, 26),
        "spilled",
    ),
    "warning in a test": Fault(
        tests.check,
        TEST,
        '    """What is posted is listed."""',
        '    import warnings\n\n    warnings.warn("old", stacklevel=1)',
        (TEST, 9),
        "UserWarning: old",
    ),
    "broken fixture": Fault(
        tests.check,
        "tests/conftest.py",
        "    engine = create_async_engine(url)",
        '    raise OSError("no disk")',
        ("tests/conftest.py", 21),
        "no disk",
    ),
    "broken conftest": Fault(
        tests.check,
        "tests/conftest.py",
        "from app.main import app",
        "from app.main import nothing",
        ("tests/conftest.py", 12),
        "nothing",
    ),
    "test that cannot be collected": Fault(
        tests.check, TEST, "import httpx", "import httpxx", (TEST, 3), "httpxx"
    ),
    "no test": Fault(tests.check, TEST, "def test_a", "def no_a", (None, None), "no test ran"),
    "low coverage": Fault(
        tests.check,
        MODELS,
        "class Note(",
        "def unused() -> int:\n    one = 1\n    two = 2\n    three = 3\n    four = 4\n"
        "    return one + two + three + four\n\n\nclass Note(",
        ("pyproject.toml", None),
        "at least 95 % is asked for",
    ),
    "annotation of another type": Fault(
        model.check,
        MODELS,
        "title: Mapped[str] = mapped_column(String(",
        "title: Mapped[int] = mapped_column(String(",
        (MODELS, 17),
        "Note.title: the annotation says int, the column holds str",
    ),
    "annotation without None": Fault(
        model.check,
        MODELS,
        "title: Mapped[str] = mapped_column(",
        "title: Mapped[str] = mapped_column(nullable=True, type_=",
        (MODELS, 17),
        "Note.title: the column may be NULL, the annotation does not say so",
    ),
    "annotation with None": Fault(
        model.check,
        MODELS,
        "title: Mapped[str] = mapped_column(",
        "title: Mapped[str | None] = mapped_column(nullable=False, type_=",
        (MODELS, 17),
        "Note.title: the annotation allows None, the column does not",
    ),
    "deselected test": Fault(
        tests.check,
        "tests/conftest.py",
        "import pytest",
        "import pytest\n\n\ndef pytest_collection_modifyitems(items):\n"
        "    items[:] = [item for item in items if 'kept' not in item.name]\n",
        (None, None),
        "no test ran",
    ),
    "forged success": Fault(
        tests.check,
        "tests/conftest.py",
        '"""A client on an empty database."""',
        "import os\n\nos._exit(0)",
        (None, None),
        "no test ran",
    ),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
def test_a_seeded_fault_is_found_where_it_is(fault: Fault, cache: Path) -> None:
    report = run(fault.check, with_fault(fault.path, fault.old, fault.new), cache=cache)
    assert report.outcome is Outcome.FAILED
    first = report.findings[0]
    assert (first.path, first.line) == fault.found, first
    assert fault.says in first.message
    assert "/tmp/" not in report.model_dump_json()  # noqa: S108 - looks for a leak


HIDING = """
[tool.ruff]
exclude = ["*"]
[tool.ruff.lint]
select = []
ignore = ["ALL"]
[tool.mypy]
ignore_errors = true
plugins = ["hidden"]
[tool.pytest.ini_options]
addopts = "--collect-only"
filterwarnings = ["ignore"]
[tool.coverage.run]
omit = ["*"]
[tool.coverage.report]
fail_under = 0
"""


@pytest.mark.parametrize(
    "name", ["unused import", "unformatted", "type error", "warning in a test", "low coverage"]
)
def test_a_projects_own_configuration_hides_nothing(name: str, cache: Path) -> None:
    fault = FAULTS[name]
    files = {file.path: file.content for file in with_fault(fault.path, fault.old, fault.new)} | {
        "pyproject.toml": HIDING,
        "ruff.toml": 'exclude = ["*"]',
        "src/app/ruff.toml": 'exclude = ["*"]',
        "mypy.ini": "[mypy]\nignore_errors = True",
        "pytest.ini": "[pytest]\naddopts = --collect-only",
        "tox.ini": "[pytest]\naddopts = --collect-only",
        "setup.cfg": "[tool:pytest]\naddopts = --collect-only",
        ".coveragerc": "[run]\nomit = *",
        ".gitignore": "*",
    }
    report = run(fault.check, as_files(files), cache=cache)
    assert report.outcome is Outcome.FAILED
    assert fault.says in report.findings[0].message


FORGERIES = {
    "one test is left out": (
        "tests/conftest.py",
        "\n\ndef pytest_collection_modifyitems(items):\n    del items[0]\n",
        "test_a_note_is_kept is there, and was not reported",
    ),
    "the process ends in the middle": (
        TEST,
        "\n\ndef test_last():\n    import os\n\n    os._exit(0)\n",
        "no test ran",
    ),
    "failures become successes": (
        "tests/conftest.py",
        """

def pytest_sessionfinish(session):
    session.exitstatus = 0


def pytest_runtest_makereport(item, call):
    if call.when == 'call':
        import os

        os._exit(0)
""",
        "no test ran",
    ),
    "one file of tests is ignored": (
        "tests/conftest.py",
        "\n\ncollect_ignore = ['integration/test_notes.py']\n",
        "no test ran",
    ),
    "one test is no test": (
        "tests/conftest.py",
        """

def pytest_pycollect_makeitem(collector, name, obj):
    return [] if name == 'test_second' else None
""",
        "test_second is there, and was not reported",
    ),
    "one test is another before it is run": (
        MAIN,
        """
import pathlib

_test = pathlib.Path('tests/integration/test_notes.py')
_test.write_text(_test.read_text().replace('assert', 'assert True or'))
""",
        "changed files of the project, so it was not tried as it stands: tests/integration",
    ),
    "everything is skipped": (
        TEST,
        "\n\npytestmark = __import__('pytest').mark.skip\n",
        "no test ran",
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_verdict_is_found_out(name: str) -> None:
    path, added, says = FORGERIES[name]
    texts = sample()
    texts[TEST] += "\n\ndef test_second() -> None:\n    assert True\n"
    texts[path] += added
    report = run(tests.check, as_files(texts))
    assert report.outcome is Outcome.FAILED
    assert any(says in finding.message for finding in report.findings), report.findings


def test_what_is_skipped_or_expected_to_fail_passes_and_is_named() -> None:
    texts = sample()
    texts[TEST] = texts[TEST].replace("import httpx\n", "import httpx\nimport pytest\n") + (
        "\n\n@pytest.mark.skip(reason='no disk')\ndef test_second() -> None:\n    assert False\n"
        "\n\n@pytest.mark.xfail\ndef test_third() -> None:\n    assert False\n"
    )
    report = run(tests.check, as_files(texts))
    assert report.outcome is Outcome.PASSED
    assert report.summary is not None
    assert report.summary.startswith("1 passed, 1 skipped, 1 expected to fail, coverage")
    lines = texts[TEST].splitlines()
    # Where it is decorated, as pytest has it.
    at = [1 + lines.index(f"@pytest.mark.{how}") for how in ("skip(reason='no disk')", "xfail")]
    assert list(report.findings) == [
        Finding(level=FindingLevel.WARNING, message=message, path=TEST, line=line)
        for line, message in zip(
            at, ("test_second: skipped: no disk", "test_third: expected to fail"), strict=True
        )
    ]


def test_low_coverage_names_the_lines_that_no_test_reaches() -> None:
    fault = FAULTS["low coverage"]
    report = run(tests.check, with_fault(fault.path, fault.old, fault.new))
    unreached = report.findings[1]
    assert (unreached.path, unreached.line) == (MODELS, 12)
    assert unreached.message.endswith("lines 12, 13, 14, 15, 16")
    assert report.summary is not None
    assert report.summary.startswith("1 passed, coverage 8")


def test_a_job_that_is_killed_or_too_slow_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    docstring = '"""The application."""'
    crash = with_fault(MAIN, docstring, "import ctypes\n\nctypes.string_at(0)")
    killed = run(imports.check, crash)
    assert killed.findings[0].message.startswith("importing app.main: killed by signal 11")

    monkeypatch.setattr(application, "longest", lambda _: 0.4)
    slow = run(imports.check, with_fault(MAIN, docstring, "import time\n\ntime.sleep(60)"))
    assert slow.findings[0].message == "importing app.main: stopped after 0 seconds"


def test_large_projects_have_longer_to_load() -> None:
    def longest(files: int) -> float:
        texts = {f"src/a{number}.py": "" for number in range(files)}
        return application.longest(Project(as_files(texts), Sandbox()))

    assert (longest(1), longest(1000), longest(9000)) == (60, 200, 300)


def test_syntax_sees_paths_that_clash_or_lead_away() -> None:
    texts = {"src/a.py": "", "src/A.py": "", "../b.py": ""}
    report = run(syntax.check, as_files(texts))
    assert [(each.path, each.message.partition(" ")[2]) for each in report.findings] == [
        ("../b.py", "is not a safe project path: use relative names with forward slashes"),
        ("src/a.py", "is there more than once"),
        ("src/A.py", "is there more than once"),
    ]


def test_a_second_head_and_a_missing_configuration_are_found() -> None:
    texts = sample()
    other = texts[MIGRATION].replace('"0001"', '"0002"').replace('"notes"', '"others"')
    two_heads = run(migrations.check, as_files({**texts, MIGRATION.replace("0001", "0002"): other}))
    assert "head" in two_heads.findings[0].message
    assert two_heads.outcome is Outcome.FAILED

    del texts["alembic.ini"]
    report = run(migrations.check, as_files(texts))
    assert report.findings[0].path == "alembic.ini"


def test_a_document_that_is_not_sound_openapi_is_refused() -> None:
    new = (
        'app = FastAPI(title="Tiny")\n'
        "app.openapi = lambda: "
        '{"openapi": "3.0.0", "paths": {"/a": {"get": {"x": {"$ref": "#/components/y"}}}}}\n'
    )
    report = run(openapi.check, with_fault(MAIN, 'app = FastAPI(title="Tiny")\n', new))
    assert [each.message for each in report.findings] == [
        "openapi is '3.0.0': 3.1 is expected",
        "info has no title or no version",
        "GET /a has no responses",
        "GET /a has no operationId",
        "$ref '#/components/y' leads nowhere",
    ]
    empty = run(
        openapi.check,
        with_fault(
            MAIN, 'app = FastAPI(title="Tiny")\n', new[:28] + "\napp.openapi = lambda: []\n"
        ),
    )
    assert [each.message for each in empty.findings] == ["app.openapi() gave no JSON object"]


# --- the real databases --------------------------------------------------------------------------


@pytest.mark.parametrize("url", [POSTGRESQL, MARIADB], ids=["PostgreSQL", "MariaDB"])
def test_the_real_database_is_used_and_left_clean(url: str) -> None:
    require_server(url)
    report = run(database.check, as_files(sample()), database_url=url)
    assert (report.outcome, report.findings) == (Outcome.PASSED, ())
    assert report.summary == f"{server(url)}: migrations, 1 passed"

    drift = with_fault(MODELS, "String(80)", "String(90)")
    report = run(database.check, drift, database_url=url)
    assert report.outcome is Outcome.FAILED
    assert "modify_type" in report.findings[0].message
    # No test ran on it.
    assert report.summary == f"{server(url)}: migrations failed"


def test_a_server_that_breaks_off_fails_nothing_that_was_only_warned_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    level = FindingLevel.WARNING

    async def migrate(*_: object) -> list[Finding]:
        return []

    async def run_tests(*_: object) -> tests.TestRun:
        return tests.TestRun((Finding(level=level, message="a: skipped"),), "1 skipped", [])

    @asynccontextmanager
    async def breaks_off(*_: object) -> AsyncIterator[str]:
        yield NOBODY
        raise SandboxError("gone")

    monkeypatch.setattr(database, "migrate", migrate)
    monkeypatch.setattr(database, "run_tests", run_tests)
    monkeypatch.setattr(database, "job_database", lambda *_: nullcontext())
    monkeypatch.setattr(database, "named_or_own", breaks_off)
    assert run(database.check, (), database_url=NOBODY).outcome is Outcome.SKIPPED
    level = FindingLevel.ERROR
    assert run(database.check, (), database_url=NOBODY).outcome is Outcome.FAILED


def test_a_server_that_does_not_answer_is_a_reason_to_skip() -> None:
    report = run(database.check, as_files(sample()), database_url=NOBODY)
    assert report.outcome is Outcome.SKIPPED
    assert report.reason is not None
    assert "127.0.0.1:1" in report.reason
    assert "opensesame" not in report.model_dump_json()
    assert run(database.check, ()).outcome is Outcome.SKIPPED


# --- levels, verdicts and events -----------------------------------------------------------------


def report(name: CheckName, outcome: Outcome = Outcome.PASSED) -> CheckReport:
    return CheckReport(name=name, outcome=outcome)


@pytest.mark.parametrize(
    ("outcomes", "unimplemented", "expected"),
    [
        ([], [], Verdict.NOT_RUN),
        ([], ["pay"], Verdict.NOT_RUN),
        ([Outcome.PASSED, Outcome.PASSED], [], Verdict.PROVEN),
        ([Outcome.PASSED], ["pay"], Verdict.INCOMPLETE),
        ([Outcome.PASSED, Outcome.SKIPPED], [], Verdict.INCOMPLETE),
        ([Outcome.PASSED, Outcome.NOT_RUN], [], Verdict.INCOMPLETE),
        ([Outcome.NOT_RUN, Outcome.FAILED], ["pay"], Verdict.FAILED),
    ],
)
def test_the_verdict(outcomes: list[Outcome], unimplemented: list[str], expected: Verdict) -> None:
    reports = [report(CheckName.SYNTAX, outcome) for outcome in outcomes]
    assert prove.verdict(reports, unimplemented) is expected


def prove_with(
    monkeypatch: pytest.MonkeyPatch,
    level: VerificationLevel,
    *,
    database_url: str | None = None,
    **outcomes: Outcome | Exception,
) -> tuple[Proof, list[prove.CheckEvent]]:
    def stand_in(name: CheckName) -> Callable[[Project], Awaitable[CheckReport]]:
        async def check(_project: Project) -> CheckReport:
            await asyncio.sleep(0)
            outcome = outcomes.get(name.name, Outcome.PASSED)
            if isinstance(outcome, Exception):
                raise outcome
            return report(name, outcome)

        return check

    monkeypatch.setattr(prove, "CHECKS", {name: stand_in(name) for name in prove.CHECKS})
    events: list[prove.CheckEvent] = []
    proof = asyncio.run(
        prove.prove(
            (),
            level,
            sandbox=Sandbox(),
            database_url=database_url,
            on_event=events.append,
        )
    )
    return proof, events


@pytest.mark.parametrize(
    ("level", "names", "expected"),
    [
        (VerificationLevel.NONE, "", Verdict.NOT_RUN),
        (VerificationLevel.FAST, "syntax format lint import openapi", Verdict.PROVEN),
        (
            VerificationLevel.STANDARD,
            "syntax format lint import openapi types model migrations tests",
            Verdict.PROVEN,
        ),
        (
            VerificationLevel.FULL,
            "syntax format lint import openapi types model migrations tests fuzz",
            Verdict.PROVEN,
        ),
    ],
)
def test_the_checks_of_a_level(
    level: VerificationLevel, names: str, expected: Verdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof, _ = prove_with(monkeypatch, level)
    assert [str(each.name) for each in proof.checks] == names.split()
    assert proof.verdict is expected
    assert proof.isolation is (Isolation.SANDBOX if names else Isolation.NONE)
    assert all(each.reason for each in proof.checks if each.outcome is Outcome.NOT_RUN)


def test_a_server_adds_the_database_check(monkeypatch: pytest.MonkeyPatch) -> None:
    proof, _ = prove_with(monkeypatch, VerificationLevel.STANDARD, database_url=POSTGRESQL)
    assert proof.checks[-1].name is CheckName.DATABASE
    proof, _ = prove_with(monkeypatch, VerificationLevel.STANDARD, database_url="sqlite:///x")
    assert proof.checks[-1].name is CheckName.TESTS


def test_what_needs_a_failed_check_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    proof, events = prove_with(monkeypatch, VerificationLevel.STANDARD, IMPORT=Outcome.FAILED)
    outcomes = {each.name: each.outcome for each in proof.checks}
    assert outcomes[CheckName.TYPES] is Outcome.PASSED
    for name in (CheckName.OPENAPI, CheckName.MIGRATIONS, CheckName.TESTS):
        assert outcomes[name] is Outcome.NOT_RUN
        assert prove.CheckStarted(name) not in events
    assert proof.checks[-1].reason == "needs import, which did not pass"
    assert proof.verdict is Verdict.FAILED


def test_a_check_that_could_not_run_is_never_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    proof, _ = prove_with(monkeypatch, VerificationLevel.FAST, LINT=SandboxError("no room"))
    lint_report = proof.checks[2]
    assert (lint_report.outcome, lint_report.reason) == (Outcome.NOT_RUN, "no room")
    assert proof.verdict is Verdict.INCOMPLETE


def test_a_cancelled_proof_leaves_nothing_behind(tmp_path: Path) -> None:
    async def scenario() -> None:
        begun = asyncio.Event()
        sandbox = Sandbox(parent=tmp_path)
        await sandbox.prover()

        def on_event(event: prove.CheckEvent) -> None:
            if event == prove.CheckStarted(CheckName.IMPORT):
                begun.set()

        files = with_fault(MAIN, '"""The application."""', "import time\n\ntime.sleep(600)")
        proof = prove.prove(files, VerificationLevel.FAST, sandbox=sandbox, on_event=on_event)
        task = asyncio.create_task(proof)
        await begun.wait()
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert [each.name for each in tmp_path.glob("*/*")] == []
        sandbox.close()

    asyncio.run(scenario())
    assert not list(tmp_path.iterdir())


def test_the_first_failure_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> Proof:
        told = asyncio.Event()

        def on_event(event: prove.CheckEvent) -> None:
            if isinstance(event, prove.CheckFinished) and event.report.outcome is Outcome.FAILED:
                told.set()

        async def failing(_project: Project) -> CheckReport:
            return report(CheckName.FORMAT, Outcome.FAILED)

        async def waiting(_project: Project) -> CheckReport:
            await told.wait()
            return report(CheckName.IMPORT, Outcome.PASSED)

        checks = {**prove.CHECKS, CheckName.FORMAT: failing, CheckName.IMPORT: waiting}
        monkeypatch.setattr(prove, "CHECKS", checks)
        files, level = as_files(sample()), VerificationLevel.FAST
        async with asyncio.timeout(60):
            return await prove.prove(files, level, sandbox=SANDBOX, on_event=on_event)

    outcomes = {each.name: each.outcome for each in asyncio.run(scenario()).checks}
    assert outcomes[CheckName.FORMAT] is Outcome.FAILED
    assert outcomes[CheckName.IMPORT] is Outcome.PASSED
    assert outcomes[CheckName.LINT] is not Outcome.NOT_RUN


def test_fail_fast_ends_the_jobs_of_the_others(tmp_path: Path) -> None:
    async def scenario() -> tuple[Proof, list[CheckReport]]:
        finished: list[CheckReport] = []
        sandbox = Sandbox(parent=tmp_path)
        await sandbox.prover()

        def on_event(event: prove.CheckEvent) -> None:
            if isinstance(event, prove.CheckFinished):
                finished.append(event.report)

        files = with_fault(
            MAIN,
            '"""The application."""',
            "import time\ntime.sleep(600 ) # not how it is formatted",
        )
        async with asyncio.timeout(60):
            proof = await prove.prove(
                files,
                VerificationLevel.FAST,
                sandbox=sandbox,
                on_event=on_event,
                fail_fast=True,
            )
        assert [each.name for each in tmp_path.glob("*/*")] == []
        sandbox.close()
        return proof, finished

    proof, finished = asyncio.run(scenario())
    assert proof.verdict is Verdict.FAILED
    assert [(each.name, each.outcome, each.reason) for each in proof.checks] == [
        (CheckName.SYNTAX, Outcome.PASSED, None),
        (CheckName.FORMAT, Outcome.FAILED, None),
        (CheckName.LINT, Outcome.NOT_RUN, "not begun: format had failed"),
        (CheckName.IMPORT, Outcome.NOT_RUN, "stopped, as format failed"),
        (CheckName.OPENAPI, Outcome.NOT_RUN, "not begun: format had failed"),
    ]
    assert [each.name for each in finished[:2]] == [CheckName.SYNTAX, CheckName.FORMAT]
    assert len(finished) == len(proof.checks)
    assert not list(tmp_path.iterdir())


def test_a_proof_that_is_called_off_while_it_stops_is_called_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def scenario() -> None:
        cleaning = asyncio.Event()

        async def failing(_project: Project) -> CheckReport:
            return report(CheckName.FORMAT, Outcome.FAILED)

        async def lingering(_project: Project) -> CheckReport:
            try:
                await asyncio.sleep(600)
            finally:
                cleaning.set()
                await asyncio.sleep(0.2)
            raise AssertionError

        checks = {**prove.CHECKS, CheckName.FORMAT: failing, CheckName.IMPORT: lingering}
        monkeypatch.setattr(prove, "CHECKS", checks)
        files, level = as_files(sample()), VerificationLevel.FAST
        proof = prove.prove(files, level, sandbox=SANDBOX, fail_fast=True)
        task = asyncio.create_task(proof)
        await cleaning.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(scenario())


# --- readers and the cache -----------------------------------------------------------------------


def test_many_findings_are_cut_and_errors_come_first() -> None:
    notes = [Finding(level=FindingLevel.NOTE, message="note")] * 90
    errors = [Finding(message="error")] * 30
    cut = concluded(CheckName.TYPES, "mypy", [*notes, *errors])
    assert len(cut.findings) == 101
    assert cut.findings[0].message == "error"
    assert cut.findings[-1].message == "20 more findings are not shown"
    assert concluded(CheckName.TYPES, "mypy", notes).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "text",
    [None, "", "no xml", '<!DOCTYPE a [<!ENTITY b "c">]><testsuites><testcase/></testsuites>'],
)
def test_what_is_no_junit_report_has_no_cases(text: str | None) -> None:
    assert read_junit(text) == []


@pytest.mark.parametrize(
    "text", [None, "{}", "[]", "1", '{"code": 1, "first": {}}', '{"code": {"a": [1]}, "first": {}}']
)
def test_what_is_no_coverage_report_is_none(text: str | None) -> None:
    assert read_reach(text) is None


def test_what_passed_is_not_proven_again_and_what_changed_is(tmp_path: Path) -> None:
    def proven(texts: dict[str, str], sandbox: Sandbox = SANDBOX) -> list[str]:
        started: list[str] = []

        def on_event(event: prove.CheckEvent) -> None:
            if isinstance(event, prove.CheckFinished) and not event.report.reason:
                started.append(event.report.name.value)

        work = prove.prove(
            as_files(texts),
            VerificationLevel.FAST,
            sandbox=sandbox,
            cache=tmp_path,
            on_event=on_event,
        )
        assert asyncio.run(work).verdict is not Verdict.INCOMPLETE
        return sorted(started)

    everything = ["format", "import", "lint", "openapi", "syntax"]
    assert proven(sample()) == everything
    assert proven(sample()) == ["syntax"]
    assert proven(sample() | {"README.md": "Words."}) == ["syntax"]
    assert proven(sample() | {TEST: sample()[TEST] + "\n"}) == ["format", "lint", "syntax"]
    reading = sample() | {MAIN: sample()[MAIN] + "\n\nREAD = 'README.md'\n"}
    assert proven(reading) == everything
    assert proven(reading | {"README.md": "Words."}) == everything
    faulty = sample() | {MAIN: sample()[MAIN].replace("import", "imports", 1)}
    assert proven(faulty) == proven(faulty) == ["syntax"]
    assert proven(sample(), Sandbox(unsafe=True)) == everything
    assert (tmp_path / "passed").stat().st_mode & 0o077 == 0
    (tmp_path / "passed").chmod(0o777)
    assert proven(sample()) == everything


def test_the_type_cache_is_made_once_and_only_used_when_it_is_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mypy_cache, "PROBE", "import this\n")
    texts = {"src/app/__init__.py": '"""Nothing."""\n', "pyproject.toml": "[tool.mypy]\n"}

    async def given() -> bool:
        sandbox = Sandbox()
        project = Project(as_files(texts), sandbox, cache=tmp_path)
        async with sandbox.workspace(project.files) as workspace:
            await mypy_cache.give_base(project, workspace)
            return (workspace.scratch / "mypy").is_dir()

    assert asyncio.run(given())
    (base,) = (tmp_path / "mypy").iterdir()
    made = base.stat().st_mtime_ns
    assert asyncio.run(given())
    assert base.stat().st_mtime_ns == made

    base.chmod(0o777)
    assert not asyncio.run(given())


def test_a_type_cache_that_is_being_copied_does_not_outlive_its_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary, begun = tmp_path / "temporary", threading.Event()
    temporary.mkdir()

    def slow(_base: Path, target: Path) -> None:
        begun.set()
        time.sleep(0.3)
        target.mkdir(parents=True)

    async def scene() -> None:
        sandbox = Sandbox(parent=temporary)
        project = Project(as_files(sample()), sandbox, cache=tmp_path)

        async def use() -> None:
            async with sandbox.workspace(()) as workspace:
                await mypy_cache.give_base(project, workspace)

        work = asyncio.ensure_future(use())
        await asyncio.to_thread(begun.wait)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    async def no_base(_project: Project, base: Path) -> None:
        base.mkdir(parents=True, mode=0o700)

    monkeypatch.setattr(mypy_cache, "_build", no_base)
    monkeypatch.setattr(mypy_cache, "_copy", slow)
    asyncio.run(scene())
    assert list(temporary.iterdir()) == []
