"""What a text says and the project does not get is told: with its line, in order, as a sentence."""

from __future__ import annotations

import json
import re

import pytest

from agent.planner.readers.written import brief
from agent.types import AttributeType, Generator
from tests.described import assumed, attribute, entity, reading, resolved, warned

T = AttributeType


@pytest.mark.parametrize(
    ("column", "lost"),
    [
        ("float(5,2)", "t.x loses its digits (float(5,2)): any number is taken"),
        ("double(10, 3)", "t.x loses its digits (double(10, 3))"),
        ("timestamp(3)", "line 3: rounding to 3 digits of a second is not kept"),
        ("datetime(0)", "line 3: rounding to whole seconds is not kept"),
        ("time(1)", "line 3: rounding to 1 digit of a second is not kept"),
        ("datetime(7)", "line 3: precision beyond 6 digits of a second is not kept"),
    ],
)
def test_digits_of_types_that_are_not_kept(column: str, lost: str) -> None:
    sql = f"CREATE TABLE t (\n id int PRIMARY KEY,\n x {column}\n) ENGINE=InnoDB;"
    assert lost in warned(reading("sql", sql))


@pytest.mark.parametrize("column", ["float", "float(24)", "timestamp(6)", "datetime", "double"])
def test_types_that_lose_nothing(column: str) -> None:
    sql = f"CREATE TABLE t (\n id int PRIMARY KEY,\n x {column}\n) ENGINE=InnoDB;"
    assert warned(reading("sql", sql)) == ""


@pytest.mark.parametrize("column", ["decimal(10,2) DEFAULT 12.555", "decimal(4,2) DEFAULT 100"])
def test_a_default_that_its_column_cannot_hold_is_left_out(column: str) -> None:
    found = reading(
        "sql", f"CREATE TABLE a (id int PRIMARY KEY,\n x {column}, y decimal(9) DEFAULT 9)"
    )
    assert attribute(found, "A.x").default is None
    assert attribute(found, "A.y").default == 9
    assert "line 2: the default of a.x, 1" in warned(found)
    assert resolved(found).entities


@pytest.mark.parametrize(
    ("column", "default"),
    [
        ("numeric DEFAULT 1000000000000000000", 10**18),
        ("numeric(38,10) DEFAULT 1e20", 10**20),
        ("numeric(38,10) DEFAULT 9999999999999999999999999999", 10**28 - 1),
        ("numeric(38,10) DEFAULT -0.0000000001", -1e-10),
    ],
)
def test_a_default_of_many_digits_is_kept_where_its_column_has_as_many(
    column: str, default: float
) -> None:
    found = reading("sql", f"CREATE TABLE a (id int PRIMARY KEY, x {column})")
    assert attribute(found, "A.x").default == default
    assert resolved(found).entities


def test_a_default_of_many_digits_is_left_out_where_its_column_has_fewer() -> None:
    sql = "CREATE TABLE a (id int PRIMARY KEY, x numeric(38,10) DEFAULT 1e28)"
    assert "the default of a.x, 1e28, is left out" in warned(reading("sql", sql))


def test_a_default_that_a_float_would_round_is_left_out() -> None:
    found = reading(
        "sql",
        "CREATE TABLE a (id int PRIMARY KEY,\n w numeric(30,10) DEFAULT 12345678901234567.5,\n"
        " x numeric(30,10) DEFAULT -1234567890123.50, y float DEFAULT 1.00000000000000001)",
    )
    assert attribute(found, "A.w").default is None
    assert attribute(found, "A.x").default == -1234567890123.5
    assert attribute(found, "A.y").default == 1
    assert "line 2: the default of a.w, 12345678901234567.5, is left out" in warned(found)


def test_an_interval_loses_its_precision() -> None:
    found = reading("sql", "CREATE TABLE t (id int PRIMARY KEY, x interval day to second(3));")
    assert "line 1: t.x loses its precision (interval day to second(3))" in warned(found)


def test_prisma_and_mermaid_lose_the_digits_of_a_second() -> None:
    prisma = 'datasource db {\n provider = "postgresql"\n}\nmodel A {\n id Int @id\n'
    prisma += " at DateTime @db.Timestamptz(3)\n on DateTime @db.Timestamp(0)\n}"
    told = warned(reading("prisma", prisma))
    assert "line 6: rounding to 3 digits of a second is not kept" in told
    assert "line 7: rounding to whole seconds is not kept" in told
    drawn = "erDiagram\n A {\n int id PK\n timestamp(3) at\n }"
    assert "rounding to 3 digits" in warned(reading("mermaid", drawn))


EXTENDED = """CREATE TABLE [dbo].[Orders] ([Id] int IDENTITY(1,1) PRIMARY KEY, [Note] nvarchar(50));
GO
EXEC sys.sp_addextendedproperty @name=N'MS_Description', @value=N'What was ordered',
  @level0type=N'SCHEMA', @level0name=N'dbo', @level1type=N'TABLE', @level1name=N'Orders'
GO
EXECUTE sp_addextendedproperty 'MS_Description', 'It''s for the cook', 'user', 'dbo', 'table',
  'Orders', 'column', 'Note'
GO
EXEC [sys].[sp_addextendedproperty] @name=N'MS_DiagramPane1', @value=N'x', @level0type=N'SCHEMA',
  @level0name=N'dbo', @level1type=N'VIEW', @level1name=N'Seen'
EXEC sp_addextendedproperty N'MS_Description', @text, N'SCHEMA', N'dbo', N'TABLE', N'Orders'
EXEC sp_addextendedproperty N'MS_Description', N'x', N'SCHEMA', N'dbo', N'TABLE', N'Lost'
"""


def test_descriptions_of_sql_server_are_comments() -> None:
    found = reading("sql", EXTENDED)
    assert entity(found, "Order").comment == "What was ordered"
    assert attribute(found, "Order.note").comment == "It's for the cook"
    told = warned(found)
    assert "line 11: the description of dbo.Orders, which is no plain text, is left out" in told
    assert "line 12: the comment on dbo.Lost, which is not in the source, is left out" in told
    assert "MS_DiagramPane1 of a view (1, first on line 9)" in told


def test_a_key_that_becomes_a_uuid_is_not_called_a_text() -> None:
    sql = (
        "CREATE TABLE item (id RAW(16) DEFAULT SYS_GUID() PRIMARY KEY, name VARCHAR2(9));\n"
        "CREATE TABLE part (id RAW(8) PRIMARY KEY, item_id RAW(16) REFERENCES item (id));\n"
    )
    found = reading("sql", sql)
    assert attribute(found, "Item.id").type is attribute(found, "Part.item_id").type is T.UUID
    assert warned(found).splitlines() == [
        "line 1: item.id has type RAW(16): kept as uuid",
        "line 2: part.id is a key of binary: kept as text, which an address can hold",
        "line 2: part.item_id has type RAW(16): kept as uuid",
    ]


JOINED = """CREATE TABLE a (id int PRIMARY KEY, code int UNIQUE);
CREATE TABLE b (id int PRIMARY KEY);
CREATE TABLE ab ({columns}, PRIMARY KEY (a_id, b_id){more});
"""


@pytest.mark.parametrize(
    ("a", "b", "more", "why"),
    [
        (
            "int REFERENCES a ON DELETE CASCADE",
            "int REFERENCES b ON DELETE RESTRICT",
            "",
            "its foreign keys have different rules ON DELETE, CASCADE and RESTRICT",
        ),
        ("int REFERENCES a (code)", "int REFERENCES b", "", "by something else than the primary"),
        ("int REFERENCES a", "int REFERENCES b", ", CHECK (a_id > b_id)", "it has a check"),
        ("int REFERENCES a", "int DEFAULT 1 REFERENCES b", "", "values of their own"),
        ("int REFERENCES a", "int UNIQUE REFERENCES b", "", "a part of it is unique"),
    ],
)
def test_a_join_table_that_stays_an_entity_says_why(a: str, b: str, more: str, why: str) -> None:
    found = reading("sql", JOINED.format(columns=f"a_id {a}, b_id {b}", more=more))
    assert [each.name for each in found.spec.entities] == ["A", "B", "Ab"]
    assert "ab only joins two tables, and stays an entity: " in assumed(found)
    assert why in assumed(found)


def test_row_level_security_has_a_warning_that_says_what_it_means() -> None:
    sql = (
        "CREATE TABLE note (id int PRIMARY KEY, owner text);\n"
        "CREATE TABLE memo (id int PRIMARY KEY);\n"
        "ALTER TABLE note ENABLE ROW LEVEL SECURITY;\n"
        'CREATE POLICY "Own notes" ON note FOR ALL USING (owner = current_user);\n'
        "ALTER TABLE memo FORCE ROW LEVEL SECURITY;\n"
    )
    found = reading("sql", sql)
    assert [each.code for each in found.warnings] == ["row-level-security"] * 2
    first, second = (each.message for each in found.warnings)
    assert first.startswith("line 3: row level security of table note (policy Own notes on line 4)")
    assert "The service does not enforce it" in first
    assert second.startswith("line 5: row level security of table memo is left out.")


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("ENABLE; DISABLE", None),
        ("ENABLE; FORCE; NO FORCE", "line 2: row level security of table note is left"),
        ("FORCE; NO FORCE", None),
        ("DISABLE; POLICY", None),
        ("POLICY; DISABLE; ENABLE", "of table note (policy p on line 2) is left out"),
        ("POLICY; DROP POLICY p ON note", None),
        ("POLICY; DROP POLICY IF EXISTS p ON public.note", None),
        ("POLICY; DROP POLICY q ON note", "(policy p on line 2)"),
        ("POLICY; DROP POLICY p ON other.note", "(policy p on line 2)"),
        ("ENABLE; POLICY; DROP POLICY p ON note", "of table note is left out"),
        ("ENABLE; ALTER TABLE other.note DISABLE ROW LEVEL SECURITY", "of table note is"),
    ],
)
def test_row_level_security_that_is_taken_back_is_not_told(sql: str, told: str | None) -> None:
    written = {
        **{
            each: f"ALTER TABLE note {each} ROW LEVEL SECURITY"
            for each in ("ENABLE", "DISABLE", "FORCE", "NO FORCE")
        },
        "POLICY": "CREATE POLICY p ON note USING (owner = current_user)",
    }
    made = "CREATE TABLE note (id int PRIMARY KEY); CREATE TABLE other.note (id int PRIMARY KEY);"
    lines = "".join(f"\n{written.get(each, each)};" for each in sql.split("; "))
    found = reading("sql", made + lines)
    messages = [each.message for each in found.warnings if each.code == "row-level-security"]
    assert len(messages) == (told is not None)
    assert (told or "") in "".join(messages)


def test_a_dropped_security_policy_of_sql_server_is_not_told() -> None:
    sql = (
        "CREATE TABLE dbo.Sales (Id int PRIMARY KEY)\nGO\n"
        "CREATE SECURITY POLICY rls.Filter ADD FILTER PREDICATE rls.f(a) ON dbo.Sales\nGO\n"
        "DROP SECURITY POLICY rls.Filter\nGO\n"
    )
    assert "row level security" not in warned(reading("sql", sql))


def test_a_security_policy_of_sql_server_is_told() -> None:
    sql = (
        "CREATE TABLE [dbo].[Sales] ([Id] int IDENTITY(1,1) PRIMARY KEY)\nGO\n"
        "CREATE SECURITY POLICY rls.Filter ADD FILTER PREDICATE rls.fn(Rep) ON dbo.Sales\nGO\n"
        "ALTER SECURITY POLICY rls.Filter WITH (STATE = ON)\nGO\n"
    )
    told = warned(reading("sql", sql))
    assert "row level security of table Sales (policy Filter on line 3)" in told
    assert "line 5: policy Filter is left out" in told


def test_a_security_policy_over_several_tables_is_told_of_each() -> None:
    sql = (
        "CREATE TABLE dbo.Sales (Id int PRIMARY KEY)\nGO\n"
        "CREATE TABLE dbo.Orders (Id int PRIMARY KEY)\nGO\n"
        "CREATE SECURITY POLICY rls.Filter ADD FILTER PREDICATE rls.f(a) ON dbo.Sales,\n"
        " ADD BLOCK PREDICATE rls.f(b) ON dbo.Orders,\n"
        " ADD BLOCK PREDICATE rls.f(a) ON dbo.Sales\nGO\n"
    )
    told = warned(reading("sql", sql))
    assert told.count("row level security of table Sales (policy Filter on line 5)") == 1
    assert told.count("row level security of table Orders (policy Filter on line 5)") == 1


UNORDERED = """CREATE TABLE a (id int PRIMARY KEY, x tsrange, y box DEFAULT f(id));
CREATE VIEW the_view_with_a_rather_long_name AS SELECT id FROM a WHERE x IS NOT NULL;
CREATE TABLE b (id int PRIMARY KEY, z circle);
CREATE TEMPORARY TABLE c (id int);
CREATE TRIGGER trigger_with_a_name_of_some_length BEFORE INSERT OR UPDATE ON a EXECUTE FUNCTION f();
ALTER TABLE a ADD EXCLUDE USING gist (x WITH &&);
"""
VERB = re.compile(r"\b(?:is|are|has|loses|becomes|takes|gets|refers|points|stands)\b")


def test_warnings_stand_in_the_order_of_lines_and_are_sentences() -> None:
    told = warned(reading("sql", UNORDERED)).splitlines()
    lines = [int(match[1]) for each in told if (match := re.match(r"line (\d+):", each))]
    assert lines == sorted(lines)
    assert set(lines) == {1, 2, 3, 4, 5, 6}
    for message in told:
        assert VERB.search(message), message
    assert "line 2: CREATE VIEW the_view_with_a_rather_long_name is left out" in told
    assert any(each.endswith("BEFORE ... is left out") for each in told)


def test_a_long_text_is_cut_behind_a_word() -> None:
    assert brief("a  b\nc") == "a b c"
    assert brief("word " * 20) == f"{'word ' * 11}word ..."
    assert brief("x" * 70) == f"{'x' * 60} ..."


def test_what_a_schema_of_json_says_of_lists_and_other_documents() -> None:
    schema = {
        "title": "Order",
        "type": "object",
        "required": ["note"],
        "allOf": [{"$ref": "https://example.org/base.json"}],
        "properties": {
            "note": {"type": "string"},
            "tags": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 5},
            "boxes": {"type": "array", "items": {"type": "object"}, "minItems": 2},
            "free": {"type": "object", "minProperties": 1},
            "prices": {"type": "object", "additionalProperties": {"type": "number"}},
            "shop": {"$ref": "shop.json#/definitions/Shop"},
            "shops": {"type": "array", "items": {"$ref": "shop.json"}},
            "lines": {
                "type": "array",
                "items": {"$ref": "#/definitions/Line"},
                "minItems": 1,
                "contains": {"type": "object"},
            },
            "nothing": {"type": "array", "items": {"type": "string"}, "minItems": 0},
        },
        "definitions": {
            "Line": {"type": "object", "properties": {"text": {"type": "string"}}},
            "Shop": {"$ref": "#/definitions/Nowhere"},
        },
    }
    told = warned(reading("json-schema", json.dumps(schema, indent=1))).splitlines()
    for words in (
        "https://example.org/base.json is another document: what it says is left out (#/allOf/0)",
        "Order.tags: minItems is left out (#/properties/tags/minItems)",
        "Order.tags: maxItems is left out (#/properties/tags/maxItems)",
        "Order.boxes: minItems is left out (#/properties/boxes/minItems)",
        "Order.free: minProperties is left out (#/properties/free/minProperties)",
        "Order.prices: an object with properties of any name is kept as json",
        "shop.json#/definitions/Shop is another document: what it says is left out",
        "shop.json is another document: what it says is left out (#/properties/shops/items)",
        "Order.lines: minItems is left out (#/properties/lines/minItems)",
        "Order.lines: contains is left out (#/properties/lines/contains)",
        "#/definitions/Nowhere leads nowhere: what it says is left out (#/definitions/Shop)",
    ):
        assert sum(words in each for each in told) == 1, words
    assert not any("nothing:" in each for each in told)


@pytest.mark.parametrize("name", ["orderId", "order_id", "uuid", "purchaseOrderId"])
def test_a_read_only_uuid_that_is_called_after_its_row_is_the_key(name: str) -> None:
    key = {"type": "string", "format": "uuid", "readOnly": True}
    schema = {
        "title": "PurchaseOrder",
        "required": [name],
        "properties": {name: key, "note": {"type": "string"}, "reference": key},
    }
    found = reading("json-schema", json.dumps(schema))
    made = entity(found, "PurchaseOrder")
    assert made.primary_key == (made.attributes[0].name,)
    assert made.attributes[0].generated is Generator.UUID
    assert f"PurchaseOrder.{name} is taken for the key" in assumed(found)
    spec = resolved(found)
    assert spec.entities[0].primary_key == made.primary_key
    sent = next(each for each in spec.schemas if each.name.endswith("Create"))
    assert [each.name for each in sent.fields] == ["note"]


def test_a_read_only_number_of_another_row_is_no_key() -> None:
    schema = {"title": "Order", "properties": {"shopId": {"type": "integer", "readOnly": True}}}
    assert entity(reading("json-schema", json.dumps(schema)), "Order").primary_key == ()


@pytest.mark.parametrize(
    ("box", "name", "comment"),
    [
        ('BOOKING["A booking"]', "Booking", "A booking"),
        ("p[Person]", "Person", None),
        ('c["Customer Account"]', "CustomerAccount", None),
        (
            'LOG["Everything that was ever done here"]',
            "Log",
            "Everything that was ever done here",
        ),
    ],
)
def test_an_alias_is_a_name_or_describes(box: str, name: str, comment: str | None) -> None:
    found = reading("mermaid", f"erDiagram\n {box} {{\n int id PK\n }}")
    assert [(each.name, each.comment) for each in found.spec.entities] == [(name, comment)]
