"""What does a revision cost? What is lost, made up or in the way, for people to know before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.documents import Warn
from agent.emitter.difference import family
from agent.emitter.tables import Rule
from agent.types import AttributeType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.emitter.difference import Difference, TableDifference
    from agent.emitter.revision import Filled, Steps
    from agent.emitter.tables import Column
    from agent.types import Attribute

T = AttributeType
_SIZES = {T.SMALLINT: 0, T.INTEGER: 1, T.BIGINT: 2}
_ENDLESS = 2**32


def losses(up: Difference, upgrade: Steps, path: str) -> Iterator[Warn]:
    """Tell of everything that rows do not go along with unharmed. ``path`` is the revision's."""
    path = path.rpartition("/")[2]
    for table in up.dropped:
        new = [t.name for t in up.created if t.entity and table.entity]
        renamed = _renamed(new, "op.rename_table")
        yield Warn(
            code="data-loss",
            message=f"{path} drops the table {table.name} with all its rows{renamed}.",
        )
    for pair in up.altered:
        yield from _of_columns(pair, path)
    for each in upgrade.filled:
        if warning := _filled(each, path):
            yield warning


def _of_columns(pair: TableDifference, path: str) -> Iterator[Warn]:
    table = pair.new.name
    for column in pair.removed:
        added = [c.name for c in pair.added if c.kind == column.kind]
        renamed = _renamed(added, "batch.alter_column(..., new_column_name=...)")
        yield Warn(
            code="data-loss",
            message=f"{path} drops the column {table}.{column.name} with its values{renamed}.",
        )
    for old, new in pair.replaced:
        how = "refers to something else"
        if old.kind != new.kind:
            how = f"changes from {old.attribute.type} to {new.attribute.type}"
        yield Warn(
            code="data-loss",
            message=f"{path} drops the values of {table}.{new.name}, which {how}.",
        )
    for old, new in pair.changed:
        if _is_narrower(old.attribute, new.attribute) or _is_shorter(old, new):
            yield Warn(
                code="narrowed",
                message=f"{path} makes {table}.{new.name} narrower: values that do not fit make it "
                "fail, or are rounded. Look at them first.",
            )
    fresh = {c.name for c in (*pair.added, *(new for _, new in pair.replaced))}
    was = {c.name: c for c in pair.dropped}
    rules = [
        c.name
        for c in pair.created
        if c.rule is not Rule.FOREIGN
        and not fresh.intersection(c.columns)
        and was.get(c.name) != c
        and not (c.values and c.name in was and was[c.name].values <= c.values)
    ]
    rules += [i.name for i in pair.created_indexes if i.unique and i not in pair.dropped_indexes]
    if rules:
        yield Warn(
            code="stricter",
            message=f"{path} adds rules to {table}: {', '.join(rules)}. It fails where rows break "
            "them.",
        )


def _renamed(new: list[str], how: str) -> str:
    if not new:
        return ""
    return f"; if it only has another name now ({' or '.join(new)}), write {how} there instead"


def _filled(each: Filled, path: str) -> Warn | None:
    place = f"{each.table.name}.{each.column.name}"
    if each.fill is None:
        rows = "there are rows" if each.is_new else "rows have no value there"
        return Warn(
            code="needs-values",
            message=f"{place} is required, and nothing true can be written into rows that are "
            f"there: {path} stops, before it changes anything, where {rows}. Make it optional, or "
            "write the values into the revision.",
        )
    if each.fill.is_default:
        return None
    return Warn(
        code="made-up",
        message=f"{place} is required: {path} writes {each.fill.code} into rows that have no value "
        "there. Correct them afterwards, or give it a default.",
    )


def _is_shorter(old: Column, new: Column) -> bool:
    """Compare the texts of closed lists by the length of their columns."""
    is_list = T.ENUM in {old.attribute.type, new.attribute.type}
    return is_list and old.kind != new.kind and _length(new) < _length(old)


def _length(column: Column) -> int:
    _, _, rest = column.kind.partition("length=")
    return int(rest.rstrip(")")) if rest else _ENDLESS


def _is_narrower(old: Attribute, new: Attribute) -> bool:
    if old.array or new.array or T.ENUM in {old.type, new.type}:
        return False
    if family(old) != "number":
        return (new.length or _ENDLESS) < (old.length or _ENDLESS)
    if old.type in _SIZES and new.type in _SIZES:
        return _SIZES[new.type] < _SIZES[old.type]
    if old.type is new.type is T.DECIMAL:
        was, now = ((a.precision or 0, a.scale or 0) for a in (old, new))
        return now[1] < was[1] or now[0] - now[1] < was[0] - was[1]
    return old.type is not new.type and new.type is not T.FLOAT
