"""What does a field of a body or a parameter become: annotation, constraints, default?"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.emitter.layout import call, literal, quote
from agent.emitter.types import INTEGER_BITS, default_expression, is_long, made_anew
from agent.types import AttributeType

if TYPE_CHECKING:
    from agent.emitter.types import Pair
    from agent.types import Attribute

# what a linter takes for the name of a password
_LIKE_A_SECRET = re.compile(
    r"(^|_)(pas+wo?r?d|pass(phrase)?|pwd|token|secrete?)($|_)", re.IGNORECASE
)
T = AttributeType
TYPES = "app.schemas.types"
LENIENT = "app.schemas.lenient"

# Body types are strict (a JSON string is no number); parameter types read the text of a URL.
_BODY = {
    T.STRING: "Text",
    T.TEXT: "Text",
    T.EMAIL: "Email",
    T.URL: "Url",
    T.PASSWORD: "Password",
    T.INTEGER: "Int32",
    T.SMALLINT: "Int16",
    T.BIGINT: "Int64",
    T.FLOAT: "Number",
    T.BOOLEAN: "Flag",
    T.DATE: "Day",
    T.TIME: "Clock",
    T.DATETIME: "Instant",
    T.DURATION: "Duration",
    T.JSON: "Json",
    T.BINARY: "Base64",
}
_PARAMETER = {
    **_BODY,
    T.EMAIL: "EmailParam",
    T.URL: "Text",
    T.PASSWORD: "Text",
    T.INTEGER: "Int32Param",
    T.SMALLINT: "Int16Param",
    T.BIGINT: "Int64Param",
    T.FLOAT: "NumberParam",
    T.DECIMAL: "NumberParam",
    T.BOOLEAN: "FlagParam",
    T.DURATION: "NumberParam",
    T.JSON: "Text",
    T.BINARY: "Text",
}


@dataclass(frozen=True, slots=True)
class FieldCode:
    """One field of a schema class as code."""

    name: str
    line: str
    imports: tuple[Pair, ...]
    annotation: str
    validation: str


# What a row holds was checked when it was written: answers show it as it is.
_SHOWN: dict[AttributeType, tuple[str, tuple[Pair, ...]]] = {
    T.INTEGER: ("int", ()),
    T.SMALLINT: ("int", ()),
    T.BIGINT: ("int", ()),
    T.FLOAT: ("float", ()),
    T.BOOLEAN: ("bool", ()),
    T.DATE: ("dt.date", (("datetime as dt", ""),)),
    T.TIME: ("dt.time", (("datetime as dt", ""),)),
    T.DATETIME: ("dt.datetime", (("datetime as dt", ""),)),
    T.JSON: ("Any", (("typing", "Any"),)),
    T.DURATION: ("Duration", ((TYPES, "Duration"),)),
    T.BINARY: ("Base64", ((TYPES, "Base64"),)),
}


def shown_type(attribute: Attribute) -> tuple[str, tuple[Pair, ...]]:
    """Return the annotation of an attribute's value in an answer."""
    kind = attribute.type
    if kind in {T.UUID, T.ENUM}:
        return body_type(attribute)
    if kind is T.DECIMAL:
        return _decimal(attribute, bounded=False)
    return _SHOWN.get(kind, ("str", ()))


def body_type(attribute: Attribute) -> tuple[str, tuple[Pair, ...]]:
    """Return the annotation of an attribute's value in a request or response body."""
    kind = attribute.type
    if attribute.pattern:
        return "Plain", ((TYPES, "Plain"),)  # a second pattern would be matched by another engine
    if kind is T.UUID:
        return "UUID", (("uuid", "UUID"),)
    if kind is T.ENUM:
        return attribute.enum or "", (("app.models.enums", attribute.enum or ""),)
    if kind is T.DECIMAL:
        return _decimal(attribute)
    if kind in INTEGER_BITS and _bounds(attribute):
        return _whole(attribute)
    return _BODY[kind], ((TYPES, _BODY[kind]),)


def _decimal(attribute: Attribute, *, bounded: bool = True) -> tuple[str, tuple[Pair, ...]]:
    """Return a decimal with its digits and bounds: they stand in the OpenAPI schema as well."""
    arguments = [str(attribute.precision), str(attribute.scale)]
    for name, bound in _bounds(attribute) if bounded else ():
        arguments.append(f"{name}={quote(str(bound))}")
    annotation = f"Annotated[Decimal, Digits({', '.join(arguments)})]"
    imports = (("typing", "Annotated"), ("decimal", "Decimal"), (TYPES, "Digits"))
    return annotation, imports


_FINDING = {T.INTEGER: "Finding32", T.SMALLINT: "Finding16", T.BIGINT: "Finding64"}


def parameter_type(
    attribute: Attribute, *, place: str = "query", is_open: bool = False
) -> tuple[str, tuple[Pair, ...]]:
    """Return the annotation of an attribute's value in a path or a query.

    ``is_open``: what no row can have is not refused in a path; it is not found.
    """
    kind = attribute.type
    if is_open and place == "path" and (kind in _FINDING or kind in {T.STRING, T.TEXT}):
        finding = _FINDING.get(kind, "FindingText")
        return finding, ((LENIENT, finding),)
    if is_open and kind in {T.STRING, T.TEXT}:
        return "Sought", ((LENIENT, "Sought"),)
    if kind in {T.UUID, T.ENUM}:
        return body_type(attribute)
    if is_long(attribute):
        return _decimal(attribute, bounded=False)
    name = _PARAMETER[kind]
    if place == "path" and kind in {T.STRING, T.TEXT, T.EMAIL, T.URL}:
        return "Slug", ((TYPES, "Slug"),)
    return name, ((TYPES, name),)


def _bounds(attribute: Attribute) -> list[tuple[str, int | float]]:
    pairs = (
        ("ge", attribute.minimum),
        ("gt", attribute.exclusive_minimum),
        ("le", attribute.maximum),
        ("lt", attribute.exclusive_maximum),
    )
    return [(name, value) for name, value in pairs if value is not None]


def constraints(attribute: Attribute) -> list[str]:
    """Return an attribute's rules as keyword arguments of ``Field``."""
    kind = attribute.type
    rules: list[str] = []
    if kind in {T.STRING, T.TEXT, T.URL, T.EMAIL}:
        if attribute.min_length:
            rules.append(f"min_length={attribute.min_length}")
        if attribute.length:
            rules.append(f"max_length={attribute.length}")
    if attribute.pattern:
        rules.append(f"pattern={_raw(attribute.pattern)}")
        if kind is T.PASSWORD:  # only its hash is kept, so that any text will do
            rules.append('json_schema_extra={"x-nul": "is hashed"}')
    if kind is T.BINARY and attribute.length:
        encoded = 4 * -(-attribute.length // 3)
        rules.append(f"max_length={attribute.length}")
        rules.append(f'json_schema_extra={{"maxLength": {encoded}}}')
    elif kind is T.FLOAT:
        rules += [f"{name}={literal(value)}" for name, value in _bounds(attribute)]
    return rules


def _whole(attribute: Attribute) -> tuple[str, tuple[Pair, ...]]:
    """Return an integer with its bounds, both inclusive."""
    size = 2 ** (INTEGER_BITS[attribute.type] - 1)
    low, high = -size, size - 1
    for name, bound in _bounds(attribute):
        if name in {"ge", "gt"}:
            least = math.ceil(bound) if name == "ge" else math.floor(bound) + 1
            low = max(low, least)
        else:
            most = math.floor(bound) if name == "le" else math.ceil(bound) - 1
            high = min(high, most)
    shown = f"INT{INTEGER_BITS[attribute.type]} - 1" if high == size - 1 else str(high)
    lowest = f"-INT{INTEGER_BITS[attribute.type]}" if low == -size else str(low)
    imports = [("typing", "Annotated"), (TYPES, "Whole")]
    if "INT" in shown + lowest:
        imports.append((TYPES, f"INT{INTEGER_BITS[attribute.type]}"))
    return f"Annotated[int, Whole({lowest}, {shown})]", tuple(imports)


def _raw(pattern: str) -> str:
    if '"' in pattern or pattern.endswith("\\"):
        return quote(pattern)
    return f'r"{pattern}"' if "\\" in pattern else f'"{pattern}"'


def _taken(
    attribute: Attribute, *, addressed: bool, is_open: bool, may_be_null: bool
) -> tuple[str, list[Pair]]:
    """Return the annotation of a value in a request, and what it imports."""
    annotation, imports = body_type(attribute)
    if attribute.type is T.JSON and not attribute.array and not may_be_null:
        return "PresentJson", [(TYPES, "PresentJson")]  # null is a value of JSON, too
    is_text = attribute.type in {T.STRING, T.TEXT} and not attribute.pattern
    if is_open and annotation in {"Text", "Plain"}:
        return "Storable", [(LENIENT, "Storable")]
    if addressed and is_text:
        return "Segment", [(TYPES, "Segment")]
    return annotation, list(imports)


def field_code(  # noqa: PLR0913 - one field is described by this much
    attribute: Attribute,
    *,
    wire: str,
    direction: str,
    required: bool,
    partial: bool,
    members: dict[tuple[str, str], str],
    generated_alias: str | None,
    addressed: bool = False,
    choices: tuple[str, ...] = (),
    name: str | None = None,
    never_null: bool = False,
    is_open: bool = False,
    is_unused: bool = False,
) -> FieldCode:
    """Return one field of a body.

    ``direction`` is ``in`` or ``out``; ``partial`` leaves what is absent unchanged;
    ``generated_alias`` is the wire name that the class gives by itself; ``choices`` restricts the
    values of an array of text; ``addressed`` values stand in paths; ``never_null`` leaves out in
    place of null; ``is_open`` takes whatever a contract does; what ``is_unused`` is passed over.
    """
    if direction == "in":
        may_be_null = attribute.nullable and not never_null
        annotation, needs = _taken(
            attribute, addressed=addressed, is_open=is_open, may_be_null=may_be_null
        )
    else:
        annotation, needs = shown_type(attribute)[0], list(shown_type(attribute)[1])
    if choices:
        annotation = f"Literal[{', '.join(quote(c) for c in choices)}]"
        needs = [("typing", "Literal")]
    rules = constraints(attribute) if direction == "in" and not choices else []
    if attribute.array:
        if rules:
            annotation = f"Annotated[{annotation}, Field({', '.join(rules)})]"
            needs += [("typing", "Annotated"), ("pydantic", "Field")]
        annotation, rules = f"list[{annotation}]", []
    is_left_out = direction == "out" and never_null and attribute.nullable
    if attribute.nullable and (is_left_out or not never_null):
        annotation += " | None"
    arguments: list[str] = []
    name = name or attribute.name
    if direction == "in" and not required:
        arguments.append(_absent(attribute, members, needs, partial=partial, never_null=never_null))
    if is_left_out:
        needs.append((LENIENT, "is_none"))
        arguments += ["default=None", "exclude_if=is_none"]
    if wire != (generated_alias or name):
        alias = "alias" if direction == "in" else "serialization_alias"
        arguments.append(f"{alias}={quote(wire)}")
    arguments += rules
    if is_unused:
        arguments = _read_only(arguments)
    return FieldCode(
        name=name,
        line=_line(f"{name}: {annotation}", arguments, needs),
        imports=tuple(needs),
        annotation=annotation,
        validation=", ".join(rules),
    )


def _read_only(arguments: list[str]) -> list[str]:
    """Say in the schema that a field is passed over, beside what more it says there."""
    extra = "json_schema_extra={"
    plain = [each for each in arguments if not each.startswith(extra)]
    more = [each.removeprefix(extra) for each in arguments if each.startswith(extra)]
    return [*plain, f'{extra}"readOnly": True' + (f", {more[0]}" if more else "}")]


def _line(head: str, arguments: list[str], needs: list[Pair]) -> str:
    if len(arguments) == 1 and is_plain_default(arguments[0], head.partition(":")[0]):
        return f"{head} = {arguments[0].removeprefix('default=')}"
    if not arguments:
        return head
    needs.append(("pydantic", "Field"))
    return call(f"{head} = Field(", arguments, indent=4)


def _absent(
    attribute: Attribute,
    members: dict[tuple[str, str], str],
    needs: list[Pair],
    *,
    partial: bool,
    never_null: bool,
) -> str:
    """Return what stands for a field that was not sent."""
    if not never_null:
        return _default(attribute, members, needs, partial=partial)
    omits = attribute.nullable and attribute.default is None
    made = attribute.model_copy(update={"nullable": False})
    return _default(made, members, needs, partial=partial or omits)


def is_plain_default(argument: str, name: str) -> bool:
    """Tell whether a default can stand alone; a text behind such a name looks like a password."""
    value = argument.removeprefix("default=")
    return value != argument and not (value[:1] in {"'", '"'} and _LIKE_A_SECRET.search(name))


def _default(
    attribute: Attribute, members: dict[tuple[str, str], str], needs: list[Pair], *, partial: bool
) -> str:
    if partial:
        if attribute.nullable:
            return "default=None"
        needs.append((TYPES, "omitted"))
        return "default_factory=omitted"
    value = default_expression(attribute, members)
    if value is None:
        return "default=None"
    holds_more = isinstance(attribute.default, dict | list) and bool(attribute.default)
    if attribute.type is T.JSON and not attribute.array and holds_more:
        # to mypy a dict of lists is no dict of JSON
        needs += [("typing", "Any"), ("typing", "cast")]
        value = f'cast("Any", {value})'
    if attribute.array or attribute.type is T.JSON:
        return f"default_factory={made_anew(value)}"
    if "dt." in value:
        needs.append(("datetime as dt", ""))
    return f"default={value}"


def filter_rules(attribute: Attribute, *, is_open: bool = False) -> list[str]:
    """Return the rules of a filter on an attribute: its length, so that the schema can say it."""
    if not is_open and attribute.type in {T.STRING, T.TEXT, T.EMAIL, T.URL}:
        return ["max_length=500"]
    return []
