"""Which attribute does a part of a resource become, and what is in it where nobody says it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.planner import names
from agent.planner.readers.openapi_decimals import MANY, leaves_digits_open
from agent.planner.readers.written import brief, is_sound
from agent.types import Access, Attribute, AttributeType, Generator

if TYPE_CHECKING:
    from agent.planner.readers.openapi_document import Document
    from agent.planner.readers.openapi_entities import Kept
    from agent.planner.readers.openapi_members import Member
    from agent.planner.readers.openapi_schemas import Shapes
    from agent.planner.readers.openapi_values import Values

T = AttributeType
_CHANGED = ("updat", "modif", "chang", "edit")
_MADE = ("creat", "insert")
KEY_LENGTH = 255
_PLAIN: dict[AttributeType, tuple[type, ...]] = {
    T.BOOLEAN: (bool,),
    T.INTEGER: (int,),
    T.BIGINT: (int,),
    T.FLOAT: (int, float),
    T.DECIMAL: (int, float),
    T.STRING: (str,),
    T.TEXT: (str,),
    T.ENUM: (str,),
}
"""Types whose defaults are written as they are, and what these are in JSON."""
_ZEROS: dict[AttributeType, Any] = {
    T.STRING: "",
    T.TEXT: "",
    T.INTEGER: 0,
    T.BIGINT: 0,
    T.FLOAT: 0,
    T.DECIMAL: 0,
    T.BOOLEAN: False,
}


class Attributes:
    """Makes the attributes of entities."""

    def __init__(self, document: Document, shapes: Shapes, values: Values) -> None:
        """Begin without any."""
        self.document, self.shapes, self.values = document, shapes, values

    def key(self, kept: Kept, member: Member) -> Attribute:
        """Return the attribute of a part that says which row is meant."""
        name = member.attribute
        facts = self.values.facts(member.shape, f"{kept.name}.{name}")
        is_given = member.needed or (member.sent and facts["type"] in {T.STRING, T.TEXT, T.ENUM})
        if member.sent and not is_given:
            self.document.assume(
                f"{kept.name}.{name}",
                f"{kept.name}.{member.wire} is made by the server: what a client sends is checked"
                " and passed over.",
            )
        return made_key(name, facts, is_given=is_given)

    def of(self, kept: Kept, member: Member) -> Attribute:
        """Return the attribute of a value, and how it comes by one where nobody sends it."""
        name = member.attribute
        about = f"{kept.name}.{name}"
        facts = self.values.facts(member.shape, about)
        facts = {key: value for key, value in facts.items() if value is not None}
        kind = facts["type"]
        self._tell(kept, member, kind)
        if not member.sent and kind is not T.PASSWORD:
            facts = {
                k: v
                for k, v in facts.items()
                if k in {"type", "enum", "array", "precision", "scale"}
            }
        if kind is T.PASSWORD:
            facts["access"] = Access.WRITE_ONLY
            if member.shown:
                self.document.assume(
                    about, f"{kept.name}.{member.wire} is kept as a hash, and never shown."
                )
        creates = kept.thing.creates
        nullable = member.shape.nullable
        if member.needed and creates:
            return Attribute(name=name, nullable=nullable, **facts)
        if (default := self._default(member, facts)) is not None:
            return Attribute(name=name, nullable=nullable, default=default, **facts)
        if generated := self._clock(kept, member, facts):
            return Attribute(name=name, access=Access.READ_ONLY, generated=generated, **facts)
        if not member.shown_always or nullable or kind is T.PASSWORD:
            return Attribute(name=name, nullable=True, **facts)
        return self._always_shown(kept, member, name, facts, creates=creates)

    def _tell(self, kept: Kept, member: Member, kind: AttributeType) -> None:
        """Tell what was chosen for a value that says little of itself."""
        about = f"{kept.name}.{member.attribute}"
        if kind is T.JSON and member.shape.kind in {"object", "array"}:
            inner = self.shapes.of(member.shape.items) if member.shape.kind == "array" else None
            if member.shape.is_object or (inner and inner.is_object):
                self.document.assume(
                    about,
                    f"{kept.name}.{member.wire} is kept as JSON: nothing in the document lists or"
                    " reads such objects on their own.",
                )
        if kind is T.DECIMAL and leaves_digits_open(member.shape):
            self.document.assume(
                about,
                f"{kept.name}.{member.wire} is a decimal of {MANY[0]} digits, {MANY[1]} of them"
                " behind the point, as nothing was read that says how many it has: other numbers,"
                " and texts that are none, are refused.",
            )

    def _clock(self, kept: Kept, member: Member, facts: dict[str, Any]) -> Generator | None:
        """Return the time that a row gets of itself: as the name says, or where one must be shown.

        Any other time is null until something sets it: a trip that starts is not finished.
        """
        if member.sent or facts["type"] is not T.DATETIME or facts.get("array"):
            return None
        always = member.shown_always and not member.shape.nullable
        words = names.ascii_words(member.wire)
        if any(word.startswith(_CHANGED) for word in words):
            generated, text = Generator.NOW_ON_UPDATE, "the time of the last change"
        elif always or any(word.startswith(_MADE) for word in words):
            generated, text = Generator.NOW, "the time at which the row is made"
        else:
            return None
        why = "is shown always" if always else "is named so"
        self.document.assume(
            f"{kept.name}.{member.attribute}",
            f"{kept.name}.{member.wire} {why} and need not be sent: it is {text}.",
        )
        return generated

    def _always_shown(
        self, kept: Kept, member: Member, name: str, facts: dict[str, Any], *, creates: bool
    ) -> Attribute:
        """Return what an answer always shows though nobody has to send it."""
        if not creates:
            return Attribute(name=name, **facts)
        kind = facts["type"]
        if kind in {T.DATE, T.TIME, T.DATETIME} and not facts.get("array"):
            facts["generated"] = Generator.NOW
            text = "the time at which the row is made"
        elif kind is T.UUID and not facts.get("array"):
            facts["generated"] = Generator.UUID
            text = "made with the row"
        else:
            first = None
            if kind is T.ENUM:
                first = next(
                    e.values[0] for e in self.values.enums.values() if e.name == facts["enum"]
                )
            is_list = facts.get("array") or member.shape.kind == "array"
            zero: Any = [] if is_list else _ZEROS.get(kind, first if first is not None else {})
            facts = {
                k: v
                for k, v in facts.items()
                if k in {"type", "enum", "array", "length", "precision", "scale"}
            }
            facts["default"] = zero
            text = f"{zero!r} where nobody says it"
        self.document.assume(
            f"{kept.name}.{name}",
            f"{kept.name}.{member.wire} is shown always and need not be sent: it is {text}.",
        )
        return Attribute(name=name, **facts)

    def _default(self, member: Member, facts: dict[str, Any]) -> Any:  # noqa: ANN401 - a JSON value
        """Return the default of a value; one that it cannot have is told."""
        said = member.shape.default
        default = self._fitting(member, facts)
        if default is None and said is not None:
            what = f"the default {brief(repr(said))} of '{member.wire}' is not kept"
            self.document.warn("default-left-out", member.shape.pointer, what)
        return default

    def _fitting(self, member: Member, facts: dict[str, Any]) -> Any:  # noqa: ANN401 - a JSON value
        """Return the default of a value, where it is one that the value can have."""
        default = member.default if is_sound(member.default) else None
        if facts.get("array"):
            return default if default == [] else None
        wanted = _PLAIN.get(facts["type"])
        if wanted is None or not isinstance(default, wanted):
            return None
        if isinstance(default, bool):
            return default if bool in wanted else None
        if isinstance(default, str):
            is_listed = facts["type"] is not T.ENUM or default in member.shape.enum
            return default if is_listed and len(default) >= (facts.get("min_length") or 0) else None
        low, high = facts.get("minimum", default), facts.get("maximum", default)
        return default if low <= default <= high else None


def made_key(name: str, facts: dict[str, Any], *, is_given: bool) -> Attribute:
    """Return a key of a type that keys have; what clients do not give is generated."""
    kind = facts["type"]
    kept = {
        k: v
        for k, v in facts.items()
        if k in {"type", "enum", "length", "min_length", "pattern"} and v
    }
    if kind in {T.TEXT, T.STRING}:
        kept["type"] = T.STRING
        kept["length"] = min(facts.get("length") or KEY_LENGTH, KEY_LENGTH)
    if kind in {T.FLOAT, T.JSON, T.PASSWORD, T.DECIMAL} or facts.get("array"):
        kept = (
            {"type": T.BIGINT}
            if kind in {T.FLOAT, T.DECIMAL}
            else {"type": T.STRING, "length": KEY_LENGTH}
        )
    if is_given:
        return Attribute(name=name, **kept)
    kept = {k: v for k, v in kept.items() if k not in {"min_length", "pattern"}}
    if kept["type"] in {T.INTEGER, T.BIGINT}:
        return Attribute(name=name, generated=Generator.IDENTITY, access=Access.READ_ONLY, **kept)
    if kept["type"] in {T.UUID, T.STRING}:
        if kept["type"] is T.STRING:
            kept["length"] = max(kept["length"], 36)
        return Attribute(name=name, generated=Generator.UUID, access=Access.READ_ONLY, **kept)
    return Attribute(name=name, **kept)
