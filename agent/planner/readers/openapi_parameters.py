"""Which parameters does an operation have? Those that say which rows are meant, and the others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.planner.readers.openapi_document import is_name
from agent.planner.readers.openapi_paths import folded
from agent.planner.readers.openapi_schemas import Part
from agent.types import AttributeType, Match, OperationKind, Parameter, ParameterPlace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.planner.readers.openapi_calls import Call
    from agent.planner.readers.openapi_document import Document
    from agent.planner.readers.openapi_entities import Keeping, Kept
    from agent.planner.readers.openapi_given import Given
    from agent.planner.readers.openapi_lists import Lists
    from agent.planner.readers.openapi_resources import Use
    from agent.planner.readers.openapi_schemas import Shape, Shapes
    from agent.planner.readers.openapi_values import Values
    from agent.types import Attribute

T = AttributeType
K = OperationKind
_GIVEN_PLACES = {
    "path": ParameterPlace.PATH,
    "query": ParameterPlace.QUERY,
    "header": ParameterPlace.HEADER,
}
_OWN_HEADERS = frozenset({"accept", "content-type", "authorization"})


class Parameters:
    """The parameters of all operations."""

    def __init__(
        self, document: Document, shapes: Shapes, values: Values, keeping: Keeping, around: Lists
    ) -> None:
        """Begin without any; ``around`` is what most lists have."""
        self.document, self.shapes, self.values = document, shapes, values
        self.keeping, self.around = keeping, around

    def of_path(self, use: Use, key: str) -> list[Parameter] | str:
        """Return those that say which rows are meant, or why that is not known."""
        found: list[Parameter] = []
        below, steps = key, []
        pairs: list[tuple[str, str]] = []
        for collection, slot in reversed(use.way.above):
            above = self.keeping.found.collections.get(collection)
            if above is None:
                return f"nothing is kept under {collection}"
            if above != below:
                relation = self.keeping.relation_between(below, above)
                if relation is None:
                    return f"nothing says how rows belong to those of {collection}"
                steps.append(relation)
            elif above == key:
                return "its path leads from rows to others of the same kind"
            attribute = self.keeping.kept[above].slots.get(slot)
            if not attribute:
                return f"what '{slot}' stands for is not said"
            pairs.insert(0, (slot, ".".join([*steps, attribute])))
            below = above
        if use.way.slot is not None:
            attribute = self.keeping.kept[key].slots.get(use.way.slot)
            if not attribute:
                return f"what '{use.way.slot}' stands for is not said"
            pairs.append((use.way.slot, attribute))
        said = {p.name: p for p in use.call.parameters if p.place == "path"}
        for slot, binds in pairs:
            comment = said[slot].description if slot in said else None
            found.append(
                Parameter(
                    name=slot,
                    place=ParameterPlace.PATH,
                    binds=binds,
                    required=True,
                    comment=comment,
                )
            )
        return found

    def _other_parameter(
        self, use: Use, kept: Kept, given: Given, place: ParameterPlace
    ) -> Parameter:
        """Return a parameter outside of the path: a filter, or a value that changes nothing."""
        shape = self.shapes.of(Part(given.schema, given.pointer))
        attribute = self._filter(use, kept, given, shape)
        if attribute is not None:
            return Parameter(
                name=given.name,
                place=place,
                binds=attribute.name,
                match=Match.EQUAL,
                required=given.required,
                comment=given.description,
            )
        self.document.ask(
            use.call.label,
            f"{use.call.label}: the {given.place} parameter '{given.name}' is read and changes"
            " nothing. What is it to do?",
        )
        return self._typed(given, given.name, place, use.call)

    def _filter(self, use: Use, kept: Kept, given: Given, shape: Shape) -> Attribute | None:
        """Return the attribute that a query parameter filters a list by."""
        plain = {
            folded(m.wire): m.attribute
            for m in kept.thing.members.values()
            if m.target is None or m.by_key
        }
        attribute = kept.attributes.get(plain.get(folded(given.name), ""))
        is_single = attribute is not None and not attribute.array
        if use.kind is not K.LIST or given.place != "query" or attribute is None or not is_single:
            return None
        is_plain = attribute.type not in {T.JSON, T.PASSWORD}
        return attribute if is_plain and shape.kind not in {"array", "object"} else None

    def unknown(self, use: Use, kept: Kept) -> str | None:
        """Return a query parameter that has to be given, and filters nothing."""
        for given in use.call.parameters:
            known = self.walks(given) or given.name == self.around.search
            if given.place == "query" and given.required and not known and self._named(given):
                shape = self.shapes.of(Part(given.schema, given.pointer))
                if self._filter(use, kept, given, shape) is None:
                    return given.name
        return None

    def others(self, use: Use, kept: Kept) -> Iterator[Parameter]:
        """Return the parameters outside of the path, but for those that every list has."""
        is_list = use.kind is K.LIST
        for given, place in self._outside(use.call):
            is_search = given.name == self.around.search and bool(texts(kept))
            if not is_list or not (self.walks(given) or is_search):
                yield self._other_parameter(use, kept, given, place)

    def walks(self, given: Given) -> bool:
        """Tell whether a parameter walks through a list."""
        return given.place == "query" and self.around.is_paging(given.name)

    def free(self, call: Call) -> list[Parameter]:
        """Return the parameters of an operation that is on no rows."""
        said = {p.name: p for p in call.parameters if p.place == "path"}
        slots = dict.fromkeys(re.findall(r"\{([^{}]+)\}", call.path))
        parameters = [
            self._typed(said.get(slot), slot, ParameterPlace.PATH, call) for slot in slots
        ]
        parameters += [
            self._typed(given, given.name, place, call) for given, place in self._outside(call)
        ]
        return parameters

    def _outside(self, call: Call) -> Iterator[tuple[Given, ParameterPlace]]:
        """Return the parameters outside of the path that can be read, and where each stands."""
        for given in call.parameters:
            place = _GIVEN_PLACES.get(given.place)
            if place is ParameterPlace.PATH or not self._named(given):
                continue
            if place is None:
                what = f"a parameter in a {given.place} is not read"
                self.document.warn("parameter-left-out", given.pointer, what)
            elif place is not ParameterPlace.HEADER or given.name.lower() not in _OWN_HEADERS:
                yield given, place

    def _named(self, given: Given) -> bool:
        if is_name(given.name):
            return True
        self.document.warn(
            "parameter-left-out", given.pointer, "a parameter of such a name cannot be read"
        )
        return False

    def _typed(
        self, given: Given | None, name: str, place: ParameterPlace, call: Call
    ) -> Parameter:
        part = (
            Part(given.schema, given.pointer) if given else Part({"type": "string"}, call.pointer)
        )
        kind = self.values.facts(self.shapes.of(part), name)["type"]
        return Parameter(
            name=name,
            place=place,
            type=kind if kind not in {T.ENUM, T.JSON, T.PASSWORD} else T.STRING,
            required=place is ParameterPlace.PATH or bool(given and given.required),
            comment=given.description if given else None,
        )


def texts(kept: Kept) -> tuple[str, ...]:
    """Return the attributes that a search looks through."""
    return tuple(
        a.name for a in kept.attributes.values() if a.type in {T.STRING, T.TEXT} and not a.array
    )
