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
from agent.planner.readers.sql_constraints import read_key_columns
from agent.planner.readers.sql_definitions import read_definition
from agent.planner.readers.sql_schema import Key, Schema, Table
from agent.planner.readers.sql_split import keywords
from agent.planner.readers.sql_tokens import Cursor, tokens

if TYPE_CHECKING:
    from agent.planner.readers.sql_split import Script, Statement

_TABLE = re.compile(
    r"\bCREATE\s+(?:OR\s+REPLACE\s+)?(?P<sort>(?:(?:GLOBAL|LOCAL|PRIVATE|TEMP|TEMPORARY|UNLOGGED"
    r"|FOREIGN|EXTERNAL|VIRTUAL|COLUMN|ROW)\s+)*)TABLE\b(?:\s+IF\s+NOT\s+EXISTS\b)?\s*",
    re.IGNORECASE,
)
_REFERENCES = re.compile(r"\bREFERENCES\b", re.IGNORECASE)
_FIRST_WORD = re.compile(r"[\\.:@]?\w+")
_ROUTINE_MAY_CREATE = frozenset({"mysql", "tsql"})
_WORTH_A_LINE = keywords(
    "FUNCTION PROCEDURE PROC TRIGGER VIEW EVENT PACKAGE RULE POLICY DOMAIN AGGREGATE OPERATOR "
    "CAST SYNONYM"
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
    if first == "CREATE" and "INDEX" in head[:6]:
        _create_index(_cursor(statement, script, 0), schema)
    elif head[:2] == ["CREATE", "TYPE"]:
        _create_type(_cursor(statement, script, 0), schema)
    elif head[:2] == ["ALTER", "TABLE"]:
        alter_table(_cursor(statement, script, 0), schema)
    elif head[:2] == ["COMMENT", "ON"]:
        _comment(_cursor(statement, script, 0), schema)
    else:
        _set_aside(head, statement, schema)
        return first in {"GRANT", "REVOKE"}
    return False


def _cursor(statement: Statement, script: Script, skip: int) -> Cursor:
    found = tokens(statement.text[skip:], statement.offset + skip, script.dialect)
    return Cursor(found, script, statement.offset + len(statement.text))


def _create_table(cursor: Cursor, schema: Schema) -> bool:
    offset = cursor.offset
    path = cursor.path()
    name = path[-1]
    if name.startswith("#"):
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
    schema.tables[key] = table
    return False


def _table_options(cursor: Cursor, table: Table, schema: Schema) -> None:
    while not cursor.done:
        offset = cursor.offset
        if cursor.at("INHERITS"):
            cursor.refuse(f"table {table.name} inherits columns", "all columns in the table")
        if cursor.at("SELECT") or cursor.at("AS", "SELECT"):
            cursor.refuse(f"table {table.name} takes columns from a query", "all columns")
        if cursor.take("PARTITION", "BY"):
            schema.warn("not-carried-over", f"the partitioning of table {table.name}", offset)
            return
        if cursor.take("COMMENT"):
            _ = cursor.take("=")
            table.comment = cursor.next().value
        else:
            cursor.next()


def _create_index(cursor: Cursor, schema: Schema) -> None:
    offset = cursor.offset
    unique = special = False
    while not cursor.take("INDEX"):
        word = cursor.next().key
        unique = unique or word == "UNIQUE"
        special = special or word in {"FULLTEXT", "SPATIAL", "BITMAP", "XML", "COLUMNSTORE"}
    _ = cursor.take("CONCURRENTLY")
    _ = cursor.take("IF", "NOT", "EXISTS")
    name = None if cursor.at("ON") else cursor.path()[-1]
    method = cursor.next().key if cursor.take("USING") else "BTREE"
    if not cursor.take("ON"):
        cursor.refuse("an index names no table", "ON")
    _ = cursor.take("ONLY")
    path = cursor.path()
    method = cursor.next().key if cursor.take("USING") else method
    columns, problem = read_key_columns(cursor)
    while not cursor.done and problem is None:
        if cursor.at("WHERE"):
            problem = "only some of the rows"
        elif cursor.at("INCLUDE"):
            schema.warn("not-carried-over", f"the columns that index {name} includes", offset)
        cursor.next()
    if special or method not in {"BTREE", "HASH"}:
        problem = f"not an ordinary index ({method.lower()})" if not special else "a special index"
    table = schema.find(path)
    if table is None:
        problem = f"its table {path[-1]} is not in the source"
    if problem or table is None:
        schema.warn("not-carried-over", f"index {name} on {path[-1]}: {problem}", offset)
    else:
        table.indexes.append(Key(columns, name, offset, unique))


def _create_type(cursor: Cursor, schema: Schema) -> None:
    offset = cursor.offset
    cursor.index += 2
    name = cursor.path()[-1]
    if cursor.take("AS", "ENUM"):
        values = [piece.next() for piece in cursor.group().pieces() if piece.tokens]
        schema.enums[name] = tuple(token.value for token in values)
    else:
        schema.warn("not-carried-over", f"type {name}", offset)


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


def _set_aside(head: list[str], statement: Statement, schema: Schema) -> None:
    first = head[0].rstrip(";") if head else ""
    if first not in {"CREATE", "ALTER"}:
        word = _FIRST_WORD.match(first)
        schema.count("statements passed over", word[0] if word else first, statement.offset)
        return
    words = [re.sub(r"\W.*", "", word) for word in head[1:]]
    sort = next((word for word in words if word and word not in _CREATE_WORDS_BEFORE), "")
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
