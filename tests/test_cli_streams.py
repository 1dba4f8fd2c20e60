"""Does the command line do its work wherever its words go, and whatever it is handed?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.__main__ import build_runner
from agent.transports import cli

COMMAND = (sys.executable, "-m", "agent")
SPEC = 'project todo\n\nentity Task\n  title: string "Größe"\n'


@pytest.fixture
def todo(tmp_path: Path) -> Path:
    file = tmp_path / "todo.spec"
    file.write_text(SPEC, encoding="utf-8")
    return file


def shell(line: str, *arguments: str | Path, **environment: str) -> tuple[int, str, str]:
    """Run a line of bash in which ``run`` is the command and ``$1``... are the arguments."""
    script = f'run() {{ "{COMMAND[0]}" -m agent "$@"; }}; set -o pipefail; {line}'
    ended = subprocess.run(
        ["/bin/bash", "-c", script, "bash", *map(str, arguments)],
        capture_output=True,
        check=False,
        timeout=60,
        env=os.environ | environment,
        cwd=Path(__file__).parents[1],
    )
    return ended.returncode, ended.stdout.decode(), ended.stderr.decode()


@pytest.mark.parametrize(
    ("where", "code_expected"),
    [
        ("--json | true", 74),
        ("--json-events | true", 74),
        (">/dev/full", 74),
        (">&-", 0),
        ("--json 2>/dev/full", 0),
        ("2>&-", 0),
    ],
)
def test_the_project_is_written_whoever_listens(
    todo: Path, tmp_path: Path, where: str, code_expected: int
) -> None:
    if "/dev/full" in where and not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    line = f'run run "$1" --verification none --out "$2" {where}'
    code, _, errors = shell(line, todo, tmp_path / "out")
    assert code == code_expected, errors
    assert (tmp_path / "out/src/app/main.py").is_file()
    assert "fault of our own" not in errors
    assert "Exception" not in errors


def test_an_encoding_without_our_signs_is_no_fault(todo: Path) -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    todo.write_text(SPEC.replace("todo", '"café"'), encoding="utf-8")
    code, out, _ = shell('run run "$1" --verification none', todo, **ascii_only)
    assert code == 0
    assert "caf\\xe9: completed" in out


def test_an_empty_name_is_no_folder(todo: Path, tmp_path: Path) -> None:
    code, _, errors = shell('cd "$2"; run run "$1" --out ""', todo, tmp_path)
    assert code == 2
    assert "it is empty: name a folder" in errors
    assert list(tmp_path.iterdir()) == [todo]


def test_a_signal_before_there_is_anything_to_call_off() -> None:
    # where the tests run in the background, a shell has told them to pass over this signal
    hearing = (
        "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        " runpy.run_module('agent', run_name='__main__', alter_sys=True)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hearing, "run", "-"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.spec", b"\x00\xff", "a.spec:1:2: the input is not UTF-8"),
        ("a", bytes(range(128, 255)), "a:1:1: the input is not UTF-8"),
        ("a.json", b"", "a.json:1:1: the input is empty"),
        ("a.json", b"[" * 100_000, "a.json:1:65: nested deeper than 64 levels"),
        ("a.spec", b"a" * (17 * 2**20), "a.spec: the input is larger than 16 MiB"),
        ("a.sql", b"SELECT 1;", "a.sql:1:1: the SQL declares no table"),
        ("a.spec", b'project "a\n', "a.spec:1:9: this text is not closed on its line"),
        ("a.spec", b"\xef\xbb\xbfentity A\r\n\tb: int\r\n", "a.spec:2:5: `int` is neither"),
        ("a.spec", b"entity A\n b: int\n", "did you mean `integer`?"),
        ("a.spec", b"entity A\n b: varchar(20)\n", "2:5: `varchar` is no type that has a size"),
        ("a.spec", b"entity A\n b: date\nproject c", "3:1: `project` begins no such line here"),
        ("a.spec", b"entity A\n b: date hidden readonly", "`hidden` and `readonly` are given"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    for command in ("run", "validate"):
        assert ended(command, tmp_path / name) == 2
        assert words in capsys.readouterr().out


def test_an_empty_text_is_asked_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.spec", "a.sh"):
        (tmp_path / name).write_bytes(b"\n# nothing\n")
        assert ended("run", tmp_path / name) == 3
        assert capsys.readouterr().out.startswith("Input required\n")
    assert ended("validate", tmp_path / "a.spec") == 2
    assert "a.spec: it names no entity: there is nothing to build" in capsys.readouterr().out
    # What is no spec is words: they may be added to.
    assert ended("validate", tmp_path / "a.sh") == 0
    assert "not enough to build from, `run` asks back" in capsys.readouterr().out


def ended(*arguments: str | Path) -> object:
    """Run a command line in this process; answer its exit code."""
    with pytest.raises(SystemExit) as caught:
        cli.main([*map(str, arguments)], build_runner)
    return caught.value.code
