"""What has to differ among some rows only: read, planned, emitted, kept and changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from agent.ddl import ddl
from agent.documents import Source, SourceFormat
from agent.emitter.difference import difference
from agent.emitter.facts import Facts
from agent.emitter.layout import quote
from agent.emitter.named import names_a_row
from agent.emitter.revision import steps
from agent.emitter.tables import tables_of
from agent.errors import SourceError, SpecError
from agent.planner.changes.removing import without_member
from agent.planner.changes.renaming import renamed_member
from agent.planner.readers.spec_language import parse
from agent.planner.readers.sql import read
from agent.planner.resolve import resolve
from agent.planner.spec_writer import write
from agent.types import Database, Index, RelationKind
from tests.emitted_app import files_of, passes

if TYPE_CHECKING:
    from pathlib import Path

    from agent.planner.reading import Reading
    from agent.types import BackendSpec

COLUMNS = (
    "id int PRIMARY KEY, a int, b int, kind varchar(9), status st, active boolean, gone timestamp"
)
MEMBERS = """
entity Member
  email: string(80)
  phone: string(20) unique
  gone_at: datetime?
  unique(email) where "gone_at IS NULL"
"""
MODEL, MIGRATION = "src/app/models/member.py", "src/app/db/migrations/versions/0001_initial.py"


def of_sql(condition: str, dialect: str = "postgres", columns: str = COLUMNS) -> Reading:
    enum = "CREATE TYPE st AS ENUM ('open', 'closed');\n" if dialect == "postgres" else ""
    text = f"{enum}CREATE TABLE t ({columns});\nCREATE UNIQUE INDEX u ON t (a) WHERE {condition};"
    return read(Source(format=SourceFormat.SQL, content=text, dialect=dialect))


def planned(text: str) -> BackendSpec:
    return resolve(parse(text)).spec


# --- read -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ("gone IS NULL", "gone IS NULL"),
        ("(gone IS NOT NULL)", "gone IS NOT NULL"),
        ("active", "active"),
        ("NOT active", "NOT active"),
        ("(active IS TRUE)", "active IS TRUE"),
        ("active = true", "active = TRUE"),
        ("1 = active", "TRUE = active"),
        ("(0) <> active", "FALSE <> active"),
        ("(status = 'open'::public.st)", "status = 'open'"),
        ("status <> 'open'", "status <> 'open'"),
        ("kind IN ('a', 'b')", "kind IN ('a', 'b')"),
        (
            "((kind)::text = ANY ((ARRAY['a'::varchar, 'b'::character varying])::text[]))",
            "kind IN ('a', 'b')",
        ),
        ("a IS NOT NULL AND b IS NULL", "a IS NOT NULL AND b IS NULL"),
        ("b = 1 OR b > 9", "b = 1 OR b > 9"),
    ],
)
def test_a_condition_is_read_as_checks_are(condition: str, kept: str) -> None:
    found = of_sql(condition)
    assert found.spec.entities[0].indexes == (
        Index(attributes=("a",), name="u", unique=True, where=kept),
    )
    assert not found.warnings


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        (r"kind LIKE 'a\_%'", r"kind LIKE 'a\_%' is not the same to every database"),
        ("gone > now()", "what the time is differs from one look to the next"),
        ("gone > '2020-01-01'", "gone is datetime, of which only IS NULL is the same"),
        ("lower(kind) ~ 'x'", "databases have regular expressions of their own"),
        ("other IS NULL", "other is none of the columns that are kept"),
        ("a IN (SELECT 1)", "a check sees no rows but its own"),
    ],
)
def test_a_condition_of_one_database_is_left_out_and_told(condition: str, why: str) -> None:
    found = of_sql(condition)
    assert found.spec.entities[0].indexes == ()
    (told,) = found.warnings
    assert told.code == "not-carried-over"
    assert f"unique index u on t WHERE {condition}: {why}" in told.message
    assert "nothing keeps such rows from being stored twice" in told.message


@pytest.mark.parametrize(
    ("dialect", "columns", "condition", "kept"),
    [
        ("tsql", "a int, [on] bit NOT NULL", "([on]=(1)) WITH (FILLFACTOR = 80)", '"on" = TRUE'),
        ("tsql", "a int, b bit", "([b]=(0) AND [a] IS NOT NULL) ON [PRIMARY]", '"b" = FALSE AND'),
        ("sqlite", "a int, on_ bool", '"on_" = 1', '"on_" = TRUE'),
        ("sqlite", "a int, b bool", "b IN (0, 1)", "b IN (FALSE, TRUE)"),
    ],
)
def test_numbers_of_booleans_become_booleans(
    dialect: str, columns: str, condition: str, kept: str
) -> None:
    (index,) = of_sql(condition, dialect, columns).spec.entities[0].indexes
    assert (index.where or "").startswith(kept)


def test_checks_know_the_values_of_enums_and_of_booleans_too() -> None:
    text = (
        "CREATE TYPE st AS ENUM ('a', 'b');\n"
        "CREATE TABLE t (s st, CHECK (s <> 'a'::st OR s IS NULL));"
    )
    found = read(Source(format=SourceFormat.SQL, content=text, dialect="postgres"))
    assert [c.expression for c in found.spec.entities[0].checks] == ["s <> 'a' OR s IS NULL"]
    text = "CREATE TABLE t (b bit NOT NULL, c int, CHECK ([b]=(1) OR [c]>(1)));"
    found = read(Source(format=SourceFormat.SQL, content=text, dialect="tsql"))
    assert [c.expression for c in found.spec.entities[0].checks] == ['"b" = TRUE OR "c" > 1']


def test_what_is_unique_in_some_rows_is_no_key_and_makes_no_relation_one_to_one() -> None:
    text = (
        "CREATE TABLE u (id int PRIMARY KEY, code int);\n"
        "CREATE UNIQUE INDEX ON u (code) WHERE id > 1;\n"
        "CREATE TABLE t (id int PRIMARY KEY, u int REFERENCES u (id), b boolean);\n"
        "CREATE UNIQUE INDEX ON t (u) WHERE b;"
    )
    found = read(Source(format=SourceFormat.SQL, content=text, dialect="postgres"))
    (relation,) = found.spec.entities[1].relations
    assert relation.kind is RelationKind.MANY_TO_ONE
    refers = f"{text}\nCREATE TABLE v (c int REFERENCES u (code));"
    with pytest.raises(SourceError, match="which is no key"):
        read(Source(format=SourceFormat.SQL, content=refers, dialect="postgres"))


def test_a_column_that_goes_takes_the_conditions_on_it_along() -> None:
    start = of_sql("b IS NULL AND kind = 'x'")
    assert start.spec.entities[0].indexes
    for change in ("DROP COLUMN kind", "RENAME COLUMN kind TO sort"):
        text = f"CREATE TABLE t ({COLUMNS.replace('st,', 'int,')});\n"
        text += "CREATE UNIQUE INDEX u ON t (a) WHERE kind = 'x';\n"
        found = read(Source(format=SourceFormat.SQL, content=f"{text}ALTER TABLE t {change};"))
        assert found.spec.entities[0].indexes == ()


# --- the spec language ----------------------------------------------------------------------------


def test_both_spellings_are_one_and_come_back() -> None:
    given = parse(MEMBERS)
    assert given.entities[0].indexes == (
        Index(attributes=("email",), unique=True, where="gone_at IS NULL"),
    )
    other = parse(MEMBERS.replace("unique(email)", "index(email) unique"))
    assert other == given == parse(write(given))
    plan = resolve(given).spec
    assert resolve(parse(write(plan))).spec == plan


def test_a_check_has_no_condition() -> None:
    with pytest.raises(SourceError, match="`where` has no meaning here"):
        parse('entity A\n  x: integer\n  check("x > 1") where "x > 2"')


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ("nope IS NULL", "no such column: nope"),
        ("x > random()", "non-deterministic functions prohibited in partial index WHERE clauses"),
        ("x = 1 OR x = 2 -- y;", "it has a comment"),
        ("x = 1 /* y */", "it has a comment"),
        ('kind = "open"', "no such column: open (a text stands in single quotes)"),
        ("kind = `open`", "no such column: open"),
        ("[kind] = 'open'", "a name stands in brackets"),
        ("made > '2020-01-01'", "made is datetime, of which only IS NULL is the same"),
        ("x = 1 AND uid = 'abc'", "uid is uuid, of which only IS NULL is the same"),
        ("x = made IS NULL", "made is datetime, of which only IS NULL is the same"),
    ],
)
def test_a_condition_that_cannot_be_read_is_a_fault_with_its_place(
    condition: str, why: str
) -> None:
    text = (
        "entity A\n  x: integer\n  kind: string(9)\n  made: datetime?\n  uid: uuid?\n  index(x)\n"
        f"  unique(x) where {json.dumps(condition)}"
    )
    with pytest.raises(SpecError) as caught:
        resolve(parse(text))
    (fault,) = caught.value.faults
    assert fault.pointer == "/entities/0/indexes/1/where"
    assert f"The condition '{condition}' cannot be read: {why}" in fault.message


def test_what_only_looks_like_a_comment_or_a_name_is_read() -> None:
    rule = """kind <> '-- /* [x] "y"' AND "kind" <> 'a' AND (made IS NULL OR NOT uid IS NOT NULL)"""
    text = "entity A\n  x: integer\n  kind: string(9)\n  made: datetime?\n  uid: uuid?\n"
    (index,) = planned(f"{text}  unique(x) where {json.dumps(rule)}").entities[0].indexes
    assert index.where == rule


@pytest.mark.parametrize("check", ["x > 1 -- y", 'kind <> "open"'])
def test_a_check_that_sqlite_alone_reads_is_a_fault(check: str) -> None:
    with pytest.raises(SpecError, match="cannot be read"):
        resolve(parse(f"entity A\n  x: integer\n  kind: string(9)\n  check({json.dumps(check)})"))


# --- planned --------------------------------------------------------------------------------------


def test_mysql_has_none_and_says_so() -> None:
    plan = resolve(parse(f"database mysql\n{MEMBERS}  index(phone) where \"phone <> 'x'\""))
    assert plan.spec.entities[0].indexes == ()
    (told,) = plan.warnings
    assert "MySQL has no index of some rows only" in told.message
    assert plan.spec.omitted == (told.message,)
    assert any("Member has no index of phone where" in a.text for a in plan.assumptions)


def test_a_login_is_there_once_in_all_rows() -> None:
    plan = resolve(parse(f"auth jwt user Member\n{MEMBERS}"))
    member = plan.spec.entities[0]
    assert next(a for a in member.attributes if a.name == "email").unique
    assert member.indexes == ()
    assert any("Member.email is there once in all rows" in a.text for a in plan.assumptions)


def test_rules_of_the_same_columns_have_names_of_their_own() -> None:
    plan = planned(
        "entity A\n  x: integer index\n  y: integer\n  index(x) unique\n"
        '  unique(x) where "y = 1"\n  unique(x) where "y = 2"\n  index(x) where "x = y"'
    )
    assert [index.name for index in plan.entities[0].indexes[1:]] == [
        "ix_as_x_where_y",
        "ix_as_x_where_y_2",
        "ix_as_x_where_x_y",
    ]


def test_a_path_by_what_is_unique_in_some_rows_names_no_row() -> None:
    plan = planned(
        f"{MEMBERS}\nschema Out for Member:\n  email\n\n"
        "operation by_mail: GET /members/{email} list Member\n  path email = email\n  out Out[]\n"
        "operation by_phone: GET /phones/{phone} list Member\n  path phone = phone\n  out Out[]\n"
    )
    facts = Facts(plan)
    assert [names_a_row(facts, operation) for operation in plan.operations] == [False, True]


def test_a_new_name_of_an_attribute_is_in_the_condition_too() -> None:
    renamed = renamed_member(parse(MEMBERS), "Member", "gone_at", "deleted_at")
    assert renamed.entities[0].indexes[0].where == "deleted_at IS NULL"
    assert without_member(parse(MEMBERS), "Member", "gone_at").entities[0].indexes == ()


# --- emitted --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("database", "names"),
    [("postgresql", ("postgresql_where", "sqlite_where")), ("sqlite", ("sqlite_where",))],
)
def test_model_and_migration_say_the_same(database: str, names: tuple[str, ...]) -> None:
    files = files_of(f"database {database}\n{MEMBERS}")
    for path in (MODEL, MIGRATION):
        assert f"literal_column({'gone_at IS NULL'!r})".replace("'", '"') in files[path]
        assert [n for n in ("postgresql_where", "sqlite_where") if n in files[path]] == [*names]
    assert "| members | email | gone_at IS NULL |" in files["docs/data-model.md"]
    said = "Only one row has the same email among those where gone_at IS NULL."
    assert said in files["src/app/api/v1/endpoints/members.py"]
    assert "errors(400, 409, 413, 422)" in files["src/app/api/v1/endpoints/members.py"]


def test_a_condition_on_what_nobody_is_shown_is_not_published() -> None:
    files = files_of(
        "entity Box\n  name: string(9)\n  secret: integer = 7 hidden\n  open: boolean\n"
        '  unique(name) where "secret = 7 AND open"\n  unique(name) where "open"'
    )
    said = files["src/app/api/v1/endpoints/boxes.py"]
    assert "the same name among some rows." in " ".join(said.split())
    assert "the same name among those where open." in " ".join(said.split())
    assert "secret" not in said


COLONS = r"""kind IN ('urn:isbn:', 'a\:b', 'a:b::c', ':é:', ':x')"""


def test_colons_reach_the_database_as_they_are() -> None:
    rule = json.dumps(COLONS)
    files = files_of(f"entity A\n  kind: string(9)\n  unique(kind) where {rule}\n  check({rule})")
    assert files["src/app/models/a.py"].count(f"literal_column({quote(COLONS)})") == 2
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            revision: dict[str, Any] = {}
            exec(files[MIGRATION], revision)  # noqa: S102 - what was just emitted
            revision["upgrade"]()
        made = connection.execute(sa.text("SELECT sql FROM sqlite_master")).scalars()
        assert sum((sql or "").count(COLONS) for sql in made) == 2
    engine.dispose()


def test_a_condition_stands_beside_others() -> None:
    text = 'entity A\n  "end": date?\n  x: integer\n  unique(x) where "end IS NULL or x = 1"'
    files = files_of(text)
    assert "'(\"end\" IS NULL or x = 1)'" in files["src/app/models/a.py"]
    assert 'WHERE ("end" IS NULL or x = 1);' in ddl(planned(text))


def test_rows_of_tests_are_rather_none_of_those_that_could_be_few() -> None:
    files = files_of(
        "entity A\n  name: string(9)\n  best: boolean\n  kind: x | y | z\n"
        '  unique(best) where "best"\n  unique(kind) where "kind <> \'z\'"'
    )
    made = files["tests/factories.py"]
    assert '"best": False' in made
    assert '"kind": AKind.Z' in made
    cases = files["tests/integration/test_a_rows.py"]
    assert "test_create_a_twice_among_some2" in cases


def test_tests_send_it_twice_among_those_rows_and_once_beside_them() -> None:
    cases = files_of(MEMBERS)["tests/integration/test_members.py"]
    case = cases.partition("test_create_member_twice_among_some(")[2].partition("\n\n\n")[0]
    told = ['again["gone_at"] = None', "409", "with this", 'again["gone_at"] = "20', "201"]
    assert [case.find(words, case.find("again")) for words in told] == sorted(
        case.find(words, case.find("again")) for words in told
    )
    assert all(words in case for words in told)


def test_a_body_says_null_where_that_is_all_that_is_known_of_a_field() -> None:
    text = "entity Box\n  x: integer\n  raw: binary?\n  y: json?\n"
    text += '  unique(x) where "raw IS NULL and y IS NULL"'
    cases = files_of(text)["tests/integration/test_boxes.py"]
    case = cases.partition("test_create_box_twice_among_some(")[2].partition("\n\n\n")[0]
    assert 'body["raw"] = None' in case
    assert 'again["y"] = None' in case


# --- kept -----------------------------------------------------------------------------------------

CONFLICTS = """
from tests.payloads import member_create


async def test_a_conflict_names_the_rule_that_is_broken(client: AsyncClient) -> None:
    first = member_create(gone_at=None)
    response = await client.post("/api/v1/members", json=first)
    assert response.status_code == 201, response.text
    gone = first | {"gone_at": "2024-01-01T00:00:00Z"}
    response = await client.post("/api/v1/members", json=gone)
    assert response.status_code == 409, response.text
    assert "with this phone" in response.text
    response = await client.post("/api/v1/members", json=gone | {"phone": "other"})
    assert response.status_code == 201, response.text
    made = response.json()["id"]
    response = await client.patch(f"/api/v1/members/{made}", json={"gone_at": None})
    assert response.status_code == 409, response.text
    assert "with this email" in response.text
    assert "fields" in response.json()
"""


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_conflict_names_the_rule_that_is_broken(database: str, tmp_path: Path) -> None:
    files = files_of(f"database {database}\n{MEMBERS}")
    passes(files, tmp_path, CONFLICTS, database)


# --- changed --------------------------------------------------------------------------------------


def revision(before: str, after: str) -> str:
    plans = [planned(f"database sqlite\n{text}") for text in (before, after)]
    old, new = (tables_of(Facts(plan)) for plan in plans)
    enums = {enum.name: enum for enum in plans[1].enums}
    return "\n".join(steps(difference(old, new, Database.SQLITE), Database.SQLITE, enums).lines)


def test_a_revision_adds_drops_and_changes_them() -> None:
    without = MEMBERS.replace('  unique(email) where "gone_at IS NULL"\n', "")
    other = MEMBERS.replace("IS NULL", "IS NOT NULL")
    added = 'sqlite_where=sa.literal_column("gone_at IS NULL")'
    assert added in revision(without, MEMBERS)
    dropped = revision(MEMBERS, without)
    assert "drop_index" in dropped
    assert "create_index" not in dropped
    changed = revision(MEMBERS, other)
    assert changed.find("drop_index") < changed.find('sa.literal_column("gone_at IS NOT NULL")')
    anew = revision(MEMBERS, MEMBERS.replace("gone_at: datetime?", "gone_at: integer?"))
    assert anew.find("drop_index") < anew.find("drop_column") < anew.find(added)
