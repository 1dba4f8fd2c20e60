"""Is whatever a job may write read without a crash, in time, and never for more than it is?"""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Self, cast
from urllib.parse import urlsplit

import pytest

from agent.checks import application, lint, migrations, openapi, own_server, prove, types
from agent.checks.claims import (
    MOST_ITEMS,
    MOST_LINES,
    as_line,
    as_list,
    as_number,
    as_object,
    as_text,
)
from agent.checks.door_postgresql import CANCEL, HEAD, PostgreSQLDoor
from agent.checks.findings import from_traceback
from agent.checks.fuzz import _report
from agent.checks.mypy_cache import MYPY
from agent.checks.project import Project
from agent.checks.pytest_results import MOST_ELEMENTS, read_junit
from agent.checks.reach import read_reach
from agent.documents import (
    CheckName,
    CheckReport,
    FileType,
    Finding,
    GeneratedFile,
    Outcome,
    Proof,
    VerificationLevel,
)
from agent.errors import ReportError
from agent.sandbox import JobOutcome, Sandbox
from tests.warm import sandbox

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from agent.sandbox import Workspace

    Check = Callable[[Project], Awaitable[CheckReport]]

MANY_DIGITS = "9" * 5000
HALF = "\ud800"
SECONDS = 20.0
"""More than enough for what is read once; what is quadratic takes minutes here."""
ENDED = JobOutcome(0, "", "", 2.0)


class Left:
    """A workspace in which a job left these results."""

    def __init__(self, root: Path, **results: str) -> None:
        self.root = self.scratch = root / "project"
        self.results = {f"{name}.json": text for name, text in results.items()}
        self.outcome = ENDED

    def read(self, name: str) -> str | None:
        return self.results.get(name)

    async def run(self, *_argv: object, **_options: object) -> JobOutcome:
        return self.outcome

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        pass

    def workspace(self, _files: object) -> Left:
        return self


def left(root: Path, **results: str) -> Workspace:
    return cast("Workspace", Left(root, **results))


def project(sandbox: object, **texts: str) -> Project:
    files = tuple(
        GeneratedFile(path=path.replace("__", "."), content=content, type=FileType.CONFIG)
        for path, content in texts.items()
    )
    return Project(files, cast("Sandbox", sandbox))


def in_time(act: Callable[[], object]) -> None:
    """Quadratic work on such a text takes minutes of the processor, however busy it is."""
    started = time.process_time()
    act()
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize(
    ("value", "line"),
    [
        *((1, 1), ("17", 17), (MOST_LINES, MOST_LINES), (0, None), (-1, None), (True, None)),
        *((MANY_DIGITS, None), (10**400, None), (MOST_LINES + 1, None), (1.0, None)),
        *((None, None), ("", None), ("-1", None), ("²", None), ([1], None)),
    ],
)
def test_a_line_is_a_number_that_a_file_can_have(value: object, line: int | None) -> None:
    assert as_line(value) == line


def test_who_counts_from_0_means_the_next_line() -> None:
    assert [as_line(each, first=0) for each in ("0", 4, "-1")] == [1, 5, None]


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 10**400, -1, 101, True, "5", None])
def test_a_number_is_within_its_bounds(value: object) -> None:
    assert as_number(value, 100) is None
    assert as_number(99.5, 100) == 99.5


@pytest.mark.parametrize("text", [None, "", "[]", "{", "1", "[" * 100_000, f"[{MANY_DIGITS}]"])
def test_what_is_no_object_has_no_members(text: str | None) -> None:
    assert as_object(text) == {}


def test_texts_and_lists_are_bounded_and_can_be_spelt() -> None:
    assert as_text(f"a{HALF}b") == "a?b"
    assert as_text("abc", 2) == "ab"
    assert as_text({"a": 1}) == "no text, but dict"
    assert len(as_list([0] * (MOST_ITEMS + 1))) == MOST_ITEMS
    assert as_list({"a": 1}) == []


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("x"), "ValueError"),
        (OverflowError(), "OverflowError"),
        (RecursionError(), "RecursionError"),
        (ReportError("steps.json is larger than 8 MiB"), "steps.json is larger than 8 MiB"),
    ],
)
def test_a_report_that_cannot_be_read_fails_its_check_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    async def breaks(_project: Project) -> NoReturn:
        raise error

    proof = proof_with(monkeypatch, breaks)
    failed = next(each for each in proof.checks if each.name is CheckName.LINT)
    assert failed.outcome is Outcome.FAILED
    assert failed.findings == (Finding(message=f"its report cannot be read: {told}"),)
    assert next(each for each in proof.checks if each.name is CheckName.FORMAT).outcome is (
        Outcome.PASSED
    )


def test_a_report_that_cannot_be_written_down_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    async def passes(_project: Project) -> CheckReport:
        return CheckReport(name=CheckName.LINT, outcome=Outcome.PASSED, summary=HALF)

    proof = proof_with(monkeypatch, passes)
    assert proof.model_dump_json()
    assert next(each for each in proof.checks if each.name is CheckName.LINT).outcome is (
        Outcome.FAILED
    )


def proof_with(monkeypatch: pytest.MonkeyPatch, check: Check) -> Proof:
    async def passed(_project: Project) -> CheckReport:
        return CheckReport(name=CheckName.FORMAT, outcome=Outcome.PASSED)

    checks = {CheckName.FORMAT: passed, CheckName.LINT: check, CheckName.SYNTAX: passed}
    monkeypatch.setattr(prove, "CHECKS", checks)
    return asyncio.run(prove.prove((), VerificationLevel.FAST, sandbox=sandbox()))


def test_a_frame_with_a_line_that_no_file_has_is_no_place(tmp_path: Path) -> None:
    frame = f'  File "src/app/main.py", line 3\n  File "a.py", line {MANY_DIGITS}\nError: no\n'
    outcome = JobOutcome(3, "", frame, 1.0)
    finding = from_traceback(outcome, left(tmp_path), doing="importing")
    assert (finding.path, finding.line) == ("src/app/main.py", 3)
    assert finding.message == "importing: Error: no"
    alone = JobOutcome(3, "", frame.splitlines()[1], 1.0)
    assert from_traceback(alone, left(tmp_path), doing="importing") == Finding(
        message="importing: exit code 3"
    )


def test_what_was_refused_is_told_with_the_exception_that_it_ended_in(tmp_path: Path) -> None:
    frame = '  File "src/app/main.py", line 3\n    fork()\nOSError: '

    def told(exit_code: int, said: str) -> str:
        outcome = JobOutcome(exit_code, "", frame + said, 1.0, refused={"fork": 2})
        return from_traceback(outcome, left(tmp_path), doing="importing").message

    refused = "importing: asked for what the sandbox gives to nobody: fork (2)"
    assert told(1, "not permitted") == f"{refused}; it ended with OSError: not permitted"
    assert told(0, "caught, and printed") == refused
    assert len(told(1, "no " * 10_000)) < 500


def test_what_the_application_says_of_itself_is_bounded(tmp_path: Path) -> None:
    said = {
        "stage": "end",
        "seconds": {"openapi": 10**400, "model": 0.5, "mappers": float("inf"), "made up": 1},
        "attributes": 10**400,
        "model": [{"message": HALF, "path": HALF, "line": 10**400}, 5],
    }
    found = application._read(ENDED, left(tmp_path, loaded=json.dumps(said)))
    assert (found.reached, found.fault, found.attributes) == ("end", None, 0)
    assert found.seconds == {
        "import": 1.5,
        "mappers": 0.0,
        "openapi": 0.0,
        "settings": 0.0,
        "model": 0.5,
    }
    assert [each.model_dump_json() for each in found.model]
    assert found.model[0] == Finding(message="?", path="?")


@pytest.mark.parametrize("said", ["[]", '{"stage": ["end"]}', '{"stage": {}, "seconds": [1]}'])
def test_an_application_that_says_nothing_sound_did_not_load(tmp_path: Path, said: str) -> None:
    found = application._read(ENDED, left(tmp_path, loaded=said))
    assert found.faults("import")


def test_import_openapi_and_model_share_the_seconds_of_their_job() -> None:
    found = application.Application("end", seconds={"import": 3.0, "mappers": 1.0, "openapi": 0.5})
    assert found.took("import") == 3.0
    assert found.took("mappers", "openapi") == 1.5
    assert found.took("model") == 0.0


@pytest.mark.parametrize(
    "said",
    [
        *('{"drift": [1], "heads": ["a"], "done": true}', '{"heads": 5, "done": true}'),
        *(
            '{"drift": 5}',
            '{"heads": [1, 2]}',
            '{"step": "\\ud800", "drift": [{"text": {}}]}',
            "[]",
        ),
    ],
)
def test_migrations_that_report_nonsense_fail(tmp_path: Path, said: str) -> None:
    made = project(Left(tmp_path, steps=said), alembic__ini="")
    findings = asyncio.run(migrations.migrate(made))
    assert findings
    assert all(each.model_dump_json() for each in findings)


def test_each_difference_is_looked_up_and_not_searched(tmp_path: Path) -> None:
    drift = [{"text": f"add {at}", "table": f"t{at}"} for at in range(MOST_ITEMS + 5)]
    steps = json.dumps({"drift": drift, "heads": ["a"], "done": True})
    models = "".join(f'class A:\n    __tablename__ = "t{at}"\n' for at in range(20_000))
    made = project(Left(tmp_path, steps=steps), alembic__ini="", models__py=models)
    findings: list[Finding] = []
    in_time(lambda: findings.extend(asyncio.run(migrations.migrate(made))))
    assert len(findings) == MOST_ITEMS
    assert (findings[1].path, findings[1].line) == ("models.py", 4)


@pytest.mark.parametrize(
    "before",
    ["<?a <testsuite?>", "<!-- <testsuite> -->", "", "<?xml version='1.0' encoding='utf-16'?>"],
)
def test_a_report_with_a_document_type_is_none(before: str) -> None:
    kind = '<!DOCTYPE a [<!ENTITY e "swells">]>'
    cases = '<testsuite><testcase name="a"/></testsuite>'
    assert read_junit(f"{before}{kind}{cases}") == []
    assert [case.name for case in read_junit(before + cases)] == ["a"]


def test_a_test_may_print_what_a_document_type_looks_like() -> None:
    text = '<a><testcase name="a"><failure><![CDATA[<!DOCTYPE a>]]></failure></testcase></a>'
    assert [case.text for case in read_junit(text)] == ["<!DOCTYPE a>"]


def test_junit_tells_what_is_skipped_from_what_is_expected_to_fail() -> None:
    case = '<testcase name="a" file="a.py" line="4"><skipped type="{}" message="{}"/></testcase>'
    cases = case.format("pytest.skip", "no disk") + case.format("pytest.xfail", "")
    skipped, xfailed = read_junit(f"<a>{cases}</a>")
    assert (skipped.outcome, skipped.message, skipped.place) == ("skipped", "no disk", ("a.py", 5))
    assert (xfailed.outcome, xfailed.message) == ("xfailed", "")


def test_junit_is_bounded() -> None:
    case = '<testcase name="{}" file="{}" line="{}"><failure message="{}">{}</failure></testcase>'
    long = "n" * 100_000
    (found,) = read_junit(f"<a>{case.format(long, 'a.py', MANY_DIGITS, long, long)}</a>")
    assert found.place is None
    assert len(found.name) + len(found.message) + len(found.text) < 50_000
    (found,) = read_junit(f"<a>{case.format('a', 'a.py', '0', '', '')}</a>")
    assert found.place == ("a.py", 1)
    assert read_junit(f"<a>{'<testcase/>' * MOST_ELEMENTS}</a>") == []


def test_what_is_reached_is_part_of_what_there_is() -> None:
    first = {"": {"a.py": [[1], [1000], [2, 7]], "absent.py": [[1]]}}
    reach = read_reach(json.dumps({"code": {"a.py": [[1], [2], [2, 7], [3]]}, "first": first}))
    assert reach is not None
    assert reach.percent == 50
    assert reach.missing == {"a.py": (2, 3)}


def test_lines_that_no_file_has_are_left_out() -> None:
    said = {
        "a.py": [[1], [10**400], [-1], ["x"], [2, -1], [2, "x"]],
        HALF: [[2], [3]],
        "b.py": "abc",
    }
    reach = read_reach(json.dumps({"code": said, "first": {}}))
    assert reach is not None
    assert reach.missing == {"?": (2, 3), "a.py": (1,)}
    assert reach.percent == 0


@pytest.mark.parametrize(
    "text", ["\n" * 300_000, "# mypy:\n" * 100_000, "#" + " " * 300_000, "#ruff:noqa\n" * 100_000]
)
def test_what_silences_is_found_in_time(text: str) -> None:
    in_time(lambda: list(lint._silenced(project(None, a__py=text))))


@pytest.mark.parametrize("line", ["# mypy: ignore-errors", "\t#ruff:  noqa ", "\f# fmt: off"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_silences_is_found_where_it_stands(line: str, end: str) -> None:
    text = end.join(("import os", "", "", line, "", ""))
    assert [each.line for each in lint._silenced(project(None, a__py=text))] == [4]


def test_a_deep_document_and_one_name_for_all_operations_are_judged_in_time() -> None:
    deep: dict[str, Any] = {"$ref": f"#/{HALF}"}
    for _ in range(50_000):
        deep = {"a": [deep]}
    paths = {
        f"/{at}": {"get": {"operationId": f"o{at // 2}", "responses": {"200": {}}}}
        for at in range(20_000)
    }
    faults: list[str] = []
    document = {"openapi": {"a": 1}, "info": 5, "paths": paths, "components": deep}
    in_time(lambda: faults.extend(openapi._faults(document)))
    assert faults[2] == "operationId 'o0' is used 2 times: GET /0, GET /1"
    assert faults[-1].startswith("$ref ")
    assert len(faults) == 10_003
    while "a" in deep:  # piece by piece: Python takes such a thing apart by recursion
        deep = deep.pop("a").pop()


def test_what_mypy_prints_is_a_finding_or_nothing(tmp_path: Path) -> None:
    said = {"message": HALF, "file": "a.py", "line": -1, "code": 5, "severity": "error"}
    finding = types._read(json.dumps(said), left(tmp_path))
    assert finding == Finding(message="? [no text, but int]", path="a.py")
    for text in ("[" * 100_000, "5", "{}", '{"message": [], "file": 5}', "Traceback"):
        assert types._read(text, left(tmp_path)) is None


@pytest.mark.parametrize(
    "said", ["[" * 100_000, "5", "[5]", '[{"code": 5, "message": 6}]', '[{"filename": null}]']
)
def test_what_ruff_never_prints_fails(tmp_path: Path, said: str) -> None:
    sandbox = Left(tmp_path)
    sandbox.outcome = JobOutcome(1, said, "", 1.0)
    assert len(asyncio.run(lint.ruff(project(sandbox), "check"))) == 1


def test_what_an_application_answered_can_be_spelt(tmp_path: Path) -> None:
    finding = dict.fromkeys(("operation", "message", "curl", "status", "answer", "path"), HALF)
    said = {"findings": [finding], "notes": [HALF], "users": [HALF], "left": [HALF]}
    report = _report(said, ENDED, left(tmp_path), ENDED, left(tmp_path))
    assert report.outcome is Outcome.FAILED
    assert report.model_dump_json()


def test_mypy_fills_its_cache_under_the_options_that_it_is_asked_with(tmp_path: Path) -> None:
    ran: list[Sequence[str]] = []

    class Noting(Left):
        async def run(self, *argv: object, **_options: object) -> JobOutcome:
            ran.append(cast("Sequence[str]", argv[0]))
            return self.outcome

    asyncio.run(types.check(project(Noting(tmp_path))))
    assert tuple(ran[0][: len(MYPY)]) == MYPY


@pytest.mark.parametrize(("mode", "believed"), [(0o700, True), (0o777, False)])
def test_a_template_that_others_could_write_to_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, *, believed: bool
) -> None:
    def initdb(argv: Sequence[str]) -> None:
        Path(argv[2]).mkdir()

    monkeypatch.setattr(own_server, "_run", initdb)
    kept, folder = tmp_path / "cache" / "postgresql" / "18", tmp_path / "proof"
    for each in (kept.parent, kept, folder):
        each.mkdir(parents=True, mode=0o700)
    (kept / "forged").touch()
    kept.chmod(mode)
    found = own_server.Binaries("18", tmp_path)
    used = own_server._template(found, folder, tmp_path / "cache")
    assert used == (kept if believed else folder / "made" / "data")


def test_a_template_that_was_made_is_used_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_server, "_run", lambda argv: Path(argv[2]).mkdir(mode=0o700))
    found, cache = own_server.Binaries("18", tmp_path), tmp_path / "cache"
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    assert own_server._template(found, tmp_path / "first", cache).name == "data"
    assert own_server._template(found, tmp_path / "second", cache) == cache / "postgresql" / "18"


def test_who_asks_to_cancel_and_leaves_keeps_no_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = b"k" * 8
    closed: list[bool] = []

    class Server:
        def __init__(self) -> None:
            self.ended = asyncio.get_running_loop().create_future()

        def write(self, _data: bytes) -> None:
            pass

        def close(self) -> None:
            closed.append(True)

    class Client:
        said = HEAD.pack(HEAD.size + len(key), CANCEL) + key

        async def read(self, size: int) -> bytes:
            taken, self.said = self.said[:size], self.said[size:]
            return taken

    async def ask() -> None:
        door = PostgreSQLDoor(urlsplit("postgresql://a@b/c"))
        door.keys.add(key)

        async def connected() -> Server:
            return Server()

        monkeypatch.setattr(door, "_connect", connected)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(door.sign_in(cast("Any", Client())), 0.05)

    asyncio.run(ask())
    assert closed == [True]
