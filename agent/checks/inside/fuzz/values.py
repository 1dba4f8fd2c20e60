"""Which value does a schema allow? One for every number, always the same, without search."""

from __future__ import annotations

import datetime as dt
import random
import re
import uuid
from re import _constants as codes
from re import _parser as parser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST = 6
TRIES = 40
MOST_REPEATS = 3
HIGHEST = 0x7E
MOST_PADDING = 1000
FIXED = {
    "duration": "PT{}S",
    "email": "proof{}@example.com",
    "uri": "https://example.com/{}",
    "url": "https://example.com/{}",
    "byte": "YWJj",
    "base64": "YWJj",
    "binary": "YWJj",
    "password": "Proof-{:03}-Word",
}
MOMENTS = {"date-time": "%Y-%m-%dT%H:%M:%SZ", "time": "%H:%M:%S"}

# What a schema without a type may still say.
STRUCTURED = {"allOf", "anyOf", "const", "enum", "not", "oneOf"}

Schema = dict[str, Any]


class Values:
    """Makes values for the schemas of one document."""

    def __init__(self, document: Schema) -> None:
        """Resolve references in ``document``."""
        self.document = document

    def resolved(self, schema: Any) -> Schema:  # noqa: ANN401 - untrusted
        """Follow references, and choose what is not null of several."""
        for _ in range(DEEPEST * 2):
            if not isinstance(schema, dict):
                return {}
            if "$ref" in schema:
                schema = self._referenced(str(schema["$ref"]))
                continue
            if isinstance(parts := schema.get("allOf"), list):
                merged: Schema = {key: value for key, value in schema.items() if key != "allOf"}
                for part in map(self.resolved, parts):
                    merged = {
                        **part,
                        **merged,
                        "properties": {
                            **part.get("properties", {}),
                            **merged.get("properties", {}),
                        },
                    }
                return merged
            several = schema.get("anyOf") or schema.get("oneOf")
            if not isinstance(several, list):
                return schema
            some = [
                each for each in several if isinstance(each, dict) and each.get("type") != "null"
            ]
            schema = some[0] if some else {"type": "null"}
        return {}

    def _referenced(self, reference: str) -> Any:  # noqa: ANN401 - untrusted
        node: Any = self.document
        for token in reference.removeprefix("#/").split("/"):
            key = token.replace("~1", "/").replace("~0", "~")
            node = node.get(key) if isinstance(node, dict) else None
        return node

    def fields(self, schema: Any) -> dict[str, Any]:  # noqa: ANN401 - untrusted
        """Give the properties of an object's schema as they stand there."""
        found = self.resolved(schema).get("properties")
        return found if isinstance(found, dict) else {}

    def properties(self, schema: Any) -> dict[str, Schema]:  # noqa: ANN401 - untrusted
        """Give the properties of an object's schema, each resolved, and read-only where it is."""
        found = {}
        for name, each in self.fields(schema).items():
            is_read_only = isinstance(each, dict) and bool(each.get("readOnly"))
            found[name] = self.resolved(each) | ({"readOnly": True} if is_read_only else {})
        return found

    def required(self, schema: Any) -> list[str]:  # noqa: ANN401 - untrusted
        """Give the names of the properties that must be there."""
        found = self.resolved(schema).get("required")
        return [str(each) for each in found] if isinstance(found, list) else []

    def of(self, schema: Any, number: int, *, depth: int = 0) -> Any:  # noqa: ANN401 - any JSON
        """Give the value with a number; different numbers give different ones where they can."""
        schema = self.resolved(schema)
        fixed = [schema["const"]] if "const" in schema else schema.get("enum")
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next((each for each in kind if each != "null"), None)
        value: Any = None
        if isinstance(fixed, list) and fixed:
            value = fixed[0]
        elif kind == "string":
            value = self.text(schema, number)
        elif kind in {"integer", "number"}:
            value = _number(schema, number, whole=kind == "integer")
        elif kind == "boolean":
            value = True
        elif kind == "array":
            least = schema.get("minItems", 0)
            count = min(least, DEEPEST) if isinstance(least, int) else 0
            items = schema.get("items", {})
            value = [self.of(items, number + at, depth=depth + 1) for at in range(count)]
        elif kind is None and not set(schema) & STRUCTURED:
            value = {"a": number}
        elif kind == "object":
            properties = self.properties(schema)
            value = {
                name: self.of(properties.get(name, {}), number, depth=depth + 1)
                for name in (self.required(schema) if depth < DEEPEST else ())
            }
        return value

    def text(self, schema: Schema, number: int) -> str:
        """Give a string of the right length, format and pattern."""
        least, most = schema.get("minLength", 0), schema.get("maxLength", 200)
        least = least if isinstance(least, int) else 0
        most = most if isinstance(most, int) else 200
        pattern = schema.get("pattern")
        options = iter([_formatted(str(schema.get("format")), number)])
        if isinstance(pattern, str):
            options = _matching(pattern, number, schema)
        fallback = ""
        for option in options:
            text = option or f"a{number}".ljust(least, "a")
            fallback = fallback or text[:most]
            if least <= len(text) <= most:
                return text
        return fallback.ljust(min(least, MOST_PADDING), "a")


def matches(pattern: str, text: str) -> bool:
    """Tell whether a text has the pattern, as far as Python can read it."""
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return True


def _number(schema: Schema, number: int, *, whole: bool) -> float:
    least, most = schema.get("minimum"), schema.get("maximum")
    if isinstance(over := schema.get("exclusiveMinimum"), int | float):
        least = over + 1
    if isinstance(under := schema.get("exclusiveMaximum"), int | float):
        most = under - 1
    low = least if isinstance(least, int | float) else 0
    high = most if isinstance(most, int | float) else low + 2**20
    if low < 1 <= high:
        low = 1
    low = min(low, high)
    step = schema.get("multipleOf")
    if isinstance(step, int | float) and step > 0 and whole:
        low = -(-low // step) * step
        return int(low + step * (number % (int((high - low) // step) + 1)))
    value = low + number % (int(high - low) + 1)
    return int(value) if whole else value


def _formatted(form: str, number: int) -> str:
    """Give the text of a format, or none where it is not known."""
    if form in FIXED:
        return FIXED[form].format(number)
    moment = dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=number)
    if form == "uuid":
        return str(uuid.UUID(int=number, version=4))
    if form == "date":
        return (moment + dt.timedelta(days=number)).strftime("%Y-%m-%d")
    if form in MOMENTS:
        return moment.strftime(MOMENTS[form])
    return f"192.0.2.{number % 255}" if form == "ipv4" else ""


def password(number: int) -> str:
    """Give a password that every rule is content with, and that stands nowhere else."""
    return f"Correct-Horse-{number:03}-Battery"


def _matching(pattern: str, number: int, schema: Schema) -> Iterator[str]:
    """Try what people mean by patterns first, then what the pattern itself spells out."""
    form, least = str(schema.get("format")), schema.get("minLength", 0)
    least = min(least, MOST_PADDING) if isinstance(least, int) else 0
    guesses = [_formatted(form, number), f"a{number}", f"a{number}".ljust(least, "a")]
    guesses += [f"A{number}", f"Proof-{number:03}-Word"]
    guesses += [_formatted(each, number) for each in ("email", "date-time", "time", "date", "uri")]
    guesses += [f"{number}", f"{number}.5", "YWJj", f"a{number}".ljust(12, "a")]
    yield from (each for each in guesses if each and matches(pattern, each))
    for attempt in range(TRIES):
        chance = random.Random(f"{pattern} {number} {attempt}")  # noqa: S311 - the same each time
        try:
            text = _spelled(parser.parse(pattern), chance)
        except (re.error, RecursionError, OverflowError):
            return
        if matches(pattern, text):
            yield text


def _spelled(parts: Any, chance: random.Random) -> str:  # noqa: ANN401 - what re itself parses to
    text = ""
    for code, value in parts:
        if code is codes.LITERAL:
            text += chr(value)
        elif code is codes.IN:
            text += _one_of(value, chance)
        elif code in {codes.ANY, codes.NOT_LITERAL}:
            text += chance.choice("abcXYZ019")
        elif code in {codes.MAX_REPEAT, codes.MIN_REPEAT}:
            least, most, repeated = value
            count = chance.randint(least, max(least, min(most, least + MOST_REPEATS)))
            text += "".join(_spelled(repeated, chance) for _ in range(min(count, 1000)))
        elif code is codes.SUBPATTERN:
            text += _spelled(value[-1], chance)
        elif code is codes.BRANCH:
            text += _spelled(chance.choice(value[1]), chance)
    return text


def _one_of(choices: Any, chance: random.Random) -> str:  # noqa: ANN401 - as above
    if choices and choices[0][0] is codes.NEGATE:
        return chance.choice("abcXYZ019")
    code, value = chance.choice(choices)
    if code is codes.RANGE:
        return chr(chance.randint(value[0], max(value[0], min(value[1], HIGHEST))))
    if code is codes.CATEGORY:
        return {"CATEGORY_DIGIT": "7", "CATEGORY_SPACE": " "}.get(str(value), "a")
    return chr(value)
