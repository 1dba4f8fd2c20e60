"""Is every fault of a text in the spec language named, with its place and a hint?"""

from __future__ import annotations

import time

import pytest

from agent.contract import read_input
from agent.errors import RefusedError, SourceError, SpecError
from agent.planner.plan import plan
from agent.planner.readers.spec_language import MAX_CHARACTERS, MAX_FAULTS, parse
from agent.planner.resolve import resolve

TREE = "entity A\n a: date\n one -> A? as many\n"


def faults(text: str) -> list[tuple[int | None, int | None, str, str | None]]:
    with pytest.raises(SourceError) as caught:
        parse(text)
    assert {fault.code for fault in caught.value.faults} == {"spec-syntax"}
    return [(f.line, f.column, f.message, f.expected) for f in caught.value.faults]


def test_every_faulty_line_is_named_at_once() -> None:
    text = """project
databse mysql
database postgres
entiy User
  email: strng unique
  name: string uniqe
  alow read: public
  ok: string
  sort name
  a -> B cascde
operation a: FETCH /x
  status 999
"""
    assert faults(text) == [
        (1, 8, "the line ends too early", "a name or a text in quotes"),
        (2, 1, "`databse` is unexpected here", "did you mean `database`?"),
        (3, 10, "`postgres` is no database", "did you mean `postgresql`?"),
        (4, 1, "`entiy` is unexpected here", "did you mean `entity`?"),
        (5, 10, "`strng` is neither a type nor an enum of this text", "did you mean `string`?"),
        (6, 16, "`uniqe` is unexpected here", "did you mean `unique`?"),
        (7, 3, "`alow` begins no such line here", "did you mean `allow`?"),
        (9, 3, "`sort` begins no such line here", "`sort` belongs to the lines under an operation"),
        (10, 10, "`cascde` is no option of a relation", "did you mean `cascade`?"),
        (11, 14, "`FETCH` is no method", "did you mean `patch`?"),
        (12, 3, "`status`: Input should be less than or equal to 299", None),
    ]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("entity A\n x: integer(5)", (2, 12), "integer has no such size"),
        ("entity A\n x: boolean = False", (2, 15), "did you mean `false`"),
        ("entity A\n x: string | null", (2, 5), "`?` after it"),
        ("entity A\n x: string | text", (2, 5), "quotes around the value"),
        ("entity A\n x: a | a", (2, 5), "listed twice"),
        ("entity A\n x: a -> b, c", (2, 13), "no step leads from here"),
        ("entity A\n x: a by r -> b", (2, 5), "no step leads to this state"),
        ("entity A\n x: a | b by r", (2, 9), "`by` stands without a step"),
        ("entity A\n x: a | b -> c | d", (2, 14), "both sides of an arrow"),
        ("entity A\n x: Colour", (2, 5), "neither a type nor an enum"),
        ("entity A\n b: decimal(12.5)", (2, 2), "a whole number is needed"),
        ("entity A\n b: c | d\nenum AB: x", (2, 5), "exists already"),
        ("entity A\n x: string = 1 = 2", (2, 16), "`default` is given twice"),
        ("entity A\n x: string(1..2) min-length 1", (2, 11), "given twice"),
        ("entity A\n x: json = {a: 1, a: 2}", (2, 19), "`a` is given twice"),
        ("entity A\n x: integer key\n key(x)", (3, 2), "given twice"),
        ("entity A\n key(x)\n x: integer key", (3, 2), "the key is given twice"),
        ("entity A\n crud list\n crud read", (3, 2), "given twice"),
        ("entity A\n allow read: a\n allow read: b", (3, 8), "given twice"),
        ("entity A\n allow reed: a", (2, 8), "did you mean `read`"),
        ("entity A\n crud lst", (2, 7), "did you mean `list`"),
        ("entity A\n a => B unique", (2, 9), "cannot be unique"),
        ("entity A\n unique(a) unique", (2, 12), "no meaning here"),
        ("entity A table a.b.c", (1, 16), "too many dots"),
        ("entity A table a.b in c", (1, 10), "given twice"),
        ("entity 'a\"b'", (1, 1), "no quotes, backslashes"),
        ('entity A "a\x01b"', (1, 10), "control character"),
        ("entity A\n x: float = 1e999", (2, 13), "too large"),
        ("entity A\n x: integer = " + "9" * 5000, (2, 15), "too large"),
        ('entity A\n x: string = "\\q"', (2, 14), "escape"),
        ('entity A\n x: string = "\\ud800"', (2, 14), "escape"),
        ("entity A\n x: string = 'abc", (2, 14), "not closed"),
        ("entity A\n x: string @", (2, 12), "no meaning here"),
        ("entity A\n\n key(\n\nentity B", (3, 5), "never closed"),
        ("timestamps maybe", (1, 12), "neither on nor off"),
        ("project a\nproject b", (2, 1), "given twice"),
        ("api /a\n status creatd=200", (2, 9), "did you mean `created`"),
        ("api /a\n status created=200\n status deleted=200", (3, 2), "given twice"),
        ("operation o: GET /\n set a = 1\n set a = 2", (3, 6), "given twice"),
        ("operation o: GET /\n in A\n in B", (3, 2), "given twice"),
        ("operation o: GET /\n query a = b at-mst", (2, 14), "did you mean `at-most`"),
        ("schema S: a = b attribute c", (1, 17), "given twice"),
        ("auth jtw", (1, 6), "did you mean `jwt`"),
    ],
)
def test_one_fault(text: str, place: tuple[int, int], words: str) -> None:
    (line, column, message, expected), *more = faults(text)
    assert not more
    assert (line, column) == place
    assert words in f"{message} {expected}"


def test_an_unclosed_bracket_hides_no_other_fault() -> None:
    found = faults("entity A\n key(\n x: strng\n # note\n\n y: strin")
    assert [(line, column) for line, column, _, _ in found] == [(2, 5), (3, 5), (6, 5)]


@pytest.mark.parametrize(
    "text",
    [
        "\x00" * 1000,
        "(" * 300_000,
        "entity A\n x: json = " + "[" * 300 + "]" * 300,
        '"' * 300_000,
        '"' + '\\"' * 100_000,
        "a\n" * 200_000,
        "key(\n" * 100_000,
        "entity A,\n" * 50_000,
        "x" * (MAX_CHARACTERS + 1),
        "\ud800",
        "entity A\n" + " x: Foo\n" * 5_000,
    ],
)
def test_hostile_texts_end_in_a_refusal_in_good_time(text: str) -> None:
    start = time.perf_counter()
    assert 0 < len(faults(text)) <= MAX_FAULTS
    assert time.perf_counter() - start < 20


def refused(*texts: str) -> list[tuple[int | None, int | None, str]]:
    """Plan sources in the spec language; answer line, column and message of every fault."""
    sources = [{"format": "spec", "content": text} for text in texts]
    request = {"type": "models", "framework": "fastapi", "description": ""}
    document, _ = read_input({"request": request, "context": {"sources": sources}})
    with pytest.raises(RefusedError) as caught:
        plan(document)
    return [(fault.line, fault.column, fault.message) for fault in caught.value.faults]


def test_what_contradicts_itself_has_its_place_and_all_of_it_is_told() -> None:
    text = """project x
entity User
  email: email unique
  name: string(3) = "too long"
  nam -> Foo
  unique(emal, name)
  index(nothing)

entity User
  email: email
  email: string

entity Thing owner usr
  user -> Usr
  k: uuid = now
  state: a -> b
  allow list: owner
enum ThingState2: a, a
operation o: GET /o list Thing
  sort nime
  query q = nope
"""
    places = {
        4: (19, "The default of 'name'"),
        5: (10, "no entity 'Foo'"),
        6: (10, "no attribute of User 'emal'"),
        7: (9, "no attribute of User 'nothing'"),
        9: (8, "The entity 'User' is given 2 times"),
        11: (3, "'email' is given 2 times"),
        13: (14, "no relation of Thing 'usr'"),
        14: (11, "no entity 'Usr'"),
        15: (11, "'k' cannot be made by now"),
        18: (6, "'a' is given 2 times"),
        20: (8, "no attribute of Thing 'nime'"),
        21: (11, "no attribute of Thing 'nope'"),
    }
    found = refused(text)
    assert [(line, column) for line, column, _ in found[: len(places)]] == [
        (line, column) for line, (column, _) in places.items()
    ], found
    for line, _, message in found:
        assert line in places, message
        assert places[line][1] in message


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("entity A\n b: integer\n key(c)", (3, 6), "'c'"),
        ("api /../..\nentity A\n b: integer", (1, 1), "base_path"),
        ("entity A owner b\n c: integer", (1, 10), "'b'"),
        ("auth jwt\nentity A\n allow read: owner", (3, 8), "who owns a row"),
        ("entity A\n a: integer = 'x'", (2, 13), "The default"),
        ("entity A\n a: integer >= 3 <= 2", (2, 18), "within the bounds"),
        ("entity A\n a -> A via b", (2, 13), "'b'"),
        ("entity A table t\nentity B table t", (2, 10), "the table 't'"),
        ("entity A\n a: integer column x\n b: integer column x", (3, 13), "the column 'x'"),
        ("entity A\n a: integer\nschema S for B: a", (3, 10), "'B'"),
        ("entity A\n a: integer\nschema S for A: a, x = b", (3, 22), "'b'"),
        ("entity A\n a: integer\noperation o: GET /a list B", (3, 26), "'B'"),
        ("entity A\n a: integer\noperation o: GET /a list A\n out S", (4, 6), "'S'"),
        ("entity A\n a: b | c = d", (2, 11), "The default"),
        (
            "entity A\n a: date\nschema S: x: date, more: S[]",
            (3, 24),
            "'S' contains itself, by 'S.more'",
        ),
        (
            "entity A\n a: date\nschema S: t: T\nschema T: u: T2\nschema T2: s: S",
            (5, 13),
            "'S' contains itself, by 'T2.s'",
        ),
        (f"{TREE}schema S for A: a, many -> S[]", (4, 28), "'S' contains itself"),
    ],
)
def test_one_contradiction(text: str, place: tuple[int, int], words: str) -> None:
    ((line, column, message),) = refused(text)
    assert (line, column) == place, message
    assert words in message


def test_schemas_that_contain_others_on_several_ways_are_none_that_contain_themselves() -> None:
    text = f"{TREE}schema S: t: T, u: U[]\nschema T: u: U, a: date\nschema U for A: a, one -> V\n"
    resolve(parse(f"{text}schema V for A: a\noperation o: GET /o custom\n out S"))
    chain = "\n".join(f"schema S{n}: s: S{n + 1}" for n in range(2000))
    found = refused(f"{TREE}{chain}\nschema S2000: s: S1999")
    assert [line for line, _, _ in found] == [2004]


def test_two_texts_that_name_one_thing() -> None:
    ((line, column, message),) = refused("entity A\n a: date", "\n\nentity A\n a: date")
    assert (line, column) == (3, 8)
    assert "which one is meant?" in message


def test_a_faulty_line_hides_no_contradiction_and_makes_none_up() -> None:
    text = """auth jtw
entiy Book
  title: string
entity Author
  name: string uniqe
  best -> Book
  user -> User
  other -> Autor
  home -> Country cascde
  unique(name, home_id)
  born: date = "soon"
  allow read: owner
"""
    found = refused(text)
    assert [(line, column) for line, column, _ in found] == [
        *((1, 6), (2, 1), (5, 16), (8, 12), (9, 19), (11, 14))
    ], found


def test_what_follows_from_a_contradiction_is_not_told() -> None:
    found = refused(
        "auth jwt\nentity A\n k: integer\n l: integer\n key(k, l)\n"
        "entity B owner of\n of -> Usr\n unique(of_id)\n index(of)\nentity Z\n a: date"
    )
    assert [line for line, _, _ in found] == [7], found


def test_many_faults_take_time_that_grows_with_their_number() -> None:
    lines = [f"  r{i} -> Nowhere{i} as back{i}" for i in range(600)]
    spec = parse("\n".join(["entity A", *lines]))
    started = time.process_time()
    with pytest.raises(SpecError) as refused:
        resolve(spec)
    assert time.process_time() - started < 3  # minutes, where each fault is looked at with all
    assert len(refused.value.faults) == 600


def test_the_table_of_alembic_is_its_own() -> None:
    with pytest.raises(SpecError) as caught:
        resolve(parse("project x\nentity Version table alembic_version\n  number: string(32)\n"))
    (fault,) = caught.value.faults
    assert (fault.pointer, fault.message) == (
        "/entities/0/table",
        "Alembic keeps a table of this name.",
    )
