"""What do the operations of a document become? Those on rows work; the others answer 501."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.planner import names
from agent.planner.readers.openapi_document import is_name
from agent.planner.readers.openapi_errors import refusals
from agent.planner.readers.openapi_left_out import of_rows
from agent.planner.readers.openapi_lists import envelope_of, total_of, untold_of
from agent.planner.readers.openapi_parameters import Parameters, texts
from agent.planner.readers.openapi_resources import is_note
from agent.planner.readers.openapi_saying import saying
from agent.planner.readers.openapi_schemas import Part
from agent.types import (
    AttributeType,
    Body,
    HttpMethod,
    ListEnvelope,
    Operation,
    OperationKind,
    Parameter,
    RefusalKind,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from agent.planner.readers.openapi_calls import Call, Media
    from agent.planner.readers.openapi_document import Document
    from agent.planner.readers.openapi_entities import Keeping, Kept
    from agent.planner.readers.openapi_lists import Lists
    from agent.planner.readers.openapi_resources import Use
    from agent.planner.readers.openapi_rows import Rows
    from agent.planner.readers.openapi_schemas import Shapes
    from agent.planner.readers.openapi_values import Values
    from agent.planner.readers.openapi_views import Views
    from agent.types import Statuses

T = AttributeType
K = OperationKind
_LINKS = frozenset({K.LINK, K.UNLINK})
_WORDS = frozenset({"title", "description"})
"""What a schema may say, and leave open what there is."""
_NO_BODY = frozenset({204, 205, 304})


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
        self.parameters = Parameters(document, shapes, values, keeping, around)
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
        linked = self.keeping.link_of(use) if use.kind in _LINKS else None
        key = linked[0].owner if linked else use.resource or ""
        kept = self.keeping.kept[key]
        parameters = self.parameters.of_path(use, key)
        if isinstance(parameters, str):
            return parameters
        if unused := self.parameters.unknown(use, kept):
            return f"what '{unused}' is to do, which has to be given, is not known"
        fields = self._rows_given(use, key)
        answer = self._answer(use, key) if isinstance(fields, dict) else fields
        if linked:
            is_told = use.call.answer is not None and use.call.answer.schema
            answer = "its answer is to show rows" if is_told else {"silent": True}
        if isinstance(fields, str) or isinstance(answer, str):
            return str(answer)
        return Operation(
            kind=use.kind,
            entity=kept.name,
            relation=linked[0].declared if linked else None,
            parameters=(*parameters, *self.parameters.others(use, kept)),
            open=True,
            **fields,
            **answer,
            **self._listed(use, kept),
            **self.told(use.call),
        )

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

    def _listed(self, use: Use, kept: Kept) -> dict[str, Any]:
        """Return how a list is walked through and searched."""
        if use.kind is not K.LIST:
            return {}
        given = use.call.parameters
        searches = any(p.name == self.around.search for p in given)
        walks = any(self.parameters.walks(p) for p in given)
        return {
            "sort": self.parameters.sorts(use, kept),
            "search": texts(kept) if searches else (),
            "paginated": walks,
        }

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
            for p in self.parameters.of_path(use, use.resource or "")
            if isinstance(p, Parameter)
        }
        heads.add(kept.owner or "")
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

    def _answer(self, use: Use, key: str) -> dict[str, Any] | str:
        """Return the body of an answer, or why it cannot be made from rows."""
        call, rows = use.call, use.answered
        is_asked_for = use.kind in {K.LIST, K.READ}
        if call.answer is None or call.answer.schema is None or call.success in _NO_BODY:
            return "no body of its answer is described" if is_asked_for else {"silent": True}
        if rows is None and not is_asked_for and self._says_nothing(use, call.answer):
            return {"output": Body(schema_name=self.views.done(key, None))}
        if rows is None or (rows.many and use.kind is not K.LIST):
            return "its answer holds something else than one of its rows"
        return self._of_rows(use, key, rows)

    def _of_rows(self, use: Use, key: str, rows: Rows) -> dict[str, Any] | str:
        """Return the body of an answer that shows rows, or why it cannot be made from them."""
        call = use.call
        members = self.keeping.kept[key].thing.members
        wires = rows.shape.properties
        if says := self._says_alone(use, key, rows):
            return {"output": Body(schema_name=says)}
        needed = [wire for wire in wires if wire in rows.shape.required and wire not in members]
        if not needed and not any(wire in members for wire in wires) and is_note(rows):
            needed = sorted(rows.shape.required)
        elif not needed and not any(wire in members for wire in wires):
            return "its answer shows something else than its rows"
        if needed:
            return f"its answer has to show {', '.join(needed)}, which no row has"
        if untold := [wire for wire in wires if wire not in members]:
            of_rows(self.document, call.pointer, untold)
        envelope = self.around.envelope if use.kind is K.LIST else ListEnvelope(items=None)
        is_common = envelope.items is not None and envelope_of(self.shapes, use) == envelope
        total = None if is_common else total_of(self.shapes, use)
        if lost := self._lost(use, {part for _, part in envelope} if is_common else {total}):
            return lost
        name = self.views.shown(key, rows.shape)
        if is_common:
            return {"output": Body(schema_name=name)}
        is_bare = envelope.items is not None and rows.wrapper is None
        is_many = bool(rows.wrapper and rows.many)
        around = {"wrapper": rows.wrapper, "total": total, "array": is_many, "bare": is_bare}
        return {"output": Body(schema_name=name, **around)}

    def _says_alone(self, use: Use, key: str, rows: Rows) -> str | None:
        """Return the schema of an answer that only tells that something is done, in words."""
        if use.kind in {K.LIST, K.READ} or rows.wrapper:
            return None
        kept = self.keeping.kept[key]
        fields = saying(self.shapes, kept, rows.shape, is_deleted=use.kind is K.DELETE)
        if not fields:
            return None
        text = f"What {use.call.label} answers in words is made up, and always the same."
        self.document.assume(use.call.label, text)
        return self.views.done(key, rows.shape.name, fields)

    def _says_nothing(self, use: Use, answer: Media) -> bool:
        """Tell whether an answer may be an object in which nothing is, as one is gone."""
        if isinstance(answer.schema, dict) and not answer.schema.keys() - _WORDS:
            return use.kind is K.DELETE
        shape = self.shapes.of(Part(answer.schema, answer.pointer))
        return shape.kind == "object" and not shape.properties and not shape.required

    def _lost(self, use: Use, told: Collection[str | None]) -> str | None:
        """Return what an answer has to have around its rows and would not; ``told`` it has."""
        needed, untold = untold_of(self.shapes, use, told)
        if needed:
            return f"its answer tells {', '.join(needed)} beside the rows"
        of_rows(self.document, use.call.pointer, untold)
        return None

    # --- others ---

    def _custom(self, use: Use, why: str) -> Operation:
        call = use.call
        fields = self.told(call)
        fields |= self._free_bodies(use)
        self.document.ask(
            fields["name"],
            f"{call.label} ({fields['name']}) answers 501, as {why}. What is it to do?",
        )
        return Operation(
            parameters=tuple(self.parameters.free(call)),
            open=True,
            summary=f"Answer {call.label}",
            rule=call.summary,
            **fields,
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

    def told(self, call: Call) -> dict[str, Any]:
        """Return what any operation has: its name, its place, its statuses."""
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
            "tags": call.tags,
            "deprecated": call.deprecated,
            "method": HttpMethod(call.method.upper()),
            "path": call.path,
            "status": success,
            "refusals": dict[RefusalKind, int](own),
            "statuses": tuple(sorted(call.codes - {success})),
        }
