"""What of a script is passed over, and what is told of it? Statements that make no table.

They are counted by their first words; those that somebody may miss get a line of their own, and a
word that is a slip of one that would be read is refused.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from agent.errors import SourceError
from agent.planner.readers.sql_described import PROPERTY, describe
from agent.planner.readers.sql_schema import DEFAULT_SCHEMAS
from agent.planner.readers.sql_split import keywords
from agent.planner.readers.sql_tokens import can_be_a_name, cursor_of, path_in, unusable
from agent.planner.readers.sql_words import near_miss
from agent.planner.readers.written import brief

if TYPE_CHECKING:
    from agent.planner.readers.sql_schema import Schema
    from agent.planner.readers.sql_split import Statement
    from agent.planner.readers.sql_tokens import Cursor

_OTHER = re.compile(
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:TEMP|TEMPORARY|RECURSIVE|MATERIALIZED|FORCE)\s+)*"
    r"(?:VIEW|SEQUENCE|SYNONYM)\s+(?:IF\s+NOT\s+EXISTS\s+)?",
    re.IGNORECASE,
)
_NAMED = r"""(?P<name>"([^"]*)"|'([^']*)'|`([^`]*)`|([^\s,;'"`]+))"""
_SEARCH_PATH = re.compile(
    rf"SET\s+(?:SESSION\s+|LOCAL\s+)?search_path\s*(?:=|\bTO\b)\s*{_NAMED}", re.IGNORECASE
)
_USE = re.compile(rf"USE\s+{_NAMED}", re.IGNORECASE)
_POLICY = re.compile(r"(?:CREATE|ALTER)\s+(?:SECURITY\s+)?POLICY\s+", re.IGNORECASE)
_NO_POLICY = re.compile(r"DROP\s+(?:SECURITY\s+)?POLICY\s+(?:IF\s+EXISTS\s+)?(?=\S)", re.IGNORECASE)
# Where the body of a view or a routine begins.
_BODY = re.compile(r"\(|\bAS\b", re.IGNORECASE)
_SORTS = frozenset({"TABLE", "INDEX", "TYPE", "DOMAIN"})
_SHOWN = 60
_FIRST_WORD = re.compile(r"[\\.:@]?\w+")
_WORTH_A_LINE = keywords(
    "FUNCTION PROCEDURE PROC TRIGGER VIEW EVENT PACKAGE RULE POLICY AGGREGATE OPERATOR CAST SYNONYM"
)
_CREATE_WORDS_BEFORE = keywords(
    "OR REPLACE ALTER DEFINER MATERIALIZED RECURSIVE TEMP TEMPORARY EDITIONABLE "
    "NONEDITIONABLE FORCE CONSTRAINT ALGORITHM SQL SECURITY UNIQUE"
)


def set_aside(head: list[str], statement: Statement, schema: Schema) -> None:
    """Count a statement that is not read, or tell of it.

    ``head`` are its first words in upper case.

    Raises:
        SourceError: it sets a schema whose name cannot be used.

    """
    first = head[0].rstrip(";") if head else ""
    if first in {"SET", "USE"}:
        _settle_schema(statement, schema)
    if first in {"CREATE", "ALTER"} and (policy := _POLICY.match(statement.code)):
        cursor = cursor_of(statement, schema.script, policy.end())
        _note_policy(cursor, statement.offset, schema)
        return
    if first == "DROP" and (policy := _NO_POLICY.match(statement.code)):
        _forget_policy(cursor_of(statement, schema.script, policy.end()), schema)
    if schema.script.dialect == "tsql" and PROPERTY.search(statement.text):
        describe(cursor_of(statement, schema.script, 0), schema)
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


def _note_aside(other: re.Match[str], statement: Statement, schema: Schema) -> None:
    """Remember what else has a name like a table's: ALTER TABLE may change it."""
    with suppress(SourceError):
        path = path_in(statement, schema.script, other.end())
        schema.aside.add(schema.path_key(path))


def _settle_schema(statement: Statement, schema: Schema) -> None:
    """Read which schema, or database of MySQL's, the names without one are in from here on."""
    match = (_USE if schema.script.dialect == "mysql" else _SEARCH_PATH).match(statement.text)
    if match and schema.script.dialect in {"mysql", "postgres"}:
        name = next(each for each in match.groups()[1:] if each is not None)
        own = name.casefold() in DEFAULT_SCHEMAS | {"", "$user", "pg_catalog", "default"}
        if not own and not can_be_a_name(name):
            raise SourceError(
                [unusable(name, schema.script, statement.offset + match.start("name"))]
            )
        schema.current = None if own else name


def _note_policy(cursor: Cursor, offset: int, schema: Schema) -> None:
    """Remember whose rows a policy keeps apart: PostgreSQL's ON, or T-SQL's, one a predicate."""
    name = _policy(cursor)
    guarded: dict[tuple[str, ...], None] = {}
    while not cursor.done:
        if cursor.at("("):
            cursor.group()
        elif cursor.take("ON"):
            path = cursor.path()
            table = schema.find(path)
            guarded[(table.schema or "", table.name) if table else path] = None
        else:
            cursor.next()
    for each in guarded:
        schema.guard(each, name, offset)
    if not guarded:
        schema.left_out(name, offset)


def _forget_policy(cursor: Cursor, schema: Schema) -> None:
    """Forget a policy that is dropped: PostgreSQL's of the table that it names, T-SQL's of all."""
    name = _policy(cursor)
    path = cursor.path() if cursor.take("ON") else None
    table = schema.find(path) if path else None
    schema.unguard((table.schema or "", table.name) if table else path, name)


def _policy(cursor: Cursor) -> str:
    name = cursor.next().value
    while cursor.take("."):
        name = cursor.next().value
    return f"policy {name}"


def _refuse_slip(word: str, known: frozenset[str], statement: Statement, schema: Schema) -> None:
    """Refuse a word that is a slip of one whose statement would be read."""
    meant = near_miss(word, known) if word and word not in known else None
    if meant:
        shown = brief(statement.text[: 2 * _SHOWN])
        message = f"a statement cannot be read: {shown}"
        fault = schema.script.fault(
            "sql-syntax", message, statement.offset, f"did you mean {meant}?"
        )
        schema.refuse(fault)
