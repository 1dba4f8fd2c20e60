"""What SQL says and a backend cannot: slips are refused at their place, losses are named."""

from __future__ import annotations

import pytest

from agent.ddl import ddl
from agent.documents import Source, SourceFormat
from agent.emitter.types import column
from agent.errors import SourceError
from agent.planner.readers.sql import read
from agent.planner.resolve import resolve
from agent.types import AttributeType, Database

T = AttributeType


def source(sql: str, dialect: str | None = "postgres") -> Source:
    return Source(format=SourceFormat.SQL, content=sql, dialect=dialect)


def said(sql: str, dialect: str | None = "postgres") -> list[str]:
    return [each.message for each in read(source(sql, dialect)).warnings]


USERS = "CREATE TABLE users (id int PRIMARY KEY, n int);\n"


@pytest.mark.parametrize(
    ("dialect", "sql", "place", "message", "expected"),
    [
        (
            "postgres",
            "CREATE TABLE a (\n n numerc(9))",
            (2, 4),
            "a.n has type numerc(9)",
            "numeric",
        ),
        ("postgres", "CREATE TABLE a (n tetx)", (1, 19), "a.n has type tetx", "text"),
        (
            "postgres",
            "CREATE TYPE mood AS ENUM ('x'); CREATE TABLE a (n moood)",
            (1, 51),
            "moood",
            "mood",
        ),
        ("mysql", "CREATE TABLE a (n mediumtxt)", (1, 19), "mediumtxt", "mediumtext"),
        ("sqlite", "CREATE TABLE a (n INTEGR)", (1, 19), "INTEGR", "integer"),
        ("tsql", "CREATE TABLE a ([n] [datetme2](7))", (1, 21), "datetme2", "datetime2"),
        ("oracle", "CREATE TABLE a (n VARCHR2(9))", (1, 19), "VARCHR2", "varchar2"),
        ("postgres", USERS + "CREATE TABLE a (u int REFERENCES usres)", (2, 34), "usres", "users"),
        (
            "postgres",
            USERS + "CREATE TABLE a (u int REFERENCES pubic.users)",
            (2, 34),
            "pubic.users",
            "public",
        ),
        (
            "postgres",
            (
                "CREATE TABLE a.t (id int PRIMARY KEY); CREATE TABLE b.t (id int);\n"
                "CREATE TABLE c (t int REFERENCES t)"
            ),
            (2, 34),
            "points to t",
            "a.t or b.t",
        ),
        ("postgres", USERS + "ALTER TABLE usres ADD x int", (2, 19), "usres", "users"),
        ("postgres", USERS + "CREATE INDEX i ON usres (n)", (2, 19), "usres", "users"),
        (
            "postgres",
            USERS + "CREATE TABLE a (u int REFERENCES users (n))",
            (2, 34),
            "no key",
            "key",
        ),
        (
            "postgres",
            USERS + "CREATE TABLE a (u text REFERENCES users)",
            (2, 24),
            "a.u is text",
            "",
        ),
        (
            "postgres",
            "CREATE TABLE a (id int, Id text)",
            (1, 25),
            "column id on line 1",
            "new name",
        ),
        ("postgres", "CREATE TABLE a (id int));", (1, 24), "never opened", ""),
        (
            "postgres",
            "CREATE TYPE a.m AS ENUM ('x');\nCREATE TYPE b.m AS ENUM ('y');" + USERS,
            (2, 13),
            "type m is made on line 1",
            "",
        ),
        (
            "postgres",
            "CREATE TYPE m AS ENUM ('x'); ALTER TYPE m RENAME VALUE 'y' TO 'z';" + USERS,
            (1, 56),
            "no such value",
            "x",
        ),
        ("postgres", "CREAT TABLE b (x int);" + USERS, (1, 1), "cannot be read", "CREATE"),
        ("postgres", USERS + "CREATE INDX i ON users (n)", (2, 1), "cannot be read", "INDEX"),
        (
            "postgres",
            "CREATE TABLE a (b int PRIMARY KEY, c int PRIMARY KEY)",
            (1, 50),
            "a primary key already (b)",
            "",
        ),
        ("mysql", USERS + "CREATE TABLE a LIKE usres", (2, 21), "columns from usres", "users"),
        ("mysql", USERS + "RENAME TABLE gone TO b", (2, 14), "not in the source", ""),
        ("postgres", "CREATE TABLE a (x int CHECK ())", (1, 30), "says nothing", ""),
    ],
)
def test_a_slip_is_refused_where_it_stands(
    dialect: str, sql: str, place: tuple[int, int], message: str, expected: str
) -> None:
    with pytest.raises(SourceError) as caught:
        read(source(sql, dialect))
    (fault,) = caught.value.faults
    assert (fault.line, fault.column) == place
    assert message in fault.message
    assert expected in (fault.expected or "")


def test_a_fault_names_the_table_of_its_statement() -> None:
    with pytest.raises(SourceError) as caught:
        read(source(USERS + "CREATE TABLE shop.tills (\n id int, d date WITH DEFAULT 1)"))
    (fault,) = caught.value.faults
    assert (fault.line, fault.column) == (3, 22)
    assert fault.message.endswith(", in CREATE TABLE shop.tills")


def test_a_fault_names_a_statement_whose_head_is_long() -> None:
    sql = (
        "CREATE TABLE orders_of_customers (id int PRIMARY KEY, a int);\n"
        "ALTER TABLE ONLY public.orders_of_customers ADD CONSTRAINT "
        "orders_of_customers_customer_fk FOREIGN KEY (a,) REFERENCES orders_of_customers"
    )
    with pytest.raises(SourceError) as caught:
        read(source(sql))
    (fault,) = caught.value.faults
    assert ", in ALTER TABLE ONLY public.orders_of_customers" in fault.message


@pytest.mark.parametrize(
    ("dialect", "sql", "kept"),
    [
        ("postgres", "inet", "string(43)"),
        ("postgres", "bit(3)", "string(3)"),
        ("postgres", "bit varying", "text"),
        ("postgres", "hstore", "json"),
        ("postgres", "tsvector", "text"),
        ("postgres", "mood", "text"),
        ("mysql", "bit(8)", "bigint"),
        ("mysql", "enum('a\"b')", "text"),
        ("sqlite", "ANY", "text"),
        ("sqlite", "BIG SIGNED FLOATY", "float"),
        ("tsql", "hierarchyid", "text"),
        ("oracle", "sdo_geometry", "text"),
    ],
)
def test_a_type_without_a_counterpart_becomes_the_nearest(
    dialect: str, sql: str, kept: str
) -> None:
    shown = f"line 2: a.c has type {sql}: kept as {kept}"
    assert shown in said(f"CREATE TABLE a (id int PRIMARY KEY,\n c {sql})", dialect)


@pytest.mark.parametrize(
    ("dialect", "clause", "lost"),
    [
        ("postgres", 'c text COLLATE "de_DE"', "COLLATE de_DE"),
        ("postgres", "c int UNIQUE NULLS NOT DISTINCT", "NULLS NOT DISTINCT"),
        ("postgres", "c int REFERENCES a ON UPDATE CASCADE", "ON UPDATE CASCADE"),
        ("postgres", "c int REFERENCES a DEFERRABLE", "DEFERRABLE"),
        ("postgres", "c int REFERENCES a INITIALLY DEFERRED", "INITIALLY DEFERRED"),
        ("postgres", "c int REFERENCES a MATCH FULL", "MATCH FULL"),
        (
            "postgres",
            "c int REFERENCES a ON DELETE SET NULL (c)",
            "the list of columns of ON DELETE SET",
        ),
        ("mysql", "c int unsigned zerofill", "ZEROFILL"),
        ("mysql", "c int /*!80023 INVISIBLE */", "/*!80023 INVISIBLE */"),
        ("mysql", "c int, KEY k (c DESC)", "DESC in an index or key"),
        ("mysql", "c int, UNIQUE KEY k (c) USING HASH", "USING HASH"),
        ("mysql", "c int CHECK (c > 0) NOT ENFORCED", "NOT ENFORCED"),
        ("sqlite", "c int UNIQUE ON CONFLICT REPLACE", "ON CONFLICT REPLACE"),
        ("tsql", "c int IDENTITY(100,5)", "counting as 100,5"),
        ("tsql", "c int MASKED WITH (FUNCTION = 'x')", "MASKED WITH"),
        ("oracle", "c int REFERENCES a DISABLE", "DISABLE"),
    ],
)
def test_a_clause_without_a_counterpart_is_named_with_its_lines(
    dialect: str, clause: str, lost: str
) -> None:
    sql = f"CREATE TABLE a (id int PRIMARY KEY,\n {clause});"
    assert f"line 2: {lost} is not kept" in said(sql, dialect)


@pytest.mark.parametrize(
    "clause",
    [
        'COLLATE pg_catalog."default"',
        "REFERENCES a MATCH SIMPLE NOT DEFERRABLE INITIALLY IMMEDIATE",
        "GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s START WITH 1 INCREMENT BY 1 CACHE 1)",
    ],
)
def test_what_every_database_does_anyway_is_not_named(clause: str) -> None:
    assert said(f"CREATE TABLE a (id int PRIMARY KEY, c int {clause});") == []


def test_what_an_index_loses_is_named_with_every_line() -> None:
    sql = USERS + (
        "CREATE INDEX a ON users (n DESC);\nCREATE INDEX b ON users (n DESC);\n"
        "CREATE INDEX c ON users USING hash (n);\nCREATE INDEX d ON users (n int4_ops);\n"
        "CREATE INDEX e ON users (n) INCLUDE (id);\n"
    )
    assert said(sql) == [
        "lines 2, 3: DESC in an index or key is not kept",
        "line 4: USING HASH is not kept",
        "line 5: int4_ops in an index or key is not kept",
        "line 6: INCLUDE in an index is not kept",
    ]
    many = USERS + "".join(f"CREATE INDEX i{i} ON users (n DESC);\n" for i in range(25))
    assert "20, 21 and 5 more: DESC" in said(many)[0]


def test_defaults_are_the_application_s_and_that_is_said() -> None:
    found = read(
        source("CREATE TABLE a (b int DEFAULT 0,\n c text DEFAULT 'x',\n d int DEFAULT 9e9)")
    )
    text = next(each.text for each in found.assumptions if each.id == "sql-defaults")
    assert text.endswith("not the database: a.b (line 1), a.c (line 2).")
    assert "line 3: the default of a.d, 9e9, is left out" in said(
        "CREATE TABLE a (b int DEFAULT 0,\n c text DEFAULT 'x',\n d int DEFAULT 9e9)"
    )


# --- types that the script makes -----------------------------------------------------------------


def test_domains_stand_for_their_type_and_bring_their_rules() -> None:
    found = read(
        source(
            "CREATE DOMAIN pos AS int NOT NULL CHECK (VALUE > 0);\nCREATE DOMAIN more AS pos;\n"
            "CREATE TABLE a (n more DEFAULT 3,\n l pos[], s text CHECK (s <> 'a  b' -- so\n))"
        )
    )
    n, items, _ = found.spec.entities[0].attributes
    assert (n.type, n.nullable, n.exclusive_minimum, n.default) == (T.INTEGER, False, 0, 3)
    assert (items.type, items.array) == (T.INTEGER, True)
    checks = [each.expression for each in found.spec.entities[0].checks]
    assert sorted(checks) == ['"n" > 0', "s <> 'a  b'"]
    assert "line 4: the check of domain pos in a.l, a list, is left out" in [
        w.message for w in found.warnings
    ]
    (flag,) = (
        read(source("CREATE TYPE dbo.F FROM bit NOT NULL\nGO\nCREATE TABLE a (f dbo.F)", "tsql"))
        .spec.entities[0]
        .attributes
    )
    assert (flag.type, flag.nullable) == (T.BOOLEAN, False)


def test_enums_change_with_alter_type() -> None:
    sql = (
        "CREATE TYPE m AS ENUM ('a', 'b');ALTER TYPE m ADD VALUE 'c' AFTER 'a';"
        "ALTER TYPE m ADD VALUE IF NOT EXISTS 'c';ALTER TYPE m ADD VALUE 'z' BEFORE 'a';"
        "ALTER TYPE m RENAME VALUE 'b' TO 'd';CREATE TABLE t (m m);ALTER TYPE m OWNER TO x;\n"
        "ALTER TYPE m SET SCHEMA x"
    )
    assert read(source(sql)).spec.enums[0].values == ("z", "a", "c", "d")
    assert "line 2: ALTER TYPE m SET is left out" in said(sql)


# --- statements that take away or run something ---------------------------------------------------


def test_later_statements_take_away_and_rename() -> None:
    found = read(
        source(
            "CREATE TABLE a (id int PRIMARY KEY, b int CHECK (b > 0), c int, d int,"
            " CONSTRAINT u UNIQUE (c), CONSTRAINT f FOREIGN KEY (d) REFERENCES a (id));\n"
            "CREATE INDEX i ON a (b); CREATE TABLE old (id int); DROP TABLE IF EXISTS old, no;\n"
            "ALTER TABLE a DROP COLUMN b, DROP COLUMN IF EXISTS gone, RENAME COLUMN id TO key;\n"
            "ALTER TABLE a DROP CONSTRAINT u; ALTER TABLE a DROP CONSTRAINT nothing;\n"
            "ALTER TABLE a RENAME TO z; ALTER TABLE z ADD COLUMN IF NOT EXISTS c text;"
        )
    )
    (z,) = found.spec.entities
    assert (z.table, z.primary_key) == ("z", ("key",))
    assert [each.name for each in z.attributes] == ["key", "c", "d"]
    assert (z.uniques, z.indexes, z.checks) == ((), (), ())
    assert z.relations[0].references == ("key",)
    assert "line 4: DROP of nothing is left out: a has no such rule" in [
        w.message for w in found.warnings
    ]


def test_renaming_in_mysql_and_sqlite() -> None:
    sql = "CREATE TABLE a (id int PRIMARY KEY, b int CHECK (b > 0));\n"
    found = read(
        source(
            sql + "RENAME TABLE a TO c; ALTER TABLE c CHANGE b d int, DROP PRIMARY KEY;", "mysql"
        )
    )
    (c,) = found.spec.entities
    assert (c.table, c.primary_key, [each.name for each in c.attributes]) == ("c", (), ["id", "d"])
    assert any("a check of c.b, which is renamed" in each.message for each in found.warnings)
    rebuilt = (
        "CREATE TABLE new (id INTEGER PRIMARY KEY, x int);CREATE TABLE a (id INTEGER PRIMARY KEY);"
        "DROP TABLE a;ALTER TABLE new RENAME TO a;CREATE TABLE b (a REFERENCES a);"
        "CREATE TABLE sqlite_sequence (name, seq);"
    )
    a, b = read(source(rebuilt, "sqlite")).spec.entities
    assert (a.table, len(a.attributes)) == ("a", 2)
    assert b.attributes[0].type is T.INTEGER


def test_do_blocks_are_read_as_drizzle_and_prisma_write_them() -> None:
    found = read(
        source(
            "DO $$ BEGIN\n CREATE TYPE role AS ENUM ('a');\n"
            "EXCEPTION WHEN duplicate_object THEN null;\nEND $$;\n"
            "CREATE TABLE users (id serial PRIMARY KEY, role role, boss int);\n"
            "DO $x$ BEGIN IF NOT EXISTS (SELECT 1) THEN ALTER TABLE users ADD CONSTRAINT fk"
            " FOREIGN KEY (boss) REFERENCES users; END IF; END $x$ LANGUAGE plpgsql;"
        )
    )
    (user,) = found.spec.entities
    assert user.attributes[1].enum == "Role"
    assert user.relations[0].constraint == "fk"


def test_the_way_back_of_a_migration_is_left_out() -> None:
    sql = "-- +goose Up\nCREATE TABLE a (id int);\n-- +goose Down\nDROP TABLE a;\n"
    assert "line 3: the way back of a migration is left out" in said(sql)


@pytest.mark.parametrize(
    "sql",
    [
        (
            'CREATE TABLE "A" ("ID" NUMBER GENERATED ALWAYS AS IDENTITY MINVALUE 1 INCREMENT BY 1'
            ' START WITH 1 CACHE 20 NOORDER NOCYCLE NOKEEP NOSCALE NOT NULL ENABLE, "B" RAW(16)'
            ' DEFAULT SYS_GUID(), CONSTRAINT "PK" PRIMARY KEY ("ID") USING INDEX PCTFREE 10'
            ' INITRANS 2 MAXTRANS 255 COMPUTE STATISTICS STORAGE(INITIAL 65536) TABLESPACE "U"'
            " ENABLE) SEGMENT CREATION IMMEDIATE"
        ),
        (
            "CREATE TABLE a (id NUMBER GENERATED ALWAYS AS IDENTITY, b RAW(16) DEFAULT SYS_GUID());"
            "ALTER TABLE a ADD PRIMARY KEY (id) USING INDEX (CREATE UNIQUE INDEX pk ON a (id));"
        ),
    ],
)
def test_oracle_ddl_as_its_own_package_writes_it(sql: str) -> None:
    found = read(source(sql, "oracle"))
    number, guid = found.spec.entities[0].attributes
    assert found.spec.entities[0].primary_key == ("id",)
    assert number.generated is not None
    assert guid.type is T.UUID
    assert [each.message for each in found.warnings] == [
        "line 1: a.b has type RAW(16): kept as uuid"
    ]


def test_a_bit_string_is_a_binary_number() -> None:
    (bits,) = (
        read(source("CREATE TABLE a (b bit(8) DEFAULT b'101')", "mysql"))
        .spec.entities[0]
        .attributes
    )
    assert (bits.default, bits.maximum) == (5, 255)


def test_sqlite_takes_a_key_s_type_and_says_so() -> None:
    sql = "CREATE TABLE a (id INTEGER PRIMARY KEY);\nCREATE TABLE b (a TEXT REFERENCES a);"
    found = read(source(sql, "sqlite"))
    assert found.spec.entities[1].attributes[0].type is T.INTEGER
    assert any("line 2: b.a is text and refers to a.id" in each.message for each in found.warnings)


# --- lengths on MySQL ----------------------------------------------------------------------------


def test_long_texts_stay_long_on_mysql() -> None:
    sql = (
        "CREATE TABLE a (id int AUTO_INCREMENT PRIMARY KEY, title varchar(20000), body longtext,"
        " part mediumtext, note text, raw longblob, pic mediumblob, key_ varchar(9) UNIQUE)"
    )
    spec = resolve(read(source(sql, "mysql")).spec).spec
    made = {a.name: column(a, spec.database) for a in spec.entities[0].attributes}
    assert made["title"].model == 'Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")'
    assert "mysql.LONGTEXT()" in made["body"].migration
    assert "mysql.LONGTEXT()" in made["part"].migration  # 4 bytes for each of its characters
    assert made["note"].migration == "sa.Text()"
    assert "LargeBinary().with_variant(mysql.LONGBLOB()" in made["raw"].model
    assert "mysql.MEDIUMBLOB()" in made["pic"].model
    assert "`body` LONGTEXT" in ddl(spec)
    postgres = [column(a, Database.POSTGRESQL).model for a in spec.entities[0].attributes]
    assert not any("mysql" in each for each in postgres)


def test_a_row_of_mysql_has_room_for_its_strings() -> None:
    sql = "CREATE TABLE a (id int PRIMARY KEY, x varchar(9000), y varchar(8000), z varchar(100))"
    planned = resolve(read(source(sql, "mysql")).spec)
    types = {a.name: (a.type, a.length) for a in planned.spec.entities[0].attributes}
    assert types["x"] == (T.TEXT, 9000)
    assert types["y"] == (T.STRING, 8000)
    assert any("A.x is kept as text" in each.text for each in planned.assumptions)
