"""Where in the SQL does each part of an entity stand? JSON Pointers to lines and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.reading import Places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.planner.readers.sql_drafts import Drafts


def places_of(drafts: Drafts) -> Places:
    """Return the places of the entities that the drafts become, in their order."""
    script = drafts.schema.script
    return Places({pointer: script.place(offset) for pointer, offset in _offsets(drafts)})


def _offsets(drafts: Drafts) -> Iterator[tuple[str, int]]:
    for i, offset in enumerate(drafts.enum_offsets):
        yield f"/enums/{i}", offset
    for i, draft in enumerate(drafts.by_table.values()):
        yield f"/entities/{i}", draft.table.offset
        for j, column in enumerate(draft.fields):
            yield f"/entities/{i}/attributes/{j}", draft.table.columns[column].offset
        for kind, offsets in draft.offsets.items():
            for j, offset in enumerate(offsets):
                yield f"/entities/{i}/{kind}/{j}", offset
