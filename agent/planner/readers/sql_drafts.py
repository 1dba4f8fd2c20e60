"""Which tables are on their way to becoming entities, and under which names? Drafts."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args

from agent.planner.readers.secret_names import Secrets
from agent.planner.readers.sql_exotic import type_names
from agent.planner.readers.sql_limits import LONGEST_CHECK, MOST_CHECKS, MOST_OF_CHECKS
from agent.planner.readers.sql_names import entity_name, free, pascal
from agent.planner.readers.sql_words import Words
from agent.types import EnumType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.planner.readers.sql_schema import CheckRule, Schema, Table
    from agent.types import Check, Relation

Kind = Literal["relations", "uniques", "indexes", "checks"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_UNUSABLE_VALUE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\"`\\]|^$|^.{121,}$")


def usable_values(values: Iterable[str]) -> bool:
    """Tell whether an enum can have these values."""
    return not any(_UNUSABLE_VALUE.search(value) for value in values)


class EntityDraft:
    """A table on its way to an entity.

    ``attributes`` are attribute names, ``fields`` the fields of each Attribute, both by the lookup
    key of the column; ``taken`` are the names of attributes and relations. ``offsets`` say where in
    the source each of the parts stands that come of keys, indexes and checks.
    """

    def __init__(self, table: Table, name: str) -> None:
        """Start without attributes."""
        self.table = table
        self.name = name
        self.taken: set[str] = set()
        self.attributes: dict[str, str] = {}
        self.fields: dict[str, dict[str, Any]] = {}
        self.relations: list[Relation] = []
        self.checks: list[Check] = []
        self.offsets: dict[Kind, list[int]] = {kind: [] for kind in KINDS}

    def names(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Attribute names of column keys."""
        return tuple(self.attributes[key] for key in columns)


class Drafts:
    """Every draft by its table's identity, the enums, and what is to be said of attributes.

    ``as_text`` are the columns of keys (by lookup key) that were made texts, with their types;
    ``apart`` are the tables that only join two others and stay entities, with the reason.
    """

    def __init__(self, schema: Schema, target: str) -> None:
        """Name the entities and the declared enums.

        ``target`` is the database to write checks for, in sqlglot's words.
        """
        self.schema = schema
        self.target = target
        self.by_table: dict[int, EntityDraft] = {}
        self.secrets = Secrets()
        self.defaults: list[str] = []
        self.as_text: list[tuple[EntityDraft, str, str]] = []
        self.apart: list[tuple[EntityDraft, str]] = []
        self.values: dict[str, tuple[str, ...]] = {}
        self.declared_enums: dict[str, str] = {}
        self.enum_offsets: list[int] = []
        self.unique_sets: dict[int, frozenset[frozenset[str]]] = {}
        self._checks = self._checked = 0
        self._names: set[str] = set()
        for table in schema.tables.values():
            if not table.partition:
                whole = pascal(table.name)
                others = (whole, pascal(table.schema or "") + whole)
                name = free(entity_name(table.name), self._names, *others)
                self.by_table[id(table)] = EntityDraft(table, name)
        for key, values in schema.declared.enums.items():
            if values and usable_values(values):
                offset = schema.declared.offsets[key.casefold()]
                self.declared_enums[key.casefold()] = self.new_enum(pascal(key), values, offset)

    def is_read(self, check: CheckRule) -> bool:
        """Tell whether the meaning of a check is looked for, which takes time: not of very many."""
        if len(check.text) > LONGEST_CHECK:
            return False
        self._checks += 1
        self._checked += len(check.text)
        return self._checks <= MOST_CHECKS and self._checked <= MOST_OF_CHECKS

    @cached_property
    def type_names(self) -> Words:
        """The names of types that somebody may have meant."""
        return Words(type_names(self.schema.script.dialect, self.schema.declared.offsets))

    def new_enum(self, wanted: str, values: tuple[str, ...], offset: int) -> str:
        """Keep an enum, and where it stands; the name it gets is like the one wanted."""
        self.enum_offsets.append(offset)
        name = free(wanted, self._names, wanted + "Enum")
        self.values[name] = values
        return name

    def enums(self) -> tuple[EnumType, ...]:
        """Every enum, declared or found in a column."""
        return tuple(EnumType(name=name, values=each) for name, each in self.values.items())
