"""Which values satisfy a rule? Expressions for rows and bodies in the emitted tests.

Every expression may use ``number``, which differs from call to call: values that have to be unique
depend on it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.emitter.layout import quote
from agent.emitter.testing.numbers import body_number, row_number
from agent.emitter.testing.regex_samples import matching
from agent.emitter.testing.wire import CLOSED
from agent.emitter.types import INTEGER_BITS
from agent.types import AttributeType

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.types import Attribute

T = AttributeType
PASSWORD = "Correct-Horse-7"  # noqa: S105 - of the emitted tests' users, nobody else's

_NUMBERS = frozenset({*INTEGER_BITS, T.DECIMAL, T.FLOAT})
_LONGEST = 200  # where a text has no bound of its own
_SHORT = 16
_DIGITS = 7  # room for the number in a text
_LONGEST_WORD = 20
_LONGEST_LOCAL_PART = 64 - _DIGITS
_EXAMPLES = 5
# A prime: where every second or third row made is of this entity, those differ as well.
_UNIQUE_EXAMPLES = 11

_ROW = {
    T.PASSWORD: "PASSWORD_HASH",
    T.UUID: "uuid4()",
    T.DATE: "dt.date(2024, 1, 1) + dt.timedelta(days=number)",
    T.TIME: "dt.time(number % 24, number // 24 % 60)",
    T.DATETIME: "dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=number)",
    T.DURATION: "dt.timedelta(seconds=number)",
}
_BODY = {
    T.UUID: "str(uuid4())",
    T.DATE: "(dt.date(2024, 1, 1) + dt.timedelta(days=number)).isoformat()",
    T.TIME: 'f"{number % 24:02}:{number // 24 % 60:02}:00"',
    T.DATETIME: 'f"{2024 + number % 1000}-01-02T03:04:05Z"',
    T.DURATION: "number",
    T.JSON: '{"number": number}',
}


def row_value(attribute: Attribute, facts: Facts, *, unique: bool) -> str:
    """Return a Python expression for an attribute of a model."""
    if attribute.array:
        return f"[{_json_value(attribute, facts, unique=unique)}]"
    if attribute.type is T.ENUM:
        enum = attribute.enum or ""
        if unique:
            return _any_member(attribute, facts)
        return f"{enum}.{facts.members[(enum, _first(attribute, facts))]}"
    if attribute.type in _NUMBERS:
        return row_number(attribute, unique=unique)
    if attribute.type is T.BINARY:
        return _bytes(attribute)
    return _ROW.get(attribute.type) or _json_value(attribute, facts, unique=unique)


def body_value(
    attribute: Attribute, facts: Facts, *, unique: bool, choices: tuple[str, ...] = ()
) -> str:
    """Return an expression for a field of a JSON body; ``choices`` are all that a list may hold."""
    if choices:
        return f"[{quote(choices[0])}]"
    value = _json_value(attribute, facts, unique=unique)
    return f"[{value}]" if attribute.array else value


def _json_value(attribute: Attribute, facts: Facts, *, unique: bool) -> str:
    kind = attribute.type
    if kind in CLOSED:
        return _closed(attribute, facts, unique=unique)
    if kind in _NUMBERS:
        return body_number(attribute, facts, unique=unique)
    if kind is T.PASSWORD and _fits(attribute.pattern or "", PASSWORD):
        return "PASSWORD" if facts.secured else quote(PASSWORD)
    if kind is T.BINARY:
        return f"b64encode({_bytes(attribute)}).decode()"
    return _BODY.get(kind) or _text(attribute, unique=unique)


def _closed(attribute: Attribute, facts: Facts, *, unique: bool) -> str:
    """Return one of a type's few values."""
    if attribute.type is T.ENUM:
        if unique:
            return f"{_any_member(attribute, facts)}.value"
        return quote(_first(attribute, facts))
    if unique:
        return "number % 2 == 0"
    return repr(attribute.default if isinstance(attribute.default, bool) else True)


def _first(attribute: Attribute, facts: Facts) -> str:
    """Return the value that an enum starts with."""
    default = attribute.default
    return default if isinstance(default, str) else facts.enums[attribute.enum or ""].values[0]


def _any_member(attribute: Attribute, facts: Facts) -> str:
    enum = attribute.enum or ""
    return f"list({enum})[number % {len(facts.enums[enum].values)}]"


def _bytes(attribute: Attribute) -> str:
    length = attribute.length or _LONGEST
    return f"str(number){f'[-{length}:]' if length < _DIGITS else ''}.encode()"


def _text(attribute: Attribute, *, unique: bool) -> str:
    """Return a text; one of a pattern's examples where the plain one does not match it."""
    makers = {T.EMAIL: _email, T.URL: _url}
    maker = makers.get(attribute.type)
    if maker is not None:
        head, tail = maker(attribute)
        if not attribute.pattern or _fits(attribute.pattern, f"{head}1{tail}"):
            return f'f"{head}{{number}}{tail}"'
    if attribute.pattern and "@" in attribute.pattern:
        head, tail = _email(attribute)
        if all(_fits(attribute.pattern, f"{head}{n}{tail}") for n in (1, 10**_DIGITS - 1)):
            return f'f"{head}{{number}}{tail}"'
    if attribute.pattern:
        most = attribute.length or _LONGEST
        wanted = _UNIQUE_EXAMPLES if unique else _EXAMPLES
        found = matching(attribute.pattern, attribute.min_length or 0, most, wanted)
        return f"pick(number, {', '.join(quote(text) for text in found)})"
    return _words(attribute)


def _fits(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:  # a pattern of another engine
        return False


def _words(attribute: Attribute) -> str:
    length = attribute.length or _LONGEST
    least = attribute.min_length or 0
    if length < _SHORT:
        return f"str(number).zfill({max(1, min(length, least))})[-{length}:]"
    word = attribute.name.strip("_")[: length - _DIGITS - 1]
    text = f'f"{word} {{number}}"'
    return f'{text}.ljust({least}, "x")' if least > len(word) + 2 else text


def _email(attribute: Attribute) -> tuple[str, str]:
    """Return what stands before and after the number in an address."""
    tail = "@example.com"
    most = attribute.length or _LONGEST
    if most < len(tail) + _DIGITS + 1:
        return "a", "@x.io"
    room = min(_LONGEST_WORD, most - len(tail) - _DIGITS)
    missing = (attribute.min_length or 0) - len(tail) - 1
    return attribute.name[:room].ljust(min(missing, _LONGEST_LOCAL_PART), "x"), tail


def _url(attribute: Attribute) -> tuple[str, str]:
    """Return what stands before and after the number in an address."""
    head = "https://example.com/"
    if (attribute.length or _LONGEST) < len(head) + _DIGITS:
        head = "https://x.io/"
    return head.ljust((attribute.min_length or 0) - 1, "x"), ""
