"""Does the spec language say everything a BackendSpec can, and lose nothing on the way?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from agent.documents import Source, SourceFormat
from agent.planner.readers.spec_language import parse, read
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
        SchemaField(name="d", relation="d", schema_name="T", array=True),
        SchemaField(name="e", relation="f", schema_name="T"),
        SchemaField(name="g", type=AttributeType.STRING, nullable=True, required=False),
        SchemaField(name="h", schema_name="T", array=True),
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


def test_deep_values_are_read_as_deep_as_json_is() -> None:
    round_trip(parse("entity A\n x: json = " + "[" * 150 + "]" * 150))
