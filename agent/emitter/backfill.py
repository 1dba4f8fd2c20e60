"""What do rows that are there already get in a column that must not be empty?

The attribute's own default; else the plainest value that its rules allow; where each row needs
another one, something made of its key. Where there is nothing that would be true of a row, as for
a reference, there is no value: then the revision stops where there are rows.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from agent.emitter.layout import quote
from agent.emitter.tables import Rule
from agent.emitter.types import default_expression
from agent.types import AttributeType, Generator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from agent.emitter.tables import Column, Table
    from agent.types import Attribute, EnumType

T = AttributeType
NOBODY = "@example.invalid"
NOWHERE = "https://example.invalid/"
_HEX = 32
_ENOUGH = 12
"""Digits of a UUID's end that tell rows apart."""
_DIGITS = 10
"""Digits of a counted key: where there are more, the database says that they do not fit."""
_PLAIN = {
    T.BOOLEAN: "False",
    T.DATE: "dt.date(1970, 1, 1)",
    T.TIME: "dt.time(0)",
    T.DURATION: "0",
    T.UUID: "UUID(int=0)",
    T.JSON: "{}",
}
_NOW = {T.DATE: "sa.func.current_date()", T.TIME: "sa.func.current_time()"}
_WHOLE = {T.SMALLINT, T.INTEGER, T.BIGINT}
_NUMBERS = {*_WHOLE, T.DECIMAL, T.FLOAT}


@dataclass(frozen=True, slots=True)
class Fill:
    """A value as code. ``is_default``: it was asked for, so nobody has to be warned of it."""

    code: str
    is_default: bool = False


def fill(column: Column, table: Table, enums: Mapping[str, EnumType]) -> Fill | None:
    """Return what the rows of a table get in a column, or None where there is nothing."""
    attribute = column.attribute
    is_reference = any(
        c.rule is Rule.FOREIGN and column.name in c.columns for c in table.constraints
    )
    if is_reference or attribute.type is T.PASSWORD:
        return None
    if _is_unique(column, table):
        code = _of_its_key(column, table)
        return None if code is None else Fill(code)
    if attribute.default is not None:
        return Fill(_default(attribute), is_default=True)
    if attribute.generated in {Generator.NOW, Generator.NOW_ON_UPDATE}:
        return Fill(_NOW[attribute.type], is_default=True) if attribute.type in _NOW else None
    code = _plain(attribute, enums)
    return None if code is None else Fill(code)


def _is_unique(column: Column, table: Table) -> bool:
    return any(
        c.rule is Rule.UNIQUE and c.columns == (column.name,) for c in table.constraints
    ) or any(i.unique and i.columns == (column.name,) for i in table.indexes)


def _default(attribute: Attribute) -> str:
    value = attribute.default
    if attribute.type is T.ENUM and not attribute.array:
        return quote(str(value))
    if attribute.type is T.DURATION and not attribute.array:
        return repr(round(float(str(value))))
    if attribute.type is T.DATETIME and not attribute.array:
        return _instant(str(value), attribute)
    return default_expression(attribute, {}) or "None"


def _instant(text: str, attribute: Attribute) -> str:
    """Return an instant as the column keeps it: in UTC, with the zone or without."""
    at = dt.datetime.fromisoformat(text)
    at = at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)
    shown = at if attribute.timezone else at.replace(tzinfo=None)
    return f"dt.datetime.fromisoformat({quote(shown.isoformat())})"


def _plain(attribute: Attribute, enums: Mapping[str, EnumType]) -> str | None:
    kind = attribute.type
    if attribute.array:
        return "[]"
    if kind in _NUMBERS:
        return _number(attribute)
    text = {T.EMAIL: f"nobody{NOBODY}", T.URL: NOWHERE}.get(kind, "-" * (attribute.min_length or 0))
    fits = len(text) <= (attribute.length or len(text))
    made: dict[AttributeType, Callable[[], str]] = {
        T.ENUM: lambda: quote(enums[attribute.enum or ""].values[0]),
        T.DATETIME: lambda: _instant("1970-01-01T00:00:00+00:00", attribute),
        T.BINARY: lambda: f'b"{"0" * (attribute.min_length or 0)}"',
    }
    if kind in made:
        return made[kind]()
    return _PLAIN.get(kind) or (quote(text) if fits else None)


def _number(attribute: Attribute) -> str | None:
    """Return the number nearest to 0 that is within the bounds, if there is one that is plain."""
    step = Decimal(1).scaleb(-(attribute.scale or 0)) if attribute.type is T.DECIMAL else Decimal(1)
    low = _bound(attribute.minimum, attribute.exclusive_minimum, step)
    high = _bound(attribute.maximum, attribute.exclusive_maximum, -step)
    value = min(max(Decimal(0), low), high)
    if value < low:
        return None
    if attribute.type is T.DECIMAL:
        return f"Decimal({quote(str(value))})"
    if attribute.type is T.FLOAT:
        return repr(float(value))
    return repr(math.ceil(value)) if math.ceil(value) <= high else None


def _bound(inclusive: float | None, exclusive: float | None, step: Decimal) -> Decimal:
    """Return the innermost of two bounds; ``step`` leads inwards."""
    away = Decimal("-Infinity") if step > 0 else Decimal("Infinity")
    bounds = [
        Decimal(str(inclusive)) if inclusive is not None else away,
        Decimal(str(exclusive)) + step if exclusive is not None else away,
    ]
    return max(bounds) if step > 0 else min(bounds)


def _of_its_key(column: Column, table: Table) -> str | None:
    """Return what is different in every row, as it is made of the row's key."""
    if len(table.key) != 1:
        return None
    key = next(c for c in table.columns if c.name == table.key[0])
    kind, attribute = key.attribute.type, column.attribute
    source = f"sa.column({quote(key.name)})"
    is_plain = not attribute.array and not attribute.pattern
    if is_plain and attribute.type in {*_WHOLE, T.DECIMAL} and kind in _WHOLE:
        return f"{source} + {_number(attribute) or 0}" if _number(attribute) != "0" else source
    if is_plain and attribute.type is kind is T.UUID:
        return source
    if not is_plain or attribute.type not in {T.STRING, T.TEXT, T.EMAIL, T.URL}:
        return None
    before = NOWHERE if attribute.type is T.URL else ""
    after = NOBODY if attribute.type is T.EMAIL else ""
    room = (attribute.length or 10_000) - len(before) - len(after)
    made = _text(key, source, room)
    if made is None:
        return None
    return " + ".join(
        part for part in (before and quote(before), made, after and quote(after)) if part
    )


def _text(key: Column, source: str, room: int) -> str | None:
    kind = key.attribute.type
    if kind is T.UUID and room >= _ENOUGH:
        digits = f'sa.func.replace(sa.cast({source}, sa.String(length=36)), "-", "")'
        return digits if room >= _HEX else f"sa.func.substr({digits}, {_HEX + 1 - room})"
    if kind in _WHOLE and room >= _DIGITS:
        return f"sa.cast({source}, sa.String(length=20))"
    if kind is T.STRING and (key.attribute.length or room + 1) <= room:
        return source
    return None
