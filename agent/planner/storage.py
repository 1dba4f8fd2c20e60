"""What is everything called in the database? Names that no database mixes up.

MySQL and SQLite do not tell tables and columns apart by the case of their letters, and every
emitted project is tested on SQLite.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner import names
from agent.planner.row_checks import named_in

if TYPE_CHECKING:
    from agent.planner.notes import Notes
    from agent.types import Attribute, BackendSpec, Entity, Index, Relation


def keep_apart(spec: BackendSpec, notes: Notes) -> BackendSpec:
    """Return the spec with tables, columns and rules whose names differ in more than case."""
    keeper = _Keeper(notes)
    entities = [keeper.tables(entity) for entity in spec.entities]
    entities = [keeper.join_tables(entity) for entity in entities]
    return spec.model_copy(update={"entities": tuple(map(keeper.inside, entities))})


class _Keeper:
    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.taken: dict[str, set[str]] = {"table": set(), "constraint": set(), "check": set()}

    def free(self, name: str, taken: set[str], what: str, about: str) -> str:
        """Return the name, or a numbered one that is not taken in any case."""
        short = names.shorten(name)
        kept = short
        number = 2
        while kept.casefold() in taken:
            kept = names.shorten(f"{short}_{number}")
            number += 1
        taken.add(kept.casefold())
        if kept != name:
            why = "it is too long" if kept == short else "another one has that name in some case"
            self.notes.assume(f"{what} '{name}' is kept as '{kept}': {why}.", about)
        return kept

    def tables(self, entity: Entity) -> Entity:
        table = self.free(entity.table or "", self.taken["table"], "Table", entity.name)
        return entity.model_copy(update={"table": table})

    def join_tables(self, entity: Entity) -> Entity:
        relations = []
        for relation in entity.relations:
            through = relation.through
            if through is None:
                relations.append(relation)
                continue
            about = f"{entity.name}.{relation.name}"
            if through.db_schema:
                text = f"Table {through.db_schema}.{through.table} is kept in the default schema."
                self.notes.assume(text, about)
            taken: set[str] = set()
            local, target = (
                tuple(self.free(column, taken, "Column", about) for column in columns)
                for columns in (through.local_columns, through.target_columns)
            )
            table = self.free(through.table, self.taken["table"], "Table", about)
            update = {
                "table": table,
                "db_schema": None,
                "local_columns": local,
                "target_columns": target,
            }
            through = through.model_copy(update=update)
            relations.append(relation.model_copy(update={"through": through}))
        return entity.model_copy(update={"relations": tuple(relations)})

    def inside(self, entity: Entity) -> Entity:
        """Keep columns, constraints, indexes and checks apart."""
        columns: set[str] = set()

        def attribute(given: Attribute) -> Attribute:
            about = f"{entity.name}.{given.name}"
            column = self.free(given.column or given.name, columns, "Column", about)
            return given.model_copy(update={"column": column})

        def relation(given: Relation) -> Relation:
            constraint = self.rule(given.constraint, "constraint", entity)
            return given.model_copy(update={"constraint": constraint})

        attributes = tuple(map(attribute, entity.attributes))
        return entity.model_copy(
            update={
                "attributes": attributes,
                "relations": tuple(map(relation, entity.relations)),
                "uniques": tuple(
                    u.model_copy(update={"name": self.rule(u.name, "table", entity)})
                    for u in entity.uniques
                ),
                "indexes": tuple(
                    i.model_copy(update={"name": self.rule(_called(i, entity), "table", entity)})
                    for i in entity.indexes
                ),
                "checks": tuple(
                    c.model_copy(update={"name": self.rule(c.name, "check", entity)})
                    for c in entity.checks
                ),
            }
        )

    def rule(self, name: str | None, kind: str, entity: Entity) -> str | None:
        """Indexes share their names with tables; a rule that has none is named after its table."""
        if name is None:
            return None
        return self.free(name, self.taken[kind], "The rule", entity.name)


def _called(index: Index, entity: Entity) -> str | None:
    """Return an index's name; there may be several of the same columns, for different rows."""
    if index.name is not None or index.where is None:
        return index.name
    columns = {a.name: a.column or a.name for a in entity.attributes}
    about = [columns[name] for name in named_in(index.where, entity)]
    made_of = [entity.table or "", *(columns[name] for name in index.attributes), "where", *about]
    return names.shorten("_".join(["ix", *made_of]))
