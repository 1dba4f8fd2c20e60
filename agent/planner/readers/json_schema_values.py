"""Which attribute is this schema of a value? Types, formats, bounds and enums of JSON Schema."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from agent.planner.readers.json_schema_document import MOST_STEPS, only_annotations
from agent.planner.readers.numbers import plain
from agent.planner.readers.written import is_sound
from agent.types import AttributeType as T

if TYPE_CHECKING:
    from agent.planner.readers.json_schema_document import Document, Meant

_FORMATS: dict[str, dict[str, Any]] = {
    "date-time": {"type": T.DATETIME},
    "date": {"type": T.DATE},
    "time": {"type": T.TIME},
    "duration": {"type": T.DURATION},
    "email": {"type": T.EMAIL, "length": 255},
    "idn-email": {"type": T.EMAIL, "length": 255},
    "uri": {"type": T.URL},
    "url": {"type": T.URL},
    "iri": {"type": T.URL},
    "uuid": {"type": T.UUID},
    "guid": {"type": T.UUID},
    "password": {"type": T.PASSWORD},
    "byte": {"type": T.BINARY},
    "binary": {"type": T.BINARY},
    "base64": {"type": T.BINARY},
    "decimal": {"type": T.DECIMAL},
}
_SIZED = {"hostname": 253, "idn-hostname": 253, "ipv4": 15, "ipv6": 45}
_LOOSE = frozenset({"regex", "uri-reference", "uri-template", "json-pointer", "markdown", "text"})
_TEXTS = frozenset({T.STRING, T.TEXT, T.EMAIL, T.URL})
_LONGEST_STRING = 10_000
_BIG = 2**31
_WHOLE_BITS = 63
_MOST_DECIMALS, _DECIMAL_DIGITS = 12, 28
# what a schema may say of a value that no attribute can
_UNSAID = (
    "not",
    "if",
    "then",
    "else",
    "minItems",
    "maxItems",
    "uniqueItems",
    "contains",
    "multipleOf",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "patternProperties",
    "contentMediaType",
)
_COUNTS = frozenset({"minItems", "minProperties"})


def value_fields(
    meant: Meant, pointer: str, where: str, document: Document, depth: int = 0
) -> dict[str, Any]:
    """Return the fields of an Attribute without its name; what they cannot say is told."""
    keywords = meant.keywords
    kinds, null = _kinds(keywords)
    fields: dict[str, Any] = {}
    used: set[str] = set()
    unchecked = False
    if "enum" in keywords or "const" in keywords or _consts(keywords):
        fields = _enum(keywords, where, pointer, document)
    elif kinds == ["array"] and depth < MOST_STEPS:
        fields = _array(meant, pointer, where, document, depth)
    elif kinds == ["string"]:
        fields = _string(keywords, where, pointer, document)
    elif kinds in (["integer"], ["number"]):
        fields, used = _number(keywords, kinds[0])
    elif kinds == ["boolean"]:
        fields = {"type": T.BOOLEAN}
    else:
        fields = {"type": T.JSON}
        unchecked = _told_json(keywords, kinds, where, pointer, document)
    if null or meant.null or None in (keywords.get("enum") or [0]):
        fields["nullable"] = True
    for word in () if unchecked else _UNSAID:
        if word not in used and says_something(word, keywords):
            document.left_out(f"{where}: {word}", meant.places.get(word, pointer))
    return fields


def default_of(meant: Meant, pointer: str, where: str, document: Document) -> Any:  # noqa: ANN401 - a JSON value
    """Return the default of a value, where it is one that every reader of JSON reads."""
    default = meant.keywords.get("default")
    if is_sound(default):
        return default
    document.left_out(f"{where}: the default", meant.places.get("default", pointer))
    return None


def says_something(word: str, keywords: dict[str, Any]) -> bool:
    """Tell whether a keyword that no attribute can keep leaves anything out of what may be."""
    value = keywords.get(word)
    return value is not None and value is not False and not (word in _COUNTS and value == 0)


def _kinds(keywords: dict[str, Any]) -> tuple[list[str], bool]:
    """Return the types that values may have, and whether null is one of them."""
    given = keywords.get("type")
    kinds = [str(each) for each in (given if isinstance(given, list) else [given] if given else [])]
    null = "null" in kinds or keywords.get("nullable") is True
    kinds = [kind for kind in kinds if kind != "null"]
    if sorted(kinds) == ["integer", "number"]:
        kinds = ["number"]
    if not kinds:
        if "items" in keywords:
            kinds = ["array"]
        elif keywords.keys() & {"format", "pattern", "minLength", "maxLength"}:
            kinds = ["string"]
        elif keywords.keys() & {"minimum", "maximum", "multipleOf"}:
            kinds = ["number"]
    return kinds, null


def _consts(keywords: dict[str, Any]) -> list[Any]:
    """Return the values of a oneOf or anyOf that only lists constants."""
    for word in ("oneOf", "anyOf"):
        choices = keywords.get(word)
        if isinstance(choices, list) and choices:
            found: list[Any] = []
            for each in choices:
                if not isinstance(each, dict):
                    return []
                if "const" in each:
                    found.append(each["const"])
                elif isinstance(each.get("enum"), list):
                    found += each["enum"]
                else:
                    return []
            return found
    return []


def _enum(keywords: dict[str, Any], where: str, pointer: str, document: Document) -> dict[str, Any]:
    values = keywords.get("enum")
    given = values if isinstance(values, list) else _consts(keywords) or [keywords.get("const")]
    given = [value for value in given if value is not None]
    if given and all(isinstance(value, str) for value in given):
        name = document.models.enum(where, given, document.offset(pointer))
        if name is not None:
            return {"type": T.ENUM, "enum": name}
        longest = max(map(len, given))
        document.tell(f"{where}: its values are no enum's, any text is taken", pointer)
        return {"type": T.STRING, "length": max(longest, 255)}
    if given and all(isinstance(value, bool) for value in given):
        return {"type": T.BOOLEAN}
    if given and all(isinstance(value, int) and not isinstance(value, bool) for value in given):
        document.left_out(f"{where}: that only some numbers are allowed", pointer)
        return {"type": T.BIGINT if max(map(abs, given)) >= _BIG else T.INTEGER}
    document.tell(f"{where}: its values are of several kinds, any JSON is taken", pointer)
    return {"type": T.JSON}


def _array(
    meant: Meant, pointer: str, where: str, document: Document, depth: int
) -> dict[str, Any]:
    items, inner = meant.keywords.get("items"), meant.places.get("items")
    if not isinstance(items, dict) or inner is None:
        if isinstance(items, list) or "prefixItems" in meant.keywords:
            document.left_out(f"{where}: what stands at which place of the list", pointer)
        return {"type": T.JSON}
    fields = value_fields(document.meant(inner), inner, where, document, depth + 1)
    fields.pop("nullable", None)
    if fields["type"] in {T.JSON, T.BINARY, T.PASSWORD} or fields.get("array"):
        return {"type": T.JSON}
    return fields | {"array": True}


def _string(
    keywords: dict[str, Any], where: str, pointer: str, document: Document
) -> dict[str, Any]:
    shape = keywords.get("format")
    fields: dict[str, Any] = {"type": T.TEXT}
    if keywords.get("contentEncoding") == "base64":
        fields = {"type": T.BINARY}
    elif shape in _FORMATS:
        fields = dict(_FORMATS[str(shape)])
    elif shape in _SIZED:
        fields = {"type": T.STRING, "length": _SIZED[str(shape)]}
    elif isinstance(shape, str) and shape not in _LOOSE:
        document.left_out(f"{where}: the format {shape[:60]}", pointer)
    longest = _whole(keywords.get("maxLength"))
    if longest is not None and longest > 0 and fields["type"] in _TEXTS | {T.BINARY}:
        fields["length"] = longest
        if fields["type"] is T.TEXT and longest <= _LONGEST_STRING:
            fields["type"] = T.STRING
    least = _whole(keywords.get("minLength"))
    if least and fields["type"] in _TEXTS:
        fields["min_length"] = least
    if isinstance(keywords.get("pattern"), str):
        if fields["type"] in _TEXTS:
            fields["pattern"] = keywords["pattern"]
        else:
            document.left_out(f"{where}: the pattern of a {fields['type']}", pointer)
    return fields


def _number(keywords: dict[str, Any], kind: str) -> tuple[dict[str, Any], set[str]]:
    fields: dict[str, Any] = {"type": T.FLOAT if kind == "number" else T.INTEGER}
    used: set[str] = set()
    step = keywords.get("multipleOf")
    if kind == "number" and isinstance(step, int | float) and 0 < step < 1:
        decimals = Decimal(str(step)).normalize()
        exponent = decimals.as_tuple().exponent
        if decimals.as_tuple().digits == (1,) and isinstance(exponent, int):
            scale = min(-exponent, _MOST_DECIMALS)
            fields = {"type": T.DECIMAL, "precision": _DECIMAL_DIGITS, "scale": scale}
            used.add("multipleOf")
    elif keywords.get("format") == "decimal":
        fields = {"type": T.DECIMAL}
    if step == 1:
        used.add("multipleOf")
        fields = {"type": T.INTEGER}
    for word, name in (("minimum", "minimum"), ("maximum", "maximum")):
        bound = keywords.get(word)
        exclusive = keywords.get(f"exclusive{word.capitalize()}")
        if _is_number(bound):
            fields[f"exclusive_{name}" if exclusive is True else name] = plain(bound)
        if _is_number(exclusive):
            fields[f"exclusive_{name}"] = plain(exclusive)
    bounds = [abs(fields[name]) for name in fields if "imum" in name]
    if fields["type"] is T.INTEGER and (
        keywords.get("format") in {"int64", "long", "uint32", "uint64"}
        or any(bound >= _BIG for bound in bounds)
    ):
        fields["type"] = T.BIGINT
    if fields["type"] is T.BIGINT and any(bound >= 2**_WHOLE_BITS for bound in bounds):
        fields = {"type": T.DECIMAL, "precision": 65, "scale": 0} | {
            name: value for name, value in fields.items() if name != "type"
        }
    return fields, used


def _told_json(
    keywords: dict[str, Any], kinds: list[str], where: str, pointer: str, document: Document
) -> bool:
    """Tell of what is kept as JSON and is no value of any form; false where nothing is to tell."""
    if kinds == ["object"] and "properties" in keywords:
        what = "an object inside"
    elif keywords.keys() & {"oneOf", "anyOf"}:
        what = "one of several shapes"
    elif kinds == ["object"] and _says_values(keywords):
        what = "an object with properties of any name"
    elif kinds == ["object"] or only_annotations(keywords):
        return False  # any object, or any value: that is what json is
    else:
        what = "a value of several kinds"
    document.tell(f"{where}: {what} is kept as json that nothing checks", pointer)
    return True


def _says_values(keywords: dict[str, Any]) -> bool:
    others = keywords.get("additionalProperties")
    return isinstance(others, dict) and not only_annotations(others)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _whole(value: object) -> int | None:
    whole = isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)
    return int(value) if whole and isinstance(value, int | float) and 0 <= value < _BIG else None
