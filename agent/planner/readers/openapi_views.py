"""Which bodies of rows do clients send and see? Schemas over entities, under given names.

A schema that contains itself is cut where it would begin again: there its rows are shown without
those that they lead to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.planner import names
from agent.planner.readers.openapi_bodies import Bodies
from agent.planner.readers.openapi_document import is_name
from agent.planner.readers.openapi_paths import folded
from agent.types import AttributeType, Schema, SchemaField

if TYPE_CHECKING:
    from agent.planner.readers.openapi_entities import Kept
    from agent.planner.readers.openapi_members import Member
    from agent.planner.readers.openapi_schemas import Shape

T = AttributeType
_DEEPEST = 6


class Views(Bodies):
    """The schemas of a plan, each made once: those of rows beside those of none."""

    def shown(self, key: str, shape: Shape, above: tuple[str, ...] = ()) -> str:
        """Return the schema of a resource's rows in an answer."""
        return self._of_rows(key, shape, above, is_in=False)

    def sent(self, key: str, shape: Shape, *, is_new: bool, is_partial: bool = False) -> str:
        """Return the schema of a resource's row in a request.

        ``is_new``: it makes one; ``is_partial``: it changes what it names, and nothing else.
        """
        return self._of_rows(key, shape, (), is_in=True, is_new=is_new, is_partial=is_partial)

    def done(self, key: str, called: str | None, fields: tuple[SchemaField, ...] = ()) -> str:
        """Return the schema of an answer that tells little or nothing of a resource's row."""
        kept = self.keeping.kept[key]
        known = (key, called, *fields)
        if known not in self._known:
            name = self._name(called or f"{kept.name}Done", "View", ())
            self._known[known], self._called[name] = name, (called, False)
            self.made[name] = Schema(name=name, entity=kept.name, fields=fields)
        return self._known[known]

    def leaves_open(self, key: str, shape: Shape) -> bool:
        """Tell whether a body need not say what a row cannot be without."""
        kept = self.keeping.kept[key]
        for wire in shape.properties:
            member = kept.thing.members.get(wire)
            attribute = kept.attributes.get(member.attribute) if member else None
            if attribute is None or wire in shape.required or attribute.name in kept.keys:
                continue
            if not attribute.nullable and not attribute.generated and attribute.default is None:
                return True
        return False

    def _of_rows(
        self,
        key: str,
        shape: Shape,
        above: tuple[str, ...],
        *,
        is_in: bool,
        is_new: bool = False,
        is_partial: bool = False,
    ) -> str:
        is_brief = key in above
        known = (key, shape.pointer, is_in, is_new and is_in, is_partial, is_brief, *above)
        if known in self._known:
            return self._known[known]
        kept = self.keeping.kept[key]
        base = shape.name or f"{kept.name}{'Input' if is_in else ''}"
        name = self._name(base, "Input" if is_in else "View", above)
        self._known[known] = name
        if not above:
            self._called[name] = (shape.name, is_in)
        self.made[name] = Schema(name=name)  # holds the place: what is inside comes after it
        fields = []
        for wire, part in shape.properties.items():
            inner = self.shapes.of(part)
            member = kept.thing.members.get(wire)
            if member is None or (inner.read_only if is_in else inner.write_only):
                continue
            if not is_name(wire):
                self.document.warn(
                    "field-left-out", part.pointer, "a field of such a name cannot be written"
                )
                continue
            made = self._field(kept, key, member, inner, shape, above, is_in=is_in, is_new=is_new)
            if made is not None:
                fields.append(made)
        made_of = (kept.name, is_in, is_partial, shape.closed, tuple(fields))
        if (same := self._known.get(made_of)) is not None:
            del self.made[name]
            self._taken.discard(folded(name))
            self._known[known] = same
            return same
        self._known[made_of] = name
        self.made[name] = Schema(
            name=name,
            entity=kept.name,
            open=is_in and not shape.closed,
            fields=tuple(fields),
        )
        return name

    def _field(  # noqa: PLR0913 - a field depends on all of it
        self,
        kept: Kept,
        key: str,
        member: Member,
        inner: Shape,
        shape: Shape,
        above: tuple[str, ...],
        *,
        is_in: bool,
        is_new: bool,
    ) -> SchemaField | None:
        wire, required = member.wire, member.wire in shape.required
        never_null = not inner.nullable
        if member.target is not None and not member.by_key:
            return self._nested(kept, key, member, inner, above, required=required, is_in=is_in)
        if member.by_key:
            name = member.attribute
            attribute = kept.attributes[name]
        else:
            attribute = kept.attributes[member.attribute]
        if not is_in and attribute.type is T.PASSWORD:
            return None
        said_elsewhere = kept.said_above if is_new else kept.keys
        if is_in and (attribute.generated is not None or attribute.name in said_elsewhere):
            facts = self._free_facts(inner, f"{kept.name}.{wire}")
            return SchemaField(name=wire, required=required, nullable=inner.nullable, **facts)
        fields: dict[str, Any] = {"attribute": attribute.name}
        if attribute.type is T.JSON:
            about = f"{kept.name}{names.pascal(wire)}"
            is_sent = member.sent and member.sent_as == {inner.pointer}
            fields |= self._inside(inner, about, is_in=is_in, is_sent=is_sent)
        has_value = attribute.nullable or attribute.default is not None
        if is_in and is_new and not required and not has_value:
            self.document.assume(
                f"{kept.name}.{attribute.name}",
                f"{kept.name}.{wire} has to be sent: without it a row could not be found again.",
            )
            required = True
        if not is_in and never_null and attribute.nullable and required:
            self._may_lack(kept, wire)
            required = False
        return SchemaField(
            name=wire,
            required=required,
            never_null=never_null and attribute.nullable,
            **fields,
        )

    def _may_lack(self, kept: Kept, wire: str) -> None:
        self.document.assume(
            f"{kept.name}.{wire}",
            f"{kept.name}.{wire} is shown where there is one: nothing makes sure that every row has"
            " one, though the document shows it always.",
        )

    def _inside(self, inner: Shape, about: str, *, is_in: bool, is_sent: bool) -> dict[str, Any]:
        """Return the schema of what a column of JSON holds, where it has a shape of its own.

        An answer can show of it what clients send, and no more (``is_sent``: they send it so).
        """
        item = self.shapes.of(inner.items) if inner.kind == "array" else inner
        if not item.is_object or item.nullable:
            return {}
        held = "" if is_in else "sent" if is_sent else "made"
        name = self.free(item, about, is_in=is_in, held=held)
        return {"schema_name": name, "array": inner.kind == "array"} if name else {}

    def _nested(
        self,
        kept: Kept,
        key: str,
        member: Member,
        inner: Shape,
        above: tuple[str, ...],
        *,
        required: bool,
        is_in: bool,
    ) -> SchemaField | None:
        relation = kept.shown_by.get(member.wire)
        target = member.target or ""
        if relation is None:
            return None
        item = self.shapes.of(inner.items) if inner.kind == "array" else inner
        declared = kept.relations.get(relation)
        if is_in:
            if declared is None:
                self.document.ask(
                    f"{kept.name}.{member.wire}",
                    f"{kept.name}.{member.wire}: rows of {self.keeping.kept[target].name} inside a"
                    " body are not written; they have operations of their own. Is that enough?",
                )
                return None
            name = self._named_row(target, item)
            return SchemaField(
                name=member.wire,
                relation=relation,
                schema_name=name,
                array=member.many,
                required=required,
                never_null=not inner.nullable,
                refers=True,
            )
        if key in above or len(above) >= _DEEPEST:
            if required:
                self.document.warn(
                    "circular",
                    inner.pointer,
                    f"'{member.wire}' leads back to where it began: left out in the inner rows",
                )
            return None
        name = self.shown_inside(target, item, (*above, key))
        is_one_nullable = declared is not None and declared.nullable
        if required and is_one_nullable and not inner.nullable:
            self._may_lack(kept, member.wire)
            required = False
        return SchemaField(
            name=member.wire,
            relation=relation,
            schema_name=name,
            array=member.many,
            required=required,
            never_null=not inner.nullable and is_one_nullable,
        )

    def shown_inside(self, target: str, shape: Shape, above: tuple[str, ...]) -> str:
        """Return the schema of rows inside of other rows."""
        leads_back = self._reaches(target, shape, set(above))
        return self.shown(target, shape, above if leads_back else ())

    def _reaches(self, key: str, shape: Shape, wanted: set[str], depth: int = 0) -> bool:
        """Tell whether rows lead to resources that they stand inside of (or to their own)."""
        if key in wanted or depth > _DEEPEST:
            return True
        kept = self.keeping.kept[key]
        for wire, part in shape.properties.items():
            member = kept.thing.members.get(wire)
            if member is None or member.target is None or member.by_key:
                continue
            inner = self.shapes.of(part)
            item = self.shapes.of(inner.items) if inner.kind == "array" else inner
            if self._reaches(member.target, item, wanted | {key}, depth + 1):
                return True
        return False

    def _named_row(self, target: str, shape: Shape) -> str:
        """Return the schema of a body inside a body that names a row which is there."""
        known = (target, shape.pointer, "named")
        if known in self._known:
            return self._known[known]
        kept = self.keeping.kept[target]
        name = self._name(f"{shape.name or kept.name}Named", "Named", ())
        self._known[known] = name
        fields = []
        for wire, part in shape.properties.items():
            inner = self.shapes.of(part)
            member = kept.thing.members.get(wire)
            if member is None or inner.read_only or (member.target and not member.by_key):
                continue
            attribute = kept.attributes[member.attribute]
            if attribute.type in {T.PASSWORD, T.JSON}:
                continue
            fields.append(
                SchemaField(
                    name=wire,
                    attribute=attribute.name,
                    required=wire in shape.required or attribute.name in kept.keys,
                    never_null=not inner.nullable and attribute.nullable,
                )
            )
        self.made[name] = Schema(name=name, entity=kept.name, open=True, fields=tuple(fields))
        self._tell_of_naming(kept, fields)
        return name

    def _tell_of_naming(self, kept: Kept, fields: list[SchemaField]) -> None:
        if any(f.attribute in kept.keys for f in fields):
            text = "by its key; what else is sent of it is checked and passed over"
        else:
            text = "by all that is sent of it, and made where there is none like it"
        self.document.assume(
            kept.name, f"A {kept.name} inside the body of something else names a row {text}."
        )
