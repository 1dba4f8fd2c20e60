"""Which bodies hold no rows? Free schemas, of operations that answer 501 and of columns of JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.planner import names
from agent.planner.naming import derived
from agent.planner.readers.openapi_document import is_component, is_name
from agent.planner.readers.openapi_paths import folded
from agent.types import AttributeType, Schema, SchemaField

if TYPE_CHECKING:
    from agent.planner.readers.openapi_document import Document
    from agent.planner.readers.openapi_entities import Keeping
    from agent.planner.readers.openapi_schemas import Shape, Shapes
    from agent.planner.readers.openapi_values import Values

T = AttributeType
_FREE = (
    "type",
    "enum",
    "array",
    "length",
    "min_length",
    "pattern",
    "minimum",
    "maximum",
    "exclusive_minimum",
    "exclusive_maximum",
)
_DEEPEST = 6
_MOST = 2000


class Bodies:
    """Schemas by their names, each made once."""

    def __init__(
        self, document: Document, shapes: Shapes, values: Values, keeping: Keeping
    ) -> None:
        """Begin without any."""
        self.document, self.shapes, self.values, self.keeping = document, shapes, values, keeping
        self.made: dict[str, Schema] = {}
        self._known: dict[tuple[object, ...], str] = {}
        self.doubled: list[str] = []
        self._called: dict[str, tuple[str | None, bool]] = {}
        self._taken = {folded(kept.name) for kept in keeping.kept.values()}

    def named(self) -> tuple[Schema, ...]:
        """Return every schema under the name that the document has: first those of answers."""
        owners: dict[str, str] = {}
        for wanted in (False, True):
            for name, (component, is_in) in self._called.items():
                is_free = component == name or component not in self.made
                if is_in is wanted and name in self.made and is_free and is_component(component):
                    owners.setdefault(str(component), name)
        self.doubled = [
            name
            for name, (component, is_in) in self._called.items()
            if is_in and name in self.made and owners.get(str(component), name) != name
        ]
        classes = derived(kept.name for kept in self.keeping.kept.values())
        components = {
            name: component
            for component, name in owners.items()
            if names.schema_name(name, classes, ()) != component  # as that of Python is, `PageBody`
        }
        return tuple(
            schema.model_copy(update={"component": components.get(schema.name)})
            for schema in self.made.values()
        )

    def free(
        self, shape: Shape, about: str, *, is_in: bool, depth: int = 0, held: str = ""
    ) -> str | None:
        """Return the schema of an object that is no row; None where it contains itself.

        What a column has ``held`` since it was sent lacks what clients do not send; what is made
        by nobody may lack everything.
        """
        known = (shape.pointer, is_in, held, "free")
        if known in self._known:
            return self._known[known] or None
        if depth > _DEEPEST or len(self.made) > _MOST:
            return None
        base = shape.name or names.pascal(about)
        name = self._name(base, "Input" if is_in else "View", ())
        self._called[name] = (shape.name, is_in)
        self._known[known] = ""  # while it is made: who comes here again is inside of it
        fields: list[SchemaField] = []
        python_names: set[str] = set()
        for wire, part in shape.properties.items():
            inner = self.shapes.of(part)
            if inner.read_only if is_in else inner.write_only:
                continue
            called = names.attribute_name(wire, ())
            if not is_name(wire) or called in python_names:
                self.document.warn(
                    "field-left-out", part.pointer, "a field of such a name cannot be written"
                )
                continue
            python_names.add(called)
            facts = self._inside_free(
                inner, f"{about}{names.pascal(wire)}", is_in=is_in, depth=depth, held=held
            )
            needed = wire in shape.required and held != "made"
            needed = needed and not (held == "sent" and inner.read_only)
            fields.append(
                SchemaField(
                    name=wire,
                    required=needed,
                    nullable=inner.nullable,
                    never_null=not needed and (not is_in or not inner.nullable),
                    **facts,
                )
            )
        self._known[known] = name
        self.made[name] = Schema(
            name=name,
            open=is_in and not shape.closed,
            fields=tuple(fields),
        )
        return name

    def _inside_free(
        self, inner: Shape, about: str, *, is_in: bool, depth: int, held: str = ""
    ) -> dict[str, Any]:
        item = self.shapes.of(inner.items) if inner.kind == "array" else inner
        if item.is_object and not item.nullable:
            name = self.free(item, about, is_in=is_in, depth=depth + 1, held=held)
            if name:
                return {"schema_name": name, "array": inner.kind == "array"}
            self.document.warn(
                "circular", inner.pointer, "contains itself: kept as JSON of any form there"
            )
            return {"type": T.JSON}
        return self._free_facts(inner, about)

    def _free_facts(self, shape: Shape, about: str) -> dict[str, Any]:
        facts = self.values.facts(shape, about)
        found = {k: v for k, v in facts.items() if k in _FREE and v is not None and v is not False}
        if found["type"] is T.PASSWORD:
            found["type"] = T.STRING
        return found

    def _name(self, base: str, suffix: str, above: tuple[str, ...]) -> str:
        inside = f"In{self.keeping.kept[above[-1]].name}" if above else ""
        wanted = names.pascal(base) + inside
        enums = {folded(enum.name) for enum in self.values.enums.values()}
        name, number = wanted, 1
        stem = wanted if wanted.endswith(suffix) else f"{wanted}{suffix}"
        while folded(name) in self._taken or folded(name) in enums:
            name = stem if number == 1 else f"{stem}{number}"
            number += 1
        self._taken.add(folded(name))
        return name
