"""Which keys may stand at a level of the wire? Two bases: the published levels, and our own."""

import json
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, WithJsonSchema
from pydantic.alias_generators import to_camel

from agent.frozen import Frozen


def _as_text(item: object) -> str:
    """Return text as it is, and any other JSON value written as JSON."""
    return item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)


Words = Annotated[str, BeforeValidator(_as_text), WithJsonSchema({})]
"""An item of a list whose item type the published contract leaves open."""


def absent(value: object) -> bool:
    """Tell whether a key of an answer has no value and is left out."""
    return value is None


class Published(Frozen):
    """Base of the published levels: unknown keys are tolerated, and reported as warnings."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="ignore",
        frozen=True,
        serialize_by_alias=True,
        json_schema_extra={"additionalProperties": True},
    )


class Ours(Frozen):
    """Base of what this project adds to the contract: closed."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        serialize_by_alias=True,
    )
