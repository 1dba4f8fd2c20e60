"""What does each statement add to the schema? Tables, types, indexes, changes and comments.

Nothing is lost in silence: what is not carried over is warned of with its line, what is common and
without consequence (INSERT, SET, GRANT) is counted, and tables and foreign keys are counted in the
masked text and compared with what was read.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from agent.errors import SourceError
from agent.planner.readers.sql_alter import alter_table
from agent.planner.readers.sql_aside import set_aside
from agent.planner.readers.sql_declared import (
    alter_type,
    create_type,
    put_domains,
    put_referred_types,
)
from agent.planner.readers.sql_described import comment_on
from agent.planner.readers.sql_indexes import create_index
from agent.planner.readers.sql_limits import MOST_FAULTS, READ, TOO_MUCH
from agent.planner.readers.sql_schema import Schema
from agent.planner.readers.sql_tables import create_table, drop_tables, leave_out, rename_tables
from agent.planner.readers.sql_tokens import cursor_of, path_in
from agent.planner.readers.written import brief

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.documents import Fault
    from agent.planner.readers.sql_split import Script, Statement
    from agent.planner.readers.sql_tokens import Cursor

_TABLE = re.compile(
    r"\bCREATE\s+(?:OR\s+REPLACE\s+)?(?P<sort>(?:\w+\s+){0,2})TABLE\b(?:\s+IF\s+NOT\s+EXISTS\b)?\s*",
    re.IGNORECASE,
)
_INTO = re.compile(r"\bINTO\s+(?:TABLE\s+)?(?=[\w\[\"])(?!OUTFILE\b|DUMPFILE\b)", re.IGNORECASE)
_REFERENCES = re.compile(r"\bREFERENCES\b", re.IGNORECASE)
_INDEX = re.compile(r"CREATE\s+(?:(?!TYPE\b|OR\b)\w+\s+){0,3}INDEX\b", re.IGNORECASE)
_SHOWN = 60
_ABOUT_SCHEMA = frozenset({"CREATE", "ALTER", "COMMENT", "DROP", "RENAME"})
_ROUTINE_MAY_CREATE = frozenset({"mysql", "tsql"})


def read_schema(script: Script) -> Schema:
    """Read every statement; what cannot be read stands in the schema's faults."""
    schema = Schema(script)
    try:
        for statement in script.statements():
            _take(statement, schema)
        schema.current = None
        put_domains(schema)
    except SourceError as error:
        for fault in error.faults:
            schema.refuse(fault)
    put_referred_types(schema)
    for offset, shown in script.conditional:
        schema.lose(shown, offset)
    for offset, shown in script.hidden:
        schema.left_out(shown, offset)
    return schema


def _take(statement: Statement, schema: Schema) -> None:
    """Read one statement; what is wrong with it stands in the schema's faults.

    Raises:
        SourceError: there is more of something than is read.

    """
    known = len(schema.tables)
    foreign_keys = schema.foreign_key_count
    try:
        aside = _read(statement, schema)
    except SourceError as error:
        if any(fault.code == TOO_MUCH for fault in error.faults):
            raise
        for fault in error.faults:
            schema.refuse(_in_statement(fault, statement))
        return
    if not aside:
        _compare(statement, schema, len(schema.tables) - known, foreign_keys)


def _in_statement(fault: Fault, statement: Statement) -> Fault:
    """Say how the statement begins, which names its table, where a fault does not."""
    begins = " ".join(statement.text[: 2 * _SHOWN].split("(")[0].split())
    last = begins.rpartition(" ")[2].strip('`"[]').rpartition(".")[2].strip('`"[]')
    if not last or last.casefold() in fault.message.casefold():
        return fault
    return fault.model_copy(update={"message": f"{fault.message}, in {brief(begins)}"})


def _read(statement: Statement, schema: Schema) -> bool:
    """Read one statement; true when what it declares is set aside on purpose."""
    script = schema.script
    head = statement.code.lstrip("(")[:200].upper().split()
    first = head[0] if head else ""
    if first in _ABOUT_SCHEMA:
        schema.amounts.add(READ, statement.offset)
    if statement.routine:
        if script.dialect in _ROUTINE_MAY_CREATE or not _TABLE.search(statement.code):
            set_aside(head, statement, schema)
            _name_its_tables(statement, schema)
            return True
        return False
    if (match := _TABLE.match(statement.code)) is not None:
        return create_table(cursor_of(statement, script, match.end()), match["sort"], schema)
    if first == "SELECT" and (into := _INTO.search(statement.code)):
        path = path_in(statement, script, into.end())
        leave_out(path, statement.offset, schema)
        return True
    is_index = bool(_INDEX.match(statement.code))
    reader = create_index if is_index else _READERS.get(" ".join(head[:2]))
    if reader is None:
        set_aside(head, statement, schema)
        return first in {"GRANT", "REVOKE"}
    reader(cursor_of(statement, script, 0), schema)
    return False


def _name_its_tables(statement: Statement, schema: Schema) -> None:
    """Say which tables a routine makes for itself; temporary ones are nobody's loss."""
    for match in _TABLE.finditer(statement.code):
        with suppress(SourceError):
            name = path_in(statement, schema.script, match.end())[-1]
            if not match["sort"] and not name.startswith("#"):
                what = f"table {name}, which a routine makes when it is called,"
                schema.left_out(what, statement.offset + match.start())


_READERS: dict[str, Callable[[Cursor, Schema], None]] = {
    "ALTER TABLE": alter_table,
    "ALTER TYPE": alter_type,
    "COMMENT ON": comment_on,
    "CREATE DOMAIN": create_type,
    "CREATE TYPE": create_type,
    "DROP TABLE": drop_tables,
    "RENAME TABLE": rename_tables,
}


def _compare(statement: Statement, schema: Schema, tables: int, foreign_keys: int) -> None:
    """Refuse when the masked text declares more tables or foreign keys than were read."""
    code = statement.code.upper()
    if "CREATE" not in code and "REFERENCES" not in code:
        return
    declared = list(_TABLE.finditer(statement.code))
    for match in declared[tables : tables + MOST_FAULTS]:
        try:
            name = ".".join(path_in(statement, schema.script, match.end()))
        except SourceError:
            name = "?"
        schema.refuse(
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
        schema.refuse(
            schema.script.fault(
                "sql-lost-foreign-key",
                f"{len(keys)} foreign keys are declared here and {read} could be read: "
                f"{brief(statement.text[: 2 * _SHOWN])}",
                statement.offset,
                "REFERENCES table (columns)",
            )
        )
