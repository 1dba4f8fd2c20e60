"""What does an entity become as a SQLAlchemy model? Columns, keys, rules, table arguments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.emitter.layout import Imports, call, fit, literal, quote, tuple_of
from agent.emitter.relationships import (
    ON_DELETE,
    inverse_relationships,
    join_table,
    joins_by_several,
    own_relationships,
)
from agent.emitter.types import column, default_expression, made_anew
from agent.planner import names
from agent.planner.row_checks import check_sql, condition_sql
from agent.types import (
    AttributeType,
    Database,
    Generator,
    Relation,
)

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.types import Attribute, Entity, Index


@dataclass(frozen=True, slots=True)
class ModelView:
    """One model module, ready for its template."""

    imports: str
    imports_with_checking: str
    type_imports: str
    bases: str
    table: str
    columns: list[str]
    relationships: list[str]
    table_args: str
    join_tables: list[str] = field(default_factory=list)


def is_identity(entity: Entity, attribute: Attribute) -> bool:
    """Tell whether the database counts this key up."""
    return attribute.generated is Generator.IDENTITY and entity.primary_key == (attribute.name,)


def has_stamps(entity: Entity) -> bool:
    """Tell whether an entity has the standard pair of timestamps."""
    found = {a.name: a for a in entity.attributes}
    made, changed = found.get("created_at"), found.get("updated_at")
    return (
        made is not None
        and changed is not None
        and made.generated is Generator.NOW
        and changed.generated is Generator.NOW_ON_UPDATE
        and all(
            a.column == a.name
            and a.timezone
            and not a.nullable
            and not a.comment
            and not a.index
            and not a.unique
            and a.type is AttributeType.DATETIME
            for a in (made, changed)
        )
    )


def has_uuid_key(entity: Entity) -> bool:
    """Tell whether an entity has the standard key: ``id``, a UUID that we make."""
    if entity.primary_key != ("id",):
        return False
    key = next(a for a in entity.attributes if a.name == "id")
    return (
        key.type is AttributeType.UUID
        and key.generated is Generator.UUID
        and key.column == "id"
        and not key.comment
    )


def model_view(entity: Entity, facts: Facts) -> ModelView:
    """Return everything that an entity's model template shows."""
    imports, types = Imports(), Imports()
    imports.add("app.models.base", "Base")
    skip: set[str] = set()
    bases = []
    if has_uuid_key(entity):
        bases.append("UUIDMixin")
        skip.add("id")
    if has_stamps(entity):
        bases.append("TimestampMixin")
        skip |= {"created_at", "updated_at"}
    imports.add("app.models.base", *bases)
    foreign = _single_foreign_keys(entity)
    columns = [
        _column(entity, a, facts, imports, foreign) for a in entity.attributes if a.name not in skip
    ]
    relationships = [
        *own_relationships(entity, facts, types),
        *inverse_relationships(entity, facts, types),
    ]
    if columns or relationships:
        imports.add("sqlalchemy.orm", "Mapped")
    if joins_by_several(entity):
        imports.add("sqlalchemy", "and_")
    if columns:
        imports.add("sqlalchemy.orm", "mapped_column")
    if relationships:
        imports.add("sqlalchemy.orm", "relationship")
    join_tables = [join_table(entity, r, facts, imports) for r in entity.relations if r.through]
    table_args = _table_args(entity, facts, imports)
    types.discard(f"app.models.{names.snake(entity.name)}")
    imports.discard(f"app.models.{names.snake(entity.name)}")
    plain = imports.render()
    imports.add("typing", "TYPE_CHECKING")
    return ModelView(
        imports=plain,
        imports_with_checking=imports.render(),
        type_imports=types.render(indent=4),
        bases=", ".join([*bases, "Base"]),
        table=quote(entity.table or ""),
        columns=columns,
        relationships=relationships,
        table_args=table_args,
        join_tables=join_tables,
    )


def _single_foreign_keys(entity: Entity) -> dict[str, Relation]:
    """Foreign keys that stand on their column: one column, used by one relation, no given name."""
    found: dict[str, Relation] = {}
    for relation in entity.relations:
        if len(relation.attributes) == 1 and relation.attributes[0] not in found:
            found[relation.attributes[0]] = relation
    return found


def _foreign_key(entity: Entity, relation: Relation, facts: Facts) -> str:
    target = facts.entities[relation.target]
    referred = facts.attribute(relation.target, relation.references[0])
    arguments = [quote(f"{target.table}.{referred.column}")]
    if relation.on_delete in ON_DELETE:
        arguments.append(f"ondelete={quote(ON_DELETE[relation.on_delete])}")
    arguments += _key_name(entity, relation, facts)
    return f"ForeignKey({', '.join(arguments)})"


def _key_name(entity: Entity, relation: Relation, facts: Facts) -> list[str]:
    """Return the name that a foreign key was given, or needs because it closes a cycle."""
    is_late = (entity.name, relation.name) in facts.late_keys
    name = relation.constraint
    if is_late and name is None:
        columns = [facts.attribute(entity.name, a).column or a for a in relation.attributes]
        name = names.shorten(f"fk_{entity.table}_{'_'.join(columns)}")
    arguments = [f"name={quote(name)}"] if name else []
    return [*arguments, "use_alter=True"] if is_late else arguments


def _column(
    entity: Entity,
    attribute: Attribute,
    facts: Facts,
    imports: Imports,
    foreign: dict[str, Relation],
) -> str:
    code = column(attribute, facts.spec.database, identity=is_identity(entity, attribute))
    imports.update(code.python_imports)
    imports.update(code.model_imports)
    name = facts.model_attribute(entity, attribute)
    arguments = []
    if attribute.column != name:
        arguments.append(quote(attribute.column or name))
    arguments.append(code.model)
    if attribute.name in foreign:
        imports.add("sqlalchemy", "ForeignKey")
        relation = foreign[attribute.name]
        arguments.append(fit(_foreign_key(entity, relation, facts), 8, comma=True))
    if attribute.name in entity.primary_key:
        arguments.append("primary_key=True")
        is_counted = attribute.generated is Generator.IDENTITY
        if code.python == "int" and not is_counted:
            arguments.append("autoincrement=False")
    if attribute.unique and not _is_long("uq", entity, attribute):
        arguments.append("unique=True")
    elif attribute.index and not attribute.unique and not _is_long("ix", entity, attribute):
        arguments.append("index=True")
    arguments += _default_arguments(attribute, facts, imports)
    if attribute.comment:
        arguments.append(f"comment={quote(attribute.comment)}")
    hint = f"{code.python} | None" if attribute.nullable else code.python
    return call(f"{name}: Mapped[{hint}] = mapped_column(", arguments, indent=4)


def _default_arguments(attribute: Attribute, facts: Facts, imports: Imports) -> list[str]:
    if attribute.generated in {Generator.NOW, Generator.NOW_ON_UPDATE}:
        return _clock_arguments(attribute, imports)
    if attribute.generated is Generator.UUID:
        imports.add("uuid", "uuid4")
        is_text = attribute.type is AttributeType.STRING
        return ["default=lambda: str(uuid4())" if is_text else "default=uuid4"]
    # a list is kept as JSON, of which the members' values are a part
    value = default_expression(attribute, {} if attribute.array else facts.members)
    if value is None:
        return []
    if attribute.array or isinstance(attribute.default, dict | list):
        return [f"default={made_anew(value)}"]
    for name in ("Decimal", "UUID"):
        if value.startswith(f"{name}("):
            imports.add({"Decimal": "decimal", "UUID": "uuid"}[name], name)
    return [f"default={value}"]


def _clock_arguments(attribute: Attribute, imports: Imports) -> list[str]:
    clock = {AttributeType.DATE: "row_date", AttributeType.TIME: "row_time"}.get(
        attribute.type, "row_moment"
    )
    imports.add("app.db.types", clock)
    arguments = [f"default={clock}"]
    if attribute.generated is Generator.NOW_ON_UPDATE:
        arguments.append(f"onupdate={clock}")
    if clock == "row_moment":
        imports.add("sqlalchemy", "func")
        arguments.append("server_default=func.now()")
    return arguments


def _table_args(entity: Entity, facts: Facts, imports: Imports) -> str:
    arguments: list[str] = []

    def columns(given: tuple[str, ...]) -> list[str]:
        return [quote(facts.attribute(entity.name, name).column or name) for name in given]

    single = _single_foreign_keys(entity)
    for relation in entity.relations:
        if not relation.attributes or single.get(relation.attributes[0]) is relation:
            continue
        imports.add("sqlalchemy", "ForeignKeyConstraint")
        target = facts.entities[relation.target]
        referred = [
            quote(f"{target.table}.{facts.attribute(relation.target, name).column}")
            for name in relation.references
        ]
        items = [f"[{', '.join(columns(relation.attributes))}]", f"[{', '.join(referred)}]"]
        if relation.on_delete in ON_DELETE:
            items.append(f"ondelete={quote(ON_DELETE[relation.on_delete])}")
        items += _key_name(entity, relation, facts)
        arguments.append(call("ForeignKeyConstraint(", items, indent=8, nested=True))
    arguments += _rules(entity, facts, imports)
    options = {}
    if entity.comment:
        options["comment"] = entity.comment
    if facts.spec.database is Database.MYSQL:
        options["mysql_charset"] = "utf8mb4"
    if options:
        arguments.append(literal(options))
    return tuple_of(arguments, head="__table_args__ = ", indent=4) if arguments else ""


def _is_long(kind: str, entity: Entity, attribute: Attribute) -> bool:
    """Tell whether the naming convention's name is too long for the databases."""
    name = f"{kind}_{entity.table}_{attribute.column}"
    return names.shorten(name) != name


def _rules(entity: Entity, facts: Facts, imports: Imports) -> list[str]:
    """Return the uniqueness rules, indexes and checks that stand beside the columns."""
    found = []

    def columns(given: tuple[str, ...]) -> list[str]:
        return [quote(facts.attribute(entity.name, name).column or name) for name in given]

    def add(kind: str, items: list[str]) -> None:
        imports.add("sqlalchemy", kind)
        found.append(call(f"{kind}(", items, indent=8, nested=True))

    for attribute in entity.attributes:
        own = (attribute.name,)
        if attribute.unique and _is_long("uq", entity, attribute):
            name = names.shorten(f"uq_{entity.table}_{attribute.column}")
            add("UniqueConstraint", [*columns(own), f"name={quote(name)}"])
        elif attribute.index and not attribute.unique and _is_long("ix", entity, attribute):
            add("Index", [quote(index_name(entity, own, facts)), *columns(own)])
    for unique in entity.uniques:
        items = columns(unique.attributes)
        given = unique.name
        if given is None:
            plain = f"uq_{entity.table}_" + "_".join(item.strip('"') for item in items)
            given = names.shorten(plain) if names.shorten(plain) != plain else None
        add("UniqueConstraint", [*items, *([f"name={quote(given)}"] if given else [])])
    for index in entity.indexes:
        name = index.name or index_name(entity, index.attributes, facts)
        unique_argument = ["unique=True"] if index.unique else []
        where = _where(index, entity, facts, imports)
        add("Index", [quote(name), *columns(index.attributes), *unique_argument, *where])
    for number, check in enumerate(entity.checks, 1):
        name = check.name or f"rule_{number}"
        rule = check_sql(check.expression, entity, facts.spec.database)
        add("CheckConstraint", [_rule(rule, imports), f"name={quote(name)}"])
    return found


def _rule(rule: str, imports: Imports) -> str:
    """Return a check's SQL as code."""
    if not is_no_text(rule):
        return quote(rule)
    imports.add("sqlalchemy", "literal_column")
    return f"literal_column({quote(rule)})"


def is_no_text(rule: str) -> bool:
    """Tell whether SQLAlchemy's ``text()``, which a check's rule becomes, reads other than SQL."""
    return ":" in rule


def _where(index: Index, entity: Entity, facts: Facts, imports: Imports) -> list[str]:
    """Return the condition of an index of some rows only, for each database that reads it.

    Not as ``text()``: many a model has an attribute of that name.
    """
    if index.where is None:
        return []
    imports.add("sqlalchemy", "literal_column")
    condition = condition_sql(index.where, entity, facts.spec.database)
    code = f"literal_column({quote(condition)})"
    return [fit(f"{name}={code}", 12, comma=True) for name in where_names(facts.spec.database)]


def where_names(database: Database) -> list[str]:
    """Return what SQLAlchemy calls the condition of an index; SQLite's is for the tests."""
    return [f"{each}_where" for each in dict.fromkeys((database.value, Database.SQLITE.value))]


def index_name(entity: Entity, attributes: tuple[str, ...], facts: Facts) -> str:
    """Return an index's name after the naming convention."""
    columns = "_".join(facts.attribute(entity.name, name).column or name for name in attributes)
    return names.shorten(f"ix_{entity.table}_{columns}")
