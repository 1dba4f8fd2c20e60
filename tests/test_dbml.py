"""DBML goes the way of SQL's tables; what a drawing leaves open is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agent.documents import Context, Framework, InputDocument, Request, Source, SourceFormat
from agent.documents import RequestType as Type
from agent.planner.changes.change import change
from agent.planner.readers.spec_language import parse
from agent.types import (
    Access,
    AttributeType,
    Database,
    DeleteBehaviour,
    Generator,
    RelationKind,
)
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


@pytest.fixture(scope="module", name="shop")
def _shop() -> Reading:
    return difficult("dbml", "shop.dbml")


def test_the_project_gives_name_database_and_description(shop: Reading) -> None:
    assert (shop.spec.name, shop.spec.database) == ("corner_shop", Database.MYSQL)
    assert (shop.spec.description or "").split() == ["A", "shop", "with", "two", "lines"]


def test_tables_keep_their_names_and_schemas(shop: Reading) -> None:
    customer = entity(shop, "Customer")
    assert (customer.table, customer.db_schema, customer.comment) == (
        "customers",
        "core",
        "who buys",
    )
    assert attribute(shop, "Customer.full_name").column == "full name"
    assert attribute(shop, "Order.weird_name").column == "weird-name"


def test_keywords_can_be_names_of_columns(shop: Reading) -> None:
    assert attribute(shop, "Customer.enum").enum == "CustomerEnum"
    assert attribute(shop, "Customer.note").type is AttributeType.TEXT
    assert attribute(shop, "Customer.indexes").type is AttributeType.INTEGER


def test_settings_become_rules(shop: Reading) -> None:
    assert attribute(shop, "Customer.id").generated is Generator.IDENTITY
    email = attribute(shop, "Customer.email")
    assert (email.unique, email.nullable, email.comment) == (True, False, "don't lose")
    assert attribute(shop, "Customer.password_hash").access is Access.WRITE_ONLY
    assert attribute(shop, "Customer.tags").array
    age = attribute(shop, "Customer.age")
    assert (age.minimum, age.exclusive_maximum) == (18, 150)
    assert attribute(shop, "Order.total").default == 0.5
    assert attribute(shop, "Order.open").default is True
    assert attribute(shop, "Product.id").generated is Generator.UUID
    assert "customers.odd has type geometry: kept as text" in warned(shop)


def test_an_enum_of_a_schema_is_found_by_its_path(shop: Reading) -> None:
    state = attribute(shop, "Customer.state")
    enum = next(each for each in shop.spec.enums if each.name == state.enum)
    assert enum.values == ("new", "in work", "done")
    assert state.default == "in work"


def test_partials_are_taken_in_where_their_columns_are_not_there(shop: Reading) -> None:
    assert attribute(shop, "Customer.created_at").generated is Generator.NOW
    names = [each.name for each in entity(shop, "Customer").attributes]
    assert names.count("note") == 1


def test_indexes_are_kept_or_named(shop: Reading) -> None:
    (both,) = entity(shop, "Customer").indexes
    assert (both.name, both.attributes) == ("ix_both", ("email", "full_name"))
    told = warned(shop)
    assert "it is over the expression lower(email)" in told
    assert "not an ordinary index (gin)" in told
    assert entity(shop, "Line").primary_key == ("order_id", "product_id")


def test_relations_in_columns_beside_them_and_both_ways_round(shop: Reading) -> None:
    customer = relation(shop, "Order.customer")
    assert (customer.target, customer.nullable) == ("Customer", False)
    parent = relation(shop, "Order.parent")
    assert (parent.target, parent.on_delete) == ("Order", DeleteBehaviour.CASCADE)
    assert parent.constraint == "parent"
    assert relation(shop, "Line.order").target == "Order"
    assert relation(shop, "Line.product").on_delete is DeleteBehaviour.RESTRICT


def test_one_to_one_and_many_to_many(shop: Reading) -> None:
    details = next(each for each in entity(shop, "Detail").relations)
    assert (details.kind, details.target) == (RelationKind.ONE_TO_ONE, "Product")
    many = next(
        each for each in entity(shop, "Product").relations if each.kind is RelationKind.MANY_TO_MANY
    )
    assert many.through is not None
    assert (many.target, many.through.table) == ("Tag", "products_tags")


def test_a_key_takes_the_type_of_what_it_refers_to(shop: Reading) -> None:
    assert attribute(shop, "Detail.product_id").type is AttributeType.UUID


def test_what_a_drawing_says_loosely_is_read_and_told(shop: Reading) -> None:
    told = warned(shop)
    assert "the relation of loose.id and customers.state refers to no key: left out" in told
    assert relation(shop, "Loose.customer").attributes == ("owner",)
    assert "points away from the key: read the other way round" in told


def test_what_is_left_out_is_named_with_its_line(shop: Reading) -> None:
    lines = (DIFFICULT / "shop.dbml").read_text().splitlines()
    for what, start in (
        ("headercolor", "Table core.customers"),
        ("a TableGroup", "TableGroup"),
        ("a note", "Note sticky"),
        ("sample data (records)", "Records"),
        ("the note of an enum's value", "  new"),
    ):
        number = next(i for i, line in enumerate(lines, 1) if line.startswith(start))
        assert f"line {number}: {what} is not kept" in warned(shop)


def test_every_part_has_its_place(shop: Reading) -> None:
    lines = (DIFFICULT / "shop.dbml").read_text().splitlines()
    for path, words in (
        ("Customer", "core.customers as C"),
        ("Customer.full_name", '"full name"'),
        ("Order.customer", "ref: > C.id"),
        ("Order.parent", "core.orders.parent_id > "),
    ):
        line, column = place(shop, path) or (0, 0)
        assert lines[line - 1][column - 1 :].startswith(words)


def test_it_all_can_be_resolved(shop: Reading) -> None:
    assert {each.name for each in resolved(shop).entities} >= {"Customer", "Order", "Line"}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("Table a {\n  id ddatetime\n}", 2, "did you mean datetime?"),
        ("Table a {\n  id int\n}\nTable a {\n  id int\n}", 4, "declared on line 1 already"),
        ("Table a {\n  id int\n  id int\n}", 3, "has column id on line 2 already"),
        ("Table a {\n  id int [ref: > users.id]\n}", 2, "names table users, which is not"),
        ("Table user {\n  id int [pk]\n  x int [ref: > usr.id]\n}", 3, "did you mean user?"),
        ("Table a {\n  id int [pk]\n  x int [ref: > a.idd]\n}", 3, "a.idd, which is no column"),
        ("Table a {\n  id int [pk\n  b int\n}", 3, "'b' is unexpected here"),
        ("Table a {\n  ~gone\n  id int\n}", 2, "takes in gone, which is not declared"),
        ("Table a {\n  id int", 1, "this bracket is never closed"),
        ("Table a {\n  id\n}", 2, "the line ends too early"),
        ("Table a {\n  id [pk]\n}", 2, "a.id has no type"),
        ("Records a(b) {\n  1", 1, "never closed"),
        ("// nothing", 1, "declares no table"),
        ('Table "a`b" {\n  id int\n}', 1, "nothing can be called 'a`b'"),
        ('Table a {\n  "" int\n}', 2, "nothing can be called ''"),
        ("Table a {\n  id int [pk]\n}\nRef: a > b", 4, "a relation names table a"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, words: str) -> None:
    fault = refused("dbml", text)[0]
    assert fault.line == line
    assert words in f"{fault.message} {fault.expected}"


def test_a_column_that_a_relation_leads_to_is_the_key_of_a_table_without_one() -> None:
    found = reading("dbml", "Table a {\n  id int\n}\nTable b {\n  a_id int [ref: > a.id]\n}")
    assert entity(found, "A").primary_key == ("id",)
    assert "a.id is taken for the key" in warned(found)


def test_a_column_without_a_type_takes_that_of_the_key_to_which_it_refers() -> None:
    tables = "Table a {\n  id bigserial [pk]\n}\nTable b {\n  a_id [ref: > a.id]\n}"
    found = attribute(reading("dbml", tables), "B.a_id")
    assert (found.type, found.nullable, found.generated) == (AttributeType.BIGINT, True, None)


@pytest.mark.parametrize("name", ["SQL Server", "Oracle", "MongoDB", "Generic"])
def test_a_database_that_is_no_target_is_told(name: str) -> None:
    found = reading(
        "dbml", f"Project x {{\n database_type: '{name}'\n}}\nTable a {{\n id int [pk]\n}}"
    )
    assert found.spec.database is Database.POSTGRESQL
    assert f"line 2: {name} is not a target: the backend is built for postgresql" in warned(found)


@pytest.mark.parametrize("name", ["PostgreSQL", "MySQL", "SQLite", "MariaDB"])
def test_a_target_is_told_of_no_more(name: str) -> None:
    found = reading(
        "dbml", f"Project x {{\n database_type: '{name}'\n}}\nTable a {{\n id int [pk]\n}}"
    )
    assert not found.warnings


def test_a_mysql_dump_keeps_its_own_quotes_inside() -> None:
    text = (
        "Table t {\n  id int [pk]\n  price int [check: ``price` > 0`]\n"
        '  at "timestamp on update CURRENT_TIMESTAMP"\n'
        '  sum "int GENERATED ALWAYS AS ((`price` * 2)) STORED"\n}'
    )
    found = reading("dbml", text)
    assert attribute(found, "T.price").exclusive_minimum == 0
    assert attribute(found, "T.at").generated is Generator.NOW_ON_UPDATE
    assert "t.sum is computed by the database and is left out" in warned(found)


def test_clients_choose_keys_that_nothing_numbers() -> None:
    found = reading("dbml", "Table a {\n  id int [pk]\n}")
    assert "Nothing numbers these rows" in assumed(found)


def test_tables_that_come_to_a_plan_leave_its_settings() -> None:
    standing = parse("project x\ndatabase sqlite\nkey uuid\nentity A\n  a: string(9)\n")
    source = Source(format=SourceFormat.DBML, content="Table b {\n  id int [pk]\n}", name="shop")
    request = Request(type=Type.ARCHITECTURE, framework=Framework.FASTAPI, description="")
    document = InputDocument(request=request, context=Context(sources=(source,)))
    spec = change(document, standing).spec
    assert (spec.name, spec.database) == ("x", Database.SQLITE)
    assert [each.name for each in spec.entities] == ["A", "B"]
