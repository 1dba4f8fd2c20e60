"""What do all views of one spec look up again and again? Entities, attributes, enum members."""

from __future__ import annotations

from copy import copy
from functools import cached_property
from itertools import chain, count
from typing import TYPE_CHECKING

from agent.emitter.statuses import refusal_statuses
from agent.emitter.types import is_long
from agent.planner import names
from agent.planner.conflicts import Conflicts
from agent.types import (
    AuthMethod,
    BackendSpec,
    Entity,
    OperationKind,
    ParameterPlace,
    Relation,
    RelationKind,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from agent.types import Attribute, Operation, Schema, SchemaField


# What the members of an enum cannot be called: enums have it, or it is taken for a digit.
_NOT_MEMBERS = frozenset({"NAME", "VALUE", "MRO", "_", "I", "O"})

_MAKING = frozenset({OperationKind.CREATE, OperationKind.REGISTER})
_ON_ONE_ROW = frozenset(
    {OperationKind.READ, OperationKind.UPDATE, OperationKind.REPLACE, OperationKind.DELETE}
)


class Facts:
    """Look-ups over a resolved spec."""

    def __init__(
        self,
        spec: BackendSpec,
        parents: Mapping[str, Mapping[str, frozenset[str]]] | None = None,
    ) -> None:
        """Index the spec.

        ``parents`` are the optional relations that rows of tests have all the same, by entity, as
        row rules ask for them, each with the names of what may stand instead.
        """
        self.spec = spec
        self.built: frozenset[str] = frozenset()
        self.parents = parents or {}
        self.entities = {e.name: e for e in spec.entities}
        self.schemas = {s.name: s for s in spec.schemas}
        self.enums = {e.name: e for e in spec.enums}
        self.secured = spec.auth.method is AuthMethod.JWT
        self.keyed = (
            spec.auth.method is AuthMethod.KEYS
            and bool(spec.auth.keys)
            and any("public" not in (o.permission or ()) for o in spec.operations)
        )
        self._attributes = {e.name: {a.name: a for a in e.attributes} for e in spec.entities}
        self._relations = {e.name: {r.name: r for r in e.relations} for e in spec.entities}

    def with_bodies(self, built: Collection[str]) -> Facts:
        """Return the look-ups of the same plan, in which somebody wrote these custom operations.

        What was found already is shared: none of it depends on that.
        """
        found = copy(self)
        found.built = frozenset(built)
        return found

    def needs_key(self, operation: Operation) -> bool:
        """Tell whether only who has a key may call an operation."""
        return self.keyed and "public" not in (operation.permission or ())

    def wire(self, name: str) -> str:
        """Return what JSON calls an attribute where no schema says it: pydantic's camel case."""
        if self.spec.api.field_case != "camel":
            return name
        from pydantic.alias_generators import to_camel  # noqa: PLC0415 - for camel case only

        return to_camel(name)

    @cached_property
    def conflicts(self) -> Conflicts:
        """Return which operations other rows may be in the way of."""
        return Conflicts(self.spec)

    @property
    def takes_forms(self) -> bool:
        """Tell whether who signs in sends a form."""
        return any(o.takes and o.kind is OperationKind.LOGIN for o in self.spec.operations)

    @cached_property
    def refused_with(self) -> dict[str, frozenset[int]]:
        """Return the statuses with which operations refuse, whether somebody wrote them or not."""
        return {o.name: refusal_statuses(self, o) for o in self.spec.operations}

    @cached_property
    def has_passwords(self) -> bool:
        """Tell whether any row keeps a password."""
        return any(a.type == "password" for e in self.spec.entities for a in e.attributes)

    @cached_property
    def has_long_decimals(self) -> bool:
        """Tell whether any row has a decimal of more digits than a float carries."""
        return any(is_long(a) for e in self.spec.entities for a in e.attributes)

    @cached_property
    def operations(self) -> dict[str | None, list[Operation]]:
        """Return each entity's operations, in the order of the spec; None has what is left."""
        found: dict[str | None, list[Operation]] = {name: [] for name in [*self.entities, None]}
        for operation in self.spec.operations:
            found[operation.entity if operation.entity in self.entities else None].append(operation)
        return found

    @cached_property
    def addressed(self) -> frozenset[tuple[str, str]]:
        """Return the (entity, attribute) whose values stand in paths."""
        found = set()
        for operation in self.spec.operations:
            for parameter in operation.parameters:
                if parameter.place != "path" or not parameter.binds or not operation.entity:
                    continue
                entity = operation.entity
                *steps, last = parameter.binds.split(".")
                for step in steps:
                    entity, _ = self.step(entity, step)
                found.add((entity, last))
        return frozenset(found)

    @cached_property
    def members(self) -> dict[tuple[str, str], str]:
        """Return the member's name for each (enum, value)."""
        found: dict[tuple[str, str], str] = {}
        for enum in self.spec.enums:
            taken: set[str] = set()
            for value in enum.values:
                name = "_".join(names.ascii_words(value)).upper() or "VALUE"
                name = f"VALUE_{name}" if name[0].isdigit() else name
                name = names.unique(f"{name}_" if name in _NOT_MEMBERS else name, taken)
                taken.add(name)
                found[(enum.name, value)] = name
        return found

    @cached_property
    def inverses(self) -> dict[str, list[tuple[Entity, Relation]]]:
        """Return, for each entity, the relations of others (and itself) that point to it."""
        found: dict[str, list[tuple[Entity, Relation]]] = {name: [] for name in self.entities}
        for entity in self.spec.entities:
            for relation in entity.relations:
                found[relation.target].append((entity, relation))
        return found

    @cached_property
    def table_order(self) -> list[Entity]:
        """Return the entities, each after those that it refers to, as far as cycles allow."""
        needs = {
            e.name: {r.target for r in e.relations if r.through is None} - {e.name}
            for e in self.spec.entities
        }
        placed: list[Entity] = []
        done: set[str] = set()
        waiting = list(self.spec.entities)
        while waiting:
            ready = [e for e in waiting if needs[e.name] <= done]
            ready = ready or [min(waiting, key=lambda e: len(needs[e.name] - done))]
            placed += ready
            done |= {e.name for e in ready}
            waiting = [e for e in waiting if e.name not in done]
        return placed

    @cached_property
    def late_keys(self) -> frozenset[tuple[str, str]]:
        """Return the (entity, relation) whose foreign keys close a cycle: they are added last."""
        position = {e.name: i for i, e in enumerate(self.table_order)}
        return frozenset(
            (e.name, r.name)
            for e in self.spec.entities
            for r in e.relations
            if r.through is None and position[r.target] > position[e.name]
        )

    def attribute(self, entity: str, name: str) -> Attribute:
        """Return an attribute; a wrong name is a fault of ours."""
        return self._attributes[entity][name]

    def relation(self, entity: str, name: str) -> Relation | None:
        """Return a relation that the entity declares."""
        return self._relations[entity].get(name)

    @property
    def registering(self) -> Operation | None:
        """Return the operation by which people make their own account, where one does."""
        user = self.spec.auth.user
        found = [
            o
            for o in self.operations.get(user, ())
            if o.kind in _MAKING and "public" in (o.permission or ())
            if o.input and not o.input.array
        ]
        return min(found, key=lambda o: o.kind is OperationKind.CREATE, default=None)

    def is_own(self, operation: Operation) -> bool:
        """Tell whether an operation is about the row of who asks: no path says of which user."""
        is_named = any(p.place is ParameterPlace.PATH for p in operation.parameters)
        is_user = self.secured and operation.entity == self.spec.auth.user
        return is_user and operation.kind in _ON_ONE_ROW and not is_named

    def present_password(self, schema: Schema) -> SchemaField | None:
        """Return the field for the password of now, in a body that gives the user a new one."""
        auth = self.spec.auth
        is_account = self.secured and schema.entity == auth.user
        if not is_account or all(f.attribute != auth.password for f in schema.fields):
            return None
        free = (f for f in schema.fields if f.attribute is None and f.relation is None)
        return next((f for f in free if f.type == "password"), None)

    def step(self, entity: str, name: str) -> tuple[str, bool]:
        """Follow a relation or an inverse: the entity at its end, and whether that is one row."""
        declared = self.relation(entity, name)
        if declared is not None:
            return declared.target, declared.kind is not RelationKind.MANY_TO_MANY
        for source, relation in self.inverses[entity]:
            if relation.inverse == name:
                return source.name, relation.kind is RelationKind.ONE_TO_ONE
        raise KeyError(f"{entity}.{name}")

    def model_attribute(self, entity: Entity, attribute: Attribute) -> str:
        """Return the name that an attribute has on the model: a password is kept as its hash."""
        name = attribute.name
        if attribute.type != "password" or "hash" in name:
            return name
        taken = {*entity.member_names, *(r.inverse for _, r in self.inverses[entity.name])}
        name = name.rstrip("_")
        numbered = (f"hashed_{name}_{number}" for number in count(2))
        free = chain([f"hashed_{name}", f"{name}_hash"], numbered)
        return next(each for each in free if each not in taken)

    def plural(self, entity: Entity) -> str:
        """Return the snake_case plural that names an entity's collection."""
        return entity.plural or names.plural(names.snake(entity.name))
