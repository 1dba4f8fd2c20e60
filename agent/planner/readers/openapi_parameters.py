"""Which parameters does an operation have? Those that say which rows are meant, and the others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.planner import names
from agent.planner.readers.openapi_document import is_name
from agent.planner.readers.openapi_filters import narrowing
from agent.planner.readers.openapi_schemas import Part
from agent.planner.readers.openapi_sorting import sorts
from agent.types import AttributeType, Match, OperationKind, Parameter, ParameterPlace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agent.planner.readers.openapi_calls import Call
    from agent.planner.readers.openapi_document import Document
    from agent.planner.readers.openapi_entities import Keeping, Kept
    from agent.planner.readers.openapi_filters import Narrowing
    from agent.planner.readers.openapi_given import Given
    from agent.planner.readers.openapi_links import Link
    from agent.planner.readers.openapi_lists import Lists
    from agent.planner.readers.openapi_resources import Use
    from agent.planner.readers.openapi_schemas import Shapes
    from agent.planner.readers.openapi_values import Values

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
        linked = self.keeping.link_of(use)
        pairs = self._linked(use, *linked) if linked else self._nested(use, key)
        return pairs if isinstance(pairs, str) else self._bound(use, pairs)

    def _linked(self, use: Use, link: Link, is_turned: bool) -> list[tuple[str, str]] | str:  # noqa: FBT001 - what the link is seen from
        """Return what stands in the path of rows that are many to many."""
        collection, (first, *_) = use.way.above[0]
        last = use.way.slots[0] if use.way.slots else None
        above, below = (link.below, link.above) if is_turned else (link.above, link.below)
        back = link.relation if is_turned else link.inverse
        one = self.keeping.kept[above].slots.get(first)
        other = self.keeping.kept[below].slots.get(last) if last else None
        if not one or (last and not other):
            return f"what stands in the path under {collection} is not said"
        if last is None:
            return [(first, f"{back}.{one}")]
        if use.kind not in {K.LINK, K.UNLINK}:
            return "rows that are many to many have their own collection"
        if link.owner == link.above:
            return [(first, one), (last, f"{link.relation}.{other}")]
        return [(first, f"{link.inverse}.{one}"), (last, str(other))]

    def _nested(self, use: Use, key: str) -> list[tuple[str, str]] | str:
        """Return what stands in a path for rows, and for the rows above them."""
        below, steps = key, []
        pairs: list[tuple[str, str]] = []
        for collection, slots in reversed(use.way.above):
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
            named = self._key(above, slots, steps)
            if isinstance(named, str):
                return named
            pairs = [*named, *pairs]
            below = above
        named = self._key(key, use.way.slots, ())
        return named if isinstance(named, str) else [*pairs, *named]

    def _key(
        self, key: str, slots: Iterable[str], steps: Iterable[str]
    ) -> list[tuple[str, str]] | str:
        """Return what each parameter that names a row stands for, ``steps`` away."""
        found = []
        for slot in slots:
            attribute = self.keeping.kept[key].slots.get(slot)
            if not attribute:
                return f"what '{slot}' stands for is not said"
            found.append((slot, ".".join([*steps, attribute])))
        return found

    def _bound(self, use: Use, pairs: list[tuple[str, str]]) -> list[Parameter]:
        found: list[Parameter] = []
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
        found = self._filter(use, kept, given)
        if found is not None:
            if found.is_near:
                self._tell_of_bound(use, given, found)
            return Parameter(
                name=given.name,
                place=place,
                binds=found.attribute.name,
                match=found.match,
                required=given.required,
                comment=given.description,
            )
        self.document.ask(
            use.call.label,
            f"{use.call.label}: the {given.place} parameter '{given.name}' is read and changes"
            " nothing. What is it to do?",
        )
        return self._typed(given, given.name, place, use.call)

    def _tell_of_bound(self, use: Use, given: Given, found: Narrowing) -> None:
        which = "least" if found.match is Match.AT_LEAST else "most"
        self.document.assume(
            use.call.label,
            f"{use.call.label}: '{given.name}' asks for rows whose {found.attribute.name} is at"
            f" {which} what is given.",
        )

    def _filter(self, use: Use, kept: Kept, given: Given) -> Narrowing | None:
        """Return how a query parameter narrows a list."""
        if use.kind is not K.LIST or given.place != "query":
            return None
        return narrowing(kept, given, self.shapes.of(Part(given.schema, given.pointer)))

    def unknown(self, use: Use, kept: Kept) -> str | None:
        """Return a query parameter that has to be given, and filters nothing."""
        order = self._order(use, kept)
        for given in use.call.parameters:
            known = self.walks(given) or given.name == self.around.search or given.name in order
            is_needed = given.place == "query" and given.required and self._named(given)
            if is_needed and not known and self._filter(use, kept, given) is None:
                return given.name
        return None

    def others(self, use: Use, kept: Kept) -> Iterator[Parameter]:
        """Return the parameters outside of the path, but for those that every list has."""
        is_list, order = use.kind is K.LIST, self._order(use, kept)
        called = self._members(use, kept) if is_list else set()
        for given, place in self._outside(use.call):
            is_search = given.name == self.around.search and bool(texts(kept))
            is_known = self.walks(given) or is_search or given.name in order
            if is_list and is_known:
                continue
            name = names.attribute_name(given.name, ())
            if is_list and place is ParameterPlace.QUERY and name in called:
                what = f"'{given.name}' has nearly the name of another parameter"
                self.document.warn("parameter-left-out", given.pointer, what)
                continue
            called.add(name)
            yield self._other_parameter(use, kept, given, place)

    def _members(self, use: Use, kept: Kept) -> set[str]:
        """Return what the code calls the parameters that every list has, where this one does."""
        given = use.call.parameters
        found = {"sort_by", "sort_order"} if self._order(use, kept) else set()
        found |= {"page", "limit", "offset"} if any(map(self.walks, given)) else set()
        return found | {"q" for each in given if each.name == self.around.search}

    def walks(self, given: Given) -> bool:
        """Tell whether a parameter walks through a list."""
        return given.place == "query" and self.around.is_paging(given.name)

    def sorts(self, use: Use, kept: Kept) -> tuple[str, ...]:
        """Return the attributes that a list can be sorted by."""
        return sorts(self.document, self.shapes, self.around.order, use, kept)

    def _order(self, use: Use, kept: Kept) -> tuple[str | None, ...]:
        """Return the parameters that sort a list."""
        return self.around.order or () if self.sorts(use, kept) else ()

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
        shape = self.shapes.of(part)
        kind = self.values.facts(shape, name)["type"]
        if is_list := shape.kind == "array":
            self.document.warn("parameter-plainer", part.pointer, "a list of values is one text")
        return Parameter(
            name=name,
            place=place,
            type=T.STRING if is_list or kind in {T.ENUM, T.JSON, T.PASSWORD} else kind,
            required=place is ParameterPlace.PATH or bool(given and given.required),
            comment=given.description if given else None,
        )


def texts(kept: Kept) -> tuple[str, ...]:
    """Return the attributes that a search looks through."""
    return tuple(
        a.name for a in kept.attributes.values() if a.type in {T.STRING, T.TEXT} and not a.array
    )
