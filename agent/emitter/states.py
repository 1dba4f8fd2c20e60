"""Which steps may a state machine take? Their table, and the checks before a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter import ownership, services
from agent.emitter.layout import call, literal, quote
from agent.emitter.unit import K
from agent.types import AttributeType

if TYPE_CHECKING:
    from agent.emitter.unit import Unit
    from agent.types import Attribute, Operation


def moved_states(unit: Unit, operation: Operation) -> list[Attribute]:
    """Return the state machines that an operation can move."""
    if unit.entity is None:
        return []
    if operation.kind is K.TRANSITION:
        moved = [unit.facts.attribute(unit.entity.name, name) for name in operation.sets]
        return [a for a in moved if a.transitions]
    return [a for a in unit.input_fields(operation) if a.transitions]


def step_table(unit: Unit, attribute: Attribute) -> str:
    """Add the table of a state machine to the service module; return its constant."""
    constant = f"{attribute.name.upper()}_STEPS"
    enum = attribute.enum or ""
    unit.service_imports.add("app.models.enums", enum)
    unit.service_imports.add("app.services.transitions", "Steps")
    rows = []
    for step in attribute.transitions:
        ends = [
            f"{enum}.{unit.facts.members[(enum, value)]}" for value in (step.source, step.target)
        ]
        roles = "".join(f"{quote(role)}, " for role in step.roles).removesuffix(" ")
        if len(step.roles) > 1:
            roles = roles.removesuffix(",")
        rows.append(f"({ends[0]}, {ends[1]}): ({roles})")
    body = "".join(f"    {row},\n" for row in rows)
    code = f"{constant}: Steps = {{\n{body}}}"
    if code not in unit.steps:
        unit.steps.append(code)
    return constant


def state_check(unit: Unit, attribute: Attribute, *, partial: bool) -> list[str]:
    """Return the check of one step."""
    constant = step_table(unit, attribute)
    unit.service_imports.add("app.services.transitions", "check_step")
    roles = roles_argument(unit, attribute)
    check = call(
        "check_step(",
        [constant, f"{unit.variable}.{attribute.name}", f"data.{attribute.name}", *roles],
        indent=12 if partial else 8,
    )
    if not partial:
        return [check]
    return [f'if "{attribute.name}" in changes:\n            {check}']


def roles_argument(unit: Unit, attribute: Attribute) -> list[str]:
    """Return the argument that gives the actor's roles, where a step needs one."""
    if not unit.facts.secured or not any(s.roles for s in attribute.transitions):
        return []
    return [f"actor.{unit.facts.spec.auth.roles_attribute}"]


def transition_steps(unit: Unit, operation: Operation) -> list[str]:
    """Return the statements of an operation that moves a state machine."""
    lines = [unit.find_one(operation, lock=True), *ownership.row_check(unit, operation)]
    changes = []
    for name, value in operation.sets.items():
        attribute = unit.facts.attribute(unit.row_entity.name, name)
        code = literal(value)
        if attribute.type is AttributeType.ENUM:
            enum = attribute.enum or ""
            code = f"{enum}.{unit.facts.members[(enum, str(value))]}"
            unit.service_imports.add("app.models.enums", enum)
        if attribute.transitions:
            constant = step_table(unit, attribute)
            unit.service_imports.add("app.services.transitions", "check_step")
            roles = roles_argument(unit, attribute)
            arguments = [constant, f"{unit.variable}.{name}", code, *roles]
            lines.append(call("check_step(", arguments, indent=8))
        changes.append(f"{quote(name)}: {code}")
    lines.append(f"await {unit.repository}.change({unit.variable}, {{{', '.join(changes)}}})")
    return [*lines, *services.answer_steps(unit, operation)]
