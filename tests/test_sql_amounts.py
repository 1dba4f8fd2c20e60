"""SQL that is meant ill, or is only long: read, or refused at a place, soon and within memory."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from agent.documents import Source, SourceFormat
from agent.errors import SourceError
from agent.planner.readers import sql_statements
from agent.planner.readers.sql import read
from agent.planner.readers.sql_limits import MOST, MOST_FAULTS, MOST_OF_TABLE, TABLES
from tests.fuzzed import BAD, answer

if TYPE_CHECKING:
    from agent.types import BackendSpec

TABLE = "CREATE TABLE a (id int PRIMARY KEY);\n"
SECONDS = 10
"""Of a processor, for a text that took minutes."""


def source(sql: str, dialect: str | None = "postgres") -> Source:
    return Source(format=SourceFormat.SQL, content=sql, dialect=dialect)


def spec_of(sql: str, dialect: str | None = "postgres") -> BackendSpec:
    return read(source(sql, dialect)).spec


def said(sql: str, dialect: str | None = "postgres") -> str:
    return "\n".join(each.message for each in read(source(sql, dialect)).warnings)


def refused(sql: str, dialect: str | None = "postgres") -> tuple[str, int | None]:
    """Return the message and the line of the only fault."""
    with pytest.raises(SourceError) as caught:
        read(source(sql, dialect))
    (fault,) = caught.value.faults
    return fault.message, fault.line


# --- characters that no spec holds ----------------------------------------------------------------


def test_a_comment_keeps_its_words_without_control_characters() -> None:
    (entity,) = spec_of(
        "CREATE TABLE a (id int PRIMARY KEY);\n"
        "COMMENT ON TABLE a IS 'one\x01two';COMMENT ON COLUMN a.id IS '\x1b';"
    ).entities
    assert entity.comment == "one two"
    assert entity.attributes[0].comment is None
    left, *_ = spec_of(
        f"{TABLE}CREATE TABLE b (id int PRIMARY KEY);CREATE TABLE ab (a_id int REFERENCES a,"
        " b_id int REFERENCES b, PRIMARY KEY (a_id, b_id));COMMENT ON TABLE ab IS 'x\x02y'"
    ).entities
    assert left.relations[0].comment == "x y"


def test_a_check_with_control_characters_is_left_out_by_name() -> None:
    sql = "CREATE TABLE a (id int PRIMARY KEY, t text,\n CONSTRAINT c CHECK (t <> 'x\x01y'))"
    assert spec_of(sql).entities[0].checks == ()
    assert "line 2: check c of a" in said(sql)


@pytest.mark.parametrize("name", ['"a\x01b"', "x" * 200])
def test_a_schema_that_is_set_has_a_name_that_can_be_used(name: str) -> None:
    message, line = refused(f"{TABLE}SET search_path = {name};\nCREATE TABLE b (id int);")
    assert message.startswith("the name ")
    assert line == 2


# --- what is never closed -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dialect", "opened"),
    [
        ("postgres", "/* /* */ CREATE TABLE b (c int);"),
        ("postgres", "SELECT $a$ x $b$ y;"),
        ("postgres", "SELECT e'x\\';"),
        ("postgres", "COPY a FROM stdin;\n1\n2\n"),
        ("oracle", "SELECT q'[ x ]"),
        ("tsql", "SELECT [x "),
        ("sqlite", "SELECT [x "),
    ],
)
def test_what_is_never_closed_is_refused_where_it_is_opened(dialect: str, opened: str) -> None:
    message, line = refused(f"{TABLE}\n{opened}", dialect)
    assert message.endswith("is opened here and never closed")
    assert line == 3


SHAPES = {
    "comments": TABLE + "/*" * 100_000,
    "comments in comments": TABLE + "/* /* */ */" * 20_000,
    "quotes of Oracle": "CREATE TABLE a (n VARCHAR2(9), c CLOB);\n" + "q'[" * 100_000,
    "dollars": TABLE + "".join(f"$a{i}$ " for i in range(40_000)),
    "brackets": "CREATE TABLE [dbo].[a] ([id] [int] IDENTITY(1,1));\nGO\n" + "[a " * 100_000,
    "tables on one line": "CREATE TABLE " * 12_000,
    "tables in a routine": f"CREATE PROCEDURE p() BEGIN {'CREATE TABLE b (c int); ' * 3_000} END;",
    "copies": TABLE + "COPY a FROM stdin\n" * 20_000,
    "copies on one line": f"{TABLE}COPY a {'FROM stdin ' * 20_000}",
    "dates": TABLE + "date(" * 60_000,
    "batches": f"{TABLE}GO{' ' * 300_000}x\n",
    "ends": TABLE + "CREATE FUNCTION f END x;\n" * 5_000,
    "ways back": TABLE + "-- +goose Down\nx;\n-- +goose Up\n" * 10_000,
    "texts that are run": TABLE + "EXECUTE IMMEDIATE 'CREATE TABLE a (b int)';\n" * 5_000,
    "brackets in a default": f"CREATE TABLE b (c int DEFAULT {'(' * 40_000}1{')' * 40_000})",
    "unique rules": f"CREATE TABLE b (c int, {'UNIQUE (c), ' * 14_000} d int)",
    "keys": f"{TABLE}CREATE TABLE b (c int{' REFERENCES a' * 14_000})",
    "checks without commas": f"CREATE TABLE b (c int, {'CHECK (c > 0) ' * 1_900})",
    "changes": f"{TABLE}ALTER TABLE a {'DROP CONSTRAINT x, ' * 14_000} ADD b int;",
    "tables that inherit": "CREATE TABLE b0 (c int);\n"
    + "".join(f"CREATE TABLE b{i + 1} (c{i} int) INHERITS (b{i});\n" for i in range(4_000)),
    "tables like tables": "CREATE TABLE b0 (c int UNIQUE);\n"
    + "".join(
        f"CREATE TABLE b{i + 1} (LIKE b{i} INCLUDING ALL, c{i} int);\n" for i in range(4_000)
    ),
    "domains over domains": "CREATE DOMAIN d0 AS int;\n"
    + "".join(f"CREATE DOMAIN d{i + 1} AS d{i} CHECK (VALUE > {i});\n" for i in range(4_000)),
    "tables and indexes of others": "".join(
        f"CREATE TABLE {'x' * 60}{i} (id int);\nCREATE INDEX i ON {'y' * 60}{i} (a);\n"
        for i in range(800)
    ),
    "keys of one table": TABLE.replace("int", "varchar(9)")
    + "".join(
        f"CREATE TABLE t{i} (id varchar(9) PRIMARY KEY REFERENCES t{i + 1});\n" for i in range(300)
    ),
    "new names": TABLE
    + "".join(f"ALTER TABLE a{'' if i == 0 else i} RENAME TO a{i + 1};\n" for i in range(9_000)),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_time_grows_with_the_text(shape: str) -> None:
    started = time.process_time()
    found = answer("sql", SHAPES[shape])
    assert found.outcome not in BAD, found.why
    assert time.process_time() - started < SECONDS


# --- how much is read -----------------------------------------------------------------------------


def test_more_than_is_read_is_refused_where_it_begins() -> None:
    tables = "".join(f"CREATE TABLE t{i} (id int);\n" for i in range(MOST[TABLES] + 1))
    assert refused(tables) == (f"there are more than {MOST[TABLES]} tables", MOST[TABLES] + 1)
    columns = "".join(f",\n c{i} int" for i in range(MOST_OF_TABLE))
    message, line = refused(f"CREATE TABLE wide (id int{columns})")
    assert (
        message == f"there are more than {MOST_OF_TABLE} columns, rules and changes of table wide"
    )
    assert line == MOST_OF_TABLE + 1


def test_too_many_tables_are_counted_before_anything_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sql_statements, "read_schema", None)  # whoever calls it fails
    for made in ("CREATE TABLE t{}", "  create table if not exists `s`.`t{}`"):
        tables = "".join(f"{made.format(i)} (id int);\n" for i in range(20_000))
        assert refused(tables) == (f"there are more than {MOST[TABLES]} tables", MOST[TABLES] + 1)


def test_one_table_that_is_made_again_and_again_is_one() -> None:
    again = "CREATE TABLE IF NOT EXISTS a (id int PRIMARY KEY);\n"
    assert [each.name for each in spec_of(again * (MOST[TABLES] + 1)).entities] == ["A"]


def test_a_block_in_a_block_ends_somewhere() -> None:
    depth = 1000
    blocks = "".join(f"DO $a{i}$ BEGIN\n" for i in range(depth))
    ends = "".join(f"END $a{i}$;" for i in reversed(range(depth)))
    assert refused(TABLE + blocks + ends) == (
        "there are more than 10 blocks of DO inside one another",
        12,
    )


def test_of_very_many_faults_the_first_are_told() -> None:
    many = 3_000
    with pytest.raises(SourceError) as caught:
        read(source("CREATE TABLE b (c int NULL FROB);\n" * many))
    *told, more = caught.value.faults
    assert len(told) == MOST_FAULTS
    assert more.message == f"and {many - MOST_FAULTS} more faults, the first of them here"
    assert more.line == MOST_FAULTS + 1


def test_rows_are_no_schema() -> None:
    rows = "INSERT INTO a VALUES (1, 'x;y');\n" * 20_000
    copied = "COPY a FROM stdin;\n" + "1\tit's\n" * 50_000 + "\\.\n"
    found = read(source(TABLE + rows + copied + "CREATE TABLE b (id int);"))
    assert [entity.table for entity in found.spec.entities] == ["a", "b"]
    assert any("INSERT (20000, first on line 2)" in each.message for each in found.warnings)


def test_an_enum_with_too_many_values_is_refused_with_its_line() -> None:
    values = ", ".join(f"'v{i}'" for i in range(1001))
    for sql in (
        f"{TABLE}CREATE TYPE e AS ENUM ({values});",
        f"CREATE TABLE b (id int PRIMARY KEY,\n e varchar(9) CHECK (e IN ({values})));",
    ):
        found = answer("sql", sql)
        assert found.outcome == "refused", found.why


# --- what was misread, or broke the reader --------------------------------------------------------


@pytest.mark.parametrize("dialect", ["postgres", "tsql"])
def test_comments_stand_in_comments(dialect: str) -> None:
    found = spec_of(
        "CREATE TABLE a (id int /* x /* y */ z */, n int);\n/* /* */ CREATE TABLE b (c int); */",
        dialect,
    )
    assert [[a.name for a in e.attributes] for e in found.entities] == [["id", "n"]]


def test_a_block_may_stand_in_a_plain_text() -> None:
    found = spec_of(
        "DO 'BEGIN CREATE TABLE a (id int, kind text DEFAULT ''x''); END';\n"
        "DO LANGUAGE plpgsql 'BEGIN NULL; END'; DO ''; DO 'x'; DO E'BEGIN\\nEND';"
    )
    assert found.entities[0].attributes[1].default == "x"


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE b (id int DEFAULT 1e999999999, f float DEFAULT 9e99999999)",
        "CREATE TABLE b (id int DEFAULT 1e99999999999999999999)",
        "CREATE TABLE b (t text CHECK (length(t) > 1e999), n int CHECK (n < 1e999))",
        "CREATE TABLE b (t varchar(), u varchar(''), v decimal(), w bit(), x enum())",
        "CREATE TABLE b (j jsonb DEFAULT '" + "[" * 100_000 + "')",
        f"{TABLE}ALTER TABLE a DROP COLUMN IF EXISTS;",
        f"{TABLE}ALTER TABLE a DROP COLUMN;",
    ],
)
def test_odd_values_are_told_or_refused(sql: str) -> None:
    found = answer("sql", sql)
    assert found.outcome not in BAD, found.why
