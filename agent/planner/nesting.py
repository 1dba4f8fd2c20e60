"""Which schema contains itself? None may: what it shows would have no last level."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.planner.notes import Notes
    from agent.types import BackendSpec


def check_nesting(spec: BackendSpec, notes: Notes) -> None:
    """Add a fault at each field by which a schema that it stands in is inside of itself."""
    place = {schema.name: i for i, schema in enumerate(spec.schemas)}
    done: set[str] = set()
    for first in place:
        way = {} if first in done else {first: 0}  # schemas, each inside the last: the next field
        while way:
            name, j = next(reversed(way.items()))
            fields = spec.schemas[place[name]].fields
            if j == len(fields):
                done.add(name)
                del way[name]
                continue
            way[name] = j + 1
            inner = fields[j].schema_name
            if inner in way:
                notes.fault(
                    f"/schemas/{place[name]}/fields/{j}/schema",
                    f"The schema '{inner}' contains itself, by '{name}.{fields[j].name}'.",
                    "a schema for each level, or the key in place of what is inside",
                )
            elif inner in place and inner not in done:
                way[inner] = 0
