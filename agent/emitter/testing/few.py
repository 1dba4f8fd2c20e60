"""How do rows take the few values that a rule lists? One after the other."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from agent.emitter.layout import quote
from agent.emitter.testing.candidate import Candidate
from agent.emitter.testing.listed import listed_members, listed_numbers, listed_texts, stored
from agent.emitter.testing.numbers import body_code, row_code
from agent.types import AttributeType

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.types import Attribute, Entity


def few_values(attribute: Attribute, entity: Entity, facts: Facts) -> Candidate | None:
    """Return what takes one listed value after another; ``None`` where no rule lists any."""
    if attribute.type is AttributeType.ENUM:
        return _members(attribute, entity, facts)
    numbers = listed_numbers(attribute, entity)
    if numbers:
        rows = [row_code(attribute, number) for number in numbers]
        bodies = [body_code(attribute, facts, number) for number in numbers]
        return Candidate(tuple(map(stored, numbers)), _in_turn(rows), _in_turn(bodies))
    texts = listed_texts(attribute, entity)
    if not texts:
        return None
    bodies = [quote(text) for text in texts]
    rows = [_day(text) for text in texts] if attribute.type is AttributeType.DATE else bodies
    return Candidate(tuple(texts), _in_turn(rows), _in_turn(bodies))


def _members(attribute: Attribute, entity: Entity, facts: Facts) -> Candidate:
    """Return the members that rules allow; all of them are taken in turn anyway."""
    enum = facts.enums[attribute.enum or ""]
    values = listed_members(attribute, entity, enum)
    if not values or len(values) == len(enum.values):
        return Candidate(enum.values)
    rows = [f"{enum.name}.{facts.members[(enum.name, value)]}" for value in values]
    return Candidate(tuple(values), _in_turn(rows), _in_turn([quote(v) for v in values]))


def _day(text: str) -> str:
    day = dt.date.fromisoformat(text)
    return f"dt.date({day.year}, {day.month}, {day.day})"


def _in_turn(codes: list[str]) -> str:
    return f"({', '.join(codes)})[number % {len(codes)}]" if len(codes) > 1 else codes[0]
