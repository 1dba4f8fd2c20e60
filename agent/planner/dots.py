"""Can tables be referred to? SQLAlchemy names a column `table.column`: a dot in either misleads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.planner.notes import Notes
    from agent.types import BackendSpec

_EXPECTED = "a name without a dot"


def check_dots(spec: BackendSpec, notes: Notes) -> None:
    """Add a fault for every name with a dot that a foreign key would have to name."""
    positions = {entity.name: index for index, entity in enumerate(spec.entities)}
    found: dict[str, str] = {}
    for index, entity in enumerate(spec.entities):
        for relation in entity.relations:
            target = spec.entities[positions[relation.target]]
            at = f"/entities/{positions[target.name]}"
            ends = [(at, target)]
            if relation.through is not None:
                ends.append((f"/entities/{index}", entity))
                if "." in relation.through.table:
                    found[f"/entities/{index}/relations"] = relation.through.table
            for place, end in ends:
                if "." in (end.table or ""):
                    found[f"{place}/table"] = end.table or ""
                columns = {attribute.name: attribute.column for attribute in end.attributes}
                for key in relation.references or end.primary_key:
                    if "." in (columns.get(key) or ""):
                        found[f"{place}/attributes"] = columns[key] or ""
    for pointer, name in found.items():
        notes.fault(pointer, f"Nothing can refer to '{name}': it has a dot.", _EXPECTED)
