"""What does a row rule say of values? Asked of SQLite, which reads what every database reads.

A check is an expression over columns; SQLite evaluates it over one row in memory, within bounds,
and tells which columns it reads.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from agent.planner.row_checks import check_sql, kept_otherwise, misread
from agent.types import AttributeType, Database

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.planner.notes import Notes
    from agent.types import BackendSpec, Entity

Value = str | int | float | None

T = AttributeType
_NUMBERS = frozenset({T.INTEGER, T.SMALLINT, T.BIGINT, T.BOOLEAN, T.DURATION, T.DECIMAL, T.FLOAT})
_STEPS = 100_000
_LONGEST = 100_000


class RowRules:
    """The checks of one entity."""

    def __init__(self, entity: Entity) -> None:
        """Make a table with the entity's columns."""
        self._entity = entity
        self._names = {(a.column or a.name).lower(): a.name for a in entity.attributes}
        # as they are written: SQLite tells letters of other scripts from their small ones
        self._columns = {a.name: a.column or a.name for a in entity.attributes}
        self._read: set[str] = set()
        self._written: dict[str, str] = {}  # by expression: each is asked often
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        # what one expression may cost
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        self._table = ", ".join(
            f"{_quoted(a.column or a.name)} {'NUMERIC' if a.type in _NUMBERS else 'TEXT'}"
            for a in entity.attributes
        )
        self._connection.execute(f"CREATE TABLE one_row ({self._table})")
        for name in ("char_length", "character_length"):
            self._connection.create_function(name, 1, _length, deterministic=True)
        self._connection.set_authorizer(self._note)
        self._connection.set_progress_handler(lambda: 1, _STEPS)

    def close(self) -> None:
        """Forget the table."""
        self._connection.close()

    def _note(self, action: int, table: str | None, column: str | None, *_: object) -> int:
        # SQLite says that it reads a column without a name where an expression has none
        if action == sqlite3.SQLITE_READ and table == "one_row" and column:
            self._read.add(column.lower())
        return sqlite3.SQLITE_OK

    def reads(self, expression: str) -> tuple[str, ...]:
        """Return the attributes that a check is about.

        Raises:
            sqlite3.Error: it is no expression over the columns.

        """
        rule = check_sql(expression, self._entity, Database.SQLITE)
        # a query reads more than the rule of a table may be: what has queries in it, or ends early
        self._connection.execute(f"CREATE TABLE ruled ({self._table}, CHECK (\n{rule}\n))")
        self._connection.execute("DROP TABLE ruled")
        self._read.clear()
        self._connection.execute(self._asked(expression))
        if unknown := sorted(self._read.difference(self._names)):
            raise sqlite3.OperationalError(f"no such column: {unknown[0]}")
        return tuple(n for n in self._columns if n in {self._names[c] for c in self._read})

    def select(self, condition: str) -> None:
        """Make an index of the rows of which a condition is true, and forget it.

        Raises:
            sqlite3.Error: no index can have it: it says another thing at another time, say.

        """
        rule = check_sql(condition, self._entity, Database.SQLITE)
        column = _quoted(next(iter(self._columns.values())))
        self._connection.execute(f"CREATE INDEX some_rows ON one_row ({column}) WHERE (\n{rule}\n)")
        self._connection.execute("DROP INDEX some_rows")

    def _asked(self, expression: str) -> str:
        if expression not in self._written:
            rule = check_sql(expression, self._entity, Database.SQLITE)
            # on lines of its own: a comment in it ends there
            asked = f"SELECT (\n{rule}\n) IS NOT FALSE FROM one_row"  # noqa: S608 - memory, bounded
            self._written[expression] = asked
        return self._written[expression]

    def holds(self, expression: str, values: Mapping[str, Value]) -> bool:
        """Tell whether a row with these values (by attribute) keeps a rule; NULL breaks none.

        Whether a condition is true of a row is asked as ``always(condition)``, or the opposite as
        ``never(condition)``: NULL is not true.
        """
        columns = ", ".join(_quoted(self._columns[name]) for name in values)
        marks = ", ".join("?" * len(values))
        try:
            self._connection.execute("DELETE FROM one_row")
            self._connection.execute(
                f"INSERT INTO one_row ({columns}) VALUES ({marks})",  # noqa: S608 - names in quotes
                list(values.values()),
            )
            (found,) = self._connection.execute(self._asked(expression)).fetchone()
        except sqlite3.Error:
            return False
        return bool(found)


def always(condition: str) -> str:
    """Return the rule that a condition is true."""
    return f"(\n{condition}\n) IS TRUE"


def never(condition: str) -> str:
    """Return the rule that a condition is not true."""
    return f"(\n{condition}\n) IS NOT TRUE"


def check_rules(spec: BackendSpec, given: BackendSpec, notes: Notes) -> None:
    """Add a fault for every check or condition that is no expression over its table's columns.

    ``given`` is the spec before it was resolved: pointers lead into it.
    """
    found = [{index.where: j for j, index in enumerate(e.indexes)} for e in given.entities]
    for i, entity in enumerate(spec.entities):
        asked = [
            (f"checks/{j}/expression", "check", check.expression)
            for j, check in enumerate(entity.checks)
        ]
        asked += [
            (f"indexes/{found[i][index.where]}/where", "condition", index.where)
            for index in entity.indexes
            if index.where is not None
        ]
        if asked:
            _check_readable(entity, i, asked, notes)


def _check_readable(
    entity: Entity, position: int, asked: list[tuple[str, str, str]], notes: Notes
) -> None:
    """``asked`` are expressions, each with its place in the entity and what it is."""
    with closing(RowRules(entity)) as rules:
        for place, what, expression in asked:
            problem = _problem(rules, entity, expression, is_condition=what == "condition")
            if problem:
                notes.fault(
                    f"/entities/{position}/{place}",
                    f"The {what} '{expression}' cannot be read: {problem}.",
                    f"an expression over the columns of {entity.table} that SQLite reads, too",
                )


def _problem(rules: RowRules, entity: Entity, expression: str, *, is_condition: bool) -> str:
    """Say why an expression is none that every database reads alike; empty where it is one."""
    try:
        rules.reads(expression)
        if is_condition:
            rules.select(expression)
    except sqlite3.Error as error:
        return str(error).rstrip(".")
    problem = misread(expression, entity)
    return problem or (kept_otherwise(expression, entity) if is_condition else "")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _length(text: object) -> int | None:
    return None if text is None else len(str(text))
