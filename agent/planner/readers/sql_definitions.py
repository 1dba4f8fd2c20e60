"""What does one line of a CREATE TABLE say? Columns and constraints, into a table.

Definitions are read here and not by sqlglot: of some 230 definitions in the wild sqlglot 30 refuses
one in ten (``ROWGUIDCOL``, ``SRID 4326``, ``NOT VALID``) and misreads some without a word (in T-SQL
``INDEX ix NONCLUSTERED (a)`` becomes a column named INDEX). It reads the expressions in them.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from agent.planner.readers.sql_constraints import (
    PASSED_OVER,
    index_follows,
    pass_over,
    read_check,
    read_constraint,
    read_foreign_key,
    read_index,
    set_primary_key,
)
from agent.planner.readers.sql_copies import copy_like
from agent.planner.readers.sql_schema import Column, ColumnType, Key
from agent.planner.readers.sql_split import keywords

if TYPE_CHECKING:
    from agent.planner.readers.sql_schema import Schema, Table
    from agent.planner.readers.sql_tokens import Cursor, Token

# Words behind which a column's type, or its default, is over.
_AFTER_TYPE = keywords(
    "NOT NULL DEFAULT PRIMARY UNIQUE KEY CHECK REFERENCES CONSTRAINT GENERATED COLLATE "
    "COMMENT ON AUTO_INCREMENT AUTOINCREMENT IDENTITY AS FOREIGN CHARSET ZEROFILL INVISIBLE "
    "VISIBLE SPARSE ROWGUIDCOL STORAGE COMPRESSION SRID COLUMN_FORMAT DEFERRABLE INITIALLY "
    "ENABLE DISABLE HIDDEN MASKED FILESTREAM ENCODE USING CLUSTERED NONCLUSTERED VIRTUAL "
    "STORED PERSISTED ENFORCED"
)

_AFTER_EXPRESSION = keywords("PERSISTED STORED VIRTUAL NOT PRIMARY UNIQUE CONSTRAINT CHECK COMMENT")
_LONGEST_SHOWN = 100
_SEQUENCE = keywords(
    "MINVALUE MAXVALUE NOMINVALUE NOMAXVALUE INCREMENT BY START WITH CACHE NOCACHE ORDER NOORDER "
    "CYCLE NOCYCLE KEEP NOKEEP SCALE NOSCALE"
)


def read_definition(cursor: Cursor, table: Table, schema: Schema) -> None:
    """Read one column or constraint into ``table``.

    Raises:
        SourceError: the definition cannot be read.

    """
    start = cursor.offset
    schema.grow(table, start)
    if index_follows(cursor, schema):
        read_index(cursor, table, schema)
        return
    if cursor.take("PERIOD", "FOR") or cursor.at("EXCLUDE", "USING") or cursor.at("EXCLUDE", "("):
        what = "an exclusion constraint" if cursor.at("EXCLUDE") else "a period"
        schema.left_out(f"{what} of table {table.name}", start)
        return
    if cursor.at("SUPPLEMENTAL", "LOG"):
        schema.count("changes", "SUPPLEMENTAL LOG", start)
        return
    if cursor.at("LIKE"):
        copy_like(cursor, table, schema)
        return
    name = cursor.name() if cursor.take("CONSTRAINT") and not _at_constraint(cursor) else None
    if not read_constraint(cursor, table, schema, name, start):
        if name is not None:
            cursor.refuse(f"constraint {name} of table {table.name} cannot be read")
        _once(cursor, table, schema)
        read_column(cursor, table, schema)


def _once(cursor: Cursor, table: Table, schema: Schema) -> None:
    name = cursor.name()
    cursor.index -= 1
    if before := table.columns.get(schema.key(name)):
        line = schema.script.line(before.offset)
        cursor.refuse(f"table {table.name} has column {name} on line {line} already", "a new name")


def read_column(
    cursor: Cursor, table: Table, schema: Schema, *, named: str | None = None
) -> Column:
    """Read one column into ``table``; ``named`` is its name where it stands elsewhere."""
    offset = cursor.offset
    name = named or cursor.name()
    column = Column(name, read_type(cursor), offset)
    table.columns[schema.key(name)] = column
    while not cursor.done:
        _column_constraint(cursor, column, table, schema)
    return column


def read_type(cursor: Cursor) -> ColumnType:
    """Read a type, up to the word that ends it; SQLite allows none at all."""
    words: list[str] = []
    parameters: list[str] = []
    array, start, offset = False, cursor.index, cursor.offset
    while not cursor.done:
        token = cursor.tokens[cursor.index]
        if token.key in _AFTER_TYPE or cursor.at("CHARACTER", "SET"):
            break
        if token.key == "WITH" and not _time_zone_follows(cursor):
            break
        if cursor.at("("):
            inside = cursor.group()
            parameters += [
                " ".join(part.value for part in piece.tokens) for piece in inside.pieces()
            ]
        elif cursor.take("["):
            array = True
        elif cursor.take("."):
            words = words[:-1]
        elif token.kind == "mark" and token.value != "]":
            cursor.refuse("a type cannot be read", "a type")
        else:
            cursor.next()
            if token.kind != "number" and token.value != "]":
                words.append(token.value.lower())
    if words[-1:] == ["array"]:
        words.pop()
        array = True
    read = cursor.tokens[start : cursor.index]
    return ColumnType(
        " ".join(words), tuple(parameters), array, cursor.shown(read)[:_LONGEST_SHOWN], offset
    )


def _at_constraint(cursor: Cursor) -> bool:
    return any(cursor.at(word) for word in ("FOREIGN", "PRIMARY", "UNIQUE", "CHECK"))


def _column_constraint(cursor: Cursor, column: Column, table: Table, schema: Schema) -> None:
    start = cursor.offset
    name = cursor.name() if cursor.take("CONSTRAINT") and not _at_constraint(cursor) else None
    if not (
        _value(cursor, column)
        or _rule(cursor, column, table, schema, Key((column.name,), name, start, unique=True))
        or _generated(cursor, column, schema)
        or pass_over(cursor, schema)
    ):
        cursor.refuse(f"column {column.name} of table {table.name} cannot be read")


def _value(cursor: Cursor, column: Column) -> bool:
    """Read what is said about the column's own value."""
    if cursor.take("NOT", "NULL"):
        column.not_null = True
    elif cursor.take("NULL"):
        column.not_null = False
    elif cursor.take("DEFAULT"):
        _ = cursor.take("ON", "NULL")
        column.default = _default(cursor)
    elif cursor.take("COMMENT"):
        column.comment = cursor.next().value
    elif cursor.take("ON", "UPDATE"):
        column.now_on_update = True
        cursor.next()
        if cursor.at("("):
            cursor.group()
    else:
        return False
    return True


def _rule(cursor: Cursor, column: Column, table: Table, schema: Schema, key: Key) -> bool:
    """Read a key or a check; ``key`` is the column as a unique rule, should it be one."""
    if _stands_alone(cursor) and read_constraint(cursor, table, schema, key.name, key.offset):
        return True
    if cursor.take("PRIMARY", "KEY") or cursor.take("KEY"):
        set_primary_key(cursor, table, key.columns, schema)
    elif cursor.take("UNIQUE"):
        if cursor.take("NULLS", "NOT", "DISTINCT"):
            schema.lose("NULLS NOT DISTINCT", key.offset)
        _ = cursor.take("KEY") or cursor.take("NULLS", "DISTINCT")
        table.uniques.append(key)
    elif cursor.take("CHECK"):
        read_check(cursor, table, schema, key.name, key.offset)
    elif cursor.take("REFERENCES") or cursor.take("FOREIGN", "KEY", "REFERENCES"):
        foreign = read_foreign_key(cursor, (column.name,), key.name, key.offset, schema)
        table.foreign_keys.append(foreign)
    else:
        return False
    schema.grow(table, key.offset)
    return True


def _stands_alone(cursor: Cursor) -> bool:
    """Tell whether a rule with columns of its own follows, though no comma stands before it."""
    words = 1 + (cursor.at("PRIMARY", "KEY") or cursor.at("FOREIGN", "KEY"))
    if cursor.key not in {"PRIMARY", "FOREIGN", "UNIQUE"} or not cursor.at(cursor.key):
        return False
    words += cursor.key_after(words) in {"CLUSTERED", "NONCLUSTERED"}
    return cursor.key_after(words) == "("


def _generated(cursor: Cursor, column: Column, schema: Schema) -> bool:
    start = cursor.offset
    if cursor.take("AUTO_INCREMENT") or cursor.take("AUTOINCREMENT"):
        column.identity = True
        return True
    if cursor.take("IDENTITY"):
        column.identity = True
    elif cursor.take("GENERATED"):
        _ = cursor.take("ALWAYS") or cursor.take("BY", "DEFAULT")
        _ = cursor.take("ON", "NULL")
        _ = cursor.take("AS")
        if cursor.take("ROW"):
            cursor.next()
            column.computed = True
            return True
        column.identity = cursor.take("IDENTITY")
        column.computed = not column.identity
    elif cursor.take("AS"):
        column.computed = True
        _expression(cursor)
    else:
        return False
    if column.identity and schema.script.dialect == "oracle":
        _sequence_words(cursor)
    if cursor.at("("):
        inside = cursor.group()
        words = [token.key or token.value for token in inside.tokens]
        if column.identity and not _from_one(words):
            schema.lose(f"counting as {cursor.shown(inside.tokens)}", start)
    return True


def _expression(cursor: Cursor) -> None:
    """Pass what computes a column, which T-SQL writes without brackets around it."""
    while not cursor.done and cursor.key not in _AFTER_EXPRESSION:
        if cursor.at("("):
            cursor.group()
        else:
            cursor.next()


def _sequence_words(cursor: Cursor) -> None:
    """Pass what Oracle writes about an identity's sequence without brackets."""
    while cursor.key in _SEQUENCE or (
        not cursor.done and cursor.tokens[cursor.index].kind == "number"
    ):
        cursor.next()


def _from_one(words: list[str]) -> bool:
    """Tell whether an identity counts 1, 2, 3, as the project's do."""
    steps = [
        word for before, word in pairwise(words) if before in {"WITH", "START", "BY", "INCREMENT"}
    ]
    numbers = [word for word in [*steps, *words[:1], *words[2:3]] if word.isdecimal()]
    return all(number == "1" for number in numbers)


def _default(cursor: Cursor) -> list[Token]:
    """Read the tokens of a default: everything up to the next constraint."""
    begin, depth = cursor.index, 0
    while not cursor.done:
        token = cursor.tokens[cursor.index]
        depth += (token.value == "(") - (token.value == ")") if token.kind == "mark" else 0
        is_first = cursor.index == begin
        ends = token.key in _AFTER_TYPE or token.key in PASSED_OVER or token.key == "FOR"
        if not is_first and depth == 0 and (ends or _with_options(cursor)):
            break
        cursor.index += 1
    if begin == cursor.index:
        cursor.refuse("a default is missing", "a value")
    return list(cursor.tokens[begin : cursor.index])


def _time_zone_follows(cursor: Cursor) -> bool:
    return cursor.at("WITH", "TIME") or cursor.at("WITH", "LOCAL")


def _with_options(cursor: Cursor) -> bool:
    return cursor.at("WITH", "(") or cursor.at("WITH", "VALUES")
