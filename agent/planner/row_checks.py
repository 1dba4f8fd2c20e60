"""How is a row's check written for a database? Its columns quoted where they have to be.

A spec writes ``end >= begin``. To PostgreSQL ``end`` is a word of the language, and to MySQL a name
in double quotes is a text: so names are quoted only where it matters, in the database's own way.
SQLite, on which tests run, reads both ways.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.planner.reserved import SQL_WORDS
from agent.types import AttributeType as T
from agent.types import Database

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.types import Entity

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_EITHER = re.compile(r"\bor\b", re.IGNORECASE)
# A text; a quoted name; a bare name that is no function's.
_TOKEN = re.compile(
    r"""(?P<text>'(?:[^']|'')*')|"(?P<double>[^"]+)"|`(?P<back>[^`]+)`|"""
    r"""(?P<bare>[^\W\d]\w*)(?!\w|\s*\()"""
)

# A text; a quoted name; what opens a name of T-SQL; what opens a comment.
_ODD = re.compile(
    r"""'(?:[^']|'')*'|(?P<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`)|(?P<bracket>\[)|(?P<comment>--|/\*)"""
)
_ASKED_FOR_NULL = re.compile(r"\s+is\s+(?:not\s+)?null\b", re.IGNORECASE)
_BEGUN = re.compile(r"(?:^|\(|\b(?:and|or|not|when|then|else))\s*$", re.IGNORECASE)
# What stands in a row as it is written in a condition, on PostgreSQL and on SQLite.
AS_WRITTEN = frozenset(
    {T.STRING, T.TEXT, T.EMAIL, T.URL, T.ENUM, T.BOOLEAN, T.INTEGER, T.SMALLINT, T.BIGINT}
    | {T.DECIMAL, T.FLOAT}
)


def misread(expression: str, entity: Entity) -> str:
    """Say what of an expression SQLite alone reads, or only on its own; empty where there is none.

    A name in quotes that is no column's is a text to SQLite, and a comment swallows what follows.
    """
    columns = {(a.column or a.name).lower() for a in entity.attributes}
    for found in _ODD.finditer(expression):
        name = found["name"]
        if found["comment"]:
            return "it has a comment"
        if found["bracket"]:
            return "a name stands in brackets"
        if name and name[1:-1].lower() not in columns:
            return f"no such column: {name[1:-1]} (a text stands in single quotes)"
    return ""


def kept_otherwise(condition: str, entity: Entity) -> str:
    """Say of which column a condition asks more than rows tell alike; empty where of none."""
    kinds = {(a.column or a.name).lower(): a for a in entity.attributes}
    for found in _TOKEN.finditer(condition):
        attribute = kinds.get(_name(found).lower())
        if attribute is None or (attribute.type in AS_WRITTEN and not attribute.array):
            continue
        begun = _BEGUN.search(condition[: found.start()])
        if not (begun and _ASKED_FOR_NULL.match(condition, found.end())):
            kind = "a list" if attribute.array else attribute.type.value
            return f"{_name(found)} is {kind}, of which only IS NULL is the same to every database"
    return ""


def check_sql(expression: str, entity: Entity, database: Database) -> str:
    """Return a check's SQL as ``database`` reads it."""
    columns = {(a.column or a.name).lower(): a.column or a.name for a in entity.attributes}
    mark = "`" if database is Database.MYSQL else '"'

    def written(found: re.Match[str]) -> str:
        name = _name(found)
        column = columns.get(name.lower())
        if column is None:
            return found[0]
        if found["bare"] and _PLAIN.fullmatch(column) and column not in SQL_WORDS:
            return found[0]
        return f"{mark}{column}{mark}"

    return _TOKEN.sub(written, expression)


def columns_in(expression: str) -> set[str]:
    """Return the names in a check that may be columns, in small letters."""
    found = (_name(each) for each in _TOKEN.finditer(expression))
    return {name.lower() for name in found if name}


def named_in_checks(entity: Entity) -> set[str]:
    """Return the attributes that an entity's checks name."""
    return {name for each in entity.checks for name in named_in(each.expression, entity)}


def named_in(expression: str, entity: Entity) -> list[str]:
    """Return the attributes that a check names, in the order of the table."""
    columns = columns_in(expression)
    return [a.name for a in entity.attributes if (a.column or a.name).lower() in columns]


def with_columns(expression: str, renamed: Mapping[str, str]) -> str:
    """Return a check with new names of columns, by the old ones in small letters."""

    def written(found: re.Match[str]) -> str:
        new = renamed.get(_name(found).lower())
        if new is None:
            return found[0]
        return new if found["bare"] and new.isidentifier() else f'"{new}"'

    return _TOKEN.sub(written, expression)


def _name(found: re.Match[str]) -> str:
    return found["double"] or found["back"] or found["bare"] or ""


def condition_sql(condition: str, entity: Entity, database: Database) -> str:
    """Return the condition of an index as ``database`` reads it, also beside other conditions."""
    written = check_sql(condition, entity, database)
    return f"({written})" if _EITHER.search(written) else written
