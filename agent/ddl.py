"""How would the tables of a spec be written in SQL? For people and agents who think in DDL.

The emitted Alembic revision makes the same tables; a test compares the two on a database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.facts import Facts
from agent.emitter.models import index_name, is_identity
from agent.emitter.relationships import ON_DELETE
from agent.emitter.tables import convention
from agent.emitter.types import enum_length, mysql_long
from agent.planner import names
from agent.planner.row_checks import check_sql, condition_sql
from agent.types import AttributeType, Database, Generator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.types import Attribute, BackendSpec, DeleteBehaviour, Entity, JoinTable, Relation

T = AttributeType
_PLAIN = {
    T.TEXT: "TEXT",
    T.INTEGER: "INTEGER",
    T.SMALLINT: "SMALLINT",
    T.BIGINT: "BIGINT",
    T.BOOLEAN: "BOOLEAN",
    T.DATE: "DATE",
    T.TIME: "TIME",
    T.DURATION: "BIGINT",
    T.JSON: "JSON",
}
_BY_DATABASE = {
    Database.POSTGRESQL: {T.UUID: "UUID", T.FLOAT: "DOUBLE PRECISION", T.BINARY: "BYTEA"},
    Database.MYSQL: {
        T.UUID: "CHAR(32)",
        T.FLOAT: "DOUBLE",
        T.BINARY: "BLOB",
        T.DATETIME: "DATETIME(6)",
    },
    Database.SQLITE: {
        T.UUID: "CHAR(32)",
        T.FLOAT: "DOUBLE",
        T.BINARY: "BLOB",
        T.DATETIME: "DATETIME",
    },
}
_SERIAL = {T.INTEGER: "SERIAL", T.SMALLINT: "SMALLSERIAL", T.BIGINT: "BIGSERIAL"}
_TEXTS = frozenset({T.STRING, T.EMAIL, T.URL, T.PASSWORD})


def ddl(spec: BackendSpec) -> str:
    """Return CREATE TABLE and CREATE INDEX statements of a resolved spec, for its database."""
    return "\n\n".join(f"{statement};" for statement in _Writer(spec).statements())


def indexes(spec: BackendSpec) -> Iterator[tuple[str, str, list[str], bool, str]]:
    """Yield every index that the project creates: name, table, columns, unique, condition."""
    facts = Facts(spec)
    for entity in spec.entities:
        table = entity.table or entity.name
        for a in entity.attributes:
            if a.index and not a.unique:
                column = a.column or a.name
                yield names.shorten(f"ix_{table}_{column}"), table, [column], False, ""
        for rule in entity.indexes:
            columns = [facts.attribute(entity.name, n).column or n for n in rule.attributes]
            name = rule.name or index_name(entity, rule.attributes, facts)
            where = condition_sql(rule.where or "", entity, spec.database)
            yield name, table, columns, rule.unique, where
    for entity in spec.entities:
        for relation in entity.relations:
            if join := relation.through:
                first = join.target_columns[0]
                yield names.shorten(f"ix_{join.table}_{first}"), join.table, [first], False, ""


class _Writer:
    """Writes one spec's tables."""

    def __init__(self, spec: BackendSpec) -> None:
        self.spec = spec
        self.facts = Facts(spec)
        self.database = spec.database
        self.made: set[str] = set()

    def statements(self) -> Iterator[str]:
        later: list[str] = []
        for entity in self.spec.entities:
            yield self._table(entity, later)
        for entity in self.spec.entities:
            for relation in entity.relations:
                if relation.through:
                    yield self._join_table(entity, relation, relation.through)
        for name, table, columns, unique, where in indexes(self.spec):
            kind = "UNIQUE INDEX" if unique else "INDEX"
            rows = f" WHERE {where}" if where else ""
            on = f"{self._q(table)} ({self._list(columns)})"
            yield f"CREATE {kind} {self._q(name)} ON {on}{rows}"
        yield from later

    def _table(self, entity: Entity, later: list[str]) -> str:
        table = entity.table or entity.name
        self.made.add(table)
        rows = [self._column(entity, attribute) for attribute in entity.attributes]
        rows.append(f"PRIMARY KEY ({self._list(self._columns(entity, entity.primary_key))})")
        uniques = [(a.name,) for a in entity.attributes if a.unique]
        rows += [
            f"UNIQUE ({self._list(self._columns(entity, attributes))})"
            for attributes in (*uniques, *(rule.attributes for rule in entity.uniques))
        ]
        for attribute in entity.attributes:
            if attribute.type is T.ENUM and not attribute.array:
                enum = self.facts.enums[attribute.enum or ""]
                values = ", ".join("'" + value.replace("'", "''") + "'" for value in enum.values)
                rows.append(f"CHECK ({self._q(attribute.column or '')} IN ({values}))")
        database = self.facts.spec.database
        rows += [
            f"CHECK ({check_sql(rule.expression, entity, database)})" for rule in entity.checks
        ]
        for relation in entity.relations:
            if relation.through is not None:
                continue
            key, target = self._foreign_key(entity, relation)
            if target in self.made or self.database is Database.SQLITE:
                rows.append(key)
            else:  # only SQLite lets a key refer to a table that is still to come
                name = relation.constraint or convention(
                    "fk", table, self._columns(entity, relation.attributes)
                )
                later.append(f"ALTER TABLE {self._q(table)} ADD CONSTRAINT {self._q(name)} {key}")
        return self._create(table, rows)

    def _create(self, table: str, rows: list[str]) -> str:
        body = ",\n".join(f"    {row}" for row in rows)
        return f"CREATE TABLE {self._q(table)} (\n{body}\n)"

    def _column(self, entity: Entity, attribute: Attribute) -> str:
        identity = is_identity(entity, attribute)
        words = [self._q(attribute.column or attribute.name), self._type(attribute)]
        if identity and self.database is Database.POSTGRESQL:
            words[1] = _SERIAL.get(attribute.type, words[1])
        elif identity and self.database is Database.SQLITE:
            words[1] = "INTEGER"  # what SQLite counts up by itself
        if not attribute.nullable:
            words.append("NOT NULL")
        if identity and self.database is Database.MYSQL:
            words.append("AUTO_INCREMENT")
        stamped = attribute.generated in {Generator.NOW, Generator.NOW_ON_UPDATE}
        if stamped and attribute.type is T.DATETIME:
            digits = "(6)" if self.database is Database.MYSQL else ""
            words.append(f"DEFAULT CURRENT_TIMESTAMP{digits}")
        return " ".join(words)

    def _type(self, attribute: Attribute) -> str:
        kind = attribute.type
        if attribute.array:
            return "JSON"
        if kind is T.ENUM:
            return f"VARCHAR({enum_length(self.facts.enums[attribute.enum or ''])})"
        if kind in _TEXTS:
            return f"VARCHAR({attribute.length})"
        if kind is T.DECIMAL:
            return f"NUMERIC({attribute.precision}, {attribute.scale})"
        if kind is T.DATETIME and self.database is Database.POSTGRESQL:
            return f"TIMESTAMP {'WITH' if attribute.timezone else 'WITHOUT'} TIME ZONE"
        long = mysql_long(attribute) if self.database is Database.MYSQL else None
        return long or _PLAIN.get(kind) or _BY_DATABASE[self.database][kind]

    def _foreign_key(self, entity: Entity, relation: Relation) -> tuple[str, str]:
        """Return a relation's key, and the table that it refers to."""
        target = self.facts.entities[relation.target]
        table = target.table or target.name
        columns = self._columns(entity, relation.attributes)
        referred = self._columns(target, relation.references)
        return self._refer(columns, table, referred, relation.on_delete), table

    def _refer(
        self, columns: Sequence[str], table: str, referred: Sequence[str], rule: DeleteBehaviour
    ) -> str:
        key = (
            f"FOREIGN KEY ({self._list(columns)})"
            f" REFERENCES {self._q(table)} ({self._list(referred)})"
        )
        return f"{key} ON DELETE {ON_DELETE[rule]}" if rule in ON_DELETE else key

    def _join_table(self, entity: Entity, relation: Relation, join: JoinTable) -> str:
        rows, keys = [], []
        target = self.facts.entities[relation.target]
        for side, columns in ((entity, join.local_columns), (target, join.target_columns)):
            for column, key in zip(columns, side.primary_key, strict=True):
                kind = self._type(self.facts.attribute(side.name, key))
                rows.append(f"{self._q(column)} {kind} NOT NULL")
            referred = self._columns(side, side.primary_key)
            keys.append(self._refer(columns, side.table or side.name, referred, join.on_delete))
        primary = f"PRIMARY KEY ({self._list((*join.local_columns, *join.target_columns))})"
        return self._create(join.table, [*rows, primary, *keys])

    def _columns(self, entity: Entity, attributes: Sequence[str]) -> list[str]:
        return [self.facts.attribute(entity.name, name).column or name for name in attributes]

    def _list(self, columns: Sequence[str]) -> str:
        return ", ".join(self._q(column) for column in columns)

    def _q(self, name: str) -> str:
        mark = "`" if self.database is Database.MYSQL else '"'
        return mark + name.replace(mark, mark * 2) + mark
