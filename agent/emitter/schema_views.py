"""What do the templates of schemas read? Classes and modules, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.emitter.fields import FieldCode


@dataclass(frozen=True, slots=True)
class SchemaClass:
    """One pydantic class, ready for its template."""

    name: str
    base: str
    purpose: str
    lines: list[str]
    fields: list[FieldCode]


@dataclass(frozen=True, slots=True)
class SchemaModule:
    """One module of schemas."""

    module: str
    title: str
    imports: str
    classes: list[SchemaClass]
