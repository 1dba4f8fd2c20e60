"""What does the first Alembic revision create, in which order?

Tables come after the tables that they refer to. In a cycle, one foreign key is added afterwards, in
batch mode, which also works where a table cannot be altered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.emitter.layout import call, quote
from agent.emitter.models import index_name, is_identity
from agent.emitter.relationships import ON_DELETE
from agent.emitter.types import column, enum_length
from agent.planner import names
from agent.planner.row_checks import check_text
from agent.types import AttributeType, Database, Generator, Relation

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.types import Attribute, Entity, EnumType


@dataclass(slots=True)
class Table:
    """One table with its rows of code."""

    name: str
    items: list[str]
    indexes: list[str] = field(default_factory=list)
    later: list[str] = field(default_factory=list)
    later_names: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MigrationView:
    """The first revision, ready for its template."""

    upgrade: list[str]
    downgrade: list[str]
    needs_mysql: bool


def migration_view(facts: Facts) -> MigrationView:
    """Return the statements of the first revision, both ways."""
    tables = [_table(e, facts) for e in facts.table_order]
    joins = [
        _join_table(e, r, facts) for e in facts.spec.entities for r in e.relations if r.through
    ]
    upgrade: list[str] = []
    downgrade: list[str] = []
    for table in (*tables, *joins):
        upgrade.append(call("op.create_table(", [quote(table.name), *table.items], indent=4))
        upgrade += table.indexes
    for table in tables:
        if table.later:
            upgrade.append(_batch(table.name, table.later))
            drops = [f'batch.drop_constraint({n}, type_="foreignkey")' for n in table.later_names]
            downgrade.append(_batch(table.name, drops))
    downgrade += [f"op.drop_table({quote(t.name)})" for t in reversed([*tables, *joins])]
    text = "\n".join(upgrade)
    return MigrationView(upgrade, downgrade, needs_mysql="mysql." in text)


def _batch(table: str, lines: list[str]) -> str:
    body = "\n".join(f"        {line}" for line in lines)
    return f"with op.batch_alter_table({quote(table)}) as batch:\n{body}"


def convention(kind: str, table: str, columns: list[str]) -> str:
    """Return a constraint's name after the naming convention of the models."""
    return names.shorten(f"{kind}_{table}_{'_'.join(columns)}")


def _name(text: str) -> str:
    return f"op.f({quote(text)})"


def _columns(entity: Entity, given: tuple[str, ...], facts: Facts) -> list[str]:
    return [facts.attribute(entity.name, name).column or name for name in given]


def _table(entity: Entity, facts: Facts) -> Table:
    name = entity.table or ""
    table = Table(name=name, items=[_column(entity, a, facts) for a in _in_table_order(entity)])
    table.items += _checks(entity, facts)
    for relation in entity.relations:
        if (entity.name, relation.name) in facts.late_keys:
            _add_later(table, entity, relation, facts)
        elif relation.through is None:
            table.items.append(_foreign_key(entity, relation, facts))
    keys = [quote(c) for c in _columns(entity, entity.primary_key, facts)]
    items = [*keys, f"name={_name(names.shorten(f'pk_{name}'))}"]
    table.items.append(call("sa.PrimaryKeyConstraint(", items, indent=8, nested=True))
    table.items += _uniques(entity, facts)
    table.indexes = _indexes(entity, facts)
    if entity.comment:
        table.items.append(f"comment={quote(entity.comment)}")
    if facts.spec.database is Database.MYSQL:
        table.items.append('mysql_charset="utf8mb4"')
    return table


def _checks(entity: Entity, facts: Facts) -> list[str]:
    name = entity.table or ""
    found = [
        _enum_check(name, attribute, facts.enums[attribute.enum or ""])
        for attribute in entity.attributes
        if attribute.type is AttributeType.ENUM and not attribute.array
    ]
    for number, check in enumerate(entity.checks, 1):
        label = f"ck_{name}_{check.name or f'rule_{number}'}"
        rule = check_text(check.expression, entity, facts.spec.database)
        items = [quote(rule), f"name={_name(names.shorten(label))}"]
        found.append(call("sa.CheckConstraint(", items, indent=8, nested=True))
    return found


def _uniques(entity: Entity, facts: Facts) -> list[str]:
    rules: list[tuple[tuple[str, ...], str | None]] = [
        ((a.name,), None) for a in entity.attributes if a.unique
    ]
    rules += [(rule.attributes, rule.name) for rule in entity.uniques]
    found = []
    for attributes, given in rules:
        columns = _columns(entity, attributes, facts)
        label = given or convention("uq", entity.table or "", columns)
        items = [*(quote(c) for c in columns), f"name={_name(label)}"]
        found.append(call("sa.UniqueConstraint(", items, indent=8, nested=True))
    return found


def _indexes(entity: Entity, facts: Facts) -> list[str]:
    rules: list[tuple[tuple[str, ...], str, bool]] = [
        ((a.name,), index_name(entity, (a.name,), facts), False)
        for a in entity.attributes
        if a.index and not a.unique
    ]
    rules += [
        (i.attributes, i.name or index_name(entity, i.attributes, facts), i.unique)
        for i in entity.indexes
    ]
    found = []
    for attributes, label, is_unique in rules:
        columns = ", ".join(quote(c) for c in _columns(entity, attributes, facts))
        arguments = [_name(label), quote(entity.table or ""), f"[{columns}]"]
        if is_unique:
            arguments.append("unique=True")
        found.append(call("op.create_index(", arguments, indent=4))
    return found


def _in_table_order(entity: Entity) -> list[Attribute]:
    key = [a for a in entity.attributes if a.name in entity.primary_key]
    return [*key, *(a for a in entity.attributes if a.name not in entity.primary_key)]


def _column(entity: Entity, attribute: Attribute, facts: Facts) -> str:
    identity = is_identity(entity, attribute)
    code = column(attribute, facts.spec.database, identity=identity)
    arguments = [quote(attribute.column or ""), _kind(attribute, code.migration, facts)]
    if attribute.name in entity.primary_key and code.python == "int":
        arguments.append(f"autoincrement={identity}")
    stamped = attribute.generated in {Generator.NOW, Generator.NOW_ON_UPDATE}
    if stamped and attribute.type is AttributeType.DATETIME:
        arguments.append("server_default=sa.func.now()")
    arguments.append(f"nullable={attribute.nullable}")
    if attribute.comment:
        arguments.append(f"comment={quote(attribute.comment)}")
    return call("sa.Column(", arguments, indent=8, nested=True)


def _kind(attribute: Attribute, plain: str, facts: Facts) -> str:
    """Return a column's type; an enum is kept as text of its longest value."""
    if attribute.type is AttributeType.ENUM and not attribute.array:
        return f"sa.String(length={enum_length(facts.enums[attribute.enum or ''])})"
    return plain


def _enum_check(table: str, attribute: Attribute, enum: EnumType) -> str:
    values = ", ".join(quote(value) for value in enum.values)
    label = names.shorten(f"ck_{table}_{attribute.column}")
    rule = f"sa.column({quote(attribute.column or '')}).in_([{values}])"
    return call("sa.CheckConstraint(", [rule, f"name={_name(label)}"], indent=8, nested=True)


def _foreign_key(entity: Entity, relation: Relation, facts: Facts) -> str:
    columns = _columns(entity, relation.attributes, facts)
    target = facts.entities[relation.target]
    referred = [f"{target.table}.{c}" for c in _columns(target, relation.references, facts)]
    items = [
        f"[{', '.join(quote(c) for c in columns)}]",
        f"[{', '.join(quote(c) for c in referred)}]",
        f"name={_name(_foreign_key_name(entity, relation, facts))}",
    ]
    if relation.on_delete in ON_DELETE:
        items.append(f"ondelete={quote(ON_DELETE[relation.on_delete])}")
    return call("sa.ForeignKeyConstraint(", items, indent=8, nested=True)


def _foreign_key_name(entity: Entity, relation: Relation, facts: Facts) -> str:
    columns = _columns(entity, relation.attributes, facts)
    return relation.constraint or convention("fk", entity.table or "", columns)


def _join_table(entity: Entity, relation: Relation, facts: Facts) -> Table:
    through = relation.through
    assert through is not None  # noqa: S101 - many-to-many only
    table = Table(name=through.table, items=[])
    constraints = []
    target = facts.entities[relation.target]
    for owner, columns in ((entity, through.local_columns), (target, through.target_columns)):
        for name, key in zip(columns, owner.primary_key, strict=True):
            kept = facts.attribute(owner.name, key)
            code = column(kept, facts.spec.database)
            arguments = [quote(name), _kind(kept, code.migration, facts)]
            if code.python == "int":
                arguments.append("autoincrement=False")
            table.items.append(
                call("sa.Column(", [*arguments, "nullable=False"], indent=8, nested=True)
            )
        referred = [f"{owner.table}.{c}" for c in _columns(owner, owner.primary_key, facts)]
        items = [
            f"[{', '.join(quote(c) for c in columns)}]",
            f"[{', '.join(quote(c) for c in referred)}]",
            f"name={_name(convention('fk', through.table, list(columns)))}",
        ]
        if through.on_delete in ON_DELETE:
            items.append(f"ondelete={quote(ON_DELETE[through.on_delete])}")
        constraints.append(call("sa.ForeignKeyConstraint(", items, indent=8, nested=True))
    table.items += constraints
    keys = [quote(c) for c in (*through.local_columns, *through.target_columns)]
    primary = [*keys, f"name={_name(names.shorten(f'pk_{through.table}'))}"]
    table.items.append(call("sa.PrimaryKeyConstraint(", primary, indent=8, nested=True))
    if facts.spec.database is Database.MYSQL:
        table.items.append('mysql_charset="utf8mb4"')
    first = through.target_columns[0]
    index = names.shorten(f"ix_{through.table}_{first}")
    arguments = [_name(index), quote(through.table), f"[{quote(first)}]"]
    table.indexes.append(call("op.create_index(", arguments, indent=4))
    return table


def _add_later(table: Table, entity: Entity, relation: Relation, facts: Facts) -> None:
    """Add a foreign key once the table that it refers to exists."""
    target = facts.entities[relation.target]
    name = _name(_foreign_key_name(entity, relation, facts))
    columns = ", ".join(quote(c) for c in _columns(entity, relation.attributes, facts))
    referred = ", ".join(quote(c) for c in _columns(target, relation.references, facts))
    arguments = [name, quote(target.table or ""), f"[{columns}]", f"[{referred}]"]
    if relation.on_delete in ON_DELETE:
        arguments.append(f"ondelete={quote(ON_DELETE[relation.on_delete])}")
    table.later.append(call("batch.create_foreign_key(", arguments, indent=8))
    table.later_names.append(name)
