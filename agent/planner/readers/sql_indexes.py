"""What does a CREATE INDEX add? A key of its table, or a warning that says what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.readers.sql_constraints import read_key_columns
from agent.planner.readers.sql_left_out import index_left_out
from agent.planner.readers.sql_limits import CHECKED
from agent.planner.readers.sql_schema import CheckRule, Key
from agent.planner.readers.sql_split import keywords

if TYPE_CHECKING:
    from agent.planner.readers.sql_schema import Schema
    from agent.planner.readers.sql_tokens import Cursor

_SPECIAL = keywords("FULLTEXT SPATIAL BITMAP XML COLUMNSTORE")


def create_index(cursor: Cursor, schema: Schema) -> None:
    """Read one CREATE INDEX into its table.

    Raises:
        SourceError: it cannot be read, or its table is a near miss of a known one.

    """
    offset = cursor.offset
    before = set()
    while not cursor.take("INDEX"):
        before.add(cursor.next().key)
    _ = cursor.take("CONCURRENTLY")
    _ = cursor.take("IF", "NOT", "EXISTS")
    name = None if cursor.at("ON") else cursor.path()[-1]
    method = cursor.next().key if cursor.take("USING") else "BTREE"
    if not cursor.take("ON"):
        cursor.refuse("an index names no table", "ON")
    _ = cursor.take("ONLY")
    at, path = cursor.index, cursor.path()
    table = schema.find(path)
    aside = schema.path_key(path) in schema.aside
    if table is None and not aside and (meant := schema.nearly(path)):
        cursor.index = at
        cursor.refuse(f"table {path[-1]} gets an index and is not known", f"did you mean {meant}?")
    method = cursor.next().key if cursor.take("USING") else method
    columns, problem = read_key_columns(cursor, schema, table)
    where = _rest(cursor, schema)
    if before & _SPECIAL:
        problem = "a special index"
    elif method not in {"BTREE", "HASH"}:
        problem = f"not an ordinary index ({method.lower()})"
    if table is None:
        problem = f"its table {path[-1]} is not in the source"
    if problem or table is None:
        unique = "UNIQUE" in before
        what = f"{'unique ' * unique}index {name or ', '.join(columns)} on {path[-1]}"
        schema.warn("not-carried-over", index_left_out(what, problem or "", unique=unique), offset)
        return
    if method == "HASH":
        schema.lose("USING HASH", offset)
    schema.grow(table, offset)
    if where is not None:
        schema.amounts.add(CHECKED, where.offset, len(where.text))
    table.indexes.append(Key(columns, name, offset, "UNIQUE" in before, where))


def _rest(cursor: Cursor, schema: Schema) -> CheckRule | None:
    """Read what follows the columns, and return the condition of an index of some rows only."""
    where = None
    while not cursor.done:
        if cursor.take("WHERE"):
            where = _condition(cursor)
            continue
        if cursor.at("INCLUDE"):
            schema.lose("INCLUDE in an index", cursor.offset)
        elif cursor.at("NULLS", "NOT", "DISTINCT"):
            schema.lose("NULLS NOT DISTINCT", cursor.offset)
        cursor.next()
    return where


def _condition(cursor: Cursor) -> CheckRule:
    """Read a condition, up to what SQL Server says of the storage behind it."""
    start, offset = cursor.index, cursor.offset
    while not (cursor.done or cursor.at("WITH", "(") or cursor.at("ON")):
        if cursor.at("("):
            cursor.group()
        else:
            cursor.next()
    tokens = list(cursor.tokens[start : cursor.index])
    text = cursor.script.source(tokens[0].start, tokens[-1].end) if tokens else ""
    return CheckRule(tokens, text, None, offset)
