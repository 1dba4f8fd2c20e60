"""What does each statement add to the schema? Tables, types, indexes, changes and comments.

Nothing is lost in silence: what is not carried over is warned of with its line, what is common and
without consequence (INSERT, SET, GRANT) is counted, and tables and foreign keys are counted in the
masked text and compared with what was read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.errors import SourceError
from agent.planner.readers.sql_alter import alter_table
from agent.planner.readers.sql_declared import (
    alter_type,
    create_type,
    put_domains,
    put_referred_types,
)
from agent.planner.readers.sql_definitions import read_definition
from agent.planner.readers.sql_indexes import create_index
from agent.planner.readers.sql_schema import Schema, Table
from agent.planner.readers.sql_split import keywords
from agent.planner.readers.sql_tokens import Cursor, tokens
from agent.planner.readers.sql_words import near_miss

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.planner.readers.sql_split import Script, Statement
    from agent.planner.readers.written import Written

_TABLE = re.compile(
    r"\bCREATE\s+(?:OR\s+REPLACE\s+)?(?P<sort>(?:(?:GLOBAL|LOCAL|PRIVATE|TEMP|TEMPORARY|UNLOGGED"
    r"|FOREIGN|EXTERNAL|VIRTUAL|COLUMN|ROW)\s+)*)TABLE\b(?:\s+IF\s+NOT\s+EXISTS\b)?\s*",
    re.IGNORECASE,
)
_INTO = re.compile(r"\bINTO\s+(?:TABLE\s+)?(?=[\w\[\"])(?!OUTFILE\b|DUMPFILE\b)", re.IGNORECASE)
_REFERENCES = re.compile(r"\bREFERENCES\b", re.IGNORECASE)
_SORTS = frozenset({"TABLE", "INDEX", "TYPE", "DOMAIN"})
_SHOWN = 60
_FIRST_WORD = re.compile(r"[\\.:@]?\w+")
_ROUTINE_MAY_CREATE = frozenset({"mysql", "tsql"})
_WORTH_A_LINE = keywords(
    "FUNCTION PROCEDURE PROC TRIGGER VIEW EVENT PACKAGE RULE POLICY AGGREGATE OPERATOR CAST SYNONYM"
)
_CREATE_WORDS_BEFORE = keywords(
    "OR REPLACE ALTER DEFINER MATERIALIZED RECURSIVE TEMP TEMPORARY EDITIONABLE "
    "NONEDITIONABLE FORCE CONSTRAINT ALGORITHM SQL SECURITY UNIQUE"
)


def read_schema(script: Script) -> Schema:
    """Read every statement; what cannot be read stands in the schema's faults."""
    schema = Schema(script)
    for statement in script.statements:
        known = len(schema.tables)
        foreign_keys = schema.foreign_key_count
        try:
            aside = _read(statement, schema)
        except SourceError as error:
            schema.faults += error.faults
            continue
        if not aside:
            _compare(statement, schema, len(schema.tables) - known, foreign_keys)
    put_domains(schema)
    put_referred_types(schema)
    for start, end in script.conditional:
        schema.lose(script.shown(start, end)[:60], start)
    for offset in script.hidden:
        schema.warn("not-carried-over", script.shown(offset, offset + 60), offset)
    return schema


def _read(statement: Statement, schema: Schema) -> bool:
    """Read one statement; true when what it declares is set aside on purpose."""
    script = schema.script
    head = statement.code.lstrip("(")[:200].upper().split()
    first = head[0] if head else ""
    if statement.routine:
        if script.dialect in _ROUTINE_MAY_CREATE or not _TABLE.search(statement.code):
            _set_aside(head, statement, schema)
            return True
        return False
    if (match := _TABLE.match(statement.code)) is not None:
        if match["sort"] and match["sort"].upper().split()[0] != "UNLOGGED":
            sort = match["sort"].lower().strip()
            schema.warn("not-carried-over", f"a {sort} table", statement.offset)
            return True
        return _create_table(_cursor(statement, script, match.end()), schema)
    if first == "SELECT" and (into := _INTO.search(statement.code)):
        made = _cursor(statement, script, into.end())
        made.refuse("a query makes a table here", "CREATE TABLE with its columns")
    is_index = first == "CREATE" and "INDEX" in head[:6]
    reader = create_index if is_index else _READERS.get(" ".join(head[:2]))
    if reader is None:
        _set_aside(head, statement, schema)
        return first in {"GRANT", "REVOKE"}
    reader(_cursor(statement, script, 0), schema)
    return False


def _cursor(statement: Statement, script: Written, skip: int) -> Cursor:
    found = tokens(statement.text[skip:], statement.offset + skip, script.dialect)
    return Cursor(found, script, statement.offset + len(statement.text))


def _create_table(cursor: Cursor, schema: Schema) -> bool:
    offset = cursor.offset
    path = cursor.path()
    name = path[-1]
    if name.startswith("#"):
        schema.warn("not-carried-over", f"a temporary table, {name}", offset)
        return True
    if schema.script.dialect == "sqlite" and name.startswith("sqlite_"):
        schema.count("statements passed over", f"CREATE TABLE {name}", offset)
        return True
    if schema.script.dialect == "sqlite" and path[0].casefold() == "temp":
        schema.warn("not-carried-over", f"a temporary table, {name}", offset)
        return True
    if cursor.take("PARTITION", "OF"):
        schema.warn("not-carried-over", f"{name} is a partition of {cursor.path()[-1]}", offset)
        return True
    if not cursor.at("("):
        cursor.refuse(f"table {name} is made without a list of columns", "( columns )")
    body = cursor.group()
    key = schema.path_key(path)
    if key in schema.tables:
        line = schema.script.line(schema.tables[key].offset)
        schema.warn("duplicate-table", f"table {name} stands on line {line} already", offset)
        return True
    table = Table(name, path[-2] if key[0] else None, offset)
    for piece in body.pieces():
        if piece.tokens:
            read_definition(piece, table, schema)
    _table_options(cursor, table, schema)
    if not table.columns:
        cursor.refuse(f"table {name} has no columns", "at least one column")
    schema.add(path, table)
    return False


def _table_options(cursor: Cursor, table: Table, schema: Schema) -> None:
    while not cursor.done:
        offset = cursor.offset
        if cursor.at("INHERITS"):
            cursor.refuse(f"table {table.name} inherits columns", "all columns in the table")
        if cursor.at("SELECT") or cursor.at("AS", "SELECT"):
            cursor.refuse(f"table {table.name} takes columns from a query", "all columns")
        if cursor.at(")"):
            cursor.refuse(f"a bracket is closed behind table {table.name} that was never opened")
        if cursor.at("WITH", "(", "SYSTEM_VERSIONING") or cursor.at("SYSTEM", "VERSIONING"):
            schema.warn("not-carried-over", f"the history of table {table.name}", offset)
        if cursor.take("PARTITION", "BY"):
            schema.warn("not-carried-over", f"the partitioning of table {table.name}", offset)
            return
        if cursor.take("COMMENT"):
            _ = cursor.take("=")
            table.comment = cursor.next().value
        elif cursor.at("("):
            cursor.group()
        else:
            cursor.next()


def _drop_tables(cursor: Cursor, schema: Schema) -> None:
    """Forget tables that an earlier statement made; a dump drops those that it makes later."""
    offset = cursor.offset
    cursor.index += 2
    _ = cursor.take("IF", "EXISTS")
    for piece in cursor.pieces():
        table = schema.find(piece.path())
        if table is None:
            schema.count("statements passed over", "DROP", offset)
        else:
            schema.forget(table)


def _rename_tables(cursor: Cursor, schema: Schema) -> None:
    """Read MySQL's RENAME TABLE old TO new, ..."""
    cursor.index += 2
    for piece in cursor.pieces():
        table = schema.find(piece.path())
        if table is None or not piece.take("TO"):
            piece.index = 0
            piece.refuse("a table that is renamed is not in the source", "its CREATE TABLE")
        schema.rename(table, piece.path()[-1])


def _comment(cursor: Cursor, schema: Schema) -> None:
    offset = cursor.offset
    cursor.index += 2
    of_table, of_column = cursor.take("TABLE"), cursor.take("COLUMN")
    if not of_table and not of_column:
        schema.count("comments left out", cursor.next().value.lower(), offset)
        return
    path = cursor.path()
    if not cursor.take("IS"):
        cursor.refuse("a comment cannot be read", "IS")
    token = cursor.next()
    text = token.value if token.kind == "string" else None
    table = schema.find(path if of_table else path[:-1]) if of_table or len(path) > 1 else None
    column = table.columns.get(schema.key(path[-1])) if table and of_column else None
    if table and of_table:
        table.comment = text
    elif column:
        column.comment = text
    else:
        schema.warn("not-carried-over", f"the comment on {'.'.join(path)}", offset)


_READERS: dict[str, Callable[[Cursor, Schema], None]] = {
    "ALTER TABLE": alter_table,
    "ALTER TYPE": alter_type,
    "COMMENT ON": _comment,
    "CREATE DOMAIN": create_type,
    "CREATE TYPE": create_type,
    "DROP TABLE": _drop_tables,
    "RENAME TABLE": _rename_tables,
}


def _refuse_slip(word: str, known: frozenset[str], statement: Statement, schema: Schema) -> None:
    """Refuse a word that is a slip of one whose statement would be read."""
    meant = near_miss(word, known) if word and word not in known else None
    if meant:
        shown = " ".join(statement.text[:_SHOWN].split())
        message = f"a statement cannot be read: {shown}"
        fault = schema.script.fault(
            "sql-syntax", message, statement.offset, f"did you mean {meant}?"
        )
        schema.faults.append(fault)


def _set_aside(head: list[str], statement: Statement, schema: Schema) -> None:
    first = head[0].rstrip(";") if head else ""
    if "SP_RENAME" in statement.code.upper():
        schema.warn("not-carried-over", "sp_rename: the old name is kept", statement.offset)
        return
    if first not in {"CREATE", "ALTER"}:
        _refuse_slip(first, frozenset({"CREATE", "ALTER"}), statement, schema)
        word = _FIRST_WORD.match(first)
        schema.count("statements passed over", word[0] if word else first, statement.offset)
        return
    words = [re.sub(r"\W.*", "", word) for word in head[1:]]
    sort = next((word for word in words if word and word not in _CREATE_WORDS_BEFORE), "")
    _refuse_slip(sort, _SORTS, statement, schema)
    if first == "CREATE" and (statement.routine or sort in _WORTH_A_LINE):
        shown = " ".join(statement.text[:80].split()).split("(")[0]
        schema.warn("not-carried-over", shown[:60].strip(), statement.offset)
    else:
        schema.count("statements passed over", f"{first} {sort}".strip(), statement.offset)


def _compare(statement: Statement, schema: Schema, tables: int, foreign_keys: int) -> None:
    """Refuse when the masked text declares more tables or foreign keys than were read."""
    code = statement.code.upper()
    if "CREATE" not in code and "REFERENCES" not in code:
        return
    declared = list(_TABLE.finditer(statement.code))
    for match in declared[tables:]:
        try:
            name = ".".join(_cursor(statement, schema.script, match.end()).path())
        except SourceError:
            name = "?"
        schema.faults.append(
            schema.script.fault(
                "sql-lost-table",
                f"table {name} is declared here and could not be read",
                statement.offset + match.start(),
                "one CREATE TABLE for each statement, ended by a semicolon",
            )
        )
    if not declared and not re.match(r"ALTER\s+TABLE", statement.code, re.IGNORECASE):
        return
    keys = list(_REFERENCES.finditer(statement.code))
    read = schema.foreign_key_count - foreign_keys
    if len(keys) != read:
        schema.faults.append(
            schema.script.fault(
                "sql-lost-foreign-key",
                f"{len(keys)} foreign keys are declared here and {read} could be read: "
                f"{schema.script.shown(statement.offset, statement.offset + 60)}",
                statement.offset,
                "REFERENCES table (columns)",
            )
        )
