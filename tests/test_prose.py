"""Which sentences are read, and as what? Each shape that docs/prose.md promises."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent.documents import Result, Verdict
from agent.planner.readers import prose
from agent.planner.readers.prose_sentences import read
from agent.planner.readers.prose_spec import draw
from agent.planner.readers.prose_text import Piece, Span, sentences, span
from agent.planner.spec_writer import write
from agent.runner import Runner
from tests.made import library
from tests.warm import sandbox

if TYPE_CHECKING:
    from agent.planner.reading import Reading

LIBRARY = Path(__file__).with_name("samples") / "library"
AT = "/request/description"
BOOK = "A book has a title. "
USER = "A user has a name. "
TASK = "A task has a title. "


def reading(text: str) -> Reading:
    return prose.read([Piece(AT, text)])


def lines(text: str) -> set[str]:
    """Return the lines of what was read, with the entity before each of its own."""
    found: set[str] = set()
    entity = ""
    for line in write(reading(text).spec).splitlines():
        if line.startswith("entity "):
            entity = line.split()[1]
            found.add(line)
        elif line.startswith("  "):
            found.add(f"{entity}: {line.strip()}")
        elif line:
            found.add(line)
    return found


def notes(text: str) -> str:
    return "\n".join(note.text for note in reading(text).assumptions)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # fields
        ("A book has a title, isbn and published year.", "Book: published_year: integer"),
        ("Books have a title, and an optional subtitle.", "Book: subtitle: string?"),
        ("A book has a title and a unique isbn.", "Book: isbn: string unique"),
        ("A book has a title and a note which is optional.", "Book: note: text?"),
        ("A book has an isbn (unique, max 13 characters).", "Book: isbn: string(13) unique"),
        ("A tweet has a text of up to 280 characters.", "Tweet: text: text(280)"),
        ("A book has a price as decimal.", "Book: price: decimal(12, 2)"),
        ("Book: title, weight: integer", "Book: weight: integer"),
        ("A book has a rating (1 to 5).", "Book: rating: integer >= 1 <= 5"),
        ("A meeting has a start and end time.", "Meeting: start_time: datetime"),
        ("A person has a name, a date of birth and an e-mail.", "Person: date_of_birth: date"),
        ("A room has a price per night.", "Room: price_per_night: decimal(12, 2)"),
        ("A user has a name and an active flag.", "User: is_active: boolean"),
        ("A post has a title and a created at.", "Post: created_at: datetime = now readonly"),
        ("A user has a name and nicknames.", "User: nicknames: string[]"),
        ("For each car we store the plate and the mileage.", "Car: mileage: integer"),
        ("Entities: User (name, email unique), Post (title)", "User: email: email unique"),
        ("User:\n- name\n- email (unique)\n", "User: email: email unique"),
        ("## User\n- name\n- role (admin, editor)\n", "User: role: UserRole"),
        ("podcast = title, rss url", "Podcast: rss_url: url"),
        ("Students and teachers have a name.", "entity Teacher"),
        # values
        ("A post has a status (draft, published).", "enum PostStatus: draft, published"),
        (
            "A post has a status: open, in progress or done.",
            "enum PostStatus: open, in_progress, done",
        ),
        ("A task has a kind which is one of bug or idea.", "enum TaskKind: bug, idea"),
        (TASK + "A task can be open, stuck or done.", "enum TaskStatus: open, stuck, done"),
        (TASK + "The state of a task is open or done.", "enum TaskState: open, done"),
        (
            "A task has a title and a status: open -> done.",
            "Task: status: TaskStatus = open steps open -> done",
        ),
        (
            TASK + "A task goes through open -> done | dropped.",
            "Task: status: TaskStatus = open steps open -> done | dropped",
        ),
        # what is said of a field later
        (BOOK + "The title is unique.", "Book: title: string unique"),
        (BOOK + "The title of a book must be unique.", "Book: title: string unique"),
        ("Rooms have a number. The room number is unique.", "Room: number: string unique"),
        # bounds
        ("A shelf has a price between 5 and 10.", "Shelf: price: decimal(12, 2) >= 5 <= 10"),
        ("A shelf has a rank between 1 and 5 and a name.", "Shelf: name: string"),
        ("A shelf has a height above 5, a colour and a name.", "Shelf: height: float"),
        ("A shelf has a price over 5, a colour and a name.", "Shelf: price: decimal(12, 2)"),
    ],
)
def test_fields(text: str, expected: str) -> None:
    assert expected in lines(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BOOK + "A book belongs to a publisher.", "Book: publisher -> Publisher"),
        (BOOK + "Publishers have many books.", "Book: publisher -> Publisher"),
        (BOOK + "Each book has exactly one publisher. Publishers have a name.",
         "Book: publisher -> Publisher"),
        (BOOK + "A book can have several tags, and a tag can be used on several books.",
         "Book: tags <-> Tag"),
        ("A locker has a number. Each man has one locker and each locker belongs to one man.",
         "Locker: man -> Man unique"),
        (TASK + USER + "A task can be assigned to a user.", "Task: user -> User?"),
        (TASK + USER + "A task is reported by a user and can be assigned to a user.",
         "Task: assignee -> User?"),
        (TASK + USER + "A task is reported by a user and can be assigned to a user.",
         "Task: reporter -> User"),
        ("Authors write books. " + BOOK, "Book: author -> Author"),
        (BOOK + USER + "Users like books.", "User: books <-> Book"),
        (BOOK + USER + "Users write books. Users like books.",
         "User: liked_books <-> Book as liked_by"),
        (USER + "Users follow each other.", "User: followed_users <-> User as followed_by"),
        (BOOK + "Members borrow books with a due date.", "Loan: due_date: date"),
        (BOOK + "Members borrow books with a due date.", "Loan: member -> Member"),
        (BOOK + USER + "Reservation: day. Users reserve books.", "Reservation: book -> Book"),
        (BOOK + USER + "Users write reviews for books. A review has a text.",
         "Review: book -> Book"),
        ("Teams have a name. Each team has a captain who is a player. A player has a name.",
         "Team: captain -> Player"),
        ("A category has a name. A category can have a parent category.",
         "Category: parent_category -> Category?"),
        ("Person: name. Car: brand, owner (Person).", "Car: owner -> Person"),
        ("Users: name. Posts: title, user_id.", "Post: user -> User"),
        ("Crop: name. Field: area. A crop grows on a field.", "Crop: field -> Field"),
        ("Weather stations have a name. A station records readings. A reading has a value.",
         "Reading: weather_station -> WeatherStation"),
        ("An order has a date and many items (name, price).", "Item: price: decimal(12, 2)"),
        ("An order has a date and several lines with a quantity.", "Line: quantity: integer"),
    ],
)  # fmt: skip
def test_relations(text: str, expected: str) -> None:
    assert expected in lines(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BOOK + "Only admins can delete books.", "Book: allow delete: admin"),
        (BOOK + "Admins can delete.", "Book: allow delete: admin"),
        (BOOK + "Editors can add and edit books.", "Book: allow create, update: editor, admin"),
        (BOOK + "Everyone can see books. Only admins can add them.",
         "Book: allow list, read: public"),
        (BOOK + "Everyone can see books. Only admins can add them.", "Book: allow create: admin"),
        (BOOK + "Only logged in users can create books.", "Book: allow create: authenticated"),
        (BOOK + "Books can only be deleted by librarians.", "Book: allow delete: librarian, admin"),
        (BOOK + "As a librarian I want to add books so that people can read.",
         "Book: allow create: librarian, admin"),
        (BOOK + "Let editors change books.", "Book: allow update: editor, admin"),
        (USER + TASK + "Users can only see their own tasks.",
         "Task: allow list, read: owner, admin"),
        (USER + TASK + "Users can only see their own tasks.", "entity Task owner user"),
        (USER + BOOK + "Users cannot delete books.", "Book: allow delete: admin"),
        (BOOK + "Editors can add and edit books, admins can delete them.",
         "Book: allow delete: admin"),
        (BOOK + "Only registered users can write books.", "Book: allow create: authenticated"),
        (BOOK + "Everyone can write books.", "Book: allow create: public"),
        (BOOK + "Guests can only read books.", "auth jwt"),
        (BOOK + "Users should only be able to delete their own books.",
         "Book: allow delete: owner, admin"),
        (BOOK + "Nobody can delete books.", "Book: allow delete: nobody"),
        (BOOK + "No one can delete books.", "Book: allow delete: nobody"),
        (BOOK + "Editors can manage books but cannot delete them.",
         "Book: allow list, read, create, update: editor, admin"),
        (BOOK + "Editors can manage books but cannot delete them.", "Book: allow delete: admin"),
        (BOOK + "Editors and nobody else can edit books.", "Book: allow update: editor, admin"),
        (BOOK + "Nobody but editors can edit books.", "Book: allow update: editor, admin"),
        (BOOK + "Editors can edit books. No one else can edit books.",
         "Book: allow update: editor, admin"),
        (BOOK + "Nobody else can edit books.", "Book: allow update: admin"),
        ("A ticket has a status: open -> closed. Only agents can close tickets.",
         "Ticket: status: TicketStatus = open steps open -> closed by agent"),
        (BOOK + "Members have an email and a password.", "auth jwt user Member"),
        (BOOK + "Users can register and log in.", "auth jwt"),
        (BOOK + "With JWT and PostgreSQL.", "auth jwt"),
        (BOOK + "Use MySQL and Python 3.12.", "database mysql"),
        (BOOK + "Use MySQL and Python 3.12.", "python 3.12"),
    ],
)  # fmt: skip
def test_rights_and_settings(text: str, expected: str) -> None:
    assert expected in lines(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A library: " + BOOK, "library"),
        ("Build a REST API for a bookshop. " + BOOK, "bookshop"),
        ("Blog API\n\n" + BOOK, "blog"),
        ("# Web shop\n\n" + BOOK, "web_shop"),
        ("A bank with customers and accounts. An account has a number.", "bank"),
        ("A shop sells books. " + BOOK, "shop"),
        (BOOK, "backend"),
    ],
)
def test_the_name(text: str, name: str) -> None:
    assert reading(text).spec.name == name


def test_the_library_is_read_as_it_was() -> None:
    """The spec of the example is kept: PYTHONPATH=. python -m tests.test_prose writes it anew."""
    words = (LIBRARY / "words.txt").read_text(encoding="utf-8")
    assert write(reading(words).spec) == (LIBRARY / "read.spec").read_text(encoding="utf-8")


def test_the_library_is_proven() -> None:
    words = (LIBRARY / "words.txt").read_text(encoding="utf-8")
    request = {"type": "architecture", "framework": "fastapi", "description": words}
    asked = {"request": request, "constraints": {"verification": "fast"}}
    answer = asyncio.run(Runner(library(), sandbox()).run(asked))
    assert isinstance(answer, Result)
    assert answer.proof.verdict is Verdict.PROVEN, answer.proof
    assert [entity.name for entity in answer.spec.entities] == ["Author", "Book", "Member", "Loan"]


def test_the_page_about_prose_shows_it_as_it_is() -> None:
    page = (Path(__file__).parents[1] / "docs" / "prose.md").read_text(encoding="utf-8")
    for name in ("words.txt", "read.spec"):
        assert (LIBRARY / name).read_text(encoding="utf-8").strip() in page


def test_what_the_words_leave_open_is_told() -> None:
    told = notes((LIBRARY / "words.txt").read_text(encoding="utf-8"))
    for part in (
        "each time is kept as a Loan",
        "sign in with JWT: 'admins can delete'",
        "Member is who signs in",
        "nobody else but admin",
        "A book belongs to one author",
        "Author gets a name",
        "published_year: integer",
        "not called optional is required",
    ):
        assert part in told


def test_what_the_words_say_is_no_assumption() -> None:
    assert "belongs to one" not in notes(BOOK + "A book belongs to exactly one publisher.")
    assert "by the names" not in notes("Field: area (decimal), name (string)")
    assert "can have the same" in notes(BOOK + "A book has exactly one genre. A genre has a name.")


def test_sentences_have_their_places() -> None:
    text = "A library.\n\n- A book has a title\n  and an isbn\n- Authors write; they have names.\n"
    found = [span(sentence.tokens) for sentence in sentences(Piece(AT, text))]
    assert [(at.line, at.column, at.text) for at in found] == [
        (1, 1, "A library"),
        (3, 3, "A book has a title and an isbn"),
        (5, 3, "Authors write"),
        (5, 18, "they have names"),
    ]
    for at in found:
        assert " ".join(text[at.start : at.end].split()) == at.text


def test_every_part_of_a_spec_leads_to_its_words() -> None:
    text = "A library.\nA book has a title,\n  a unique isbn. Authors write books. Author: name."
    found = reading(text)
    assert found.places.of("/entities/0") == (2, 3)
    assert found.places.of("/entities/0/attributes/1") == (3, 12)
    assert found.places.of("/entities/0/relations/0") == (3, 26)
    assert found.places.text_of("/entities/0/attributes/1") == AT


def test_several_texts_are_read_together_each_with_its_places() -> None:
    other = "/request/requirements/0"
    found = prose.read([Piece(AT, "A library: " + BOOK), Piece(other, "Authors write books.")])
    author = [entity.name for entity in found.spec.entities].index("Author")
    assert found.places.text_of(f"/entities/{author}") == other
    assert found.places.text_of("/entities/0") == AT


def test_what_is_not_understood_is_an_open_question_with_its_place() -> None:
    text = BOOK * 6 + USER + "\nInvoices are exported to Excel."
    (question,) = reading(text).questions
    assert "line 2, column 1" in question.text
    assert "'Invoices are exported to Excel'" in question.text


@pytest.mark.parametrize(
    "text",
    [
        "A book has no author.",
        "Users can delete books if they wrote them.",
        "If a member is late, a member has a fine.",
        "Users can see books of their friends.",
        "A car has four wheels.",
        "Users can read every book that is not private.",
        "No user may delete books.",
        "Everyone has a name.",
        "A book belongs to everyone.",
        "Admins write books.",
        "Users can read, but not delete books.",
        "A book does not have an isbn.",
        "Admins cannot delete books.",
        "Editors and admins cannot delete books.",
        "Editors can manage books, though not lent ones.",
        "Editors can manage books but cannot delete lent ones.",
        "Editors can read books but cannot read them.",
        "Admins can read books but cannot delete them.",
        "Anyone can read books, but editors can't.",
        "Everyone but editors can read books.",
        "Non-members can edit books.",
        "Editors and nobody else cannot edit books.",
        "Nobody else cannot edit books.",
    ],
)
def test_what_holds_only_in_part_is_not_read_as_if_it_held(text: str) -> None:
    """Rights above all: what is not understood must not open a door."""
    found, known = read([Piece(AT, BOOK + text)]), read([Piece(AT, BOOK)])
    assert found.facts == known.facts
    assert found.unread[0].text in text


def test_a_reservation_that_is_not_read_takes_the_rights_before_it_along() -> None:
    text = "Anyone can read books, but editors can't."
    questions = [question.text for question in reading(BOOK * 9 + text).questions]
    assert [part in "".join(questions) for part in ("'Anyone can read books'", "can't'")] == [
        True,
        True,
    ]


def test_a_bound_that_is_not_read_is_an_open_question() -> None:
    (question,) = reading("A shelf has a height above 5, a colour and a name.").questions
    assert "'above 5'" in question.text


def test_their_own_is_only_what_belongs_to_who_signs_in() -> None:
    found = reading(USER + BOOK * 9 + "Trip: distance. Drivers can only see their own trips.")
    assert not any(rule for entity in found.spec.entities for _, rule in entity.access)
    assert "'Drivers can only see their own trips'" in found.questions[0].text


def test_words_for_others_are_told() -> None:
    text = "Customers place orders; they have a name. An order has a date."
    assert "'they' in line 1, column 25 means Customer" in notes(text)


def test_the_whole_is_no_thing_of_its_own() -> None:
    spec = reading("A shop has products. A product has a name.").spec
    assert [entity.name for entity in spec.entities] == ["Product"]
    spec = reading("A customer has products. A product has a name.").spec
    assert [entity.name for entity in spec.entities] == ["Customer", "Product"]


@pytest.mark.parametrize(
    ("text", "things", "auth"),
    [
        ("orders and users, JWT, PostgreSQL", ["Order", "User"], "jwt"),
        ("Orders and users with JWT", ["Order", "User"], "jwt"),
        ("orders, users; no login", ["Order", "User"], "none"),
        ("A backend with orders and users, JWT", ["Order", "User"], "jwt"),
        ("Build me an API for orders and users", ["Order", "User"], "none"),
        ("REST API: orders, users", ["Order", "User"], "none"),
        ("CRUD for orders", [], "none"),
        ("Order, User", ["Order", "User"], "none"),
        ("title, author", [], "none"),
        (BOOK + "Likes, comments and ratings.", ["Book", "Like", "Comment", "Rating"], "none"),
        (BOOK + "Project: orders, users", ["Book", "Project"], "none"),
        ("Blog: posts, comments; sqlite; no auth", ["Post", "Comment"], "none"),
        ("MySQL, JWT authentication. Gym: members, classes", ["Member", "Class"], "jwt"),
    ],
)
def test_things_that_are_only_listed(text: str, things: list[str], auth: str) -> None:
    drawn = draw(read([Piece(AT, text)]).facts)
    assert [entity.name for entity in drawn.spec.entities] == things
    assert drawn.spec.auth.method.value == auth


def test_listed_things_may_say_in_brackets_what_they_have() -> None:
    said = "Chess club: players (name, rating), games (date), boards"
    assert lines(said) >= {"Player: rating: integer", "Game: date: date", "Board: name: string"}
    assert reading(said).spec.name == "chess_club"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Booking system for meeting rooms: ", "booking"),
        ("We need an inventory management system for a warehouse. ", "inventory_management"),
        ("A system for pet clinics: ", "pet_clinics"),
        ("An API for a bookshop. ", "bookshop"),
    ],
)
def test_a_system_has_its_name_before_it_or_behind(text: str, name: str) -> None:
    assert reading(text + "a room has a number.").spec.name == name


def test_things_that_something_has_may_have_things_themselves() -> None:
    assert lines("Pets have visits with a date and a cost. A pet has a name.") >= {
        "Visit: date: date",
        "Visit: cost: decimal(12, 2)",
        "Visit: pet -> Pet",
    }


def test_an_address_is_one_word_and_ends_before_a_full_stop() -> None:
    first, second = sentences(Piece(AT, "It is at (postgresql://me:geheim@host/db). It runs."))
    assert "postgresql://me:geheim@host/db" in [token.text for token in first.tokens]
    assert [token.text for token in second.tokens] == ["It", "runs"]


def test_a_span_tells_where_words_stand() -> None:
    (sentence,) = sentences(Piece(AT, "a  book has"))
    assert span(sentence.tokens) == Span(AT, 0, 11, 1, 1, "a book has")


if __name__ == "__main__":
    text = (LIBRARY / "words.txt").read_text(encoding="utf-8")
    (LIBRARY / "read.spec").write_text(write(reading(text).spec), encoding="utf-8")
