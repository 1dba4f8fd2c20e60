"""Can an operation contradict other rows? Where nothing can be in the way, no 409 is ever given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.types import AuthMethod, DeleteBehaviour, OperationKind

if TYPE_CHECKING:
    from agent.types import BackendSpec, Entity, Index, Operation, Relation

K = OperationKind
_ALWAYS = frozenset({K.CUSTOM, K.LINK, K.REGISTER, K.TRANSITION})
_HOLDING = frozenset({DeleteBehaviour.RESTRICT, DeleteBehaviour.NO_ACTION})
_WRITING = frozenset({K.CREATE, K.REPLACE, K.UPDATE})


class Conflicts:
    """What of a plan can be in the way of what."""

    def __init__(self, spec: BackendSpec) -> None:
        """Look which entities others refer to."""
        self._entities = {entity.name: entity for entity in spec.entities}
        self._schemas = {schema.name: schema for schema in spec.schemas}
        self._inwards: dict[str, list[tuple[Entity, Relation]]] = {}
        for entity in spec.entities:
            for relation in entity.relations:
                self._inwards.setdefault(relation.target, []).append((entity, relation))
        self._user = spec.auth.user if spec.auth.method is AuthMethod.JWT else None

    def may_meet(self, operation: Operation) -> bool:
        """Tell whether other rows, or the state of its own, may refuse an operation."""
        kind = operation.kind
        entity = self._entities.get(operation.entity or "")
        if kind in _ALWAYS:
            return True
        if entity is None or kind not in _WRITING | {K.DELETE}:
            return False
        if entity.name == self._user:  # the last administrator stays
            return True
        if kind is K.DELETE:
            return self._is_held(entity)
        return self._may_be_taken(entity, operation)

    def _is_held(self, entity: Entity) -> bool:
        """Tell whether rows that refer to a row may keep it, or one that goes with it."""
        waiting, seen = [entity], {entity.name}
        while waiting:
            here = waiting.pop()
            links = [r.through for r in here.relations if r.through]
            if any(link.on_delete in _HOLDING for link in links):
                return True
            for other, relation in self._inwards.get(here.name, ()):
                rule = relation.through.on_delete if relation.through else relation.on_delete
                if rule in _HOLDING:
                    return True
                if rule is DeleteBehaviour.CASCADE and not relation.through:
                    waiting += [] if other.name in seen else [other]
                    seen.add(other.name)
        return False

    def _may_be_taken(self, entity: Entity, operation: Operation) -> bool:
        """Tell whether what clients write may be another row's, or refer to none."""
        if entity.relations or any(a.transitions for a in entity.attributes):
            return True
        schema = self._schemas.get(operation.input.schema_name) if operation.input else None
        sent = {field.attribute for field in schema.fields} if schema else set()
        made = {a.name for a in entity.attributes if a.generated is not None} - sent
        return any(rule - made for rule in unique_rules(entity))


def unique_rules(entity: Entity) -> list[set[str]]:
    """Return the sets of attributes that may have to differ from row to row, the key last."""
    return [*(set(rule.attributes) for rule in partial_rules(entity)), *naming_rules(entity)]


def naming_rules(entity: Entity) -> list[set[str]]:
    """Return the sets of attributes that no two rows have the same, the primary key last."""
    rules = [{a.name} for a in entity.attributes if a.unique]
    rules += [set(rule.attributes) for rule in entity.uniques]
    rules += [set(i.attributes) for i in entity.indexes if i.unique and i.where is None]
    return [*rules, set(entity.primary_key)]


def partial_rules(entity: Entity) -> list[Index]:
    """Return the unique rules that are about some rows only."""
    return [index for index in entity.indexes if index.unique and index.where is not None]
