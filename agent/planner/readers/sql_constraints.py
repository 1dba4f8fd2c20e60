"""What does a constraint say? Keys, foreign keys, checks and indexes, into a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.readers.sql_left_out import index_left_out
from agent.planner.readers.sql_schema import CheckRule, ForeignKey, Key
from agent.planner.readers.sql_split import keywords
from agent.types import DeleteBehaviour

if TYPE_CHECKING:
    from agent.planner.readers.sql_schema import Schema, Table
    from agent.planner.readers.sql_tokens import Cursor

# Words about storage, checking time and the like.
PASSED_OVER = keywords(
    "ROWGUIDCOL SPARSE INVISIBLE VISIBLE ENABLE DISABLE VALIDATE NOVALIDATE DEFERRABLE "
    "CLUSTERED NONCLUSTERED STORED VIRTUAL PERSISTED ZEROFILL FILESTREAM ENFORCED HIDDEN "
    "BINARY ASCII UNICODE RELY NORELY ASC DESC LOGGING NOLOGGING REVERSE HASH COMPRESSED"
)
# Of these and of the phrases below, those that somebody may miss.
_MISSED = keywords(
    "DISABLE DEFERRABLE ZEROFILL INVISIBLE HIDDEN BINARY DESC COLLATE INITIALLY MATCH INCLUDE"
) | {"NOT ENFORCED", "ON CONFLICT", "MASKED WITH", "ENCRYPTED WITH", "USING HASH"}
_USUAL = frozenset({"INITIALLY IMMEDIATE", "MATCH SIMPLE", "COLLATE default", "COLLATE BINARY"})
# What may follow such a clause: nothing, one value, or brackets. Longer phrases stand first.
_PHRASES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("NOT", "FOR", "REPLICATION"), ""),
    (("NOT", "DEFERRABLE"), ""),
    (("NOT", "ENFORCED"), ""),
    (("NOT", "VALID"), ""),
    (("NO", "INHERIT"), ""),
    (("USING", "INDEX", "TABLESPACE"), "value"),
    (("USING", "INDEX"), ""),
    (("USING",), "value"),
    (("CHARACTER", "SET"), "value"),
    (("ON", "CONFLICT"), "value"),
    (("ON",), "value"),
    (("COMMENT",), "value"),
    (("WITH", "VALUES"), ""),
    (("WITH", "PARSER"), "value"),
    (("COMPUTE", "STATISTICS"), ""),
    (("MASKED", "WITH"), "group"),
    (("ENCRYPTED", "WITH"), "group"),
    (("WITH",), "group"),
    (("INCLUDE",), "group"),
    *(
        ((word,), "value")
        for word in (
            "STORAGE",
            "COMPRESSION",
            "SRID",
            "COLUMN_FORMAT",
            "INITIALLY",
            "MATCH",
            "ENCODE",
            "CHARSET",
            "COLLATE",
            "TABLESPACE",
            "KEY_BLOCK_SIZE",
            "PCTFREE",
            "INITRANS",
            "MAXTRANS",
        )
    ),
)
_DIGITS = 9
_INDEX_WORDS = frozenset({"KEY", "INDEX", "FULLTEXT", "SPATIAL"})
_ACTIONS = {
    "CASCADE": DeleteBehaviour.CASCADE,
    "RESTRICT": DeleteBehaviour.RESTRICT,
    "SET NULL": DeleteBehaviour.SET_NULL,
    "NO ACTION": DeleteBehaviour.NO_ACTION,
}


def read_key_columns(
    cursor: Cursor, schema: Schema, table: Table | None
) -> tuple[tuple[str, ...], str | None]:
    """Read a bracketed list of columns; the second value says what is not a plain column.

    ``table`` is theirs, where it is known: the start of a column may be all of it.
    """
    columns: list[str] = []
    problem = None
    for piece in cursor.group().pieces():
        token = piece.tokens[0] if piece.tokens else None
        if token is None or token.kind not in {"word", "name"} or piece.at(token.key, "."):
            problem = "an expression"
            continue
        name = piece.name()
        if piece.at("("):
            numbers = piece.group().tokens
            if [part.kind for part in numbers] != ["number"]:
                problem = "an expression"
            elif table is None or not _is_whole(table, schema.key(name), numbers[0].value):
                problem = "only the start of a column"
        elif not piece.done and piece.tokens[piece.index].kind == "mark":
            problem = "an expression"
        rest = cursor.shown(piece.tokens[piece.index :])
        if rest.upper() not in {"", "ASC", "ASC NULLS LAST"} and problem is None:
            schema.lose(f"{rest} in an index or key", piece.offset)
        columns.append(name)
    return tuple(columns), problem


def _is_whole(table: Table, name: str, start: str) -> bool:
    """Tell whether the first ``start`` characters of a column are all that it can have."""
    column = table.columns.get(name)
    longest = column.type.parameters[0] if column and column.type.parameters else ""
    numbers = [text for text in (longest, start) if text.isdecimal() and len(text) <= _DIGITS]
    return len(numbers) == 2 and int(longest) <= int(start)  # noqa: PLR2004 - both


def read_foreign_key(
    cursor: Cursor, columns: tuple[str, ...], name: str | None, offset: int, schema: Schema
) -> ForeignKey:
    """Read what follows REFERENCES."""
    cursor.take("ONLY")
    target_offset, target = cursor.offset, cursor.path()
    references = _names(cursor.group()) if cursor.at("(") else ()
    key = ForeignKey(columns, target, references, offset, name, target_offset=target_offset)
    schema.foreign_key_count += 1
    while not cursor.done:
        if cursor.at("ON", "DELETE") or cursor.at("ON", "UPDATE"):
            _rule(cursor, key, schema)
        elif not pass_over(cursor, schema):
            break
    return key


def _rule(cursor: Cursor, key: ForeignKey, schema: Schema) -> None:
    """Read ON DELETE or ON UPDATE."""
    deletes = cursor.at("ON", "DELETE")
    cursor.index += 2
    first = cursor.next()
    action = first.key
    if action in {"SET", "NO"}:
        action += " " + cursor.next().key
    if cursor.at("("):
        schema.lose("the list of columns of ON DELETE SET", first.start)
        cursor.group()
    if action not in _ACTIONS and action != "SET DEFAULT":
        cursor.refuse("a delete or update rule cannot be read", ", ".join(_ACTIONS))
    if not deletes:
        if action not in {"NO ACTION", "RESTRICT"}:
            schema.lose(f"ON UPDATE {action}", first.start)
    elif action == "SET DEFAULT":
        schema.warn("not-carried-over", "ON DELETE SET DEFAULT becomes no action", first.start)
    else:
        key.on_delete = _ACTIONS[action]


def index_follows(cursor: Cursor, schema: Schema) -> bool:
    """Tell whether MySQL or T-SQL declares an index here; elsewhere KEY and INDEX are names."""
    if cursor.done or cursor.key not in _INDEX_WORDS:
        return False
    if schema.script.dialect in {"mysql", "tsql"}:
        return schema.script.dialect == "mysql" or cursor.at("INDEX")
    # CockroachDB's: the bracket of a type has a number in it, that of an index has columns
    inside = cursor.tokens[cursor.index + 3 : cursor.index + 4]
    is_list = cursor.key_after(2) == "(" and bool(inside) and inside[0].kind in {"word", "name"}
    return schema.script.dialect == "postgres" and cursor.at("INDEX") and is_list


def read_index(cursor: Cursor, table: Table, schema: Schema) -> None:
    """Read an index that MySQL or T-SQL declares inside the table."""
    start = cursor.offset
    special = cursor.at("FULLTEXT") or cursor.at("SPATIAL")
    while not cursor.done and cursor.key in _INDEX_WORDS:
        cursor.next()
    name = None if cursor.at("(") or cursor.at("USING") else cursor.name()
    unique = cursor.take("UNIQUE")
    _before_columns(cursor, schema)
    columns, problem = read_key_columns(cursor, schema, table)
    problem = "a full text or spatial index" if special else problem
    if problem:
        shown = name or ", ".join(columns)
        what = f"{'unique ' * unique}index {shown} of {table.name}"
        schema.warn("not-carried-over", index_left_out(what, problem, unique=unique), start)
    else:
        table.indexes.append(Key(columns, name, start, unique))


def read_constraint(
    cursor: Cursor, table: Table, schema: Schema, name: str | None, start: int
) -> bool:
    """Read what stands by itself, constraints without a comma between them; false for none."""
    if not _read_one(cursor, table, schema, name, start):
        return False
    while not cursor.done:
        if pass_over(cursor, schema):
            continue
        begin = cursor.offset
        other = cursor.name() if cursor.take("CONSTRAINT") else None
        if not _read_one(cursor, table, schema, other, begin):  # a comma was forgotten
            cursor.refuse(f"a constraint of table {table.name} cannot be read")
        schema.grow(table, begin)
    return True


def _read_one(cursor: Cursor, table: Table, schema: Schema, name: str | None, start: int) -> bool:
    if cursor.take("PRIMARY", "KEY"):
        _primary_key(cursor, table, schema, start)
    elif cursor.take("UNIQUE"):
        _unique(cursor, table, schema, name, start)
    elif cursor.take("FOREIGN", "KEY"):
        name = name if cursor.at("(") else cursor.name()
        columns = _names(cursor.group())
        if not cursor.take("REFERENCES"):
            cursor.refuse("a foreign key names no table", "REFERENCES")
        table.foreign_keys.append(read_foreign_key(cursor, columns, name, start, schema))
    elif cursor.take("CHECK"):
        read_check(cursor, table, schema, name, start)
    elif cursor.at("EXCLUDE", "USING") or cursor.at("EXCLUDE", "("):
        schema.left_out(f"exclusion constraint {name} of {table.name}", start)
        cursor.index = len(cursor.tokens)
    else:
        return False
    return True


def _primary_key(cursor: Cursor, table: Table, schema: Schema, start: int) -> None:
    _before_columns(cursor, schema)
    if cursor.take("USING", "INDEX"):
        set_primary_key(cursor, table, _taken_from(cursor, table, schema).columns, schema)
        return
    if not cursor.at("("):  # MySQL takes a name here and forgets it
        cursor.name()
        _before_columns(cursor, schema)
    columns, problem = read_key_columns(cursor, schema, table)
    if problem:
        schema.lose(f"{problem} in a primary key", start)
    set_primary_key(cursor, table, columns, schema)


def _taken_from(cursor: Cursor, table: Table, schema: Schema) -> Key:
    """Take the unique index that becomes a constraint out of the table's indexes."""
    name = cursor.name()
    for index in table.indexes:
        if index.unique and index.name and schema.key(index.name) == schema.key(name):
            table.indexes.remove(index)
            return index
    cursor.index -= 1
    return cursor.refuse(f"table {table.name} has no unique index {name}", "one of its indexes")


def set_primary_key(cursor: Cursor, table: Table, columns: tuple[str, ...], schema: Schema) -> None:
    """Give a table its primary key, of which there is one."""
    before = table.primary_key
    if before and [schema.key(each) for each in before] != [schema.key(each) for each in columns]:
        shown = ", ".join(before)
        cursor.index -= 1
        cursor.refuse(f"table {table.name} has a primary key already ({shown})", "one primary key")
    table.primary_key = columns


def _unique(cursor: Cursor, table: Table, schema: Schema, name: str | None, start: int) -> None:
    if cursor.take("NULLS", "NOT", "DISTINCT"):
        schema.lose("NULLS NOT DISTINCT", start)
    _ = cursor.take("NULLS", "DISTINCT") or cursor.take("KEY") or cursor.take("INDEX")
    _before_columns(cursor, schema)
    if cursor.take("USING", "INDEX"):
        index = _taken_from(cursor, table, schema)
        table.uniques.append(Key(index.columns, name or index.name, start, unique=True))
        return
    if not cursor.at("("):
        own = cursor.name()
        name = name or own
        _before_columns(cursor, schema)
    columns, problem = read_key_columns(cursor, schema, table)
    if problem:
        what = f"unique rule of {table.name}"
        schema.warn("not-carried-over", index_left_out(what, problem, unique=True), start)
    else:
        table.uniques.append(Key(columns, name, start, unique=True))


def read_check(cursor: Cursor, table: Table, schema: Schema, name: str | None, start: int) -> None:
    """Read what follows CHECK."""
    _ = cursor.take("NOT", "FOR", "REPLICATION")
    inside = cursor.group()
    if inside.done:
        inside.refuse(f"a check of table {table.name} says nothing", "a condition")
    text = cursor.script.source(inside.tokens[0].start, inside.tokens[-1].end)
    schema.take_checks(table, [CheckRule(list(inside.tokens), text, name, start)], start)


def pass_over(cursor: Cursor, schema: Schema) -> bool:
    """Pass a clause that is not kept; false when another kind comes next."""
    start = cursor.offset
    if cursor.key in PASSED_OVER:
        word = cursor.next().key
        if word in _MISSED:
            schema.lose(word, start)
        return True
    for phrase, following in _PHRASES:
        if cursor.take(*phrase):
            shown = " ".join(phrase)
            if following == "group" or (shown in {"USING INDEX", "STORAGE"} and cursor.at("(")):
                cursor.group()
            elif following == "value":
                _ = cursor.take("=")
                value = cursor.next().value
                while cursor.take("."):
                    value = cursor.next().value
                shown += f" {value}"
            if {phrase[0], " ".join(phrase), shown} & _MISSED and shown not in _USUAL:
                schema.lose(shown, start)
            return True
    return False


def _before_columns(cursor: Cursor, schema: Schema) -> None:
    _ = cursor.take("CLUSTERED") or cursor.take("NONCLUSTERED")
    if cursor.take("HASH"):
        schema.lose("HASH", cursor.offset)
    if cursor.at("USING", "BTREE") or cursor.at("USING", "HASH"):
        if cursor.at("USING", "HASH"):
            schema.lose("USING HASH", cursor.offset)
        cursor.index += 2


def _names(cursor: Cursor) -> tuple[str, ...]:
    return tuple(piece.name() for piece in cursor.pieces())
