"""SQL as it is in the wild: each file is a trap of its own, and what must come out stands here.

The files were written for these tests. Everything in them is built, or named with its line.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NamedTuple

import pytest

from agent.checks import prove
from agent.documents import Source, SourceFormat, Verdict, VerificationLevel
from agent.emitter.project import emit
from agent.planner.readers.sql import read
from agent.planner.resolve import resolve
from agent.types import (
    Attribute,
    AttributeType,
    BackendSpec,
    Entity,
    Generator,
    RelationKind,
)
from tests.made import library
from tests.warm import sandbox

CASES = Path(__file__).with_name("cases") / "difficult"


class Out(NamedTuple):
    """What a file becomes: tables, foreign keys, and words of what is said to be lost."""

    dialect: str
    tables: str
    keys: int
    said: tuple[str, ...] = ()


EXPECTED = {
    "any_comments": Out("PostgreSQL", "tide", 0),
    "any_no_key": Out("PostgreSQL", "log_line metric", 0),
    "any_no_semicolons": Out("PostgreSQL", "stop route", 1),
    "any_reserved": Out("PostgreSQL", "order user tmp_settings", 2),
    "mysql_byte_keys": Out(
        "MySQL or MariaDB",
        "host service rank step",
        2,
        (
            "line 2: host.id is a key of binary: kept as text",
            "line 8: service.rank_id is bigint and refers to rank.id, which is integer",
            "line 11: the foreign key of step (level) refers to rank (level), which is no key",
        ),
    ),
    "mysql_checks": Out(
        "MySQL or MariaDB",
        "plank",
        0,
        (
            "line 4: check of plank: char_length",
            "line 5: check of plank: `code` regexp",
            "line 6: DEFAULT 0 of plank.length, which its check refuses is not kept",
        ),
    ),
    "mysql_delimiter": Out(
        "MySQL or MariaDB",
        "order order_line",
        1,
        (
            "line 10: CREATE PROCEDURE `report`",
            "line 13: table report_rows, which a routine makes",
            "line 17: CREATE TRIGGER `order_key`",
            "line 5: order.flags has type set",
        ),
    ),
    "mysql_dump_comments": Out(
        "MySQL or MariaDB",
        "visit",
        0,
        (
            "line 17: /*!50003 TRIGGER `visit_at`",
            "line 12: visit.length is computed",
            "CREATE TABLE `visits_by_day`",
            "line 10: the default of visit.at",
        ),
    ),
    "mysql_two_databases": Out("MySQL or MariaDB", "sales.person staff.person staff.badge", 2),
    "oracle_blocks": Out(
        "Oracle",
        "dock ship",
        1,
        (
            "line 14: CREATE OR REPLACE PROCEDURE make_more",
            "line 27: table loads is left out: it is a global temporary table",
            "line 23: ship.photo has type BFILE: kept as text",
        ),
    ),
    "oracle_compile": Out("Oracle", "lamp wire", 1, ("line 3: CREATE OR REPLACE EDITIONABLE",)),
    "pg_arcs": Out("PostgreSQL", "harbour boat berth note photo fee stamp log place mooring", 15),
    "pg_circles": Out("PostgreSQL", "team player knot", 4, ("line 11: DEFERRABLE is not kept",)),
    "pg_dollar_quotes": Out(
        "PostgreSQL",
        "memo memo_tag",
        1,
        ("line 2: CREATE FUNCTION stamp", "line 11: CREATE TRIGGER memo_stamp"),
    ),
    "pg_domains": Out(
        "PostgreSQL",
        "offer",
        0,
        (
            "line 10: an exclusion constraint of table offer",
            "line 8: offer.gross is computed",
            "line 5: counting as START WITH 100 is not kept",
        ),
    ),
    "pg_dump_psql": Out("PostgreSQL", "Owner pet", 1),
    "pg_elsewhere": Out(
        "PostgreSQL",
        "profile",
        0,
        (
            "line 2: the foreign key of profile (id) points to auth.users",
            "line 2: the foreign key of profile (city_id) points to city",
            "line 5: ALTER TABLE friendship with a foreign key is left out",
        ),
    ),
    "pg_index_taken": Out(
        "PostgreSQL", "ticket", 0, ("line 5: unique rule ticket_seats_key of ticket",)
    ),
    "pg_inherits": Out(
        "PostgreSQL",
        "stamped report report_copy report_rows audited",
        0,
        (
            "line 3: report has the columns of stamped",
            "line 6: table totals is left out",
            "line 7: table audited takes columns from audit.fields",
        ),
    ),
    "pg_partitions": Out(
        "PostgreSQL",
        "reading sensor",
        1,
        (
            "line 9: table reading_2020 is left out: it is a partition of reading",
            "line 11: table reading_2021 is left out: it is a partition of reading",
            "line 12: ALTER TABLE reading_2020 with a foreign key is left out",
        ),
    ),
    "pg_schemas_by_path": Out("PostgreSQL", "shop.item shop.line stock.item stock.count", 3),
    "pg_shared_keys": Out("PostgreSQL", "tenant customer product basket basket_line complaint", 8),
    "pg_some_rows": Out(
        "PostgreSQL",
        "member address ticket currency",
        2,
        (
            "line 29: unique index member_mail on member: an expression",
            "line 35: unique index member_soon on member WHERE (deleted_at > now())",
        ),
    ),
    "pg_tenants": Out("PostgreSQL", "tenant_page tenant_note", 2),
    "sqlite_brackets": Out("SQLite", "Member_Card Use", 1),
    "sqlite_loose": Out(
        "SQLite",
        "version account post",
        2,
        (
            "line 10: table post_text is left out: it is a virtual table",
            "line 11: CREATE TRIGGER post_made",
            "line 3: DEFAULT 0 of a key that counts by itself is not kept",
        ),
    ),
    "tsql_batches": Out(
        "SQL Server (T-SQL)",
        "Box Lid",
        1,
        (
            "line 24: CREATE PROCEDURE [dbo].[Weigh]",
            "line 26: table weighed, which a routine makes",
            ":SETVAR (1, first on line 2)",
        ),
    ),
    "tsql_chinese": Out(
        "SQL Server (T-SQL)", "读者 图书 借阅", 2, ("line 12: check 读者号规则 of 读者",)
    ),
    "tsql_computed": Out(
        "SQL Server (T-SQL)",
        "Paper",
        0,
        (
            "line 4: Paper.Level is computed",
            "line 5: Paper.Total is computed",
            "line 3: Paper.Node has type hierarchyid: kept as text",
        ),
    ),
    "tsql_exotic_types": Out(
        "SQL Server (T-SQL)",
        "Part",
        0,
        (
            "line 7: Part.Node has type [hierarchyid]: kept as text",
            "line 11: Part.Twice is computed",
            "line 17: the history of table Part",
        ),
    ),
}


def source(name: str) -> Source:
    text = (CASES / f"{name}.sql").read_text(encoding="utf-8")
    return Source(format=SourceFormat.SQL, content=text)


def entities(name: str) -> dict[str, Entity]:
    return {entity.table or "": entity for entity in read(source(name)).spec.entities}


def planned(name: str) -> BackendSpec:
    return resolve(read(source(name)).spec).spec


def attribute(name: str, table: str, called: str) -> Attribute:
    return next(a for a in entities(name)[table].attributes if a.name == called)


def test_every_trap_is_expected_to_become_something() -> None:
    assert {path.stem for path in CASES.glob("*.sql")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_nothing_of_a_trap_is_lost_in_silence(name: str) -> None:
    found, out = read(source(name)), EXPECTED[name]
    tables = [".".join(filter(None, (e.db_schema, e.table))) for e in found.spec.entities]
    keys = [
        relation
        for entity in found.spec.entities
        for relation in entity.relations
        if relation.kind is not RelationKind.MANY_TO_MANY
    ]
    assert f"The SQL is {out.dialect}'s" in found.assumptions[0].text
    assert [table.replace(" ", "_") for table in tables] == out.tables.split()
    assert len(keys) == out.keys
    said = "\n".join(warning.message for warning in found.warnings)
    assert [words for words in out.said if words not in said] == []


@pytest.mark.parametrize("name", EXPECTED)
def test_a_trap_ends_as_a_plan_and_as_python(name: str) -> None:
    for file in emit(planned(name), library()):
        if file.path.endswith(".py"):
            compile(file.content, file.path, "exec")


def test_columns_come_from_where_they_are_taken() -> None:
    found = {
        table: [a.column or a.name for a in e.attributes]
        for table, e in entities("pg_inherits").items()
    }
    assert found["report"] == ["made_at", "id", "title"]
    assert found["report_copy"] == [*found["report"], "copied_at"]
    assert found["report_rows"] == found["report"]
    assert found["audited"] == ["id"]
    assert entities("pg_inherits")["report_copy"].primary_key == ("id",)
    assert entities("pg_inherits")["report_rows"].primary_key == ()


def test_a_key_of_bytes_is_a_text_as_are_those_that_refer_to_it() -> None:
    for table, name in (("host", "id"), ("service", "id"), ("service", "host_id")):
        found = attribute("mysql_byte_keys", table, name)
        assert (found.type, found.length) == (AttributeType.STRING, 40)
    assert attribute("mysql_byte_keys", "service", "rank_id").type is AttributeType.INTEGER


def test_a_text_that_a_block_runs_is_read_with_its_quotes() -> None:
    kind = attribute("oracle_blocks", "dock", "kind")
    assert (kind.type, kind.default) == (AttributeType.ENUM, "dry")
    assert attribute("tsql_batches", "Lid", "kind").default == "x"


def test_a_key_that_counts_by_itself_gives_no_default() -> None:
    number = attribute("sqlite_loose", "version", "number")
    assert (number.generated, number.default) == (Generator.IDENTITY, None)


def test_keys_find_the_table_of_their_own_schema() -> None:
    spec = read(source("pg_schemas_by_path")).spec
    home = {e.name: e.db_schema for e in spec.entities}
    led = [(e.db_schema, e.table, home[r.target]) for e in spec.entities for r in e.relations]
    assert led == [
        ("shop", "line", "shop"),
        ("stock", "count", "stock"),
        ("stock", "count", "shop"),
    ]


def test_an_index_that_becomes_a_constraint_is_one() -> None:
    ticket = entities("pg_index_taken")["ticket"]
    assert ticket.primary_key == ("id",)
    assert [(u.attributes, u.name) for u in ticket.uniques] == [(("code",), "ticket_code")]
    assert ticket.indexes == ()


def test_what_a_class_of_characters_says_is_not_taken_for_a_text() -> None:
    assert entities("tsql_chinese")["读者"].checks == ()


def test_a_forgotten_comma_loses_no_constraint() -> None:
    paper = entities("tsql_computed")["Paper"]
    assert paper.primary_key == ("node",)
    assert [check.name for check in paper.checks] == ["CK_Paper"]


def test_a_part_of_an_optional_key_gets_a_value_of_its_own() -> None:
    files = {f.path: f.content for f in emit(planned("pg_tenants"), library())}
    made = files["tests/factories.py"].partition("async def tenant_note")[2]
    assert '"tenant_id": ' in made.partition("async def")[0]


@pytest.mark.parametrize("name", ["pg_arcs", "pg_shared_keys", "pg_some_rows"])
def test_rows_get_what_fits_them(name: str, request: pytest.FixtureRequest) -> None:
    files = emit(planned(name), library())
    kept = request.config.cache.mkdir("proofs")  # shared with other tests: mypy starts warm
    proof = asyncio.run(
        prove.prove(
            files, VerificationLevel.STANDARD, sandbox=sandbox(), cache=kept, remember=False
        )
    )
    assert proof.verdict is Verdict.PROVEN


@pytest.mark.parametrize("name", ["tsql_chinese", "any_reserved"])
def test_names_of_every_kind_end_proven(name: str) -> None:
    files = emit(planned(name), library())
    proof = asyncio.run(prove.prove(files, VerificationLevel.FAST, sandbox=sandbox()))
    assert proof.verdict is Verdict.PROVEN
