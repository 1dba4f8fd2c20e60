"""In which order do a test's rows come? Known where the sorted values are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.testing.code import names_in
from agent.emitter.testing.request import items
from agent.emitter.testing.rows import foreign_keys, is_made, is_unique, narrow_rules
from agent.emitter.testing.samples import row_value
from agent.types import AttributeType, Generator

if TYPE_CHECKING:
    from agent.emitter.testing.subject import Subject
    from agent.types import Attribute

T = AttributeType
_COUNTED = frozenset({T.STRING, T.URL})


def sort_attribute(test: Subject) -> str:
    """Return the attribute to sort by: rather one whose values differ."""
    allowed = test.operation.sort or ()
    differing = (name for name in allowed if _differs(test, name))
    same = (name for name in allowed if _is_same(test, name))
    return next(differing, None) or next(same, None) or allowed[0]


def expected_order(test: Subject, name: str) -> str:
    """Return the line that compares the answers ``asc`` and ``desc``."""
    first, second = items(test, "asc"), items(test, "desc")
    if _differs(test, name):
        return f"assert {first} == {second}[::-1]"
    if _is_same(test, name):
        return f"assert {first} == {second}"
    return f"assert len({first}) == len({second})"


def _differs(test: Subject, name: str) -> bool:
    """Tell whether two rows of a factory differ in an attribute."""
    attribute = test.attribute(name)
    if name in foreign_keys(test.entity) or _is_ruled(test, attribute):
        return False
    if attribute.generated in {Generator.IDENTITY, Generator.UUID}:
        return is_unique(test.entity, attribute)
    if is_made(attribute):
        return False
    if "%" in row_value(attribute, test.facts, unique=True):
        return False
    return is_unique(test.entity, attribute) or attribute.type in _COUNTED


def _is_same(test: Subject, name: str) -> bool:
    """Tell whether all rows of a factory have the same value; ties are broken by the key."""
    attribute = test.attribute(name)
    if name in foreign_keys(test.entity) or _is_ruled(test, attribute):
        return False
    if is_made(attribute):
        return attribute.generated is None
    code = row_value(attribute, test.facts, unique=is_unique(test.entity, attribute))
    return not names_in(code).all & {"number", "uuid4"}


def _is_ruled(test: Subject, attribute: Attribute) -> bool:
    """Tell whether a rule may have a say in an attribute's values."""
    column = attribute.column or attribute.name
    conditions = [rule.where or "" for rule in narrow_rules(test.entity)]
    rules = [*(check.expression for check in test.entity.checks), *conditions]
    return any(column in rule for rule in rules)
