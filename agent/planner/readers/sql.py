"""Which backend does this SQL schema describe? Data definition statements as a sparse spec.

The text is split into statements (``sql_split``), their definitions are read into tables
(``sql_statements``), and tables become entities and relations (``table_specs``). Where the dialect
is in doubt, the one that loses nothing is taken.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.documents import Fault, Question
from agent.errors import SourceError
from agent.planner.readers.sql_limits import LARGE, MOST_DIALECTS, TOO_MUCH, count_tables
from agent.planner.readers.table_specs import last_part, project_name, spec_of
from agent.planner.reading import Reading
from agent.types import Database

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.documents import Source
    from agent.planner.readers.sql_schema import Schema
    from agent.planner.readers.sql_split import Dialect

_DATABASES: dict[Dialect, Database] = {
    "postgres": Database.POSTGRESQL,
    "mysql": Database.MYSQL,
    "sqlite": Database.SQLITE,
    "tsql": Database.POSTGRESQL,
    "oracle": Database.POSTGRESQL,
}
_SHOWN = {
    "postgres": "PostgreSQL",
    "mysql": "MySQL or MariaDB",
    "sqlite": "SQLite",
    "tsql": "SQL Server (T-SQL)",
    "oracle": "Oracle",
}
# One schema holding everything is, in these, the database or its owner.
_SCHEMA_IS_DATABASE = frozenset({"mysql", "oracle", "sqlite"})
# How goose, dbmate and sql-migrate mark the part of a migration that undoes it.
_WAY_BACK = re.compile(
    r"^--\s*(?:\+goose|\+migrate|migrate:)\s*Down\b.*?(?=^--\s*(?:\+goose|\+migrate|migrate:)\s*Up|\Z)",
    re.DOTALL | re.IGNORECASE | re.MULTILINE,
)
_TABLE = re.compile(r"\bTABLE\b", re.IGNORECASE)
_HARDLY_SQL = frozenset({"sql-empty", "sql-unclosed"})


def read(source: Source) -> Reading:
    """Read SQL data definition statements.

    Raises:
        SourceError: a table or a foreign key would be lost; each fault has line and column.

    """
    from agent.planner.readers import sql_dialect  # noqa: PLC0415 - only for SQL

    text, backwards = _forwards(source.content.removeprefix("\ufeff"))
    count_tables(text)
    told = sql_dialect.named(source.dialect) if source.dialect else None
    candidates = (told,) if told else sql_dialect.likely(text, last_part(source.name))
    if not _TABLE.search(text):  # no dialect can find one
        candidates = candidates[:1]
    if len(text) > LARGE:
        candidates = candidates[:MOST_DIALECTS]
    losses: list[Sequence[Fault]] = []
    for dialect in candidates:
        try:
            return _read_as(dialect, text, backwards, source.name, told)
        except SourceError as error:
            losses.append(error.faults)
            if _too_much(error.faults):
                break
    raise SourceError(min(losses, key=_gravity))


def _too_much(faults: Sequence[Fault]) -> bool:
    return any(fault.code == TOO_MUCH for fault in faults)


def _gravity(faults: Sequence[Fault]) -> tuple[bool, int]:
    """Rate what a dialect cannot read: one that finds no statement at all is no candidate."""
    return any(fault.code in _HARDLY_SQL for fault in faults), len(faults)


def _read_as(
    dialect: Dialect, text: str, backwards: list[int], name: str | None, told: Dialect | None
) -> Reading:
    """Read in one dialect.

    Raises:
        SourceError: it loses something.

    """
    from agent.planner.readers.sql_split import Script  # noqa: PLC0415 - only for SQL
    from agent.planner.readers.sql_statements import read_schema  # noqa: PLC0415 - only for SQL

    schema = read_schema(Script(text, dialect))
    if _too_much(schema.faults):
        raise SourceError(schema.every_fault())
    if not schema.tables and not schema.faults:
        message = "the SQL declares no table"
        schema.refuse(schema.script.fault("sql-empty", message, 0, "CREATE TABLE"))
    for offset in backwards:
        schema.left_out("the way back of a migration", offset)
    database = _DATABASES[dialect]
    sole = _drop_sole_schema(schema) if schema.tables else None
    made = spec_of(schema, database, project_name(name))
    return Reading(
        made.spec,
        (*_dialect_notes(dialect, told, sole), *made.assumptions),
        made.warnings,
        made.places,
    )


def _forwards(text: str) -> tuple[str, list[int]]:
    """Blank out what undoes a migration, and tell where that begins."""
    starts: list[int] = []

    def blank(match: re.Match[str]) -> str:
        starts.append(match.start())
        return re.sub(r"[^\n]", " ", match[0])

    return _WAY_BACK.sub(blank, text), starts


def _drop_sole_schema(schema: Schema) -> str | None:
    """Forget the schema that all tables share, where it only repeats the database's name."""
    names = {table.schema for table in schema.tables.values()}
    if schema.script.dialect not in _SCHEMA_IS_DATABASE or len(names) != 1 or names == {None}:
        return None
    for table in schema.tables.values():
        table.schema = None
    return names.pop()


def _dialect_notes(dialect: Dialect, told: Dialect | None, sole: str | None) -> Iterator[Question]:
    database = _DATABASES[dialect].value
    how = "as told" if told else "judged by its words"
    yield Question(id="sql-dialect", text=f"The SQL is {_SHOWN[dialect]}'s, {how}.", about="sql")
    if dialect in {"tsql", "oracle"}:
        text = f"{_SHOWN[dialect]} is not a target: the backend is built for {database}."
        yield Question(id="sql-database", text=text, about="database")
    if sole:
        text = f"All tables stand in {sole}: that is taken for the database and left out."
        yield Question(id="sql-schema", text=text, about=sole)
