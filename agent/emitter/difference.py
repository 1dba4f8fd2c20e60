"""What is different between two sets of tables, and which of it can rows go along with?

Renames cannot be known: what has another name is dropped, and made anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.documents import Fault
from agent.emitter.tables import Rule
from agent.errors import RefusedError
from agent.types import AttributeType, Database

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.emitter.tables import Column, Constraint, Index, Table
    from agent.types import Attribute

T = AttributeType
Pair = tuple[str, str]
_FAMILIES = {
    **dict.fromkeys((T.STRING, T.TEXT, T.EMAIL, T.URL, T.PASSWORD, T.ENUM), "text"),
    **dict.fromkeys((T.SMALLINT, T.INTEGER, T.BIGINT, T.DECIMAL, T.FLOAT), "number"),
}


@dataclass(slots=True)
class TableDifference:
    """One table that is there before and after.

    ``changed`` columns keep their values; ``replaced`` ones cannot, and are dropped and added.
    Constraints and indexes are changed by dropping and creating them.
    """

    old: Table
    new: Table
    added: list[Column] = field(default_factory=list)
    removed: list[Column] = field(default_factory=list)
    changed: list[tuple[Column, Column]] = field(default_factory=list)
    replaced: list[tuple[Column, Column]] = field(default_factory=list)
    dropped: list[Constraint] = field(default_factory=list)
    created: list[Constraint] = field(default_factory=list)
    dropped_indexes: list[Index] = field(default_factory=list)
    created_indexes: list[Index] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is different."""
        return self.old.comment == self.new.comment and not (
            self.added
            or self.removed
            or self.changed
            or self.replaced
            or self.dropped
            or self.created
            or self.dropped_indexes
            or self.created_indexes
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """All that is different: whole tables, and tables that are there before and after."""

    created: tuple[Table, ...]
    dropped: tuple[Table, ...]
    altered: tuple[TableDifference, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is different."""
        return not (self.created or self.dropped or self.altered)


def difference(old: Sequence[Table], new: Sequence[Table], database: Database) -> Difference:
    """Compare two sets of tables, each in the order in which they can be made.

    Raises:
        RefusedError: rows could not go along, and neither could what refers to them: a primary key
            is another one.

    """
    before = {table.name: table for table in old}
    after = {table.name: table for table in new}
    if faults := [fault for table in new for fault in _other_keys(before.get(table.name), table)]:
        raise RefusedError(faults)
    # A table of pairs is nothing but its key.
    anew = {
        name
        for name, table in after.items()
        if name in before and (table.entity is None) and _pairs_differ(before[name], table)
    }
    pairs = [
        _of_table(before[name], table)
        for name, table in after.items()
        if name in before and name not in anew
    ]
    _loosen(pairs, database)
    return Difference(
        created=tuple(t for t in new if t.name not in before or t.name in anew),
        dropped=tuple(t for t in old if t.name not in after or t.name in anew),
        altered=tuple(pair for pair in pairs if not pair.is_empty),
    )


def _pairs_differ(old: Table, new: Table) -> bool:
    return [(c.name, c.kind) for c in old.columns] != [(c.name, c.kind) for c in new.columns]


def _other_keys(old: Table | None, new: Table) -> Iterator[Fault]:
    if old is None or new.entity is None:
        return
    before, after = ({c.name: c for c in table.columns} for table in (old, new))
    kept = old.key == new.key and all(
        before[name].counted == after[name].counted
        and (
            before[name].kind == after[name].kind
            or family(before[name].attribute) == family(after[name].attribute) == "text"
        )
        for name in new.key
    )
    if not kept:
        was, now = (
            ", ".join(f"{name} {table_columns[name].attribute.type}" for name in table.key)
            for table, table_columns in ((old, before), (new, after))
        )
        yield Fault(
            code="key-changed",
            message=f"the primary key of {new.entity} changes ({was} -> {now}): its rows, and what "
            "refers to them, cannot be carried over by a revision",
            expected="the key that was applied, or another folder",
        )


def _of_table(old: Table, new: Table) -> TableDifference:
    found = TableDifference(old, new)
    before, after = ({c.name: c for c in table.columns} for table in (old, new))
    found.added = [c for c in new.columns if c.name not in before]
    found.removed = [c for c in old.columns if c.name not in after]
    elsewhere = _refers_elsewhere(old, new)
    for name, column in after.items():
        was = before.get(name)
        if was is None:
            continue
        if name in elsewhere or (was.kind != column.kind and not _goes_along(was, column)):
            found.replaced.append((was, column))
        elif was.meaning != column.meaning:
            found.changed.append((was, column))
    gone = {c.name for c in found.removed} | {c.name for c, _ in found.replaced}
    # The rule of a row, or a condition, does not say which columns it is about.
    found.dropped = [
        c
        for c in old.constraints
        if c not in new.constraints
        or gone.intersection(c.columns)
        or (found.replaced and c.rule is Rule.CHECK and not c.columns)
    ]
    found.created = [c for c in new.constraints if c not in old.constraints or c in found.dropped]
    found.dropped_indexes = [
        i
        for i in old.indexes
        if i not in new.indexes or gone.intersection(i.columns) or (found.replaced and i.where)
    ]
    found.created_indexes = [
        i for i in new.indexes if i not in old.indexes or i in found.dropped_indexes
    ]
    return found


def _refers_elsewhere(old: Table, new: Table) -> set[str]:
    """Return the columns that were references, and now are references to something else."""
    before, after = (
        {c.columns: (c.table, c.referred) for c in table.constraints if c.rule is Rule.FOREIGN}
        for table in (old, new)
    )
    return {
        column
        for columns, target in after.items()
        if before.get(columns, target) != target
        for column in columns
        if column not in new.key
    }


def family(attribute: Attribute) -> str:
    """Return the name of the types whose values can become each other's."""
    if attribute.array:
        return "array"
    return _FAMILIES.get(attribute.type, attribute.type.value)


def _goes_along(old: Column, new: Column) -> bool:
    return family(old.attribute) == family(new.attribute)


def _loosen(pairs: list[TableDifference], database: Database) -> None:
    """Drop and create again the keys that stand in the way of what else is to change."""
    touched: set[Pair] = set()
    for pair in pairs:
        columns = [new.name for old, new in (*pair.changed, *pair.replaced) if old.kind != new.kind]
        for constraint in pair.dropped:
            if constraint.rule is Rule.UNIQUE:
                columns += constraint.columns
        if database is Database.MYSQL:  # there, a foreign key needs an index
            columns += [column for index in pair.dropped_indexes for column in index.columns]
        touched |= {(pair.new.name, column) for column in columns}
    for pair in pairs:
        for constraint in pair.new.constraints:
            if constraint.rule is not Rule.FOREIGN or constraint in pair.created:
                continue
            here = {(pair.new.name, column) for column in constraint.columns}
            there = {(constraint.table, column) for column in constraint.referred}
            if touched & (here | there):
                pair.dropped.append(constraint)
                pair.created.append(constraint)
