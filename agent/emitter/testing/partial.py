"""Which tests does a rule get that only some rows keep? One row twice, and another beside it."""

from __future__ import annotations

import ast
from contextlib import closing
from typing import TYPE_CHECKING

from agent.emitter.layout import quote
from agent.emitter.testing.candidate import Candidate
from agent.emitter.testing.candidates import candidates, possible
from agent.emitter.testing.case import Case
from agent.emitter.testing.examples import Search
from agent.emitter.testing.listed import literals
from agent.emitter.testing.request import expect, inside_body, send
from agent.emitter.testing.room import has_few
from agent.emitter.testing.rows import FEW_VALUED, foreign_keys
from agent.planner.conflicts import partial_rules, unique_rules
from agent.planner.row_rules import RowRules, always, never
from agent.types import AttributeType as T

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from agent.emitter.testing.creating import NewRow
    from agent.emitter.testing.subject import Subject
    from agent.types import Attribute, Index

_COMPARED = frozenset({T.STRING, T.EMAIL, T.UUID, T.INTEGER, T.SMALLINT, T.BIGINT})


def partial_cases(test: Subject, new: NewRow, known: Collection[str]) -> list[Case]:
    """Send what may be there once among some rows: twice among them, and then beside them.

    ``known`` are the attributes of which a second body has the values of the first.
    """
    if test.operation.input is None or test.operation.input.array:
        return []
    return [
        case
        for rule in partial_rules(test.entity)
        if set(rule.attributes) <= set(known)
        for case in _cases(test, new, rule)
    ]


def _cases(test: Subject, new: NewRow, rule: Index) -> list[Case]:
    bodies = _Bodies(test, rule)
    inside = bodies.where(always(rule.where or ""))
    if inside is None:
        return []
    again = inside_body(test).replace("body", "again", 1)
    keys = foreign_keys(test.entity)
    own = [quote(test.fields[n]) for n in rule.attributes if n in test.fields and n not in keys]
    said = dict(inside)
    same = [f"{again}[{n}] = {inside_body(test)}[{n}]" for n in own if n not in said]
    lines = [*new.lines, f"body = {new.body}"]
    lines += [f"{inside_body(test)}[{name}] = {code}" for name, code in inside]
    lines += [send(test, new.path, body="body"), expect(test.operation.status)]
    lines += [f"again = {new.body}", *same]
    lines += [f"{again}[{name}] = {code}" for name, code in inside]
    lines += [send(test, new.path, body="again"), expect(test.statuses.conflict)]
    told = test.facts.spec.api.error_envelope
    if (told.detail or told.message) and is_alike(test, set(rule.attributes)):
        lines.append('assert "with this" in response.text')
    outside = None if _meets_another(test, rule) else bodies.where(never(rule.where or ""))
    if outside:
        lines += [f"{again}[{name}] = {code}" for name, code in outside]
        lines += [send(test, new.path, body="again"), expect(test.operation.status)]
    return [Case(f"{test.name}_twice_among_some", lines)]


def _meets_another(test: Subject, rule: Index) -> bool:
    """Tell whether another rule may refuse a second row with the same values."""
    entity = test.entity
    same = {*rule.attributes, *foreign_keys(entity)}
    same |= {a.name for a in entity.attributes if a.type in FEW_VALUED}
    others = [each for each in unique_rules(entity) if each != set(rule.attributes)]
    several = sum(set(each.attributes) == set(rule.attributes) for each in partial_rules(entity))
    return several > 1 or has_few(test.facts, entity.name) or any(r <= same for r in others)


def is_alike(test: Subject, rule: set[str]) -> bool:
    """Tell whether every database finds the values of a rule as they were sent."""
    return all(test.attribute(name).type in _COMPARED for name in rule)


class _Bodies:
    """Values of the attributes that a condition is about, for a body that is sent."""

    def __init__(self, test: Subject, rule: Index) -> None:
        self.test = test
        self.rule = rule

    def where(self, expression: str) -> list[tuple[str, str]] | None:
        """Return (quoted field, code) for a body that keeps a rule; ``None``: none is known."""
        test = self.test
        checks = [check.expression for check in test.entity.checks]
        with closing(RowRules(test.entity)) as rules:
            own = rules.reads(expression)
            about = {text: rules.reads(text) for text in checks}
            about = {t: names for t, names in about.items() if set(names) & set(own)}
            if any(not set(names) <= set(own) for names in about.values()):
                return None  # values of other attributes have a say, too
            about[expression] = own
            options = {name: self._options(name, list(about)) for name in own}
            found = Search.of(rules, about, options) if all(options.values()) else None
        if found is None:
            return None
        return [
            (quote(test.fields[name]), candidate.body)
            for name, candidate in found.items()
            if candidate.body is not None
        ]

    def _options(self, name: str, rules: Sequence[str]) -> list[Candidate]:
        """Return what an attribute may be in a body; one without code if the body has no say."""
        test = self.test
        attribute = test.attribute(name)
        numbers, texts = literals(rules)
        is_free = name in test.fields and not attribute.transitions
        if name in foreign_keys(test.entity):
            return candidates(attribute, test.entity, test.facts, numbers, texts)
        if not is_free or attribute.generated or attribute.array:
            return _unsent(attribute)
        found = possible(attribute, test.facts, numbers, texts)
        if name in self.rule.attributes and attribute.type not in FEW_VALUED:
            # the body has its own value, whatever that is
            return [Candidate(tuple(v for each in found for v in each.values))]
        found += [Candidate((None,), "None", "None")] if attribute.nullable else []
        return [each for each in found if _is_literal(each.body)]


def _unsent(attribute: Attribute) -> list[Candidate]:
    """Return what an attribute is where a body does not say it; nothing if that is not known."""
    default = attribute.default
    if isinstance(default, str | int | float):
        return [Candidate((default,))]
    is_null = default is None and attribute.nullable and attribute.generated is None
    return [Candidate((None,))] if is_null else []


def _is_literal(code: str | None) -> bool:
    try:
        ast.literal_eval(code or "")
    except (ValueError, SyntaxError):
        return False
    return True
