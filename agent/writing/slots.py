"""Which slots does a project have, and what is a writer told of each?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.emitter import custom, vocabulary
from agent.emitter.facts import Facts
from agent.emitter.layout import Imports
from agent.emitter.schemas import Schemas
from agent.emitter.slot_views import PLACE, TESTS_PLACE
from agent.planner import names
from agent.types import HttpMethod
from agent.writing import rules as allowed
from agent.writing.briefs import body_brief, tests_brief
from agent.writing.rules import Base, Rules

if TYPE_CHECKING:
    from agent.types import BackendSpec, Entity, Operation


@dataclass(frozen=True, slots=True)
class Slot:
    """One place that somebody may fill.

    ``path`` and ``tests_path`` are where the body and the tests of the rule lie in the project.
    ``body_brief`` and ``tests_brief`` say all that a writer needs to know of this operation.
    """

    operation: str
    rule: str
    path: str
    tests_path: str
    signature: str
    body_brief: str
    tests_brief: str
    body_rules: Rules
    test_rules: Rules


def slots(spec: BackendSpec) -> tuple[Slot, ...]:
    """Return the slots of a resolved spec, one for each custom operation."""
    facts = Facts(spec)
    schemas = Schemas(facts)
    return tuple(_slot(facts, schemas, operation) for operation in custom.customs(facts))


def _slot(facts: Facts, schemas: Schemas, operation: Operation) -> Slot:
    unit = custom.unit_of(facts, schemas, operation)
    signature = custom.head(unit, operation, Imports())
    body_rules = _body_rules(facts, schemas, operation)
    test_rules = _test_rules(facts, schemas, operation)
    return Slot(
        operation=operation.name,
        rule=operation.rule or "",
        path=PLACE.format(operation.name),
        tests_path=TESTS_PLACE.format(operation.name),
        signature=signature,
        body_brief=body_brief(facts, schemas, operation, signature, body_rules),
        tests_brief=tests_brief(facts, schemas, operation, test_rules),
        body_rules=body_rules,
        test_rules=test_rules,
    )


_CLOCK = Base(called=allowed.CLOCK, read=allowed.CLOCK | {"UTC"})
_FUNCTIONS = Base(called=allowed.FUNCTIONS)
_READ = frozenset({"execute", "scalar", "scalars"})


def _session(called: frozenset[str]) -> Base:
    return Base(
        called,
        awaited=True,
        at_once=frozenset({"add", "add_all"}),
        statements=_READ,
        keywords=allowed.OF_SESSION,
    )


def _body_rules(facts: Facts, schemas: Schemas, operation: Operation) -> Rules:
    table = vocabulary.body_names(facts, schemas, operation)
    unit = custom.unit_of(facts, schemas, operation)
    writes = operation.method is not HttpMethod.GET
    called = allowed.READING | allowed.CHANGING if writes else allowed.READING
    given = custom.given(unit, operation)
    rows = frozenset(each.name for each in given if each.imports and _is_whole(each.imports[0]))
    bases = {"session": _session(called), "dt": _CLOCK, "func": _FUNCTIONS}
    errors = vocabulary.errors(facts, operation) & table.keys()
    constants = vocabulary.ROUNDING & table.keys()
    return Rules(
        callables=frozenset(table.keys() - bases.keys() - errors - constants),
        bases={name: base for name, base in bases.items() if name == "session" or name in table},
        fields=_fields(facts, schemas),
        types=frozenset(name for name, pair in table.items() if _is_type(name, pair)),
        errors=frozenset(errors),
        constants=frozenset(constants),
        rows=rows,
        values=frozenset(each.name for each in given) - rows,
        protected=_protected(facts),
        shielded=_shielded(facts),
        writes=writes,
        columns={entity.name: _columns(facts, entity) for entity in facts.spec.entities},
        opposites=_opposites(facts),
    )


def _test_rules(facts: Facts, schemas: Schemas, operation: Operation) -> Rules:
    del operation  # the vocabulary of tests is the same for all
    table = vocabulary.acceptance_names(facts)
    made = {names.variable_name(entity) for entity in facts.entities}
    bases = {
        "client": Base(allowed.CLIENT, awaited=True, keywords=allowed.OF_CLIENT),
        "factory": Base(frozenset(made | {"save"}), awaited=True),
        "session": _session(allowed.READING),
        "dt": _CLOCK,
        "func": _FUNCTIONS,
        "pytest": Base(frozenset({"approx"})),
    }
    return Rules(
        callables=frozenset(table.keys() - bases.keys()),
        bases={name: b for name, b in bases.items() if name in {*table, *vocabulary.FIXTURES}},
        fields=_fields(facts, schemas) | allowed.ANSWER,
        types=frozenset(name for name, pair in table.items() if _is_type(name, pair)),
        methods=allowed.METHODS | {"json"},
        protected=_protected(facts),
        shielded=_shielded(facts),
        writes=False,
        is_test=True,
        columns={entity.name: _columns(facts, entity) for entity in facts.spec.entities},
        opposites=_opposites(facts),
    )


def _is_type(name: str, pair: tuple[str, str]) -> bool:
    """Tell whether a name of the vocabulary is a class that may be named without a call."""
    return pair[0].startswith(("app.models", "app.schemas")) or name in {
        "ColumnElement",
        "Decimal",
        "UUID",
    }


def _is_whole(pair: tuple[str, str]) -> bool:
    """Tell whether an argument is a row or a body."""
    return pair[0].startswith(("app.models.", "app.schemas.")) and pair[0] != "app.models.enums"


def _protected(facts: Facts) -> frozenset[str]:
    """Return the fields that say who may what and who may at all, and prove who somebody is."""
    auth = facts.spec.auth
    active = {auth.active} if facts.secured and auth.active else set()
    return _shielded(facts) | active


def _shielded(facts: Facts) -> frozenset[str]:
    """Return the fields that are only looked at: lists that could be changed in place, hashes."""
    roles = {facts.spec.auth.roles_attribute} if facts.secured else set()
    return frozenset({*roles, *_secrets(facts)})


def _opposites(facts: Facts) -> dict[str, frozenset[tuple[str, str]]]:
    """Return which (entity, field) gets a row where one is put into a relation of a name."""
    found: dict[str, set[tuple[str, str]]] = {}
    for entity in facts.spec.entities:
        for relation in entity.relations:
            if relation.inverse:
                found.setdefault(relation.name, set()).add((relation.target, relation.inverse))
                found.setdefault(relation.inverse, set()).add((entity.name, relation.name))
    return {name: frozenset(sides) for name, sides in found.items()}


def _secrets(facts: Facts) -> list[str]:
    """Return the fields that hold hashes of passwords."""
    return [
        facts.model_attribute(entity, a)
        for entity in facts.spec.entities
        for a in entity.attributes
        if a.type == "password"
    ]


def _fields(facts: Facts, schemas: Schemas) -> frozenset[str]:
    """Return what may be read of rows, bodies and enums: all the project's own but secrets."""
    found: set[str] = set()
    for entity in facts.spec.entities:
        found |= _columns(facts, entity)
    for schema in facts.spec.schemas:
        for field in schema.fields:
            found.add(field.relation or field.attribute or names.attribute_name(field.name, ()))
    del schemas
    return frozenset(found | set(facts.members.values())) - set(_secrets(facts))


def _columns(facts: Facts, entity: Entity) -> frozenset[str]:
    """Return the columns and relations of a model."""
    found = {facts.model_attribute(entity, attribute) for attribute in entity.attributes}
    found |= {relation.name for relation in entity.relations}
    return frozenset(found | {r.inverse for _, r in facts.inverses[entity.name] if r.inverse})
