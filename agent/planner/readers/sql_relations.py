"""Which relations are these foreign keys? To-one relations, and join tables as many-to-many."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import inflection

from agent.planner.readers.models import comment
from agent.planner.readers.sql_attributes import as_text
from agent.planner.readers.sql_names import free, snake
from agent.types import AttributeType, JoinTable, Relation, RelationKind

if TYPE_CHECKING:
    from agent.planner.readers.sql_drafts import Drafts, EntityDraft
    from agent.planner.readers.sql_schema import ForeignKey, Schema, Table

_KEY_SUFFIX = re.compile(r"^(?:fk_|id_)(?=.)|(?<=.)_(?:id|fk|uuid|guid|pk|ids)$")

# These let a key refer to columns that are not unique.
_ANY_COLUMNS = frozenset({"mysql", "sqlite"})
_WHOLE = {AttributeType.INTEGER, AttributeType.SMALLINT, AttributeType.BIGINT}
_MAY_HOLD_UUIDS = {AttributeType.STRING, AttributeType.TEXT, AttributeType.BINARY}
_FAMILIES = {
    "number": {*_WHOLE, AttributeType.DECIMAL},
    "text": {AttributeType.STRING, AttributeType.TEXT, AttributeType.ENUM},
}


@dataclass(slots=True)
class Link:
    """A foreign key with both ends found; columns and references are lookup keys."""

    key: ForeignKey
    source: EntityDraft
    target: EntityDraft
    columns: tuple[str, ...]
    references: tuple[str, ...]


@dataclass(slots=True)
class Join:
    """A join table: ``local`` points to the side that declares the relation."""

    table: Table
    local: Link
    remote: Link


def relate(drafts: Drafts) -> list[Join]:
    """Give every draft its relations, and take the join tables out; they are returned."""
    links = [link for draft in drafts.by_table.values() for link in _links(draft, drafts)]
    by_table: dict[int, list[Link]] = {}
    pointed_at: set[int] = set()
    for link in links:
        by_table.setdefault(id(link.source.table), []).append(link)
        if link.target is not link.source:
            pointed_at.add(id(link.target.table))
    joins: list[Join] = []
    for identity, own in by_table.items():
        if identity not in pointed_at and (join := _join(own, drafts)):
            joins.append(join)
            del drafts.by_table[identity]
        else:
            _to_one(own, drafts)
    _align_types(links)
    for link in links:
        _fit_types(link, drafts)
    for join in joins:
        _many_to_many(join, drafts)
    return joins


def _links(draft: EntityDraft, drafts: Drafts) -> list[Link]:
    schema, found = drafts.schema, []
    for key in draft.table.foreign_keys:
        target_table = schema.find(key.target, draft.table)
        target = drafts.by_table.get(id(target_table)) if target_table else None
        columns = tuple(schema.key(column) for column in key.columns)
        what = f"the foreign key of {draft.table.name} ({', '.join(key.columns)})"
        if target is None or target_table is None:
            _elsewhere(key, what, schema)
            continue
        names = key.references or target_table.primary_key
        references = tuple(schema.key(column) for column in names)
        missing = [column for column in columns if column not in draft.attributes]
        missing += [column for column in references if column not in target.attributes]
        if missing or len(columns) != len(references) or not columns:
            wrong = f"no column {missing[0]}" if missing else "another number of columns"
            message = f"{what} does not fit {target_table.name}: {wrong}"
            schema.refuse(
                schema.script.fault(
                    "sql-foreign-key", message, key.offset, "as many columns as it refers to"
                )
            )
            continue
        if frozenset(references) not in _unique_sets(target_table, drafts):
            words = ", ".join(key.references or columns)
            message = f"{what} refers to {target_table.name} ({words}), which is no key of it"
            if schema.script.dialect in _ANY_COLUMNS:
                message += ": a plain column, without the key"
                schema.warn("not-carried-over", message, key.target_offset)
                continue
            remedy = "the primary key or unique columns"
            fault = schema.script.fault("sql-foreign-key", message, key.target_offset, remedy)
            schema.refuse(fault)
            continue
        found.append(Link(key, draft, target, columns, references))
    return found


def _elsewhere(key: ForeignKey, what: str, schema: Schema) -> None:
    """Leave out a key to a table that is described elsewhere; refuse one that is misspelt."""
    shown = ".".join(key.target)
    what = f"{what} points to {shown}, which is not in the source"
    meant = schema.nearly(key.target)
    if meant is None or schema.path_key(key.target) in schema.aside:
        message = f"{what}: a plain column, without the key"
        schema.warn("unknown-table", message, key.offset)
        return
    fault = schema.script.fault(
        "sql-unknown-table", what, key.target_offset, f"did you mean {meant}?"
    )
    schema.refuse(fault)


def _unique_sets(table: Table, drafts: Drafts) -> frozenset[frozenset[str]]:
    """Give the sets of columns whose values no two rows of a table share."""
    if (known := drafts.unique_sets.get(id(table))) is not None:
        return known
    key = drafts.schema.key
    rules = [table.primary_key, *(rule.columns for rule in table.uniques)]
    rules += [index.columns for index in table.indexes if index.unique and index.where is None]
    found = frozenset(frozenset(key(column) for column in rule) for rule in rules if rule)
    drafts.unique_sets[id(table)] = found
    return found


def _join(links: list[Link], drafts: Drafts) -> Join | None:
    """Two foreign keys that are the whole table and its key, and nothing else to keep."""
    first = links[0]
    table = first.source.table
    if len(links) != 2 or len(table.foreign_keys) != 2:  # noqa: PLR2004 - a join table joins two
        return None
    local, remote = links
    together = [*local.columns, *remote.columns]
    if len(together) != len(set(together)) or set(together) != set(table.columns):
        return None
    if why := _why_apart(local, remote, drafts):
        drafts.apart.append((first.source, why))
        return None
    return Join(table, local, remote)


def _why_apart(local: Link, remote: Link, drafts: Drafts) -> str | None:
    """Say what would be lost of a table that only joins two others, were it no entity."""
    table, key = local.source.table, drafts.schema.key
    if any(each.default or each.identity or each.computed for each in table.columns.values()):
        return "its columns have values of their own"
    if table.checks:
        return "it has a check"
    for link in (local, remote):
        if set(link.references) != {key(column) for column in link.target.table.primary_key}:
            return f"it refers to {link.target.table.name} by something else than the primary key"
    keys = _unique_sets(table, drafts)
    some = any(index.unique and index.where for index in table.indexes)
    if some or any(unique != set(table.columns) for unique in keys):
        return "a part of it is unique"
    rules = [link.key.on_delete.value.replace("-", " ").upper() for link in (local, remote)]
    if rules[0] != rules[1]:
        return f"its foreign keys have different rules ON DELETE, {rules[0]} and {rules[1]}"
    return None


def _to_one(links: list[Link], drafts: Drafts) -> None:
    draft = links[0].source
    unique = _unique_sets(draft.table, drafts)
    targets = [link.target for link in links]
    for link in links:
        attributes = draft.names(link.columns)
        one = frozenset(link.columns) in unique
        alone = targets.count(link.target) == 1 and link.target is not draft
        nullable = any(draft.fields[column]["nullable"] for column in link.columns)
        for column in link.columns:
            draft.fields[column].pop("access", None)
        draft.offsets["relations"].append(link.key.offset)
        draft.relations.append(
            Relation(
                name=_to_one_name(attributes, link, draft, alone=alone),
                target=link.target.name,
                kind=RelationKind.ONE_TO_ONE if one else RelationKind.MANY_TO_ONE,
                nullable=nullable,
                on_delete=link.key.on_delete,
                attributes=attributes,
                references=link.target.names(link.references),
                constraint=link.key.name,
            )
        )


def _to_one_name(
    attributes: tuple[str, ...], link: Link, draft: EntityDraft, *, alone: bool
) -> str:
    """``artist_id`` is ``artist``; a column that is no id lends its name to the target's."""
    target = snake(link.target.name)
    role = _KEY_SUFFIX.sub("", attributes[0])
    qualified = f"{target}_record" if role == target else f"{role}_{target}"
    if len(attributes) > 1:
        role = attributes[0]
    names = [*([role] if role != attributes[0] else []), *([target] if alone else []), qualified]
    return free(names[0], draft.taken, *names[1:])


def _align_types(links: list[Link]) -> None:
    """Make the columns that hold a key uuids where the key became one."""
    holders: dict[tuple[int, str], list[tuple[EntityDraft, str]]] = {}
    keys: list[tuple[EntityDraft, str]] = []
    for link in links:
        for column, reference in zip(link.columns, link.references, strict=True):
            holders.setdefault((id(link.target), reference), []).append((link.source, column))
            keys.append((link.target, reference))
    while keys:
        target, reference = keys.pop()
        if target.fields[reference]["type"] is not AttributeType.UUID:
            continue
        for source, column in holders.pop((id(target), reference), ()):
            if source.fields[column]["type"] in _MAY_HOLD_UUIDS:
                source.fields[column]["type"] = AttributeType.UUID
                source.fields[column].pop("length", None)
                keys.append((source, column))


def _fit_types(link: Link, drafts: Drafts) -> None:
    """Refuse a key of one kind that refers to another; where it is taken, it is told."""
    schema = drafts.schema
    for column, reference in zip(link.columns, link.references, strict=True):
        here, there = link.source.fields[column], link.target.fields[reference]
        if {here["type"], there["type"]} == {AttributeType.STRING, AttributeType.BINARY}:
            as_text(here if here["type"] is AttributeType.BINARY else there)
        exact = schema.script.dialect == "mysql" and {here["type"], there["type"]} <= _WHOLE
        same = here["type"] is there["type"]
        if same or (not exact and _family(here["type"]) == _family(there["type"])):
            continue
        table, target = link.source.table, link.target.table
        message = (
            f"{table.name}.{table.columns[column].name} is {here['type'].value} and refers to "
            f"{target.name}.{target.columns[reference].name}, which is {there['type'].value}"
        )
        whole = {here["type"], there["type"]} <= _WHOLE
        if schema.script.dialect != "sqlite" and not whole and not schema.drawn:
            remedy = "one type on both sides"
            fault = schema.script.fault("sql-foreign-key", message, link.key.offset, remedy)
            schema.refuse(fault)
            continue
        schema.warn("type-changed", f"{message}: kept as that", link.key.offset)
        kept = ("name", "column", "nullable", "comment", "access", "unique", "index")
        facts = ("type", "enum", "length", "precision", "scale", "timezone")
        taken = {fact: there[fact] for fact in facts if fact in there}
        link.source.fields[column] = {k: v for k, v in here.items() if k in kept} | taken


def _family(kind: AttributeType) -> str:
    return next((name for name, kinds in _FAMILIES.items() if kind in kinds), kind.value)


def _many_to_many(join: Join, drafts: Drafts) -> None:
    side, other = join.local, join.remote
    draft, table = side.target, join.table
    role = _KEY_SUFFIX.sub("", other.source.attributes[other.columns[0]])
    wanted = inflection.pluralize(role if len(other.columns) == 1 else snake(other.target.name))
    through = JoinTable(
        table=table.name,
        db_schema=table.schema,
        local_columns=_in_key_order(side, drafts),
        target_columns=_in_key_order(other, drafts),
        on_delete=side.key.on_delete,
    )
    draft.offsets["relations"].append(table.offset)
    draft.relations.append(
        Relation(
            name=free(wanted, draft.taken, f"{wanted}_via_{snake(table.name)}"),
            target=other.target.name,
            kind=RelationKind.MANY_TO_MANY,
            through=through,
            comment=comment(table.comment),
        )
    )
    made = {tuple(side.columns), tuple(other.columns)}  # the project has both of these
    for index in table.indexes:
        if not index.unique and tuple(map(drafts.schema.key, index.columns)) not in made:
            what = f"index {index.name or ''} of the join table {table.name}".replace("  ", " ")
            drafts.schema.left_out(what, index.offset)


def _in_key_order(link: Link, drafts: Drafts) -> tuple[str, ...]:
    key = drafts.schema.key
    columns = dict(zip(link.references, link.columns, strict=True))
    names = link.source.table.columns
    return tuple(names[columns[key(part)]].name for part in link.target.table.primary_key)
