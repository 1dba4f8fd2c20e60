"""Which columns does a table take from another? LIKE, INHERITS, a query of all of its columns."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from agent.planner.readers.sql_split import keywords

if TYPE_CHECKING:
    from agent.planner.readers.sql_schema import Schema, Table
    from agent.planner.readers.sql_split import Dialect
    from agent.planner.readers.sql_tokens import Cursor

_EVERYTHING = keywords("NULLS DEFAULTS IDENTITY GENERATED COMMENTS INDEXES CONSTRAINTS")
# What a query that makes a table keeps of the columns beside their names and types.
_BY_QUERY: dict[Dialect, frozenset[str]] = {
    "mysql": frozenset({"NULLS", "DEFAULTS"}),
    "oracle": frozenset({"NULLS"}),
    "tsql": frozenset({"NULLS", "IDENTITY"}),
}
_COUNTING = {
    **dict.fromkeys(("serial", "serial4"), "integer"),
    **dict.fromkeys(("bigserial", "serial8"), "bigint"),
    **dict.fromkeys(("smallserial", "serial2"), "smallint"),
}


def copy_like(cursor: Cursor, table: Table, schema: Schema) -> None:
    """Read LIKE and what follows, into a table that may have columns already.

    Raises:
        SourceError: the other table is misspelt.

    """
    offset = cursor.offset
    cursor.next()
    other = _other(cursor, table, schema)
    kept = _EVERYTHING if schema.script.dialect == "mysql" else _included(cursor)
    cursor.index = len(cursor.tokens)
    if other is None:
        return
    _columns(other, table, schema, offset, kept)
    if "INDEXES" in kept:
        schema.grow(table, offset, len(other.uniques) + len(other.indexes))
        table.primary_key = table.primary_key or other.primary_key
        table.uniques += [replace(rule, name=None) for rule in other.uniques]
        table.indexes += [replace(rule, name=None) for rule in other.indexes]
    if "CONSTRAINTS" in kept:
        schema.grow(table, offset, len(other.checks))
        schema.take_checks(table, other.checks, offset)


def _included(cursor: Cursor) -> frozenset[str]:
    """Return what PostgreSQL copies beside names, types and NOT NULL: INCLUDING and EXCLUDING."""
    kept = {"NULLS"}
    words = [token.key for token in cursor.tokens[cursor.index :]]
    for verb, what in pairwise(words):
        named = _EVERYTHING if what == "ALL" else {what}
        if verb == "INCLUDING":
            kept |= named
        elif verb == "EXCLUDING":
            kept -= named - {"NULLS"}
    return frozenset(kept)


def inherit(cursor: Cursor, table: Table, schema: Schema) -> None:
    """Read what follows INHERITS: columns and checks come from above, keys do not.

    Raises:
        SourceError: a table above is misspelt.

    """
    offset = cursor.offset
    own = table.columns
    table.columns = {}
    for parent in cursor.group().pieces():
        if (other := _other(parent, table, schema)) is None:
            continue
        _columns(other, table, schema, offset, _EVERYTHING)
        schema.grow(table, offset, len(other.checks))
        schema.take_checks(table, other.checks, offset)
        message = f"{table.name} has the columns of {other.name}, but its rows are not among them"
        schema.warn("not-carried-over", message, offset)
    table.columns.update(own)


def query_follows(cursor: Cursor) -> bool:
    """Tell whether a query is what the table is made of."""
    ahead = int(cursor.at("AS"))
    while cursor.key_after(ahead) == "(":
        ahead += 1
    return cursor.key_after(ahead) in {"SELECT", "WITH"} and not cursor.at("WITH")


def copy_query(cursor: Cursor, table: Table, schema: Schema) -> bool:
    """Take the columns of SELECT * FROM another table; false for any other query."""
    start, offset = cursor.index, cursor.offset
    _ = cursor.take("AS")
    if cursor.take("SELECT", "*", "FROM") and not cursor.at("("):
        other = schema.find(cursor.path(), table)
        if other and (cursor.done or cursor.key in {"WHERE", "LIMIT", "WITH"}):
            cursor.index = len(cursor.tokens)
            kept = _BY_QUERY.get(schema.script.dialect, frozenset())
            _columns(other, table, schema, offset, kept)
            return True
    cursor.index = start
    return False


def _other(cursor: Cursor, table: Table, schema: Schema) -> Table | None:
    """Find the table that columns are taken from; say so where it is described elsewhere."""
    at, offset, path = cursor.index, cursor.offset, cursor.path()
    other = schema.find(path, table)
    if other is None:
        shown = ".".join(path)
        what = f"table {table.name} takes columns from {shown}, which is not in the source"
        if meant := schema.nearly(path):
            cursor.index = at
            cursor.refuse(what, f"did you mean {meant}?")
        schema.warn("unknown-table", f"{what}: it is built without them", offset)
        table.open = True
    return other


def _columns(other: Table, table: Table, schema: Schema, offset: int, kept: frozenset[str]) -> None:
    """Give a table the columns of another, with what is ``kept`` of them beside their types."""
    schema.grow(table, offset, len(other.columns))
    for key, column in other.columns.items():
        copied = replace(column)
        copied.not_null &= "NULLS" in kept
        copied.identity &= "IDENTITY" in kept
        copied.computed &= "GENERATED" in kept
        if "DEFAULTS" not in kept:
            copied.default, copied.now_on_update = None, False
            plain = _COUNTING.get(copied.type.name, copied.type.name)
            copied.type = replace(copied.type, name=plain)
        if "COMMENTS" not in kept:
            copied.comment = None
        table.columns.setdefault(key, copied)
