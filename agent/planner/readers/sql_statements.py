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
from agent.planner.readers.sql_declared import (
    alter_type,
    create_type,
    put_domains,
    put_referred_types,
)
from agent.planner.readers.sql_described import PROPERTY, comment_on, describe
from agent.planner.readers.sql_indexes import create_index
from agent.planner.readers.sql_schema import DEFAULT_SCHEMAS, Schema
from agent.planner.readers.sql_split import keywords
from agent.planner.readers.sql_tables import create_table, drop_tables, leave_out, rename_tables
from agent.planner.readers.sql_tokens import Cursor, tokens
from agent.planner.readers.sql_words import near_miss
from agent.planner.readers.written import brief

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.documents import Fault
    from agent.planner.readers.sql_split import Script, Statement
    from agent.planner.readers.written import Written

_TABLE = re.compile(
    r"\bCREATE\s+(?:OR\s+REPLACE\s+)?(?P<sort>(?:\w+\s+){0,2})TABLE\b(?:\s+IF\s+NOT\s+EXISTS\b)?\s*",
    re.IGNORECASE,
)
_INTO = re.compile(r"\bINTO\s+(?:TABLE\s+)?(?=[\w\[\"])(?!OUTFILE\b|DUMPFILE\b)", re.IGNORECASE)
_REFERENCES = re.compile(r"\bREFERENCES\b", re.IGNORECASE)
_INDEX = re.compile(r"CREATE\s+(?:(?!TYPE\b|OR\b)\w+\s+){0,3}INDEX\b", re.IGNORECASE)
_OTHER = re.compile(
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:TEMP|TEMPORARY|RECURSIVE|MATERIALIZED|FORCE)\s+)*"
    r"(?:VIEW|SEQUENCE|SYNONYM)\s+(?:IF\s+NOT\s+EXISTS\s+)?",
    re.IGNORECASE,
)
_NAMED = r"""(?:"([^"]*)"|'([^']*)'|`([^`]*)`|([^\s,;'"`]+))"""
_SEARCH_PATH = re.compile(
    rf"SET\s+(?:SESSION\s+|LOCAL\s+)?search_path\s*(?:=|\bTO\b)\s*{_NAMED}", re.IGNORECASE
)
_USE = re.compile(rf"USE\s+{_NAMED}", re.IGNORECASE)
_POLICY = re.compile(r"(?:CREATE|ALTER)\s+(?:SECURITY\s+)?POLICY\s+", re.IGNORECASE)
_SORTS = frozenset({"TABLE", "INDEX", "TYPE", "DOMAIN"})
_SHOWN = 60
# Where the body of a view or a routine begins.
_BODY = re.compile(r"\(|\bAS\b", re.IGNORECASE)
# Tokens take a hundred times the room of their text: no table needs this much.
_LONGEST_READ = 2_000_000
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
            schema.faults += [_in_statement(fault, statement) for fault in error.faults]
            continue
        if not aside:
            _compare(statement, schema, len(schema.tables) - known, foreign_keys)
    schema.current = None
    put_domains(schema)
    put_referred_types(schema)
    for start, end in script.conditional:
        schema.lose(brief(script.shown(start, end)), start)
    for offset in script.hidden:
        schema.left_out(brief(script.shown(offset, offset + 2 * _SHOWN)), offset)
    return schema


def _in_statement(fault: Fault, statement: Statement) -> Fault:
    """Say how the statement begins, which names its table, where a fault does not."""
    begins = brief(statement.text[: 2 * _SHOWN].split("(")[0])
    last = begins.rpartition(" ")[2].strip('`"[]').rpartition(".")[2].strip('`"[]')
    if not last or last.casefold() in fault.message.casefold():
        return fault
    return fault.model_copy(update={"message": f"{fault.message}, in {begins}"})


def _read(statement: Statement, schema: Schema) -> bool:
    """Read one statement; true when what it declares is set aside on purpose."""
    script = schema.script
    head = statement.code.lstrip("(")[:200].upper().split()
    first = head[0] if head else ""
    if statement.routine:
        if script.dialect in _ROUTINE_MAY_CREATE or not _TABLE.search(statement.code):
            _set_aside(head, statement, schema)
            _name_its_tables(statement, schema)
            return True
        return False
    if (match := _TABLE.match(statement.code)) is not None:
        return create_table(_cursor(statement, script, match.end()), match["sort"], schema)
    if first == "SELECT" and (into := _INTO.search(statement.code)):
        path = _cursor(statement, script, into.end()).path()
        leave_out(path, statement.offset, schema)
        return True
    is_index = bool(_INDEX.match(statement.code))
    reader = create_index if is_index else _READERS.get(" ".join(head[:2]))
    if reader is None:
        _set_aside(head, statement, schema)
        return first in {"GRANT", "REVOKE"}
    reader(_cursor(statement, script, 0), schema)
    return False


def _name_its_tables(statement: Statement, schema: Schema) -> None:
    """Say which tables a routine makes for itself; temporary ones are nobody's loss."""
    for match in _TABLE.finditer(statement.code):
        with suppress(SourceError):
            name = _cursor(statement, schema.script, match.end()).path()[-1]
            if not match["sort"] and not name.startswith("#"):
                what = f"table {name}, which a routine makes when it is called,"
                schema.left_out(what, statement.offset + match.start())


def _cursor(statement: Statement, script: Written, skip: int) -> Cursor:
    if len(statement.code) > _LONGEST_READ:
        message = f"a statement of {len(statement.code)} characters is too long to be read"
        fault = script.fault(
            "sql-too-long", message, statement.offset, f"at most {_LONGEST_READ} characters"
        )
        raise SourceError([fault])
    found = tokens(statement.text[skip:], statement.offset + skip, script.dialect)
    return Cursor(found, script, statement.offset + len(statement.text))


_READERS: dict[str, Callable[[Cursor, Schema], None]] = {
    "ALTER TABLE": alter_table,
    "ALTER TYPE": alter_type,
    "COMMENT ON": comment_on,
    "CREATE DOMAIN": create_type,
    "CREATE TYPE": create_type,
    "DROP TABLE": drop_tables,
    "RENAME TABLE": rename_tables,
}


def _note_aside(other: re.Match[str], statement: Statement, schema: Schema) -> None:
    """Remember what else has a name like a table's: ALTER TABLE may change it."""
    with suppress(SourceError):
        path = _cursor(statement, schema.script, other.end()).path()
        schema.aside.add(schema.path_key(path))


def _settle_schema(statement: Statement, schema: Schema) -> None:
    """Read which schema, or database of MySQL's, the names without one are in from here on."""
    match = (_USE if schema.script.dialect == "mysql" else _SEARCH_PATH).match(statement.text)
    if match and schema.script.dialect in {"mysql", "postgres"}:
        name = next(each for each in match.groups() if each is not None)
        own = name.casefold() in DEFAULT_SCHEMAS | {"", "$user", "pg_catalog", "default"}
        schema.current = None if own else name


def _note_policy(cursor: Cursor, offset: int, schema: Schema) -> None:
    """Remember whose rows a policy keeps apart: PostgreSQL's ON, T-SQL's in its predicates."""
    name = cursor.next().value
    while cursor.take("."):
        name = cursor.next().value
    while not cursor.done and not cursor.at("ON"):
        if cursor.at("("):
            cursor.group()
        else:
            cursor.next()
    if not cursor.take("ON"):
        schema.left_out(f"policy {name}", offset)
        return
    path = cursor.path()
    table = schema.find(path)
    schema.guard(table.name if table else path[-1], f"policy {name}", offset)


def _refuse_slip(word: str, known: frozenset[str], statement: Statement, schema: Schema) -> None:
    """Refuse a word that is a slip of one whose statement would be read."""
    meant = near_miss(word, known) if word and word not in known else None
    if meant:
        shown = brief(statement.text[: 2 * _SHOWN])
        message = f"a statement cannot be read: {shown}"
        fault = schema.script.fault(
            "sql-syntax", message, statement.offset, f"did you mean {meant}?"
        )
        schema.faults.append(fault)


def _set_aside(head: list[str], statement: Statement, schema: Schema) -> None:
    first = head[0].rstrip(";") if head else ""
    if first in {"SET", "USE"}:
        _settle_schema(statement, schema)
    if first in {"CREATE", "ALTER"} and (policy := _POLICY.match(statement.code)):
        _note_policy(_cursor(statement, schema.script, policy.end()), statement.offset, schema)
        return
    if schema.script.dialect == "tsql" and PROPERTY.search(statement.text):
        describe(_cursor(statement, schema.script, 0), schema)
        return
    if "SP_RENAME" in statement.code.upper():
        schema.warn("not-carried-over", "sp_rename: the old name is kept", statement.offset)
        return
    if first not in {"CREATE", "ALTER"}:
        _refuse_slip(first, frozenset({"CREATE", "ALTER"}), statement, schema)
        word = _FIRST_WORD.match(first)
        schema.count("statements", word[0] if word else first, statement.offset)
        return
    if first == "CREATE" and (other := _OTHER.match(statement.code)):
        _note_aside(other, statement, schema)
    words = [re.sub(r"\W.*", "", word) for word in head[1:]]
    sort = next((word for word in words if word and word not in _CREATE_WORDS_BEFORE), "")
    _refuse_slip(sort, _SORTS, statement, schema)
    if first == "CREATE" and (statement.routine or sort in _WORTH_A_LINE):
        shown = _BODY.split(statement.text[: 4 * _SHOWN], maxsplit=1)[0]
        schema.left_out(brief(shown), statement.offset)
    else:
        schema.count("statements", f"{first} {sort}".strip(), statement.offset)


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
                f"{brief(statement.text[: 2 * _SHOWN])}",
                statement.offset,
                "REFERENCES table (columns)",
            )
        )
