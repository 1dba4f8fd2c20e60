"""What does the first Alembic revision create, in which order? And how is each part said in code?

Tables come after the tables that they refer to. In a cycle, one foreign key is added afterwards, in
batch mode, which also works where a table cannot be altered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.emitter.layout import call, quote
from agent.emitter.models import where_names
from agent.emitter.tables import Rule, tables_of
from agent.types import Database

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.emitter.facts import Facts
    from agent.emitter.tables import Column, Constraint, Index, Table


@dataclass(frozen=True, slots=True)
class MigrationView:
    """The first revision, ready for its template."""

    upgrade: list[str]
    downgrade: list[str]
    needs_mysql: bool


def migration_view(facts: Facts) -> MigrationView:
    """Return the statements of the first revision, both ways."""
    tables = tables_of(facts)
    upgrade: list[str] = []
    downgrade: list[str] = []
    for table in tables:
        upgrade += create_table(table, facts.spec.database)
    for table in tables:
        if late := [c for c in table.constraints if c.late]:
            upgrade.append(batch(table.name, [create_constraint(c) for c in late]))
            downgrade.append(batch(table.name, [drop_constraint(c) for c in late]))
    downgrade += [f"op.drop_table({quote(t.name)})" for t in reversed(tables)]
    return MigrationView(upgrade, downgrade, needs_mysql="mysql." in "\n".join(upgrade))


def batch(table: str, lines: Sequence[str]) -> str:
    """Return changes of one table as a block; each line is laid out for column 8."""
    body = "\n".join(f"        {line}" for line in lines)
    return f"with op.batch_alter_table({quote(table)}) as batch:\n{body}"


def create_table(table: Table, database: Database) -> list[str]:
    """Return what makes a table and its indexes, but for late keys."""
    items = [column_code(c, nested=True) for c in table.columns]
    items += [_constraint(c) for c in table.constraints if not c.late]
    if table.comment:
        items.append(f"comment={quote(table.comment)}")
    if database is Database.MYSQL:
        items.append('mysql_charset="utf8mb4"')
    made = call("op.create_table(", [quote(table.name), *items], indent=4)
    return [made, *(_create_index(index, table.name, database) for index in table.indexes)]


def column_code(column: Column, *, nested: bool = False, nullable: bool | None = None) -> str:
    """Return a column as code, laid out for column 8; ``nullable`` stands above its own."""
    arguments = [quote(column.name), column.kind]
    if column.counted is not None:
        arguments.append(f"autoincrement={column.counted}")
    if column.stamped:
        arguments.append("server_default=sa.func.now()")
    arguments.append(f"nullable={column.nullable if nullable is None else nullable}")
    if column.comment:
        arguments.append(f"comment={quote(column.comment)}")
    return call("sa.Column(", arguments, indent=8, nested=nested)


def named(text: str) -> str:
    """Return a name that Alembic is to leave as it is."""
    return f"op.f({quote(text)})"


def listed(columns: Sequence[str]) -> str:
    """Return names as a list in code."""
    return f"[{', '.join(map(quote, columns))}]"


def _constraint(constraint: Constraint) -> str:
    """Return a constraint as an item of a new table."""
    name = f"name={named(constraint.name)}"
    if constraint.rule is Rule.CHECK:
        return call("sa.CheckConstraint(", [constraint.condition, name], indent=8, nested=True)
    if constraint.rule is Rule.FOREIGN:
        referred = [f"{constraint.table}.{column}" for column in constraint.referred]
        items = [listed(constraint.columns), listed(referred), name, *_on_delete(constraint)]
        return call("sa.ForeignKeyConstraint(", items, indent=8, nested=True)
    kind = "Primary" if constraint.rule is Rule.PRIMARY else "Unique"
    head = f"sa.{kind}{'Key' if kind == 'Primary' else ''}Constraint("
    return call(head, [*map(quote, constraint.columns), name], indent=8, nested=True)


def create_constraint(constraint: Constraint) -> str:
    """Return what adds a constraint to a table, in a batch."""
    name = named(constraint.name)
    if constraint.rule is Rule.CHECK:
        return call("batch.create_check_constraint(", [name, constraint.condition], indent=8)
    if constraint.rule is Rule.UNIQUE:
        items = [name, listed(constraint.columns)]
        return call("batch.create_unique_constraint(", items, indent=8)
    items = [name, quote(constraint.table), listed(constraint.columns), listed(constraint.referred)]
    return call("batch.create_foreign_key(", [*items, *_on_delete(constraint)], indent=8)


def drop_constraint(constraint: Constraint) -> str:
    """Return what drops a constraint of a table, in a batch."""
    return f'batch.drop_constraint({named(constraint.name)}, type_="{constraint.rule}")'


def _on_delete(constraint: Constraint) -> list[str]:
    return [f"ondelete={quote(constraint.on_delete)}"] if constraint.on_delete else []


def _create_index(index: Index, table: str, database: Database) -> str:
    items = [named(index.name), quote(table), listed(index.columns), *_kind(index, database)]
    return call("op.create_index(", items, indent=4)


def create_index(index: Index, database: Database) -> str:
    """Return what adds an index to a table, in a batch."""
    items = [named(index.name), listed(index.columns), *_kind(index, database)]
    return call("batch.create_index(", items, indent=8)


def _kind(index: Index, database: Database) -> list[str]:
    """Return the arguments that say of which rows an index is, and whether they have to differ."""
    kind = ["unique=True"] if index.unique else []
    if index.where:
        condition = f"sa.literal_column({quote(index.where)})"
        kind += [f"{name}={condition}" for name in where_names(database)]
    return kind
