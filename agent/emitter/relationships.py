"""How do models refer to each other? Relationships at both ends, and the tables of pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.layout import call, quote
from agent.emitter.types import column, enum_length
from agent.planner import names
from agent.types import AttributeType, Database, DeleteBehaviour, Relation, RelationKind

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.emitter.layout import Imports
    from agent.types import Entity

ON_DELETE = {
    DeleteBehaviour.CASCADE: "CASCADE",
    DeleteBehaviour.RESTRICT: "RESTRICT",
    DeleteBehaviour.SET_NULL: "SET NULL",
}


def _needs_foreign_keys(entity: Entity, relation: Relation, facts: Facts) -> bool:
    """Tell whether SQLAlchemy could find more than one join between the two tables."""
    if relation.target == entity.name:
        return True
    between = [
        r
        for here, there in ((entity.name, relation.target), (relation.target, entity.name))
        for r in facts.entities[here].relations
        if r.target == there and r.kind is not RelationKind.MANY_TO_MANY
    ]
    return len(between) > 1


def _overlapping(entity: Entity, relation: Relation) -> list[str]:
    """Return the relations that write the same columns: SQLAlchemy wants that said."""
    own = set(relation.attributes)
    found = []
    for other in entity.relations:
        if other.name != relation.name and own & set(other.attributes):
            found += [other.name, other.inverse or ""]
    return found


def own_relationships(entity: Entity, facts: Facts, types: Imports) -> list[str]:
    """Return the relationships that an entity declares."""
    lines = []
    for relation in entity.relations:
        module = names.snake(relation.target)
        types.add(f"app.models.{module}", relation.target)
        arguments = []
        if relation.through:
            hint = f"list[{relation.target}]"
            arguments += _secondary(entity, relation)
        else:
            hint = f"{relation.target} | None" if relation.nullable else relation.target
            if _needs_foreign_keys(entity, relation, facts):
                arguments.append(f"foreign_keys={_own_keys(entity, relation)}")
            if relation.target == entity.name:
                remote = [f"{entity.name}.{name}" for name in relation.references]
                arguments.append(f"remote_side={quote('[' + ', '.join(remote) + ']')}")
            overlaps = _overlapping(entity, relation)
            if overlaps:
                arguments.append(f"overlaps={quote(','.join(overlaps))}")
        arguments += [f"back_populates={quote(relation.inverse or '')}", 'lazy="raise"']
        lines.append(call(f"{relation.name}: Mapped[{hint}] = relationship(", arguments, indent=4))
    return lines


def _own_keys(entity: Entity, relation: Relation) -> str:
    """Return the attributes of a relation's key; as a text where one is named like a builtin.

    A linter cannot know which of the two is meant.
    """
    if not names.BUILTINS.isdisjoint(relation.attributes):
        return quote("[" + ", ".join(f"{entity.name}.{n}" for n in relation.attributes) + "]")
    return f"[{', '.join(relation.attributes)}]"


def joins_by_several(entity: Entity) -> bool:
    """Tell whether rows are linked to rows of their own table, by keys of several columns."""
    is_own = any(r.through and r.target == entity.name for r in entity.relations)
    return is_own and len(entity.primary_key) > 1


def _secondary(entity: Entity, relation: Relation, *, inverse: bool = False) -> list[str]:
    assert relation.through is not None  # noqa: S101 - many-to-many only
    table = join_table_name(relation)
    arguments = [f"secondary={table if not inverse else quote(relation.through.table)}"]
    if relation.target == entity.name:
        mine = (relation.through.local_columns, entity.primary_key)
        yours = (relation.through.target_columns, entity.primary_key)
        if inverse:
            mine, yours = yours, mine
        for word, (columns, key) in (("primaryjoin", mine), ("secondaryjoin", yours)):
            terms = [
                f"{entity.name}.{k} == {table}.c.{c}" for c, k in zip(columns, key, strict=True)
            ]
            joined = terms[0] if len(terms) == 1 else f"and_({', '.join(terms)})"
            arguments.append(f"{word}=lambda: {joined}")
    arguments.append("passive_deletes=True")
    return arguments


def inverse_relationships(entity: Entity, facts: Facts, types: Imports) -> list[str]:
    """Return the other ends of relationships that lead to an entity."""
    lines = []
    for source, relation in facts.inverses[entity.name]:
        types.add(f"app.models.{names.snake(source.name)}", source.name)
        arguments = []
        if relation.through:
            hint = f"list[{source.name}]"
            arguments += _secondary(source, relation, inverse=True)
        else:
            is_one = relation.kind is RelationKind.ONE_TO_ONE
            hint = f"{source.name} | None" if is_one else f"list[{source.name}]"
            if _needs_foreign_keys(source, relation, facts):
                keys = ", ".join(f"{source.name}.{name}" for name in relation.attributes)
                arguments.append(f"foreign_keys={quote('[' + keys + ']')}")
            overlaps = _overlapping(source, relation)
            if overlaps:
                arguments.append(f"overlaps={quote(','.join(overlaps))}")
            arguments.append('passive_deletes="all"')
        arguments += [f"back_populates={quote(relation.name)}", 'lazy="raise"']
        lines.append(
            call(f"{relation.inverse}: Mapped[{hint}] = relationship(", arguments, indent=4)
        )
    return lines


def join_table_name(relation: Relation) -> str:
    """Return the Python name of a join table."""
    assert relation.through is not None  # noqa: S101 - many-to-many only
    return names.snake(relation.through.table) + "_table"


def join_table(entity: Entity, relation: Relation, facts: Facts, imports: Imports) -> str:
    """Return the table that holds the pairs of a many-to-many relation."""
    through = relation.through
    assert through is not None  # noqa: S101 - many-to-many only
    imports.add("sqlalchemy", "Column", "Table")
    target = facts.entities[relation.target]
    items = [quote(through.table), "Base.metadata"]
    constraints = []
    sides = ((entity, through.local_columns, False), (target, through.target_columns, True))
    for owner, columns, is_target in sides:
        referred = []
        for name, key in zip(columns, owner.primary_key, strict=True):
            kept = facts.attribute(owner.name, key)
            if kept.type is AttributeType.ENUM:
                longest = enum_length(facts.enums[kept.enum or ""])
                kept = kept.model_copy(update={"type": AttributeType.STRING, "length": longest})
            code = column(kept, facts.spec.database)
            imports.update(code.model_imports)
            referred.append(f"{owner.table}.{facts.attribute(owner.name, key).column}")
            arguments = [quote(name), code.model]
            if len(columns) == 1:
                imports.add("sqlalchemy", "ForeignKey")
                rule = _ondelete(through.on_delete)
                arguments.append(f"ForeignKey({', '.join([quote(referred[0]), *rule])})")
            arguments.append("primary_key=True")
            if code.python == "int":
                arguments.append("autoincrement=False")
            if is_target and name == columns[0]:
                arguments.append("index=True")
            items.append(call("Column(", arguments, indent=4, nested=True))
        if len(columns) > 1:
            imports.add("sqlalchemy", "ForeignKeyConstraint")
            left = "[" + ", ".join(quote(name) for name in columns) + "]"
            right = "[" + ", ".join(quote(name) for name in referred) + "]"
            rule = _ondelete(through.on_delete)
            constraints.append(
                call("ForeignKeyConstraint(", [left, right, *rule], indent=4, nested=True)
            )
    items += constraints
    if facts.spec.database is Database.MYSQL:
        items.append('mysql_charset="utf8mb4"')
    return call(f"{join_table_name(relation)} = Table(", items)


def _ondelete(behaviour: DeleteBehaviour) -> list[str]:
    return [f"ondelete={quote(ON_DELETE[behaviour])}"] if behaviour in ON_DELETE else []
