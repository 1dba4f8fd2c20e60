"""Is there more in a spec than can be worked on? Asked first, as all that follows takes time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.documents import Fault
from agent.types import BackendSpec, SpecModel

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_ITEMS = 1000
"""Entities of a spec, attributes of an entity (no table has more), values of an enum, ..."""
MOST_FOLLOWING = 10 * MOST_ITEMS
"""Schemas and operations of a spec: resolving makes some for each entity."""
MOST_MEMBERS = 30_000
"""Attributes and relations of all entities together."""
_MOST = {"/operations": MOST_FOLLOWING, "/schemas": MOST_FOLLOWING}


def too_much(spec: BackendSpec) -> Fault | None:
    """Return the fault of the first list that is too long, or of all entities together."""
    for pointer, count in _lists(spec, ""):
        most = _MOST.get(pointer, MOST_ITEMS)
        if count > most:
            what = pointer.rpartition("/")[2]
            return Fault(
                code="spec",
                pointer=f"{pointer}/{most}",
                message=f"There are {count} {what} here.",
                expected=f"at most {most}",
            )
    members = 0
    for index, entity in enumerate(spec.entities):
        members += len(entity.attributes) + len(entity.relations)
        if members > MOST_MEMBERS:
            return Fault(
                code="spec",
                pointer=f"/entities/{index}",
                message=f"The entities up to here have {members} attributes and relations.",
                expected=f"at most {MOST_MEMBERS}",
            )
    return None


def _lists(part: SpecModel, at: str) -> Iterator[tuple[str, int]]:
    """Yield the JSON Pointer and the length of each list that has items, the outer ones first."""
    inner: list[tuple[str, tuple[object, ...]]] = []
    for name, value in vars(part).items():
        if value and isinstance(value, tuple):
            here = f"{at}/{type(part).model_fields[name].alias or name}"
            yield here, len(value)
            inner.append((here, value))
    for here, value in inner:
        for index, item in enumerate(value):
            if isinstance(item, SpecModel):
                yield from _lists(item, f"{here}/{index}")
