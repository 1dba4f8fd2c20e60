"""What makes an attribute a key? One of the types that a key of a table has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agent.types import AttributeType as T
from agent.types import Generator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.planner.readers.models import Model, Part

_LONGEST = 255
_LOOSE = {T.FLOAT: T.BIGINT, T.DECIMAL: T.BIGINT, T.JSON: T.TEXT}
"""What is no key of a table, and what is in its place."""
KEYS = ("id", "_id")
"""What keys are called."""
_NAMED = re.compile(r"(?P<row>[a-z0-9]*?)(?:id|uuid|guid|key)")
_SHORTEST = 3


def key_among(properties: Mapping[str, Mapping[str, Any]], model: Model) -> str | None:
    """Return the property that is the key: ``id``, else one that only the application can give.

    That is a read-only UUID or whole number which is called after the row (``orderId``, ``uuid``).
    """
    for name in KEYS:
        if name in properties:
            return name
    for name, keywords in properties.items():
        called = _NAMED.fullmatch(_folded(name))
        if called and _is_of(called["row"], model) and _is_given(keywords):
            return name
    return None


def _is_of(row: str, model: Model) -> bool:
    entity = _folded(model.name)
    return row in {"", entity} or (len(row) >= _SHORTEST and entity.endswith(row))


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _is_given(keywords: Mapping[str, Any]) -> bool:
    """Tell whether clients see a UUID or a whole number that they do not send."""
    is_uuid = keywords.get("type") == "string" and keywords.get("format") in {"uuid", "guid"}
    return keywords.get("readOnly") is True and (is_uuid or keywords.get("type") == "integer")


def make_key(name: str, made: Part, model: Model) -> str | None:
    """Make an attribute the key, where its type is one that keys have; say what had to change."""
    fields, said = made.fields, None
    if (kind := _LOOSE.get(fields["type"])) is not None:
        said = f"a key of the type {fields['type']} is read as {kind}"
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
