"""Which entity does a draft become? Its attributes are finished, its keys and indexes not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.readers.models import comment
from agent.planner.readers.sql_conditions import condition_of
from agent.planner.readers.sql_left_out import index_left_out
from agent.types import Attribute, AttributeType, Entity, Index, Unique

if TYPE_CHECKING:
    from agent.planner.readers.sql_drafts import Drafts, EntityDraft
    from agent.planner.readers.sql_schema import Key


def entity_of(draft: EntityDraft, drafts: Drafts) -> Entity:
    """Make the entity of a finished draft."""
    table, key = draft.table, drafts.schema.key
    uniques: list[Unique] = []
    indexes: list[Index] = []
    primary = tuple(key(column) for column in table.primary_key)
    for unique in table.uniques:
        columns = _columns(draft, drafts, unique)
        if not columns or columns == primary or _unusual(draft, drafts, unique, columns):
            continue
        if len(columns) == 1 and unique.name is None:
            draft.fields[columns[0]]["unique"] = True
        else:
            rule = Unique(attributes=draft.names(columns), name=unique.name)
            if rule not in uniques:
                uniques.append(rule)
                draft.offsets["uniques"].append(unique.offset)
    for index in table.indexes:
        columns = _columns(draft, drafts, index)
        if index.unique and columns and _unusual(draft, drafts, index, columns):
            continue
        where = condition_of(index, drafts, draft) if columns else None
        if not columns or (index.where is not None and where is None):
            continue
        if len(columns) == 1 and not (index.name or index.unique or where):
            draft.fields[columns[0]]["index"] = True
        else:
            rule_of = draft.names(columns)
            indexes.append(
                Index(attributes=rule_of, name=index.name, unique=index.unique, where=where)
            )
            draft.offsets["indexes"].append(index.offset)
    return Entity(
        name=draft.name,
        table=table.name,
        db_schema=table.schema,
        attributes=tuple(Attribute(**fields) for fields in draft.fields.values()),
        primary_key=draft.names(primary),
        relations=tuple(draft.relations),
        uniques=tuple(uniques),
        indexes=tuple(indexes),
        checks=tuple(draft.checks),
        comment=comment(table.comment),
    )


def _unusual(draft: EntityDraft, drafts: Drafts, rule: Key, columns: tuple[str, ...]) -> bool:
    """Tell whether a unique rule is about what cannot be compared, and say that it is left out."""
    for column in columns:
        fields = draft.fields[column]
        alone = len(columns) == 1 and fields["type"] is AttributeType.BOOLEAN and not rule.where
        kind = "a list" if fields.get("array") else fields["type"].value
        if fields.get("array") or fields["type"] is AttributeType.JSON or alone:
            what = f"unique rule {rule.name or ', '.join(rule.columns)} of {draft.table.name}"
            problem = f"{draft.table.columns[column].name} is {kind}"
            message = index_left_out(what, problem, unique=True)
            drafts.schema.warn("not-carried-over", message, rule.offset)
            return True
    return False


def _columns(draft: EntityDraft, drafts: Drafts, rule: Key) -> tuple[str, ...]:
    """Give the keys of a rule's columns; none where one was left out or is unknown."""
    columns = tuple(drafts.schema.key(column) for column in rule.columns)
    missing = [column for column in columns if column not in draft.attributes]
    if missing:
        what = rule.name or ", ".join(rule.columns)
        message = f"index or unique rule {what} is left out: {draft.table.name} has no {missing[0]}"
        drafts.schema.warn("not-carried-over", message, rule.offset)
        return ()
    return columns
