"""Does a given spec hold together? Every reference must lead somewhere, before anything is made."""

from __future__ import annotations

import difflib
from collections import Counter
from typing import TYPE_CHECKING

from agent.types import (
    AttributeType,
    AuthMethod,
    OperationKind,
    RelationKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.planner.notes import Notes
    from agent.types import Attribute, BackendSpec, Body, Entity, Operation, Relation


def check(spec: BackendSpec, notes: Notes) -> None:
    """Add a fault, with its JSON Pointer, for everything in the spec that leads nowhere."""
    _Checker(spec, notes).check()


class _Checker:
    def __init__(self, spec: BackendSpec, notes: Notes) -> None:
        self.spec = spec
        self.notes = notes
        self.entities = {e.name: e for e in spec.entities}
        self.enums = {e.name: e for e in spec.enums}
        self.schemas = {s.name: s for s in spec.schemas}

    def check(self) -> None:
        self._once("/entities", (e.name for e in self.spec.entities), "entity")
        self._once("/enums", (e.name for e in self.spec.enums), "enum")
        self._once("/schemas", (s.name for s in self.spec.schemas), "schema")
        self._once("/operations", (o.name for o in self.spec.operations), "operation")
        tables = [(e.db_schema, e.table) for e in self.spec.entities if e.table]
        for (_, table), count in Counter(tables).items():
            if count > 1:
                self.notes.fault("/entities", f"Two entities have the table '{table}'.")
        for i, enum in enumerate(self.spec.enums):
            self._once(f"/enums/{i}/values", enum.values, "value")
        for i, entity in enumerate(self.spec.entities):
            self._entity(entity, f"/entities/{i}")
        for i, schema in enumerate(self.spec.schemas):
            self._schema(schema.entity, i)
        for i, operation in enumerate(self.spec.operations):
            self._operation(operation, f"/operations/{i}")

    def _once(self, pointer: str, given: Iterable[str], what: str) -> None:
        for name, count in Counter(given).items():
            if count > 1:
                self.notes.fault(pointer, f"The {what} '{name}' is given {count} times.")

    def _known(self, name: str, known: Iterable[str], pointer: str, what: str) -> bool:
        known = list(known)
        if name in known:
            return True
        close = difflib.get_close_matches(name, known, n=1)
        expected = f"did you mean '{close[0]}'?" if close else None
        if expected is None and known:
            expected = f"one of {', '.join(known[:12])}"
        self.notes.fault(pointer, f"There is no {what} '{name}'.", expected)
        return False

    def _entity(self, entity: Entity, at: str) -> None:
        members = list(entity.member_names)
        self._once(f"{at}/attributes", members, f"attribute or relation of {entity.name}")
        for i, attribute in enumerate(entity.attributes):
            self._attribute(attribute, f"{at}/attributes/{i}")
        for i, relation in enumerate(entity.relations):
            self._relation(entity, relation, f"{at}/relations/{i}")
        for name in entity.primary_key:
            self._known(name, members, f"{at}/primaryKey", f"attribute of {entity.name}")
        rules = [("uniques", i, u.attributes) for i, u in enumerate(entity.uniques)]
        rules += [("indexes", i, x.attributes) for i, x in enumerate(entity.indexes)]
        for kind, i, names in rules:
            for name in names:
                pointer = f"{at}/{kind}/{i}/attributes"
                self._known(name, members, pointer, f"attribute of {entity.name}")
        if entity.owner and entity.owner != "self":
            end = self._follow(entity, entity.owner, f"{at}/owner")
            if end and self.spec.auth.method is AuthMethod.JWT and end != self.spec.auth.user:
                self.notes.fault(
                    f"{at}/owner",
                    f"The owner path '{entity.owner}' ends at {end}, not at a user.",
                    f"a path of relations that ends at {self.spec.auth.user}",
                )

    def _follow(self, entity: Entity, path: str, pointer: str) -> str | None:
        """Walk a path of to-one relations; return the entity at its end."""
        current = entity
        for step in path.split("."):
            relations = {r.name: r for r in current.relations}
            if not self._known(step, relations, pointer, f"relation of {current.name}"):
                return None
            relation = relations[step]
            if relation.kind not in {RelationKind.MANY_TO_ONE, RelationKind.ONE_TO_ONE}:
                self.notes.fault(pointer, f"'{step}' in '{path}' leads to many rows.")
                return None
            if relation.target not in self.entities:
                return relation.target if relation.target == self.spec.auth.user else None
            current = self.entities[relation.target]
        return current.name

    def _attribute(self, attribute: Attribute, at: str) -> None:
        if attribute.type is AttributeType.ENUM:
            if attribute.enum is None:
                self.notes.fault(f"{at}/enum", f"The enum of '{attribute.name}' is not named.")
            elif self._known(attribute.enum, self.enums, f"{at}/enum", "enum"):
                values = self.enums[attribute.enum].values
                if isinstance(attribute.default, str):
                    self._known(attribute.default, values, f"{at}/default", "value")
                for i, step in enumerate(attribute.transitions):
                    for end in (step.source, step.target):
                        self._known(end, values, f"{at}/transitions/{i}", "value")
        elif attribute.transitions:
            self.notes.fault(
                f"{at}/transitions",
                f"'{attribute.name}' has transitions, but is of type {attribute.type.value}.",
                "an enum",
            )
        if (attribute.precision or 0) < (attribute.scale or 0):
            self.notes.fault(f"{at}/scale", f"'{attribute.name}' has more decimals than digits.")

    def _relation(self, entity: Entity, relation: Relation, at: str) -> None:
        known = [*self.entities]
        if self.spec.auth.method is AuthMethod.JWT:
            known.append(self.spec.auth.user)
        if not self._known(relation.target, known, f"{at}/target", "entity"):
            return
        own = [a.name for a in entity.attributes]
        for name in relation.attributes:
            self._known(name, own, f"{at}/attributes", f"attribute of {entity.name}")
        target = self.entities.get(relation.target)
        if target is None:
            return
        theirs = [a.name for a in target.attributes]
        for name in relation.references:
            self._known(name, theirs, f"{at}/references", f"attribute of {relation.target}")
        wanted = len(relation.references or target.primary_key) or 1
        if relation.attributes and len(relation.attributes) != wanted:
            self.notes.fault(
                f"{at}/attributes",
                f"'{relation.name}' has {len(relation.attributes)} attributes for a key of"
                f" {wanted}.",
            )

    def _schema(self, entity: str | None, position: int) -> None:
        schema = self.spec.schemas[position]
        at = f"/schemas/{position}"
        self._once(f"{at}/fields", (f.name for f in schema.fields), "field")
        if entity is not None and not self._known(entity, self.entities, f"{at}/entity", "entity"):
            return
        owner = self.entities.get(entity or "")
        attributes = [a.name for a in owner.attributes] if owner else []
        relations = [r.name for r in owner.relations] if owner else []
        if owner:
            relations += [
                r.inverse
                for e in self.spec.entities
                for r in e.relations
                if r.target == owner.name and r.inverse
            ]
        for i, field in enumerate(schema.fields):
            here = f"{at}/fields/{i}"
            if field.attribute:
                self._known(field.attribute, attributes, f"{here}/attribute", "attribute")
            if field.relation:
                self._known(field.relation, relations, f"{here}/relation", "relation")
            if field.schema_name:
                self._known(field.schema_name, self.schemas, f"{here}/schema", "schema")
            if not (field.attribute or field.relation or field.type or field.schema_name):
                self.notes.fault(
                    here,
                    f"The field '{field.name}' is bound to nothing.",
                    "an attribute, a relation, a type or a schema",
                )

    def _operation(self, operation: Operation, at: str) -> None:
        if operation.entity is None:
            if operation.kind is not OperationKind.CUSTOM:
                self.notes.fault(
                    f"{at}/entity", f"'{operation.name}' ({operation.kind.value}) has no entity."
                )
        elif not (operation.entity == self.spec.auth.user and operation.kind in _ACCOUNT):
            self._known(operation.entity, self.entities, f"{at}/entity", "entity")
        for side, body in (("input", operation.input), ("output", operation.output)):
            self._body(body, f"{at}/{side}/schema")

    def _body(self, body: Body | None, pointer: str) -> None:
        if body is not None:
            self._known(body.schema_name, self.schemas, pointer, "schema")


_ACCOUNT = {
    OperationKind.REGISTER,
    OperationKind.LOGIN,
    OperationKind.REFRESH,
    OperationKind.ME,
}
