"""The command line, in this process and as a process of its own."""

from __future__ import annotations

import gc
import io
import json
import os
import pty
import shlex
import signal
import subprocess
import sys
import textwrap
import time
from typing import TYPE_CHECKING, Any

import pytest

from agent import __main__ as entry
from agent import __version__
from agent.checks.own_server import EXTRA, binaries
from agent.documents import Isolation, Outcome
from agent.knowledge import Library
from agent.resources import folder
from agent.runner import Runner
from agent.sandbox import Sandbox
from agent.transports import cli
from tests.made import EXAMPLES, SHOP, TODO
from tests.test_runner import Prover

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from agent.documents import CheckReport

Json = Any  # the tests reach into it
COMMAND = (sys.executable, "-m", "agent")
NO_PROOF = ("--verification", "none")
SPEC = "project todo\ndatabase sqlite\n\nentity Task\n  title: string\n  note: text?\n"
WORDS = "A shelf: a book has a title and a unique isbn; a book belongs to an author"
SQL = "CREATE TABLE tasks (id INTEGER PRIMARY KEY, title VARCHAR(80) NOT NULL);\n"


class Ended:
    """How a command line ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Json:
        return json.loads(self.out)


if TYPE_CHECKING:
    Call = Callable[..., Ended]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a command line in this process; the prover says what it is told to say."""

    def run(*arguments: str | Path, prove: Prover | None = None) -> Ended:
        def build() -> Runner:
            return Runner(Library(folder("knowledge")), Sandbox(), prove=prove or Prover())

        with pytest.raises(SystemExit) as ended:
            cli.main([str(each) for each in arguments], build)
        told = capsys.readouterr()
        code = ended.value.code
        return Ended(code if isinstance(code, int) else 0, told.out, told.err)

    return run


def written(path: Path, content: object) -> Path:
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def todo(tmp_path: Path) -> Path:
    return written(tmp_path / "todo.json", TODO)


def test_a_run_writes_the_project_and_tells_of_it(call: Call, todo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ended = call("run", todo, "--out", out)
    assert ended.code == 0
    assert (out / "src/app/main.py").is_file()
    assert (out / ".python-specialist/manifest.json").is_file()
    assert ended.out.startswith("todo: completed, proven at level standard: every check passed\n")
    for title in ("Entities", "Files", "Checks", "Assumptions", "Next steps"):
        assert f"\n{title}\n" in ended.out
    assert f"written to {out}" in ended.out
    assert "  Task" in ended.out
    lines = ended.err.splitlines()
    assert [line.split()[0] for line in lines] == [
        *("validate", "plan", "render", "syntax", "prove", "hand-off", "completed")
    ]


@pytest.mark.parametrize("level", ["fast", "standard"])
def test_a_proof_at_level_fast_says_what_did_not_run(call: Call, todo: Path, level: str) -> None:
    head = call("run", todo, "--verification", level).out.splitlines()[0]
    assert ("types, migrations and tests did not run" in head) is (level == "fast")
    assert f"proven at level {level}: every check passed" in head


@pytest.mark.parametrize("command", ["run", "validate"])
@pytest.mark.parametrize("text", ["", " "])
def test_an_empty_text_is_refused_as_one(call: Call, command: str, text: str) -> None:
    ended = call(command, text)
    assert ended.code == 2
    assert "words: the text is empty (expected: a file" in ended.out


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_without_a_cache_folder_it_is_told_and_goes_on(
    todo: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "file").write_text("")
    setting = {"PYTHON_SPECIALIST_CACHE_DIR": str(tmp_path / name)}
    done = started("run", todo, *NO_PROOF, **setting)
    assert done.returncode == 0
    told = f"the cache folder {tmp_path / name} cannot be used"
    assert told in done.stderr
    assert "PYTHON_SPECIALIST_CACHE_DIR names another" in done.stderr
    assert "fault of our own" not in done.stderr
    examined = started("doctor", **setting)
    assert examined.returncode == 1
    assert f"NOT USABLE: {told}" in examined.stdout


def test_a_failed_proof_ends_with_1_and_is_written_all_the_same(
    call: Call, todo: Path, tmp_path: Path
) -> None:
    ended = call("run", todo, "--out", tmp_path / "out", prove=Prover(Outcome.FAILED))
    assert ended.code == 1
    assert (tmp_path / "out/src/app/main.py").is_file()
    assert "the proof at level standard failed" in ended.out
    assert "please report them" in ended.out


@pytest.mark.parametrize(
    ("name", "content", "entity"),
    [
        ("todo.json", json.dumps(TODO), "Task"),
        ("bare.json", json.dumps(TODO["context"]["spec"]), "Task"),
        ("todo.spec", SPEC, "Task"),
        ("todo.sql", SQL, "Task"),
        ("todo.txt", SQL, "Task"),
        ("todo.txt", "A shelf: a book has a title", "Book"),
        ("todo.md", "# Books\n\n- Book: title\n", "Book"),
        ("todo", SPEC, "Task"),
        ("todo.data", json.dumps(TODO), "Task"),
    ],
)
def test_the_form_of_a_file_is_found_out(
    call: Call, tmp_path: Path, name: str, content: str, entity: str
) -> None:
    ended = call("run", written(tmp_path / name, content), *NO_PROOF, "--json")
    assert ended.code == 0, ended.err
    assert [e["name"] for e in ended.json["spec"]["entities"]] == [entity]


def test_the_form_can_be_said(call: Call, tmp_path: Path) -> None:
    file = written(tmp_path / "todo.json", SPEC)
    assert call("run", file, *NO_PROOF).code == 2
    assert call("run", file, *NO_PROOF, "--format", "spec").code == 0


def test_standard_input(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(SPEC.encode())

    monkeypatch.setattr(sys, "stdin", Stdin)
    assert call("run", "-", *NO_PROOF).code == 0


def test_options_stand_above_the_file(call: Call, tmp_path: Path) -> None:
    file = written(tmp_path / "shop.json", SHOP)
    options = ("--name", "other", "--database", "sqlite", "--type", "models")
    ended = call("run", file, *options, *NO_PROOF, "--description", "Words", "--json")
    spec = ended.json["spec"]
    assert (spec["name"], spec["database"]) == ("other", "sqlite")
    assert ended.json["proof"]["level"] == "none"
    assert not any("endpoints" in f["path"] for f in ended.json["solution"]["files"])


@pytest.mark.parametrize("content", [SPEC, "auth jwt\n" + SPEC, json.dumps(SHOP)])
@pytest.mark.parametrize("method", ["jwt", "none"])
def test_authentication_can_be_turned_on_and_off(
    call: Call, tmp_path: Path, content: str, method: str
) -> None:
    file = written(tmp_path / "input", content)
    ended = call("run", file, *NO_PROOF, "--auth", method, "--json")
    assert ended.json["spec"]["auth"]["method"] == method, ended.out


def test_a_refusal_names_places_in_the_file(call: Call, tmp_path: Path) -> None:
    spec = {"entities": [{"name": "A", "relations": [{"name": "b", "target": "B"}]}]}
    bare = written(tmp_path / "bare.json", spec)
    ended = call("run", bare, "--out", tmp_path / "out")
    assert ended.code == 2
    assert f"{bare} /entities/0/relations/0/target: " in ended.out
    assert not (tmp_path / "out").exists()
    assert call("run", bare, "--json").json["errors"][0]["pointer"].startswith("/entities/0")
    text = written(tmp_path / "x.spec", "entity A\n  name string\n")
    assert f"{text}:2:8: " in call("run", text).out
    broken = written(tmp_path / "broken.json", '{\n "request": }')
    assert f"{broken}:2:13: " in call("run", broken).out
    wrong = written(tmp_path / "wrong.json", {"request": {"type": "x"}})
    assert f"{wrong} /request/type: " in call("run", wrong).out


@pytest.mark.parametrize(
    ("options", "pointer"),
    [
        (("--verification", "all"), "/constraints/verification"),
        (("--type", "poem"), "/request/type"),
        (("--name", ""), "/context/projectName"),
    ],
)
def test_a_wrong_option_is_refused_like_a_wrong_document(
    call: Call, todo: Path, options: tuple[str, str], pointer: str
) -> None:
    ended = call("run", todo, *options, "--json")
    assert ended.code == 2
    assert ended.json["status"] == "rejected"
    assert [error["pointer"] for error in ended.json["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("option", "value"),
    [("--verification", "all"), ("--type", "poem"), ("--name", "")],
)
def test_a_wrong_option_is_blamed_on_the_option(
    call: Call, todo: Path, option: str, value: str
) -> None:
    lines = call("run", todo, option, value).out.splitlines()
    assert lines[1].startswith(f"  {option}: ")
    assert str(todo) not in lines[1]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--auth", "oauth"),
        ("--database", "oracle"),
        ("--nosuch",),
        ("--format", "x"),
        ("more", "than", "one"),
    ],
)
def test_with_json_wrong_usage_is_a_refusal_too(
    call: Call, todo: Path, arguments: tuple[str, ...]
) -> None:
    ended = call("run", todo, *arguments, "--json")
    assert (ended.code, ended.json["status"]) == (2, "rejected")
    (error,) = ended.json["errors"]
    assert error["code"] == "usage"
    assert error["message"] in ended.err
    event = json.loads(call("run", todo, *arguments, "--json-events").out)
    assert event["answer"]["errors"] == [error]
    assert call("run", todo, *arguments).out == ""
    assert call("run", "--", todo, "--json").out == ""


def test_a_wrong_setting_is_not_blamed_on_the_file(todo: Path) -> None:
    ended = started("run", todo, "--database", "mysql", PYTHON_SPECIALIST_MYSQL_URL="nonsense")
    assert ended.returncode == 2
    assert "environment: PYTHON_SPECIALIST_MYSQL_URL is no mysql URL" in ended.stdout
    assert "todo.json" not in ended.stdout


@pytest.mark.parametrize(
    ("database", "level"), [("mysql", "none"), ("mysql", "fast"), ("sqlite", "standard")]
)
def test_a_wrong_setting_that_nobody_needs_stops_nothing(
    todo: Path, request: pytest.FixtureRequest, database: str, level: str
) -> None:
    options = ("--database", database, "--verification", level)
    environment = {
        "PYTHON_SPECIALIST_MYSQL_URL": "nonsense",
        # shared with other tests: mypy starts warm
        "PYTHON_SPECIALIST_CACHE_DIR": str(request.config.cache.mkdir("proofs")),
    }
    ended = started("run", todo, *options, **environment)
    assert ended.returncode == 0, ended.stdout


def test_the_doctor_goes_on_after_a_setting_of_no_use() -> None:
    ended = started("doctor", PYTHON_SPECIALIST_POSTGRESQL_URL="nonsense")
    assert ended.returncode == 1
    rows = [line for line in ended.stdout.splitlines() if line.startswith(("postg", "mysql"))]
    assert rows[0].startswith(
        "postgresql        NOT USABLE: PYTHON_SPECIALIST_POSTGRESQL_URL is no"
    )
    assert rows[1].startswith("mysql")


def test_an_option_that_overrules_the_file_is_named(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "x.spec"
    file.write_text(
        "project x\ndatabase sqlite\nauth none\nentity A\n  b: text\n", encoding="utf-8"
    )
    options = ("--database", "mysql", "--name", "y", "--auth", "jwt", *NO_PROOF)
    assumptions = call("run", file, *options, "--json").json["assumptions"]
    told = [note["text"] for note in assumptions if "followed" in note["text"]]
    assert told == [
        "The spec says name x, --name y: --name is followed.",
        "The spec says database sqlite, --database mysql: --database is followed.",
        "The spec says auth.method none, --auth jwt: --auth is followed.",
    ]


def test_options_do_not_repair_a_broken_document(call: Call, tmp_path: Path) -> None:
    file = written(tmp_path / "x.json", {"request": "hi", "context": [], "constraints": None})
    ended = call("run", file, "--name", "x", "--type", "models", "--auth", "none", "--json")
    assert ended.code == 2
    assert {e["pointer"] for e in ended.json["errors"]} >= {"/request", "/context"}
    listed = written(tmp_path / "y.json", "[]")
    assert call("run", listed, "--name", "x").code == 2


@pytest.mark.parametrize("content", [b"\xff\xfea", b"entity A\n  b: \xff"])
def test_a_text_that_is_no_text(call: Call, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.spec"
    file.write_bytes(content)
    ended = call("run", file)
    assert ended.code == 2
    assert "is not UTF-8" in ended.out


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_script_in_utf_16_is_read(call: Call, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "x.sql"
    file.write_bytes(
        "\ufeffCREATE TABLE [书] ([id] int NOT NULL PRIMARY KEY)\r\nGO\r\n".encode(encoding)
    )
    ended = call("spec", file)
    assert ended.code == 0
    assert "书" in ended.out


def test_a_file_that_is_not_there(call: Call, tmp_path: Path) -> None:
    ended = call("run", tmp_path / "none.json")
    assert ended.code == 2
    assert "cannot be read: No such file or directory" in ended.out
    assert call("run", tmp_path, "--json").json["errors"][0]["code"] == "unreadable"


def test_words_alone_are_asked_back(call: Call) -> None:
    ended = call("run", "--description", "A shop")
    assert ended.code == 3
    assert ended.out.startswith("Input required\n")
    assert call("run", "--description", "A shop", "--json").json["status"] == "input-required"


def test_words_are_built_from(call: Call, tmp_path: Path) -> None:
    ended = call(
        "run", "A shelf: a book has a title and a unique isbn", "--out", tmp_path / "shelf"
    )
    assert ended.code == 0, ended.err
    assert ended.out.startswith("shelf: completed")
    assert "types by the names of the fields (title, isbn: string)" in ended.out
    assert (tmp_path / "shelf" / "src" / "app" / "models" / "book.py").is_file()


def test_words_of_standard_input_and_options(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(WORDS.encode())

    monkeypatch.setattr(sys, "stdin", Stdin)
    ended = call("run", "-", *NO_PROOF, "--auth", "none", "--database", "sqlite", "--json")
    assert ended.code == 0
    assert [e["name"] for e in ended.json["spec"]["entities"]] == ["Book", "Author"]
    assert ended.json["spec"]["database"] == "sqlite"


def test_words_that_are_not_understood_are_refused_with_a_draft(call: Call, tmp_path: Path) -> None:
    words = "A book has a title.\nThe moon is a harsh mistress. Ships sail at dawn."
    ended = call("run", words)
    assert ended.code == 2
    assert "  words:2:1: not understood: 'The moon is a harsh mistress'" in ended.out
    assert "  entity  attributes     relations\n  Book    title: string  -\n" in ended.out
    _, _, draft = ended.out.partition("and run draft.spec\n")
    file = written(tmp_path / "draft.spec", textwrap.dedent(draft))
    assert call("run", file, *NO_PROOF).code == 0
    told = call("run", words, "--json").json
    assert told["status"] == "rejected"
    assert told["understood"]["draft"].splitlines() == textwrap.dedent(draft).strip().splitlines()
    assert {(error["pointer"], error["line"]) for error in told["errors"]} == {("", 2)}
    assert call("validate", words).out == ended.out


def test_validate_tells_what_words_leave_open(call: Call) -> None:
    words = "A book has a title, isbn, publisher, price, size and weight. Ships sail."
    ended = call("validate", words)
    assert ended.code == 0
    assert ended.out.startswith("words is valid\n  Not understood, and so not built")
    assert call("validate", words, "--json").json["warnings"][-1]["code"] == "open-question"


def test_one_word_is_a_file(call: Call) -> None:
    assert "cannot be read: No such file" in call("run", "library").out
    assert "cannot be read: No such file" in call("run", "my library", "--format", "spec").out


def test_nothing_at_all_is_wrong_usage(call: Call) -> None:
    ended = call("run")
    assert ended.code == 2
    assert "give a file" in ended.err


def test_what_is_in_the_way_is_told_before_the_proof(
    call: Call, todo: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    written(out / "pyproject.toml", "mine\n")
    prover = Prover()
    ended = call("run", todo, "--out", out, prove=prover)
    assert ended.code == 4
    assert "pyproject.toml" in ended.err
    assert prover.calls == []
    assert list(out.iterdir()) == [out / "pyproject.toml"]
    assert "cancel" not in ended.err
    told = call("run", todo, "--out", out, "--json", prove=prover)
    assert told.code == 4
    (error,) = told.json["errors"]
    assert (error["code"], told.json["status"]) == ("not-written", "rejected")
    assert "pyproject.toml" in error["message"]
    last = json.loads(call("run", todo, "--out", out, "--json-events").out.splitlines()[-1])
    assert last["answer"]["errors"] == [error]
    assert call("run", todo, "--out", out, "--force").code == 0
    assert (out / "pyproject.toml").read_text(encoding="utf-8") != "mine\n"


@pytest.mark.parametrize("option", [("--out", "/proc/x"), ("--report", "/proc/x.html")])
def test_where_nothing_can_be_written_nothing_is_made(
    call: Call, todo: Path, option: tuple[str, str]
) -> None:
    ended = call("run", todo, *option, "--json-events")
    assert ended.code == 4
    assert "nothing can be written to /proc" in ended.err
    events = [json.loads(line) for line in ended.out.splitlines()]
    assert "rendered" not in {event["event"] for event in events}
    assert events[-1]["answer"]["errors"][0]["code"] == "not-written"


def test_what_gets_in_the_way_during_the_proof(call: Call, todo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"

    class Busy(Prover):
        async def __call__(self, *args: Json, **rest: Json) -> Json:
            out.mkdir()
            written(out / "pyproject.toml", "mine\n")
            return await super().__call__(*args, **rest)

    ended = call("run", todo, "--out", out, "--json", prove=Busy())
    assert ended.code == 4
    assert ended.json["status"] == "completed"
    assert [w["code"] for w in ended.json["warnings"]] == ["unread-description", "not-written"]
    assert "pyproject.toml" in ended.err


def test_json_is_the_answer_and_nothing_else(call: Call, todo: Path) -> None:
    ended = call("run", todo, "--json")
    assert ended.code == 0
    assert ended.json["status"] == "completed"
    assert ended.json["handoffs"][0]["to"] == "@container-specialist"


def test_events_are_lines_and_the_last_is_the_answer(call: Call, todo: Path) -> None:
    ended = call("run", todo, "--json-events")
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert [line["event"] for line in lines if "check" in line["event"]] == [
        "check-started",
        "check-finished",
    ]
    assert lines[0]["event"] == "task-started"
    assert lines[-1]["event"] == "answer"
    assert lines[-1]["answer"]["taskId"] == lines[0]["taskId"]
    (rendered,) = [line for line in lines if line["event"] == "rendered"]
    assert "src/app/main.py" in rendered["files"]
    assert ended.err == ""


def test_logs_go_to_stderr(call: Call, todo: Path) -> None:
    ended = call("run", todo, "--json", "--log-level", "info")
    assert "event='stage-finished' stage='plan'" in ended.err
    assert "stage-started" not in ended.err
    assert "stage-started" in call("run", todo, "--log-level", "debug").err


def test_a_summary_names_what_a_person_has_to_know(call: Call, tmp_path: Path) -> None:
    operation = {"name": "close_all", "method": "POST", "path": "/close", "rule": "Close all."}
    document = {
        "request": {**TODO["request"], "framework": "auto", "requirements": ["Be kind"]},
        "context": {"spec": {**TODO["context"]["spec"], "operations": [operation]}},
        "constraints": {"securityRequirements": ["rate limits"]},
    }
    ended = call("run", written(tmp_path / "x.json", document))
    assert "The guide names fastapi" in ended.out
    assert "Open questions\n" in ended.out
    assert "/request/requirements/0: not read" in ended.out
    assert "Write what answers 501 so far: close_all" in ended.out
    assert "Nothing was written" in ended.out


def test_findings_are_listed_and_cut() -> None:
    from agent.documents import CheckName, CheckReport, Finding  # noqa: PLC0415 - used here only
    from agent.transports.cli_summary import _findings  # noqa: PLC0415 - used here only

    findings = tuple(Finding(path="src/a.py", line=n, message="wrong") for n in range(1, 13))
    report: CheckReport = CheckReport(
        name=CheckName.LINT, outcome=Outcome.FAILED, findings=findings
    )
    lines = [row[0] for row in _findings([report])]
    assert lines[0] == "lint: src/a.py:1: wrong"
    assert lines[-1] == "lint: and 2 more (all of them with --json)"


def test_warnings_of_a_check_that_passed_are_counted_and_listed() -> None:
    from agent.documents import (  # noqa: PLC0415 - used here only
        CheckName,
        CheckReport,
        Finding,
        FindingLevel,
    )
    from agent.transports.cli_summary import of_checks  # noqa: PLC0415 - used here only

    findings = (
        Finding(level=FindingLevel.WARNING, path="tests/a.py", line=3, message="a: skipped"),
        Finding(level=FindingLevel.NOTE, message="by the way"),
    )
    report = CheckReport(
        name=CheckName.TESTS, outcome=Outcome.PASSED, findings=findings, summary="1 passed"
    )
    checks, found = of_checks([report])
    assert checks.rows[0][-1] == "1 passed, 1 warning"
    assert found.rows == [("tests: tests/a.py:3: warning: a: skipped",)]


def test_a_check_that_did_not_come_to_its_end_tells_what_it_did_and_why_that_is_not_all() -> None:
    from agent.documents import CheckName, CheckReport  # noqa: PLC0415 - used here only
    from agent.transports.cli_summary import of_checks  # noqa: PLC0415 - used here only

    report = CheckReport(
        name=CheckName.FUZZ, outcome=Outcome.SKIPPED, summary="9 requests", reason="nobody signs in"
    )
    checks, *_ = of_checks([report])
    assert checks.rows[0][-1] == "9 requests: nobody signs in"


def test_a_proof_that_was_not_made_in_the_sandbox_says_so(call: Call, todo: Path) -> None:
    says = "Isolation: none, as asked for"
    prove = Prover()
    assert says in call("run", todo, prove=prove).out
    prove.isolation = Isolation.SANDBOX
    assert says not in call("run", todo, prove=prove).out


# --- validate, schema, patterns, doctor ----------------------------------------------------------


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("input-*.json")), ids=lambda path: path.stem)
def test_validate_takes_every_valid_example(call: Call, path: Path) -> None:
    ended = call("validate", path, "--json")
    assert ended.code == 0, ended.out
    assert ended.json["valid"] is True


def test_validate_tells_what_a_run_would_refuse(call: Call) -> None:
    ended = call("validate", EXAMPLES / "input-mongodb.json")
    assert ended.code == 0
    assert "not supported yet, `run` refuses it:\n" in ended.out
    assert '/context/database/type: type "mongodb" is not supported' in ended.out
    told = call("validate", EXAMPLES / "input-mongodb.json", "--json")
    assert told.json["supported"] is False
    assert {warning["code"] for warning in told.json["warnings"]} == {"unsupported"}


def test_what_is_not_supported_hides_no_contradiction(call: Call, tmp_path: Path) -> None:
    spec = {"entities": [{"name": "A", "relations": [{"name": "b", "target": "B"}]}]}
    context = {"spec": spec, "database": {"type": "mongodb"}, "pythonVersion": "2.7"}
    context |= {"projectName": "'\"", "sources": [{"format": "dbml", "content": ""}]}
    file = written(tmp_path / "x.json", {"request": TODO["request"], "context": context})
    for command in ("validate", "run"):
        ended = call(command, file, "--json")
        assert ended.code == 2
        assert {error["pointer"]: error["code"] for error in ended.json["errors"]} == {
            "/context/pythonVersion": "unsupported",
            "/context/database/type": "unsupported",
            "/context/projectName": "unsupported",
            "/context/sources/0/content": "dbml-empty",
            "/context/spec/entities/0/relations/0/target": "spec",
        }


@pytest.mark.parametrize(
    "path",
    [p for p in sorted(EXAMPLES.glob("invalid-*.json")) if ".faults" not in p.name],
    ids=lambda path: path.stem,
)
def test_validate_refuses_every_invalid_example(call: Call, path: Path) -> None:
    ended = call("validate", path, "--json")
    assert ended.code == 2
    assert ended.json["errors"]
    assert call("validate", path).out.startswith("Refused, ")


def test_validate_reads_sources_and_looks_for_contradictions(call: Call, tmp_path: Path) -> None:
    assert call("validate", written(tmp_path / "a.spec", SPEC)).code == 0
    broken = call("validate", written(tmp_path / "b.spec", "entity A\n  x string\n"))
    assert broken.code == 2
    assert "b.spec:2:5: " in broken.out
    loose = written(tmp_path / "c.spec", "entity A\n  x -> B\n")
    assert call("validate", loose).code == 2


@pytest.mark.parametrize("which", ["input", "output", "proof"])
def test_schema_prints_the_published_file(call: Call, which: str) -> None:
    ended = call("schema", which)
    file = folder("schemas") / f"python-specialist.{which}.schema.json"
    assert ended.out == file.read_text(encoding="utf-8")
    assert call("schema", "both").code == 2


def test_patterns_are_listed_and_read(call: Call) -> None:
    listed = call("patterns")
    assert listed.code == 0
    assert "fastapi-patterns  " in listed.out
    one = call("patterns", "fastapi-patterns")
    assert one.out.strip() == Library(folder("knowledge")).patterns["fastapi-patterns"].body
    wrong = call("patterns", "fastapi-pattern")
    assert wrong.code == 2
    assert "did you mean fastapi-patterns?" in wrong.err
    assert "there are: " in call("patterns", "zzz").err


def test_doctor_tells_what_is_there_and_hides_passwords(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHON_SPECIALIST_POSTGRESQL_URL", raising=False)
    monkeypatch.delenv("PYTHON_SPECIALIST_MYSQL_URL", raising=False)
    ended = call("doctor")
    assert ended.code == 0
    assert f"python-specialist {__version__}" in ended.out
    assert "PYTHON_SPECIALIST_MYSQL_URL is not set" in ended.out
    own = binaries()
    assert (f"on PostgreSQL {own.version} of" if own else f"install {EXTRA}") in ended.out
    monkeypatch.setenv("PYTHON_SPECIALIST_POSTGRESQL_URL", "postgresql://me:hunter2@127.0.0.1:1/x")
    ended = call("doctor")
    assert ended.code == 1
    assert "NOT USABLE: create database on 127.0.0.1:1" in ended.out
    assert "hunter2" not in ended.out + ended.err


def test_doctor_asks_models_only_where_that_is_wanted(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHON_SPECIALIST_POSTGRESQL_URL", raising=False)
    monkeypatch.delenv("PYTHON_SPECIALIST_MYSQL_URL", raising=False)
    assert "PYTHON_SPECIALIST_MODEL is not set" in call("doctor").out
    monkeypatch.setenv("PYTHON_SPECIALIST_MODEL", "big")
    monkeypatch.setenv("PYTHON_SPECIALIST_MODEL_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("PYTHON_SPECIALIST_MODEL_API_KEY", "hunter2")
    monkeypatch.setenv("PYTHON_SPECIALIST_CODE_MODEL", "small")
    ended = call("doctor")
    assert ended.code == 0
    assert "big at 127.0.0.1:1: plan, repair\n" in ended.out
    assert "small at 127.0.0.1:1: code\n" in ended.out
    assert "hunter2" not in ended.out + ended.err
    monkeypatch.setattr("agent.llm.asking.ATTEMPTS", 1)
    ended = call("doctor", "--ask-models")
    assert ended.code == 1
    assert "plan, repair; NOT USABLE: big at 127.0.0.1:1: no connection" in ended.out
    assert "hunter2" not in ended.out + ended.err


# --- the process ---------------------------------------------------------------------------------


def started(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
        timeout=60,
    )


def test_version_and_help_of_the_process() -> None:
    assert started("--version").stdout == f"python-specialist {__version__}\n"
    shown = started("--help")
    assert shown.returncode == 0
    assert "130 canceled" in shown.stdout
    assert started("run", "--no-such-option").returncode == 2


@pytest.mark.parametrize("group", [(), ("keys",), ("tasks",)])
def test_the_list_of_commands_says_each_in_a_whole_line(call: Call, group: tuple[str, ...]) -> None:
    shown = call(*group, "--help").out
    told = shown.partition("\nCommands:\n")[2].splitlines()
    assert told
    assert [line for line in told if not line.endswith(".") or line.endswith("...")] == []


def test_the_help_begins_with_commands_that_work(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "shop.sql", SQL)
    shown = call("--help").out.partition("Begin with")[2].partition("\n\n")[0].splitlines()[1:]
    commands = [shlex.split(line.partition("    from")[0]) for line in shown]
    assert [each[:2] for each in commands] == [
        ["python-specialist", "run"],
        ["python-specialist", "run"],
        ["python-specialist", "chat"],
    ]
    for each in commands[:2]:
        assert call(*each[1:]).code == 0
        assert (tmp_path / each[-1] / "README.md").is_file()


@pytest.mark.parametrize(
    ("arguments", "forbidden"),
    [
        (("--version",), {"typer", "pydantic", "rich", "asyncio"}),
        (("--help",), {"pydantic", "jinja2", "rich", "asyncio", "agent.runner"}),
        (
            ("run", EXAMPLES / "input-spec.json", *NO_PROOF),
            {"rich", "structlog", "lark", "sqlglot", "httpx", "sqlalchemy", "pydantic_settings"}
            | {"jsonschema", "jsonschema_rs", "email_validator", "agent.checks.prove", "mypy"},
        ),
    ],
    ids=["version", "help", "run"],
)
def test_what_is_not_needed_is_not_imported(
    arguments: tuple[str | Path, ...], forbidden: set[str]
) -> None:
    code = (
        "import sys, agent.__main__ as m\n"
        "try:\n    m.main()\nexcept SystemExit:\n    pass\n"
        "print(*sys.modules, sep='\\n', file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert forbidden & set(done.stderr.split()) == set()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("schema", "input"), 0), (("validate", "no such file"), 2)],
    ids=["fine", "refused"],
)
def test_nothing_is_looked_through_at_the_end(arguments: tuple[str, ...], code: int) -> None:
    program = (
        "import atexit, gc, sys, agent.__main__ as m\n"
        "ends = lambda: print('at exit', gc.get_freeze_count() > 0, file=sys.stderr)\n"
        "atexit.register(ends)\n"
        "m.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == code
    assert done.stderr.splitlines()[-1] == "at exit True"


def test_a_setting_of_no_use_is_refused_without_repeating_it(todo: Path) -> None:
    arguments = ("run", todo, "--json", "--database", "mysql")
    done = started(*arguments, PYTHON_SPECIALIST_MYSQL_URL="oracle://me:hunter2@h/d")
    assert done.returncode == 2
    (error,) = json.loads(done.stdout)["errors"]
    assert error["code"] == "setting"
    assert "PYTHON_SPECIALIST_MYSQL_URL" in error["message"]
    assert "hunter2" not in done.stdout + done.stderr
    done = started("doctor", PYTHON_SPECIALIST_MYSQL_URL="oracle://x")
    assert done.returncode == 1
    assert "is no mysql URL (expected: mysql://" in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_calls_the_task_off(todo: Path, tmp_path: Path, number: signal.Signals) -> None:
    temporary, out = tmp_path / "tmp", tmp_path / "out"
    temporary.mkdir()
    process = subprocess.Popen(
        [*COMMAND, "run", str(todo), "--out", str(out), "--json"],
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
        deadline = time.monotonic() + 30
        while not list(temporary.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(number)
        answer, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert json.loads(answer)["status"] == "canceled"
    assert not out.exists()
    assert list(temporary.rglob("*")) == []


def test_on_a_terminal_it_is_shown_in_colours(todo: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "run", str(todo), *NO_PROOF],
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "120"},
    )
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 65536):
            shown += chunk
    except OSError:  # the other end is closed
        pass
    finally:
        os.close(ours)
    assert process.wait(timeout=60) == 0
    text = shown.decode()
    assert "\x1b[" in text
    assert "Entities" in text
    assert "render" in text


def test_a_reader_that_goes_away_is_no_fault(todo: Path) -> None:
    command = f"{sys.executable} -m agent run {todo} --verification none --json | head -c 10"
    done = subprocess.run(
        ["/bin/sh", "-c", command], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.startswith("{")
    assert "Traceback" not in done.stderr
    assert "fault of our own" not in done.stderr


@pytest.mark.parametrize(
    ("command", "broken"),
    [
        (("run", "FILE"), "agent.transports.cli_run.read"),
        (("run", "FILE", "--log-level", "debug"), "agent.transports.cli_run.read"),
        (("spec", "FILE"), "agent.transports.cli_spec.read"),
    ],
)
def test_a_fault_of_our_own_says_where_it_is(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    todo: Path,
    command: tuple[str, ...],
    broken: str,
) -> None:
    def fails(*_: object) -> None:
        raise KeyError("oops hunter22-and-more")

    monkeypatch.setenv("SOME_PASSWORD", "hunter22-and-more")
    monkeypatch.setattr(broken, fails)
    monkeypatch.setattr(gc, "freeze", lambda: None)  # this process goes on
    argv = [str(todo) if each == "FILE" else each for each in command]
    monkeypatch.setattr(sys, "argv", ["python-specialist", *argv])
    with pytest.raises(SystemExit) as ended:
        entry.main()
    assert ended.value.code == 70
    told = capsys.readouterr().err
    assert "in fails\n" in told
    last = "a fault of our own, please report it with the lines above: KeyError: 'oops ***'"
    assert told.splitlines()[-1] == last
    assert "hunter22-and-more" not in told
    assert "--log-level" not in told


@pytest.mark.parametrize("command", ["run", "spec"])
def test_the_help_says_where_keys_are_said(call: Call, command: str) -> None:
    assert "auth keys by header" in " ".join(call(command, "--help").out.split())
