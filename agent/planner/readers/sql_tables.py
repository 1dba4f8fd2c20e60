"""Which table does a CREATE TABLE make, or a DROP or a RENAME forget? Columns, options, copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.readers.sql_copies import copy_like, copy_query, inherit, query_follows
from agent.planner.readers.sql_definitions import read_definition
from agent.planner.readers.sql_limits import RENAMED, TABLES
from agent.planner.readers.sql_schema import Table

if TYPE_CHECKING:
    from agent.planner.readers.sql_schema import Schema
    from agent.planner.readers.sql_tokens import Cursor

# Sorts of tables that hold rows as any other does; what else they promise is not kept.
_ORDINARY = frozenset({"unlogged", "column", "row"})
_PROMISING = frozenset({"blockchain", "immutable", "sharded", "duplicated"})
_COPYING = frozenset({"LIKE", "INHERITS"})


def create_table(cursor: Cursor, sort: str, schema: Schema) -> bool:
    """Read what follows CREATE TABLE; true when the table is none of the schema's.

    ``sort`` are the words before TABLE: those of a temporary table, for one.

    Raises:
        SourceError: it cannot be read.

    """
    offset, path = cursor.offset, cursor.path()
    if why := _why_aside(cursor, path, sort.lower().strip(), schema):
        schema.aside.add(schema.path_key(path))
        message = f"table {path[-1]} is left out: it is {why}"
        schema.warn("not-carried-over", message, offset)
        return True
    key = schema.path_key(path)
    if key in schema.tables:
        line = schema.script.line(schema.tables[key].offset)
        what = f"this second CREATE TABLE {path[-1]} is passed over, and all that it says"
        schema.warn("duplicate-table", f"{what}: the table is that of line {line}", offset)
        return True
    schema.amounts.add(TABLES, offset)
    home = path[-2] if len(path) > 1 else schema.current
    table = Table(path[-1], home if key[0] else None, offset, in_current=len(path) == 1)
    if not _read_body(cursor, table, schema):
        leave_out(path, offset, schema)
        return True
    _read_options(cursor, table, schema)
    if not table.columns and any(token.key in _COPYING for token in cursor.tokens):
        leave_out(path, offset, schema)
        return True
    if not table.columns:
        cursor.refuse(f"table {table.name} has no columns", "at least one column")
    if promised := sorted(_PROMISING.intersection(sort.lower().split())):
        schema.lose(f"{' '.join(promised).upper()} TABLE", offset)
    schema.add(path, table)
    return False


def leave_out(path: tuple[str, ...], offset: int, schema: Schema) -> None:
    """Say that a table is left out which a query makes, or a copy."""
    message = f"table {path[-1]} is left out: what its columns are is not written here"
    schema.warn("left-out-table", message, offset)
    schema.aside.add(schema.path_key(path))


def drop_tables(cursor: Cursor, schema: Schema) -> None:
    """Forget tables that an earlier statement made; a dump drops those that it makes later.

    Raises:
        SourceError: a name cannot be read.

    """
    offset = cursor.offset
    cursor.index += 2
    _ = cursor.take("IF", "EXISTS")
    for piece in cursor.pieces():
        table = schema.find(piece.path())
        if table is None:
            schema.count("statements", "DROP", offset)
        else:
            schema.forget(table)


def rename_tables(cursor: Cursor, schema: Schema) -> None:
    """Read MySQL's RENAME TABLE old TO new, ...

    Raises:
        SourceError: a table is not there.

    """
    cursor.index += 2
    for piece in cursor.pieces():
        table = schema.find(piece.path())
        if table is None or not piece.take("TO"):
            piece.index = 0
            piece.refuse("a table that is renamed is not in the source", "its CREATE TABLE")
        schema.amounts.add(RENAMED, piece.offset)
        schema.rename(table, piece.path()[-1])


def _why_aside(cursor: Cursor, path: tuple[str, ...], sort: str, schema: Schema) -> str | None:
    """Tell why a table is none of the schema's; ``None`` for one that is."""
    name, in_sqlite = path[-1], schema.script.dialect == "sqlite"
    if not set(sort.split()) <= _ORDINARY | _PROMISING:
        return f"a {sort} table"
    if name.startswith("#") or (in_sqlite and path[0].casefold() == "temp"):
        return "a temporary table"
    if in_sqlite and name.startswith("sqlite_"):
        return "the database's own"
    if cursor.take("PARTITION", "OF"):
        return f"a partition of {cursor.path()[-1]}"
    return None


def _read_body(cursor: Cursor, table: Table, schema: Schema) -> bool:
    """Read the columns; false where only a query could tell them."""
    if cursor.at("LIKE"):
        copy_like(cursor, table, schema)
        return True
    if query_follows(cursor):
        return copy_query(cursor, table, schema)
    if not cursor.at("("):
        if any(token.key == "SELECT" for token in cursor.tokens):
            return False
        cursor.refuse(f"table {table.name} is made without a list of columns", "( columns )")
    for piece in cursor.group().pieces():
        if piece.tokens:
            read_definition(piece, table, schema)
    return True


def _read_options(cursor: Cursor, table: Table, schema: Schema) -> None:
    while not cursor.done:
        offset = cursor.offset
        if cursor.take("INHERITS"):
            inherit(cursor, table, schema)
            continue
        if query_follows(cursor):
            message = f"more columns of table {table.name}, from a query, are not known"
            schema.warn("not-carried-over", message, offset)
            return
        if cursor.at(")"):
            cursor.refuse(f"a bracket is closed behind table {table.name} that was never opened")
        if cursor.at("WITH", "(", "SYSTEM_VERSIONING") or cursor.at("SYSTEM", "VERSIONING"):
            schema.left_out(f"the history of table {table.name}", offset)
        if cursor.take("PARTITION", "BY"):
            schema.left_out(f"the partitioning of table {table.name}", offset)
            return
        if cursor.take("COMMENT"):
            _ = cursor.take("=")
            table.comment = cursor.next().value
        elif cursor.at("("):
            cursor.group()
        else:
            cursor.next()
