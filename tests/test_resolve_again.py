"""Resolving a resolved spec changes nothing, and the result is a valid spec: for any spec."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from agent.errors import SpecError
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import Plan, resolve
from agent.types import (
    Access,
    Api,
    Attribute,
    AttributeType,
    Auth,
    AuthMethod,
    BackendSpec,
    Database,
    DeleteBehaviour,
    Entity,
    EnumType,
    Index,
    KeyKind,
    Relation,
    RelationKind,
    Transition,
    Unique,
)

CASES = sorted((Path(__file__).parent / "cases").glob("*.spec"))
NAMES = (
    *("Order", "OrderItem", "orderItem", "ORDER", "Class", "class", "Session", "session", "A", "a"),
    *("AB", "Ab", "aB", "l", "O", "I", "id", "ID", "user", "User", "users", "type", "import"),
    *("import_", "model_config", "model_dump", "page", "limit", "offset", "q", "name", "Name"),
    *("status", "x1", "x1_2", "created_at", "password_hash", "client", "other", "rows", "Error"),
    *("ErrorResponse", "Operation", "Doc", "health", "auth", "übergröße", "订单", "news", "people"),
    *("Person", "parent", "children", "items", "2nd", "long " * 23, "b" * 118, "--", "a b"),
)
ENUM = EnumType(name="Status", values=("new", "in progress", "class", "done"))
KINDS = tuple(kind for kind in AttributeType if kind is not AttributeType.ENUM)
NEVER_KEYS = frozenset(
    {"json", "binary", "password", "boolean", "float", "duration"},
)


def some_attribute(source: random.Random, name: str) -> Attribute:
    if source.random() < 0.1:
        steps = (Transition(source="new", target="done", roles=("clerk",)),)
        return Attribute(name=name, type=AttributeType.ENUM, enum="Status", transitions=steps)
    kind = source.choice(KINDS)
    return Attribute(
        name=name,
        type=kind,
        array=source.random() < 0.1,
        nullable=source.random() < 0.3,
        unique=source.random() < 0.2 and kind not in {"json", "boolean"},
        index=source.random() < 0.2,
        access=source.choice((*[Access.READ_WRITE] * 4, *Access)),
        column=source.choice((None, None, None, name)),
    )


def some_entity(source: random.Random, name: str, others: list[str]) -> Entity:
    chosen = source.sample(NAMES, source.randint(1, 9))
    cut = source.randint(0, len(chosen))
    attributes = tuple(some_attribute(source, n) for n in chosen[:cut])
    attributes = tuple(
        a.model_copy(update={"unique": a.unique and not a.array}) for a in attributes
    )
    relations = tuple(
        Relation(
            name=n,
            target=source.choice(others),
            kind=source.choice((*[RelationKind.MANY_TO_ONE] * 3, *RelationKind)),
            nullable=source.random() < 0.4,
            inverse=source.choice((None, None, None, *NAMES)),
            on_delete=source.choice(tuple(DeleteBehaviour)),
        )
        for n in chosen[cut:]
    )
    plain = [a.name for a in attributes if a.type not in NEVER_KEYS and not a.array]
    to_one = [r.name for r in relations if r.kind is RelationKind.MANY_TO_ONE]
    able = [*plain, *to_one]
    key = source.sample(able, min(len(able), 2)) if source.random() < 0.3 else ()
    rules = [tuple(source.sample(able, min(len(able), 2)))] if able else []
    return Entity(
        name=name,
        attributes=attributes,
        relations=relations,
        primary_key=tuple(key),
        plural=source.choice((None, None, None, *NAMES)),
        uniques=tuple(Unique(attributes=rule) for rule in rules if source.random() < 0.3),
        indexes=tuple(Index(attributes=rule) for rule in rules if source.random() < 0.3),
    )


def some_spec(seed: int) -> BackendSpec:
    source = random.Random(seed)  # noqa: S311 - examples, not secrets
    chosen = source.sample(NAMES, source.randint(1, 6))
    return BackendSpec(
        name="some",
        database=source.choice(tuple(Database)),
        key=source.choice(tuple(KeyKind)),
        timestamps=source.random() < 0.5,
        api=Api(
            base_path=source.choice(("", "/api/v1")), field_case=source.choice(("snake", "camel"))
        ),
        auth=Auth(method=source.choice(tuple(AuthMethod))),
        enums=(ENUM,),
        entities=tuple(some_entity(source, name, chosen) for name in chosen),
    )


def resolved(spec: BackendSpec) -> Plan | None:
    try:
        return resolve(spec)
    except SpecError as error:
        faults = error.faults
    assert all(fault.pointer and fault.message for fault in faults)
    return None


def must_hold(plan: Plan) -> None:
    spec = plan.spec
    again = resolve(spec)
    assert again.spec == spec
    assert again.assumptions == ()
    assert BackendSpec.model_validate(spec.model_dump(mode="json", by_alias=True)) == spec
    routes = [(o.method, o.path) for o in spec.operations]
    assert len(set(routes)) == len(routes)
    for operation in spec.operations:
        parameters = [p.name for p in operation.parameters]
        assert len(set(parameters)) == len(parameters)
    modules = [e.name.lower() for e in spec.entities]
    assert len(set(modules)) == len(modules)
    tables = [(e.table or "").lower() for e in spec.entities]
    tables += [r.through.table.lower() for e in spec.entities for r in e.relations if r.through]
    assert len(set(tables)) == len(tables)
    plurals = [e.plural for e in spec.entities]
    assert None not in plurals
    assert len(set(plurals)) == len(plurals)
    for entity in spec.entities:
        inverses = [
            r.inverse for e in spec.entities for r in e.relations if r.target == entity.name
        ]
        members = [*entity.member_names, *inverses]
        assert len(set(members)) == len(members)
        columns = [(a.column or "").lower() for a in entity.attributes]
        assert len(set(columns)) == len(columns)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_resolving_a_case_again_changes_nothing(path: Path) -> None:
    must_hold(resolve(parse(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("start", range(0, 200, 20))
def test_resolving_any_spec_again_changes_nothing(start: int) -> None:
    plans = [plan for seed in range(start, start + 20) if (plan := resolved(some_spec(seed)))]
    assert len(plans) > 5, "the generator makes too little that can be resolved"
    for plan in plans:
        must_hold(plan)
