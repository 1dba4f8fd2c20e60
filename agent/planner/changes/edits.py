"""How is an attribute or a relation of a plan changed in place? And what if it cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.types import BackendSpec


class EditError(Exception):
    """The plan cannot be changed so; the message says why, and what to say instead."""


def with_attribute(spec: BackendSpec, entity: str, name: str, **update: object) -> BackendSpec:
    """Change an attribute, or the relation of that name."""
    entities = []
    for each in spec.entities:
        if each.name != entity:
            entities.append(each)
            continue
        changed = {
            key: tuple(
                part.model_copy(update=update) if part.name == name else part
                for part in getattr(each, key)
            )
            for key in ("attributes", "relations")
        }
        entities.append(each.model_copy(update=changed))
    return spec.model_copy(update={"entities": tuple(entities)})
