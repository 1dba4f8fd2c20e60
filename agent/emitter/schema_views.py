"""What do the templates of schemas read? Classes and modules, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.emitter.fields import FieldCode, is_plain_default
from agent.emitter.layout import call, literal, quote
from agent.planner import names

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.emitter.layout import Imports
    from agent.types import SchemaField


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


def saying_field(given: SchemaField, imports: Imports, alias: Callable[[str], str]) -> FieldCode:
    """Return a field that no row has: its default is what every answer says."""
    name = names.attribute_name(given.name, ())
    annotation, said = type(given.says).__name__, literal(given.says)
    line = f"{name}: {annotation} = {said}"
    arguments = [] if is_plain_default(f"default={said}", name) else [f"default={said}"]
    if given.name != alias(name):
        arguments = [f"default={said}", f"serialization_alias={quote(given.name)}"]
    if arguments:
        imports.add("pydantic", "Field")
        line = call(f"{name}: {annotation} = Field(", arguments, indent=4)
    return FieldCode(name=name, line=line, imports=(), annotation=annotation, validation="")
