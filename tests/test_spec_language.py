"""Does the spec language say everything a BackendSpec can, and lose nothing on the way?"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest

from agent.documents import Source, SourceFormat
from agent.errors import SourceError
from agent.planner.readers.spec_language import MAX_CHARACTERS, MAX_FAULTS, parse, read
from agent.planner.spec_writer import write
from agent.types import (
    Access,
    Attribute,
    AttributeType,
    BackendSpec,
    DeleteBehaviour,
    EnumType,
    Generator,
    JoinTable,
    Relation,
    RelationKind,
    SchemaField,
    Transition,
)

DOCS = Path(__file__).parent.parent / "docs" / "spec-language.md"


def faults(text: str) -> list[tuple[int | None, int | None, str, str | None]]:
    with pytest.raises(SourceError) as caught:
        parse(text)
    assert {fault.code for fault in caught.value.faults} == {"spec-syntax"}
    return [(f.line, f.column, f.message, f.expected) for f in caught.value.faults]


def attribute(line: str) -> Attribute:
    (found,) = parse(f"entity A\n{line}").entities[0].attributes
    return found


def relation(line: str) -> Relation:
    (found,) = parse(f"entity A\n{line}").entities[0].relations
    return found


def round_trip(spec: BackendSpec) -> None:
    text = write(spec)
    assert parse(text) == spec
    assert write(parse(text)) == text


# --- everything can be said -----------------------------------------------------------------------


def test_a_spec_with_nothing_said_is_the_default_spec() -> None:
    assert parse("") == BackendSpec()
    assert write(BackendSpec()) == "project backend\n"
    assert read(Source(format=SourceFormat.SPEC, content="project x")).spec.name == "x"


def test_every_word_of_an_enumeration_can_be_read() -> None:
    for kind in AttributeType:
        if kind != AttributeType.ENUM:
            assert attribute(f"x: {kind}").type == kind
    for generator in Generator:
        assert attribute(f"x: uuid = {generator}").generated == generator
    for behaviour in DeleteBehaviour:
        assert relation(f"a -> B {behaviour}").on_delete == behaviour
    words = {Access.READ_ONLY: "readonly", Access.WRITE_ONLY: "writeonly", Access.HIDDEN: "hidden"}
    assert {attribute(f"x: text {word}").access: word for word in words.values()} == words


@pytest.mark.parametrize(
    "block", re.findall(r"```spec\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
)
def test_the_documentation_reads(block: str) -> None:
    round_trip(parse(block))


def test_the_documentation_names_every_word_of_the_language() -> None:
    grammar = Path("agent/planner/readers/spec_language.lark")
    text = (DOCS.parent.parent / grammar).read_text("utf-8")
    words = set(re.findall(r'"([a-z][a-z-]+)"', text))
    page = DOCS.read_text("utf-8")
    assert {word for word in words if not re.search(rf"\b{word}\b", page)} == set()


# --- what statements mean -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x: string(100)", {"length": 100}),
        ("x: string(2..100)", {"min_length": 2, "length": 100}),
        ("x: string(2..)", {"min_length": 2}),
        ("x: string?", {"nullable": True}),
        ("x: string nullable", {"nullable": True}),
        ("x: string[]", {"array": True}),
        ('x: string = "now"', {"default": "now"}),
        ("x: string length 3 min-length 0", {"length": 3, "min_length": 0}),
        ("x: string pattern '\\d'", {"pattern": "\\d"}),
        ('x: string "a \\"b\\""', {"comment": 'a "b"'}),
        ("x: decimal(10, 2)", {"type": "decimal", "precision": 10, "scale": 2}),
        ("x: decimal(10)", {"type": "decimal", "precision": 10}),
        ("x: integer >= 0 < 5", {"type": "integer", "minimum": 0, "exclusive_maximum": 5}),
        ("x: integer = -1", {"type": "integer", "default": -1}),
        ("x: boolean = false", {"type": "boolean", "default": False}),
        ("x: json = {a: [1, null]}", {"type": "json", "default": {"a": [1, None]}}),
        ("x: datetime naive = now", {"type": "datetime", "timezone": False, "generated": "now"}),
        ("x: enum Unknown", {"type": "enum", "enum": "Unknown"}),
    ],
)
def test_attributes(line: str, expected: dict[str, Any]) -> None:
    assert attribute(line) == Attribute(**{"name": "x", "type": "string", **expected})


@pytest.mark.parametrize(
    "name",
    [
        *("status", "key", "list", "index", "path", "type", "user", "entity", "enum", "unique"),
        *("crud", "check", "allow", "api", "schema", "operation", "in", "by", "order", "naïve"),
        "項目",
    ],
)
def test_words_of_the_language_are_names_where_that_is_clear(name: str) -> None:
    text = f"entity A\n{name}: string\n{name} -> {name}\nkey({name})\n"
    entity = parse(text).entities[0]
    assert entity.attributes[0].name == entity.relations[0].target == entity.primary_key[0] == name
    round_trip(parse(text))
    round_trip(parse(f"schema A: {name}, b = {name}"))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a -> B", {}),
        ("a -> B?", {"nullable": True}),
        ("a -> B unique", {"kind": "one-to-one"}),
        ("a => B as c", {"kind": "one-to-many", "inverse": "c"}),
        ("a -> B via x", {"attributes": ("x",)}),
        ("a -> B via (x, y) = (p, q)", {"attributes": ("x", "y"), "references": ("p", "q")}),
    ],
)
def test_relations(line: str, expected: dict[str, Any]) -> None:
    assert relation(line) == Relation(**{"name": "a", "target": "B", **expected})


def test_join_tables() -> None:
    def join(text: str) -> JoinTable | None:
        found = relation(f"a <-> B through {text}")
        assert found.kind == RelationKind.MANY_TO_MANY
        return found.through

    assert join("t") == JoinTable(table="t")
    assert join('"a.b"') == JoinTable(table="a.b")
    assert join("s.t(x, y)") == JoinTable(
        table="t", db_schema="s", local_columns=("x",), target_columns=("y",)
    )
    assert join("t(x, y; z)") == JoinTable(
        table="t", local_columns=("x", "y"), target_columns=("z",)
    )
    assert join("t(x, y;)") == JoinTable(table="t", local_columns=("x", "y"))


def test_a_state_machine_makes_an_enum_with_steps_and_a_default() -> None:
    spec = parse("entity order_line\n s: new -> paid by a or b -> sent | lost, lost -> new by c")
    assert spec.enums == (EnumType(name="OrderLineS", values=("new", "paid", "sent", "lost")),)
    found = spec.entities[0].attributes[0]
    assert (found.enum, found.default) == ("OrderLineS", "new")
    assert found.transitions == (
        Transition(source="new", target="paid", roles=("a", "b")),
        Transition(source="paid", target="sent"),
        Transition(source="paid", target="lost"),
        Transition(source="lost", target="new", roles=("c",)),
    )
    round_trip(spec)


def test_a_list_of_values_makes_an_enum_without_a_default() -> None:
    spec = parse('entity A\n c: red | "dark blue"\n d: x | y = y')
    assert [enum.values for enum in spec.enums] == [("red", "dark blue"), ("x", "y")]
    assert [a.default for a in spec.entities[0].attributes] == [None, "y"]


def test_schema_fields() -> None:
    text = "enum E: x\nschema S: a, b = c, d -> T[], e = f -> T, g?: string?, h: T[], i: E, j: -"
    assert parse(text).schemas[0].fields == (
        SchemaField(name="a", attribute="a"),
        SchemaField(name="b", attribute="c"),
        SchemaField(name="d", relation="d", schema="T", array=True),
        SchemaField(name="e", relation="f", schema="T"),
        SchemaField(name="g", type=AttributeType.STRING, nullable=True, required=False),
        SchemaField(name="h", schema="T", array=True),
        SchemaField(name="i", type=AttributeType.ENUM, enum="E"),
        SchemaField(name="j"),
    )
    assert parse("schema S:\n a,\n b").schemas == parse("schema S\na\nb").schemas


def test_an_empty_list_is_not_a_missing_one() -> None:
    text = (
        "entity A\n crud none\n allow read: nobody\noperation o: GET /\n sort none\n allow nobody"
    )
    spec = parse(text)
    assert (spec.entities[0].crud, spec.entities[0].access.read) == ((), ())
    assert (spec.operations[0].sort, spec.operations[0].search) == ((), None)
    assert spec.operations[0].permission == ()
    round_trip(spec)
    round_trip(parse('operation o: GET /\n allow "nobody"\n sort "none"'))


def test_lines_go_on_inside_brackets_and_after_a_comma() -> None:
    text = "enum E: a,  # first\n  b\nentity A\n x: json = {\n  a: [1,\n 2]\n }\n key(\n x\n )\n"
    spec = parse(text)
    assert spec.enums[0].values == ("a", "b")
    assert spec.entities[0].attributes[0].default == {"a": [1, 2]}
    assert spec.entities[0].primary_key == ("x",)


def test_line_ends_of_every_system_are_read() -> None:
    assert parse("\ufeffproject a\r\ndatabase mysql\rkey integer") == parse(
        "project a\ndatabase mysql\nkey integer"
    )


# --- what is wrong is said ------------------------------------------------------------------------


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
        (2, 1, "`databse` begins no such line here", "did you mean `database`?"),
        (3, 10, "`postgres` is no database", "did you mean `postgresql`?"),
        (4, 1, "`entiy` begins no such line here", "did you mean `entity`?"),
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
        ("entity A\n x: string | null", (2, 14), "`?` after it"),
        ("entity A\n x: string | text", (2, 5), "quotes around the value"),
        ("entity A\n x: a | a", (2, 5), "listed twice"),
        ("entity A\n x: a -> b, c", (2, 13), "no step leads from here"),
        ("entity A\n x: a by r -> b", (2, 5), "no step leads to this state"),
        ("entity A\n x: a | b by r", (2, 9), "`by` stands without a step"),
        ("entity A\n x: a | b -> c | d", (2, 14), "both sides of an arrow"),
        ("entity A\n x: Colour", (2, 5), "neither a type nor an enum"),
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
        ("timestamps maybe", (1, 1), "neither on nor off"),
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


def test_deep_values_are_read_as_deep_as_json_is() -> None:
    round_trip(parse("entity A\n x: json = " + "[" * 150 + "]" * 150))
