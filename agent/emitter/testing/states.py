"""Which steps does a state machine take? In a body, and by operations of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.layout import quote
from agent.emitter.testing import arrange
from agent.emitter.testing.case import Case
from agent.emitter.testing.refusals import absent_case, stranger_cases
from agent.emitter.testing.request import expect, path, send

if TYPE_CHECKING:
    from agent.emitter.testing.subject import Subject
    from agent.types import Attribute, Transition


def step_cases(test: Subject) -> list[Case]:
    """Walk one allowed and one impossible step of each state machine in the body."""
    if test.is_self:  # the row is the actor, whose state is not given
        return []
    machines = [a for a in test.entity.attributes if a.transitions and a.name in test.fields]
    return [case for attribute in machines for case in _machine_cases(test, attribute)]


def _machine_cases(test: Subject, attribute: Attribute) -> list[Case]:
    step = attribute.transitions[0]
    taken = [
        *arrange.actor_with(test, step.roles),
        *_row_in(test, attribute, step.source),
        *_sent(test, attribute, step.target),
        expect(test.operation.status),
    ]
    cases = [Case(f"{test.name}_takes_a_step_of_{attribute.name}", taken)]
    guarded = _guarded_step(test, attribute) if test.is_owned else None
    if guarded is not None:
        lines = [
            *arrange.actor(test),
            *_row_in(test, attribute, guarded.source),
            *_sent(test, attribute, guarded.target),
            expect(test.statuses.forbidden),
        ]
        cases.append(Case(f"{test.name}_needs_a_role_for_a_step_of_{attribute.name}", lines))
    wrong = _wrong_step(test, attribute)
    if wrong is not None:
        lines = [
            *arrange.actor(test),
            *_row_in(test, attribute, wrong[0]),
            *_sent(test, attribute, wrong[1]),
            expect(test.statuses.conflict),
        ]
        cases.append(Case(f"{test.name}_refuses_a_wrong_step_of_{attribute.name}", lines))
    return cases


def _guarded_step(test: Subject, attribute: Attribute) -> Transition | None:
    """Return a step for which a user needs a role that not every user has."""
    steps = (s for s in attribute.transitions if s.roles)
    return next((s for s in steps if not test.given_roles & set(s.roles)), None)


def _values(test: Subject, attribute: Attribute) -> tuple[str, ...]:
    return test.facts.enums[attribute.enum or ""].values


def _wrong_step(test: Subject, attribute: Attribute) -> tuple[str, str] | None:
    values = _values(test, attribute)
    allowed = {(s.source, s.target) for s in attribute.transitions}
    steps = ((s, t) for s in values for t in values if s != t and (s, t) not in allowed)
    return next(steps, None)


def _row_in(test: Subject, attribute: Attribute, state: str) -> list[str]:
    """Make a row in a state."""
    enum = attribute.enum or ""
    # pytest would take an imported class 'Test...' for tests
    home = "enums." if enum.startswith("Test") else ""
    member = f"{home}{enum}.{test.facts.members[(enum, state)]}"
    return arrange.row(test, {attribute.name: member})


def _sent(test: Subject, attribute: Attribute, state: str) -> list[str]:
    """Ask for a state, and nothing else."""
    body = f"{{{quote(test.fields[attribute.name])}: {quote(state)}}}"
    wrapper = test.operation.input.wrapper if test.operation.input else None
    if wrapper:
        body = f"{{{quote(wrapper)}: {body}}}"
    return [f"body = {body}", send(test, path(test), body="body")]


def transition_cases(test: Subject) -> list[Case]:
    """Move a row to the operation's state, from those before it only."""
    cases = [absent_case(test), *stranger_cases(test)]
    moved = False
    for name, value in test.operation.sets.items():
        attribute = test.attribute(name)
        steps = [s for s in attribute.transitions if s.target == value]
        if steps:
            moved = True
            lines = [
                *arrange.actor_with(test, steps[0].roles),
                *_row_in(test, attribute, steps[0].source),
                send(test, path(test)),
                expect(test.operation.status),
            ]
            cases.append(Case(test.name, lines))
        if attribute.transitions:
            cases += _wrong_state_cases(test, attribute, {value, *(s.source for s in steps)})
    if not moved:
        lines = [*arrange.actor(test), *arrange.row(test), send(test, path(test))]
        cases.append(Case(test.name, [*lines, expect(test.operation.status)]))
    return cases


def _wrong_state_cases(test: Subject, attribute: Attribute, right: set[object]) -> list[Case]:
    wrong = next((v for v in _values(test, attribute) if v not in right), None)
    if wrong is None:
        return []
    lines = [*arrange.actor(test), *_row_in(test, attribute, wrong), send(test, path(test))]
    lines.append(expect(test.statuses.conflict))
    return [Case(f"{test.name}_from_a_wrong_state", lines)]
