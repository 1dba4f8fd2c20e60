"""Planning from words: what a model is told, what is made of its answer, and what is not taken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from agent.errors import ModelInvalidError, QuestionError, SourceError, SpecError
from agent.planner.evidence import unsaid
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from agent.planner.said import MOST_QUESTIONS, understand
from agent.planner.spec_writer import write
from agent.types import BackendSpec
from tests.consulted import PROMPTS, planned, request
from tests.golden_projects import CASES, GOLDEN
from tests.tokens import count

if TYPE_CHECKING:
    from agent.planner.resolve import Plan

WORDS = "A library keeps books. A book has a title and a number of pages; books can be lent."
LIBRARY = """
# assume: A title has at most 200 characters.
# ask: Can a book be lent twice?
# beyond: Reminding people by mail.
project library "Books"

entity Book
  title: string(200)
  pages: integer > 0

operation lend: POST /books/{id}/lend custom Book
  rule "Marks the book as lent: 409 where it is."
"""
SQL = """
CREATE TABLE author (id uuid PRIMARY KEY, name varchar(120) NOT NULL);
CREATE TABLE book (
    id uuid PRIMARY KEY, title varchar(200) NOT NULL, state varchar(20),
    author_id uuid NOT NULL REFERENCES author (id) ON DELETE CASCADE
);
"""
SOURCE = {"format": "sql", "content": SQL}
MOST_TOKENS = 6000
"""Of the prompt of a plan, beside what the request says."""
MOST_OF_THE_PROJECT = 0.15


def names(plan: Plan) -> dict[str, list[str]]:
    made = {"id", "created_at", "updated_at"}
    return {
        e.name: [a.name for a in e.attributes if a.name not in made] for e in plan.spec.entities
    }


def texts(plan: Plan) -> list[str]:
    return [note.text for note in plan.assumptions]


# --- the answer becomes a plan --------------------------------------------------------------------


@pytest.mark.asyncio
async def test_words_become_a_plan() -> None:
    plan, model = await planned(request(WORDS), LIBRARY)
    assert names(plan) == {"Book": ["title", "pages"]}
    assert plan.spec.name == "library"
    assert texts(plan)[0] == "A title has at most 200 characters."
    assert [(q.id, q.text) for q in plan.questions] == [("Q1", "Can a book be lent twice?")]
    assert [(w.code, w.message) for w in plan.warnings] == [
        ("not-planned", "not part of the plan: Reminding people by mail.")
    ]
    # a custom operation takes the usual ones away from nobody
    kinds = {o.kind.value for o in plan.spec.operations if o.entity == "Book"}
    assert kinds == {"custom", "list", "create", "read", "replace", "update", "delete"}
    assert len(model.asked) == 1


@pytest.mark.asyncio
async def test_faults_are_what_the_model_is_asked_again_with() -> None:
    wrong = "entity Book\n  title: sting(200)\n  pages integer\n"
    contradicts = "entity Book\n  title: string\n  shelf -> Shelf\n"
    plan, model = await planned(request(WORDS), wrong, contradicts, LIBRARY)
    assert names(plan) == {"Book": ["title", "pages"]}
    first, second = (question.messages[-1].text for question in model.asked[1:])
    assert "line 2, column 10: " in first
    assert "did you mean `string`?" in first
    assert "line 3, column 9: " in first
    assert "line 3, column 12: Book.shelf: There is no entity 'Shelf'." in second
    assert [m.role for m in model.asked[1].messages] == ["system", "user", "assistant", "user"]


@pytest.mark.asyncio
async def test_of_many_faults_the_first_are_told() -> None:
    wrong = "entity Book\n" + "".join(f"  a{number}: sting(9)\n" for number in range(30))
    _, model = await planned(request(WORDS), wrong, LIBRARY)
    told = model.asked[1].messages[-1].text
    assert told.count("did you mean `string`?") == 20
    assert "\nand 10 more\n" in told


@pytest.mark.asyncio
async def test_an_answer_that_stays_wrong_is_no_plan() -> None:
    with pytest.raises(ModelInvalidError, match="neither a plan nor a question"):
        await planned(request(WORDS), "what?", "# well", "project library")


@pytest.mark.asyncio
async def test_a_request_that_is_too_thin_is_asked_about() -> None:
    answer = "\n".join(f"# ask: What about {number}?" for number in range(9))
    with pytest.raises(QuestionError) as asked:
        await planned(request("Make it good."), f"{answer}\n# ask: What about 0?")
    assert [q.text for q in asked.value.questions] == [f"What about {n}?" for n in range(5)]
    assert [q.id for q in asked.value.questions][-1] == f"Q{MOST_QUESTIONS}"
    plan, model = await planned(
        request("Make it good.", "What about 0? A book, with pages."), LIBRARY
    )
    assert names(plan)
    assert "- What about 0? A book, with pages." in model.asked[0].messages[-1].text


# --- what the model is told -----------------------------------------------------------------------


@pytest.mark.asyncio
async def test_what_people_say_stands_in_data_blocks_after_what_stays_the_same() -> None:
    context = {"projectName": "shelves", "database": {"type": "mysql"}, "sources": [SOURCE]}
    context["authentication"] = {"method": "jwt"}
    plan, model = await planned(request("Kept WORDS.", "Kept ANSWER.", **context), "# nothing")
    system, user = model.asked[0].messages
    assert plan.spec.name == "shelves"
    blocks = re.findall(r"<(\w+)-(\w{8})>\n(.*?)\n</\1-\2>", user.text, re.DOTALL)
    told = {name: text for name, _, text in blocks}
    assert told["settled"] == "project shelves\ndatabase mysql\nauth jwt"
    assert "entity Book" in told["sources"]
    assert told["requirements"] == "- Kept ANSWER."
    assert told["description"] == "Kept WORDS."
    outside = re.sub(r"<(\w+-\w{8})>\n.*?\n</\1>", "", user.text, flags=re.DOTALL)
    assert not re.search("Kept|entity Book|shelves", outside + system.text)
    _, other = await planned(request(WORDS), LIBRARY)
    assert other.asked[0].messages[0] == system  # so that providers can cache it
    assert not any(f"{name}-" in other.asked[0].messages[1].text for name in ("settled", "sources"))


@pytest.mark.asyncio
async def test_a_document_in_words_is_words() -> None:
    text = {"format": "text", "content": "A book has pages.", "name": "brief.txt"}
    plan, model = await planned(request("", sources=[text, SOURCE]), "# nothing")
    assert set(names(plan)) == {"Author", "Book"}
    user = model.asked[0].messages[1].text
    assert re.search(r"<documents-(\w{8})>\nbrief.txt:\nA book has pages.\n</documents-\1>", user)
    assert "<description" not in user


@pytest.mark.asyncio
async def test_the_prompt_is_short_and_knows_the_library_by_name() -> None:
    _, model = await planned(request(WORDS), LIBRARY)
    system, user = model.asked[0].messages
    assert count(system.text) + count(user.text) - count(WORDS) <= MOST_TOKENS
    for part in ("- service-layer: ", "- framework-selection: ", "- django: ", "- fastapi: "):
        assert part in system.text
    assert "# The service layer" not in system.text  # a body


def test_the_prompts_own_example_is_a_good_answer() -> None:
    system = PROMPTS.render("plan", facts={"patterns": "", "guide": ""}).system
    example = re.search(r"```spec\n(.*?)```", system, re.DOTALL)
    words = re.search(r'The request was: "(.*?)" The plan:', system, re.DOTALL)
    assert example
    assert words
    said = understand(example[1])
    assert unsaid(said, BackendSpec(), words[1]) == []
    assert said.beyond == ("Reminding people by mail.",)


def test_what_the_prompt_shows_is_in_the_language() -> None:
    system = PROMPTS.render("plan", facts={"patterns": "", "guide": ""}).system
    plan, part = (
        resolve(parse(each)) for each in re.findall(r"```spec\n(.*?)```", system, re.DOTALL)
    )
    assert not (*plan.warnings, *part.warnings)
    given = [o.path for o in part.spec.operations if o.entity == "Telescope"]
    assert given == [
        "/places/{place}/telescopes",
        "/places/{place}/telescopes/{code}",
        "/places/{place}/telescopes/{code}/closing",
    ]


@pytest.mark.parametrize("case", ["shop", "clinic", "wide"])
def test_the_language_is_shorter_than_json(case: str) -> None:
    """The figures of decision 0031: half of sparse JSON, a seventh of a strict schema's."""
    spec = parse((CASES / f"{case}.spec").read_text("utf-8"))
    plan = write(spec)
    assert parse(plan) == spec
    assert count(spec.model_dump_json(exclude_defaults=True)) > 1.8 * count(plan)
    assert count(spec.model_dump_json()) > 7 * count(plan)


@pytest.mark.parametrize("case", ["shop", "clinic"])
def test_a_plan_is_a_small_part_of_its_project(case: str) -> None:
    plan = write(parse((CASES / f"{case}.spec").read_text("utf-8")))
    files = [path for path in GOLDEN.joinpath(case).rglob("*.py") if path.is_file()]
    whole = sum(count(path.read_text("utf-8")) for path in files)
    assert count(plan) <= MOST_OF_THE_PROJECT * whole


# --- beside structured sources --------------------------------------------------------------------

ADDS = """
auth jwt user Reader
entity Book owner reader
  title: string(200) "What it is called"
  state: string(20) readonly
  pages: integer > 0
  reader -> Reader as books
  unique(author, title)
  allow read: owner, admin
entity Reader
  name: string(80)
"""


@pytest.mark.asyncio
async def test_words_add_to_sources_and_keep_what_is_there() -> None:
    words = "Books have pages and readers, who sign in; an author has each title once."
    plan, model = await planned(request(words, sources=[SOURCE]), ADDS)
    book = next(e for e in plan.spec.entities if e.name == "Book")
    found = {attribute.name: attribute for attribute in book.attributes}
    assert (found["title"].length, found["title"].comment) == (200, "What it is called")
    assert (found["state"].nullable, found["state"].access) == (True, "read-only")
    assert found["pages"].exclusive_minimum == 0
    assert not found["author_id"].nullable
    assert next(r for r in book.relations if r.name == "author").on_delete == "cascade"
    assert (book.owner, book.access.read) == ("reader", ("owner", "admin"))
    assert [u.attributes for u in book.uniques] == [("author_id", "title")]
    assert book.table == "book"
    assert not plan.spec.timestamps
    assert [w.code for w in plan.warnings if w.code == "unread-requirement"] == []
    assert len(model.asked) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("adds", "problem"),
    [
        ("entity Book\n  title: text", "line 2, column 10: the sources say it otherwise: type of"),
        ("entity Book\n  title: string(9)", "line 2, column 16: the sources say it otherwise: len"),
        ("entity Book\n  title: string?", "line 2, column 16: the sources say it otherwise: null"),
        (
            "entity Book\n  state: a -> b",
            "line 2, column 10: the sources say it otherwise: type of",
        ),
        ("entity Book\n  title: string unique", "the sources say it otherwise: unique of 'title'"),
        ("entity Book\n  title: string = 'x'", "the sources say it otherwise: default of 'title'"),
        ("entity Book\n  author -> Book", "the sources say it otherwise: target of 'author'"),
        ("entity Book\n  author -> Author set-null", "on delete of 'author'"),
        ("entity Book table volumes", "line 1, column 13: the sources say it otherwise: table of"),
        ("entity Book\n  key(title)", "the sources say it otherwise: primary key of 'Book'"),
        (
            "entity book\n  pages: integer",
            "line 1, column 8: 'book' is called 'Book' in the sources",
        ),
    ],
)
async def test_what_sources_say_is_never_changed(adds: str, problem: str) -> None:
    plan, model = await planned(request("Other books.", sources=[SOURCE]), adds, "# nothing")
    assert names(plan) == {"Author": ["name"], "Book": ["title", "state", "author_id"]}
    assert problem in model.asked[1].messages[-1].text


@pytest.mark.asyncio
async def test_enums_rules_and_settings_of_sources_stay() -> None:
    spec = (
        "project shelf\ndatabase mysql\nkey integer\nauth jwt roles reader, admin\n"
        "enum Size: small, large\n"
        "entity Book\n  size: Size\n  no: integer <= 9\n  allow read: public\n"
        "schema Empty for Book: no\noperation count_all: GET /count\n  rule 'Counts.'\n"
    )
    source = {"format": "spec", "content": spec}
    wrong = (
        "enum Size: small, huge\nentity Book\n  no: integer <= 12\n  allow read: nobody\n"
        "schema Empty for Book: size\noperation count_all: GET /counts\n"
    )
    right = (
        "project other\ndatabase sqlite\nauth jwt roles reader, admin\n"
        "enum Size: small, large\nenum Hue: red, blue\n"
        "entity Book\n  size: Size steps small -> large\n  hue: Hue\n  allow list: public\n"
        "operation sum_up: GET /sum custom Book\n  rule 'Sums.'\n"
    )
    words = "Books grow from small to large and have a hue, red or blue; anyone may list; a sum."
    plan, model = await planned(request(words, sources=[source]), wrong, right)
    problems = model.asked[1].messages[-1].text
    for part in (
        "'Size' is not as",
        "'Empty' is not as",
        "'count_all' is not as",
        "maximum of 'no'",
    ):
        assert part in problems
    assert "line 4, column 9: the sources say it otherwise: who may read" in problems
    assert (plan.spec.name, plan.spec.database.value) == ("shelf", "mysql")
    assert texts(plan)[:2] == [
        "The words would have database otherwise: the sources are followed.",
        "The words would have name otherwise: the sources are followed.",
    ]
    book = next(e for e in plan.spec.entities if e.name == "Book")
    assert (book.access.read, book.access.list) == (("public",), ("public",))
    assert len(next(a for a in book.attributes if a.name == "size").transitions) == 1
    assert {e.name for e in plan.spec.enums} == {"Size", "Hue"}
    assert {"count_all", "sum_up", "list_books"} <= {o.name for o in plan.spec.operations}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("content", "error"),
    [("CREATE TABLE book (id inteeger", SourceError), ("entity A\n  b -> C\n", SpecError)],
)
async def test_sources_that_are_refused_cost_nothing(content: str, error: type[Exception]) -> None:
    form = "sql" if content.startswith("CREATE") else "spec"
    with pytest.raises(error):  # there is no answer to give: the model would fail otherwise
        await planned(request("Books.", sources=[{"format": form, "content": content}]))


# --- nothing is invented --------------------------------------------------------------------------


def unsaid_of(plan: str, words: str, base: BackendSpec | None = None) -> list[str]:
    return [note.text for note in unsaid(understand(plan), base or BackendSpec(), words)]


@pytest.mark.parametrize(
    ("plan", "words", "expected"),
    [
        ("entity Order\n  total: integer", "Orders.", [
            "Order has total: the words do not say so."]),
        ("# assume: A total is kept.\nentity Order\n  total: integer", "Orders.", []),
        ("entity Order\n  total: integer", "orders have totals", []),
        ("entity Order\n  a: text\n  b: text", "Orders.", [
            "Order has a, b: the words do not say so."]),
        ("entity OrderItem\n  due_at: date", "Items of an order are due", []),
        ("entity Publisher\n  published_year: integer", "publishing in a year", []),
        ("entity Loan", "Members borrow books.", [
            "Loan, and what it holds: the words do not name it."]),
        ("entity Kunde\n  größe: integer", "Ein Kunde hat eine Größe", []),
        ("entity 订单\n  金额: integer", "每个订单有金额", []),
        ("entity Cat\n  fur: red | blue", "Cats with fur, red", [
            "Cat.fur can be blue: the words do not say so."]),
        ("entity Cat\n  state: young -> old", "Cats are young and get old", []),
        ("entity Cat\n  age: integer >= 0 <= 40", "cats have an age", [
            "Cat.age is bounded by 40: the words give no such number."]),
        ("entity Cat\n  age: integer > 1.5 < 40", "cats have an age from 1.5 to 40", []),
        ("entity Cat\n  allow read: public", "cats", [
            "Everybody may read Cat: the words do not say so."]),
        ("entity Cat\n  allow read: public", "anyone can see cats", []),
        ("auth jwt\nentity User\n  email: email\n  password: password", "Cats", [
            "People sign in: the words do not say so.",
            "User, and what it holds: the words do not name it."]),
        ("auth jwt user Vet\nentity Vet\n  email: email", "vets", []),
        ("auth jwt roles user, vet, admin\nentity Cat", "users and cats", [
            "There are the roles vet: the words do not name them."]),
        ("entity Cat\noperation adopt_cat: POST /x", "cats are adopted", []),
        ("entity Cat\noperation sell: POST /x", "cats are adopted", [
            "The operation sell: the words do not ask for it by name."]),
        ("entity Cat\n  keeper -> User\nentity User", "a cat has a user", []),
    ],
)  # fmt: skip
def test_what_the_words_do_not_say_is_stated(plan: str, words: str, expected: list[str]) -> None:
    assert unsaid_of(plan, words) == expected


def test_what_sources_say_needs_no_words() -> None:
    base = parse("auth jwt roles user, vet, admin\nentity Cat\n  fur: string")
    plan = "auth jwt roles user, vet, admin\nentity Cat\n  fur: string\n  age: integer"
    assert unsaid_of(plan, "add it", base) == ["Cat has age: the words do not say so."]


@pytest.mark.asyncio
async def test_what_is_not_said_stands_among_the_assumptions() -> None:
    plan, _ = await planned(request("Keep books."), LIBRARY)
    assert texts(plan)[1:3] == [
        "Book has pages: the words do not say so.",
        "The operation lend: the words do not ask for it by name.",
    ]


def test_remarks_are_single_plain_lines() -> None:
    said = understand(
        "# ASSUME :  a\tb\x07  c \n  #ask: why?\nentity A # ask: no remark\n  b: text"
    )
    assert said.assumptions == ("a b c",)
    assert said.questions == ("why?",)
