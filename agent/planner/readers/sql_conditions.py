"""Which condition does an index of some rows only have? One that every database reads alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.readers.sql_left_out import index_left_out
from agent.planner.readers.sql_rules import meaning_of
from agent.planner.readers.written import brief
from agent.planner.row_checks import AS_WRITTEN

if TYPE_CHECKING:
    from agent.planner.readers.sql_checks import CheckMeaning
    from agent.planner.readers.sql_drafts import Drafts, EntityDraft
    from agent.planner.readers.sql_schema import Key

_LONGEST, _LONGEST_SHOWN = 1000, 200


def condition_of(index: Key, drafts: Drafts, draft: EntityDraft) -> str | None:
    """Return the condition of an index, or say why the index is left out."""
    if index.where is None:
        return None
    found = meaning_of(index.where, drafts, draft)
    problem = _problem(found, drafts, draft)
    if found and found.expression and not problem:
        return found.expression
    kind = "unique index" if index.unique else "index"
    what = f"{kind} {index.name or ', '.join(index.columns)} on {draft.table.name}"
    shown = brief(index.where.text, _LONGEST_SHOWN) if index.where.text else "nothing"
    message = index_left_out(f"{what} WHERE {shown}", problem, unique=index.unique)
    drafts.schema.warn("not-carried-over", message, index.offset)
    return None


def _problem(found: CheckMeaning | None, drafts: Drafts, draft: EntityDraft) -> str:
    """Say why a condition is none of the project; empty where it is one."""
    if found is None:
        return "the checks are more than are read"
    if found.expression is None:
        return found.problem
    if len(found.expression) > _LONGEST:
        return f"it has more than {_LONGEST} characters"
    for name in sorted(found.compared):
        fields = draft.fields[drafts.schema.key(name)]
        if fields["type"] not in AS_WRITTEN or fields.get("array"):
            kind = "a list" if fields.get("array") else fields["type"].value
            return f"{name} is {kind}, of which only IS NULL is the same to every database"
    return ""
