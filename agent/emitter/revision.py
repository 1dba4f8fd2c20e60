"""What does a revision do, so that tables and rows of one plan become those of the next?

In this order: stop where rows could not go along; drop rules and indexes; add and change columns;
fill them; make them strict; add rules, tables, and at last foreign keys; drop tables. Every change
is made in batch mode, in which SQLite copies the table. Downgrading is the same the other way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.emitter import migration
from agent.emitter.backfill import Fill, fill
from agent.emitter.layout import call, quote
from agent.emitter.tables import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from agent.emitter.difference import Difference, TableDifference
    from agent.emitter.tables import Column, Constraint, Table
    from agent.types import Database, EnumType

_DROPPING = (Rule.FOREIGN, Rule.UNIQUE, Rule.CHECK)
_CREATING = (Rule.UNIQUE, Rule.CHECK)


@dataclass(slots=True)
class Filled:
    """A column that rows get a value in; without a ``fill``, there may be no such rows."""

    table: Table
    column: Column
    fill: Fill | None
    is_new: bool


@dataclass(slots=True)
class Steps:
    """One way of a revision: its statements, and the columns that rows get a value in."""

    lines: list[str] = field(default_factory=list)
    filled: list[Filled] = field(default_factory=list)

    def batch(self, table: Table, changes: Iterable[str]) -> None:
        """Add changes of one table, if there are any."""
        if found := list(changes):
            self.lines.append(migration.batch(table.name, found))


def steps(found: Difference, database: Database, enums: Mapping[str, EnumType]) -> Steps:
    """Return one way from the tables of before to those of after.

    ``enums`` are those of after.
    """
    done = Steps()
    for pair in found.altered:
        done.filled += _filled(pair, enums)
    done.lines += [_guard(each) for each in done.filled if each.fill is None]
    early = _in_the_way(found)
    for pair in found.altered:
        done.batch(pair.new, _loosen(pair))
    if early:
        _drop_tables(done, found.dropped)
    for pair in found.altered:
        done.batch(pair.new, _columns(pair, done.filled))
        done.lines += _comments(pair)
    done.lines += [_update(each) for each in done.filled if each.fill is not None]
    for pair in found.altered:
        done.batch(pair.new, _tighten(pair, done.filled, database))
    for table in found.created:
        done.lines += migration.create_table(table, database)
    for table in found.created:
        done.batch(table, [migration.create_constraint(c) for c in table.constraints if c.late])
    for pair in found.altered:
        done.batch(pair.new, map(migration.create_constraint, _of(pair.created, Rule.FOREIGN)))
    if not early:
        _drop_tables(done, found.dropped)
    return done


def _of(constraints: Iterable[Constraint], *rules: Rule) -> list[Constraint]:
    return [c for rule in rules for c in constraints if c.rule is rule]


def _in_the_way(found: Difference) -> bool:
    """Tell whether what is dropped has a name that is needed: else it is dropped last."""
    gone = [name for table in found.dropped for name in _names(table)]
    new = [name for table in found.created for name in _names(table)]
    for pair in found.altered:
        new += [constraint.name for constraint in pair.created]
        new += [index.name for index in pair.created_indexes]
    return bool({name.casefold() for name in gone} & {name.casefold() for name in new})


def _names(table: Table) -> list[str]:
    return [table.name, *(c.name for c in table.constraints), *(i.name for i in table.indexes)]


def _drop_tables(done: Steps, tables: tuple[Table, ...]) -> None:
    """Drop tables, each before those that it refers to; what closes a cycle goes first."""
    for table in tables:
        done.batch(table, [migration.drop_constraint(c) for c in table.constraints if c.late])
    done.lines += [f"op.drop_table({quote(table.name)})" for table in reversed(tables)]


def _filled(pair: TableDifference, enums: Mapping[str, EnumType]) -> list[Filled]:
    new = [*pair.added, *(column for _, column in pair.replaced)]
    strict = [c for old, c in pair.changed if old.nullable and not c.nullable]
    return [
        Filled(pair.new, column, fill(column, pair.new, enums), is_new=column in new)
        for column in (*new, *strict)
        if not column.nullable and not (column.stamped and column in new)
    ]


def _guard(each: Filled) -> str:
    """Return what stops where there are rows that nothing true could be written into."""
    query = f"sa.select(sa.literal(1)).select_from(sa.table({quote(each.table.name)}))"
    what = "has rows: give each of them"
    if not each.is_new:
        query += f".where(sa.column({quote(each.column.name)}).is_(None))"
        what = "has rows without"
    why = quote(f"{each.table.name} {what} a value of {each.column.name} first")
    return call("stop_if_any(", [query, why], indent=4)


def _loosen(pair: TableDifference) -> list[str]:
    """Return what has to go before columns can change."""
    kept = {column.name.casefold() for column in pair.new.columns}
    return [
        *map(migration.drop_constraint, _of(pair.dropped, Rule.FOREIGN)),
        *(f"batch.drop_index({migration.named(i.name)})" for i in pair.dropped_indexes),
        *map(migration.drop_constraint, _of(pair.dropped, Rule.UNIQUE, Rule.CHECK)),
        *(f"batch.drop_column({quote(old.name)})" for old, _ in pair.replaced),
        *(f"batch.drop_column({quote(c.name)})" for c in pair.removed if c.name.casefold() in kept),
    ]


def _columns(pair: TableDifference, filled: list[Filled]) -> list[str]:
    """Return the new columns, and what changes of the others before they are filled."""
    waiting = [each.column for each in filled]
    added = [*pair.added, *(new for _, new in pair.replaced)]
    lines = [
        "batch.add_column("
        + migration.column_code(c, nullable=True if c in waiting else None)
        + ")"
        for c in added
    ]
    for old, new in pair.changed:
        nullable = old.nullable if new in waiting else new.nullable
        if (old.kind, old.nullable, old.stamped, old.comment) != (
            new.kind,
            nullable,
            new.stamped,
            new.comment,
        ):
            lines.append(_alter(old, new, nullable=nullable))
    return lines


def _alter(old: Column, new: Column, *, nullable: bool) -> str:
    """Return how one column becomes another; what stays is said, as MySQL forgets it else."""
    items = [quote(new.name), f"existing_type={old.kind}"]
    if new.kind != old.kind:
        items.append(f"type_={new.kind}")
        if "timezone" in new.kind:  # of the database's session, else
            using = f"\"{new.name}\" AT TIME ZONE 'UTC'"
            items.append(f"postgresql_using={quote(using)}")
    items.append(f"existing_nullable={old.nullable}")
    if nullable != old.nullable:
        items.append(f"nullable={nullable}")
    if new.counted:
        items.append("existing_autoincrement=True")
    if new.stamped != old.stamped:
        items.append(f"server_default={'sa.func.now()' if new.stamped else 'None'}")
    elif new.stamped:
        items.append("existing_server_default=sa.func.now()")
    if new.comment != old.comment:
        items.append(f"comment={quote(new.comment) if new.comment else None}")
    if old.comment:
        items.append(f"existing_comment={quote(old.comment)}")
    return call("batch.alter_column(", items, indent=8)


def _update(each: Filled) -> str:
    """Return what writes a value into the rows that have none."""
    assert each.fill is not None  # noqa: S101 - the others have a guard
    name = quote(each.column.name)
    table = f"sa.table({quote(each.table.name)}, sa.column({name}, {each.column.kind}))"
    rows = f"{table}.update().where(sa.column({name}).is_(None))"
    return f"op.execute({rows}.values({{{name}: {each.fill.code}}}))"


def _tighten(pair: TableDifference, filled: list[Filled], database: Database) -> list[str]:
    """Return what columns and rows have to keep from now on, and what is gone."""
    gone = {column.name.casefold() for column in pair.new.columns}
    return [
        *(_strict(each.column) for each in filled if each.table is pair.new),
        *map(migration.create_constraint, _of(pair.created, *_CREATING)),
        *(migration.create_index(index, database) for index in pair.created_indexes),
        *(
            f"batch.drop_column({quote(c.name)})"
            for c in pair.removed
            if c.name.casefold() not in gone
        ),
    ]


def _strict(column: Column) -> str:
    items = [quote(column.name), f"existing_type={column.kind}", "nullable=False"]
    if column.comment:
        items.append(f"existing_comment={quote(column.comment)}")
    return call("batch.alter_column(", items, indent=8)


def _comments(pair: TableDifference) -> list[str]:
    was, now = pair.old.comment, pair.new.comment
    if was == now:
        return []
    name, existing = quote(pair.new.name), f"existing_comment={quote(was) if was else None}"
    items = [name, existing] if now is None else [name, quote(now), existing]
    head = "op.drop_table_comment(" if now is None else "op.create_table_comment("
    change = call(head, items, indent=8)
    return [f"if op.get_context().dialect.supports_comments:\n        {change}"]
