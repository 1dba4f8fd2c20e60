"""``check`` and ``--report`` on the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from agent import applying, output
from agent.contract.schema import output_schema, proof_schema
from agent.documents import Outcome
from agent.report.page import MARK
from agent.writing.reading import unimplemented
from tests.golden_projects import document
from tests.made import TODO, made
from tests.test_cli import COMMAND, call, todo
from tests.test_runner import Prover

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from agent.documents import GeneratedFile, Proof
    from tests.test_cli import Call

__all__ = ["call", "todo"]  # fixtures


@pytest.fixture
def project(tmp_path: Path) -> Path:
    planned, files, _ = made(TODO)
    applying.write(files, planned.spec, tmp_path / "todo")
    return tmp_path / "todo"


def test_a_project_that_nobody_touched(call: Call, project: Path) -> None:
    prove = Prover()
    ended = call("check", project, prove=prove)
    assert ended.code == 0
    assert ended.out.startswith("todo: proven at level standard: every check passed\n")
    assert "\n  Isolation: none, as asked for\n" in ended.out
    assert "Since it was written\n  nothing was changed\n" in ended.out
    ((count, level, *_),) = prove.calls
    assert count == len(made(TODO)[1])
    assert level == "standard"
    assert [line.split()[0] for line in ended.err.splitlines()] == [
        *("validate", "syntax", "prove", "completed")
    ]


def test_what_was_changed_is_told_and_is_no_fault(call: Call, project: Path) -> None:
    (project / "src/app/main.py").write_text("app = None\n")
    (project / "tests/test_mine.py").write_text("")
    ended = call("check", project)
    assert ended.code == 0
    assert "  1 changed: src/app/main.py\n  1 added: tests/test_mine.py\n" in ended.out


def test_tests_that_are_not_those_that_were_emitted_are_named(
    call: Call, project: Path, tmp_path: Path
) -> None:
    assert call("check", project, "--json").json["judgedBy"] == {
        "asEmitted": True,
        "changed": [],
        "added": [],
        "missing": [],
    }
    (project / "README.md").write_text("mine")
    (project / "src/app/main.py").write_text("app = None\n")
    assert call("check", project, "--json").json["judgedBy"]["asEmitted"] is True
    assert "Judged by" not in call("check", project).out

    gone = next((project / "tests/unit").glob("test_*.py"))
    gone.unlink()
    (project / "tests/conftest.py").write_text("")
    (project / "conftest.py").write_text("collect_ignore = ['tests']\n")
    (project / "pyproject.toml").write_text("[project]\nname = 'todo'\n")
    migration = next((project / "src/app/db/migrations/versions").glob("*.py"))
    migration.write_text("")
    changed = sorted(
        ["pyproject.toml", "tests/conftest.py", migration.relative_to(project).as_posix()]
    )
    missing = gone.relative_to(project).as_posix()
    report = tmp_path / "report.html"
    ended = call("check", project, "--json", "--report", report)
    assert ended.code == 0
    assert ended.json["judgedBy"] == {
        "asEmitted": False,
        "changed": changed,
        "added": ["conftest.py"],
        "missing": [missing],
    }
    page = report.read_text(encoding="utf-8")
    assert "that are not those that were emitted: 3 changed, 1 added, 1 missing." in page
    shown = call("check", project).out
    assert (
        "\n  Judged by tests, migrations or settings that are not those that were emitted:"
        f"\n    3 changed: {', '.join(changed)}\n    1 added: conftest.py\n"
        f"    1 missing: {missing}\n"
    ) in shown


def test_without_a_manifest_nobody_knows_whose_tests_they_are(
    call: Call, project: Path, tmp_path: Path
) -> None:
    (project / output.MANIFEST).unlink()
    report = tmp_path / "report.html"
    ended = call("check", project, "--report", report)
    told = "tests and migrations of which nothing tells whether they were emitted"
    assert f"\n  Judged by {told}\n" in ended.out
    assert "Nothing tells whether its tests" in report.read_text(encoding="utf-8")
    assert call("check", project, "--json").json["judgedBy"]["asEmitted"] is None


def test_what_is_written_is_what_was_proven(call: Call, todo: Path, tmp_path: Path) -> None:
    proven: dict[str, str] = {}

    class Keeping(Prover):
        async def __call__(self, files: Sequence[GeneratedFile], *args: Any, **rest: Any) -> Proof:  # noqa: ANN401 - passed on
            proven.update({file.path: file.content for file in files})
            return await super().__call__(files, *args, **rest)

    ended = call("run", todo, "--out", tmp_path / "out", "--json", prove=Keeping())
    assert ended.json["proof"]["judgedBy"]["asEmitted"] is True
    written = {
        path.relative_to(tmp_path / "out").as_posix(): path.read_text(encoding="utf-8")
        for path in (tmp_path / "out").rglob("*")
        if path.is_file() and output.HOME not in path.parts
    }
    assert proven == written


def test_the_answer_is_a_proof(call: Call, project: Path) -> None:
    ended = call("check", project, "--json", "--verification", "fast")
    jsonschema_rs.validator_for(proof_schema()).validate(ended.json)
    assert ended.json["verdict"] == "proven"
    assert ended.json["level"] == "fast"


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_proof_ends_at_its_first_failure_where_that_is_asked_for(
    call: Call, todo: Path, project: Path, command: str
) -> None:
    what, prove = (todo if command == "run" else project), Prover()
    assert call(command, what, prove=prove).code == 0
    assert not prove.fail_fast
    assert call(command, what, "--fail-fast", prove=prove).code == 0
    assert prove.fail_fast


def test_a_failed_check_ends_with_1(call: Call, project: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    ended = call("check", project, "--report", file, prove=Prover(Outcome.FAILED))
    assert ended.code == 1
    assert "the proof at level standard failed" in ended.out
    assert "The proof at level standard failed" in file.read_text(encoding="utf-8")


def test_events_are_those_of_a_run(call: Call, project: Path) -> None:
    ended = call("check", project, "--json-events")
    events = [json.loads(line) for line in ended.out.splitlines()]
    assert [event["event"] for event in events] == [
        *("task-started", "stage-started", "stage-finished", "stage-started", "check-started"),
        *("check-finished", "stage-finished", "task-finished", "answer"),
    ]
    assert events[-1]["answer"]["verdict"] == "proven"


def test_what_is_no_project_ends_with_2(call: Call, project: Path, tmp_path: Path) -> None:
    (project / "alembic.ini").unlink()
    prove = Prover()
    ended = call("check", project, prove=prove)
    assert ended.code == 2
    assert "alembic.ini is missing" in ended.out
    told = call("check", project, "--json").json
    jsonschema_rs.validator_for(output_schema()).validate(told)
    assert [error["code"] for error in told["errors"]] == ["not-a-project"]
    *_, finished, answer = call("check", tmp_path, "--json-events").out.splitlines()
    assert json.loads(finished)["status"] == json.loads(answer)["answer"]["status"] == "rejected"
    assert call("check", project, "--verification", "none").code == 2
    assert prove.calls == []


def test_the_folder_is_left_as_it_was(call: Call, project: Path) -> None:
    def state() -> dict[str, bytes]:
        return {str(p): p.read_bytes() for p in project.rglob("*") if p.is_file()}

    before = state()
    call("check", project)
    assert state() == before


def test_a_signal_calls_the_proof_off(project: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    process = subprocess.Popen(
        [*COMMAND, "check", str(project), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # a proof that was made before would be over at once
        env={
            **os.environ,
            "TMPDIR": str(temporary),
            "PYTHON_SPECIALIST_CACHE_DIR": str(tmp_path / "cache"),
        },
    )
    with process:
        deadline = time.monotonic() + 60
        while not list(temporary.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(out)["status"] == "canceled"
    assert list(temporary.iterdir()) == []


def test_operations_that_are_not_built_are_found_in_the_code(call: Call, tmp_path: Path) -> None:
    planned, files, _ = made(document("foreign"))
    assert list(unimplemented(files)) == ["reprice_shop"]
    applying.write(files, planned.spec, tmp_path / "market")
    prove = Prover()
    call("check", tmp_path / "market", prove=prove)
    assert prove.calls[0][4] == ("reprice_shop",)
    broken = [files[0].model_copy(update={"path": "src/x.py", "content": "NotBuiltError((("})]
    assert list(unimplemented(broken)) == []
    escape = [broken[0].model_copy(update={"content": "raise NotBuiltError('\\x1b[2J')\n"})]
    assert list(unimplemented(escape)) == []


def test_a_run_writes_its_report(call: Call, todo: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    ended = call("run", todo, "--report", file, "--json")
    assert ended.code == 0
    text = file.read_text(encoding="utf-8")
    assert ended.json["assumptions"][0]["text"].replace("'", "&#39;") in text
    assert call("run", todo, "--report", file).code == 0


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_report_is_refused_before_the_proof(
    call: Call, todo: Path, project: Path, tmp_path: Path, command: str
) -> None:
    mine = tmp_path / "mine.html"
    mine.write_text("mine")
    what, prove = (todo if command == "run" else project), Prover()
    ended = call(command, what, "--report", mine, prove=prove)
    assert ended.code == 4
    assert "is no report" in ended.err
    assert prove.calls == []
    assert mine.read_text() == "mine"
    assert call(command, what, "--report", mine, "--force").code == 0
    assert MARK in mine.read_text(encoding="utf-8")


def test_a_refused_request_has_no_report(call: Call, tmp_path: Path) -> None:
    (tmp_path / "bad.spec").write_text("entity\n")
    assert call("run", tmp_path / "bad.spec", "--report", tmp_path / "r.html").code == 2
    assert not (tmp_path / "r.html").exists()
