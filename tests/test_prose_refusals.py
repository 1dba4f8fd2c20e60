"""What is not built from words? Too little understood, contradictions, what is not supported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agent.contract import read_input
from agent.errors import QuestionError, RefusedError, SourceError, SpecError, UnsupportedError
from agent.planner.plan import plan
from agent.planner.readers import prose
from agent.planner.readers.prose_text import MAX_CHARACTERS, Piece
from agent.planner.readers.spec_language import parse

if TYPE_CHECKING:
    from agent.documents import Fault, InputDocument

Json = Any  # the tests reach into it
AT = "/request/description"
BOOK = "A book has a title. "
OPEN = "A task has a state: open -> closed. "


def document(
    description: str, requirements: tuple[str, ...] = (), **context: Json
) -> InputDocument:
    request = {
        "type": "architecture",
        "framework": "fastapi",
        "description": description,
        "requirements": list(requirements),
    }
    return read_input({"request": request, "context": context})[0]


def refused(text: str) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        plan(document(text))
    return caught.value


def place(fault: Fault) -> tuple[str, str, int | None, int | None]:
    return fault.code, fault.pointer, fault.line, fault.column


def test_too_little_is_refused_with_every_gap_and_its_place() -> None:
    text = "A book has a title.\nThe moon is a harsh mistress.\nShips sail at dawn from harbours."
    error = refused(text)
    assert [place(fault) for fault in error.faults] == [
        ("too-little-understood", AT, 2, 1),
        ("not-understood", AT, 2, 1),
        ("not-understood", AT, 3, 1),
    ]
    assert "'Ships sail at dawn from harbours'" in error.faults[2].message
    assert f"{prose.NEEDED:.0%} are needed" in error.faults[0].message


def test_a_refusal_shows_what_was_understood_and_a_draft_to_run() -> None:
    text = (
        "A book has a title and an optional note. A book belongs to an author.\n"
        "The moon is a harsh mistress. Ships sail at dawn from harbours."
    )
    understood = refused(text).understood
    assert understood is not None
    assert understood.coverage < understood.needed == prose.NEEDED
    book, author = understood.entities
    assert (book.name, book.line, book.column) == ("Book", 1, 3)
    assert book.attributes == ("title: string", "note: text?")
    assert book.relations == ("author -> Author",)
    assert author.attributes == ("name: string",)
    assert "# line 2: The moon is a harsh mistress" in understood.draft
    spec = parse(understood.draft)
    assert [entity.name for entity in spec.entities] == ["Book", "Author"]


def test_a_draft_of_nothing_shows_how_it_is_written() -> None:
    understood = refused("Write me a poem about the sea and the people who love it.").understood
    assert understood is not None
    assert understood.entities == ()
    assert "# entity Book" in understood.draft
    assert parse(understood.draft).entities == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BOOK + "A book has exactly one author; books have many authors. Authors have a name.",
         "Book has one Author, and many"),
        ("A member has a name and an optional email. The email of a member is required.",
         "Member.email is optional and required"),
        ("A book has a size (decimal). Book: size (integer).", "Book.size is decimal and integer"),
        ("A book has a state (new, old). The state of a book is open or shut.",
         "Book.state has two different lists"),
        (BOOK + "Only admins can delete books. Customers can delete books. A customer has a name.",
         "delete Book is for admin only, and for customer"),
        (BOOK + "Editors can delete books. Editors cannot delete books.",
         "delete Book: editor may, and may not"),
        (BOOK + "Everyone can edit books. Nobody else can edit books.",
         "update Book: public may, and may not"),
        (BOOK + "Nobody can delete books. Everyone can delete books.",
         "delete Book is for nobody, and for public"),
        (BOOK + "Users can see books. Nobody can see books.",
         "list Book is for nobody, and for user"),
        (BOOK + "Nobody can delete books. Editors can delete books.",
         "delete Book is for nobody, and for editor"),
        (BOOK + "Users can delete books. Editors cannot delete books.",
         "delete Book: user and so editor may, and may not"),
        (BOOK + "Editors cannot delete books. Users can do everything.",
         "delete Book: user and so editor may, and may not"),
        (BOOK + "Editors cannot delete anything. Everyone can delete books.",
         "delete Book: public and so editor may, and may not"),
        (OPEN + "Only agents can close tasks. Everyone can close tasks.",
         "to close Task is for agent, and for public"),
        (BOOK + "The database is MySQL. Use PostgreSQL.", "the database is mysql and postgresql"),
        ("A user has a name and a password. No login.", "no signing in, and yet a password"),
        (BOOK + "No login. Only admins can delete books.", "no signing in, and yet rights"),
    ],
)  # fmt: skip
def test_contradictions_are_refused_with_both_places(text: str, told: str) -> None:
    error = refused(text)
    (fault,) = error.faults
    assert fault.code == "contradiction"
    assert told in fault.message
    assert "(line 1, column" in fault.message
    assert (fault.line, fault.expected) == (1, "one of the two")
    assert error.understood is not None
    assert told in error.understood.draft


@pytest.mark.parametrize(
    "text",
    [
        "Eine Bibliothek: Autoren schreiben Bücher",
        "Ein Buch hat einen Titel und eine ISBN. Mitglieder leihen Bücher.",
        "Een bibliotheek: auteurs schrijven boeken",
        "Une boutique avec des produits. Un produit a un nom et un prix.",
        "Una biblioteca: los autores escriben libros",
        "Книга имеет название. Автор пишет книги.",
        "Kniha patří autorovi. Autoři píšou knihy.",
        "Kirjailijat kirjoittavat uusia kirjoja. Lukijat lainaavat usein kirjoja. " * 2,
    ],
)
def test_what_is_not_english_is_refused(text: str) -> None:
    (fault,) = refused(text).faults
    assert place(fault) == ("not-english", AT, 1, 1)
    assert fault.message == "the words are not English, which alone is read without a model"


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("Los Angeles shop: products (name, price)", "Product"),
        ("Café: name, address, phone", "Cafe"),
        ("Elk: name, weight, age, phone", "Elk"),
        ("Zoo keepers feed animals. An animal has a name.", "Animal"),
    ],
)
def test_english_may_have_names_and_no_small_words(text: str, entity: str) -> None:
    assert entity in [each.name for each in plan(document(text)).spec.entities]


@pytest.mark.parametrize(
    ("text", "word", "supported"),
    [
        ("A Django project. " + BOOK, "Django", "fastapi"),
        (BOOK + "With MongoDB.", "MongoDB", "postgresql, mysql, sqlite"),
        (BOOK + "Use GraphQL.", "GraphQL", "a REST API"),
    ],
)
def test_what_is_asked_for_by_name_and_not_built(text: str, word: str, supported: str) -> None:
    error = refused(text)
    found = [fault for fault in error.faults if fault.code == "unsupported"]
    assert [(fault.message, fault.expected) for fault in found] == [
        (f"{word} is not supported", supported)
    ]


def test_a_thing_may_be_called_as_a_tool_is() -> None:
    spec = plan(document("A flask has a volume. An express has a number and a rust.")).spec
    assert [entity.name for entity in spec.entities] == ["Flask", "Express"]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("A library.", ["What is the backend to keep?"]),
        ("Build a REST API for a bookshop", ["What is the backend to keep?"]),
        ("Authors write books.", ["What does an Author have?"]),
        ("...", ["What is the backend to keep?"]),
    ],
)
def test_what_is_too_thin_is_asked_about(text: str, asked: list[str]) -> None:
    with pytest.raises(QuestionError) as caught:
        plan(document(text))
    assert [question.text.partition("?")[0] + "?" for question in caught.value.questions] == asked
    assert caught.value.understood is not None


def test_words_have_a_limit() -> None:
    error = refused(BOOK * (MAX_CHARACTERS // len(BOOK) + 1))
    assert [fault.code for fault in error.faults] == ["too-long"]


def test_beside_something_structured_words_only_describe() -> None:
    found = plan(
        document("The moon is a harsh mistress.", ("Ships sail.",), spec={"entities": [TASK]})
    )
    assert [entity.name for entity in found.spec.entities] == ["Task"]
    assert found.spec.description == "The moon is a harsh mistress."
    codes = [warning.code for warning in found.warnings]
    assert codes == ["unread-description", "unread-requirement"]


TASK = {"name": "Task", "attributes": [{"name": "title", "type": "string"}]}


def test_a_spec_without_an_entity_leaves_the_words_their_say() -> None:
    found = plan(document(BOOK, spec={"name": "shelf", "database": "sqlite"}))
    assert (found.spec.name, found.spec.entities[0].name) == ("shelf", "Book")


def test_requirements_are_read_with_the_description() -> None:
    found = plan(document("A library: " + BOOK, ("Authors write books.", "Authors have a name.")))
    assert [entity.name for entity in found.spec.entities] == ["Book", "Author"]
    assert found.warnings == ()


def test_a_gap_in_a_requirement_has_its_own_place() -> None:
    with pytest.raises(SourceError) as caught:
        plan(document(BOOK, ("Authors have a name.", "\nThe moon is a harsh mistress.")))
    assert {place(fault)[1:] for fault in caught.value.faults} == {
        ("/request/requirements/1", 2, 1)
    }


def test_a_source_of_words() -> None:
    source = {"format": "text", "content": BOOK + "Ships sail.", "name": "notes.txt"}
    found = plan(document("What we want", sources=[source, {**source, "content": BOOK * 3}]))
    assert [entity.name for entity in found.spec.entities] == ["Book"]
    assert found.spec.description == "What we want"
    assert "line 1, column 21" in found.questions[0].text


def test_words_and_tables_do_not_name_the_same_thing() -> None:
    sql = {"format": "sql", "content": "CREATE TABLE book (id INTEGER PRIMARY KEY);"}
    with pytest.raises(SpecError) as caught:
        plan(document("", sources=[sql, {"format": "text", "content": BOOK}]))
    assert "'Book' is in" in caught.value.faults[0].message


def test_what_the_planner_refuses_has_its_place_in_the_words() -> None:
    with pytest.raises(SpecError) as caught:
        plan(document("A shelf has a height.\n" + BOOK + "Owners can delete books."))
    (fault,) = caught.value.faults
    assert place(fault)[1:] == (AT, 2, 3)
    assert "'owner' may act on Book" in fault.message


def test_the_context_stands_above_the_words() -> None:
    found = plan(document(BOOK + "Use MySQL.", database={"type": "sqlite"}, projectName="shelf"))
    assert (found.spec.database, found.spec.name) == ("sqlite", "shelf")
    assert "The spec says database mysql" in "\n".join(note.text for note in found.assumptions)


def test_unsupported_words_beside_an_unsupported_context() -> None:
    with pytest.raises(UnsupportedError) as caught:
        plan(document(BOOK * 4 + "With MongoDB.", database={"type": "mongodb"}))
    assert [fault.pointer for fault in caught.value.faults] == ["/context/database/type", AT]


def test_the_piece_of_a_reading_may_be_any_text() -> None:
    assert prose.read([Piece("/x", BOOK)]).places.text_of("/entities/0") == "/x"
