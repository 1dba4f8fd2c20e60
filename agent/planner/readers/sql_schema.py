"""Which tables does a text describe? As declared, before they become entities."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.documents import Warn
from agent.planner.readers.sql_words import near_miss
from agent.planner.readers.written import in_order, together
from agent.types import DeleteBehaviour

if TYPE_CHECKING:
    from agent.documents import Fault
    from agent.planner.readers.sql_tokens import Token
    from agent.planner.readers.written import Noted, Written

_MOST_LINES = 20
_ONE_DATABASE = frozenset({"mysql", "oracle"})
DEFAULT_SCHEMAS = frozenset({"public", "dbo", "main"})


@dataclass(slots=True)
class ColumnType:
    """A type as written: ``name`` in lower case, its parameters, and the text to show people."""

    name: str
    parameters: tuple[str, ...] = ()
    array: bool = False
    raw: str = ""
    offset: int = 0


@dataclass(slots=True)
class Column:
    """A column as declared. ``default`` and a computed column's expression stay tokens."""

    name: str
    type: ColumnType
    offset: int
    not_null: bool = False
    default: list[Token] | None = None
    identity: bool = False
    now_on_update: bool = False
    computed: bool = False
    comment: str | None = None


@dataclass(slots=True)
class Key:
    """A unique constraint or an index."""

    columns: tuple[str, ...]
    name: str | None
    offset: int
    unique: bool = False


@dataclass(slots=True)
class ForeignKey:
    """A foreign key; ``references`` empty means the target's primary key."""

    columns: tuple[str, ...]
    target: tuple[str, ...]
    references: tuple[str, ...]
    offset: int
    name: str | None = None
    on_delete: DeleteBehaviour = DeleteBehaviour.NO_ACTION
    target_offset: int = 0


@dataclass(slots=True)
class CheckRule:
    """A check constraint; its expression stays tokens."""

    expression: list[Token]
    text: str
    name: str | None
    offset: int


@dataclass(slots=True)
class Table:
    """A table as declared; ``columns`` by lookup key, in order.

    ``in_current`` says that its schema is the one that was set before it, ``open`` that it has
    more columns than are known here.
    """

    name: str
    schema: str | None
    offset: int
    columns: dict[str, Column] = field(default_factory=dict)
    primary_key: tuple[str, ...] = ()
    uniques: list[Key] = field(default_factory=list)
    indexes: list[Key] = field(default_factory=list)
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    checks: list[CheckRule] = field(default_factory=list)
    comment: str | None = None
    partition: bool = False
    in_current: bool = False
    open: bool = False


@dataclass(slots=True)
class Declared:
    """What CREATE TYPE and CREATE DOMAIN made; ``lines`` say where, by name in lower case.

    A domain is a table of one column: what a column may say, a domain may.
    """

    enums: dict[str, tuple[str, ...]] = field(default_factory=dict)
    domains: dict[str, Table] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Names:
    """What tables are called: all of one name, in which schemas; collected once, asked often."""

    tables: dict[str, list[Table]]
    paths: dict[str, list[str]]
    parts: frozenset[str]
    names: frozenset[str]
    schemas: frozenset[str]

    @classmethod
    def of(cls, tables: dict[tuple[str, str], Table]) -> _Names:
        found: dict[str, list[Table]] = {}
        paths: dict[str, list[str]] = {}
        for (part, name), table in sorted(tables.items(), key=lambda item: item[0]):
            found.setdefault(name, []).append(table)
            paths.setdefault(name, []).append(f"{part}.{name}".lstrip("."))
        parts = frozenset(part for part, _ in tables)
        return cls(found, paths, parts, frozenset(found), (parts | DEFAULT_SCHEMAS) - {""})


class Schema:
    """Everything read from one text: tables, types, and what was left out.

    ``current`` is the schema that names without one are in, while statements are read; ``aside``
    are tables of which a warning said that they are left out.
    """

    def __init__(self, script: Written, *, drawn: bool = False) -> None:
        """Start empty; ``drawn``: no database has read it, so the types of keys may differ."""
        self.script = script
        self.drawn = drawn
        self.aliases: dict[str, tuple[str, ...]] = {}
        self.tables: dict[tuple[str, str], Table] = {}
        self._known: _Names | None = None
        self.declared = Declared()
        self.warnings: list[Noted] = []
        self.faults: list[Fault] = []
        self.foreign_key_count = 0
        self.current: str | None = None
        self.aside: set[tuple[str, str]] = set()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lost: dict[str, list[int]] = {}
        self._guarded: dict[str, list[tuple[int, str]]] = {}
        self._first_lines: dict[tuple[str, str], int] = {}

    def key(self, name: str) -> str:
        """Give what two spellings of one name have in common in this dialect."""
        return name if self.script.dialect in {"postgres", "oracle"} else name.casefold()

    def path_key(self, path: tuple[str, ...]) -> tuple[str, str]:
        """Lookup key of a table: schema (empty for the default one) and name."""
        schema = self.key(path[-2]) if len(path) > 1 else self.key(self.current or "")
        return ("" if schema in DEFAULT_SCHEMAS else schema, self.key(path[-1]))

    def find(self, path: tuple[str, ...], near: Table | None = None) -> Table | None:
        """Find the table a path means: in its schema, in that of ``near``, or the only one."""
        schema, name = self.path_key(path)
        if near and near.in_current and len(path) == 1:
            schema = self.key(near.schema or "")
        if found := self.tables.get((schema, name)):
            return found
        if len(path) > 1:
            # one that no table names is the database that tables without a name of it are in
            unnamed = self.script.dialect in _ONE_DATABASE and schema not in self._names().parts
            return self.tables.get(("", name)) if unnamed else None
        if near and near.schema and (found := self.tables.get((self.key(near.schema), name))):
            return found
        same = self._names().tables.get(name, ())
        return same[0] if len(same) == 1 else None

    def changed(self, path: tuple[str, ...]) -> Table | None:
        """Find the table that a change means: its schema may have been set where nobody sees it."""
        return self.find(path) or self.tables.get(("", self.key(path[-1])))

    def nearly(self, path: tuple[str, ...]) -> str | None:
        """Give the table that a path to an unknown one may have meant."""
        part, name = self.path_key(path)
        known = self._names()
        if part and part not in known.parts:
            return near_miss(part, known.schemas)
        return " or ".join(known.paths.get(name, ())) or near_miss(name, known.names)

    def _names(self) -> _Names:
        if self._known is None:
            self._known = _Names.of(self.tables)
        return self._known

    def add(self, path: tuple[str, ...], table: Table) -> None:
        """Take a new table."""
        self.tables[self.path_key(path)] = table
        self._known = None

    def forget(self, table: Table) -> None:
        """Drop a table."""
        self.tables = {key: each for key, each in self.tables.items() if each is not table}
        self._known = None

    def rename(self, table: Table, name: str) -> None:
        """Give a table another name, in its place, and in the keys that point to it."""
        for other in self.tables.values():
            for foreign in other.foreign_keys:
                named = self.key(foreign.target[-1]) == self.key(table.name)
                if named and self.find(foreign.target, other) is table:
                    foreign.target = (*foreign.target[:-1], name)
        old = next(key for key, each in self.tables.items() if each is table)
        new = (old[0], self.key(name))
        self.tables = {new if key == old else key: each for key, each in self.tables.items()}
        self._known = None
        table.name = name

    def warn(self, code: str, message: str, offset: int) -> None:
        """Tell the sender about something at an offset."""
        line = self.script.line(offset)
        self.warnings.append((line, Warn(code=code, message=f"line {line}: {message}")))

    def left_out(self, what: str, offset: int) -> None:
        """Tell the sender of something that the project does not get."""
        self.warn("not-carried-over", f"{what} is left out", offset)

    def guard(self, table: str, how: str, offset: int) -> None:
        """Remember that the database decides which rows of a table somebody sees."""
        self._guarded.setdefault(table, []).append((self.script.line(offset), how))

    def told(self) -> tuple[Warn, ...]:
        """Return all warnings in the order of lines; what was counted stands at the end."""
        guarded = [_row_level(table, found) for table, found in self._guarded.items()]
        return (*in_order([*self.warnings, *guarded, *together(self._lost)]), *self._counted())

    def count(self, what: str, detail: str, offset: int) -> None:
        """Remember something of no consequence, and too common for a warning of its own."""
        self._counts[what, detail] += 1
        self._first_lines.setdefault((what, detail), self.script.line(offset))

    def lose(self, what: str, offset: int) -> None:
        """Remember a clause that has no counterpart, with its line."""
        lines = self._lost.setdefault(f"{what} is not kept", [])
        lines.append(self.script.line(offset))

    def _counted(self) -> list[Warn]:
        """One warning for each kind of thing that was counted."""
        by_kind: dict[str, list[str]] = {}
        for (what, detail), number in self._counts.items():
            line = self._first_lines[what, detail]
            by_kind.setdefault(what, []).append(f"{detail} ({number}, first on line {line})")
        counted = [f"{what} are passed over: {', '.join(each)}" for what, each in by_kind.items()]
        return [Warn(code="not-carried-over", message=message) for message in counted]


def _row_level(table: str, found: list[tuple[int, str]]) -> Noted:
    """Say what it means that the database keeps the rows of a table apart."""
    first = found[0][0]
    policies = [f"{how} on line {line}" for line, how in found if how]
    more = f" ({', '.join(policies[:_MOST_LINES])})" if policies else ""
    message = (
        f"row level security of table {table}{more} is left out. The service does not enforce it:"
        " whoever its own rights let in sees and changes the rows of everybody"
    )
    return first, Warn(code="row-level-security", message=f"line {first}: {message}")
