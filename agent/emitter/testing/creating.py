"""Which tests does an operation get that makes a row?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.emitter.layout import quote
from agent.emitter.testing import arrange, optional_parents
from agent.emitter.testing.answers import shows_body
from agent.emitter.testing.case import Case
from agent.emitter.testing.inside import named_rows
from agent.emitter.testing.invalid import invalid_cases, malformed_cases
from agent.emitter.testing.naming import made
from agent.emitter.testing.optional_keys import breaks_rules
from agent.emitter.testing.partial import is_alike, partial_cases
from agent.emitter.testing.request import (
    body_of,
    expect,
    inside_body,
    needs_row,
    path_through,
    send,
)
from agent.emitter.testing.rows import foreign_keys, have_keys_in_common, made_relations
from agent.emitter.testing.wire import CLOSED, absent_in_body, in_body
from agent.planner.conflicts import naming_rules

if TYPE_CHECKING:
    from agent.emitter.testing.subject import Subject
    from agent.types import Parameter


@dataclass(frozen=True, slots=True)
class NewRow:
    """What has to be there first, a valid body, and where it goes."""

    lines: list[str]
    body: str
    path: str


def create_cases(test: Subject) -> list[Case]:
    """Make a row once; refuse a wrong, an orphaned and a foreign one."""
    new = new_row(test)
    lines = [*new.lines, f"body = {new.body}", send(test, new.path, body="body")]
    lines += [expect(test.operation.status), *shows_body(test, new=True)]
    return [
        Case(test.name, lines),
        *_twice_cases(test, new),
        *invalid_cases(test, new.lines, new.body, new.path),
        *_orphan_cases(test, new),
        *_foreign_parent_cases(test, new),
        *malformed_cases(test, new.path),
    ]


def new_row(test: Subject) -> NewRow:
    """Return what a new row needs, a valid body for it, and where it goes."""
    parents = _path_parents(test)
    lines = arrange.actor(test)
    if optional := optional_parents.given(test):
        lines += optional_parents.lines(test)
        parents = optional
    for head, variable in ({} if optional else parents).items():
        target, _ = test.facts.step(test.entity.name, head)
        is_user = test.is_owned and head == test.entity.owner
        parent = made(target, arrange.parent_arguments(test, head), variable)
        lines.append(f"{variable} = actor" if is_user else parent)

    def shown(parameter: Parameter) -> str | None:
        binds = parameter.binds or ""
        head, _, rest = binds.partition(".")
        above = optional_parents.value(test, binds)
        return above or (f"{parents[head]}.{rest}" if rest else None)

    given: dict[str, str] = {}
    known: dict[str, str] = {}
    fields = test.fields
    taken = set(parents.values())
    owner = test.facts.relation(test.entity.name, (test.entity.owner or "").split(".")[0])
    relations = made_relations(test.facts, test.entity, parents)
    if have_keys_in_common(relations):  # what belongs to the actor says whom the others fit
        relations.sort(key=lambda relation: relation is not owner)
    above = [owner] if owner and owner.nullable and test.is_owned else []
    for relation in [*relations, *(each for each in above if each not in relations)]:
        if relation.name in parents or not set(relation.attributes) <= set(fields):
            continue
        variable = test.variable(relation.name, taken)
        taken.add(variable)
        keys = dict(zip(relation.attributes, relation.references, strict=True))
        arguments = [arrange.parent_arguments(test, relation.name)]
        arguments += [f"{there}={known[here]}" for here, there in keys.items() if here in known]
        lines.append(made(relation.target, ", ".join(filter(None, arguments)), variable))
        for key, reference in keys.items():
            attribute = test.facts.attribute(relation.target, reference)
            known.setdefault(key, f"{variable}.{reference}")
            given.setdefault(fields[key], in_body(f"{variable}.{reference}", attribute, test.facts))
    named = named_rows(test, taken)
    lines += named.lines
    pairs = [*given.items(), *named.pairs]
    return NewRow(lines, body_of(test, pairs), path_through(test, shown))


def _path_parents(test: Subject) -> dict[str, str]:
    """Return the variable of each parent that the path names."""
    bound = [p.binds for p in test.slots if p.binds and "." in p.binds]
    heads = dict.fromkeys(path.partition(".")[0] for path in bound)
    return {head: f"parent_{head}" for head in heads}


def _twice_cases(test: Subject, new: NewRow) -> list[Case]:
    """Send a body again that has to be unique."""
    fields = set(test.fields)
    keys = foreign_keys(test.entity)
    relations = made_relations(test.facts, test.entity)
    needed = {name for r in relations for name in r.attributes}
    relation = test.facts.relation(test.entity.name, test.entity.owner or "")
    owner = set(relation.attributes) if relation and test.is_owned else set()
    known = (fields - keys) | (needed & fields) | owner
    broken = [r for r in naming_rules(test.entity) if r <= known and r & fields]
    some = partial_cases(test, new, known)
    if not broken:
        return some
    lines = [*new.lines, f"body = {new.body}"]
    lines += [send(test, new.path, body="body"), expect(test.operation.status)]
    lines += [send(test, new.path, body="body"), expect(test.statuses.conflict)]
    told = test.facts.spec.api.error_envelope
    if (told.detail or told.message) and all(is_alike(test, rule) for rule in broken):
        lines.append('assert "with this" in response.text')
    return [Case(f"{test.name}_twice", lines), *some]


def _orphan_cases(test: Subject, new: NewRow) -> list[Case]:
    """Refuse a row that refers to nothing."""
    fields, above = test.fields, _path_parents(test)
    for relation in test.entity.relations:
        if relation.name in above:  # the path says which row that is, whatever the body says
            continue
        keys = [test.attribute(name) for name in relation.attributes]
        if relation.through or not set(relation.attributes) <= set(fields):
            continue
        if all(key.type in CLOSED for key in keys) or breaks_rules(
            test.facts, relation, test.entity
        ):
            continue
        lines = [*new.lines, f"body = {new.body}"]
        for key in keys:
            absent = absent_in_body(key, test.facts)
            lines.append(f"{inside_body(test)}[{quote(fields[key.name])}] = {absent}")
        lines += [send(test, new.path, body="body"), expect(test.statuses.conflict)]
        if test.facts.spec.api.error_envelope.detail:
            lines += [f"assert {quote(fields[key.name])} in response.text" for key in keys]
        return [Case(f"{test.name}_without_its_{relation.name}", lines)]
    return []


def _foreign_parent_cases(test: Subject, new: NewRow) -> list[Case]:
    """Refuse a row under somebody else's parent."""
    head, _, rest = (test.entity.owner or "").partition(".")
    if not test.is_owned or not rest or needs_row(new.path):
        return []
    relation = test.facts.relation(test.entity.name, head)
    if relation is None or not set(relation.attributes) <= set(test.fields):
        return []
    lines = [*arrange.stranger(test), *new.lines, f"body = {new.body}"]
    lines += [send(test, new.path, body="body", actor="stranger"), expect(test.statuses.forbidden)]
    return [Case(f"{test.name}_under_a_stranger", lines)]
