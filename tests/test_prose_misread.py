"""What is read rightly or named as not read? Sentences that were once misread in silence."""

from __future__ import annotations

import pytest

from agent.planner.plan import plan
from agent.planner.readers.prose_sentences import read
from agent.planner.readers.prose_text import Piece
from tests.test_prose import AT, BOOK, TASK, USER, lines, notes, reading
from tests.test_prose_refusals import document

ANIMAL = "An animal has a name. "
PEOPLE = "A customer has a name. A manager has a name. An invoice has a number and a total. "
ORDERS = PEOPLE + "A customer has many orders. An order has a date. "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A zoo: a keeper feeds animals. " + ANIMAL, "Animal: keeper -> Keeper"),
        ("A zoo: a keeper feeds animals. " + ANIMAL, "project zoo"),
        ("A keeper feeds animals. " + ANIMAL, "Animal: keeper -> Keeper"),
        ("Zoo keepers feed animals. " + ANIMAL, "Animal: zoo_keeper -> ZooKeeper"),
        (ANIMAL + "Keepers have a name. Keepers feed animals.", "Animal: keeper -> Keeper"),
        ("A crop has a name. A crop grows on a field. A field has an area.",
         "Crop: field -> Field"),
        ("Inventory for a museum: a room holds exhibits; an exhibit has a title and a year.",
         "project inventory_museum"),
        ("Inventory for a museum: a room holds exhibits; an exhibit has a title and a year.",
         "Exhibit: room -> Room"),
        ("An observatory logs observations: each observation has a target.",
         "Observation: target: string"),
        ("Gym: members, classes. A class has a name and a capacity.", "project gym"),
        ("Gym: members, classes. A gym has an address. A class has a name.", "Class: gym -> Gym"),
        ("chess club api: players (name, rating), tournaments (name, start date)",
         "Player: rating: integer"),
        ("chess club api: players (name, rating), tournaments (name, start date)",
         "project chess_club"),
        ("An order has a date, lines (text, price) and a note.", "Line: order -> Order"),
        ("An allotment has plots (number, status free or let).", "Plot: status: PlotStatus"),
        ("A traveller has a name, a state id or passport number.",
         "Traveller: passport_number: string"),
        ("A plot has a number, a size in square metres and a status free or let.",
         "Plot: size_in_square_metres: float"),
        ("Dogs have a name. Dogs can like other dogs.", "Dog: liked_dogs <-> Dog as liked_by"),
        (BOOK + USER + "Users can take only one book.", "User: book -> Book"),
        ("Lighthouse keepers write log entries. A log entry has a date.",
         "LogEntry: lighthouse_keeper -> LighthouseKeeper"),
        ("Caves have a name and a depth.", "entity Cave"),
        ("A room has a price per night. A night has a date.",
         "Room: price_per_night: decimal(12, 2)"),
        ("A film has a title and goals scored, and a sales tax rate.",
         "Film: goals_scored: string"),
        ("A donor has a blood type, which is A, B, AB or O.", "enum DonorBloodType: a, b, ab, o"),
        ("A room has a difficulty from 1 to 5.", "Room: difficulty: integer >= 1 <= 5"),
        ("A room has a difficulty (1 to 5).", "Room: difficulty: integer >= 1 <= 5"),
        ("A line has a quantity (max 9).", "Line: quantity: integer <= 9"),
        ("A line has a name (max 9 characters).", "Line: name: string(9)"),
        ("A room has a name and a maximum number of players.",
         "Room: maximum_number_of_players: integer"),
    ],
)  # fmt: skip
def test_what_is_there(text: str, expected: str) -> None:
    assert expected in lines(text) | {f"project {reading(text).spec.name}"}


@pytest.mark.parametrize(
    ("before", "text", "unread"),
    [
        (BOOK, "Keepers feed animals daily", "Keepers feed animals daily"),
        (BOOK, "A rental lasts days.", "A rental lasts days"),
        (BOOK + USER, "Users read books.", "Users read books"),
        (BOOK, "Readings take place in a hall.", "Readings take place"),
        (BOOK, "Guests often visit museums.", "Guests often visit museums"),
        (BOOK, "Curators order frames and hang them.", "Curators order frames and hang them"),
        (BOOK, "The warehouse holds pallets on shelves.", "The warehouse holds pallets on shelves"),
        (BOOK, "Users rate books from 1 to 5.", "from 1 to 5"),
        (BOOK + USER, "Users can comment on books.", "Users can comment on books"),
        (BOOK, "A book has one vote per month.", "one vote per month"),
        (BOOK, "A book must have at least one image.", "at least one"),
        (BOOK, "A book has more than one image. An image has a url.", "more than one"),
        (BOOK + "A book has a price. ", "Prices include VAT.", "Prices include VAT"),
        (BOOK, "A book has a title. Ein Buch hat einen Titel.", "Ein Buch hat einen Titel"),
        (BOOK, "For editors only: users can delete books.", "For editors only: users can"),
    ],
)
def test_what_is_no_noun_is_named_as_not_read(before: str, text: str, unread: str) -> None:
    found = read([Piece(AT, before + text)])
    assert [gap.text for gap in found.unread][:1] != []
    assert unread in " ".join(gap.text for gap in found.unread)


def test_what_stands_in_brackets_behind_a_title_is_no_field() -> None:
    found = reading("Gym (test): members book classes. A class has a name. A member has a name.")
    assert [entity.name for entity in found.spec.entities] == ["Member", "Class"]
    assert ["'test'" in question.text for question in found.questions] == [True]
    assert "'test'" not in str(reading("Gym (MySQL): members book classes. " + BOOK).questions)


def test_a_list_inside_of_a_list_is_named_to_its_end() -> None:
    text = "A recipe has a title, ingredients with an amount and a unit, and steps."
    (gap,) = read([Piece(AT, text)]).unread
    assert gap.text == "with an amount and a unit, and steps"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Customers see only their own orders.", "Order: allow list, read: owner, admin"),
        ("Customers only see their own orders.", "Order: allow list, read: owner, admin"),
        ("Each customer sees only their orders.", "Order: allow list, read: owner, admin"),
        ("Customers can edit their orders.", "Order: allow update: owner, admin"),
        ("Customers must not see each other's orders.", "Order: allow list, read: owner, admin"),
        ("Customers may not see the orders of others.", "Order: allow list, read: owner, admin"),
        ("Customers cannot see other customers' orders.", "Order: allow list, read: owner, admin"),
        ("A customer can see his orders but not those of others.",
         "Order: allow list, read: owner, admin"),
        ("Only the customer can edit an order.", "Order: allow update: owner, admin"),
        ("Only managers see invoices.", "Invoice: allow list, read: manager, admin"),
        ("Managers alone may edit invoices.", "Invoice: allow update: manager, admin"),
        ("Invoices cannot be deleted.", "Invoice: allow delete: nobody"),
        ("Invoices must never be deleted.", "Invoice: allow delete: nobody"),
        ("Invoices can't be deleted by anyone.", "Invoice: allow delete: nobody"),
        ("Invoices can't be deleted by customers.", "Invoice: allow delete: admin"),
        ("Deleting invoices is not allowed.", "Invoice: allow delete: nobody"),
        ("It is forbidden to delete invoices.", "Invoice: allow delete: nobody"),
        ("Customers aren't allowed to change invoices.", "Invoice: allow update: admin"),
        ("Invoices should be hidden from customers.", "Invoice: allow list, read: admin"),
        ("Invoices are editable by managers only.", "Invoice: allow update: manager, admin"),
        ("Editing invoices is reserved for managers.", "Invoice: allow update: manager, admin"),
        ("Access to invoices is restricted to managers.",
         "Invoice: allow list, read, create, update, delete: manager, admin"),
        ("Only managers have access to invoices.",
         "Invoice: allow list, read, create, update, delete: manager, admin"),
        ("Customers have no access to invoices.",
         "Invoice: allow list, read, create, update, delete: admin"),
        ("Guests have read access only.", "Invoice: allow list, read: public"),
        ("Managers must be logged in.", "auth jwt user Customer"),
        ("You must be logged in to see invoices.", "Invoice: allow list, read: authenticated"),
    ],
)  # fmt: skip
def test_what_keeps_people_out(text: str, expected: str) -> None:
    assert expected in lines(ORDERS + text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A user has a name, an email and a password in plain text.", "User: password: password"),
        ("A user has an email and a plain text password.", "User: plain_text_password: password"),
        ("A user has an email and a password (text).", "User: password: password"),
        ("A reader has a name and a hashed password.", "auth jwt user Reader"),
        ("A router has a name and a wifi password.", "Router: wifi_password: password"),
        ("Member: name, passwd", "Member: passwd: password"),
    ],
)
def test_what_is_called_a_password_is_one_and_asks_for_signing_in(text: str, expected: str) -> None:
    found = lines(BOOK * 3 + text)
    assert expected in found
    assert any(line.startswith("auth jwt") for line in found)


@pytest.mark.parametrize(
    ("listed", "unread"),
    [
        ("a password in plain text", "in plain text"),
        ("a password hint", "a password hint"),
        ("a password hint (text)", "a password hint (text)"),
        ("passwords", "passwords"),
    ],
)
def test_what_would_tell_of_a_password_is_named_as_not_read(listed: str, unread: str) -> None:
    found = reading(f"{BOOK * 5}A user has an email and {listed}.")
    assert [question.text.split("'")[1] for question in found.questions] == [unread]


def test_what_is_no_password_may_be_called_after_one() -> None:
    text = "A user has a name, a password changed at and a password strength (weak, strong)."
    found = lines(text)
    assert "User: password_changed_at: datetime" in found
    assert "User: password_strength: UserPasswordStrength" in found
    assert "auth jwt" not in found


def test_the_password_to_sign_in_with_is_the_one_that_is_called_so() -> None:
    spec = plan(document("A user has an email, an old password and a password.")).spec
    assert spec.auth.password == "password"  # noqa: S105 - the name of a field


@pytest.mark.parametrize("text", [BOOK, BOOK + "No login."])
def test_that_nobody_signs_in_is_always_told(text: str) -> None:
    assert "Nobody signs in: whoever reaches the API may read, change and delete" in notes(text)


POSTS = "A post has a title. Users write posts. "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (POSTS + "Only the author can edit a post.", "Post: allow update: owner, admin"),
        (POSTS + "Only the author can edit a post.", "entity Post owner user"),
        (POSTS + "The writer can edit a post.", "Post: allow update: owner, admin"),
        (POSTS + "Users like posts. Only the owner can edit a post.",
         "Post: allow update: owner, admin"),
        (POSTS + "A post can only be edited by its creator.", "Post: allow update: owner, admin"),
        (POSTS + "Authors can edit their own posts.", "Post: allow update: owner, admin"),
        (POSTS + "Only authors can edit posts.", "Post: allow update: author, admin"),
        (BOOK + "Only the owner can edit a book.", "Book: user -> User"),
        (BOOK + "Members publish books. Only the publisher can edit a book.",
         "Book: allow update: owner, admin"),
        ("An author has a name. Authors write books. " + BOOK + "Only the author can edit a book.",
         "auth jwt user Author"),
        (BOOK + "Anonymous users can see books.", "Book: allow list, read: public"),
        (BOOK + "Unregistered visitors can see books.", "Book: allow list, read: public"),
    ],
)  # fmt: skip
def test_who_a_row_belongs_to_is_its_owner(text: str, expected: str) -> None:
    assert expected in lines(text)


@pytest.mark.parametrize(
    "text",
    [
        "Only the owner can edit a task.",
        "Users can edit their own tasks.",
    ],
)
def test_whose_of_two_it_is_is_asked(text: str) -> None:
    tied = "A task is reported by a user and can be assigned to a user. "
    (question,) = reading(USER + TASK * 3 + tied + text).questions
    assert text[:-1] in question.text


def test_what_many_share_is_nobodys_own() -> None:
    (question,) = reading(
        USER + BOOK * 4 + "Users like books. Users can edit their own books."
    ).questions
    assert "Users can edit their own books" in question.text


STATES = "An article has a title and a status: draft -> review -> published. "
PUBLISHED = "Article: status: ArticleStatus = draft steps draft -> review -> published"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (STATES + "Only editors can publish articles.", f"{PUBLISHED} by editor"),
        ("Only editors can publish articles. " + STATES, f"{PUBLISHED} by editor"),
        (STATES + "Editors can publish articles.", f"{PUBLISHED} by editor"),
        (STATES + "Everyone can publish articles.", PUBLISHED),
        ("A bill has a number and a status: open -> paid. Only cashiers can pay bills.",
         "Bill: status: BillStatus = open steps open -> paid by cashier"),
    ],
)  # fmt: skip
def test_a_step_into_what_a_verb_ends_in_is_no_making(text: str, expected: str) -> None:
    found = lines(text)
    assert expected in found
    assert not any("allow" in line for line in found)
    assert "entity Editor" not in found


def test_beside_a_step_what_is_none_is_a_right() -> None:
    found = lines(STATES + "Editors can write and publish articles.")
    assert "Article: allow create: editor, admin" in found
    assert f"{PUBLISHED} by editor" in found


@pytest.mark.parametrize(
    "text",
    [
        "Nobody can publish articles.",
        "Editors cannot publish articles.",
        "Users can publish their own articles.",
    ],
)
def test_a_step_that_is_denied_or_ones_own_is_named_as_not_read(text: str) -> None:
    found = reading(STATES * 3 + text)
    assert found.spec == reading(STATES).spec
    assert text[:-1] in found.questions[0].text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Managers can't delete books. Employees can do everything.",
         "Book: allow list, read, create, update, delete: employee, admin"),
        ("Editors can do everything. Editors cannot delete books.",
         "Book: allow delete: admin"),
        ("Employees can do everything. Editors cannot do anything. Clerks can delete books.",
         "Book: allow delete: clerk, admin"),
        ("Users cannot delete books. Editors can delete books.",
         "Book: allow delete: editor, admin"),
        ("Guests cannot delete books. Users can delete books.",
         "Book: allow delete: authenticated"),
    ],
)  # fmt: skip
def test_what_one_is_denied_takes_no_others_right(text: str, expected: str) -> None:
    assert expected in lines(BOOK + text)


@pytest.mark.parametrize(
    "text",
    [
        "Invoices are private.",
        "Invoices are confidential.",
        "Only the customer who placed an order may see it.",
        "Invoices can't be deleted by anyone but managers.",
        "Everything except invoices is public.",
        "Nothing is public.",
        "Deletion of invoices requires a manager.",
        "No one outside the office should have access.",
        "Managers have access to invoices of their department.",
    ],
)
def test_a_rule_that_is_not_read_is_named_with_what_follows(text: str) -> None:
    """And nothing is built of it, no field and no right."""
    found = reading(ORDERS * 3 + text)
    assert found.spec == reading(ORDERS * 3).spec
    (question,) = found.questions
    assert f"'{text[:-1]}'" in question.text
    assert "whoever reaches the API may read, change and delete everything" in question.text


def test_what_follows_is_another_where_people_sign_in() -> None:
    text = ORDERS * 3 + "Only managers can delete orders. Only managers may see salaries."
    (question,) = reading(text).questions
    assert "whoever signs in may read what no other rule closes" in question.text


def test_what_is_no_rule_has_no_such_consequence() -> None:
    (question,) = reading(ORDERS * 3 + "Ships sail at dawn.").questions
    assert question.text.endswith("What is it to mean?")


def test_one_of_a_row_is_no_role() -> None:
    """Who leads is said of each expedition, and no role that somebody signs in with."""
    text = "An expedition has a leader, a date, a name and a note. " * 3
    found = reading(text + "Only the leader can change an expedition.")
    assert not any(entity.access != type(entity.access)() for entity in found.spec.entities)
    (question,) = found.questions
    assert "'Only the leader can change an expedition'" in question.text
