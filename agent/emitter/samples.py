"""Which values satisfy a rule? Expressions for rows and bodies in the emitted tests.

Every expression may use ``number``, which differs from call to call: values that have to be unique
depend on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.layout import quote
from agent.emitter.patterns import matching
from agent.emitter.types import EXACT_FLOAT_DIGITS, INTEGER_BITS
from agent.types import AttributeType

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.types import Attribute

T = AttributeType
_SHORT = 16
_TEXTS = frozenset({T.STRING, T.TEXT})


def row_value(attribute: Attribute, facts: Facts, *, unique: bool) -> str:
    """Return a Python expression for an attribute of a model."""
    if attribute.array:
        return f"[{_json_scalar(attribute, facts, unique=unique)}]"
    kind = attribute.type
    if kind is T.ENUM:
        enum = attribute.enum or ""
        values = facts.enums[enum].values
        start = attribute.default if isinstance(attribute.default, str) else values[0]
        if unique:
            return f"list({enum})[number % {len(values)}]"
        return f"{enum}.{facts.members[(enum, start)]}"
    plain = {
        T.PASSWORD: "PASSWORD_HASH",
        T.UUID: "uuid4()",
        T.DATE: "dt.date(2024, 1, 1) + dt.timedelta(days=number)",
        T.TIME: "dt.time(number % 24, number // 24 % 60)",
        T.DATETIME: "dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=number)",
        T.DURATION: "dt.timedelta(seconds=number)",
        T.BINARY: "str(number).encode()",
    }
    if kind in plain:
        return plain[kind]
    if kind is T.DECIMAL:
        return f"Decimal({_number(attribute, unique=unique, text=True)})"
    return _json_scalar(attribute, facts, unique=unique)


def body_value(
    attribute: Attribute, facts: Facts, *, unique: bool, choices: tuple[str, ...] = ()
) -> str:
    """Return an expression for a field of a JSON body."""
    if choices:
        return f"[{quote(choices[0])}]"
    if attribute.array:
        return f"[{_json_scalar(attribute, facts, unique=unique)}]"
    return _json_scalar(attribute, facts, unique=unique)


def _json_scalar(attribute: Attribute, facts: Facts, *, unique: bool) -> str:
    kind = attribute.type
    if kind is T.ENUM:
        values = facts.enums[attribute.enum or ""].values
        start = attribute.default if isinstance(attribute.default, str) else values[0]
        if unique:
            return f"list({attribute.enum})[number % {len(values)}].value"
        return quote(start)
    if kind in INTEGER_BITS or kind in {T.DECIMAL, T.FLOAT}:
        value = _number(attribute, unique=unique, text=False)
        if kind is T.DECIMAL and (attribute.precision or 0) > EXACT_FLOAT_DIGITS:
            return f'f"{{{value}}}"'
        return value
    fixed = {
        T.PASSWORD: "PASSWORD",
        T.BOOLEAN: repr(attribute.default if isinstance(attribute.default, bool) else True),
        T.UUID: "str(uuid4())",
        T.DATE: "(dt.date(2024, 1, 1) + dt.timedelta(days=number)).isoformat()",
        T.TIME: 'f"{number % 24:02}:{number // 24 % 60:02}:00"',
        T.DATETIME: 'f"{2024 + number % 1000}-01-02T03:04:05Z"',
        T.DURATION: "number",
        T.JSON: '{"number": number}',
        T.BINARY: "b64encode(str(number).encode()).decode()",
        T.EMAIL: f'f"{attribute.name[:20]}{{number}}@example.com"',
        T.URL: 'f"https://example.com/{number}"',
    }
    if kind in fixed:
        return fixed[kind]
    return _text(attribute)


def _text(attribute: Attribute) -> str:
    if attribute.pattern:
        found = matching(attribute.pattern, attribute.min_length or 0, attribute.length or 200)
        return f"pick(number, {', '.join(quote(text) for text in found)})"
    length = attribute.length or 200
    least = attribute.min_length or 0
    word = attribute.name.strip("_")[: max(1, length - 8)]
    if length < _SHORT:
        return f"str(number).zfill({max(1, min(length, max(least, 1)))})[-{length}:]"
    text = f'f"{word} {{number}}"'
    return f'{text}.ljust({least}, "x")' if least > len(word) + 2 else text


def _number(attribute: Attribute, *, unique: bool, text: bool) -> str:
    """Return a number within the bounds; one that counts up where it has to be unique."""
    low, high = bounds(attribute)
    is_whole = attribute.type in INTEGER_BITS
    if unique:
        span = int(high - low)
        count = "number" if span > 10**6 else f"number % {max(1, span)}"
        start = int(low) if low == int(low) else int(low) + 1
        code = count if start == 0 else f"{start} + {count}"
        return code
    value = min(max(low, 1), high) if low <= 1 <= high else low
    if is_whole:
        return str(int(value))
    shown = (
        f"{value:.{attribute.scale or 0}f}" if attribute.type is T.DECIMAL else repr(float(value))
    )
    if float(shown) < low:
        shown = repr(low)
    return quote(shown) if text else repr(float(shown))


def bounds(attribute: Attribute) -> tuple[float, float]:
    """Return the lowest and the highest value that an attribute may have."""
    if attribute.type in INTEGER_BITS:
        step: float = 1
        top: float = 2 ** (INTEGER_BITS[attribute.type] - 1) - 1
    elif attribute.type is T.DECIMAL:
        step = 10 ** -(attribute.scale or 0)
        top = 10 ** ((attribute.precision or 12) - (attribute.scale or 0)) - step
    else:
        step, top = 0.5, 1e12
    low = 0.0 if attribute.minimum is None else attribute.minimum
    if attribute.exclusive_minimum is not None:
        low = attribute.exclusive_minimum + step
    high = top if attribute.maximum is None else min(top, attribute.maximum)
    if attribute.exclusive_maximum is not None:
        high = min(high, attribute.exclusive_maximum - step)
    if attribute.minimum is None and attribute.exclusive_minimum is None and high < low:
        low = high
    return low, high


def path_value(expression: str, attribute: Attribute) -> str:
    """Return what shows a row's value in a path (inside an f-string's braces)."""
    if attribute.type is T.DATETIME:
        return f"{expression}.isoformat()"
    if attribute.type is T.BOOLEAN:
        return f"str({expression}).lower()"
    return expression


def absent_key(attribute: Attribute) -> str:
    """Return a value that no row of a test has, as it stands in a path."""
    kind = attribute.type
    if kind in INTEGER_BITS:
        return str({T.SMALLINT: 32000}.get(kind, 2_000_000_000))
    fixed = {
        T.UUID: "00000000-0000-4000-8000-000000000000",
        T.DATE: "1999-01-01",
        T.DATETIME: "1999-01-01T00:00:00Z",
        T.TIME: "00:00:01",
        T.DECIMAL: "99",
        T.FLOAT: "99.5",
        T.BOOLEAN: "false",
    }
    if kind in fixed:
        return fixed[kind]
    return "~absent~"[: attribute.length or 8]


def absent_body(attribute: Attribute) -> str:
    """Return a foreign key that refers to no row, as it stands in a body."""
    text = absent_key(attribute)
    return text if attribute.type in INTEGER_BITS else quote(text)
