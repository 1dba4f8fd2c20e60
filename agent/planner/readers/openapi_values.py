"""Which type has a value of a document? One of the plan's, with the rules that it can keep."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from agent.planner import names
from agent.planner.readers.numbers import plain
from agent.planner.readers.openapi_decimals import EXACT, NUMBER_OR_TEXT, digits
from agent.planner.readers.openapi_left_out import SEVERAL_KINDS
from agent.types import AttributeType, EnumType

if TYPE_CHECKING:
    from agent.planner.readers.openapi_document import Document
    from agent.planner.readers.openapi_schemas import Shape, Shapes

T = AttributeType
_FORMATS = {
    "date": T.DATE,
    "date-time": T.DATETIME,
    "uuid": T.UUID,
    "password": T.PASSWORD,
}
_TOLD_BY_TYPE = frozenset({None, "", "email", "string", "text"})
_PASSWORDS = frozenset({"password", "passwd", "pwd"})
_ENUM_VALUE = re.compile(r"^[^\x00-\x1f\x7f\ud800-\udfff\"`\\]{1,120}$")
_LONGEST = 2**31 - 1
_LONGEST_PATTERN = 500
_SPECIAL = re.compile(r"[\\^$.|?*+()\[\]{}]")
"""What a pattern needs a sign before; readers of other languages refuse one before all else."""
_INT32, _INT64 = 2**31, 2**63
EMAIL = r"^[^@\s]+@[^@\s]+$"


class Values:
    """The types of single values, and the enums that they need."""

    def __init__(self, document: Document, shapes: Shapes) -> None:
        """Begin without enums."""
        self.document = document
        self.shapes = shapes
        self.enums: dict[tuple[str, ...], EnumType] = {}
        self.has_decimals_as_text = False

    def facts(self, shape: Shape, about: str) -> dict[str, Any]:
        """Return the fields of an attribute (or of a free field) for one value.

        ``about`` names the value where an enum needs a name. What is an object, a map or several
        kinds is JSON.
        """
        if shape.kind == "array":
            return self._array(shape, about)
        if "" in shape.enum and (listed := _or_empty(shape)):
            return listed
        if shape.enum and (enum := self._enum(shape, about)):
            return {"type": T.ENUM, "enum": enum}
        if shape.kind == "string":
            return self._text(shape, about)
        if shape.kind in {"integer", "number"}:
            found = _whole(shape) if shape.kind == "integer" else _number(shape)
            if found["type"] is not T.DECIMAL and shape.rules.get("multipleOf", 1) != 1:
                what = "'multipleOf' is not checked"
                self.document.warn("rule-left-out", f"{shape.pointer}/multipleOf", what)
            return found
        if shape.format == NUMBER_OR_TEXT:
            self.document.warn("schema-plainer", shape.pointer, SEVERAL_KINDS)
        return {"type": T.BOOLEAN if shape.kind == "boolean" else T.JSON}

    def _array(self, shape: Shape, about: str) -> dict[str, Any]:
        inner = self.shapes.of(shape.items)
        found = self.facts(inner, names.singular(about)) if inner.kind != "array" else {}
        kind = found.get("type", T.JSON)
        if kind is T.JSON or found.get("array") or inner.nullable:
            return {"type": T.JSON}
        if kind is T.PASSWORD:
            found["type"] = T.STRING
        if any(key in shape.rules for key in ("minItems", "maxItems", "uniqueItems")):
            self.document.warn(
                "rule-left-out", shape.pointer, "how many items a list has is not checked"
            )
        return {**found, "array": True}

    def _enum(self, shape: Shape, about: str) -> str | None:
        if not all(isinstance(v, str) and _ENUM_VALUE.match(v) for v in shape.enum):
            self.document.warn(
                "rule-left-out",
                f"{shape.pointer}/enum",
                "only texts (without quotes, backslashes and control characters) make a closed list"
                " of values: any value of the type is taken",
            )
            return None
        texts = tuple(dict.fromkeys(map(str, shape.enum)))
        if texts not in self.enums:
            taken = {enum.name for enum in self.enums.values()}
            name = names.unique(names.pascal(shape.name or about), taken)
            self.enums[texts] = EnumType(name=name, values=texts)
        return self.enums[texts].name

    def _text(self, shape: Shape, about: str) -> dict[str, Any]:
        if (found_digits := digits(shape)) is not None:
            precision, scale = found_digits
            self.has_decimals_as_text |= precision <= EXACT
            return {"type": T.DECIMAL, "precision": precision, "scale": scale, **_bounds(shape)}
        kind = _FORMATS.get(shape.format or "")
        is_password = names.snake(about.rpartition(".")[2]).rpartition("_")[2] in _PASSWORDS
        rules = shape.rules
        length = _count(rules.get("maxLength"), 1)
        found: dict[str, Any] = {
            "length": length,
            "min_length": _count(rules.get("minLength"), 0),
            "pattern": self._pattern(shape),
        }
        if kind is T.PASSWORD or (kind is None and is_password):
            most = f"{found['min_length'] or 0},{length or ''}"
            return {"type": T.PASSWORD, "pattern": rf"^[\s\S]{{{most}}}$"}
        if kind is not None:
            return {"type": kind}
        if shape.format not in _TOLD_BY_TYPE:
            what = f"the format '{shape.format}' is not checked"
            self.document.warn("rule-left-out", shape.pointer, what)
        if shape.format == "email" and found["pattern"] is None:
            found["pattern"] = EMAIL
        short = length is not None and length <= 1000  # noqa: PLR2004 - what is text in a column
        return {"type": T.STRING if short else T.TEXT} | {k: v for k, v in found.items() if v}

    def _pattern(self, shape: Shape) -> str | None:
        pattern = shape.rules.get("pattern")
        if not isinstance(pattern, str):
            return None
        if len(pattern) <= _LONGEST_PATTERN and _compiles(pattern):
            return pattern
        self.document.warn(
            "rule-left-out", f"{shape.pointer}/pattern", "this pattern cannot be checked here"
        )
        return None


def _or_empty(shape: Shape) -> dict[str, Any] | None:
    """Return the text that is one of a list, or empty: an enum has no empty value."""
    if not all(isinstance(value, str) for value in shape.enum):
        return None
    values = sorted({*shape.enum})
    said = "|".join(_SPECIAL.sub(r"\\\g<0>", value) for value in values)
    pattern = f"^(?:{said})$"
    is_plain = len(values) > 1 and len(pattern) <= _LONGEST_PATTERN
    if not is_plain or not all(_ENUM_VALUE.match(value) for value in values if value):
        return None
    return {"type": T.STRING, "length": max(map(len, values)), "pattern": pattern}


def _whole(shape: Shape) -> dict[str, Any]:
    kind = T.INTEGER if shape.format == "int32" else T.BIGINT
    edge = _INT32 if kind is T.INTEGER else _INT64
    return {"type": kind} | {k: v for k, v in _bounds(shape).items() if -edge < v < edge}


def _number(shape: Shape) -> dict[str, Any]:
    step = shape.rules.get("multipleOf")
    if isinstance(step, int | float) and 0 < step < 1:
        scale = max(0, -math.floor(math.log10(step)))
        if math.isclose(step, 10**-scale) and scale <= 6:  # noqa: PLR2004 - of 15 digits
            return {"type": T.DECIMAL, "precision": 15, "scale": scale, **_bounds(shape)}
    return {"type": T.FLOAT, **_bounds(shape)}


def _bounds(shape: Shape) -> dict[str, Any]:
    found = {}
    for ours, theirs in (
        ("minimum", "minimum"),
        ("maximum", "maximum"),
        ("exclusive_minimum", "exclusiveMinimum"),
        ("exclusive_maximum", "exclusiveMaximum"),
    ):
        value = shape.rules.get(theirs)
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            found[ours] = plain(value)
    return found


def _count(value: object, least: int) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and least <= value <= _LONGEST
    return value if is_count and isinstance(value, int) else None


def _compiles(pattern: str) -> bool:
    """Tell whether both engines know a pattern: that of bodies and that of tests."""
    from pydantic_core import (  # noqa: PLC0415 - the same
        SchemaError,
        SchemaValidator,
        core_schema,
    )

    try:
        re.compile(pattern)
        SchemaValidator(core_schema.str_schema(pattern=pattern))
    except (re.error, SchemaError, OverflowError, RecursionError):
        return False
    return True
