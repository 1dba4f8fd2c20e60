"""Changes of plans, with rows that are there before, and what is to be true of them afterwards.

Each is a plan (in the spec language), and how it is changed: text that is replaced.
"""

from __future__ import annotations

from dataclasses import dataclass

PLAN = """
project library
database {database}
key integer
timestamps off

entity Author
  name: string(40) unique
  born: integer?

entity Book "What is read"
  title: string(100) index
  pages: integer
  state: draft | live
  note: string(20)?
  price: decimal(8,2)?
  author -> Author as books cascade
  editor -> Author? as edited set-null
  tags <-> Tag as books
  check("pages > 0") named has_pages

entity Tag
  name: string(30)

entity Loan
  days: smallint
  seen: datetime?
  made: datetime = now
  book -> Book as loans cascade
  index(days)
"""
ROWS = (
    "INSERT INTO authors (id, name, born) VALUES (1, 'Ann', 1970), (2, 'Bob', NULL)",
    (
        "INSERT INTO books (id, title, pages, state, note, price, author_id, editor_id) VALUES "
        "(1, 'One', 10, 'draft', NULL, 1.50, 1, 2), (2, 'Two', 20, 'live', 'n', NULL, 1, NULL), "
        "(3, 'Three', 30, 'live', NULL, 2.25, 2, 1)"
    ),
    "INSERT INTO tags (id, name) VALUES (1, 'x'), (2, 'y')",
    "INSERT INTO book_tags (book_id, tag_id) VALUES (1, 1), (2, 1), (2, 2)",
    (
        "INSERT INTO loans (id, days, seen, book_id) VALUES "
        "(1, 7, '2020-02-03 04:05:06', 1), (2, 14, NULL, 2)"
    ),
)
HELD = {"authors": 2, "books": 3, "tags": 2, "book_tags": 3, "loans": 2}
"""How many rows each table holds, before and after."""


@dataclass(frozen=True)
class Case:
    """One change. ``asks``: a query after the upgrade -> its answer, as JSON has it.

    ``stops``: what the upgrade says where there are rows, and then changes nothing. ``down`` is
    what the downgrade says where it stops.
    """

    edits: dict[str, str]
    asks: dict[str, object] | None = None
    warned: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    stops: str | None = None
    down: str | None = None


CASES = {
    "a new table": Case(
        {"entity Tag": "entity Shelf\n  room: string(9)\n  book -> Book? as shelves\n\nentity Tag"},
        {"SELECT count(*) FROM shelves": [[0]]},
    ),
    "a table and its pairs are gone": Case(
        {"\nentity Tag\n  name: string(30)": "", "\n  tags <-> Tag as books": ""},
        warned=("data-loss",),
        gone=("tags", "book_tags"),
    ),
    "new columns": Case(
        {
            "pages: integer": "pages: integer\n  rating: integer = 3\n  size: integer >= 5\n"
            "  isbn: string(13) unique\n  kind: a | b\n  labels: string[]\n"
            '  extra: json = {"a": 1}\n  at: datetime\n  day: date = "2020-02-03"\n'
            "  cost: decimal(6,2) > 0\n  sold: boolean\n"
            "  ref: uuid\n  raw: binary\n  lasts: duration = 60\n  opens: time = now\n"
            "  mail: email(60)\n  free: string(5)?\n  made: datetime = now"
        },
        {
            "SELECT id, rating, size, isbn, kind, lasts, mail, free FROM books ORDER BY id": [
                [1, 3, 5, "1", "a", 60, "nobody@example.invalid", None],
                [2, 3, 5, "2", "a", 60, "nobody@example.invalid", None],
                [3, 3, 5, "3", "a", 60, "nobody@example.invalid", None],
            ],
            "SELECT count(*) FROM books WHERE day = '2020-02-03' AND cost > 0": [[3]],
            "SELECT count(*) FROM books WHERE made > '2020-01-01'": [[3]],
        },
        warned=("made-up",),
    ),
    "columns are gone": Case(
        {
            "\n  note: string(20)?": "",
            "\n  born: integer?": "",
            "title: string(100) index": "title: string(100)",
        },
        warned=("data-loss",),
    ),
    "an indexed column is gone": Case(
        {"\n  days: smallint": "", "\n  index(days)": ""}, warned=("data-loss",)
    ),
    "types that values go along with": Case(
        {
            "pages: integer": "pages: bigint",
            "title: string(100)": "title: text",
            "name: string(40)": "name: string(60)",
            "price: decimal(8,2)": "price: decimal(12,3)",
            "days: smallint": "days: integer",
            " index\n": "\n",
            "seen: datetime?": "seen: datetime? naive",
        },
        {
            "SELECT title, pages FROM books ORDER BY id": [["One", 10], ["Two", 20], ["Three", 30]],
            "SELECT name FROM authors ORDER BY id": [["Ann"], ["Bob"]],
            "SELECT count(*) FROM books WHERE price = 2.25": [[1]],
            "SELECT id FROM loans WHERE seen = '2020-02-03 04:05:06'": [[1]],
        },
    ),
    "narrower types": Case(
        {"title: string(100)": "title: string(10)", "pages: integer": "pages: smallint"},
        {"SELECT title, pages FROM books WHERE id = 3": [["Three", 30]]},
        warned=("narrowed",),
    ),
    "types that no value goes along with": Case(
        {"note: string(20)?": "note: date?", "born: integer?": "born: boolean"},
        {"SELECT note FROM books ORDER BY id": [[None]] * 3},
        warned=("data-loss", "made-up"),
    ),
    "a closed list becomes plain text": Case(
        {"state: draft | live": "state: string(9)"},
        {"SELECT state FROM books ORDER BY id": [["draft"], ["live"], ["live"]]},
    ),
    "a longer list": Case(
        {"draft | live": "draft | live | sold-out"},
        {"SELECT state FROM books ORDER BY id": [["draft"], ["live"], ["live"]]},
    ),
    "a shorter list": Case(
        {"state: draft | live": "state: live | other"},
        warned=("stricter",),
        stops="state",
    ),
    "optional": Case(
        {"pages: integer": "pages: integer?", "author -> Author as": "author -> Author? as"},
        {"SELECT pages FROM books ORDER BY id": [[10], [20], [30]]},
    ),
    "required": Case(
        {"note: string(20)?": "note: string(20)", "born: integer?": "born: integer = 1900"},
        {
            "SELECT note FROM books ORDER BY id": [[""], ["n"], [""]],
            "SELECT born FROM authors ORDER BY id": [[1970], [1900]],
        },
        warned=("made-up",),
    ),
    "a required reference": Case(
        {"days: smallint": "days: smallint\n  by -> Author as loans"},
        warned=("needs-values",),
        stops="loans has rows: give each of them a value of by_id first",
    ),
    "an optional reference": Case(
        {"days: smallint": "days: smallint\n  by -> Author? as loans set-null"},
        {"SELECT by_id FROM loans": [[None], [None]]},
    ),
    "a reference becomes required": Case(
        {"editor -> Author? as edited set-null": "editor -> Author as edited"},
        warned=("needs-values",),
        stops="books has rows without a value of editor_id first",
    ),
    "a reference is gone": Case(
        {"\n  editor -> Author? as edited set-null": "", "\n  book -> Book as loans cascade": ""},
        warned=("data-loss",),
        down="loans has rows: give each of them a value of book_id first",
    ),
    "a reference to something else": Case(
        {"editor -> Author? as edited set-null": "editor -> Tag? as edited set-null"},
        {"SELECT editor_id FROM books": [[None]] * 3},
        warned=("data-loss",),
    ),
    "what a delete does": Case(
        {"editor -> Author? as edited set-null": "editor -> Author? as edited cascade"},
        {"SELECT editor_id FROM books ORDER BY id": [[2], [None], [1]]},
    ),
    "one of one": Case(
        {"book -> Book as loans cascade": "book -> Book as loan unique cascade"},
        warned=("stricter",),
    ),
    "rules": Case(
        {
            "name: string(40) unique": "name: string(40)",
            "title: string(100) index": "title: string(100) unique",
            'check("pages > 0") named has_pages': 'check("pages < 99") named is_short\n'
            "  unique(author, title)\n  index(state, pages)",
            "\n  index(days)": "\n  index(days, book)",
        },
        warned=("stricter",),
    ),
    "other pairs": Case(
        {"tags <-> Tag as books": "tags <-> Tag as books\n  readers <-> Author as read"},
        {"SELECT count(*) FROM book_tags": [[3]]},
    ),
    "a cycle": Case(
        {"entity Tag": "entity Room\n  shelf -> Shelf? as rooms\n\n"
         "entity Shelf\n  room -> Room as shelves\n\nentity Tag"},
        {"SELECT count(*) FROM rooms": [[0]]},
    ),
    "a cycle through what is there": Case(
        {"born: integer?": "born: integer?\n  best -> Book? as praised set-null"},
        {"SELECT best_id FROM authors": [[None], [None]]},
    ),
    "to itself": Case(
        {"name: string(30)": "name: string(30)\n  above -> Tag? as below set-null"},
        {"SELECT above_id FROM tags": [[None], [None]]},
    ),
    "timestamps": Case(
        {"timestamps off": "timestamps on"},
        {"SELECT count(*) FROM books WHERE created_at > '2020-01-01'": [[3]]},
    ),
    "comments": Case(
        {
            'entity Book "What is read"': 'entity Book "What is written"',
            "entity Author": 'entity Author "Who writes"',
            "title: string(100) index": 'title: string(100) index "how it is called"',
            "made: datetime = now": 'made: datetime = now "when it was lent"',
        },
        {"SELECT title FROM books ORDER BY id": [["One"], ["Two"], ["Three"]]},
    ),
    "another name": Case(
        {"entity Tag": "entity Label", "tags <-> Tag": "tags <-> Label"},
        warned=("data-loss",),
        gone=("tags", "book_tags"),
    ),
    "people who sign in": Case(
        {
            "timestamps off": "timestamps off\nauth jwt",
            "entity Author": "entity User\n  email: email\n  password: password\n\nentity Author",
        },
        {"SELECT count(*) FROM users": [[0]]},
    ),
    "everything at once": Case(
        {
            "timestamps off": "timestamps on",
            "name: string(40) unique": "name: string(40) index",
            "pages: integer": "pages: bigint >= 1\n  rating: smallint = 1",
            "draft | live": "draft | live | gone",
            "note: string(20)?": "note: string(30)",
            "author -> Author as books cascade": "author -> Author? as books set-null",
            "\n  book -> Book as loans cascade\n  index(days)": "\n  book -> Book as loans",
            "tags <-> Tag as books": "shelf -> Shelf? as books",
            "entity Tag\n  name: string(30)": "entity Shelf\n  number: integer unique",
        },
        {
            "SELECT pages, rating, note FROM books ORDER BY id": [
                [10, 1, ""],
                [20, 1, "n"],
                [30, 1, ""],
            ]
        },
        warned=("data-loss", "made-up"),
        gone=("tags", "book_tags"),
    ),
}  # fmt: skip
