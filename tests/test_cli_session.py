"""Runs that go on with a session: ``run -c``, ``--resume``, ``--yes``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from agent.documents import Outcome
from agent.sessions.store import Sessions
from tests.test_cli import call  # noqa: F401 - a fixture
from tests.test_runner import Prover

if TYPE_CHECKING:
    from pathlib import Path

    from tests.test_cli import Call

LIBRARY = "A library: authors write books; a book has a title and an isbn."
FAST = ("--verification", "fast")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTHON_SPECIALIST_STATE_DIR", str(tmp_path / "state"))
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def sessions(tmp_path: Path) -> Sessions:
    return Sessions(tmp_path / "state")


def test_a_run_is_gone_on_with(call: Call, here: Path) -> None:  # noqa: F811 - the fixture
    assert call("run", LIBRARY, *FAST).code == 0
    ended = call("run", "-c", "add a rating (1 to 5) to books", *FAST)
    assert ended.code == 0
    assert f"What would be different in {here / 'library'}" in ended.out
    assert "run -c --yes writes it" in ended.err
    assert list(here.iterdir()) == []
    ended = call("run", "-c", "make it MySQL", "--yes", *FAST)
    assert ended.code == 0
    assert "mysql" in ended.out
    assert "rating" in (here / "library/src/app/models/book.py").read_text()
    ended = call("run", "-c", "remove isbn from books", *FAST)
    assert "changed: " in ended.out
    assert "\n-    isbn: Mapped" in ended.out  # only what is different
    assert "isbn" in (here / "library/src/app/models/book.py").read_text()


def test_a_plan_that_is_not_written_yet_is_written_by_the_same_words(
    call: Call,  # noqa: F811
    here: Path,
    sessions: Sessions,
) -> None:
    words = ("run", "-c", "add a color to books")
    call("run", LIBRARY, *FAST)
    assert call(*words, *FAST).code == 0
    (before,) = sessions.all()
    prover = Prover()
    ended = call(*words, "--yes", *FAST, prove=prover)
    assert (ended.code, len(prover.calls)) == (0, 1), ended.out
    assert "color" in (here / "library/src/app/models/book.py").read_text()
    (after,) = sessions.all()
    assert (after.spec, after.earlier) == (before.spec, before.earlier)
    ended = call(*words, "--yes", *FAST)  # now it is there
    assert ended.code == 2
    assert "changes nothing" in ended.out
    assert "not written yet" not in ended.err


def test_no_words_write_the_plan_as_it_stands(
    call: Call,  # noqa: F811
    here: Path,
    sessions: Sessions,
) -> None:
    call("run", LIBRARY, *FAST)
    assert call("run", "-c", "remove isbn from books", *FAST).code == 0
    ended = call("run", "-c", "remove isbn from books", "--yes", *FAST)
    assert ended.code == 2
    assert "not written yet: run -c --yes does it" in ended.err
    assert call("run", "-c", "--yes", *FAST).code == 0
    assert "isbn" not in (here / "library/src/app/models/book.py").read_text()
    (session,) = sessions.all()
    assert [each.text for each in session.messages] == [
        LIBRARY,
        "remove isbn from books",
        "remove isbn from books",
    ]
    assert call("run", "-c", "--yes", *FAST).code == 0  # nothing is to do, and that is fine
    assert call("run", *FAST).code == 2


def test_a_conflict_is_marked_by_the_same_words(call: Call, here: Path) -> None:  # noqa: F811
    call("run", LIBRARY, *FAST)
    call("run", "-c", "--yes", *FAST)
    edited = here / "library/src/app/models/book.py"
    text = edited.read_text()
    edited.write_text(text.replace("    isbn: Mapped[str]", "    isbn: Mapped[str | int]"))
    words = ("run", "-c", "make Book.isbn optional", "--yes")
    assert call(*words, *FAST).code == 4
    assert call(*words, "--merge", *FAST).code == 0
    assert "<<<<<<<" in edited.read_text()


def test_another_folder_for_the_session_of_this_one(
    call: Call,  # noqa: F811
    here: Path,
    tmp_path: Path,
) -> None:
    call("run", LIBRARY, *FAST)
    assert call("run", "-c", "add a year to books", "--out", "lib", "--yes", *FAST).code == 0
    assert "year" in (here / "lib/src/app/models/book.py").read_text()
    other = tmp_path / "other"  # of a session that is not known here
    (other / ".python-specialist").mkdir(parents=True)
    ended = call("run", "-c", "add a note to books", "--out", other, *FAST)
    assert ended.code == 2
    assert "no session of this folder" in ended.out


def test_a_dry_run_leaves_the_plan(call: Call, sessions: Sessions) -> None:  # noqa: F811
    call("run", LIBRARY, *FAST)
    (before,) = sessions.all()
    assert call("run", "-c", "make it MySQL", "--dry-run", *FAST).code == 0
    (after,) = sessions.all()
    assert after == before


def test_out_names_the_session(call: Call, here: Path, tmp_path: Path) -> None:  # noqa: F811
    assert call("run", LIBRARY, "--out", tmp_path / "shop", *FAST).code == 0
    ended = call("run", "-c", "add a year to books", "--out", tmp_path / "shop", *FAST)
    assert ended.code == 0
    assert "year" in (tmp_path / "shop/src/app/models/book.py").read_text()
    assert list(here.iterdir()) == []


def test_an_answer_goes_on_with_the_task(call: Call, sessions: Sessions) -> None:  # noqa: F811
    ended = call("run", "We keep horses.", *FAST)
    assert ended.code == 3
    assert ended.out.count('run -c "..."') == 1
    prover = Prover()
    ended = call("run", "-c", "a horse has a name and a birthday", *FAST, prove=prover)
    assert ended.code == 0
    assert "Horse" in ended.out
    assert prover.calls[0][1] == "fast"
    (session,) = sessions.all()
    assert session.pending is None
    assert [each.text for each in session.messages] == [
        "We keep horses.",
        "a horse has a name and a birthday",
    ]


def test_first_words_that_gave_no_plan_name_nothing(call: Call, sessions: Sessions) -> None:  # noqa: F811
    assert call("run", "hello, what can you do?", *FAST).code == 3
    assert call("run", "-c", LIBRARY, *FAST).code == 0
    (session,) = sessions.all()
    assert session.spec is not None
    assert (session.spec.name, session.spec.description) == ("library", LIBRARY)


def test_answers_of_a_chat_count(call: Call, sessions: Sessions) -> None:  # noqa: F811
    assert call("run", "We keep horses and stables.", *FAST).code == 3
    (session,) = sessions.all()
    held = sessions.resume(session.id)
    assert held.session.pending is not None
    answered = held.session.pending.model_copy(update={"answers": ("A horse has a nickname.",)})
    held.keep(held.session.model_copy(update={"pending": answered}))
    held.close()
    ended = call("run", "-c", "a stable has an address", *FAST)
    assert ended.code == 0, ended.err
    assert "nickname" in ended.out


def test_another_form_instead_of_an_answer(call: Call, here: Path) -> None:  # noqa: F811
    assert call("run", "We keep horses.", *FAST).code == 3
    (here / "horse.spec").write_text("project stable\nentity Horse\n  name: string\n")
    ended = call("run", "-c", "horse.spec", *FAST)
    assert ended.code == 0
    assert "stable: completed" in ended.out


def test_resume(call: Call, sessions: Sessions, here: Path) -> None:  # noqa: F811
    call("run", LIBRARY, *FAST)
    (first,) = sessions.all()
    call("run", "entity Car\n  plate: string".replace("\n", " "), *FAST)
    ended = call("run", "--resume", first.id[:6], "add a year to books", "--yes", *FAST)
    assert ended.code == 0, ended.err
    assert (here / "library").is_dir()


def test_what_is_refused_leaves_the_session(call: Call, sessions: Sessions) -> None:  # noqa: F811
    call("run", LIBRARY, *FAST)
    (before,) = sessions.all()
    ended = call("run", "-c", "make everything much nicer", *FAST)
    assert ended.code == 2
    (after,) = sessions.all()
    assert after.spec == before.spec
    held = sessions.resume(after.id)  # nobody holds it any more
    ended = call("run", "-c", "add a year to books", *FAST)
    assert ended.code == 2
    assert "in use in another window" in ended.out
    held.close()


def test_no_session(call: Call) -> None:  # noqa: F811
    ended = call("run", "-c", "add a year to books", *FAST)
    assert ended.code == 2
    assert "no session of this folder" in ended.out
    ended = call("run", "--yes", LIBRARY)
    assert ended.code == 2
    assert "--yes goes with -c" in ended.err


def test_a_failed_proof_is_not_written(call: Call, here: Path) -> None:  # noqa: F811
    call("run", LIBRARY, *FAST)
    failing = Prover(Outcome.FAILED)
    ended = call("run", "-c", "add a year to books", "--yes", *FAST, prove=failing)
    assert ended.code == 1
    assert list(here.iterdir()) == []


def test_programs_leave_no_session(call: Call, sessions: Sessions) -> None:  # noqa: F811
    ended = call("run", LIBRARY, "--json", *FAST)
    assert json.loads(ended.out)["status"] == "completed"
    assert sessions.all() == []
    call("run", LIBRARY, *FAST)
    ended = call("run", "-c", "add a year to books", "--json", "--yes", *FAST)
    assert json.loads(ended.out)["status"] == "completed"
    (session,) = sessions.all()
    assert session.applied


def test_a_state_that_cannot_be_kept(
    call: Call,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("PYTHON_SPECIALIST_STATE_DIR", str(tmp_path / "file"))
    ended = call("run", LIBRARY, *FAST)
    assert ended.code == 0
    assert "going on without" in ended.err
