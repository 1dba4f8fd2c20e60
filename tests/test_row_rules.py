"""Do emitted rows keep the checks of their tables? And is a check read before it is emitted?"""

from __future__ import annotations

import time
from contextlib import closing

import pytest

from agent.emitter.facts import Facts
from agent.emitter.project import render
from agent.emitter.testing.examples import Examples
from agent.emitter.testing.room import room
from agent.errors import SpecError
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from agent.planner.row_rules import RowRules
from tests.made import library

COLUMNS = """
  starts_at: datetime
  ends_at: datetime
  day: date
  until: date?
  low: integer
  high: smallint <= 30000
  price: decimal(8,2)
  sale: decimal(8,2)?
  ratio: float >= 0 <= 1
  code: string(10)
  title: string(40)
  kind: a | b | "c d"
  open: boolean
  state: new -> done
  no: integer unique
  slot: string(2) unique
"""


def spec(*checks: str, columns: str = COLUMNS) -> str:
    rules = "\n".join(f'  check("{check}")' for check in checks)
    return f"project x\ndatabase sqlite\nentity A\n{columns}\n{rules}\n"


CHECKS = [
    "starts_at < ends_at",
    "ends_at < starts_at",
    "low <= high AND low > 5",
    "low < high AND high < no",
    "no BETWEEN 3 AND 30000 AND no > high",
    "until IS NULL OR until > day",
    "until IS NULL",
    "until IS NOT NULL AND day >= '2030-05-01'",
    "sale < price",
    "sale <= price / 2 AND sale > 0",
    "price = 9.99",
    "length(code) = 10",
    "char_length(code) BETWEEN 2 AND 3",
    "length(slot) = 2",
    "title IN ('it''s', 'other')",
    "title LIKE 'A%'",
    "title = upper(title)",
    "kind = 'c d'",
    "kind <> 'a' AND open = false",
    "(kind = 'b' AND low > 100) OR (kind = 'a' AND low < -5)",
    "open",
    "ratio > 0.25 AND ratio < 0.75",
    "ratio = 0.1",
    "low + high = 10",
    "low % 7 = 0 AND low > 7",
    "abs(low) > 100",
    "coalesce(sale, price) > 5",
    "CASE WHEN open THEN low > 3 ELSE low < 0 END",
    "state <> 'done' OR until IS NOT NULL",
    "created_at < starts_at",
]


@pytest.mark.parametrize("check", CHECKS)
def test_rows_keep_a_rule(check: str) -> None:
    text = spec(check.replace('"', '\\"'))
    facts = Facts(resolve(parse(text)).spec)
    entity = facts.entities["A"]
    found = Examples(facts).of("A")
    with closing(RowRules(entity)) as rules:
        names = rules.reads(entity.checks[0].expression)
        assert names
        assert set(names) == set(found)
        for end in (0, -1):
            values = {name: found[name].values[end] for name in names}
            assert rules.holds(entity.checks[0].expression, values), values


@pytest.mark.parametrize(
    ("column", "row", "body"),
    [
        ("string(20) unique", "str(number).zfill(11)[-11:]", "str(number).zfill(11)[-11:]"),
        (
            "binary",
            "str(number).zfill(11)[-11:].encode()",
            "b64encode(str(number).zfill(11)[-11:].encode()).decode()",
        ),
    ],
)
def test_codes_have_the_length_that_a_rule_asks_for(column: str, row: str, body: str) -> None:
    text = spec("length(part) = 11", columns=f"  part: {column}")
    examples = Examples(Facts(resolve(parse(text)).spec))
    assert examples.unkept == []
    assert (examples.of("A")["part"].row, examples.of("A")["part"].body) == (row, body)


def test_columns_with_capitals_beyond_ascii_are_found() -> None:
    columns = '  begins: integer column "Ärger"\n  ends: integer column "ÜBER"'
    check = '\\"ÜBER\\" > \\"Ärger\\" AND \\"Ärger\\" > 7'
    examples = Examples(Facts(resolve(parse(spec(check, columns=columns))).spec))
    assert examples.unkept == []
    assert set(examples.of("A")) == {"begins", "ends"}


def test_rules_are_kept_together() -> None:
    facts = Facts(resolve(parse(spec("low < high", "high < no", "low > 10"))).spec)
    found = Examples(facts).of("A")
    (low,), (high,) = found["low"].values, found["high"].values
    assert 10 < int(str(low)) < int(str(high)) < min(int(str(n)) for n in found["no"].values)
    assert found["low"].row == found["low"].body == str(low)


@pytest.mark.parametrize(
    ("column", "check", "row", "body"),
    [
        ("smallint", "part IN (1, 2, 3)", "(1, 2, 3)[number % 3]", "(1, 2, 3)[number % 3]"),
        ("integer", "part = 7 OR part = -2", "(-2, 7)[number % 2]", "(-2, 7)[number % 2]"),
        ("integer", "part IN (4)", "4", "4"),
        ("integer > 1", "part IN (1, 2, 3)", "(2, 3)[number % 2]", "(2, 3)[number % 2]"),
        (
            "decimal(4,1)",
            "part IN (0.5, 2)",
            '(Decimal("0.5"), Decimal("2.0"))[number % 2]',
            '("0.5", "2.0")[number % 2]',
        ),
        ("float", "part IN (0.1, 3)", "(0.1, 3.0)[number % 2]", "(0.1, 3.0)[number % 2]"),
        ("string(3)", "part IN ('it''s', 'ab', 'c')", '("ab", "c")[number % 2]', None),
        ("string(9)", "part IN ('red') AND length(part) > 2", '"red"', None),
        ("text", "part = 'x' OR part = 'X'", '("X", "x")[number % 2]', None),
        (
            "date",
            "part IN ('2024-01-31', '2023-02-29', '2024-06-01')",
            "(dt.date(2024, 1, 31), dt.date(2024, 6, 1))[number % 2]",
            '("2024-01-31", "2024-06-01")[number % 2]',
        ),
        (
            "a | b | c",
            "part <> 'b'",
            "(APart.A, APart.C)[number % 2]",
            '("a", "c")[number % 2]',
        ),
    ],
)
def test_unique_attributes_take_the_values_that_a_rule_lists(
    column: str, check: str, row: str, body: str | None
) -> None:
    columns = f"  part: {column} unique\n  low: integer"
    facts = Facts(resolve(parse(spec(check, "low > 3", columns=columns))).spec)
    found = Examples(facts).of("A")
    assert (found["part"].row, found["part"].body) == (row, body or row)
    (low,) = found["low"].values
    assert int(str(low)) > 3


@pytest.mark.parametrize(
    ("column", "check"),
    [
        ("integer", "part <> 7 AND part > 0"),
        ("integer", "part IN (1, 2) OR part > 100"),
        ("string(20)", "part <> 'abc'"),
        ("string(20)", "part LIKE 'A%'"),
        ("string(20)", "part >= 'abc' AND length(part) > 4"),
        ("date", "part >= '2024-01-01'"),
    ],
)
def test_unique_attributes_count_where_a_rule_leaves_more_than_it_lists(
    column: str, check: str
) -> None:
    facts = Facts(resolve(parse(spec(check, columns=f"  part: {column} unique"))).spec)
    assert len(Examples(facts).of("A")["part"].values) > 2
    assert room(facts, "A") > 1000


ARCS = """project x
database sqlite
entity A
  name: string(9)
entity B
  name: string(9)
  c -> C? as bs
entity C
  kind: x | y
  a -> A? as cs
  b -> B? as cs
  above -> C? as below
  check("{}")
"""


@pytest.mark.parametrize(
    ("check", "parents"),
    [
        ("a_id IS NOT NULL OR b_id IS NOT NULL", {"a": {"b", "b_id"}}),
        ("(a_id IS NULL) <> (b_id IS NULL)", {"a": {"b", "b_id"}}),
        ("b_id IS NOT NULL AND (a_id IS NULL OR kind = 'y')", {"b": {"a", "a_id"}}),
        ("a_id IS NOT NULL AND b_id IS NOT NULL", {"a": set(), "b": set()}),
        ("kind = 'x' AND a_id IS NOT NULL", {"a": set()}),
        ("(kind = 'x') = (a_id IS NOT NULL)", {}),
        ("a_id IS NULL OR b_id IS NULL", {}),
        # a row that needs another of its kind would never be made
        ("(above_id IS NULL) <> (b_id IS NULL)", {"b": {"above", "above_id"}}),
        ("a_id <> b_id AND coalesce(a_id, b_id) IS NOT NULL", {"a": {"b", "b_id"}}),
    ],
)
def test_rows_get_the_parents_that_a_rule_asks_for(
    check: str, parents: dict[str, set[str]]
) -> None:
    facts = Facts(resolve(parse(ARCS.format(check))).spec)
    examples = Examples(facts)
    assert examples.unkept == []
    assert examples.parents.get("C", {}) == parents


def test_a_parent_is_made_unless_another_stands_instead() -> None:
    spec = resolve(parse(ARCS.format("(a_id IS NULL) <> (b_id IS NULL)"))).spec
    files = {f.path: f.content for f in render(spec, library()).files}
    made = files["tests/factories.py"].partition("async def c(")[2]
    assert 'if not values.keys() & {"a", "a_id", "b", "b_id"}:' in made
    assert 'values["a"] = await self.a()' in made
    created = files["tests/integration/test_cs.py"].partition("def test_create_c(")[2]
    assert "a_id=str(a.id)" in created.partition("async def")[0]


@pytest.mark.parametrize(
    ("check", "tried"),
    [
        ("a_id IS NULL OR b_id IS NULL", "a"),
        ("above_id IS NULL AND a_id IS NULL", "b"),
        ("(above_id IS NULL) <> (b_id IS NULL)", "a"),
        ("a_id IS NULL AND b_id IS NULL AND above_id IS NULL", None),
        ("(kind = 'x') = (a_id IS NULL)", "b"),
        ("kind = 'y' AND a_id IS NOT NULL", "a"),
        ("a_id <> id AND b_id <> id", "a"),
    ],
)
def test_a_key_of_no_row_breaks_no_other_rule(check: str, tried: str | None) -> None:
    files = render(resolve(parse(ARCS.format(check))).spec, library()).files
    tests = next(f.content for f in files if f.path == "tests/integration/test_cs.py")
    found = [name for name in ("a", "b", "above") if f"test_create_c_without_its_{name}(" in tests]
    assert found == ([tried] if tried else [])


def test_of_a_pair_in_order_the_second_may_be_any() -> None:
    text = (
        "project x\ndatabase sqlite\nentity A\n  id: integer = identity key\nentity Pair\n"
        '  one -> A as ones\n  two -> A as twos\n  check("one_id < two_id")\n'
    )
    files = render(resolve(parse(text)).spec, library()).files
    tests = next(f.content for f in files if f.path == "tests/integration/test_pairs.py")
    assert "test_create_pair_without_its_two(" in tests
    assert "test_create_pair_without_its_one(" not in tests


@pytest.mark.parametrize(
    ("database", "on_delete"), [("mysql", "restrict"), ("postgresql", "set-null")]
)
def test_mysql_makes_nothing_null_that_a_check_is_about(database: str, on_delete: str) -> None:
    text = ARCS.format("(a_id IS NULL) <> (b_id IS NULL)").replace("sqlite", database)
    plan = resolve(parse(text.replace("b -> B? as cs", "b -> B? as cs set-null")))
    relation = next(r for r in plan.spec.entities[2].relations if r.name == "b")
    assert relation.on_delete == on_delete
    told = [each for each in plan.assumptions if each.about == "C.b" and "MySQL" in each.text]
    assert len(told) == (database == "mysql")


def test_rules_that_nothing_keeps_are_searched_for_a_moment() -> None:
    """However many optional parents they name; a rule beside them that can be kept is kept."""
    numbers, parents = "abcd", [f"p{i}" for i in range(7)]
    asked = " AND ".join(f"{parent}_id IS NOT NULL" for parent in parents)
    unkept = [f"{n} > other AND other > {n} AND {asked}" for n in numbers]
    text = "\n".join(
        (
            "project x\ndatabase sqlite\nentity P\n  name: string(9)\nentity A\n  other: integer",
            *(f"  {n}: integer" for n in numbers),
            *(f"  {parent} -> P? as {parent}_rows" for parent in parents),
            *(f'  check("{rule}")' for rule in [*unkept, "p0_id IS NOT NULL AND other > 5"]),
        )
    )
    plan = resolve(parse(text)).spec
    began = time.process_time()
    examples = Examples(Facts(plan))
    assert time.process_time() - began < 2
    assert examples.unkept == [("A", rule) for rule in unkept]
    assert examples.of("A")["other"].values == (6,)
    assert list(examples.parents["A"]) == ["p0"]


HARD = "low * low = 1369"


def test_a_rule_that_nothing_was_found_for_is_told_and_the_others_are_kept() -> None:
    rendering = render(resolve(parse(spec("low < high", HARD, "price > 5"))).spec, library())
    (warning,) = rendering.warnings
    assert warning.message.startswith(f"A: no values were found that keep the check '{HARD}'.")
    factories = next(f.content for f in rendering.files if f.path == "tests/factories.py")
    assert f"# No values were found that keep this rule, give some: {HARD}\n" in factories
    assert '"price": Decimal("1369.00")' in factories  # a number of the rules, above 5


def test_rules_that_exclude_each_other_are_all_told() -> None:
    facts = Facts(resolve(parse(spec("low < high", "high < low"))).spec)
    examples = Examples(facts)
    assert examples.unkept == [("A", "low < high"), ("A", "high < low")]
    assert examples.of("A") == {}


def test_rules_that_are_kept_are_no_warning() -> None:
    assert render(resolve(parse(spec("low < high"))).spec, library()).warnings == ()


def test_what_no_rule_is_about_is_free() -> None:
    facts = Facts(resolve(parse(spec("low > 5"))).spec)
    assert set(Examples(facts).of("A")) == {"low"}
    assert Examples(facts).of("B") == {}


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ("lowest > 5", "no such column: lowest"),
        ("low >", "syntax error"),
        ("low > 5); DROP TABLE a; --", "cannot be read"),
        ("low > 5) OR (high < 5", 'near "OR": syntax error.'),
        ("low > 5) AS x, (high", 'near "AS": syntax error.'),
        ("low > (SELECT 1)", "subqueries prohibited in CHECK constraints."),
        ("low > :least", "parameters prohibited in CHECK constraints."),
        ("code ~ '^A'", "syntax error"),
    ],
)
def test_what_is_no_rule_is_refused(check: str, words: str) -> None:
    with pytest.raises(SpecError) as refused:
        resolve(parse(spec(check)))
    (fault,) = refused.value.faults
    assert fault.pointer == "/entities/0/checks/0/expression"
    assert words in fault.message


def test_a_rule_that_takes_too_long_holds_for_nothing() -> None:
    endless = (
        "low < (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c)"
        " SELECT max(n) FROM c)"
    )
    facts = Facts(resolve(parse(spec("low > 5"))).spec)
    with closing(RowRules(facts.entities["A"])) as rules:
        assert not rules.holds(endless, {"low": 1})
