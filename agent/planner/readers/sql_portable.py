"""Why is a part of a check no rule that every database reads? Said to whoever loses it."""

from __future__ import annotations

from sqlglot import exp

from agent.planner.readers.written import brief

_LONGEST_PART = 60


def why_not_portable(node: exp.Expr) -> str:
    """Say what of a check only some databases read."""
    if isinstance(node, exp.Query):
        return "a check sees no rows but its own"
    if isinstance(node, exp.CurrentTimestamp | exp.CurrentDate | exp.CurrentTime):
        return "what the time is differs from one look to the next"
    if isinstance(node, exp.RegexpLike | exp.RegexpILike):
        return "databases have regular expressions of their own"
    part = brief(node.sql(comments=False), _LONGEST_PART)
    return f"{part} is not the same to every database"
