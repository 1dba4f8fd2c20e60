"""What do schemas, operations and owners refer to? Every binding must lead somewhere.

Works on a linked spec, where every attribute is there; schemas, operations and entities stand
where they stood in the given spec, so that pointers lead into it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner import names
from agent.types import AttributeType, AuthMethod, OperationKind, ParameterPlace, RelationKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.planner.notes import Notes
    from agent.types import BackendSpec, Body, Entity, Operation, Parameter, Schema, SchemaField

_K = OperationKind
_SAID = frozenset({AttributeType.STRING, AttributeType.TEXT, AttributeType.BOOLEAN})
_ACCOUNT = frozenset({_K.REGISTER, _K.LOGIN, _K.REFRESH, _K.ME})
_LINKS = frozenset({_K.LINK, _K.UNLINK})
_MANY = RelationKind.MANY_TO_MANY


def check_bindings(spec: BackendSpec, notes: Notes) -> None:
    """Add a fault, with its JSON Pointer, for every binding that leads nowhere."""
    checker = _Checker(spec, notes)
    for i, entity in enumerate(spec.entities):
        checker.owner(entity, f"/entities/{i}/owner")
    for i, schema in enumerate(spec.schemas):
        checker.schema(schema, f"/schemas/{i}")
    for i, operation in enumerate(spec.operations):
        checker.operation(operation, f"/operations/{i}")


def _safe(name: str) -> str:
    """Return what something is called in the code, by its name on the wire."""
    return names.attribute_name(name, ())


class _Checker:
    def __init__(self, spec: BackendSpec, notes: Notes) -> None:
        self.spec = spec
        self.notes = notes
        self.entities = {e.name: e for e in spec.entities}
        self.schemas = {s.name: s for s in spec.schemas}
        self.enums = {e.name: e for e in spec.enums}
        self.attributes = {e.name: {a.name: a for a in e.attributes} for e in spec.entities}
        # what a relation's name leads to, from either side, and whether that is one row
        self.steps: dict[str, dict[str, tuple[str, bool]]] = {e.name: {} for e in spec.entities}
        for entity in spec.entities:
            for relation in entity.relations:
                is_one = relation.kind is not _MANY
                self.steps[entity.name][relation.name] = (relation.target, is_one)
                back = relation.kind is RelationKind.ONE_TO_ONE
                if relation.inverse:
                    self.steps[relation.target][relation.inverse] = (entity.name, back)

    def follow(
        self, entity: str, path: Iterable[str], pointer: str, *, one: bool = False
    ) -> str | None:
        """Walk relations; return the entity at their end. ``one``: each leads to one row."""
        for step in path:
            if not self.notes.knows(step, self.steps[entity], pointer, f"relation of {entity}"):
                return None
            entity, is_one = self.steps[entity][step]
            if one and not is_one:
                self.notes.fault(pointer, f"'{step}' leads to many rows.", "relations to one row")
                return None
        return entity

    def owner(self, entity: Entity, at: str) -> None:
        user = self.spec.auth.user
        secured = self.spec.auth.method is AuthMethod.JWT
        if entity.owner == "self":
            if secured and entity.name != user:
                self.notes.fault(
                    at, f"Only {user} owns itself, not {entity.name}.", "a path of relations"
                )
        elif entity.owner:
            end = self.follow(entity.name, entity.owner.split("."), at, one=True)
            if end and secured and end != user:
                self.notes.fault(
                    at,
                    f"The owner path '{entity.owner}' ends at {end}, not at a user.",
                    f"a path of relations that ends at {user}",
                )

    def schema(self, schema: Schema, at: str) -> None:
        wires = [f.name for f in schema.fields]
        for i, name in enumerate(wires):
            if name in wires[:i]:
                self.notes.fault(f"{at}/fields/{i}", f"The field '{name}' is given twice.")
        self.apart(
            (f"{at}/fields/{i}", field.name, field.attribute or field.relation or _safe(field.name))
            for i, field in enumerate(schema.fields)
        )
        if schema.entity and not self.notes.knows(
            schema.entity, self.entities, f"{at}/entity", "entity"
        ):
            return
        attributes = self.attributes.get(schema.entity or "", {})
        relations = self.steps.get(schema.entity or "", {})
        of = f" of {schema.entity}" if schema.entity else ""
        for i, field in enumerate(schema.fields):
            here = f"{at}/fields/{i}"
            if field.attribute:
                self.notes.knows(field.attribute, attributes, f"{here}/attribute", f"attribute{of}")
            if field.relation:
                self.notes.knows(field.relation, relations, f"{here}/relation", f"relation{of}")
            if field.schema_name:
                self.notes.knows(field.schema_name, self.schemas, f"{here}/schema", "schema")
            if field.enum:
                self.notes.knows(field.enum, self.enums, f"{here}/enum", "enum")
            self._kind(field, here)

    def _kind(self, field: SchemaField, at: str) -> None:
        if field.says is not None and field.type not in _SAID:
            what = f"The field '{field.name}' says something, and is no free text or boolean."
            self.notes.fault(at, what, "`name: string says ...`")
        if not (field.attribute or field.relation or field.type or field.schema_name):
            self.notes.fault(
                at,
                f"The field '{field.name}' is bound to nothing.",
                "an attribute, a relation, a type or a schema",
            )

    def operation(self, operation: Operation, at: str) -> None:
        for side, body in (("input", operation.input), ("output", operation.output)):
            self.body(operation, body, f"{at}/{side}/schema")
        self.once(operation, at)
        if operation.entity is not None:
            if self.notes.knows(operation.entity, self.entities, f"{at}/entity", "entity"):
                self.rows(operation, operation.entity, at)
        elif operation.kind is not _K.CUSTOM:
            self.notes.fault(
                f"{at}/entity", f"'{operation.name}' ({operation.kind.value}) has no entity."
            )

    def once(self, operation: Operation, at: str) -> None:
        seen: set[tuple[str, ParameterPlace]] = set()
        for i, parameter in enumerate(operation.parameters):
            if (parameter.name, parameter.place) in seen:
                self.notes.fault(
                    f"{at}/parameters/{i}", f"The parameter '{parameter.name}' is given twice."
                )
            seen.add((parameter.name, parameter.place))
        for place in (ParameterPlace.PATH, ParameterPlace.QUERY):
            if place is ParameterPlace.PATH or operation.kind is _K.LIST:
                self.apart(
                    (f"{at}/parameters/{i}", parameter.name, _safe(parameter.name))
                    for i, parameter in enumerate(operation.parameters)
                    if parameter.place is place
                )

    def apart(self, named: Iterable[tuple[str, str, str]]) -> None:
        """Find parts with one name in the code, each told as: pointer, what is said, that name."""
        known: dict[str, str] = {}
        for pointer, said, name in named:
            other = known.setdefault(name, said)
            if other != said:
                self.notes.fault(
                    pointer,
                    f"'{other}' and '{said}' would both be called {name} in the code.",
                    "names that differ in their letters or digits",
                )

    def rows(self, operation: Operation, entity: str, at: str) -> None:
        """Check what an operation on rows of an entity refers to."""
        attributes = self.attributes[entity]
        for i, parameter in enumerate(operation.parameters):
            self.parameter(entity, parameter, f"{at}/parameters/{i}/binds")
        for key, chosen in (("sort", operation.sort), ("search", operation.search)):
            for i, name in enumerate(chosen or ()):
                self.notes.knows(name, attributes, f"{at}/{key}/{i}", f"attribute of {entity}")
        for name, value in operation.sets.items():
            if self.notes.knows(name, attributes, f"{at}/sets", f"attribute of {entity}"):
                enum = self.enums.get(attributes[name].enum or "")
                if enum is not None and value is not None:
                    self.notes.knows(str(value), enum.values, f"{at}/sets/{name}", "value")
        if operation.kind in _LINKS:
            self.link(operation, self.entities[entity], f"{at}/relation")
        if operation.kind is _K.CREATE and operation.input is not None:
            self.creates(operation, self.entities[entity], f"{at}/input")

    def body(self, operation: Operation, body: Body | None, at: str) -> None:
        if body is None or not self.notes.knows(body.schema_name, self.schemas, at, "schema"):
            return
        schema = self.schemas[body.schema_name]
        is_ours = operation.kind not in {_K.CUSTOM, *_ACCOUNT}
        if is_ours and operation.entity and schema.entity != operation.entity:
            self.notes.fault(
                at,
                f"'{schema.name}' is no schema of {operation.entity}, which '{operation.name}'"
                " works on.",
                f"a schema for {operation.entity}",
            )

    def parameter(self, entity: str, parameter: Parameter, at: str) -> None:
        if parameter.binds is None:
            return
        *steps, last = parameter.binds.split(".")
        end = self.follow(entity, steps, at)
        if end is not None:
            self.notes.knows(last, self.attributes[end], at, f"attribute of {end}")

    def link(self, operation: Operation, entity: Entity, at: str) -> None:
        many = {r.name for r in entity.relations if r.kind is _MANY}
        if operation.relation is None:
            self.notes.fault(at, f"'{operation.name}' names no relation.", ", ".join(many) or None)
        elif operation.relation not in many:
            target = self.steps[entity.name].get(operation.relation)
            expected = f"one of {', '.join(sorted(many))}" if many else None
            if target and any(
                r.inverse == operation.relation and r.kind is _MANY
                for r in self.entities[target[0]].relations
            ):
                expected = f"an operation on {target[0]}, where the relation is declared"
            text = f"'{operation.relation}' is no many-to-many relation of {entity.name}."
            self.notes.fault(at, text, expected)

    def creates(self, operation: Operation, entity: Entity, at: str) -> None:
        """Find the values that a created row needs and does not get."""
        schema = self.schemas.get(operation.input.schema_name) if operation.input else None
        if schema is None:
            return
        heads = {entity.owner, *((p.binds or "").partition(".")[0] for p in operation.parameters)}
        given = {f.attribute for f in schema.fields}
        heads |= {f.relation for f in schema.fields if f.refers}
        given |= {name for r in entity.relations if r.name in heads for name in r.attributes}
        for attribute in entity.attributes:
            is_made = attribute.nullable or attribute.generated or attribute.default is not None
            if not is_made and attribute.name not in given:
                self.notes.fault(
                    at,
                    f"'{operation.name}' creates a {entity.name} without its '{attribute.name}'.",
                    f"a field for {attribute.name}, a default, or '?' after its type",
                )
