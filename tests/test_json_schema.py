"""JSON Schema becomes a sparse spec; what it says and a spec cannot has its pointer."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

import pytest

from agent.contract.forms import form_of
from agent.types import Access, AttributeType, Generator, RelationKind
from tests.described import (
    DIFFICULT,
    assumed,
    attribute,
    difficult,
    entity,
    place,
    reading,
    refused,
    relation,
    resolved,
    warned,
)

if TYPE_CHECKING:
    from agent.planner.reading import Reading

Json = Any  # the tests reach into it


def read(schema: dict[str, object]) -> Reading:
    return reading("json-schema", json.dumps(schema))


@pytest.fixture(scope="module", name="store")
def _store() -> Reading:
    return difficult("json-schema", "store.schema.json")


def test_objects_with_properties_are_entities(store: Reading) -> None:
    names = [each.name for each in store.spec.entities]
    assert names == ["Store", "Person", "Product", "Label"]
    assert store.spec.description == "A store and what it sells"


def test_types_formats_and_bounds(store: Reading) -> None:
    name = attribute(store, "Store.store_name")
    assert (name.type, name.length, name.min_length, name.pattern, name.nullable) == (
        AttributeType.STRING,
        80,
        1,
        "^[A-Z]",
        False,
    )
    types = {each.name: each.type for each in entity(store, "Store").attributes}
    assert types["contact_email"] is AttributeType.EMAIL
    assert types["home_page"] is AttributeType.URL
    assert types["open_since"] is AttributeType.DATE
    assert types["created_on"] is AttributeType.DATETIME
    assert types["extra_data"] is types["any_thing"] is AttributeType.JSON
    assert types["rating_mean"] is AttributeType.FLOAT
    assert attribute(store, "Store.ip_address").length == 15
    count = attribute(store, "Store.visit_count")
    assert (count.type, count.minimum, count.exclusive_maximum, count.default) == (
        AttributeType.BIGINT,
        0,
        3_000_000_000,
        0,
    )
    factor = attribute(store, "Store.price_factor")
    assert (factor.type, factor.scale, factor.exclusive_minimum) == (AttributeType.DECIMAL, 2, 0)


def test_enums_in_place_shared_and_of_constants(store: Reading) -> None:
    values = {each.name: each.values for each in store.spec.enums}
    days = attribute(store, "Store.open_days")
    assert (days.array, values[days.enum or ""]) == (True, ("mon", "tue"))
    assert values[attribute(store, "Store.store_kind").enum or ""] == ("shop", "stall")
    assert values[attribute(store, "Product.size").enum or ""] == ("s", "m")
    assert attribute(store, "Store.floor_count").type is AttributeType.INTEGER


def test_all_of_is_merged_and_small_definitions_stand_in_place(store: Reading) -> None:
    label = attribute(store, "Person.label")
    assert (label.length, label.nullable) == (20, False)
    assert entity(store, "Person").primary_key == ("id",)
    assert attribute(store, "Person.id").generated is Generator.UUID
    assert attribute(store, "Product.id").generated is Generator.IDENTITY


def test_references_are_relations(store: Reading) -> None:
    owner, deputy = relation(store, "Store.owner"), relation(store, "Store.deputy")
    assert (owner.target, owner.nullable, owner.comment) == ("Person", False, "who has it")
    assert (deputy.target, deputy.nullable) == ("Person", True)
    assert not relation(store, "Product.maker").nullable


def test_lists_of_references_are_parts_or_shared(store: Reading) -> None:
    products = relation(store, "Store.products")
    assert products.kind is RelationKind.ONE_TO_MANY
    assert relation(store, "Store.labels").kind is RelationKind.MANY_TO_MANY
    assert relation(store, "Product.labels").kind is RelationKind.MANY_TO_MANY
    assert "Each Product belongs to one Store" in assumed(store)
    assert "Rows of Label may be shared" in assumed(store)


def test_what_clients_may_do_and_how_names_are_spelled(store: Reading) -> None:
    assert attribute(store, "Store.secret_code").access is Access.WRITE_ONLY
    assert store.spec.api.field_case == "camel"


@pytest.mark.parametrize(
    "words",
    [
        "Store.ratingMean: multipleOf is left out (#/properties/ratingMean/multipleOf)",
        "Store.openDays: uniqueItems is left out (#/properties/openDays/uniqueItems)",
        "Store.floorCount: that only some numbers are allowed is left out (#/properties/floor",
        "any JSON is taken (#/properties/odd~1name~0x)",
        "Store.noThing is left out: nothing is allowed there (#/properties/noThing)",
        "Store.parentAddress: an object inside is kept as json",
        "Store.either: one of several shapes is kept as json",
        "Store.strange: the format phone is left out (#/properties/strange)",
        "Store.strange: pattern",
        "other.json#/x is another document: what it says is left out (#/properties/elsewhere)",
        "Store.createdOn: readOnly is left out, as nothing else gives a value (#/properties/",
        "Store: ghost is required, and no property (#)",
        "Store: if is left out (#/if)",
    ],
)
def test_what_cannot_be_said_is_named_with_its_pointer(store: Reading, words: str) -> None:
    assert words in warned(store)


def test_nothing_is_ever_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", None)
    found = read({"properties": {"a": {"$ref": "http://127.0.0.1/x.json"}}})
    assert attribute(found, "Backend.a").type is AttributeType.JSON


def test_every_part_has_its_place(store: Reading) -> None:
    lines = (DIFFICULT / "store.schema.json").read_text().splitlines()
    for path, words in (
        ("Store.visit_count", '"visitCount"'),
        ("Product", '"com.example.Product"'),
        ("Store.deputy", '"deputy"'),
        ("Person.label", '"label"'),
    ):
        line, column = place(store, path) or (0, 0)
        assert lines[line - 1][column - 1 :].startswith(words)


def test_it_all_can_be_resolved(store: Reading) -> None:
    assert {each.name for each in resolved(store).entities} >= {"Store", "Product", "Label"}


def test_draft_4_has_ids_and_exclusive_bounds_of_its_own() -> None:
    found = read(
        {
            "$schema": "http://json-schema.org/draft-04/schema#",
            "id": "http://x.org/dog.json",
            "definitions": {
                "leg": {"id": "#leg", "type": "object", "properties": {"n": {"type": "integer"}}}
            },
            "properties": {
                "age": {"type": "number", "minimum": 0, "exclusiveMinimum": True},
                "leg": {"$ref": "#leg"},
                "other": {"$ref": "http://x.org/dog.json#/definitions/leg"},
                "self": {"$ref": "#"},
            },
        }
    )
    assert attribute(found, "Dog.age").exclusive_minimum == 0
    assert [each.target for each in entity(found, "Dog").relations] == ["Leg", "Leg", "Dog"]


@pytest.mark.parametrize(
    ("kind", "read_as"),
    [("number", AttributeType.BIGINT), (["string", "integer"], AttributeType.STRING)],
)
def test_a_key_of_no_type_that_keys_have_is_read_as_one(
    kind: object, read_as: AttributeType
) -> None:
    found = read({"title": "Item", "properties": {"id": {"type": kind, "minimum": 0}}})
    assert attribute(found, "Item.id").type is read_as
    assert "Item.id: a key of the type" in warned(found)
    resolved(found)


@pytest.mark.parametrize(
    ("where", "word", "value"),
    [
        ({}, "required", [{"a": 1}, ["a"]]),
        ({}, "required", "a"),
        ({"allOf": [{"required": 1}, {"properties": [1]}]}, "required", ["a"]),
        ({"properties": {"a": {"type": "string"}}}, "properties/a/format", {"x": 1}),
        ({"properties": {"a": {"type": "string"}}}, "properties/a/enum", True),
        ({"properties": {"a": {"type": "string"}}}, "properties/a/pattern", 1),
    ],
)
def test_keywords_of_the_wrong_kind_break_nothing(where: Json, word: str, value: Json) -> None:
    schema = {"properties": {"a": {"type": "string"}}, **where}
    *way, last = word.split("/")
    here = schema
    for part in way:
        here = here[part]
    here[last] = value
    resolved(read(schema))


def test_a_keyword_of_the_wrong_kind_is_told_once() -> None:
    found = read({"required": "a", "properties": {"a": {"type": "string"}}})
    assert warned(found).count("which is of the wrong kind, is left out (#/required)") == 1


def test_halves_of_pairs_are_no_names_and_no_values() -> None:
    found = read({"properties": {"\ud800": {"type": "string"}, "b": {"enum": ["\udfff"]}}})
    assert [a.type for a in found.spec.entities[0].attributes] == [
        AttributeType.TEXT,
        AttributeType.STRING,
    ]
    refused("json-schema", "a: [\ud800]")


def test_yaml_is_read_with_its_places() -> None:
    text = (
        "$schema: https://json-schema.org/draft-07/schema\ntitle: Cat\n"
        "properties:\n  name:\n    type: string\n"
    )
    assert form_of("cat.yaml", text) == "json-schema"
    found = reading("json-schema", text)
    assert place(found, "Cat.name") == (4, 3)


def test_references_that_turn_in_circles_end() -> None:
    found = read(
        {"properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"$ref": "#/$defs/x"}}}
    )
    assert attribute(found, "Backend.a").type is AttributeType.JSON


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('{"properties": {\n  "a": {"type": "string"},\n}}', 3, "not JSON"),
        ('{"properties": {"a": 1},\n "properties": {}}', 2, "properties"),
        ("[]", 1, "no JSON Schema"),
        ('{"type": "string"}', 1, "no object with properties"),
        ("a: [\n", 2, "neither JSON nor YAML"),
        ("a: &x\n  b: *x\n", 1, "an anchor contains itself"),
        ('{"a":' * 100_000, 1, "deep"),
        ("a: " + "[" * 100_000, 1, "nesting depth"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, words: str) -> None:
    fault = refused("json-schema", text)[0]
    assert fault.line == line
    assert words in f"{fault.message} {fault.expected}"


def test_more_properties_than_anybody_serves_are_refused_at_once() -> None:
    one = {"properties": {f"p{i}": {"type": "string"} for i in range(600)}}
    many = {"$defs": {f"d{i}": one for i in range(20)}}
    (fault,) = refused("json-schema", json.dumps(many))
    assert "more than 5000 properties" in fault.message


BASE = {"type": "object", "properties": {"id": {"type": "string", "format": "uuid"}}}
MADE_OF_IT = {"allOf": [{"$ref": "#/$defs/Base"}, {"properties": {"name": {"type": "string"}}}]}


def test_what_is_only_a_part_of_others_is_no_entity_and_that_is_assumed() -> None:
    found = read({"$defs": {"Base": BASE, "Person": MADE_OF_IT, "Pet": MADE_OF_IT}})
    assert [each.name for each in found.spec.entities] == ["Person", "Pet"]
    assert [each.name for each in entity(found, "Pet").attributes] == ["name", "id"]
    assert "Base has no rows of its own" in assumed(found)


@pytest.mark.parametrize(
    "other",
    [
        {"properties": {"base": {"$ref": "#/$defs/Base"}}},
        {"properties": {"base": {"allOf": [{"$ref": "#/$defs/Base"}], "description": "One."}}},
        {"properties": {"bases": {"type": "array", "items": {"$ref": "#/$defs/Base"}}}},
    ],
)
def test_what_others_refer_to_is_an_entity_though_some_are_made_of_it(other: Json) -> None:
    found = read({"$defs": {"Base": BASE, "Person": MADE_OF_IT, "Other": other}})
    assert "Base" in [each.name for each in found.spec.entities]


def test_what_the_top_leads_to_is_an_entity() -> None:
    found = read({"allOf": [{"$ref": "#/$defs/Base"}], "$defs": {"Base": BASE}})
    assert [each.name for each in found.spec.entities] == ["Base"]
