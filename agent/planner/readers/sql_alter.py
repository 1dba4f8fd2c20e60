"""What does an ALTER TABLE change? Keys, columns and defaults that dumps add after the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.readers.sql_definitions import read_column, read_definition, read_type
from agent.planner.readers.sql_limits import RENAMED
from agent.planner.readers.sql_removals import drop, next_name, rename, rename_column
from agent.planner.readers.sql_split import keywords
from agent.planner.readers.written import brief

if TYPE_CHECKING:
    from agent.planner.readers.sql_schema import Column, Schema, Table
    from agent.planner.readers.sql_tokens import Cursor

_WITHOUT_CONSEQUENCE = keywords(
    "OWNER ENABLE DISABLE REPLICA CLUSTER AUTO_INCREMENT ENGINE VALIDATE CHECK NOCHECK SET "
    "FORCE CONVERT ORDER DEFAULT CHARSET CHARACTER COLLATE NO"
)
_ROW_LEVEL = (("ENABLE",), ("DISABLE",), ("FORCE",), ("NO", "FORCE"))
_COLUMN_SETTINGS = frozenset({"STATISTICS", "STORAGE", "COMPRESSION"})


def alter_table(cursor: Cursor, schema: Schema) -> None:
    """Apply one ALTER TABLE to the table that it names.

    Raises:
        SourceError: a part of it cannot be read.

    """
    offset = cursor.offset
    cursor.index += 2
    _ = cursor.take("IF", "EXISTS")
    _ = cursor.take("ONLY")
    path = cursor.path()
    _ = cursor.take("*")
    table = schema.changed(path)
    if table is None:
        _pass_by(cursor, path, offset, schema)
        return
    _ = cursor.take("WITH", "CHECK") or cursor.take("WITH", "NOCHECK")
    adding = False
    for action in cursor.pieces():
        schema.grow(table, action.offset)
        if action.take("ADD"):
            adding = True
            _add(action, table, schema)
        elif adding and schema.script.dialect == "tsql" and not _known(action):
            _add(action, table, schema)
        else:
            adding = False
            _change(action, table, schema)


def _pass_by(cursor: Cursor, path: tuple[str, ...], offset: int, schema: Schema) -> None:
    """Say that a table is changed which is none of the schema's; refuse one that is misspelt."""
    is_aside = schema.path_key(path) in schema.aside
    if is_aside and cursor.key in _WITHOUT_CONSEQUENCE:  # pg_dump says so whose a sequence is
        _count(cursor, offset, schema)
        return
    if not is_aside and (meant := schema.nearly(path)):
        cursor.refuse(f"table {path[-1]} is changed and not known", f"did you mean {meant}?")
    keys = sum(token.key == "REFERENCES" for token in cursor.tokens)
    schema.foreign_key_count += keys
    what = f"ALTER TABLE {path[-1]}{' with a foreign key' if keys else ''} is left out"
    schema.warn("not-carried-over", f"{what}: the table is not in the source", offset)


def _known(action: Cursor) -> bool:
    return action.key in {"ALTER", "DROP", "MODIFY", "CHANGE", "RENAME"} | (
        _WITHOUT_CONSEQUENCE - {"CHECK"}
    )


def _add(action: Cursor, table: Table, schema: Schema) -> None:
    if action.at("PARTITION"):
        schema.left_out(f"a partition of table {table.name}", action.offset)
        return
    if action.at("CONSTRAINT") and _default_follows(action):
        _default_for(action, table, schema)
        return
    if action.at("DEFAULT"):
        _default_for(action, table, schema)
        return
    _ = action.take("COLUMN")
    if action.take("IF", "NOT", "EXISTS") and schema.key(next_name(action)) in table.columns:
        return
    if action.at("("):
        for piece in action.group().pieces():
            read_definition(piece, table, schema)
        return
    _without_position(action)
    read_definition(action, table, schema)


def _change(action: Cursor, table: Table, schema: Schema) -> None:
    offset = action.offset
    if action.done:
        return
    if reader := _CHANGES.get(action.key):
        action.next()
        reader(action, table, schema)
    elif action.take("ATTACH", "PARTITION"):
        child = schema.find(action.path(), table)
        if child:
            child.partition = True
            message = f"table {child.name} is left out: it is a partition of {table.name}"
            schema.warn("not-carried-over", message, offset)
    elif action.take("COMMENT"):
        _ = action.take("=")
        table.comment = action.next().value
    elif action.at("SET", "SCHEMA"):
        action.refuse(f"table {table.name} moves to another schema", "CREATE TABLE schema.name")
    elif how := _row_level(action):
        schema.guard((table.schema or "", table.name), how, offset)
    elif action.key in _WITHOUT_CONSEQUENCE:
        _count(action, offset, schema)
    else:
        schema.left_out(brief(f"ALTER TABLE {table.name} {action.shown(action.tokens)}"), offset)


def _count(action: Cursor, offset: int, schema: Schema) -> None:
    words = action.tokens[action.index : action.index + 2]
    what = " ".join(token.value for token in words)
    schema.count("changes", f"ALTER TABLE {what}", offset)


def _row_level(action: Cursor) -> str:
    """Return what is said of row level security: ENABLE, DISABLE, FORCE, NO FORCE, or nothing."""
    words = next((each for each in _ROW_LEVEL if action.at(*each, "ROW", "LEVEL", "SECURITY")), ())
    return " ".join(words)


def _alter_column(action: Cursor, table: Table, schema: Schema) -> None:
    offset = action.offset
    _ = action.take("COLUMN")
    if table.open and schema.key(next_name(action)) not in table.columns:
        what = f"a change of {table.name}.{next_name(action)}, which is not known,"
        schema.left_out(what, offset)
        return
    column = _column(action, table, schema)
    if action.take("SET", "DEFAULT"):
        column.default = list(action.tokens[action.index :])
    elif action.take("DROP", "DEFAULT"):
        column.default = None
    elif action.take("SET", "NOT", "NULL") or action.take("DROP", "NOT", "NULL"):
        column.not_null = action.tokens[action.index - 3].key == "SET"
    elif action.take("ADD", "GENERATED"):
        column.identity = True
    elif action.take("TYPE") or action.take("SET", "DATA", "TYPE"):
        column.type = read_type(action)
    elif action.at("SET") and action.key_after(1) in _COLUMN_SETTINGS:
        schema.count("changes", "ALTER COLUMN SET", offset)
    elif schema.script.dialect == "tsql" and not action.at("ADD") and not action.at("DROP"):
        column.type = read_type(action)
        column.not_null = action.at("NOT", "NULL")
    else:
        schema.left_out(brief(f"ALTER TABLE {table.name} {action.shown(action.tokens)}"), offset)


def _modify(action: Cursor, table: Table, schema: Schema) -> None:
    _ = action.take("COLUMN")
    for piece in action.group().pieces() if action.at("(") else [action]:
        _redefine(piece, table, schema)


def _redefine(action: Cursor, table: Table, schema: Schema) -> None:
    """MODIFY: in MySQL a whole new definition, in Oracle only what it names."""
    _without_position(action)
    before = table.columns.get(schema.key(next_name(action)))
    after = read_column(action, table, schema)
    if before is None:
        action.refuse(f"table {table.name} has no column {after.name}", "one of its columns")
    after.comment = after.comment or before.comment
    if schema.script.dialect == "oracle":
        after.type = after.type if after.type.name else before.type
        after.default = after.default or before.default
        after.not_null = after.not_null or before.not_null


def _redefine_as(action: Cursor, table: Table, schema: Schema) -> None:
    """CHANGE: the old name, and a whole new definition with the new one."""
    _ = action.take("COLUMN")
    old = _column(action, table, schema).name
    if schema.key(old) != schema.key(next_name(action)):
        schema.amounts.add(RENAMED, action.offset)
        rename_column(table, old, next_name(action), schema)
    _redefine(action, table, schema)


_CHANGES = {
    "ALTER": _alter_column,
    "MODIFY": _modify,
    "CHANGE": _redefine_as,
    "RENAME": rename,
    "DROP": drop,
}


def _column(action: Cursor, table: Table, schema: Schema) -> Column:
    name = action.name()
    column = table.columns.get(schema.key(name))
    if column is None:
        action.index -= 1
        action.refuse(f"table {table.name} has no column {name}", "one of its columns")
    return column


def _default_follows(action: Cursor) -> bool:
    return action.key_after(2) == "DEFAULT"


def _default_for(action: Cursor, table: Table, schema: Schema) -> None:
    """T-SQL's DEFAULT value FOR column."""
    while not action.take("DEFAULT"):
        action.next()
    begin = action.index
    while not action.at("FOR"):
        action.next()
    default = list(action.tokens[begin : action.index])
    action.next()
    _column(action, table, schema).default = default


def _without_position(action: Cursor) -> None:
    """Drop MySQL's FIRST or AFTER column from the end."""
    kept = list(action.tokens)
    if kept and kept[-1].key == "FIRST":
        kept.pop()
    elif len(kept) > 1 and kept[-2].key == "AFTER":
        del kept[-2:]
    action.tokens = kept
