"""How is a row's check written for a database? Its columns quoted where they have to be.

A spec writes ``end >= begin``. To PostgreSQL ``end`` is a word of the language, and to MySQL a name
in double quotes is a text: so names are quoted only where it matters, in the database's own way.
SQLite, on which tests run, reads both ways.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.planner.reserved import SQL_WORDS
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
