"""What do the operations of a document become? Those on rows work; the others answer 501."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agent.planner import names
from agent.planner.readers.openapi_document import is_name
from agent.planner.readers.openapi_errors import refusals
from agent.planner.readers.openapi_lists import envelope_of
from agent.planner.readers.openapi_paths import folded
from agent.planner.readers.openapi_resources import is_note
from agent.planner.readers.openapi_schemas import Part
from agent.types import (
    AttributeType,
    Body,
    HttpMethod,
    ListEnvelope,
    Match,
    Operation,
    OperationKind,
    Parameter,
    ParameterPlace,
    RefusalKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agent.planner.readers.openapi_calls import Call, Given
    from agent.planner.readers.openapi_document import Document
    from agent.planner.readers.openapi_entities import Keeping, Kept
    from agent.planner.readers.openapi_lists import Lists
    from agent.planner.readers.openapi_resources import Use
    from agent.planner.readers.openapi_rows import Rows
    from agent.planner.readers.openapi_schemas import Shape, Shapes
    from agent.planner.readers.openapi_values import Values
    from agent.planner.readers.openapi_views import Views
    from agent.types import Attribute, Statuses

T = AttributeType
K = OperationKind
_NO_BODY = frozenset({204, 205, 304})
_GIVEN_PLACES = {
    "path": ParameterPlace.PATH,
    "query": ParameterPlace.QUERY,
    "header": ParameterPlace.HEADER,
}
_OWN_HEADERS = frozenset({"accept", "content-type", "authorization"})
_LEAST = re.compile(r"^(?:min|from|since|after|gte?)|(?:min|from|since|after|gte?)$", re.IGNORECASE)


class Operations:
    """Turns what a document says of its operations into those of a plan."""

    def __init__(
        self,
        document: Document,
        shapes: Shapes,
        values: Values,
        keeping: Keeping,
        views: Views,
        common: Statuses,
        around: Lists,
    ) -> None:
        """Begin without any; ``common`` and ``around`` are what most of them have."""
        self.document, self.shapes, self.values = document, shapes, values
        self.keeping, self.views, self.common, self.around = keeping, views, common, around
        self._taken: set[str] = set()

    def of(self, use: Use) -> Operation:
        """Return one operation."""
        why = use.why
        if use.kind is not K.CUSTOM and use.resource is not None:
            made = self._on_rows(use)
            if isinstance(made, Operation):
                return made
            why = made
        return self._custom(use, why)

    # --- on rows ---

    def _on_rows(self, use: Use) -> Operation | str:
        """Return an operation on rows, or why it is none."""
        key = use.resource or ""
        kept = self.keeping.kept[key]
        parameters = self._path_parameters(use, key)
        if isinstance(parameters, str):
            return parameters
        if unused := self._needed_and_unknown(use, kept):
            return f"what '{unused}' is to do, which has to be given, is not known"
        fields = self._rows_given(use, key)
        answer = self._answer(use, key) if isinstance(fields, dict) else fields
        if isinstance(fields, str) or isinstance(answer, str):
            return str(answer)
        return Operation(
            kind=use.kind,
            entity=kept.name,
            parameters=(*parameters, *self._others(use, kept)),
            open=True,
            **fields,
            **answer,
            **self._listed(use, kept),
            **self._common(use.call),
        )

    def _needed_and_unknown(self, use: Use, kept: Kept) -> str | None:
        """Return a query parameter that has to be given, and filters nothing."""
        for given in use.call.parameters:
            known = self._walks(given) or given.name == self.around.search
            if given.place == "query" and given.required and not known and self._named(given):
                shape = self.shapes.of(Part(given.schema, given.pointer))
                if self._filter(use, kept, given, shape) is None:
                    return given.name
        return None

    def _rows_given(self, use: Use, key: str) -> dict[str, Any] | str:
        """Return the body that an operation takes, or why no row can be made of it."""
        kept = self.keeping.kept[key]
        if use.given is None:
            return {}
        if use.given.beside:
            return "its body has more beside the row"
        if use.kind is K.CREATE and (lacking := self._lacking(use, kept)):
            return f"nothing gives a new {kept.name} its {lacking}"
        if use.kind is K.REPLACE and self.views.leaves_open(key, use.given.shape):
            use.kind = K.UPDATE  # what is not said stays, as a row cannot be without it
        kinds = {"is_new": use.kind is K.CREATE, "is_partial": use.kind is K.UPDATE}
        name = self.views.sent(key, use.given.shape, **kinds)
        return {"input": Body(schema_name=name, wrapper=use.given.wrapper)}

    def _others(self, use: Use, kept: Kept) -> Iterator[Parameter]:
        """Return the parameters outside of the path, but for those that every list has."""
        is_list = use.kind is K.LIST
        for given in use.call.parameters:
            if given.place == "path" or not self._named(given):
                continue
            is_search = given.name == self.around.search and bool(_texts(kept))
            if is_list and (self._walks(given) or is_search):
                continue
            made = self._other_parameter(use, kept, given)
            if made is not None:
                yield made

    def _listed(self, use: Use, kept: Kept) -> dict[str, Any]:
        """Return how a list is walked through and searched."""
        if use.kind is not K.LIST:
            return {}
        given = use.call.parameters
        searches = any(p.name == self.around.search for p in given)
        walks = any(self._walks(p) for p in given)
        return {"sort": (), "search": _texts(kept) if searches else (), "paginated": walks}

    def _walks(self, given: Given) -> bool:
        """Tell whether a parameter walks through a list."""
        return given.place == "query" and self.around.is_paging(given.name)

    def _lacking(self, use: Use, kept: Kept) -> str | None:
        """Return what a new row needs that neither the body nor the path gives."""
        given: set[str] = set()
        shape = use.given.shape if use.given else None
        for wire, part in shape.properties.items() if shape else ():
            member = kept.thing.members.get(wire)
            if member is not None and not self.shapes.of(part).read_only:
                given.add(member.attribute)
                given.add(kept.shown_by.get(wire, ""))
        heads = {
            (p.binds or "").partition(".")[0]
            for p in self._path_parameters(use, use.resource or "")
            if isinstance(p, Parameter)
        }
        for relation in kept.relations.values():
            is_given = relation.name in given or relation.name in heads
            if relation.through is None and not relation.nullable and not is_given:
                if relation.kind.value == "many-to-many":
                    continue
                if not set(relation.attributes) & given:
                    return relation.name
        for attribute in kept.attributes.values():
            has_value = attribute.nullable or attribute.generated or attribute.default is not None
            fixed = {a for r in kept.relations.values() if r.name in heads for a in r.attributes}
            named = {a for r in kept.relations.values() if r.name in given for a in r.attributes}
            if not has_value and attribute.name not in given | fixed | named:
                return attribute.name
        return None

    def _path_parameters(self, use: Use, key: str) -> list[Parameter] | str:
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

    def _other_parameter(self, use: Use, kept: Kept, given: Given) -> Parameter | None:
        """Return a parameter outside of the path: a filter, or a value that changes nothing."""
        place = _GIVEN_PLACES.get(given.place)
        if place is None:
            self.document.warn(
                "parameter-left-out", given.pointer, f"a parameter in a {given.place} is not read"
            )
            return None
        if place is ParameterPlace.HEADER and given.name.lower() in _OWN_HEADERS:
            return None
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
        kind = self.values.facts(shape, given.name)["type"]
        return Parameter(
            name=given.name,
            place=place,
            type=kind if kind not in {T.ENUM, T.JSON, T.PASSWORD} else T.STRING,
            required=given.required,
            comment=given.description,
        )

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
        is_plain = attribute.type not in {T.JSON, T.PASSWORD, T.BINARY}
        return attribute if is_plain and shape.kind not in {"array", "object"} else None

    def _answer(self, use: Use, key: str) -> dict[str, Any] | str:
        """Return the body of an answer, or why it cannot be made from rows."""
        call, rows = use.call, use.answered
        if call.answer is None or call.answer.schema is None or call.success in _NO_BODY:
            is_asked_for = use.kind in {K.LIST, K.READ}
            return "no body of its answer is described" if is_asked_for else {"silent": True}
        if rows is None or (rows.many and use.kind is not K.LIST):
            return "its answer holds something else than one of its rows"
        members = self.keeping.kept[key].thing.members
        wires = rows.shape.properties
        needed = [wire for wire in wires if wire in rows.shape.required and wire not in members]
        if not needed and not any(wire in members for wire in wires) and is_note(rows):
            needed = sorted(rows.shape.required)
        elif not needed and not any(wire in members for wire in wires):
            return "its answer shows something else than its rows"
        if needed:
            return f"its answer has to show {', '.join(needed)}, which no row has"
        if untold := [wire for wire in wires if wire not in members]:
            self._left_out(call, untold)
        envelope = self.around.envelope if use.kind is K.LIST else ListEnvelope(items=None)
        is_common = envelope.items is not None and envelope_of(self.shapes, use) == envelope
        if not is_common and (lost := self._lost(rows, use)):
            return lost
        name = self.views.shown(key, rows.shape)
        body = Body(schema_name=name)
        if not is_common:
            is_bare = envelope.items is not None and rows.wrapper is None
            is_many = bool(rows.wrapper and rows.many)
            body = Body(schema_name=name, wrapper=rows.wrapper, array=is_many, bare=is_bare)
        return {"output": body}

    def _lost(self, rows: Rows, use: Use) -> str | None:
        """Return what an answer has to have around its rows and would not."""
        if not rows.beside or use.call.answer is None:
            return None
        around = self.shapes.of(Part(use.call.answer.schema, use.call.answer.pointer))
        needed = [name for name in rows.beside if name in around.required]
        if needed:
            return f"its answer tells {', '.join(needed)} beside the rows"
        self._left_out(use.call, rows.beside)
        return None

    def _left_out(self, call: Call, wires: Iterable[str]) -> None:
        what = f"what an answer may tell beside its rows is left out: {', '.join(wires)}"
        self.document.warn("answer-plainer", call.pointer, what)

    # --- others ---

    def _custom(self, use: Use, why: str) -> Operation:
        call = use.call
        fields = self._common(call)
        said = {p.name: p for p in call.parameters if p.place == "path"}
        slots = dict.fromkeys(re.findall(r"\{([^{}]+)\}", call.path))
        parameters = [
            self._typed(said.get(slot), slot, ParameterPlace.PATH, call) for slot in slots
        ]
        for given in call.parameters:
            place = _GIVEN_PLACES.get(given.place)
            if place is ParameterPlace.PATH or not self._named(given):
                continue
            if place is None:
                self.document.warn(
                    "parameter-left-out",
                    given.pointer,
                    f"a parameter in a {given.place} is not read",
                )
                continue
            if place is ParameterPlace.HEADER and given.name.lower() in _OWN_HEADERS:
                continue
            parameters.append(self._typed(given, given.name, place, call))
        fields |= self._free_bodies(use)
        self.document.ask(
            fields["name"],
            f"{call.label} ({fields['name']}) answers 501, as {why}. What is it to do?",
        )
        return Operation(
            parameters=tuple(parameters),
            open=True,
            summary=f"Answer {call.label}",
            rule=call.summary,
            **fields,
        )

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
            type=kind if kind not in {T.ENUM, T.JSON, T.PASSWORD, T.BINARY} else T.STRING,
            required=place is ParameterPlace.PATH or bool(given and given.required),
            comment=given.description if given else None,
        )

    def _free_bodies(self, use: Use) -> dict[str, Any]:
        call = use.call
        found: dict[str, Any] = {}
        about = names.pascal(call.operation_id or f"{call.method} {call.path}")
        if call.body is not None:
            body = self._free_body(call.body, f"{about}Request", is_in=True)
            found |= {"input": body} if body else {"takes": call.body.type}
        answer = call.answer
        if answer is not None and call.success not in _NO_BODY:
            body = self._free_body(answer, f"{about}Response", is_in=False)
            found |= {"output": body} if body else {"gives": answer.type}
        return found

    def _free_body(self, media: Any, about: str, *, is_in: bool) -> Body | None:  # noqa: ANN401 - a Media
        if not media.is_json or media.schema is None:
            return None
        shape = self.shapes.of(Part(media.schema, media.pointer))
        item = self.shapes.of(shape.items) if shape.kind == "array" else shape
        if not item.is_object:
            return None
        name = self.views.free(item, about, is_in=is_in)
        return Body(schema_name=name, array=shape.kind == "array") if name else None

    def _common(self, call: Call) -> dict[str, Any]:
        wanted = call.operation_id or f"{call.method} {call.path}"
        name = names.operation_name(wanted, self._taken)
        self._taken.add(name)
        own = {
            refusal: code
            for refusal, code in refusals(call).items()
            if code != getattr(self.common, refusal.value.replace("-", "_"))
        }
        success = call.success
        return {
            "name": name,
            "operation_id": call.operation_id if is_name(call.operation_id or "") else None,
            "method": HttpMethod(call.method.upper()),
            "path": call.path,
            "status": success,
            "refusals": dict[RefusalKind, int](own),
            "statuses": tuple(sorted(call.codes - {success})),
        }


def _texts(kept: Kept) -> tuple[str, ...]:
    """Return the attributes that a search looks through."""
    return tuple(
        a.name for a in kept.attributes.values() if a.type in {T.STRING, T.TEXT} and not a.array
    )
