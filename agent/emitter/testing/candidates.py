"""Which values may an attribute try, where a row rule is about it? Its own limits are kept."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING

from agent.emitter.layout import quote
from agent.emitter.testing.candidate import Candidate
from agent.emitter.testing.few import few_values
from agent.emitter.testing.listed import NUMBERS, TEXTS, stored
from agent.emitter.testing.numbers import (
    allows,
    body_code,
    body_number,
    counted,
    row_code,
    row_number,
    span,
)
from agent.emitter.testing.regex_samples import matching
from agent.emitter.testing.rows import foreign_keys, is_made, is_unique
from agent.types import AttributeType, Generator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.emitter.facts import Facts
    from agent.planner.row_rules import Value
    from agent.types import Attribute, Entity

T = AttributeType
# Numbers that rows and bodies of one test may have; both count up.
_SEEN = (1, 2, 59, 501, 1400)
_YEARS = (2024, 2030, 2040, 2010, 2050, 2099, 1990)
_HOURS = (9, 12, 17, 1, 22)
_LENGTHS = (1, 2, 3, 5, 8, 13, 21, 40, 80)
_MOST = 60
_LONGEST = 1000  # bytes
_SHORT = 7  # characters that have no room for a word and a number


def candidates(
    attribute: Attribute,
    entity: Entity,
    facts: Facts,
    numbers: Sequence[float],
    texts: Sequence[str],
) -> list[Candidate]:
    """Return what an attribute may be, the plainest first.

    ``numbers`` and ``texts`` are the literals of the rules: what they ask for is often near.
    """
    fixed = _fixed(attribute, entity, facts)
    if fixed is not None:
        return [fixed]
    unique = is_unique(entity, attribute)
    few = few_values(attribute, entity, facts) if unique else None
    if few is not None:
        return [few]
    chosen = possible(attribute, facts, numbers, texts, unique=unique)
    if attribute.nullable and not unique:
        chosen.append(Candidate((None,), "None", "None"))
    return chosen


def possible(
    attribute: Attribute,
    facts: Facts,
    numbers: Sequence[float],
    texts: Sequence[str],
    *,
    unique: bool = False,
) -> list[Candidate]:
    """Return what an attribute may be but for null, whatever else there is in its row."""
    found = _tried(attribute, facts, numbers, texts, unique=unique)
    return list(dict.fromkeys(found))[:_MOST]


def _tried(
    attribute: Attribute,
    facts: Facts,
    numbers: Sequence[float],
    texts: Sequence[str],
    *,
    unique: bool,
) -> Iterator[Candidate]:
    """Return what an attribute of a type may be."""
    kind = attribute.type
    if kind in NUMBERS:
        return _numbers(attribute, facts, numbers, unique=unique)
    if kind is T.ENUM:
        return _members(attribute, facts)
    if kind in {T.DATE, T.DATETIME}:
        return _days(attribute, texts, unique=unique)
    if kind in TEXTS:
        return _texts(attribute, numbers, texts, unique=unique)
    return iter(_others(attribute, numbers))


def _others(attribute: Attribute, near: Sequence[float]) -> list[Candidate]:
    if attribute.type is T.BOOLEAN:
        return [Candidate((value,), str(value), str(value)) for value in (True, False)]
    if attribute.type is T.TIME:
        return [
            Candidate((f"{h:02}:00:00.000000",), f"dt.time({h})", quote(f"{h:02}:00:00"))
            for h in _HOURS
        ]
    if attribute.type is T.DURATION:
        whole = [1, *(int(n) + d for n in near for d in (0, 1, -1))]
        return [
            Candidate((n,), f"dt.timedelta(seconds={n})", str(n))
            for n in dict.fromkeys(whole)
            if n >= 0
        ]
    if attribute.type is T.BINARY:
        return [Candidate((_opaque(attribute),)), *_bytes(attribute, near)]
    return [Candidate((_opaque(attribute),))]


def _bytes(attribute: Attribute, near: Sequence[float]) -> Iterator[Candidate]:
    """Return bytes as long as the numbers of the rules: they are what rules ask of bytes."""
    for width in dict.fromkeys(int(n) + d for n in near for d in (0, 1, -1)):
        if 0 < width <= (attribute.length or _LONGEST):
            row = f"{_counted(width)}.encode()"
            yield Candidate(_padded(width), row, f"b64encode({row}).decode()")


def _counted(width: int) -> str:
    """Return the code of a text of ``width`` digits, another for each row."""
    return f"str(number).zfill({width})[-{width}:]"


def _padded(width: int) -> tuple[str, ...]:
    return tuple(str(n).zfill(width)[-width:] for n in _SEEN)


def _fixed(attribute: Attribute, entity: Entity, facts: Facts) -> Candidate | None:
    """Return the values of what no test chooses: keys of other rows, what is made, states."""
    if attribute.name in foreign_keys(entity):
        return Candidate((None if attribute.nullable else _opaque(attribute),))
    if attribute.generated is not None:
        return _generated(attribute)
    if attribute.array or attribute.type is T.JSON:
        return Candidate(("[1]",))
    if attribute.transitions:
        return Candidate(facts.enums[attribute.enum or ""].values)
    default = attribute.default
    if is_made(attribute) and isinstance(default, str | int | float):
        return Candidate((default,))
    return None


def _generated(attribute: Attribute) -> Candidate:
    if attribute.generated is Generator.IDENTITY:
        return Candidate((1, 1000))
    is_clock = attribute.type in {T.DATE, T.DATETIME}
    return Candidate(("2026-01-01 00:00:00" if is_clock else _opaque(attribute),))


def _opaque(attribute: Attribute) -> str:
    """Return a text that stands for a value that nothing is known of."""
    tail = "@example.com" if attribute.type is T.EMAIL else ""
    head = "https://example.com/" if attribute.type is T.URL else ""
    return f"{head}{attribute.name}1{tail}"


def _numbers(
    attribute: Attribute, facts: Facts, near: Sequence[float], *, unique: bool
) -> Iterator[Candidate]:
    allowed = span(attribute)
    tried = [Fraction(1), allowed.low]
    for number in near:
        exact = Fraction(str(number))
        tried += [exact, exact + allowed.step, exact - allowed.step, exact + 1, exact * 2]
        tried += [-exact, exact / 2, exact + 10]
    tried += [allowed.low + n * allowed.step for n in (1, 2, 3, 10, 100)]
    tried += [Fraction(n) for n in (0, 2, 3, 10, 100, 1000, 10_000, -1, -10)]
    tried.append(allowed.high)
    for value in dict.fromkeys(tried):
        if not allows(attribute, value):
            continue
        if not unique:
            codes = row_code(attribute, value), body_code(attribute, facts, value)
            yield Candidate((stored(value),), *codes)
            continue
        update = {"minimum": stored(value), "exclusive_minimum": None}
        narrow = attribute.model_copy(update=update)
        yield Candidate(
            tuple(stored(v) for v in sorted({counted(narrow, n) for n in _SEEN})),
            row_number(narrow, unique=True),
            body_number(narrow, facts, unique=True),
        )


def _members(attribute: Attribute, facts: Facts) -> Iterator[Candidate]:
    enum = attribute.enum or ""
    values = facts.enums[enum].values
    first = attribute.default if isinstance(attribute.default, str) else values[0]
    for value in dict.fromkeys([first, *values]):
        yield Candidate((value,), f"{enum}.{facts.members[(enum, value)]}", quote(value))


def _days(attribute: Attribute, texts: Sequence[str], *, unique: bool) -> Iterator[Candidate]:
    written = [int(text[:4]) for text in texts if text[:4].isdecimal()]
    years = [*_YEARS, *(year + d for year in written for d in (1, -1, 5, -5, 0))]
    is_date = attribute.type is T.DATE
    for year in years:
        if not dt.MINYEAR < year < dt.MAXYEAR - 10:
            continue
        day = dt.datetime(year, 1, 1, tzinfo=dt.UTC)
        row = f"dt.date({year}, 1, 1)" if is_date else f"dt.datetime({year}, 1, 1, tzinfo=dt.UTC)"
        body = quote(f"{year}-01-01" if is_date else f"{year}-01-01T00:00:00Z")
        values: tuple[Value, ...] = (_stored(day, is_date=is_date),)
        if unique:
            unit = "days" if is_date else "hours"
            row = f"{row} + dt.timedelta({unit}=number)"
            shown = f"({row}).isoformat()"
            body = shown if is_date else f'{shown}.replace("+00:00", "Z")'
            steps = [dt.timedelta(**{unit: n}) for n in _SEEN]
            values = tuple(_stored(day + step, is_date=is_date) for step in steps)
        yield Candidate(values, row, body)


def _stored(moment: dt.datetime, *, is_date: bool) -> str:
    """Return what SQLite keeps of a moment."""
    return f"{moment:%Y-%m-%d}" if is_date else f"{moment:%Y-%m-%d %H:%M:%S.%f}"


def _codes(near: Sequence[int], least: int, most: int) -> Iterator[Candidate]:
    """Return texts that differ and have just so many characters, as codes have."""
    for width in dict.fromkeys(near):
        if max(least, len(str(_SEEN[-1]))) <= width <= most:
            yield Candidate(_padded(width), _counted(width), _counted(width))


def _texts(
    attribute: Attribute, numbers: Sequence[float], texts: Sequence[str], *, unique: bool
) -> Iterator[Candidate]:
    least, most = attribute.min_length or 0, attribute.length or 200
    if attribute.pattern:
        found = matching(attribute.pattern, least, most, 11)
        if unique:
            picked = f"pick(number, {', '.join(quote(text) for text in found)})"
            yield Candidate(tuple(found), picked, picked)
        else:
            yield from (Candidate((text,), quote(text), quote(text)) for text in found)
        return
    if unique and most <= _SHORT:
        for width in range(max(1, least), most + 1):
            code = f"str(number).zfill({width})[-{most}:]"
            yield Candidate(tuple(str(n).zfill(width)[-most:] for n in _SEEN), code, code)
        return
    literal = [part for text in texts for part in (text, text.strip("%_"), text.replace("%", "x"))]
    near = [int(n) + d for n in numbers for d in (0, 1, -1)]
    word = attribute.name.strip("_")
    words = [word, *literal, word.upper(), word.capitalize()]
    words += [(word * n)[:n] for n in (*near, *_LENGTHS, least, most) if 0 < n <= most]
    words += ["1" * n for n in _LENGTHS]
    if unique:
        yield from _codes(near, least, most)
    for text in dict.fromkeys(words):
        if unique:
            room = most - 7
            head = text[: max(0, room)]
            values = tuple(f"{head}{n}" for n in _SEEN)
            shown = quote(head)[1:-1].replace("{", "{{").replace("}", "}}")
            code = f'f"{shown}{{number}}"'
            if min(map(len, values)) >= least and room > 0 and '"' not in head:
                yield Candidate(values, code, code)
        elif least <= len(text) <= most:
            yield Candidate((text,), quote(text), quote(text))
