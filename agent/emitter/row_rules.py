"""What do the rules of the tables say, in the words that clients have for the columns?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.layout import call, quote, tuple_of
from agent.emitter.tables import check_name
from agent.planner.row_checks import named_in, with_columns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.emitter.schemas import Schemas
    from agent.types import Entity


def row_rules(schemas: Schemas) -> str:
    """Return the rules as a mapping from their names, as code; nothing where there are none."""
    called = _called(schemas)
    found = []
    for entity in schemas.facts.spec.entities:
        words = {
            (a.column or a.name).lower(): called.get((entity.name, a.name)) or schemas.alias(a.name)
            for a in entity.attributes
        }
        for number, check in enumerate(entity.checks, 1):
            says = " ".join(with_columns(check.expression, words).split())
            found.append(f"{quote(check_name(entity, number, check))}: {quote(says)}")
    return call("RULES = {", found, "}") if found else ""


def ruled_attributes(entities: Iterable[Entity]) -> str:
    """Return what the rules are about as a mapping from their names to attributes, as code."""
    found = []
    for entity in entities:
        for number, check in enumerate(entity.checks, 1):
            about = [quote(name) for name in named_in(check.expression, entity)]
            name = quote(check_name(entity, number, check))
            if about:
                found.append(tuple_of(about, f"{name}: ", indent=4))
    return call("ABOUT: dict[str, tuple[str, ...]] = {", found, "}")


def _called(schemas: Schemas) -> dict[tuple[str | None, str], str]:
    """Return what requests call an attribute, by entity and attribute: the first that has it."""
    found: dict[tuple[str | None, str], str] = {}
    for schema in schemas.facts.spec.schemas:
        if schema.name in schemas.inputs:
            for field in schema.fields:
                if field.attribute:
                    found.setdefault((schema.entity, field.attribute), field.name)
    return found
