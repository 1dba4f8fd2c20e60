"""Which tables does a spec have, with which columns, rules and indexes? As data, to be compared.

The first revision is made of it, and every later one of the difference between two of them: there
is one truth.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from agent.emitter.layout import quote
from agent.emitter.models import index_name, is_identity, is_no_text
from agent.emitter.relationships import ON_DELETE
from agent.emitter.types import column, enum_length
from agent.planner import names
from agent.planner.row_checks import check_sql, condition_sql
from agent.types import AttributeType, Generator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.emitter.facts import Facts
    from agent.types import Attribute, Check, DeleteBehaviour, Entity, Relation


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``kind`` is its type as code.

    ``stamped``: the database writes the time of the insert. ``counted`` is whether it counts the
    key up (None: it is no number in a key). ``attribute`` is what it was made from; in a table of
    pairs, the key that it refers to.
    """

    name: str
    kind: str
    nullable: bool
    attribute: Attribute
    stamped: bool = False
    counted: bool | None = None
    comment: str | None = None

    @property
    def meaning(self) -> tuple[object, ...]:
        """Return all that a database knows of it."""
        return self.kind, self.nullable, self.stamped, self.counted, self.comment


class Rule(StrEnum):
    """The kinds of constraints, as Alembic calls them."""

    CHECK = "check"
    FOREIGN = "foreignkey"
    PRIMARY = "primary"
    UNIQUE = "unique"


@dataclass(frozen=True, slots=True)
class Constraint:
    """One named constraint.

    ``columns`` are those that it is about; ``table``, ``referred`` and ``on_delete`` are of a
    foreign key, ``condition`` (as code) of a check, ``values`` of that of a closed list. ``late``:
    it is added once all tables are there, as it closes a cycle.
    """

    rule: Rule
    name: str
    columns: tuple[str, ...] = ()
    table: str = ""
    referred: tuple[str, ...] = ()
    on_delete: str | None = None
    condition: str = ""
    values: frozenset[str] = frozenset()
    late: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Index:
    """One index that is no constraint; ``where`` (as SQL) is the condition of one of some rows."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    where: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table. ``entity`` is whose rows it holds (None: pairs)."""

    name: str
    columns: tuple[Column, ...]
    constraints: tuple[Constraint, ...]
    indexes: tuple[Index, ...]
    entity: str | None = None
    comment: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """Return the columns of the primary key."""
        return next(c.columns for c in self.constraints if c.rule is Rule.PRIMARY)


def tables_of(facts: Facts) -> tuple[Table, ...]:
    """Return all tables, each after those that it refers to but for its late keys."""
    return (
        *(_table(entity, facts) for entity in facts.table_order),
        *(
            _pairs(entity, relation, facts)
            for entity in facts.spec.entities
            for relation in entity.relations
            if relation.through
        ),
    )


def convention(kind: str, table: str, columns: Sequence[str]) -> str:
    """Return a constraint's name after the naming convention of the models."""
    return names.shorten(f"{kind}_{table}_{'_'.join(columns)}")


def _columns(entity: Entity, given: tuple[str, ...], facts: Facts) -> tuple[str, ...]:
    return tuple(facts.attribute(entity.name, name).column or name for name in given)


def _table(entity: Entity, facts: Facts) -> Table:
    name = entity.table or ""
    keys = _columns(entity, entity.primary_key, facts)
    return Table(
        name=name,
        columns=tuple(_column(entity, a, facts) for a in _in_table_order(entity)),
        constraints=(
            *_checks(entity, facts),
            *(_foreign_key(entity, r, facts) for r in entity.relations if r.through is None),
            Constraint(Rule.PRIMARY, names.shorten(f"pk_{name}"), keys),
            *_uniques(entity, facts),
        ),
        indexes=tuple(_indexes(entity, facts)),
        entity=entity.name,
        comment=entity.comment,
    )


def _checks(entity: Entity, facts: Facts) -> Iterator[Constraint]:
    name = entity.table or ""
    for attribute in entity.attributes:
        if attribute.type is AttributeType.ENUM and not attribute.array:
            column = attribute.column or ""
            enum = facts.enums[attribute.enum or ""]
            values = ", ".join(quote(value) for value in enum.values)
            condition = f"sa.column({quote(column)}).in_([{values}])"
            label = names.shorten(f"ck_{name}_{column}")
            allowed = frozenset(enum.values)
            yield Constraint(Rule.CHECK, label, (column,), condition=condition, values=allowed)
    for number, check in enumerate(entity.checks, 1):
        label = check_name(entity, number, check)
        rule = check_sql(check.expression, entity, facts.spec.database)
        code = f"sa.literal_column({quote(rule)})" if is_no_text(rule) else quote(rule)
        yield Constraint(Rule.CHECK, label, condition=code)


def check_name(entity: Entity, number: int, check: Check) -> str:
    """Return what databases call a check; those without a name of their own are counted."""
    return names.shorten(f"ck_{entity.table}_{check.name or f'rule_{number}'}")


def _uniques(entity: Entity, facts: Facts) -> Iterator[Constraint]:
    rules: list[tuple[tuple[str, ...], str | None]] = [
        ((a.name,), None) for a in entity.attributes if a.unique
    ]
    rules += [(rule.attributes, rule.name) for rule in entity.uniques]
    for attributes, given in rules:
        columns = _columns(entity, attributes, facts)
        label = given or convention("uq", entity.table or "", columns)
        yield Constraint(Rule.UNIQUE, label, columns)


def _indexes(entity: Entity, facts: Facts) -> Iterator[Index]:
    for attribute in entity.attributes:
        if attribute.index and not attribute.unique:
            given = (attribute.name,)
            yield Index(index_name(entity, given, facts), _columns(entity, given, facts))
    for index in entity.indexes:
        label = index.name or index_name(entity, index.attributes, facts)
        where = condition_sql(index.where or "", entity, facts.spec.database)
        yield Index(label, _columns(entity, index.attributes, facts), index.unique, where)


def _in_table_order(entity: Entity) -> list[Attribute]:
    key = [a for a in entity.attributes if a.name in entity.primary_key]
    return [*key, *(a for a in entity.attributes if a.name not in entity.primary_key)]


def _column(entity: Entity, attribute: Attribute, facts: Facts) -> Column:
    identity = is_identity(entity, attribute)
    code = column(attribute, facts.spec.database, identity=identity)
    is_number_in_key = attribute.name in entity.primary_key and code.python == "int"
    stamped = attribute.generated in {Generator.NOW, Generator.NOW_ON_UPDATE}
    return Column(
        name=attribute.column or "",
        kind=_kind(attribute, code.migration, facts),
        nullable=attribute.nullable,
        attribute=attribute,
        stamped=stamped and attribute.type is AttributeType.DATETIME,
        counted=identity if is_number_in_key else None,
        comment=attribute.comment,
    )


def _kind(attribute: Attribute, plain: str, facts: Facts) -> str:
    """Return a column's type; an enum is kept as text of its longest value."""
    if attribute.type is AttributeType.ENUM and not attribute.array:
        return f"sa.String(length={enum_length(facts.enums[attribute.enum or ''])})"
    return plain


def _foreign_key(entity: Entity, relation: Relation, facts: Facts) -> Constraint:
    target = facts.entities[relation.target]
    columns = _columns(entity, relation.attributes, facts)
    return Constraint(
        Rule.FOREIGN,
        relation.constraint or convention("fk", entity.table or "", columns),
        columns,
        table=target.table or "",
        referred=_columns(target, relation.references, facts),
        on_delete=_on_delete(relation.on_delete),
        late=(entity.name, relation.name) in facts.late_keys,
    )


def _on_delete(behaviour: DeleteBehaviour) -> str | None:
    return ON_DELETE.get(behaviour)


def _pairs(entity: Entity, relation: Relation, facts: Facts) -> Table:
    through = relation.through
    assert through is not None  # noqa: S101 - many-to-many only
    name = through.table
    target = facts.entities[relation.target]
    found: list[Column] = []
    constraints: list[Constraint] = []
    for owner, columns in ((entity, through.local_columns), (target, through.target_columns)):
        for label, key in zip(columns, owner.primary_key, strict=True):
            kept = facts.attribute(owner.name, key)
            code = column(kept, facts.spec.database)
            counted = False if code.python == "int" else None
            kind = _kind(kept, code.migration, facts)
            found.append(Column(label, kind, nullable=False, attribute=kept, counted=counted))
        constraints.append(
            Constraint(
                Rule.FOREIGN,
                convention("fk", name, columns),
                tuple(columns),
                table=owner.table or "",
                referred=_columns(owner, owner.primary_key, facts),
                on_delete=_on_delete(through.on_delete),
            )
        )
    keys = (*through.local_columns, *through.target_columns)
    constraints.append(Constraint(Rule.PRIMARY, names.shorten(f"pk_{name}"), keys))
    first = through.target_columns[0]
    index = Index(names.shorten(f"ix_{name}_{first}"), (first,))
    return Table(name, tuple(found), tuple(constraints), (index,))
