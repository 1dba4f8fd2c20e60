"""What was understood of words? A table of it, and a draft in the spec language to correct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.documents import Understood, UnderstoodEntity
from agent.planner.spec_entity_writer import entity
from agent.planner.spec_writer import write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_spec import Drawn
    from agent.planner.readers.prose_text import Span
    from agent.types import Entity

_EXAMPLE = """
# Nothing was read of what is to be kept. For example:
# entity Book
#   title: string
#   author -> Author
"""


def understood(drawn: Drawn, coverage: float, needed: float, unread: Sequence[Span]) -> Understood:
    """Tell what was understood, and write it down as far as it goes."""
    enums = [enum.name for enum in drawn.spec.enums]
    return Understood(
        coverage=round(coverage, 2),
        needed=needed,
        entities=tuple(
            _row(each, enums, drawn.spans.get(f"/entities/{index}"))
            for index, each in enumerate(drawn.spec.entities)
        ),
        draft=_draft(drawn, unread),
    )


def _row(part: Entity, enums: Sequence[str], at: Span | None) -> UnderstoodEntity:
    lines = list(entity(part, enums))[1:]
    fields = len(part.attributes)
    return UnderstoodEntity(
        name=part.name,
        attributes=tuple(lines[:fields]),
        relations=tuple(lines[fields : fields + len(part.relations)]),
        line=at.line if at else None,
        column=at.column if at else None,
    )


def _draft(drawn: Drawn, unread: Sequence[Span]) -> str:
    text = write(drawn.spec)
    if not drawn.spec.entities:
        text += _EXAMPLE
    notes = [f"# {clash.message}: '{_line(clash.second)}'" for clash in drawn.clashes]
    if notes:
        text += "\n# The words contradict themselves:\n" + "\n".join(notes) + "\n"
    if unread:
        text += "\n# Not understood:\n"
        text += "".join(f"# line {gap.line}: {_line(gap)}\n" for gap in unread)
    return text


def _line(at: Span) -> str:
    return "".join(sign for sign in at.text if sign.isprintable())
