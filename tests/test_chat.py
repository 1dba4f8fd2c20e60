"""Chatting for real: a terminal driven through a pseudo-terminal, and standard input."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Self

import pytest

from agent.applying import Written
from agent.conversation import told
from agent.conversation.commands import COMMANDS
from agent.documents import CheckName, CheckReport, Failure, Fault, Outcome, Question, Verdict
from agent.errors import OutputError
from agent.planner.readers.spec_language import parse
from agent.report.text_diagram import tree
from agent.transports import chat_show
from agent.transports.chat_plain import Lines
from agent.transports.chat_terminal import _Completer, _edited, _history, unechoed
from agent.transports.cli_summary import of_result
from tests.talked import Chat

ROOT = Path(__file__).parents[1]
LIBRARY = "A library: authors write books; a book has a title and an isbn."
CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r")
PATIENCE = 60.0
"""Seconds after which what does not come will not come."""


def environment(tmp_path: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON_SP")}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "PYTHON_SPECIALIST_STATE_DIR": str(tmp_path / "state"),
        "PYTHON_SPECIALIST_CACHE_DIR": str(tmp_path / "cache"),
        "TERM": "xterm",
        "PROMPT_TOOLKIT_NO_CPR": "1",
    }


class Terminal:
    """A chat in a process of its own, behind a terminal."""

    def __init__(self, tmp_path: Path, *arguments: str) -> None:
        here = tmp_path / "here"
        here.mkdir(exist_ok=True)
        master, slave = pty.openpty()
        self.master = master
        self.seen = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "agent", "chat", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=here,
            env=environment(tmp_path),
            start_new_session=True,
            preexec_fn=_controlling,  # noqa: PLW1509 - Ctrl-C needs a terminal of its own
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def await_(self, text: str) -> str:
        """Wait until a text is shown; return all that was shown up to it."""
        until = time.monotonic() + PATIENCE
        while (at := self.seen.find(text)) < 0:
            ready, _, _ = select.select([self.master], [], [], 0.2)
            if ready:
                with suppress(OSError):
                    self.seen += CONTROLS.sub(
                        "", os.read(self.master, 65536).decode("utf-8", "replace")
                    )
            if time.monotonic() > until or (not ready and self.process.poll() is not None):
                pytest.fail(f"{text!r} was not shown, but:\n{self.seen[-3000:]}")
        shown, self.seen = self.seen[: at + len(text)], self.seen[at + len(text) :]
        return shown


def _controlling() -> None:
    import fcntl  # noqa: PLC0415 - in the child
    import termios  # noqa: PLC0415 - the same

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("4H", 40, 120, 0, 0))


def test_from_first_words_to_an_applied_project_and_back(tmp_path: Path) -> None:
    project = tmp_path / "here" / "library"
    with Terminal(tmp_path, "--verification", "none") as terminal:
        terminal.await_("\n>")
        terminal.type(f"{LIBRARY}\r")
        shown = terminal.await_("[y/n] >")
        assert "author -> Author" in shown
        assert "└─< Book (author)" in shown
        terminal.type("y\r")
        terminal.await_("Written")
        terminal.await_("\n>")
        terminal.process.send_signal(signal.SIGKILL)
    assert (project / "src/app/models/book.py").is_file()
    with Terminal(tmp_path, "-c", "--verification", "none") as terminal:
        terminal.await_("author -> Author")
        terminal.await_("\n>")
        terminal.type("add a rating (1 to 5) to books\r")
        terminal.await_("+   rating: integer >= 1 <= 5")
        terminal.await_("[y/n] >")
        terminal.type("n\r")
        terminal.await_("Nothing was written")
        terminal.type("/undo\r")
        terminal.await_("Undone")
        terminal.await_("\n>")
        terminal.type("\x04")
        assert terminal.process.wait(PATIENCE) == 0
    assert not (project / "src").exists()


def test_ctrl_c_ends_the_task_and_not_the_program(tmp_path: Path) -> None:
    with Terminal(tmp_path) as terminal:
        terminal.await_("\n>")
        terminal.type("\x03")
        terminal.type("entity Book\\\r  title: string\r")  # two lines, one message
        terminal.await_("syntax")
        terminal.type("typed meanwhile")
        time.sleep(0.2)  # a terminal would show it at once
        terminal.type("\x15\x03")
        assert "typed meanwhile" not in terminal.await_("Canceled.")
        terminal.type("/status\r")
        assert "1 entity" in terminal.await_("not checked;")
        terminal.type("/exit\r")
        assert terminal.process.wait(PATIENCE) == 0


def test_a_pasted_text_is_one_message(tmp_path: Path) -> None:
    with Terminal(tmp_path, "--verification", "none") as terminal:
        terminal.await_("\n>")
        terminal.type(
            "\x1b[200~entity Book\n  title: string\n\nentity Page\n  no: integer\x1b[201~\r"
        )
        shown = terminal.await_("[y/n] >")
        assert shown.count("a plan") == 1
        assert "Page" in shown
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.process.wait(PATIENCE) == 128 + signal.SIGTERM


def piped(tmp_path: Path, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    here = tmp_path / "here"
    here.mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, "-m", "agent", "chat", "--verification", "none", *arguments],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        cwd=here,
        env=environment(tmp_path),
    )


def test_standard_input(tmp_path: Path) -> None:
    ended = piped(tmp_path, f"{LIBRARY}\nentity Review\\\n  rating: integer\n", "--yes", "shop")
    assert ended.returncode == 0, ended.stderr
    assert "+ entity Review" in ended.stdout
    assert (tmp_path / "here/shop/src/app/models/review.py").is_file()
    ended = piped(tmp_path, "make it very beautiful\n", "-c")
    assert ended.returncode == 2
    assert "0% of the words" in ended.stdout
    ended = piped(tmp_path, "", "--resume", "zzz")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "no session begins with 'zzz'" in ended.stderr
    ended = piped(tmp_path, "We keep horses.\n", "other")
    assert ended.returncode == 3
    assert "Question 1 of 1" in ended.stdout
    assert "to go on with" not in ended.stdout
    assert "Input required" not in ended.stdout
    assert "Draft" not in ended.stdout


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("/statsu\n/help\n/exit\n", 2),
        (f"{LIBRARY}\n/aply\n/exit\n", 2),
        (f"/statsu\n{LIBRARY}\n/status\n\n/exit\n", 0),
        ("We keep horses.\n/exit\n", 3),
        ("/apply\n", 2),
        ("/undo\n/help\n", 4),
    ],
)
def test_the_exit_code_is_that_of_what_was_said_last(tmp_path: Path, said: str, code: int) -> None:
    ended = piped(tmp_path, said, "shop")
    assert ended.returncode == code, ended.stdout


def test_there_is_no_session_to_go_on_with(tmp_path: Path) -> None:
    ended = piped(tmp_path, f"{LIBRARY}\n", "-c")
    here = tmp_path / "here"
    assert f"There is no session of {here} to go on with: a new one begins." in ended.stdout
    assert "There is no session" not in piped(tmp_path, "", "-c").stdout
    ended = piped(tmp_path, "", "-c", "shop")
    assert f"There is no session of {here / 'shop'}" in ended.stdout


def test_a_plain_file_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "said"
    path.write_text("one\\\ntwo\nthree")

    async def all_lines() -> list[str | None]:
        loop = asyncio.get_running_loop()
        with path.open() as file, pytest.MonkeyPatch.context() as patch:
            # kqueue takes a file, and never tells of its end
            patch.setattr(loop, "add_reader", lambda *_: None)
            lines = Lines(file.fileno())
            return [await asyncio.wait_for(lines.next(None), 5) for _ in range(3)]

    assert asyncio.run(all_lines()) == ["one\ntwo", "three", None]


def test_no_standard_input(tmp_path: Path) -> None:
    ended = subprocess.run(
        ["/bin/sh", "-c", 'exec "$0" -m agent chat <&-', sys.executable],
        capture_output=True,
        text=True,
        check=False,
        env=environment(tmp_path),
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "standard input is closed: a chat reads it\n"


@pytest.mark.parametrize(
    ("script", "wrong"),
    [
        ("printf '\\377' > $1", "is not UTF-8"),
        ("rm $1", "No such file"),
        ("exit 3", "did not end well"),
        ("kill -INT $PPID", None),
    ],
)
def test_an_editor_that_fails_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, wrong: str | None
) -> None:
    editor = tmp_path / "editor"
    editor.write_text(f"#!/bin/sh\n{script}\n")
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    if wrong is None:
        assert _edited("x") == "x"
        return
    with pytest.raises(OutputError, match=wrong):
        _edited("x")


def test_an_edited_plan_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i s/title/headline/ $1\n")
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "library").touch()
    with Terminal(tmp_path, "--verification", "none") as terminal:
        terminal.await_("\n>")
        terminal.type(f"{LIBRARY}\r")
        terminal.await_("is a file: name a folder")
        terminal.await_("\n>")
        terminal.type("/spec edit\r")
        terminal.await_("+   headline: string")
        terminal.await_("is a file: name a folder")
        terminal.await_("\n>")
        terminal.type("\x04")
        assert terminal.process.wait(PATIENCE) == 0


def test_a_folder_with_a_project_is_gone_on_with(tmp_path: Path) -> None:
    assert piped(tmp_path, f"{LIBRARY}\n", "--yes", "shop").returncode == 0
    for path in (tmp_path / "state" / "sessions").iterdir():
        path.unlink()
    ended = piped(tmp_path, "add a rating to books\ny\n", "shop")
    assert ended.returncode == 0, ended.stderr
    assert "+   rating: integer" in ended.stdout
    assert "rating" in (tmp_path / "here/shop/src/app/schemas/book.py").read_text()


def test_sigterm_ends_a_chat_that_waits(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "agent", "chat", "--verification", "none", "shop"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=tmp_path / "here",
        env=environment(tmp_path),
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 128 + signal.SIGTERM


def test_the_documentation_has_all_commands() -> None:
    text = (ROOT / "docs" / "chat.md").read_text("utf-8")
    for command in COMMANDS:
        assert f"`/{command.name}" in text


def test_a_terminal_obeys_nothing_that_is_told() -> None:
    assert chat_show._harmless("a\x1b[2Jb\x07\x9b\tc\u202e") == "a\ufffd[2Jb\ufffd\ufffd\tc\ufffd"


@pytest.fixture
def completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schema.sql").touch()


@pytest.mark.usefixtures("completed")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/s", ["sessions", "spec", "status"]),
        ("/exp", ["export"]),
        ("/spec ", []),
        ("build @sch", ["ema.sql"]),
        ('build @"sch', ["ema.sql"]),
        ("me@sch", []),
        ("build /s", []),
    ],
)
def test_completion(text: str, found: list[str]) -> None:
    from prompt_toolkit.completion import CompleteEvent  # noqa: PLC0415 - only a terminal's
    from prompt_toolkit.document import Document  # noqa: PLC0415 - the same

    completions = _Completer().get_completions(Document(text), CompleteEvent())
    assert [each.text for each in completions] == found


def test_the_history_keeps_no_secrets(tmp_path: Path) -> None:
    history = _history(tmp_path / "state")
    assert history is not None
    history.store_string("use postgresql://me:geheim@host/db")
    path = tmp_path / "state" / "history"
    assert "geheim" not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("\n# then\n+x\n" * 200_000)
    assert _history(tmp_path / "state") is not None
    assert path.stat().st_size < 2**20
    (tmp_path / "no").touch()
    assert _history(tmp_path / "no") is None


def test_what_belongs_to_what() -> None:
    spec = parse(
        "project x\nentity A\n  boss -> A?\n\nentity B\n  a -> A?\n  c <-> C\n\nentity C\n"
        "  a -> A unique\n\nentity D\n  b -> B\n\nentity E\n  d: date\n\n"
        "entity F\n  g -> G\n\nentity G\n  f -> F\n"
    )
    assert tree(spec) == [
        "A (boss: to another A)",
        "├─< B (a?)",
        "│   └─< D (b)",
        "└── C (a)",
        "    └>─< B (c) ...",
        "E",
        "F",
        "└─< G (f)",
        "    └─< F (g) ...",
    ]
    assert tree(spec, plain=True)[1] == "|-< B (a?)"


def test_what_is_told_is_plain_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    chat_show.show(told.Asked(Question(id="Q1", text="Which?"), 1, 2))
    chat_show.show(told.SessionsTold((), "x"))
    assert "Question 1 of 2: Which?" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("what", "next_step"),
    [
        ({}, "Its README.md goes on: install, test, migrate, start."),
        ({"conflicts": ["a.py"]}, "Resolve the markers (<<<<<<<), then /check."),
        ({"beside": ["a.png"]}, "Compare what is beside yours, then /check."),
    ],
)
def test_what_comes_after_an_apply(
    capsys: pytest.CaptureFixture[str], what: dict[str, list[str]], next_step: str
) -> None:
    chat_show.show(told.Applied(Written(Path("shop"), **what)))
    assert capsys.readouterr().out.rstrip().endswith(f"/undo takes this back. {next_step}")


@pytest.mark.parametrize(
    ("database", "checks", "told_of"),
    [
        ("postgresql", {CheckName.TESTS}, "PYTHON_SPECIALIST_POSTGRESQL_URL"),
        ("mysql", {CheckName.TESTS}, "PYTHON_SPECIALIST_MYSQL_URL"),
        ("postgresql", {CheckName.TESTS, CheckName.DATABASE}, None),
        ("postgresql", {CheckName.LINT}, None),
        ("sqlite", {CheckName.TESTS}, None),
    ],
)
def test_a_proof_without_the_database_of_the_plan_says_how_that_is_asked(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    database: str,
    checks: set[CheckName],
    told_of: str | None,
) -> None:
    chat = Chat(tmp_path)
    asyncio.run(chat.say(f"project x\ndatabase {database}\nentity Note\n  text: string\n"))
    proven = chat.one(told.ProofTold)
    reports = tuple(CheckReport(name=name, outcome=Outcome.PASSED) for name in checks)
    for verdict, word in ((Verdict.FAILED, "tried"), (Verdict.PROVEN, "proven")):
        new = {"checks": reports, "verdict": verdict}
        proof = proven.result.proof.model_copy(update=new)
        result = proven.result.model_copy(update={"proof": proof})
        chat_show.show(replace(proven, result=result))
        hint = f"This was {word} on SQLite; to prove it on {database}, too, set {told_of}"
        lines = capsys.readouterr().out.splitlines()
        assert lines[1:] == ([hint] if told_of else [])
    rows = {s.title: s.rows for s in of_result(result, [*proven.files], None)}["Next steps"]
    assert ((hint,) in rows) is bool(told_of)


def test_a_model_that_cannot_be_asked_is_no_end(capsys: pytest.CaptureFixture[str]) -> None:
    failure = Failure(errors=(Fault(code="model", message="m at h: no connection"),), task_id="1")
    chat_show.show(told.NotPlanned(failure, "message"))
    assert "Without PYTHON_SPECIALIST_MODEL plain sentences are read" in capsys.readouterr().out


def test_what_is_typed_meanwhile_is_not_shown() -> None:
    master, slave = pty.openpty()
    try:
        with unechoed(slave):
            os.write(master, b"while it runs\n")
            assert select.select([master], [], [], 0.1)[0] == []
        os.write(master, b"afterwards\n")
        assert select.select([master], [], [], PATIENCE)[0] == [master]
        assert os.read(master, 100).startswith(b"afterwards")
        assert os.read(slave, 100) == b"while it runs\n"  # it is not lost
    finally:
        os.close(master)
        os.close(slave)
