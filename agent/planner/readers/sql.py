"""Which backend does this SQL schema describe? Data definition statements as a sparse spec.

The text is split into statements (``sql_split``), their definitions are read into tables
(``sql_statements``), and tables become entities and relations (``sql_entities``,
``sql_relations``). Where the dialect is in doubt, the one that loses nothing is taken.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.documents import Fault, Question
from agent.errors import SourceError
from agent.planner.reading import Reading
from agent.types import AttributeType, BackendSpec, Database, KeyKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agent.documents import Source
    from agent.planner.readers.sql_drafts import Drafts, EntityDraft
    from agent.planner.readers.sql_relations import Join
    from agent.planner.readers.sql_schema import Schema
    from agent.planner.readers.sql_split import Dialect

_DATABASES: dict[Dialect, Database] = {
    "postgres": Database.POSTGRESQL,
    "mysql": Database.MYSQL,
    "sqlite": Database.SQLITE,
    "tsql": Database.POSTGRESQL,
    "oracle": Database.POSTGRESQL,
}
_CHECK_TARGETS = {
    Database.POSTGRESQL: "postgres",
    Database.MYSQL: "mysql",
    Database.SQLITE: "sqlite",
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
_WHOLE = frozenset({AttributeType.INTEGER, AttributeType.SMALLINT, AttributeType.BIGINT})
_MOST_NAMES = 20
_UNUSABLE_IN_NAMES = re.compile(r"[\x00-\x1f\x7f\"`\\]")


def read(source: Source) -> Reading:
    """Read SQL data definition statements.

    Raises:
        SourceError: a table or a foreign key would be lost; each fault has line and column.

    """
    from agent.planner.readers import sql_dialect  # noqa: PLC0415 - only for SQL
    from agent.planner.readers.sql_attributes import draft_attributes  # noqa: PLC0415 - only for SQL
    from agent.planner.readers.sql_drafts import Drafts  # noqa: PLC0415 - only for SQL
    from agent.planner.readers.sql_entities import entity_of  # noqa: PLC0415 - only for SQL
    from agent.planner.readers.sql_places import places_of  # noqa: PLC0415 - only for SQL
    from agent.planner.readers.sql_relations import relate  # noqa: PLC0415 - only for SQL
    from agent.planner.readers.sql_rules import draft_checks  # noqa: PLC0415 - only for SQL

    text, backwards = _forwards(source.content.removeprefix("\ufeff"))
    told = sql_dialect.named(source.dialect) if source.dialect else None
    schema = _best(text, (told,) if told else sql_dialect.likely(text))
    for offset in backwards:
        schema.warn("not-carried-over", "the way back of a migration", offset)
    dialect = schema.script.dialect
    database = _DATABASES[dialect]
    sole = _drop_sole_schema(schema)
    drafts = Drafts(schema, _CHECK_TARGETS[database])
    for draft in drafts.by_table.values():
        draft_attributes(drafts, draft)
    for draft in drafts.by_table.values():
        draft_checks(drafts, draft)
    joins = relate(drafts)
    if schema.faults:
        raise SourceError(schema.faults)
    entities = tuple(entity_of(draft, drafts) for draft in drafts.by_table.values())
    spec = BackendSpec(
        name=_project_name(source.name),
        database=database,
        key=KeyKind.INTEGER,
        timestamps=False,
        enums=drafts.enums(),
        entities=entities,
    )
    return Reading(
        spec,
        tuple(_assumptions(drafts, joins, told, sole)),
        (*schema.warnings, *schema.summaries()),
        places_of(drafts),
    )


def _forwards(text: str) -> tuple[str, list[int]]:
    """Blank out what undoes a migration, and tell where that begins."""
    found = list(_WAY_BACK.finditer(text))
    for match in found:
        blank = re.sub(r"[^\n]", " ", match[0])
        text = text[: match.start()] + blank + text[match.end() :]
    return text, [match.start() for match in found]


def _best(text: str, candidates: tuple[Dialect, ...]) -> Schema:
    """Read in the first dialect that loses nothing; refuse with what the best one loses."""
    from agent.planner.readers.sql_split import Script  # noqa: PLC0415 - only for SQL
    from agent.planner.readers.sql_statements import read_schema  # noqa: PLC0415 - only for SQL

    losses: list[tuple[Fault, ...]] = []
    for dialect in candidates:
        try:
            schema = read_schema(Script(text, dialect))
        except SourceError as error:
            losses.append(error.faults)
            continue
        if schema.tables and not schema.faults:
            return schema
        nothing = Fault(
            code="sql-empty", message="the SQL declares no table", expected="CREATE TABLE"
        )
        losses.append(tuple(schema.faults) or (nothing,))
    raise SourceError(min(losses, key=len))


def _drop_sole_schema(schema: Schema) -> str | None:
    """Forget the schema that all tables share, where it only repeats the database's name."""
    names = {table.schema for table in schema.tables.values()}
    if schema.script.dialect not in _SCHEMA_IS_DATABASE or len(names) != 1 or names == {None}:
        return None
    for table in schema.tables.values():
        table.schema = None
    return names.pop()


def _project_name(name: str | None) -> str:
    """``dumps/chinook.pg.sql`` is ``chinook``."""
    last = re.split(r"[\\/]", name or "")[-1]
    stem = _UNUSABLE_IN_NAMES.sub("", last).lstrip(".").split(".")[0].strip()
    return stem[:60] or "backend"


def _assumptions(
    drafts: Drafts, joins: list[Join], told: Dialect | None, sole: str | None
) -> Iterator[Question]:
    dialect = drafts.schema.script.dialect
    database = _DATABASES[dialect].value
    how = "as told" if told else "judged by its words"
    yield Question(id="sql-dialect", text=f"The SQL is {_SHOWN[dialect]}'s, {how}.", about="sql")
    if dialect in {"tsql", "oracle"}:
        text = f"{_SHOWN[dialect]} is not a target: the backend is built for {database}."
        yield Question(id="sql-database", text=text, about="database")
    if sole:
        text = f"All tables stand in {sole}: that is taken for the database and left out."
        yield Question(id="sql-schema", text=text, about=sole)
    for join in joins:
        sides = f"{join.local.target.name} and {join.remote.target.name}"
        text = f"{join.table.name} only joins {sides}: a many-to-many relation, not an entity."
        yield Question(id=f"sql-join-{join.table.name}", text=text, about=join.table.name)
    if drafts.secrets:
        text = f"These look secret and never leave: {', '.join(drafts.secrets)}."
        yield Question(id="sql-secrets", text=text, about=", ".join(drafts.secrets)[:200])
    if drafts.defaults:
        text = f"The application gives these defaults, not the database: {_some(drafts.defaults)}."
        yield Question(id="sql-defaults", text=text, about="defaults")
    key = drafts.schema.key
    given = [
        draft.name for draft in drafts.by_table.values() if _whole_key_without_generator(draft, key)
    ]
    if given:
        text = (
            f"Nothing in the SQL numbers these rows, so clients choose the key: {', '.join(given)}."
        )
        yield Question(id="sql-given-keys", text=text, about=", ".join(given)[:200])


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more


def _whole_key_without_generator(draft: EntityDraft, key: Callable[[str], str]) -> bool:
    """Tell whether the key is one whole number that no database makes and no other row has."""
    primary = tuple(key(column) for column in draft.table.primary_key)
    foreign = [tuple(key(column) for column in each.columns) for each in draft.table.foreign_keys]
    if len(primary) != 1 or primary in foreign:
        return False
    fields = draft.fields[primary[0]]
    return fields["type"] in _WHOLE and "generated" not in fields and "default" not in fields
