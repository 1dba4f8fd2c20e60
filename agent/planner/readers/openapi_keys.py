"""Which rows are found by several values? Those that show all that stands in a row in their path.

``/departments/{tenant_code}/{number}`` names one department, where a department shows both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.readers.openapi_paths import folded, one_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.planner.readers.openapi_paths import Run
    from agent.planner.readers.openapi_resources import Use
    from agent.planner.readers.openapi_schemas import Shape, Shapes

_NOT_KEYS = frozenset({"array", "boolean", "number", "object"})


def composite_keys(shapes: Shapes, uses: Iterable[Use]) -> dict[Run, tuple[str, ...]]:
    """Return the parts of rows that runs of path parameters stand for, by collection and run."""
    every = list(uses)
    runs = {run for use in every for run in use.way.runs if len(run[1]) > 1}
    single = {place for use in every for place, slots in use.way.runs if len(slots) == 1}
    found: dict[Run, tuple[str, ...]] = {}
    for run in sorted(runs):
        at_place = [use for use in every if use.way.collection == run[0]]
        rows = (use.answered for use in at_place if use.call.method == "get" and use.answered)
        wires = next((wires for each in rows if (wires := _wires(shapes, each.shape, run))), None)
        made = (use.given for use in at_place if not use.way.slots and use.given)
        if wires and run[0] not in single and all(_sends(shapes, g.shape, wires) for g in made):
            found[run] = wires
    return found


def _wires(shapes: Shapes, row: Shape, run: Run) -> tuple[str, ...] | None:
    """Return the parts of a row that are called like the parameters, with or without its name."""
    place, slots = run
    one = one_of(place.rsplit("/", 1)[-1])
    plain = {folded(w): w for w, p in row.properties.items() if shapes.of(p).kind not in _NOT_KEYS}
    wires = [plain.get(folded(slot)) or plain.get(folded(slot).removeprefix(one)) for slot in slots]
    named = tuple(wire for wire in wires if wire is not None)
    return named if len({*named}) == len(slots) else None


def _sends(shapes: Shapes, body: Shape, wires: tuple[str, ...]) -> bool:
    """Tell whether who makes a row says what it is found by."""
    parts = [body.properties.get(wire) for wire in wires]
    return all(part is not None and not shapes.of(part).read_only for part in parts)
