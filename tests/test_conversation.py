"""A conversation: messages in, what is told out. Nothing of it needs a terminal."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from agent import planning
from agent.applying import Fate
from agent.consulting import Consulting
from agent.conversation import told
from agent.conversation.commands import COMMANDS, Edited, parse
from agent.conversation.message import as_text, of_plan
from agent.conversation.plans import standing_in
from agent.conversation.told import Waiting
from agent.documents import (
    Failure,
    InputDocument,
    Outcome,
    Question,
    Questions,
    Refusal,
    VerificationLevel,
)
from agent.errors import ModelRefusalError
from agent.events import EntityPlanned
from agent.planning import forming
from agent.sessions.session import Pending
from agent.types import BackendSpec, Operation
from tests.made import library
from tests.talked import LIBRARY, Chat

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.asyncio
REVIEW = "entity Review\n  rating: integer\n  book -> Book\n"
MODEL_PLAN = """# assume: Titles have 200 characters.
# ask: Can a book have several authors?
project library

entity Book
  title: string(200)
"""


async def test_from_first_words_to_an_applied_project_and_back(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    await chat.say(LIBRARY)
    plan = chat.one(told.PlanTold)
    assert [each.name for each in plan.given.entities] == ["Author", "Book"]
    assert plan.diff == ()
    assert any("gets a primary key" in note.text for note in plan.assumptions)
    assert chat.one(told.ProofTold).result.spec.name == "library"
    changes = chat.one(told.ChangesTold).changes
    folder = chat.here / "library"
    assert (changes.folder, chat.one(told.ConsentAsked).folder) == (folder, str(folder))
    assert chat.talk.waiting is Waiting.CONSENT
    assert not folder.exists()

    await chat.say("y")
    assert len(chat.one(told.Applied).written.written) == changes.counts[Fate.ADDED]
    assert (folder / "src/app/models/book.py").is_file()
    assert chat.talk.held.session.applied

    await chat.say("/undo")
    assert len(chat.one(told.TakenBack).undone.removed) == changes.counts[Fate.ADDED]
    assert not (folder / "src").exists()
    assert chat.talk.held.session.applied is None


async def test_a_follow_up_proposes_only_what_changed(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    await chat.say(LIBRARY, "y", "add a rating (1 to 5) to books")
    plan = chat.one(told.PlanTold)
    assert plan.diff == ("@ entity Book", "+   rating: integer >= 1 <= 5")
    assert [note.text for note in plan.assumptions] == [
        "Book: types by the names of the fields (rating: integer)."
    ]
    changes = chat.one(told.ChangesTold).changes
    assert not changes.nothing_to_do
    touched = [each.path for each in changes.changes if each.diff]
    assert "src/app/models/book.py" in touched
    assert "src/app/models/author.py" not in touched
    await chat.say("yes")
    assert "rating" in (chat.here / "library/src/app/models/book.py").read_text()
    await chat.say("remove isbn from books")
    lost = [each.code for each in chat.one(told.ProofTold).warnings]
    assert lost == ["data-loss"]


async def test_what_is_there_already_is_not_asked(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    await chat.say(LIBRARY, "y")
    for again in ("/check", "/apply"):
        await chat.say(again)
        assert "holds this project already" in chat.notes
    given = chat.talk.held.session.spec
    assert standing_in(chat.here / "library", chat.sessions.applied(chat.here / "library")) == given
    assert standing_in(chat.here / "library") != given
    assert chat.talk.waiting is Waiting.MESSAGE


async def test_no_and_another_wish_instead_of_an_answer(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    await chat.say(LIBRARY, "n")
    assert "Nothing was written" in chat.notes
    assert "/undo plan" not in chat.notes
    await chat.say("/check")
    assert chat.talk.waiting is Waiting.CONSENT
    await chat.say("make it MySQL")
    assert chat.one(told.PlanTold).diff == ("@ the project", "+ database mysql")
    assert chat.talk.waiting is Waiting.CONSENT
    assert not (chat.here / "library").exists()
    await chat.say("no")
    assert "/undo plan" in chat.notes


async def test_a_command_that_fails_leaves_the_question(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    await chat.say("We keep horses and stables.", "/undo")
    assert "nothing was applied" in chat.notes
    await chat.say("a horse has a name and a birthday")
    assert "stable" in chat.one(told.Asked).question.text.lower()


async def test_questions_are_asked_one_at_a_time(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    await chat.say("We keep horses and stables.")
    assert isinstance(chat.one(told.NotPlanned).answer, Questions)
    asked = chat.one(told.Asked)
    assert "horse" in asked.question.text.lower()
    assert (asked.number, asked.count) == (1, 2)
    await chat.say("a horse has a name and a birthday")
    assert "stable" in chat.one(told.Asked).question.text.lower()
    await chat.say("a stable has an address")
    assert [e.name for e in chat.one(told.PlanTold).given.entities] == ["Horse", "Stable"]


@pytest.mark.parametrize("said", ["foo bar", "what can you do?", "hello", "help me"])
async def test_who_says_nothing_is_told_what_to_type(tmp_path: Path, said: str) -> None:
    chat = Chat(tmp_path)
    await chat.say(said)
    text = "\n".join([chat.notes, *(each.question.text for each in chat.of(told.Asked))])
    assert "authors write books" in text
    assert "/help" in text
    answer = chat.one(told.NotPlanned).answer.model_dump_json()
    for word in ("context.spec", "context.sources", "BackendSpec"):
        assert word not in text + answer


async def test_nothing_is_answered(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    await chat.say("We keep horses and stables.", "", "skip")
    assert "Nothing is planned yet" in chat.notes
    assert chat.talk.waiting is Waiting.MESSAGE


async def test_a_form_instead_of_an_answer(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    await chat.say("We keep horses and stables.", "entity Horse\n  name: string")
    assert [e.name for e in chat.one(told.PlanTold).given.entities] == ["Horse"]


async def test_answers_are_kept_until_there_is_a_plan(tmp_path: Path) -> None:
    chat = Chat(tmp_path, ModelRefusalError("it declines"), MODEL_PLAN)
    question = Question(id="Q1", text="Which books?")
    request = {"type": "architecture", "framework": "fastapi", "description": "Books"}
    document = as_text(InputDocument.model_validate({"request": request, "context": {}}))
    chat.talk.keep(pending=Pending(document=document, questions=(question,)))
    await chat.talk.welcome()
    await chat.say("those with a title")
    assert isinstance(chat.one(told.NotPlanned).answer, Failure)
    assert "an empty line plans again" in chat.notes
    kept = chat.sessions.latest(chat.here)
    assert kept is not None
    assert kept.pending is not None
    assert kept.pending.answers == ("Which books? those with a title",)
    await chat.say("")
    assert "those with a title" in chat.model.asked[-1].messages[-1].text
    assert "entity Book" in chat.spec
    assert chat.talk.held.session.pending is None


async def test_a_chat_that_was_killed_while_it_planned_plans_again(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    await chat.say("We keep horses.")

    class Killed(BaseException):
        pass

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chat.talk.runner, "plan", killed)
        for words in ("entity Horse\n  name: string", "a horse has a name"):
            with pytest.raises(Killed):
                await chat.talk.hear(words)
            kept = chat.sessions.latest(chat.here)
            assert kept is not None
            assert kept.pending is not None
    chat.talk.close()
    again = Chat(tmp_path, resume=chat.talk.held.session.id)
    await again.talk.welcome()
    assert [e.name for e in again.one(told.PlanTold).given.entities] == ["Horse"]


async def test_a_form_that_is_refused_leaves_the_question(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    await chat.say("We keep horses.", "entity Horse\n  name: strin")
    assert isinstance(chat.one(told.NotPlanned).answer, Refusal)
    assert chat.talk.waiting is Waiting.ANSWER
    await chat.say("a horse has a name")
    assert "entity Horse" in chat.spec


async def test_no_secret_of_a_plan_that_asks_is_kept() -> None:
    operation = Operation(name="x", method="GET", path="/x", rule="call with SECRET_KEY=abc123very")
    document = of_plan(BackendSpec(operations=(operation,)), VerificationLevel.NONE)
    assert "abc123very" not in as_text(document)


async def test_what_a_plan_leaves_open_is_asked_before_the_proof(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    words = f"{LIBRARY} Members borrow books with a due date. Books whisper."
    await chat.say(words)
    assert "whisper" in chat.one(told.Asked).question.text
    assert chat.prover.calls == []
    await chat.say("who knows what that is")
    assert isinstance(chat.one(told.NotPlanned).answer, Refusal)
    assert "press Enter" in chat.notes
    assert chat.talk.waiting is Waiting.ANSWER
    await chat.say("books have a volume")
    assert chat.one(told.PlanTold).diff[0] == "@ entity Book"
    assert len(chat.prover.calls) == 1


async def test_a_question_stays_open_until_something_is_about_it(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    await chat.say(
        "A todo list: a user has tasks; a task has a title, status (open, done) and due date"
    )
    (question,) = chat.talk.held.session.questions
    await chat.say("call it foo")
    assert chat.one(told.PlanTold).given.name == "foo"
    asked = chat.one(told.Asked)
    assert (asked.question, asked.number, asked.count) == (question, 1, 1)
    assert "no answer to the question" in chat.notes
    assert chat.prover.calls == []
    await chat.say("/status")
    assert question.text in {row[1] for row in chat.one(told.Table).rows}
    await chat.say("status is open or done")
    assert "enum TaskStatus: open, done" in chat.spec
    assert "  status: TaskStatus\n" in chat.spec
    assert chat.talk.held.session.questions == ()
    assert len(chat.prover.calls) == 1


async def test_first_words_that_gave_no_plan_name_nothing(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    await chat.say("hello, what can you do?", LIBRARY)
    given = chat.one(told.PlanTold).given
    assert (given.name, given.description) == ("library", LIBRARY)
    assert [each.name for each in given.entities] == ["Author", "Book"]


@pytest.mark.parametrize("said", ["yes", "Y", "Looks good!", "ok"])
async def test_who_is_content_is_told_what_writes(tmp_path: Path, said: str) -> None:
    chat = Chat(tmp_path)
    await chat.say(LIBRARY, "n", said)
    assert f"/apply writes it to {chat.here / 'library'}." in chat.notes
    assert not (chat.here / "library").exists()
    await chat.say("/apply", said)
    assert "already: say what is to change" in chat.notes


async def test_an_export_that_fails_leaves_the_question_whether_to_write(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    (chat.here / "taken.spec").touch()
    await chat.say(LIBRARY)
    for command in ("/export taken.spec", "/resume no-such"):
        await chat.say(command)
        assert chat.talk.waiting is Waiting.CONSENT
    await chat.say("y")
    assert chat.one(told.Applied).written.written


async def test_a_question_may_stay_open(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    await chat.say(f"{LIBRARY} Members borrow books with a due date. Books whisper.", "")
    assert chat.of(told.ProofTold)


async def test_what_is_refused_ends_nothing(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    await chat.say("colourless green ideas sleep furiously beside a book with a title")
    answer = chat.one(told.NotPlanned).answer
    assert isinstance(answer, Refusal)
    assert answer.understood
    await chat.say("/spec")
    assert "project" in chat.one(told.Text).text  # the draft
    await chat.say("entity Book\n  title: strin")
    assert chat.errors[0].line == 2
    await chat.say("entity Book\n  title: string", "do something nice")
    assert "What changes a plan" in chat.notes
    assert "title: string" in chat.spec


async def test_files_are_attached(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    (chat.here / "my books.sql").write_text(
        "CREATE TABLE book (id integer PRIMARY KEY, title varchar(9) NOT NULL);"
    )
    (chat.here / "more.spec").write_text(REVIEW)
    (chat.here / "notes.md").write_text("A review has a text.")
    (chat.here / "plan.json").write_text('{"name": "other", "entities": []}')
    await chat.say('@"my books.sql"')
    assert "entity Book" in chat.spec
    await chat.say("these @more.spec")
    assert "book -> Book" in chat.spec
    await chat.say("@notes.md")
    assert "text: text" in chat.spec
    await chat.say("@plan.json")
    assert "project other" in chat.spec
    printed = '{"spec": {"name": "printed", "entities": []}, "assumptions": []}'
    (chat.here / "printed.json").write_text(printed)
    await chat.say("@printed.json")
    assert "project printed" in chat.spec
    await chat.say("@gone.sql")
    assert "gone.sql cannot be read" in chat.errors[0].message
    assert 'in quotes: "@gone.sql"' in (chat.errors[0].expected or "")
    await chat.say("@~nosuchuser/x")
    assert "cannot be read: Could not determine home" in chat.errors[0].message
    for words in ("notify @alice when done", f"notify @{'a' * 300}, please"):
        await chat.say(words)
        assert [each.code for each in chat.errors] == ["too-little-understood", "not-understood"]
    (chat.here / "alice").write_text(REVIEW.replace("Review", "Opinion"))
    await chat.say("these: @alice")
    assert "entity Opinion" in chat.spec
    await chat.say("mail me@example.com about books")
    assert "not understood" in chat.errors[1].message


async def test_written_is_what_was_shown(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    await chat.say(LIBRARY, "y", "add a year to books")
    model = chat.here / "library/src/app/models/book.py"
    model.write_text("# by hand\n" + model.read_text())
    await chat.say("y")
    assert chat.of(told.Note)[0].trouble
    assert "year" not in model.read_text()
    await chat.say("/diff")
    assert chat.one(told.ChangesTold).changes.counts[Fate.MERGED] == 1
    await chat.say("/apply")
    assert chat.one(told.Applied).written.merged == ["src/app/models/book.py"]
    assert "# by hand" in model.read_text()


async def test_a_failed_proof_is_not_written_unasked(tmp_path: Path) -> None:
    chat = Chat(tmp_path, outcome=Outcome.FAILED)
    await chat.say(LIBRARY)
    assert chat.one(told.ConsentAsked).why == "the proof failed"
    chat = Chat(tmp_path, outcome=Outcome.FAILED, yes=True)
    await chat.say(LIBRARY)
    assert "Not written: the proof failed" in chat.notes
    assert not (chat.here / "library").exists()


async def test_yes_asks_nothing(tmp_path: Path) -> None:
    chat = Chat(tmp_path, yes=True)
    await chat.say(f"{LIBRARY} Members borrow books with a due date. Books whisper.")
    assert chat.of(told.Asked) == []
    assert "whisper" in chat.one(told.Table).rows[0][0]
    assert chat.of(told.Applied)


async def test_people_changed_the_same_place(tmp_path: Path) -> None:
    chat = Chat(tmp_path, yes=True)
    await chat.say(LIBRARY)
    model = chat.here / "library/src/app/models/book.py"
    model.write_text(model.read_text().replace("title: Mapped[str]", "title: Mapped[str | None]"))
    await chat.say("rename Book.title to headline")
    assert "in conflict" in chat.notes
    assert "headline" not in model.read_text()
    chat.talk.settings = type(chat.talk.settings)(here=chat.here)
    await chat.say("/check none")
    assert "/apply mark" in chat.notes
    assert chat.talk.waiting is Waiting.MESSAGE
    await chat.say("/apply")
    assert "/apply mark" in chat.notes
    assert not chat.of(told.Applied)
    await chat.say("/apply mark")
    assert chat.one(told.Applied).written.conflicts
    assert "<<<<<<<" in model.read_text()
    await chat.say("/undo")
    assert "<<<<<<<" not in model.read_text()


class Slow:
    """A prover that never ends by itself."""

    def __init__(self) -> None:
        self.started = asyncio.Event()

    async def __call__(self, *_: object, **__: object) -> None:
        self.started.set()
        await asyncio.Event().wait()


async def test_what_runs_is_called_off_and_the_plan_stays(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    slow = Slow()
    runner = chat.talk.runner
    runner.proving = replace(runner.proving, prove=slow)  # type: ignore[arg-type]
    work = asyncio.ensure_future(chat.say(LIBRARY))
    await slow.started.wait()
    assert chat.talk.cancel()
    await work
    assert "Canceled" in chat.notes
    assert "entity Book" in chat.spec
    assert not chat.talk.cancel()
    await chat.say("/apply")
    assert chat.of(told.Applied)
    assert "without a proof" in chat.notes


async def test_what_was_proven_is_what_is_written(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    await chat.say(LIBRARY, "y", "/diff", "/status")
    assert chat.rows["proof"].startswith("proven")
    await chat.say("add a year to books")
    chat.talk.close()
    again = Chat(tmp_path, resume=chat.talk.held.session.id)
    shutil.rmtree(again.here / "library")  # another revision of the database comes out
    await again.say("/apply")
    assert "without a proof" in again.notes
    await again.say("/status")
    assert again.rows["proof"].startswith("not checked")


async def test_the_plan_before(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    await chat.say(LIBRARY)
    before = chat.spec
    await chat.say(REVIEW, "/diff plan")
    assert "+ entity Review" in chat.one(told.Text).text
    await chat.say("/undo plan")
    assert chat.one(told.Text).text.startswith("- entity Review")
    assert chat.spec == before
    await chat.say("/undo plan")
    assert "no plan before" in chat.notes


async def test_commands(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    for empty in ("/spec", "/diff", "/apply", "/check", "/export"):
        await chat.say(empty)
        assert "no plan yet" in chat.notes
    await chat.say("/help")
    assert len(chat.of(told.Table)[1].rows) == len(COMMANDS)
    await chat.say("/statsu")
    assert "did you mean /status?" in chat.notes
    await chat.say("/xyzzy")
    assert "/help lists them" in chat.notes
    await chat.say("/new now")
    assert "takes nothing" in chat.notes
    await chat.say("/undo")
    assert chat.of(told.Note)[0].trouble
    await chat.say("/cost")
    assert "No model was asked" in chat.notes
    await chat.say("/model")
    assert "No model" in chat.notes
    await chat.say("/check always")
    assert "none, fast, standard or full" in chat.notes
    await chat.say("/apply so")
    assert "/apply mark" in chat.notes
    await chat.say(LIBRARY, "/status")
    rows = chat.rows
    assert rows["plan"] == "library, 2 entities, postgresql"
    assert rows["proof"] == "proven at level fast; the next one at level fast"
    await chat.say("/diff")
    assert chat.one(told.ChangesTold).whole
    await chat.say("/export")
    assert (chat.here / "library.spec").read_text() == chat.spec
    await chat.say("/export")
    assert "is there already" in chat.notes
    for path in ("no/such/folder.spec", "~nosuchuser/x", "a\0b"):
        await chat.say(f"/export {path}")
        assert "cannot be written" in chat.notes
    await chat.say("/spec edit")
    assert "no terminal" in chat.notes
    await chat.say("/exit")
    assert chat.talk.waiting is Waiting.NOTHING


async def test_no_commands() -> None:
    assert parse("/usr/bin is a path") is None
    assert parse("/ nothing") is None
    assert parse("/new\nline") is None
    assert parse("/Check  fast") == ("check", "fast")


async def test_an_edited_plan(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    await chat.say(LIBRARY)
    text = chat.spec.replace("isbn: string", "isbn: string(13)")
    chat.told.clear()
    await chat.talk.hear(Edited(text))
    assert "+   isbn: string(13)" in chat.one(told.PlanTold).diff
    chat.told.clear()
    await chat.talk.hear(Edited(text.replace("isbn: string(13)", "isbn: strin")))
    assert chat.talk.waiting is Waiting.MESSAGE
    assert isinstance(chat.one(told.NotPlanned).answer, Refusal)
    assert "string(13)" in chat.spec
    assert "strin\n" in (chat.talk.plans.draft or "")


async def test_sessions(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    await chat.say(LIBRARY)
    first = chat.talk.held.session.id
    await chat.say("/new")
    assert chat.spec == ""
    await chat.say("entity Car\n  plate: string", "/sessions")
    listed = chat.one(told.SessionsTold)
    assert [each.spec.name for each in listed.sessions if each.spec] == ["backend", "library"]
    await chat.say("/resume")
    assert chat.one(told.SessionsTold) == listed
    await chat.say(f"/resume {first[:6]}")
    assert "entity Book" in chat.spec
    assert chat.one(told.PlanTold).given.name == "library"
    await chat.say("/resume nothing")
    assert "no session begins" in chat.errors[0].message


async def test_a_session_is_gone_on_with(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    await chat.say("We keep horses and stables.", "a horse has a name")
    chat.talk.close()
    again = Chat(tmp_path, resume=chat.talk.held.session.id)
    await again.talk.welcome()
    assert "stable" in again.one(told.Asked).question.text.lower()
    await again.say("a stable has an address", "y")
    assert (again.here / "backend/pyproject.toml").is_file()
    again.talk.close()
    later = Chat(tmp_path, resume=chat.talk.held.session.id)
    await later.talk.welcome()
    assert later.of(told.PlanTold)
    await later.say("/undo")
    assert later.of(told.TakenBack)


async def test_a_model_plans_and_asks(tmp_path: Path) -> None:
    answer = "entity Book\n  authors <-> Author\n\nentity Author\n  name: string\n"
    chat = Chat(tmp_path, MODEL_PLAN, answer)
    await chat.say("Books and their titles")
    assert chat.one(told.Asked).question.text == "Can a book have several authors?"
    await chat.say("yes")
    assert "Can a book have several authors?\nyes" in chat.model.asked[1].messages[1].text
    assert "+   authors <-> Author" in chat.one(told.PlanTold).diff
    assert chat.of(told.ProofTold)
    await chat.say("/cost")
    assert chat.rows["calls"] == "2"
    await chat.say("/help")
    assert chat.of(told.Table)[0].rows[0][0].startswith("in words, in the spec language")


async def test_a_form_answers_a_model(tmp_path: Path) -> None:
    chat = Chat(tmp_path, MODEL_PLAN)
    await chat.say("Books and their titles", "entity Author\n  name: string")
    assert len(chat.model.asked) == 1
    assert "entity Author" in chat.spec
    assert chat.of(told.ProofTold)


async def test_a_form_asks_no_model(tmp_path: Path) -> None:
    chat = Chat(tmp_path, MODEL_PLAN)
    await chat.say("entity Book\n  title: string", REVIEW)
    assert chat.model.asked == []
    assert "entity Review" in chat.spec


async def test_a_model_that_fails_leaves_the_plan(tmp_path: Path) -> None:
    chat = Chat(tmp_path, *[ModelRefusalError("it declines")] * 2)
    await chat.say("entity Book\n  title: string")
    before = chat.spec
    await chat.say("add a rating to books")
    answer = chat.one(told.NotPlanned).answer
    assert isinstance(answer, Failure)
    assert answer.errors[0].message == "it declines"
    assert chat.spec == before


async def test_the_plan_forms_while_a_model_answers(tmp_path: Path) -> None:
    chat = Chat(tmp_path, MODEL_PLAN + "\nentity Author\n  name: string\n")
    await chat.say("Books and their authors")
    formed = [each for each in chat.events if isinstance(each, EntityPlanned)]
    assert formed == [EntityPlanned("Book", ("title: string(200)",))]


async def test_what_an_unfinished_answer_has_said() -> None:
    text = 'project x\n\nentity Book "b"\n  title: string\n  # assume: y\n\nentity Author\n  na'
    book = EntityPlanned("Book", ("title: string",))
    assert forming(text) == ([book], text.index("entity Author"))
    assert forming("") == ([], 0)
    found, _ = forming(f"{text}me: string\n\noperation x: GET /x")
    assert found == [book, EntityPlanned("Author", ("name: string",))]


async def test_a_long_answer_is_read_once_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What came before a piece was read again with it: 7 s of a service for 300 entities."""
    read = 0

    def count(text: str) -> tuple[list[EntityPlanned], int]:
        nonlocal read
        read += len(text)
        return forming(text)

    monkeypatch.setattr(planning, "forming", count)
    events: list[object] = []
    heard: list[str] = []
    consulting = Consulting(None, events.append)
    hear = planning.Planning(library(), consulting, events.append)._watching(heard.append)
    text = "".join(f"entity Task{number}\n  title: string\n\n" for number in range(100))
    for answer in (text, f"# again\n{text}"):
        for end in range(8, len(answer) + 8, 8):
            hear(answer[:end])
    told_of = [EntityPlanned(f"Task{number}", ("title: string",)) for number in range(99)]
    assert events == told_of * 2
    assert heard[-1] == answer
    assert read < 20 * len(text)


async def test_no_secret_of_a_chat_is_kept(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    url = "postgresql://me:geheim@host/db"
    await chat.say(f"We keep horses at {url}.")
    await chat.say(f"a horse has a name ({url})")
    await chat.say("/new", f"{LIBRARY} Members borrow books with a due date. ({url})")
    assert chat.spec
    await chat.say(f"operation lend: POST /books/lend\n  rule Tell {url}.")
    kept = [path.read_text() for path in (tmp_path / "state" / "sessions").glob("*.json")]
    assert len(kept) == 2
    assert not any("geheim" in text for text in kept)


async def test_level_none_proves_nothing(tmp_path: Path) -> None:
    chat = Chat(tmp_path, level=VerificationLevel.NONE)
    await chat.say(LIBRARY)
    assert chat.prover.calls == []
    assert chat.of(told.ConsentAsked)
    await chat.say("/check fast")
    assert len(chat.prover.calls) == 1
