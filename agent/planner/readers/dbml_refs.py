"""Which foreign keys do the relations of DBML draw? And which join tables.

A drawing is looser than a database: an arrow that points the wrong way, or from a key to a column
that is none, is read the way it can only be meant, and told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agent.planner.readers.grammars import offset_of, part, parts, tokens
from agent.planner.readers.models import usable_name
from agent.planner.readers.sql_schema import Column, ForeignKey, Key, Table
from agent.planner.readers.sql_words import near_miss
from agent.types import DeleteBehaviour

if TYPE_CHECKING:
    from agent.planner.readers.grammars import Branch
    from agent.planner.readers.sql_schema import Schema

_DELETES = {
    "cascade": DeleteBehaviour.CASCADE,
    "restrict": DeleteBehaviour.RESTRICT,
    "set null": DeleteBehaviour.SET_NULL,
    "no action": DeleteBehaviour.NO_ACTION,
}
End = tuple[Table, tuple[str, ...]]
Path = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(slots=True)
class Ref:
    """A relation as drawn: its own end, the path of the other, and the arrow between them."""

    own: End
    other: Path
    arrow: str
    offset: int
    inline: bool = False
    name: str | None = None
    on_delete: DeleteBehaviour = DeleteBehaviour.NO_ACTION


def named(branch: Branch) -> tuple[str, ...]:
    """Return the names right below a branch, without their quotes."""
    return tuple(str(leaf).strip('"') for each in parts(branch, "name") for leaf in tokens(each))


def end_of(branch: Branch) -> tuple[str, Path]:
    """Return the arrow and the end of ``> schema.table.column``."""
    arrow = tokens(branch, "REL")
    end = part(branch, "end")
    path = _path(end) if end is not None else ((), ())
    return (str(arrow[0]) if arrow else ""), path


def _path(end: Branch) -> Path:
    names = named(end)
    if columns := part(end, "columns"):
        return names, named(columns)
    return names[:-1], names[-1:]


def put_refs(tree: Branch, inline: list[Ref], schema: Schema) -> None:
    """Give the tables of a schema their foreign keys, those in columns first."""
    for ref in [*inline, *_standing(tree, schema)]:
        if other := _end(ref.other, ref.offset, schema):
            _put(ref, other, schema)


def _standing(tree: Branch, schema: Schema) -> list[Ref]:
    found = []
    for block in parts(tree, "ref"):
        name = next((usable_name(each) for each in named(block)), None)
        for link in parts(block, "link"):
            first, second = parts(link, "end")
            own = _end(_path(first), offset_of(first), schema)
            if own is None:
                continue
            ref = Ref(own, _path(second), str(tokens(link, "REL")[0]), offset_of(first), name=name)
            for owner in (link, block):
                _settings(owner, ref, schema)
            found.append(ref)
    return found


def _settings(branch: Branch, ref: Ref, schema: Schema) -> None:
    for block in parts(branch, "settings"):
        for each in parts(block, "setting"):
            word = " ".join(tokens(each, "ID")).lower()
            said = part(each, "said")
            given = schema.script.shown(said.meta.start_pos, said.meta.end_pos) if said else ""
            if word == "delete" and given.lower() in _DELETES:
                ref.on_delete = _DELETES[given.lower()]
            elif word != "update" or given.lower() not in {"no action", "restrict"}:
                schema.lose(f"{word} {given}".strip() + " of a Ref", offset_of(each))


def _end(path: Path, offset: int, schema: Schema) -> End | None:
    """Find the table and the columns of an end; refuse a slip of the pen."""
    where, columns = path
    if where and schema.find(where) is None:
        where = schema.aliases.get(where[-1], where)
    shown = ".".join(where)
    table = schema.find(where) if where else None
    if table is None:
        meant = schema.nearly(where) if where else None
        message = f"a relation names table {shown or columns[-1]}, which is not declared"
        remedy = f"did you mean {meant}?" if meant else f"Table {shown}, or no relation to it"
        schema.faults.append(schema.script.fault("dbml-unknown-table", message, offset, remedy))
        return None
    missing = [each for each in columns if schema.key(each) not in table.columns]
    if missing:
        known = frozenset(column.name for column in table.columns.values())
        meant = near_miss(missing[0], known)
        message = f"a relation names {table.name}.{missing[0]}, which is no column"
        remedy = f"did you mean {meant}?" if meant else f"a column of {table.name}"
        schema.faults.append(schema.script.fault("dbml-unknown-column", message, offset, remedy))
        return None
    return table, columns


def _put(ref: Ref, other: End, schema: Schema) -> None:
    own = ref.own
    if len(own[1]) != len(other[1]):
        message = (
            f"the relation of {own[0].name} and {other[0].name} has unequal numbers of columns"
        )
        remedy = "as many columns on both sides"
        schema.faults.append(schema.script.fault("dbml-columns", message, ref.offset, remedy))
        return
    if ref.arrow == "<>":
        _join(ref, own, other, schema)
        return
    holder, target = (other, own) if ref.arrow == "<" else (own, other)
    if ref.arrow == "-" and not ref.inline:
        holder, target = other, own
    if not (_is_key(target, schema) or _is_key(holder, schema)):
        _taken_for_key(target, ref, schema)
    if not _is_key(target, schema):
        names = f"{holder[0].name}.{holder[1][0]} and {target[0].name}.{target[1][0]}"
        if not _is_key(holder, schema):
            message = f"the relation of {names} refers to no key: left out, plain columns are kept"
            schema.warn("not-carried-over", message, ref.offset)
            return
        holder, target = target, holder
        if ref.arrow != "-":
            message = f"the relation of {names} points away from the key: read the other way round"
            schema.warn("relation-turned", message, ref.offset)
    if any(
        tuple(map(schema.key, each.columns)) == tuple(map(schema.key, holder[1]))
        and schema.find(each.target, holder[0]) is target[0]
        for each in holder[0].foreign_keys
    ):
        return  # drawn twice, from both sides
    _type_from_key(holder, target, schema)
    if ref.arrow == "-" and not _is_key(holder, schema):
        holder[0].uniques.append(Key(holder[1], None, ref.offset, unique=True))
    holder[0].foreign_keys.append(_foreign_key(holder[1], target, ref))


def _type_from_key(holder: End, target: End, schema: Schema) -> None:
    """Give columns that were written without a type that of the key to which they refer."""
    for name, reference in zip(holder[1], target[1], strict=True):
        column = holder[0].columns[schema.key(name)]
        if not column.type.raw:
            key = target[0].columns[schema.key(reference)].type
            column.type = replace(key, name=key.name.replace("serial", "int"))


def _taken_for_key(end: End, ref: Ref, schema: Schema) -> None:
    """Make a column the key to which a relation leads, where its table names none."""
    table, columns = end
    if not table.primary_key and len(columns) == 1:
        table.primary_key = columns
        message = f"{table.name}.{columns[0]} is taken for the key of its table, which names none"
        schema.warn("key-taken", message, ref.offset)


def _foreign_key(columns: tuple[str, ...], target: End, ref: Ref) -> ForeignKey:
    table = target[0]
    path = (table.schema, table.name) if table.schema else (table.name,)
    return ForeignKey(
        columns, path, target[1], ref.offset, ref.name, ref.on_delete, target_offset=ref.offset
    )


def _is_key(end: End, schema: Schema) -> bool:
    table, columns = end
    rules = [table.primary_key, *(rule.columns for rule in table.uniques)]
    wanted = {schema.key(each) for each in columns}
    return any({schema.key(each) for each in rule} == wanted for rule in rules if rule)


def _join(ref: Ref, own: End, other: End, schema: Schema) -> None:
    """Make the table that a many-to-many relation stands for."""
    for end in (own, other):
        if not _is_key(end, schema):
            _taken_for_key(end, ref, schema)
    if not (_is_key(own, schema) and _is_key(other, schema)):
        message = f"the relation of {own[0].name} and {other[0].name} joins what is no key"
        remedy = "the primary key or unique columns on both sides"
        schema.faults.append(schema.script.fault("dbml-join", message, ref.offset, remedy))
        return
    name = ref.name or f"{own[0].name}_{other[0].name}"
    table = Table(name, own[0].schema, ref.offset)
    if schema.path_key((own[0].schema, name) if own[0].schema else (name,)) in schema.tables:
        table.name = name = f"{name}_{len(schema.tables)}"
    for side, end in enumerate((own, other)):
        names = []
        for column in end[1]:
            made = f"{end[0].name}_{column}"
            made = f"other_{made}" if side and schema.key(made) in table.columns else made
            written = end[0].columns[schema.key(column)].type
            table.columns[schema.key(made)] = Column(made, written, ref.offset, not_null=True)
            names.append(made)
        table.foreign_keys.append(_foreign_key(tuple(names), end, ref))
        table.primary_key = (*table.primary_key, *names)
    for key in table.foreign_keys:
        key.name, key.on_delete = None, DeleteBehaviour.CASCADE
    schema.add((table.schema, name) if table.schema else (name,), table)
