"""What makes an attribute a key? One of the types that a key of a table has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.types import AttributeType as T
from agent.types import Generator

if TYPE_CHECKING:
    from agent.planner.readers.models import Model, Part

_LONGEST = 255
_LOOSE = {T.FLOAT: T.BIGINT, T.DECIMAL: T.BIGINT, T.JSON: T.TEXT}
"""What is no key of a table, and what is in its place."""


def make_key(name: str, made: Part, model: Model) -> str | None:
    """Make an attribute the key, where its type is one that keys have; say what had to change."""
    fields, said = made.fields, None
    if (kind := _LOOSE.get(fields["type"])) is not None:
        said = f"a key of the type {fields['type']}, read as {kind}"
        made.fields = fields = {"name": fields["name"], "comment": fields["comment"], "type": kind}
    if fields["type"] is T.TEXT:
        fields |= {"type": T.STRING, "length": _LONGEST}
    if fields["type"] in {T.INTEGER, T.BIGINT}:
        fields["generated"] = Generator.IDENTITY
    elif fields["type"] is T.UUID:
        fields["generated"] = Generator.UUID
    elif fields["type"] is not T.STRING:
        return said
    fields["nullable"] = False
    fields.pop("default", None)
    model.key = (name,)
    return said
