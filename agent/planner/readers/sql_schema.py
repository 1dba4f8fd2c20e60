"""Which tables does a text describe? As declared, before they become entities."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.planner.readers.sql_limits import (
    CHECKED,
    MOST_OF_TABLE,
    PARTS,
    Amounts,
    too_much,
)
from agent.planner.readers.sql_told import Told
from agent.planner.readers.sql_words import Words
from agent.types import DeleteBehaviour

if TYPE_CHECKING:
    from agent.planner.readers.sql_tokens import Token
    from agent.planner.readers.written import Written

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
    """A unique constraint or an index; ``where`` is the condition of one of some rows only."""

    columns: tuple[str, ...]
    name: str | None
    offset: int
    unique: bool = False
    where: CheckRule | None = None


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
    more columns than are known here; ``parts`` counts what it got, and what was changed of it.
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
    parts: int = 0


@dataclass(slots=True)
class Declared:
    """What CREATE TYPE and CREATE DOMAIN made; ``offsets`` say where, by name in lower case.

    A domain is a table of one column: what a column may say, a domain may.
    """

    enums: dict[str, tuple[str, ...]] = field(default_factory=dict)
    domains: dict[str, Table] = field(default_factory=dict)
    offsets: dict[str, int] = field(default_factory=dict)


class Schema(Told):
    """Everything read from one text: tables, types, and what was left out.

    ``current`` is the schema that names without one are in, while statements are read; ``aside``
    are tables of which a warning said that they are left out.
    """

    def __init__(self, script: Written, *, drawn: bool = False) -> None:
        """Start empty; ``drawn``: no database has read it, so the types of keys may differ."""
        super().__init__(script)
        self.amounts = Amounts(script)
        self.drawn = drawn
        self.aliases: dict[str, tuple[str, ...]] = {}
        self.tables: dict[tuple[str, str], Table] = {}
        self.declared = Declared()
        self.foreign_key_count = 0
        self.current: str | None = None
        self.aside: set[tuple[str, str]] = set()
        self._named: dict[str, dict[str, Table]] = {}
        self._schemas: Counter[str] = Counter()
        self._names, self._schema_names = Words(), Words(DEFAULT_SCHEMAS)
        self._unlearnt: list[tuple[str, str]] = []

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
            unnamed = self.script.dialect in _ONE_DATABASE and schema not in self._schemas
            return self.tables.get(("", name)) if unnamed else None
        if near and near.schema and (found := self.tables.get((self.key(near.schema), name))):
            return found
        same = self._named.get(name, {})
        return next(iter(same.values())) if len(same) == 1 else None

    def changed(self, path: tuple[str, ...]) -> Table | None:
        """Find the table that a change means: its schema may have been set where nobody sees it."""
        return self.find(path) or self.tables.get(("", self.key(path[-1])))

    def nearly(self, path: tuple[str, ...]) -> str | None:
        """Give the table that a path to an unknown one may have meant."""
        part, name = self.path_key(path)
        for known_part, known_name in self._unlearnt:
            self._schema_names.learn([known_part])
            self._names.learn([known_name])
        self._unlearnt.clear()
        if part and part not in self._schemas:
            near = self._schema_names.near(part)
            return min(
                (n for n in near if n in self._schemas or n in DEFAULT_SCHEMAS), default=None
            )
        if homes := self._named.get(name):
            return " or ".join(f"{home}.{name}".lstrip(".") for home in sorted(homes))
        return min((near for near in self._names.near(name) if near in self._named), default=None)

    def add(self, path: tuple[str, ...], table: Table) -> None:
        """Take a new table."""
        self._put(self.path_key(path), table)

    def _put(self, key: tuple[str, str], table: Table) -> None:
        part, name = key
        self.tables[key] = table
        self._named.setdefault(name, {})[part] = table
        self._schemas[part] += 1
        self._unlearnt.append(key)

    def forget(self, table: Table) -> None:
        """Drop a table."""
        part, name = key = self._key_of(table)
        del self.tables[key], self._named[name][part]
        if not self._named[name]:
            del self._named[name]
        self._schemas[part] -= 1
        if not self._schemas[part]:
            del self._schemas[part]

    def rename(self, table: Table, name: str) -> None:
        """Give a table another name, in its place, and in the keys that point to it."""
        for foreign in self.keys_to(table):
            foreign.target = (*foreign.target[:-1], name)
        old, tables = self._key_of(table), self.tables
        self.tables = {}
        self._named.clear()
        self._schemas.clear()
        for key, each in tables.items():
            self._put((old[0], self.key(name)) if key == old else key, each)
        table.name = name

    def _key_of(self, table: Table) -> tuple[str, str]:
        return next(key for key, each in self.tables.items() if each is table)

    def keys_to(self, table: Table) -> list[ForeignKey]:
        """Find the foreign keys that lead to a table."""
        name = self.key(table.name)
        return [
            foreign
            for other in self.tables.values()
            for foreign in other.foreign_keys
            if self.key(foreign.target[-1]) == name and self.find(foreign.target, other) is table
        ]

    def take_checks(self, table: Table, rules: list[CheckRule], offset: int) -> None:
        """Give a table some checks.

        Raises:
            SourceError: all checks together are longer than is read.

        """
        self.amounts.add(CHECKED, offset, sum(len(rule.text) for rule in rules))
        table.checks += rules

    def grow(self, table: Table, offset: int, parts: int = 1) -> None:
        """Count what a table gets, or what is changed of it.

        Raises:
            SourceError: it, or all tables together, have more than is read.

        """
        self.amounts.add(PARTS, offset, parts)
        table.parts += parts
        if table.parts > MOST_OF_TABLE:
            what = f"columns, rules and changes of table {table.name}"
            raise too_much(self.script, what, MOST_OF_TABLE, offset)
