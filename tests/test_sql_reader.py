"""SQL in five dialects becomes a sparse spec, with nothing lost in silence."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from agent.documents import Source, SourceFormat
from agent.errors import SourceError
from agent.planner.readers.sql import read
from agent.types import (
    Access,
    AttributeType,
    Database,
    DeleteBehaviour,
    Generator,
    KeyKind,
    RelationKind,
)

if TYPE_CHECKING:
    from agent.documents import Fault
    from agent.planner.reading import Reading
    from agent.types import Attribute, Entity, Relation


def reading(sql: str, dialect: str | None = "postgres", name: str | None = None) -> Reading:
    return read(Source(format=SourceFormat.SQL, content=sql, dialect=dialect, name=name))


def refused(sql: str, dialect: str | None = "postgres") -> tuple[Fault, ...]:
    with pytest.raises(SourceError) as caught:
        reading(sql, dialect)
    return caught.value.faults


def entity(found: Reading, name: str) -> Entity:
    return next(entity for entity in found.spec.entities if entity.name == name)


def columns(sql: str, dialect: str = "postgres") -> dict[str, Attribute]:
    found = reading(f"CREATE TABLE t (\n{sql}\n)", dialect)
    return {attribute.name: attribute for attribute in found.spec.entities[0].attributes}


def relation(found: Reading, source: str, name: str) -> Relation:
    return next(each for each in entity(found, source).relations if each.name == name)


def warnings(found: Reading) -> str:
    return "\n".join(warning.message for warning in found.warnings)


SHOP = """
CREATE TABLE customers (
    id serial PRIMARY KEY,
    email varchar(255) NOT NULL UNIQUE,
    name text
);
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id int NOT NULL REFERENCES customers ON DELETE CASCADE,
    placed_at timestamptz NOT NULL DEFAULT now()
);
"""


# --- the spec as a whole -------------------------------------------------------------------------


def test_tables_become_entities_of_a_sparse_spec() -> None:
    spec = reading(SHOP, name="dumps/shop.pg.sql").spec
    assert spec.name == "shop"
    assert spec.database is Database.POSTGRESQL
    assert spec.key is KeyKind.INTEGER
    assert spec.timestamps is False
    assert spec.operations == ()
    assert [(each.name, each.table) for each in spec.entities] == [
        ("Customer", "customers"),
        ("Order", "orders"),
    ]
    assert spec.entities[0].primary_key == ("id",)
    assert spec.entities[0].plural is None


@pytest.mark.parametrize("name", [None, "", ".sql", '"'])
def test_a_source_without_a_usable_name_is_a_backend(name: str | None) -> None:
    assert reading(SHOP, name=name).spec.name in {"backend", "sql"}


def test_the_dialect_decides_the_database() -> None:
    table = "CREATE TABLE a (id int PRIMARY KEY);"
    databases = {
        "postgresql": Database.POSTGRESQL,
        "MariaDB": Database.MYSQL,
        "sqlite3": Database.SQLITE,
        "SQL Server": Database.POSTGRESQL,
        "oracle": Database.POSTGRESQL,
    }
    for dialect, database in databases.items():
        assert reading(table, dialect).spec.database is database


def test_an_unknown_dialect_is_refused_with_those_that_are_known() -> None:
    (fault,) = refused("CREATE TABLE a (id int);", "cobol")
    assert fault.code == "sql-dialect"
    assert "postgresql" in (fault.expected or "")


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        ("CREATE TABLE a (id serial PRIMARY KEY, x jsonb)", "PostgreSQL"),
        ("CREATE TABLE `a` (`id` int NOT NULL AUTO_INCREMENT, KEY `k` (`id`))", "MySQL"),
        ("PRAGMA x; CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, b)", "SQLite"),
        ("CREATE TABLE [dbo].[A] ([Id] [int] IDENTITY(1,1))\nGO\n", "SQL Server"),
        ("CREATE TABLE a (id NUMBER(10), n VARCHAR2(20 CHAR))\n/\n", "Oracle"),
        ("CREATE TABLE a (id int PRIMARY KEY, n varchar(10))", "PostgreSQL"),
        ("CREATE TABLE a (id int, [b] text)", "SQLite"),
    ],
)
def test_the_dialect_is_judged_by_its_words_and_said(sql: str, shown: str) -> None:
    assumption = next(each for each in reading(sql, None).assumptions if each.id == "sql-dialect")
    assert shown in assumption.text


def test_importing_the_reader_brings_no_sqlglot() -> None:
    code = "import sys, agent.planner.readers.sql; sys.exit('sqlglot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- names ---------------------------------------------------------------------------------------


def test_names_change_case_and_keep_the_original() -> None:
    found = reading('CREATE TABLE "OrderLines" ("OrderID" int PRIMARY KEY, "unit price" int)')
    line = entity(found, "OrderLine")
    assert line.table == "OrderLines"
    assert [(each.name, each.column) for each in line.attributes] == [
        ("order_id", "OrderID"),
        ("unit_price", "unit price"),
    ]


def test_postgres_folds_unquoted_names_and_others_do_not() -> None:
    sql = "CREATE TABLE Users (UserId int)"
    assert reading(sql).spec.entities[0].table == "users"
    assert reading(sql, "mysql").spec.entities[0].table == "Users"


def test_names_that_fall_together_are_kept_apart() -> None:
    found = reading(
        'CREATE TABLE users ("userName" int, user_name int, USER_NAME2 int);'
        'CREATE TABLE user_ (id int); CREATE TABLE "user" (id int);'
        "CREATE TYPE users_kind AS ENUM ('a');"
    )
    names = [each.name for each in found.spec.entities]
    assert len(set(names)) == 3
    attributes = [each.name for each in found.spec.entities[0].attributes]
    assert attributes == ["user_name", "user_name_2", "user_name2"]


def test_scripts_without_case_stay_as_they_are() -> None:
    order = entity(reading('CREATE TABLE 订单 (编号 int PRIMARY KEY, "naïve Zahl" int)'), "订单")
    assert [each.name for each in order.attributes] == ["编号", "naïve_zahl"]


def test_a_name_that_the_spec_cannot_hold_is_refused_at_its_place() -> None:
    (fault,) = refused('CREATE TABLE a (\n  "b""c" int)')
    assert (fault.code, fault.line, fault.column) == ("sql-syntax", 2, 3)


def test_a_schema_is_kept_unless_it_is_the_default_one() -> None:
    found = reading("CREATE TABLE public.a (id int); CREATE TABLE billing.b (id int);")
    assert [each.db_schema for each in found.spec.entities] == [None, "billing"]
    found = reading("CREATE TABLE `shop`.`a` (id int);", "mysql")
    assert found.spec.entities[0].db_schema is None
    assert "shop" in next(each for each in found.assumptions if each.id == "sql-schema").text


# --- constraints ---------------------------------------------------------------------------------


def test_keys_uniques_and_indexes_with_their_names() -> None:
    found = reading(
        "CREATE TABLE a (x int, y int, z int UNIQUE, w int,"
        " CONSTRAINT pk PRIMARY KEY (x, y), CONSTRAINT u UNIQUE (y, z), UNIQUE (w));"
        "CREATE INDEX ix ON a USING btree (z DESC NULLS LAST, y);"
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ux ON ONLY public.a (w);"
    )
    (a,) = found.spec.entities
    assert a.primary_key == ("x", "y")
    assert [(each.attributes, each.name) for each in a.uniques] == [(("y", "z"), "u")]
    assert [(each.attributes, each.name, each.unique) for each in a.indexes] == [
        (("z", "y"), "ix", False),
        (("w",), "ux", True),
    ]
    unique = {each.name for each in a.attributes if each.unique}
    assert unique == {"z", "w"}
    assert not a.attributes[0].nullable
    assert a.attributes[2].nullable


def test_constraints_may_spell_a_column_in_another_case() -> None:
    found = reading(
        "CREATE TABLE A (Id int, B_id int, PRIMARY KEY (ID), UNIQUE KEY u (b_ID),"
        " FOREIGN KEY (b_id) REFERENCES a (iD), CHECK (ID > 0));",
        "mysql",
    )
    (a,) = found.spec.entities
    assert a.primary_key == ("id",)
    assert a.relations[0].kind is RelationKind.ONE_TO_ONE
    assert a.checks[0].expression == "`Id` > 0"


def test_a_table_without_a_key_stays_without() -> None:
    assert reading("CREATE TABLE log (line text)").spec.entities[0].primary_key == ()


def test_indexes_that_cannot_be_said_are_warned_of_with_their_line() -> None:
    found = reading(
        "CREATE TABLE a (id int, b text, c text);\n"
        "CREATE INDEX partial ON a (id) WHERE id & 3 = 0;\n"
        "CREATE INDEX expr ON a (lower(b));\n"
        "CREATE INDEX operator ON a (b || c);\n"
        "CREATE INDEX gin ON a USING gin (b);\n"
        "CREATE INDEX elsewhere ON nowhere (b);"
    )
    assert found.spec.entities[0].indexes == ()
    for line, word in enumerate(["partial", "expr", "operator", "gin", "elsewhere"], start=2):
        assert f"line {line}: index {word}" in warnings(found)


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ("", ("", True, None, None)),
        (" INCLUDING DEFAULTS", ("identity", True, "x", None)),
        (" INCLUDING ALL EXCLUDING DEFAULTS", ("", True, None, "a note")),
        (" INCLUDING ALL EXCLUDING COMMENTS", ("identity", True, "x", None)),
        ("AS SELECT * FROM a", ("", False, None, None)),
    ],
)
def test_a_copy_has_what_is_copied(options: str, kept: tuple[object, ...]) -> None:
    copy = options if options.startswith("AS") else f"(LIKE a{options})"
    found = reading(
        "CREATE TABLE a (id serial PRIMARY KEY, kind text NOT NULL DEFAULT 'x');"
        f"COMMENT ON COLUMN a.kind IS 'a note'; CREATE TABLE b {copy};"
    )
    number, kind = found.spec.entities[1].attributes
    assert number.type == "integer"
    shown = (number.generated or "", not kind.nullable, kind.default, kind.comment)
    assert shown == kept


def test_a_column_may_be_called_exclude() -> None:
    found = reading("CREATE TABLE a (id int PRIMARY KEY, exclude integer DEFAULT 0 NOT NULL)")
    assert [each.name for each in found.spec.entities[0].attributes] == ["id", "exclude"]
    assert found.warnings == ()


def test_the_start_of_a_column_may_be_all_of_it() -> None:
    found = reading(
        "CREATE TABLE a (id int PRIMARY KEY, b varchar(20), c varchar(191), d text,"
        " KEY whole (b(20), c(255)), KEY part (c(190)), KEY open (d(9)));"
        "CREATE UNIQUE INDEX made ON a (c(191));",
        "mysql",
    )
    (a,) = found.spec.entities
    assert [(each.attributes, each.unique) for each in a.indexes] == [
        (("b", "c"), False),
        (("c",), True),
    ]
    assert "index part of a: only the start of a column" in warnings(found)
    assert "index open of a: only the start of a column" in warnings(found)


def test_a_unique_rule_in_another_order_than_the_key_is_kept() -> None:
    found = reading(
        "CREATE TABLE a (b int, c int, PRIMARY KEY (b, c), UNIQUE (c, b), UNIQUE (b, c));"
    )
    assert [each.attributes for each in found.spec.entities[0].uniques] == [("c", "b")]


def test_what_is_left_out_says_what_stands_instead() -> None:
    found = reading(
        "CREATE TABLE a (\n"
        " b text CHECK (b ~ '^x'),\n"
        " c int CHECK (c > 3 AND c & 1 = 0),\n"
        " d text);\n"
        "CREATE UNIQUE INDEX once ON a (d) WHERE c & 9 = 0;\n"
        "CREATE INDEX lower_d ON a (lower(d));"
    )
    end = ", unless you add it to model and migration"
    assert [warning.message.removesuffix(end).split(". ") for warning in found.warnings] == [
        ["line 2: check of a: b ~ '^x': databases have regular expressions of their own",
         "It is left out; nothing checks it"],
        ["line 3: check of a: c > 3 AND c & 1 = 0: c & 1 is not the same to every database",
         "It is left out; requests keep the bounds of c, other programs need not"],
        ["line 5: unique index once on a WHERE c & 9 = 0: c & 9 is not the same to every database",
         "It is left out; nothing keeps such rows from being stored twice"],
        ["line 6: index lower_d on a: an expression", "It is left out; searches do without it"],
    ]  # fmt: skip


def test_alter_table_adds_keys_columns_and_defaults() -> None:
    found = reading(
        "CREATE TABLE a (id int NOT NULL, b int);"
        "CREATE SEQUENCE a_id_seq;"
        "ALTER TABLE ONLY public.a ADD CONSTRAINT a_pkey PRIMARY KEY (id);"
        "ALTER TABLE a ALTER COLUMN id SET DEFAULT nextval('a_id_seq'::regclass),"
        " ADD COLUMN IF NOT EXISTS parent int, ADD CONSTRAINT u UNIQUE (b),"
        " ADD CONSTRAINT fk FOREIGN KEY (parent) REFERENCES a (id) ON DELETE SET NULL NOT VALID,"
        " ADD CONSTRAINT ck CHECK (b > 0) NO INHERIT, ALTER b SET NOT NULL;"
        "ALTER TABLE a OWNER TO me;"
    )
    (a,) = found.spec.entities
    assert a.primary_key == ("id",)
    assert a.attributes[0].generated is Generator.IDENTITY
    assert a.attributes[2].name == "parent"
    assert a.uniques[0].name == "u"
    assert a.relations[0].on_delete is DeleteBehaviour.SET_NULL
    assert a.checks[0].name == "ck"
    assert not a.attributes[1].nullable


def test_alter_table_changes_columns() -> None:
    found = reading(
        "CREATE TABLE a (id int, b int NOT NULL DEFAULT 3, c int);"
        "ALTER TABLE a ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (START WITH 1);"
        "ALTER TABLE a ALTER b DROP DEFAULT, ALTER b DROP NOT NULL, ALTER c TYPE text,"
        " ALTER b SET STATISTICS 100, ADD COLUMN d int, ENABLE ROW LEVEL SECURITY;\n"
        "ALTER TABLE a RENAME CONSTRAINT c TO e;\nALTER TABLE a ALTER c DROP EXPRESSION;\n"
        "ALTER TABLE gone OWNER TO me;"
    )
    identity, b, c, d = found.spec.entities[0].attributes
    assert identity.generated is Generator.IDENTITY
    assert (b.default, b.nullable) == (None, True)
    assert c.type is AttributeType.TEXT
    assert d.name == "d"
    for said in (
        "line 2: CONSTRAINT c of a gets a new name",
        "line 3: ALTER TABLE a ALTER c DROP EXPRESSION",
        "line 4: ALTER TABLE gone",
        "line 1: row level security of table a is left out",
    ):
        assert said in warnings(found)


def test_alter_table_in_the_other_dialects() -> None:
    found = reading(
        "CREATE TABLE a (id int, b int COMMENT 'kept');"
        "ALTER TABLE a MODIFY COLUMN b bigint NOT NULL AFTER id, CHANGE id id int AUTO_INCREMENT,"
        " ADD c int FIRST, ADD PARTITION (PARTITION p VALUES IN (1)), COMMENT = 'all',"
        " ADD UNIQUE INDEX u (b), ADD CONSTRAINT PRIMARY KEY (id);"
        "ALTER TABLE a CHANGE COLUMN c d int;",
        "mysql",
    )
    (a,) = found.spec.entities
    assert (a.comment, a.primary_key, a.uniques[0].name) == ("all", ("id",), "u")
    assert [(each.name, each.type.value) for each in a.attributes] == [
        ("id", "integer"),
        ("b", "bigint"),
        ("d", "integer"),
    ]
    assert (a.attributes[1].comment, a.attributes[1].nullable) == ("kept", False)
    assert a.attributes[0].generated is Generator.IDENTITY
    assert "a partition of table a" in warnings(found)
    found = reading(
        "CREATE TABLE a (b int, c int);\nALTER TABLE a ALTER COLUMN b nvarchar(9) NOT NULL\n"
        "ALTER TABLE a ADD d int NULL, e int DEFAULT 4\nALTER TABLE a ADD DEFAULT 5 FOR c",
        "tsql",
    )
    b, c, d, e = found.spec.entities[0].attributes
    assert (b.type, b.nullable, c.default, d.name, e.default) == (
        AttributeType.STRING,
        False,
        5,
        "d",
        4,
    )
    found = reading(
        "CREATE TABLE a (b number(5) DEFAULT 1); ALTER TABLE a MODIFY (b NOT NULL);", "oracle"
    )
    (b,) = found.spec.entities[0].attributes
    assert (b.type, b.default, b.nullable) == (AttributeType.INTEGER, 1, False)


@pytest.mark.parametrize("change", ["ALTER x SET NOT NULL", "MODIFY x int"])
def test_a_change_to_a_column_that_is_not_there_is_refused(change: str) -> None:
    (fault,) = refused(f"CREATE TABLE a (b int);\nALTER TABLE a {change};")
    assert "no column x" in fault.message
    assert fault.line == 2


def test_comments_are_kept() -> None:
    found = reading(
        "CREATE TABLE a (id int); COMMENT ON TABLE a IS 'It''s; here';"
        "COMMENT ON COLUMN public.a.id IS 'The key'; COMMENT ON COLUMN a.gone IS 'x';"
    )
    assert found.spec.entities[0].comment == "It's; here"
    assert found.spec.entities[0].attributes[0].comment == "The key"
    assert "the comment on a.gone" in warnings(found)
    found = reading("CREATE TABLE a (id int COMMENT 'it\\'s') COMMENT='All';", "mysql")
    assert found.spec.entities[0].comment == "All"
    assert found.spec.entities[0].attributes[0].comment == "it's"


def test_checks_become_bounds_and_stay_as_portable_rules() -> None:
    found = reading(
        "CREATE TABLE a ("
        "price numeric CHECK (price > 0), age int CHECK (((age >= 18) AND (120 > age))),"
        "pct float CHECK (pct BETWEEN 0 AND 1.5), low int CHECK (low >= -5 OR low IS NULL),"
        "code text CHECK (char_length(code) >= 3), zip varchar(9) CHECK (length(zip) <= 5),"
        "x int, y int, CONSTRAINT order_ck CHECK (x < y))"
    )
    (a,) = found.spec.entities
    by = {each.name: each for each in a.attributes}
    assert by["price"].exclusive_minimum == 0
    assert (by["age"].minimum, by["age"].exclusive_maximum) == (18, 120)
    assert (by["pct"].minimum, by["pct"].maximum) == (0, 1.5)
    assert by["low"].minimum == -5
    assert by["code"].min_length == 3
    assert by["zip"].length == 5
    assert [(each.expression, each.name) for each in a.checks][-1] == ("x < y", "order_ck")
    assert len(a.checks) == 7


def one_where(*conditions: str) -> str:
    return " + ".join(f"CASE WHEN {condition} THEN 1 ELSE 0 END" for condition in conditions)


@pytest.mark.parametrize(
    ("dialect", "check", "written"),
    [
        (
            "postgres",
            "num_nonnulls(a, b) = 1",
            f"({one_where('a IS NOT NULL', 'b IS NOT NULL')}) = 1",
        ),
        ("postgres", "num_nulls(a, b) < 2", f"({one_where('a IS NULL', 'b IS NULL')}) < 2"),
        (
            "postgres",
            "(((a IS NOT NULL))::integer + (b IS NULL)::int) <> 1",
            f"({one_where('a IS NOT NULL', 'b IS NULL')}) <> 1",
        ),
        ("mysql", "(a IS NULL) XOR (b IS NULL)", "(a IS NULL) <> (b IS NULL)"),
        ("mysql", "a IS NULL XOR b IS NOT NULL", "(a IS NULL) <> (NOT b IS NULL)"),
        ("mysql", "NOT a IS NULL XOR b IS NULL", "(NOT a IS NULL) <> (b IS NULL)"),
    ],
)
def test_how_many_columns_are_null_is_asked_on_every_database(
    dialect: str, check: str, written: str
) -> None:
    found = reading(f"CREATE TABLE t (a int, b int, CHECK ({check}))", dialect)
    (rule,) = found.spec.entities[0].checks
    assert rule.expression == written


@pytest.mark.parametrize(
    "check", ["(a > 1)::int = 1", "num_nulls(a, 1) = 1", "(a > 1) XOR (b > 1)"]
)
def test_what_null_makes_of_a_number_is_not_guessed(check: str) -> None:
    found = reading(f"CREATE TABLE t (a int, b int, CHECK ({check}))", "mysql")
    assert found.spec.entities[0].checks == ()


def test_no_rule_counts_the_bytes_of_a_key_that_is_kept_as_text() -> None:
    found = reading(
        "CREATE TABLE a (id bytea PRIMARY KEY CHECK (length(id) = 16), sum bytea CHECK "
        "(length(sum) = 20), name text UNIQUE CHECK (length(name) = 8))"
    )
    (a,) = found.spec.entities
    assert [check.expression for check in a.checks] == ["LENGTH(sum) = 20", "LENGTH(name) = 8"]
    assert (
        "check of a: length(id) = 16: it counts bytes, and what is kept are digits. It is"
        in warnings(found)
    )


def test_only_what_counts_the_bytes_of_a_key_is_left_out_of_a_rule() -> None:
    found = reading(
        "CREATE TABLE a (k bytea PRIMARY KEY, name text, n int,\n"
        " CHECK (length(name) > 2 AND k IS NOT NULL),\n"
        " CHECK (length(k) <= 16 AND length(name) <= 40 AND n > 1))"
    )
    (a,) = found.spec.entities
    k, name, n = a.attributes
    assert [check.expression for check in a.checks] == ["LENGTH(name) > 2 AND k IS NOT NULL"]
    assert (k.length, k.min_length) == (255, None)
    assert (name.min_length, name.length, n.exclusive_minimum) == (3, 40, 1)
    assert "line 3: check of a: " in warnings(found)
    assert "requests keep the bounds of name, n, " in warnings(found)


def test_not_null_or_a_bound_is_no_bound() -> None:
    found = reading("CREATE TABLE t (a int, CHECK (a IS NOT NULL OR a > 5))")
    assert found.spec.entities[0].attributes[0].exclusive_minimum is None


def test_checks_that_only_one_database_reads_are_warned_of() -> None:
    found = reading("CREATE TABLE a (\n b text CHECK (b ~ '^x'),\n c int CHECK (nowhere > 1))")
    assert found.spec.entities[0].checks == ()
    assert "line 2: check of a: b ~ '^x'" in warnings(found)
    assert "line 3: check of a" in warnings(found)


@pytest.mark.parametrize(
    ("sql", "dialect"),
    [
        ("s text DEFAULT 'a' CHECK (s IN ('a', 'b'))", "postgres"),
        (
            (
                "s text, CHECK (((s)::text = ANY "
                "((ARRAY['a'::character varying, 'b'::character varying])::text[])))"
            ),
            "postgres",
        ),
        ("[s] nvarchar(9) NOT NULL, CHECK (([s]=N'a' OR [s]='b'))", "tsql"),
        ("s varchar(5) CHECK (`s` in (_utf8mb4'a',_utf8mb4'b'))", "mysql"),
        ("s enum('a','b') NOT NULL DEFAULT 'a'", "mysql"),
    ],
)
def test_a_list_of_allowed_texts_is_an_enum(sql: str, dialect: str) -> None:
    found = reading(f"CREATE TABLE things ({sql})", dialect)
    assert [(each.name, each.values) for each in found.spec.enums] == [("ThingS", ("a", "b"))]
    (attribute,) = found.spec.entities[0].attributes
    assert (attribute.type, attribute.enum) == (AttributeType.ENUM, "ThingS")
    assert found.spec.entities[0].checks == ()


def test_declared_enums_are_found_by_name_quoted_or_not() -> None:
    found = reading(
        "CREATE TYPE public.\"OrderStatus\" AS ENUM ('new', 'paid');"
        "CREATE TYPE mood AS ENUM ('sad');"
        'CREATE TABLE a (s "OrderStatus" DEFAULT \'new\'::"OrderStatus", m public.mood[],'
        " bad mood DEFAULT 'glad')"
    )
    s, m, bad = found.spec.entities[0].attributes
    assert (s.enum, s.default) == ("OrderStatus", "new")
    assert (m.enum, m.array) == ("Mood", True)
    assert bad.default is None
    assert "the default of a.bad" in warnings(found)


# --- defaults and generated values ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "dialect", "default"),
    [
        ("int DEFAULT -3", "postgres", -3),
        ("int DEFAULT ((7))", "tsql", 7),
        ("varchar(9) DEFAULT 'it''s'::character varying NOT NULL", "postgres", "it's"),
        ("nvarchar(9) DEFAULT (N'x')", "tsql", "x"),
        ("boolean DEFAULT true", "postgres", True),
        ("tinyint(1) NOT NULL DEFAULT '0'", "mysql", False),
        ("bit(1) DEFAULT b'1'", "mysql", True),
        ("decimal(5,2) DEFAULT '0.50'", "mysql", 0.5),
        ("jsonb DEFAULT '{\"a\": [1]}'::jsonb", "postgres", {"a": [1]}),
        ("text[] DEFAULT '{}'::text[] NOT NULL", "postgres", []),
        ("text[] DEFAULT ARRAY[]::text[]", "postgres", []),
        ("date DEFAULT '2020-02-03'", "postgres", "2020-02-03"),
        ("int DEFAULT NULL", "postgres", None),
    ],
)
def test_literal_defaults(column: str, dialect: str, default: object) -> None:
    attribute = columns(f"c {column}", dialect)["c"]
    assert attribute.default == default
    assert type(attribute.default) is type(default)
    assert attribute.generated is None


@pytest.mark.parametrize(
    ("column", "dialect", "generated"),
    [
        ("timestamptz DEFAULT now()", "postgres", Generator.NOW),
        ("timestamptz DEFAULT timezone('utc'::text, now())", "postgres", Generator.NOW),
        ("timestamp DEFAULT (now() AT TIME ZONE 'utc')", "postgres", Generator.NOW),
        ("date DEFAULT ('now'::text)::date", "postgres", Generator.NOW),
        ("datetime(6) DEFAULT CURRENT_TIMESTAMP(6)", "mysql", Generator.NOW),
        (
            "timestamp DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP",
            "mysql",
            Generator.NOW_ON_UPDATE,
        ),
        ("datetime2(7) NOT NULL DEFAULT (getdate())", "tsql", Generator.NOW),
        ("text", "sqlite", None),
        ("datetime DEFAULT (datetime('now'))", "sqlite", Generator.NOW),
        ("date DEFAULT SYSDATE", "oracle", Generator.NOW),
        ("uuid DEFAULT gen_random_uuid()", "postgres", Generator.UUID),
        ("uuid DEFAULT extensions.uuid_generate_v4()", "postgres", Generator.UUID),
        ("char(36) DEFAULT (uuid())", "mysql", Generator.UUID),
        ("uniqueidentifier ROWGUIDCOL DEFAULT (newid())", "tsql", Generator.UUID),
        ("serial", "postgres", Generator.IDENTITY),
        ("int DEFAULT nextval('s'::regclass)", "postgres", Generator.IDENTITY),
        ("bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 3)", "postgres", Generator.IDENTITY),
        ("int NOT NULL AUTO_INCREMENT", "mysql", Generator.IDENTITY),
        ("int IDENTITY(1,1) NOT NULL", "tsql", Generator.IDENTITY),
        ("NUMBER GENERATED BY DEFAULT ON NULL AS IDENTITY", "oracle", Generator.IDENTITY),
        ("INTEGER PRIMARY KEY", "sqlite", Generator.IDENTITY),
        ("INT PRIMARY KEY", "postgres", None),
    ],
)
def test_generated_values(column: str, dialect: str, generated: Generator | None) -> None:
    attribute = columns(f"c {column}", dialect)["c"]
    assert attribute.generated is generated
    assert attribute.default is None


def test_other_defaults_are_warned_of() -> None:
    found = reading(
        "CREATE TABLE a (\n b text DEFAULT upper('x') NOT NULL,\n c int DEFAULT 'x',\n"
        " d text DEFAULT now())"
    )
    assert all(each.default is None for each in found.spec.entities[0].attributes)
    assert "line 2: the default of a.b, upper('x'), is left out" in warnings(found)
    assert "line 3: the default of a.c, 'x', is left out" in warnings(found)
    assert "line 4: the default of a.d, now(), is left out" in warnings(found)


def test_computed_columns_are_left_out_with_what_needs_them() -> None:
    found = reading(
        "CREATE TABLE a (\n b int,\n c int GENERATED ALWAYS AS (b * 2) STORED,\n UNIQUE (c));"
    )
    assert [each.name for each in found.spec.entities[0].attributes] == ["b"]
    assert "line 3: a.c is computed" in warnings(found)
    assert "line 4: index or unique rule c is left out: a has no c" in warnings(found)
    assert list(columns("b int, c AS (b + 1) PERSISTED", "tsql")) == ["b"]


# --- relations -----------------------------------------------------------------------------------


def test_a_foreign_key_is_a_relation_and_its_column_an_attribute() -> None:
    found = reading(SHOP)
    customer = relation(found, "Order", "customer")
    assert customer.kind is RelationKind.MANY_TO_ONE
    assert (customer.target, customer.attributes, customer.references) == (
        "Customer",
        ("customer_id",),
        ("id",),
    )
    assert customer.on_delete is DeleteBehaviour.CASCADE
    assert not customer.nullable
    assert "customer_id" in [each.name for each in entity(found, "Order").attributes]


def test_relation_names_say_the_role_and_clash_with_nothing() -> None:
    found = reading(
        "CREATE TABLE users (id int PRIMARY KEY, manager_id int REFERENCES users,"
        " reports_to int REFERENCES users);"
        'CREATE TABLE posts (id int PRIMARY KEY, user_id int REFERENCES users, "user" text,'
        " created_by int REFERENCES users, updated_by int REFERENCES users);"
        "CREATE TABLE notes (body text, post int REFERENCES posts, id_user int REFERENCES users);"
        "CREATE TABLE marks (made_by int REFERENCES users);"
    )
    names = {each.name: [r.name for r in each.relations] for each in found.spec.entities}
    assert names == {
        "User": ["manager", "reports_to_user"],
        "Post": ["user_record", "created_by_user", "updated_by_user"],
        "Note": ["post_record", "user"],
        "Mark": ["user"],
    }


def test_a_foreign_key_that_is_unique_is_one_to_one() -> None:
    found = reading(
        "CREATE TABLE a (id int PRIMARY KEY);"
        "CREATE TABLE b (id int PRIMARY KEY REFERENCES a ON DELETE CASCADE);"
        "CREATE TABLE c (id int PRIMARY KEY, a_id int UNIQUE REFERENCES a);"
        "CREATE TABLE d (id int PRIMARY KEY, a_id int REFERENCES a);"
        "CREATE UNIQUE INDEX ux ON d (a_id);"
    )
    for name in "BCD":
        (only,) = entity(found, name).relations
        assert only.kind is RelationKind.ONE_TO_ONE
        assert only.nullable is (name != "B")


def test_composite_and_circular_foreign_keys() -> None:
    found = reading(
        "CREATE TABLE a (x int, y int, b_id int REFERENCES b, PRIMARY KEY (x, y));"
        "CREATE TABLE b (id int PRIMARY KEY, ay int, ax int NOT NULL,"
        " CONSTRAINT fk FOREIGN KEY (ay, ax) REFERENCES a (y, x) MATCH SIMPLE"
        " ON UPDATE CASCADE ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED);"
    )
    a = relation(found, "B", "a")
    assert (a.attributes, a.references) == (("ay", "ax"), ("y", "x"))
    assert (a.constraint, a.on_delete, a.nullable) == ("fk", DeleteBehaviour.RESTRICT, True)
    assert relation(found, "A", "b").references == ("id",)
    for lost in ("ON UPDATE CASCADE", "DEFERRABLE", "INITIALLY DEFERRED"):
        assert f"line 1: {lost} is not kept" in warnings(found)


JOIN = """
CREATE TABLE playlists (id int PRIMARY KEY);
CREATE TABLE tracks (id int PRIMARY KEY);
CREATE TABLE playlist_track (
    track_id int REFERENCES tracks ON DELETE CASCADE,
    playlist_id int REFERENCES playlists ON DELETE CASCADE,
    PRIMARY KEY (playlist_id, track_id){more}
);
"""


def test_a_pure_join_table_is_a_many_to_many_relation() -> None:
    found = reading(JOIN.format(more=""))
    assert [each.name for each in found.spec.entities] == ["Playlist", "Track"]
    playlists = relation(found, "Track", "playlists")
    assert playlists.kind is RelationKind.MANY_TO_MANY
    assert playlists.through is not None
    assert playlists.through.table == "playlist_track"
    assert playlists.through.local_columns == ("track_id",)
    assert playlists.through.target_columns == ("playlist_id",)
    assert playlists.through.on_delete is DeleteBehaviour.CASCADE
    assert any("playlist_track only joins" in each.text for each in found.assumptions)


def test_what_a_join_table_loses_is_said() -> None:
    index = "CREATE INDEX {} ON playlist_track ({});"
    both = index.format("both", "track_id, playlist_id")
    found = reading(JOIN.format(more="") + both + index.format("side", "track_id"))
    assert "index both of the join table playlist_track is left out" in warnings(found)
    assert "side" not in warnings(found)  # each side has one in the project, too


def test_delete_rules_without_a_counterpart_are_said() -> None:
    found = reading("CREATE TABLE a (id int PRIMARY KEY, b int REFERENCES a ON DELETE SET DEFAULT)")
    assert relation(found, "A", "b_a").on_delete is DeleteBehaviour.NO_ACTION
    assert "ON DELETE SET DEFAULT" in warnings(found)
    (fault,) = refused("CREATE TABLE a (id int PRIMARY KEY, b int REFERENCES a ON DELETE EXPLODE)")
    assert "set-null" not in (fault.expected or "")
    assert "SET NULL" in (fault.expected or "")


@pytest.mark.parametrize(
    "more", [", position int", ", UNIQUE (track_id)", ", CHECK (track_id > 0)"]
)
def test_a_join_table_with_anything_of_its_own_stays_an_entity(more: str) -> None:
    found = reading(JOIN.format(more=more))
    assert len(entity(found, "PlaylistTrack").relations) == 2


def test_a_join_table_with_two_delete_rules_or_pointed_at_stays_an_entity() -> None:
    found = reading(JOIN.format(more="").replace("CASCADE", "RESTRICT", 1))
    assert len(found.spec.entities) == 3
    found = reading(
        JOIN.format(more="") + "CREATE TABLE plays (id int, p int, t int,"
        " FOREIGN KEY (p, t) REFERENCES playlist_track (playlist_id, track_id));"
    )
    assert len(found.spec.entities) == 4


def test_a_join_of_a_table_with_itself_is_named_by_its_role() -> None:
    found = reading(
        "CREATE TABLE users (id int PRIMARY KEY);"
        "CREATE TABLE friendships (user_id int REFERENCES users, friend_id int REFERENCES users,"
        " PRIMARY KEY (user_id, friend_id));"
    )
    assert relation(found, "User", "friends").target == "User"


def test_a_key_that_became_a_uuid_takes_its_foreign_keys_along() -> None:
    found = reading(
        "CREATE TABLE a (id char(36) DEFAULT (uuid()) PRIMARY KEY);"
        "CREATE TABLE b (a_id char(36), FOREIGN KEY (a_id) REFERENCES a (id));",
        "mysql",
    )
    assert entity(found, "B").attributes[0].type is AttributeType.UUID


def test_a_foreign_key_to_a_table_elsewhere_is_a_plain_column_and_a_warning() -> None:
    found = reading("CREATE TABLE a (\n user_id uuid REFERENCES auth.users (id))")
    assert found.spec.entities[0].relations == ()
    assert [each.code for each in found.warnings] == ["unknown-table"]
    assert "line 2: the foreign key of a (user_id) points to auth.users" in warnings(found)


def test_a_foreign_key_that_does_not_fit_is_refused() -> None:
    faults = refused(
        "CREATE TABLE a (x int, y int, PRIMARY KEY (x, y));\n"
        "CREATE TABLE b (a_id int REFERENCES a);\n"
        "CREATE TABLE c (FOREIGN KEY (gone) REFERENCES a (x), d int);"
    )
    assert [(fault.code, fault.line) for fault in faults] == [
        ("sql-foreign-key", 2),
        ("sql-foreign-key", 3),
    ]


# --- secrets and keys ----------------------------------------------------------------------------


def test_what_looks_secret_never_leaves() -> None:
    found = reading(
        "CREATE TABLE users (id int PRIMARY KEY, password_hash text NOT NULL, api_key text,"
        " reset_token varchar(9), token_count int, passwords_changed_at date, token text)"
    )
    access = {each.name: each.access for each in found.spec.entities[0].attributes}
    assert access == {
        "id": Access.READ_WRITE,
        "password_hash": Access.WRITE_ONLY,
        "api_key": Access.HIDDEN,
        "reset_token": Access.HIDDEN,
        "token_count": Access.READ_WRITE,
        "passwords_changed_at": Access.READ_WRITE,
        "token": Access.HIDDEN,
    }
    said = next(each for each in found.assumptions if each.id == "sql-secrets")
    assert said.text == (
        "These look secret: clients send them, they are stored as they were sent, and never shown:"
        " User.password_hash."
    )
    assert "These look secret: clients can neither send nor see them: User.api_key," in (
        " ".join(each.text for each in found.assumptions)
    )


@pytest.mark.parametrize(
    "column", ["password varchar(40)", "passwd text NOT NULL", "pwd text", "password text NOT NULL"]
)
def test_a_password_is_kept_as_a_hash_without_anybody_signing_in(column: str) -> None:
    found = reading(f"CREATE TABLE users (id int PRIMARY KEY, {column})")
    password = found.spec.entities[0].attributes[1]
    assert (password.type, password.access) == (AttributeType.PASSWORD, Access.READ_WRITE)
    assert any("kept as argon2 hashes" in each.text for each in found.assumptions)


@pytest.mark.parametrize(
    "columns",
    [
        "password text UNIQUE",
        "password text DEFAULT 'secret'",
        "password text, hashed_password text",
        "password text CHECK (password <> id)",
        "password varchar(40) CHECK (length(password) >= 20)",
        "password int",
        "encrypted_password text",
        "password text, UNIQUE (id, password)",
        "password text REFERENCES words (word)",
    ],
)
def test_what_a_hash_would_break_stays_what_it_is(columns: str) -> None:
    found = reading(
        "CREATE TABLE words (word text PRIMARY KEY);"
        f"CREATE TABLE users (id text PRIMARY KEY, {columns})"
    )
    assert all(a.type is not AttributeType.PASSWORD for a in found.spec.entities[1].attributes)


def test_an_entity_has_one_password_that_is_hashed() -> None:
    found = reading("CREATE TABLE a (id int PRIMARY KEY, pwd text, password text)")
    types = [each.type for each in found.spec.entities[0].attributes]
    assert types.count(AttributeType.PASSWORD) == 1


def test_keys_that_nothing_numbers_are_said() -> None:
    found = reading("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id serial PRIMARY KEY);")
    said = next(each for each in found.assumptions if each.id == "sql-given-keys")
    assert said.about == "A"


def test_places_of_tables_and_columns_are_known() -> None:
    found = reading(
        "CREATE TABLE a (\n  id int PRIMARY KEY,\n  n varchar(3) DEFAULT 'too long'\n);\n"
        "CREATE TABLE b (id int PRIMARY KEY,\n a_id int REFERENCES a (id));\n"
        "ALTER TABLE b ADD COLUMN later date;"
    )
    names = [[each.name for each in entity.attributes] for entity in found.spec.entities]
    assert names == [["id", "n"], ["id", "a_id", "later"]]
    assert found.places.of("/entities/0/attributes/1/default") == (3, 3)
    assert found.places.of("/entities/1/attributes/1") == (6, 2)
    assert found.places.of("/entities/1/attributes/2") == (7, 26)
    assert found.places.of("/entities/1/relations/0/target") == (6, 11)
    assert found.places.of("/entities/1") == (5, 14)
    assert found.places.of("/database") is None


def test_every_part_has_the_place_of_its_own_statement() -> None:
    found = reading(
        "CREATE TABLE a (id bigint PRIMARY KEY,\n"
        " c text NOT NULL, d bigint CHECK (d > 3),\n"
        " CONSTRAINT once UNIQUE (c, d),\n"
        " FOREIGN KEY (d) REFERENCES a (id));\n"
        "CREATE INDEX ix ON a (c, d);\n"
        "CREATE TABLE b (id bigint PRIMARY KEY);\n"
        "CREATE TABLE a_b (a_id bigint REFERENCES a, b_id bigint REFERENCES b,\n"
        " PRIMARY KEY (a_id, b_id));"
    )
    places = found.places
    assert places.of("/entities/0/checks/0/expression") == (2, 28)
    assert places.of("/entities/0/uniques/0/attributes") == (3, 2)
    assert places.of("/entities/0/relations/0/target") == (4, 2)
    assert places.of("/entities/0/indexes/0") == (5, 1)
    assert places.of("/entities/0/relations/1/through") == (7, 14)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("x > (SELECT 1)", "a check sees no rows but its own"),
        ("x > now()", "what the time is differs from one look to the next"),
        ("my_func(x) > 2", "MY_FUNC(x) is not the same to every database"),
        ("y > 2", "y is none of the columns that are kept"),
        ("x >", "it cannot be read"),
        (" + ".join(["x"] * 400) + " > 2", "it has more than 1000 characters"),
    ],
)
def test_a_check_that_is_left_out_says_why(rule: str, why: str) -> None:
    found = reading(f"CREATE TABLE a (id int PRIMARY KEY, x int, CHECK ({rule}))")
    assert f"{why}. It is left out" in warnings(found)


def test_a_second_table_of_a_name_is_told_with_the_line_of_the_first() -> None:
    found = reading("CREATE TABLE a (id int PRIMARY KEY);\nCREATE TABLE a (b text);")
    assert "line 2: this second CREATE TABLE a is passed over, and all that it says" in warnings(
        found
    )
    assert "the table is that of line 1" in warnings(found)


@pytest.mark.parametrize("table", ["alembic_version", "flyway_schema_history", "SequelizeMeta"])
def test_where_a_tool_keeps_its_count_is_no_table_of_the_model(table: str) -> None:
    found = reading(f'CREATE TABLE a (id int PRIMARY KEY);\nCREATE TABLE "{table}" (version text);')
    assert [each.name for each in found.spec.entities] == ["A"]
    assert f"line 2: {table}, in which" in warnings(found)


def test_what_pg_dump_says_of_sequences_is_of_no_consequence() -> None:
    found = reading(
        "CREATE TABLE t (id int NOT NULL);\nCREATE SEQUENCE t_id_seq;\n"
        "ALTER TABLE t_id_seq OWNER TO postgres;\nALTER TABLE v ADD COLUMN b int;"
    )
    assert "t_id_seq" not in warnings(found)
    assert "ALTER TABLE v is left out" in warnings(found)
    assert "ALTER TABLE OWNER TO (1" in warnings(found)


@pytest.mark.parametrize(
    ("default", "kept"),
    [("", None), ("DEFAULT '{}'", {}), ("DEFAULT '1.5'", 1.5), ("DEFAULT NULL", None)],
)
def test_a_text_that_is_checked_to_be_json_is_json(default: str, kept: object) -> None:
    found = columns(f"a longtext {default} CHECK (json_valid(`a`)), b text CHECK (a > b)", "mysql")
    assert (found["a"].type, found["a"].default) == (AttributeType.JSON, kept)
    assert found["a"].length is None
    assert found["b"].type is AttributeType.TEXT


@pytest.mark.parametrize(
    "default", ["none", "NaN", "[1e999]", '"\\\\ud800"', "[" * 9000 + "]" * 9000]
)
@pytest.mark.parametrize(
    "kind", ["json DEFAULT '{}'", "longtext DEFAULT '{}' CHECK (json_valid(a))"]
)
def test_a_default_that_is_no_json_is_left_out_and_told(kind: str, default: str) -> None:
    found = reading(f"CREATE TABLE t (id int, a {kind.format(default)})", "mysql")
    assert found.spec.entities[0].attributes[-1].default is None
    assert "the default of t.a, " in warnings(found)


@pytest.mark.parametrize(
    ("written", "lowest"),
    [("('-100'::integer)::numeric", -100), ("'-0.5'::numeric", -0.5), ("'7'::bigint", 7)],
)
def test_a_number_that_pg_dump_casts_from_a_text_is_a_number(written: str, lowest: float) -> None:
    found = reading(f"CREATE TABLE t (a numeric(5,1), CHECK ((a >= {written})))")
    assert found.spec.entities[0].attributes[0].minimum == lowest
    assert found.spec.entities[0].checks[0].expression == f"a >= {lowest}"
