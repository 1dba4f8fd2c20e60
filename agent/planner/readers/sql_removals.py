"""What does an ALTER TABLE take away or rename? Columns, constraints, the table's own name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.readers.sql_limits import RENAMED

if TYPE_CHECKING:
    from agent.planner.readers.sql_schema import Key, Schema, Table
    from agent.planner.readers.sql_tokens import Cursor

_INDEX_WORDS = ("CONSTRAINT", "FOREIGN", "INDEX", "KEY", "CHECK")


def next_name(action: Cursor) -> str:
    """Give the name that comes next, and stay before it."""
    name = action.name()
    action.index -= 1
    return name


def rename(action: Cursor, table: Table, schema: Schema) -> None:
    """Read what follows RENAME.

    Raises:
        SourceError: the column is not there.

    """
    offset = action.offset
    if action.at("CONSTRAINT") or action.at("INDEX") or action.at("KEY"):
        kind, old = action.next().key, action.name()
        schema.warn("not-carried-over", f"{kind} {old} of {table.name} gets a new name", offset)
        return
    if action.take("TO") or action.take("AS"):
        schema.amounts.add(RENAMED, offset)
        schema.rename(table, action.path()[-1])
        return
    _ = action.take("COLUMN")
    old = _column(action, table, schema)
    if not action.take("TO"):
        action.refuse("a new name is missing", "TO")
    schema.amounts.add(RENAMED, offset)
    rename_column(table, old, action.name(), schema)


def rename_column(table: Table, old: str, new: str, schema: Schema) -> None:
    """Give a column another name, in its place, and in the rules that name it."""
    where = f"{table.name}.{old}"
    if [rule for rule in table.checks if _names(old, rule.text, schema)]:
        schema.left_out(f"a check of {where}, which is renamed,", table.offset)
        table.checks = [rule for rule in table.checks if not _names(old, rule.text, schema)]
    if [rule for rule in table.indexes if _asks(old, rule, schema)]:
        schema.left_out(f"an index with a condition on {where}, which is renamed,", table.offset)
        table.indexes = [rule for rule in table.indexes if not _asks(old, rule, schema)]

    def now(columns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(new if schema.key(each) == schema.key(old) else each for each in columns)

    table.columns[schema.key(old)].name = new
    table.columns = {
        schema.key(new) if key == schema.key(old) else key: column
        for key, column in table.columns.items()
    }
    table.primary_key = now(table.primary_key)
    for rule in (*table.uniques, *table.indexes):
        rule.columns = now(rule.columns)
    for foreign in table.foreign_keys:
        foreign.columns = now(foreign.columns)
    for foreign in schema.keys_to(table):
        foreign.references = now(foreign.references)


def drop(action: Cursor, table: Table, schema: Schema) -> None:
    """Read what follows DROP.

    Raises:
        SourceError: the column is not there.

    """
    offset = action.offset
    if action.take("PRIMARY", "KEY"):
        table.primary_key = ()
        return
    if action.key in _INDEX_WORDS:
        while action.key in _INDEX_WORDS:
            action.next()
        _ = action.take("IF", "EXISTS")
        name = action.name()
        if not _drop_rule(table, name, schema):
            message = f"DROP of {name} is left out: {table.name} has no such rule"
            schema.warn("not-carried-over", message, offset)
        return
    _ = action.take("COLUMN")
    if_exists = action.take("IF", "EXISTS")
    pieces = action.group().pieces() if action.at("(") else [action]
    for piece in pieces:
        if if_exists and schema.key(next_name(piece)) not in table.columns:
            continue
        _drop_column(_column(piece, table, schema), table, schema)


def _drop_column(name: str, table: Table, schema: Schema) -> None:
    """Forget a column with the rules that name it, as databases do."""
    key = schema.key(name)

    def names(columns: tuple[str, ...]) -> bool:
        return key in {schema.key(each) for each in columns}

    del table.columns[key]
    table.primary_key = () if names(table.primary_key) else table.primary_key
    table.uniques = [rule for rule in table.uniques if not names(rule.columns)]
    table.indexes = [
        rule for rule in table.indexes if not names(rule.columns) and not _asks(name, rule, schema)
    ]
    table.foreign_keys = [rule for rule in table.foreign_keys if not names(rule.columns)]
    table.checks = [rule for rule in table.checks if not _names(name, rule.text, schema)]


def _drop_rule(table: Table, name: str, schema: Schema) -> bool:
    key = schema.key(name)
    found = False
    for rules in (table.uniques, table.indexes, table.foreign_keys, table.checks):
        for rule in [each for each in rules if each.name and schema.key(each.name) == key]:
            rules.remove(rule)  # type: ignore[arg-type]
            found = True
    return found


def _asks(column: str, rule: Key, schema: Schema) -> bool:
    """Tell whether a column is in the condition of an index."""
    return rule.where is not None and _names(column, rule.where.text, schema)


def _names(column: str, text: str, schema: Schema) -> bool:
    return schema.key(column) in schema.key(text)


def _column(action: Cursor, table: Table, schema: Schema) -> str:
    name = action.name()
    if schema.key(name) not in table.columns:
        action.index -= 1
        action.refuse(f"table {table.name} has no column {name}", "one of its columns")
    return name
