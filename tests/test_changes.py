"""A plan that stands, and what is said of it afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent.contract import read_input
from agent.conversation.plans import difference, sparse
from agent.errors import ModelInvalidError, QuestionError, RefusedError
from agent.planner.changes.by_model import change_by_model
from agent.planner.changes.change import change
from agent.planner.changes.sentences import EXAMPLES
from agent.planner.plan import plan
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from agent.planner.spec_writer import write
from agent.types import BackendSpec, Database
from tests.consulted import consultation, planned, request
from tests.made import library
from tests.test_llm_asking import Scripted

if TYPE_CHECKING:
    from agent.documents import InputDocument

CASES = Path(__file__).parent / "cases"
SHELVES = """project shop

enum Size: small, large

entity Author
  name: string(80)

entity Book
  title: string(200) unique
  isbn: string
  size: Size
  author -> Author as books cascade
  unique(title, author)
  check("length(isbn) > 9")

entity Member owner self
  email: email unique
"""


def said(text: str, form: str = "text") -> InputDocument:
    context = {} if form == "text" else {"sources": [{"format": form, "content": text}]}
    return read_input(request(text if form == "text" else "", **context))[0]


def changed(text: str, form: str = "text", before: str = SHELVES) -> tuple[str, ...]:
    """Return the lines in which a plan differs when something was said."""
    standing = parse(before)
    given = change(said(text, form), standing).given
    assert given is not None
    resolve(given)
    return difference(standing, given)


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("add a rating to books", ["@ entity Book", "+   rating: integer"]),
        (
            "Add an optional note and a rating (1 to 5) to the books.",
            ["@ entity Book", "+   note: text?", "+   rating: integer >= 1 <= 5"],
        ),
        (
            "add a Review with a rating (1 to 5) and an optional text",
            ["+ entity Review", "+   rating: integer >= 1 <= 5", "+   text: text?"],
        ),
        ("reviews belong to books", ["+ entity Review", "+   book -> Book"]),
        ("remove isbn from books", ["@ entity Book", "-   isbn: string", "-   check("]),
        ("remove Book.size", ["@ entity Book", "-   size: Size", "- enum Size: small, large"]),
        ("drop the entity Member", ["- entity Member owner self", "-   email: email unique"]),
        ("make it MySQL", ["@ the project", "+ database mysql"]),
        ("switch to sqlite.", ["@ the project", "+ database sqlite"]),
        ("use Python 3.13", ["@ the project", "+ python 3.13"]),
        ("call it bookshop", ["@ the project", "- project shop", "+ project bookshop"]),
        ("make the isbn optional", ["@ entity Book", "-   isbn: string", "+   isbn: string?"]),
        ("make isbn of books unique", ["@ entity Book", "-   isbn: string", "+   isbn: string u"]),
        (
            "make Book.author unique",
            [
                "@ entity Book",
                "-   author -> Author as books cascade",
                "+   author -> Author unique as books cascade",
            ],
        ),
        ("make Book.title not unique", ["@ entity Book", "-   title: string(200) unique", "+ "]),
        ("each book has a year", ["@ entity Book", "+   year: integer"]),
        ("everybody can read books", ["@ the project", "+ auth", "@", "+   allow list, read:"]),
    ],
)
def test_plain_sentences(words: str, lines: list[str]) -> None:
    found = changed(words)
    assert len(found) >= len(lines)
    for line, wanted in zip(found, lines, strict=False):
        assert line.startswith(wanted.rstrip()), found


@pytest.mark.parametrize("sentence", EXAMPLES)
def test_what_the_help_shows_works(sentence: str) -> None:
    before = SHELVES + "\nentity Review\n  stars: integer\n"
    standing = parse(before)
    assert change(said(sentence), standing).given != standing


def test_several_sentences_follow_each_other() -> None:
    found = changed("add a Shelf with a code; make Shelf.code unique\nbooks belong to shelves.")
    assert "+   code: string unique" in found
    assert "+   shelf -> Shelf" in found


def test_a_new_name_reaches_what_refers_to_the_old_one() -> None:
    standing = parse(SHELVES.replace("entity Member", "entity Loan owner member\n"
                     "  member -> Member\n  book -> Book\n\nentity Member"))  # fmt: skip
    plan_ = change(said("rename Member to Reader"), standing)
    assert plan_.given is not None
    text = write(plan_.given)
    assert "member -> Reader" in text
    assert "entity Member" not in text
    assert "removal and an addition" in plan_.warnings[0].message
    text = write(change(said("rename Book.author to writer"), plan_.given).given or standing)
    assert "writer -> Author as books" in text
    assert "unique(title, writer)" in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("add a rating to reviews", "no 'reviews' in the plan, which has Author, Book, Member"),
        ("remove Book.colour", "no 'Book.colour' in the plan"),
        ("rename Book.title to isbn", "Book has a isbn already"),
        ("rename Book to Author", "there is a Author already"),
        ("make Foo optional", "no 'Foo'"),
        ("call it ///", "cannot be the name of a project"),
        ("make it MySQL and also very pretty indeed", "0% of the words"),
        ("database postgresql", "changes nothing"),
        ("make Book.title unique", "changes nothing"),
    ],
)
def test_what_cannot_be_is_said_so(words: str, message: str) -> None:
    form = "spec" if words.startswith("database") else "text"
    with pytest.raises(RefusedError) as caught:
        change(said(words, form), parse(SHELVES))
    assert message in caught.value.faults[0].message


def test_an_ambiguous_name() -> None:
    before = SHELVES + "  name: string\n"
    with pytest.raises(RefusedError, match=r"Author\.name, Member\.name: name one"):
        change(said("make name optional"), parse(before))


def test_who_signs_in_stays() -> None:
    before = "auth jwt user Member\n" + SHELVES.replace("project shop\n", "", 1)
    for words in ("remove Member", "remove email from Member"):
        with pytest.raises(RefusedError, match="people sign in"):
            change(said(words), parse(before))


def test_the_spec_language_adds_and_replaces() -> None:
    found = changed(
        "database mysql\n\nentity Review\n  rating: integer\n  book -> Book\n\n"
        "entity Book\n  isbn: string(13) unique\n  format: Size\n  allow read: public\n",
        "spec",
    )
    assert found == (
        "@ the project",
        "+ database mysql",
        "@ entity Book",
        "-   isbn: string",
        "+   isbn: string(13) unique",
        "+   format: Size",
        "+   allow read: public",
        "+ entity Review",
        "+   rating: integer",
        "+   book -> Book",
    )


def test_faults_of_the_spec_language_have_their_places() -> None:
    with pytest.raises(RefusedError) as caught:
        change(said("entity Book\n  series -> Serie\n", "spec"), parse(SHELVES))
    (fault,) = caught.value.faults
    assert (fault.line, "Serie" in fault.message) == (2, True)
    with pytest.raises(RefusedError) as caught:
        change(said("entity Book\n  a: string\n\nentity book\n  y: date\n", "spec"), parse(SHELVES))
    (fault,) = caught.value.faults
    assert (fault.line, fault.expected) == (4, "Book")
    with pytest.raises(RefusedError) as caught:
        change(said("entity Book\n  author: string\n", "spec"), parse(SHELVES))
    assert "is a relation of the plan" in caught.value.faults[0].message


def test_sql_adds_tables_and_no_settings() -> None:
    sql = "CREATE TABLE shelf (id integer PRIMARY KEY, code varchar(9) NOT NULL UNIQUE);"
    found = changed(sql, "sql")
    assert any(line.startswith("+ entity Shelf") for line in found)
    assert "@ the project" not in found


def test_sql_cannot_refer_to_what_the_plan_has() -> None:
    sql = "CREATE TABLE loans (id integer PRIMARY KEY, member_id integer REFERENCES {}(id));"
    with pytest.raises(RefusedError) as caught:
        change(said(sql.format("members"), "sql"), parse(SHELVES))
    (fault,) = caught.value.faults
    assert fault.message.endswith("SQL cannot refer to what the plan has")
    assert fault.expected == "no REFERENCES to it, and then in words: a ... belongs to a member"
    elsewhere = change(said(sql.format("elsewhere"), "sql"), parse(SHELVES))
    assert [each.code for each in elsewhere.warnings] == ["unknown-table"]


def test_words_do_not_replace_what_stands() -> None:
    planned = change(said("a book has a title and a year"), parse(SHELVES))
    assert planned.given is not None
    book = next(each for each in planned.given.entities if each.name == "Book")
    assert book.attributes[0].length == 200
    assert any("Book.title is there already" in note.text for note in planned.assumptions)


TASKS = """project todo

entity User
  name: string

entity Task
  title: string(80) unique
  state: string(20)? index
  due: date
  user -> User
"""


@pytest.mark.parametrize(
    "words",
    [
        "state is open or done",
        "The state of a task is one of open or done.",
        "a task's state can be open or done",
        "the states of tasks are either 'open' or 'done'",
        "Task.state is one of: open, done",
        "a task has a state: open or done",
    ],
)
def test_a_plain_field_becomes_one_of_a_list(words: str) -> None:
    found = changed(words, before=TASKS)
    assert found == (
        "+ enum TaskState: open, done",
        "@ entity Task",
        "-   state: string(20)? index",
        "+   state: TaskState? index",
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("due is soon or late", "Task.due is date, and only a plain text becomes one of a list"),
        ("a task's due is soon or late", "Task.due is date"),
        ("the label is red or blue", "'the label' may be User.label, Pin.label: name one of them"),
        ("the size of a pin is large or huge", "Pin.size is one of small, large: say `enum Size:"),
        ("the level of a pin is low or high", "the default of Pin.level, none, is none of low"),
    ],
)
def test_a_field_that_cannot_become_one_of_a_list(words: str, message: str) -> None:
    before = TASKS.replace("  name: string\n", "  name: string\n  label: string\n")
    before = before.replace("entity User", "enum Size: small, large\n\nentity User")
    before += '\nentity Pin\n  label: string\n  size: Size\n  level: string = "none"\n'
    with pytest.raises(RefusedError) as caught:
        changed(words, before=before)
    assert message in caught.value.faults[0].message


def test_values_of_nothing_are_no_values_of_the_plan() -> None:
    with pytest.raises(RefusedError) as caught:
        changed("a book has a size: thin or thick")
    assert "changes nothing of the plan: Book.size is there already" in str(caught.value)


def test_the_words_of_a_change_do_not_describe_the_project() -> None:
    planned = change(said("make it MySQL"), parse(SHELVES))
    assert planned.given is not None
    assert planned.given.description is None
    assert planned.spec.database is Database.MYSQL


@pytest.mark.parametrize("case", ["shop", "clinic", "words"])
def test_a_resolved_plan_without_what_follows_from_it(case: str) -> None:
    path = CASES / f"{case}.spec"
    resolved = resolve(parse(path.read_text("utf-8"))).spec
    bare = sparse(resolved)
    assert bare.operations == ()
    assert resolve(bare).spec == resolved


def test_a_plan_with_a_contract_of_its_own_stays_whole() -> None:
    resolved = resolve(parse((CASES / "foreign.spec").read_text("utf-8"))).spec
    assert sparse(resolved) == resolved


def test_an_operation_of_its_own_takes_no_usual_one_away() -> None:
    text = "operation close_book: POST /books/{id}/closing custom Book\n  path id = id\n  rule 'x'"
    planned_ = change(said(text, "spec"), parse(SHELVES))
    kinds = {each.kind.value for each in planned_.spec.operations if each.entity == "Book"}
    assert kinds == {"custom", "list", "create", "read", "replace", "update", "delete"}


async def by_model(*answers: str, before: str = SHELVES) -> tuple[BackendSpec, Scripted]:
    model = Scripted(*answers)
    found = await change_by_model(
        said("Books get a rating, and are not known by their isbn any more"),
        parse(before),
        consultation(model),
        library(),
    )
    assert found.given is not None
    return found.given, model


@pytest.mark.asyncio
async def test_a_model_says_only_what_changes() -> None:
    answer = "# drop: Book.isbn\n# assume: 1 to 5\nentity Book\n  rating: integer >= 1 <= 5\n"
    given, model = await by_model(answer)
    assert difference(parse(SHELVES), given) == (
        "@ entity Book",
        "-   isbn: string",
        "+   rating: integer >= 1 <= 5",
        '-   check("length(isbn) > 9")',
    )
    user = model.asked[0].messages[1].text
    assert "title: string(200) unique" in user
    assert "What goes" in user


@pytest.mark.asyncio
async def test_the_beginning_of_the_prompt_is_that_of_a_plan() -> None:
    _, model = await by_model("entity Book\n  rating: integer\n")
    _, fresh = await planned(request("Books have a rating"), "entity Book\n  rating: integer\n")
    assert model.asked[0].messages[0] == fresh.asked[0].messages[0]


@pytest.mark.asyncio
async def test_a_model_is_asked_again() -> None:
    given, model = await by_model("# drop: Foo\n", "# nothing\n", "# drop: Member\n")
    assert len(model.asked) == 3
    assert [each.name for each in given.entities] == ["Author", "Book"]


@pytest.mark.parametrize(
    "answer",
    [
        'project "../../etc"',
        "# drop: ../secrets",
        "entity Book\n  title: nonsense",
        "entity book\n  other: string",
        "entity Book\n  series -> Series",
        "operation x: GET /../../admin custom Book\n  path id = no.such.thing",
    ],
)
@pytest.mark.asyncio
async def test_what_a_model_changes_is_held_to_what_a_plan_can_be(answer: str) -> None:
    given, model = await by_model(answer, "entity Book\n  rating: integer")
    assert len(model.asked) == 2
    assert difference(parse(SHELVES), given) == ("@ entity Book", "+   rating: integer")


@pytest.mark.asyncio
async def test_a_model_that_asks_changes_nothing() -> None:
    with pytest.raises(QuestionError, match="Which scale"):
        await by_model("# ask: Which scale has a rating?\n")


@pytest.mark.asyncio
async def test_a_model_that_cannot_be_used() -> None:
    with pytest.raises(ModelInvalidError):
        await by_model("no plan", "no plan", "no plan")


def test_first_words_give_what_changes_begin_with() -> None:
    planned = plan(said("A library: authors write books; a book has a title"))
    assert planned.given is not None
    assert resolve(planned.given).spec == planned.spec
    assert planned.given.operations == ()


def test_the_sentences_of_the_documentation() -> None:
    text = (Path(__file__).parents[1] / "docs" / "chat.md").read_text("utf-8")
    table = text.partition("| say | for instance |")[2].partition("\n\n")[0]
    examples = [row.split("|")[2] for row in table.splitlines()[2:]]
    said_so = [each.strip() for row in examples for each in row.split(" · ")]
    assert len(said_so) > 10
    before = SHELVES + "\nentity Review\n  stars: integer\n\nentity Loan\n  status: string\n"
    for sentence in said_so:
        words = sentence.partition(" (required")[0]
        assert change(said(words), parse(before)).given != parse(before), sentence
