"""Do the values in emitted tests satisfy the rules? Bounds, lengths, patterns, keys."""

from __future__ import annotations

import datetime as dt
import enum
import json
import re
from base64 import b64decode, b64encode
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any
from uuid import uuid4

import pytest

from agent.emitter.facts import Facts
from agent.emitter.testing.case import Case, tidy
from agent.emitter.testing.code import names_in
from agent.emitter.testing.numbers import span
from agent.emitter.testing.regex_samples import matching
from agent.emitter.testing.samples import body_value, row_value
from agent.emitter.testing.wire import absent_in_body, absent_in_path, in_body, keywords
from agent.emitter.types import INTEGER_BITS
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from agent.types import Api, Attribute, AttributeType, EnumType

T = AttributeType
Colour = enum.StrEnum("Colour", {"RED": "red", "GREEN": "green", "DARK_BLUE": "dark blue"})
NUMBERS = [1, 2, 7, 8, 59, 501, 502, 999, 1440, 123456]


@cache
def facts_of(text: str) -> Facts:
    return Facts(resolve(parse(f"project x\ndatabase sqlite\n{text}")).spec)


@cache
def colours() -> Facts:
    facts = Facts(resolve(parse('project x\nentity A\n  b: red | green | "dark blue"')).spec)
    facts.enums["Colour"] = EnumType(name="Colour", values=("red", "green", "dark blue"))
    facts.members.update({("Colour", m.value): m.name for m in Colour})
    return facts


def pick(number: int, *texts: str) -> str:
    return texts[number % len(texts)]


def run(code: str, number: int) -> Any:  # noqa: ANN401 - whatever the expression gives
    known = {
        "number": number,
        "dt": dt,
        "Decimal": Decimal,
        "uuid4": uuid4,
        "b64encode": b64encode,
        "pick": pick,
        "PASSWORD": "Correct-Horse-7",
        "PASSWORD_HASH": "hash",
        "Colour": Colour,
    }
    return eval(code, known)  # noqa: S307 - an expression of our own


def attribute(kind: T, **facts: Any) -> Attribute:  # noqa: ANN401 - the facts of an attribute
    name = facts.pop("name", "size")
    return Attribute(name=name, type=kind, **facts)


# --- numbers ---

BOUNDED = [
    attribute(T.INTEGER),
    attribute(T.INTEGER, exclusive_minimum=0.5, exclusive_maximum=3.5),
    attribute(T.INTEGER, maximum=-5),
    attribute(T.INTEGER, minimum=-5, maximum=5),
    attribute(T.INTEGER, minimum=3, maximum=3),
    attribute(T.SMALLINT, minimum=32760),
    attribute(T.SMALLINT, minimum=100, unique=True),
    attribute(T.BIGINT, minimum=2**53 + 1),
    attribute(T.BIGINT, exclusive_maximum=-(2**53) - 1),
    attribute(T.DECIMAL, precision=10, scale=2),
    attribute(T.DECIMAL, precision=10, scale=2, minimum=0, maximum=0.05),
    attribute(T.DECIMAL, precision=3, scale=2),
    attribute(T.DECIMAL, precision=2, scale=2),
    attribute(T.DECIMAL, precision=5, scale=0, exclusive_maximum=0),
    attribute(T.DECIMAL, precision=20, scale=4, minimum=12345678901234.5678),
    attribute(T.DECIMAL, precision=30, scale=20, exclusive_minimum=0, exclusive_maximum=0.5),
    attribute(T.DECIMAL, precision=4, scale=3, minimum=-0.5, maximum=-0.25),
    attribute(T.FLOAT),
    attribute(T.FLOAT, minimum=0.1, maximum=0.2),
    attribute(T.FLOAT, exclusive_minimum=0, exclusive_maximum=0.4),
    attribute(T.FLOAT, exclusive_minimum=0, exclusive_maximum=1e-6),
    attribute(T.FLOAT, minimum=1.7),
    attribute(T.FLOAT, maximum=-1e6),
]


def number_of(shown: object) -> Fraction:
    return Fraction(str(shown))


def keeps(given: Attribute, value: Fraction) -> bool:
    low, high = given.minimum, given.maximum
    above, below = given.exclusive_minimum, given.exclusive_maximum
    return (
        (low is None or value >= number_of(low))
        and (high is None or value <= number_of(high))
        and (above is None or value > number_of(above))
        and (below is None or value < number_of(below))
    )


def fits(given: Attribute, value: Fraction) -> bool:
    if given.type in INTEGER_BITS:
        size = 2 ** (INTEGER_BITS[given.type] - 1)
        return value.denominator == 1 and -size <= value < size
    if given.type is T.DECIMAL:
        scaled = value * 10 ** (given.scale or 0)
        return bool(scaled.denominator == 1 and abs(scaled) < 10 ** (given.precision or 0))
    return True


@pytest.mark.parametrize("unique", [False, True])
@pytest.mark.parametrize("given", BOUNDED, ids=repr)
def test_numbers_keep_their_bounds(given: Attribute, *, unique: bool) -> None:
    for code in (
        row_value(given, colours(), unique=unique),
        body_value(given, colours(), unique=unique),
    ):
        for number in NUMBERS:
            value = number_of(run(code, number))
            assert keeps(given, value), (code, number, value)
            assert fits(given, value), (code, number, value)


@pytest.mark.parametrize("given", BOUNDED, ids=repr)
def test_unique_numbers_differ_as_far_as_the_bounds_allow(given: Attribute) -> None:
    allowed = span(given, 1000)
    room = int((allowed.high - allowed.low) / allowed.step)
    code = body_value(given, colours(), unique=True)
    assert len({run(code, number) for number in range(1, 301)}) >= min(300, room)


def test_bounds_that_leave_nothing_still_give_a_number() -> None:
    given = attribute(T.INTEGER, minimum=5, maximum=4)
    assert run(row_value(given, colours(), unique=False), 1) == 5


@pytest.mark.parametrize(
    ("given", "row", "body"),
    [
        (attribute(T.INTEGER), "1", "1"),
        (attribute(T.INTEGER, minimum=4), "4", "4"),
        (attribute(T.DECIMAL, precision=10, scale=2), 'Decimal("1.00")', '"1.00"'),
        (attribute(T.DECIMAL, precision=30, scale=4), 'Decimal("1.0000")', '"1.0000"'),
        (attribute(T.DECIMAL, precision=2, scale=2), 'Decimal("0.01")', '"0.01"'),
        (attribute(T.FLOAT), "1.0", "1.0"),
    ],
)
def test_numbers_read_as_a_person_would_write_them(given: Attribute, row: str, body: str) -> None:
    assert row_value(given, colours(), unique=False) == row
    assert body_value(given, colours(), unique=False) == body


# --- texts and the rest ---


@pytest.mark.parametrize("unique", [False, True])
@pytest.mark.parametrize("array", [False, True])
@pytest.mark.parametrize("kind", list(T))
def test_every_type_has_values(kind: T, *, array: bool, unique: bool) -> None:
    given = attribute(
        kind, array=array, enum="Colour" if kind is T.ENUM else None, precision=8, scale=2
    )
    row = run(row_value(given, colours(), unique=unique), 7)
    body = run(body_value(given, colours(), unique=unique), 7)
    assert isinstance(row, list) is array
    assert json.loads(json.dumps(body)) == body


@pytest.mark.parametrize("kind", [T.STRING, T.TEXT, T.EMAIL, T.URL])
@pytest.mark.parametrize(
    ("least", "most"),
    [(None, None), (0, 30), (50, 80), (60, None), (None, 22), (None, 40)],
)
def test_texts_keep_their_lengths(kind: T, least: int | None, most: int | None) -> None:
    given = attribute(kind, name="a_name_of_some_length", min_length=least, length=most)
    code = body_value(given, colours(), unique=True)
    texts = {run(code, number) for number in NUMBERS}
    assert len(texts) == len(NUMBERS)
    assert all((least or 0) <= len(text) <= (most or 10**6) for text in texts)


@pytest.mark.parametrize("most", range(1, 20))
def test_short_texts_keep_their_lengths(most: int) -> None:
    for least in (None, 1, most):  # a fixed length as well
        given = attribute(T.STRING, name="x", min_length=least, length=most)
        for number in (1, 9, 501, 99999):
            assert (
                (least or 0) <= len(run(row_value(given, colours(), unique=True), number)) <= most
            )


@pytest.mark.parametrize("most", [1, 2, 7, 8, None])
def test_bytes_keep_their_length(most: int | None) -> None:
    given = attribute(T.BINARY, length=most)
    for number in NUMBERS:
        assert len(run(row_value(given, colours(), unique=True), number)) <= (most or 100)
        encoded = run(body_value(given, colours(), unique=True), number)
        assert 0 < len(b64decode(encoded)) <= (most or 100)


@pytest.mark.parametrize("length", [12, 15, 25, 255])
def test_addresses_are_addresses(length: int) -> None:
    given = attribute(T.EMAIL, name="mail", length=length)
    text = run(body_value(given, colours(), unique=True), 501)
    assert re.fullmatch(r"[a-z0-9]+@[a-z]+\.[a-z]+", text)


def test_an_address_with_a_pattern_matches_it() -> None:
    plain = attribute(T.EMAIL, name="mail", length=60, pattern="@example")
    assert run(body_value(plain, colours(), unique=True), 3) == "mail3@example.com"
    other = attribute(T.URL, length=60, pattern="^https://shop[.]test/[a-z]+$")
    text = run(body_value(other, colours(), unique=True), 3)
    assert re.search(other.pattern or "", text)


def test_defaults_and_choices_are_kept() -> None:
    given = attribute(T.ENUM, enum="Colour", default="green")
    assert row_value(given, colours(), unique=False) == "Colour.GREEN"
    assert body_value(given, colours(), unique=False) == '"green"'
    assert body_value(attribute(T.BOOLEAN, default=False), colours(), unique=False) == "False"
    roles = attribute(T.STRING, array=True)
    assert body_value(roles, colours(), unique=False, choices=("user", "admin")) == '["user"]'


def test_a_password_without_users_is_no_name_of_the_factories() -> None:
    assert body_value(attribute(T.PASSWORD), colours(), unique=False) == '"Correct-Horse-7"'
    secured = facts_of("auth jwt\nentity A\n  b: text")
    assert body_value(attribute(T.PASSWORD), secured, unique=False) == "PASSWORD"


# --- patterns ---

PATTERNS = [
    ("^[A-Z]{2}[0-9]{2,4}$", 2, 8),
    (r"^\d{3}-\d{4}$", 0, 20),
    (r"^(red|green|dark blue)$", 0, 20),
    (r"^#[0-9a-fA-F]{6}$", 0, 7),
    (r"^[^/]+\.txt$", 0, 30),
    (r"^\w+(\s\w+)*?$", 12, 40),
    (r"^\+?[1-9]\d{1,14}$", 0, 16),
    (r"^(?:a|b){3}.[^c]$", 0, 20),
    ("^['a-z\"]+$", 0, 20),
    ("", 3, 5),
    ("^(?>ab)+c++$", 0, 30),
]


@pytest.mark.parametrize(("pattern", "least", "most"), PATTERNS)
def test_examples_match_their_pattern(pattern: str, least: int, most: int) -> None:
    found = matching(pattern, least, most, 5)
    assert 1 <= len(found) <= 5
    assert len(set(found)) == len(found)
    assert all(re.search(pattern, text) and least <= len(text) <= most for text in found)
    assert found == matching(pattern, least, most, 5)


def test_unique_values_of_a_pattern_differ_oftener() -> None:
    given = attribute(T.STRING, pattern="^[A-Z]{2}[0-9]{2}$", length=4)
    unique = body_value(given, colours(), unique=True)
    assert len({run(unique, number) for number in range(1, 12)}) == 11
    assert len({run(unique, number) for number in range(1, 23, 2)}) == 11


@pytest.mark.parametrize("pattern", [r"^\p{L}+$", "^(?=x)y$", "("])
def test_a_pattern_that_nothing_was_found_for_gives_some_text(pattern: str) -> None:
    assert matching(pattern, 3, 9, 5) == ["xxx"]
    given = attribute(T.EMAIL, pattern=pattern)
    assert run(body_value(given, colours(), unique=False), 1)


# --- requests ---


def test_keywords_hold_any_name() -> None:
    assert keywords([]) == ""
    assert keywords([("a", "1"), ("class", "2"), ("b-c", "3")]) == 'a=1, **{"class": 2, "b-c": 3}'
    assert keywords([("größe", "1")]) == '**{"größe": 1}'


def test_keys_are_said_as_json_has_them() -> None:
    facts = colours()
    short, long = (attribute(T.DECIMAL, precision=p, scale=2) for p in (8, 30))
    assert in_body("a.b", attribute(T.UUID), facts) == "str(a.b)"
    assert in_body("a.b", short, facts) == in_body("a.b", long, facts) == 'f"{a.b:.2f}"'
    assert in_body("a.b", attribute(T.INTEGER), facts) == "a.b"
    numbers = Facts(facts.spec.model_copy(update={"api": Api(decimals="number")}))
    assert in_body("a.b", short, numbers) == "float(a.b)"
    assert in_body("a.b", long, numbers) == 'f"{a.b:.2f}"'
    at = run("dt.datetime(2024, 1, 1, tzinfo=dt.UTC)", 1)
    assert eval(in_body("at", attribute(T.DATETIME), facts), {"at": at}) == "2024-01-01T00:00:00Z"  # noqa: S307 - our own


@pytest.mark.parametrize("kind", list(T))
def test_absent_keys_are_values_of_their_type(kind: T) -> None:
    given = attribute(kind, enum="Colour", length=5, precision=8, scale=2)
    assert absent_in_path(given, colours())
    shown = run(absent_in_body(given, colours()), 1)
    assert json.dumps(shown)
    if kind is T.ENUM:
        assert shown in list(Colour)
    if kind is T.STRING:
        assert len(shown) <= 5


# --- code ---


@pytest.mark.parametrize(
    ("code", "read", "called"),
    [
        ('path = f"/a/{user.id}"', {"path", "user"}, set()),
        ("x = f(a, b=c)", {"x", "a", "c"}, {"f"}),
        ('assert data["a b"] == body["c"], response.text', {"data", "body", "response"}, set()),
        ('\'it has "number"\' and "it\'s dt."', {"and"}, set()),
        ('f"{list(Kind)[number % 2].value}"', {"Kind", "number"}, {"list"}),
        ("client.get(path)", {"client", "path"}, set()),
        ('"\\"number\\""', set(), set()),
    ],
)
def test_names_are_found_outside_strings(code: str, read: set[str], called: set[str]) -> None:
    found = names_in(code)
    assert found.read - {"assert", "await"} == read
    assert found.called == called
    assert found.all == found.read | found.called


def test_tidy_forgets_what_nothing_reads() -> None:
    lines = [
        "actor = await factory.user()",
        "order = await factory.order(user=actor)",
        "other = await factory.order(user=actor)",
        "user = actor",
        'response = await client.get(f"/orders/{order.id}")',
        "assert response.status_code == 200",
    ]
    shown = tidy(Case("read", lines), "read_order")
    assert shown.lines == [
        lines[0],
        lines[1],
        "await factory.order(user=actor)",
        lines[4],
        lines[5],
    ]
    assert shown.signature == (
        "async def test_read_order(client: AsyncClient, factory: Factory) -> None:"
    )


def test_tidy_breaks_long_lines_and_keeps_blocks() -> None:
    argument = "a" * 80
    lines = [
        "with queries.counted() as few:",
        f"    x = await client.get({argument}, b, c)",
        "x, few",
    ]
    shown = tidy(Case("x", lines), "x")
    assert shown.lines[1] == f"    x = await client.get(\n            {argument}, b, c\n        )"
    assert "queries: Queries" in shown.signature
    assert "factory" not in shown.signature
