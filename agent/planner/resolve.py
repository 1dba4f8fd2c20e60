"""How does a given spec become one that templates can read? Every step, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.errors import SpecError
from agent.planner.access import (
    check_keys,
    default_access,
    infer_owners,
    name_roles,
    place_keys,
    tell_of_steps,
)
from agent.planner.accounts import ensure_accounts
from agent.planner.amounts import too_much
from agent.planner.bindings import check_bindings
from agent.planner.columns import settle
from agent.planner.components import check_components
from agent.planner.consistency import check
from agent.planner.crud import expand
from agent.planner.cycles import open_cycles
from agent.planner.deletes import settle_deletes
from agent.planner.dots import check_dots
from agent.planner.faults import every_fault
from agent.planner.keys import link
from agent.planner.limits import keep_within
from agent.planner.naming import rename
from agent.planner.nesting import check_nesting
from agent.planner.notes import Notes
from agent.planner.row_rules import check_rules
from agent.planner.signing_in import check_signing_in
from agent.planner.storage import keep_apart
from agent.planner.timestamps import stamp

if TYPE_CHECKING:
    from agent.documents import Question, Warn
    from agent.types import BackendSpec


@dataclass(frozen=True, slots=True)
class Plan:
    """A resolved spec, and what had to be assumed and warned of on the way.

    ``given`` is the spec before it was resolved, where it is known: what a change begins with.
    """

    spec: BackendSpec
    assumptions: tuple[Question, ...] = ()
    questions: tuple[Question, ...] = ()
    warnings: tuple[Warn, ...] = ()
    given: BackendSpec | None = None


def resolve(spec: BackendSpec) -> Plan:
    """Make a given spec explicit. Resolving the result again changes nothing.

    Raises:
        SpecError: the spec contradicts itself; every fault has its JSON Pointer into the spec.

    """
    if fault := too_much(spec):
        raise SpecError([fault])
    try:
        return _resolve(spec)
    except SpecError as error:
        raise SpecError(every_fault(spec, error.faults, _resolve)) from error


def _resolve(spec: BackendSpec) -> Plan:
    """Take the steps up to the first that finds a fault."""
    notes = Notes()
    given = spec
    check(spec, notes)
    _stop_on_faults(notes)
    spec = ensure_accounts(spec, notes)
    spec = place_keys(name_roles(spec, notes), notes)
    named = spec = rename(spec, notes)
    spec = link(spec, notes)
    _stop_on_faults(notes)
    spec = keep_within(spec, named, notes)
    spec = open_cycles(spec, notes)
    spec = settle_deletes(spec, notes)
    spec = stamp(spec, notes)
    spec = settle(spec, notes)
    spec = keep_apart(spec, notes)
    check_dots(spec, notes)
    spec = infer_owners(spec, notes)
    spec = default_access(spec, notes)
    tell_of_steps(spec, notes)
    check_bindings(spec, notes)
    check_nesting(spec, notes)
    check_rules(spec, given, notes)
    check_signing_in(spec, notes)
    _stop_on_faults(notes)
    spec = expand(spec, notes)
    check_keys(spec, notes)
    check_components(spec, notes)
    _stop_on_faults(notes)
    return Plan(
        spec=spec,
        assumptions=tuple(notes.assumptions),
        warnings=tuple(notes.warnings),
    )


def _stop_on_faults(notes: Notes) -> None:
    if notes.faults:
        raise SpecError(notes.faults)
