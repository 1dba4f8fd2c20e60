"""Sessions on the disk: killed at any moment, held by one, bounded, and without secrets."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.conversation.message import as_text, understand
from agent.documents import Question, Usage
from agent.errors import RefusedError
from agent.secrets import MARKS, SECRETS, without_secrets
from agent.sessions import store
from agent.sessions.place import state_folder
from agent.sessions.session import MOST_EARLIER, MOST_MESSAGES, Session, Spent
from agent.sessions.store import Held, Sessions
from agent.types import Attribute, BackendSpec, Entity, Operation

if TYPE_CHECKING:
    import re

ROOT = Path(__file__).parents[1]
WRITER = """
import sys
from pathlib import Path
from agent.sessions.store import Sessions
held = Sessions(Path(sys.argv[1])).begin(Path.cwd())
session = held.session.told("user", "0 " * 5000)
held.keep(session)
print(held.session.id, flush=True)
for number in range(1, 10**9):
    held.keep(held.session.told("user", f"{number} " * 5000))
"""


@pytest.fixture
def sessions(tmp_path: Path) -> Sessions:
    return Sessions(tmp_path / "state")


def begun(sessions: Sessions, folder: Path, words: str = "A library") -> Held:
    held = sessions.begin(folder)
    held.keep(held.session.told("user", words))
    return held


def planned(sessions: Sessions, folder: Path) -> Held:
    held = begun(sessions, folder)
    held.keep(held.session.planned(BackendSpec(name="library"), ()))
    return held


def test_what_is_kept_comes_back(sessions: Sessions, tmp_path: Path) -> None:
    held = begun(sessions, tmp_path)
    spec = BackendSpec(name="library", entities=(Entity(name="Book"),))
    question = Question(id="Q1", text="Which?")
    held.keep(held.session.planned(spec, (question,)))
    held.close()
    again = sessions.resume(held.session.id[:5])
    assert again.session == held.session
    assert again.session.spec == spec
    assert again.session.title == "library: A library"


def test_nobody_else_can_read_it(sessions: Sessions, tmp_path: Path) -> None:
    held = begun(sessions, tmp_path)
    folder = tmp_path / "state" / "sessions"
    assert folder.stat().st_mode & 0o777 == 0o700
    files = list(folder.iterdir())
    assert {path.suffix for path in files} == {".json", ".lock"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)
    held.close()


def test_a_session_in_which_nothing_was_said_leaves_nothing(
    sessions: Sessions, tmp_path: Path
) -> None:
    sessions.begin(tmp_path).close()
    assert list((tmp_path / "state" / "sessions").iterdir()) == []


@pytest.mark.parametrize("wait", [0.0, 0.02, 0.05, 0.11])
def test_a_killed_process_leaves_a_whole_session(tmp_path: Path, wait: float) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
    sessions = Sessions(tmp_path)
    held = sessions.resume(name)  # its lock died with it
    texts = [each.text.split() for each in held.session.messages]
    assert all(len(set(words)) == 1 for words in texts)
    numbers = [int(words[0]) for words in texts]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    held.close()
    left = [path for path in (tmp_path / "sessions").iterdir() if path.name.startswith(".new-")]
    for path in left:
        os.utime(path, (0, 0))
    sessions.begin(tmp_path).close()
    assert not any(path.exists() for path in left)


def test_a_second_process_is_told(sessions: Sessions, tmp_path: Path) -> None:
    held = begun(sessions, tmp_path)
    with pytest.raises(RefusedError, match=f"in use in another window .process {os.getpid()}"):
        sessions.resume(held.session.id)
    held.close()
    sessions.resume(held.session.id).close()


def test_a_lock_that_was_removed_holds_nobody(sessions: Sessions, tmp_path: Path) -> None:
    held = begun(sessions, tmp_path)
    name = held.session.id
    (lock,) = (tmp_path / "state" / "sessions").glob("*.lock")
    flock = fcntl.flock
    removed: list[Path] = []

    def removed_meanwhile(descriptor: int, operation: int) -> None:
        flock(descriptor, operation)
        if not removed:
            removed.append(lock)
            lock.unlink()

    held.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fcntl, "flock", removed_meanwhile)
        held = sessions.resume(name)
    with pytest.raises(RefusedError, match="in use"):
        sessions.resume(name)
    held.close()


def test_words_in_a_plan_lose_their_secrets(sessions: Sessions, tmp_path: Path) -> None:
    url = "postgresql://me:geheim@host/db"
    held = begun(sessions, tmp_path)
    entity = Entity(name="Book", comment=url, attributes=(Attribute(name="token", type="text"),))
    operation = Operation(name="lend", method="POST", path="/lend", rule=f"Tell {url}.")
    held.keep(
        held.session.planned(
            BackendSpec(name="library", entities=(entity,), operations=(operation,)), ()
        )
    )
    spec = held.session.spec
    assert spec is not None
    assert spec.entities[0].comment == "postgresql://me:***@host/db"
    assert spec.entities[0].attributes == entity.attributes
    assert "geheim" not in spec.model_dump_json()
    held.close()


def test_what_was_changed_meanwhile_is_read_again(sessions: Sessions, tmp_path: Path) -> None:
    held = begun(sessions, tmp_path)
    held.close()
    other = sessions.resume(held.session.id)
    other.keep(other.session.told("agent", "more"))
    other.close()
    held.reload()
    assert held.session.messages[-1].text == "more"


def test_the_latest_of_a_folder(
    sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter(range(1, 100))
    monkeypatch.setattr(store, "now", lambda: datetime.fromtimestamp(next(moments), UTC))
    here, there = tmp_path / "here", tmp_path / "there"
    first, second, other = (planned(sessions, folder) for folder in (here, here, there))
    refused = begun(sessions, here)
    other.keep(other.session.model_copy(update={"target": str(tmp_path / "shop")}))
    found = sessions.latest(here)
    assert found is not None
    assert found.id == second.session.id
    found = sessions.latest(tmp_path / "shop")
    assert found is not None
    assert found.id == other.session.id
    assert sessions.latest(tmp_path / "nowhere") is None
    assert [each.id for each in sessions.all()] == [
        held.session.id for held in (other, refused, second, first)
    ]
    for held in (first, second, other, refused):
        held.close()


def test_no_and_several_sessions(sessions: Sessions, tmp_path: Path) -> None:
    for wrong in ("", "0", "../../etc/passwd"):
        with pytest.raises(RefusedError, match="no session begins"):
            sessions.resume(wrong)
    folder = tmp_path / "state" / "sessions"
    held = begun(sessions, tmp_path)
    text = (folder / f"{held.session.id}.json").read_text()
    twin = f"{held.session.id[:11]}{'0' if held.session.id[11] != '0' else '1'}"
    (folder / f"{twin}.json").write_text(text.replace(held.session.id, twin))
    with pytest.raises(RefusedError, match="more than one session begins"):
        sessions.resume(held.session.id[:8])
    held.close()


def test_what_is_no_session_of_ours_is_passed_over(sessions: Sessions, tmp_path: Path) -> None:
    held = begun(sessions, tmp_path)
    folder = tmp_path / "state" / "sessions"
    good = json.loads((folder / f"{held.session.id}.json").read_text())
    (folder / "000000000001.json").write_text("{")
    (folder / "000000000002.json").write_text(json.dumps(good))  # the id of another
    (folder / "000000000003.json").write_text(json.dumps(good | {"version": 99}))
    (folder / "README.json").write_text("{}")
    (folder / "000000000004.json").mkdir()
    assert [each.id for each in sessions.all()] == [held.session.id]
    later = Session.model_validate(good | {"something": "of a later version"})
    assert later.id == held.session.id
    held.close()


def test_sessions_are_bounded(
    sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MOST_SESSIONS", 3)
    kept = [begun(sessions, tmp_path) for _ in range(2)]
    for age, held in enumerate(kept):
        os.utime(tmp_path / "state" / "sessions" / f"{held.session.id}.json", (age, age))
    kept[1].close()  # the first is the oldest, and in use
    for _ in range(4):
        begun(sessions, tmp_path).close()
    found = {each.id for each in sessions.all()}
    assert len(found) == 4
    assert kept[0].session.id in found
    assert kept[1].session.id not in found
    kept[0].close()


def test_what_a_session_holds_is_bounded(sessions: Sessions, tmp_path: Path) -> None:
    session = begun(sessions, tmp_path).session
    for number in range(MOST_MESSAGES + 5):
        session = session.told("user", str(number))
        session = session.planned(BackendSpec(name=f"p{number}"), ())
    assert len(session.messages) == MOST_MESSAGES
    assert session.messages[-1].text == str(MOST_MESSAGES + 4)
    assert len(session.earlier) == MOST_EARLIER
    assert session.earlier[-1].name == f"p{MOST_MESSAGES + 3}"
    assert len(session.told("user", "x" * 10**6).messages[-1].text) == 20_000


def test_a_disk_that_refuses(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(RefusedError, match="no session can be kept"):
        Sessions(tmp_path / "state").begin(tmp_path)
    assert Sessions(tmp_path / "state").all() == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("postgresql://me:geheim@host/db", "postgresql://me:***@host/db"),
        (
            "PYTHON_SPECIALIST_MODEL_API_KEY=abc123 and so",
            "PYTHON_SPECIALIST_MODEL_API_KEY=*** and so",
        ),
        ("postgresql://me:a/b@c@host/db", "postgresql://me:***@host/db"),
        ("http://localhost:8000/users/@me", "http://localhost:8000/users/@me"),
        ("db_pass=geheim", "db_pass=***"),
        ("DB_PASSWORD='two words'", "DB_PASSWORD=***"),
        ('{"api_key": "abc-123-def"}', '{"api_key": ***}'),
        ("token: abcdef0123456789", "token: ***"),
        ("token: string(64)", "token: string(64)"),
        ("aws_secret_access_key = abc123DEF456", "aws_secret_access_key = ***"),
        ('"password": "hunter2"', '"password": ***'),
        ("Authorization: Token 0123456789", "Authorization: Token ***"),
        ("CHECK (pass=1), x int);", "CHECK (pass=1), x int);"),
        ("bypass=true compass=5555", "bypass=true compass=5555"),
        ("key = generated", "key = generated"),
        ("enum KEY = one, two", "enum KEY = one, two"),
        ("use sk-abcdefghijklmnopqrstuv please", "use *** please"),
        ("ASIAABCDEFGHIJKLMNOP hf_abcdefghijklmno", "*** ***"),
        ("ghp_abcdefghijklmnopqrstuv", "***"),
        ("Authorization: Bearer abcdefghijklmnop", "Authorization: Bearer ***"),
        ("eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.abc", "***"),
        (
            "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----***-----END PRIVATE KEY-----",
        ),
        ("  password: password(12..) = 'x'", "  password: password(12..) = 'x'"),
        ("basic needs of a library", "basic needs of a library"),
    ],
)
def test_secrets_are_not_kept(sessions: Sessions, tmp_path: Path, text: str, kept: str) -> None:
    assert without_secrets(text) == kept
    held = begun(sessions, tmp_path, text)
    assert held.session.messages[0].text == kept
    held.close()


@pytest.mark.parametrize("pattern", SECRETS)
def test_whatever_is_a_secret_has_a_mark_that_it_is_looked_for_by(pattern: re.Pattern[str]) -> None:
    @settings(max_examples=20, deadline=None, suppress_health_check=[*HealthCheck])
    @given(st.from_regex(pattern))
    def is_found(text: str) -> None:
        assert MARKS.search(text)
        assert without_secrets(text) == _one_by_one(text)

    is_found()


def _one_by_one(text: str) -> str:
    for pattern in SECRETS:
        text = pattern.sub(r"\1***", text)
    return text


def test_hiding_takes_no_time_to_speak_of() -> None:
    started = time.process_time()
    for text in (
        "x.-" * 20_000,
        "://" * 20_000,
        "a" * 60_000,
        "key = " * 10_000,
        "-----BEGIN " * 6000,
    ):
        without_secrets(text)
    assert time.process_time() - started < 5


def test_a_rule_in_a_plan_as_json_keeps_no_secret(tmp_path: Path) -> None:
    rule = '"rule": "Send it with SECRET_KEY=geheim."'
    operation = f'{{"name": "send", "method": "POST", "path": "/send", {rule}}}'
    path = tmp_path / "plan.json"
    path.write_text(f'{{"name": "mail", "operations": [{operation}]}}')
    kept = as_text(understand("@plan.json", tmp_path).document)
    assert "SECRET_KEY=***" in kept


def test_what_models_took() -> None:
    spent = Spent().plus(None).plus(Usage(seconds=3))
    assert spent == Spent()
    spent = spent.plus(Usage(model_calls=2, input_tokens=10, output_tokens=5, cost=0.5, seconds=1))
    spent = spent.plus(Usage(model_calls=1, input_tokens=1, output_tokens=1, cost=0.25))
    assert (spent.calls, spent.input_tokens, spent.cost) == (3, 11, 0.75)
    assert spent.plus(Usage(model_calls=1)).cost is None


def test_where_the_state_is() -> None:
    assert state_folder({"PYTHON_SPECIALIST_STATE_DIR": "/x"}) == Path("/x")
    if sys.platform == "linux":
        assert state_folder({"XDG_STATE_HOME": "/s"}) == Path("/s/python-specialist")
        home = Path("/h/.local/state/python-specialist")
        assert state_folder({"HOME": "/h"}) == home
