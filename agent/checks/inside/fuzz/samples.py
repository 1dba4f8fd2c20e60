"""Which values of a field are worth sending? Its limits, odd ones and wrong ones.

Which of them are wrong is not guessed: the schema says so, beside a few that no schema speaks of.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any

from agent.checks.inside.fuzz.values import matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agent.checks.inside.fuzz.contract import Contract, Schema

NUL = "a\x00b"
HALF = "half \ud800"
"""Half of a surrogate pair: JSON can say it, and no encoding can write it."""
NAIVE = "2024-05-06T07:08:09"
BEYOND = 2**63
PLAIN_FORMATS = {None, "password", "email", "uri", "url"}
# What of a text may be any digits as well.
FREE = re.compile("a{6}$|000")
SIGNS = "Ünï ✓ 漢字 🙂 e\u0301 000%_'\";--\\"
NONSENSE = "nonsense"
EXTREMES = {
    "date": ("0001-01-01", "9999-12-31", "2023-02-29"),
    "date-time": (
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "2023-02-29T00:00:00Z",
    ),
    "time": ("00:00:00", "23:59:59", "25:00:00"),
    "uuid": ("00000000-0000-0000-0000-000000000000",),
}
# Of another type, and what a lenient reader would take for the right one.
OTHERS: dict[str, Any] = {
    "string": 7,
    "integer": "7",
    "number": "7.5",
    "boolean": 1,
    "array": {},
    "object": [],
}
ANYTHING: tuple[Any, ...] = ({}, [], "text", 7, {"a": {"b": [None, NUL]}})
LONGEST = 5000
MOST_RIGHT, MOST_LISTED, MOST_WRONG = 3, 4, 6
LONGEST_REASON = 120


@dataclass(frozen=True, slots=True)
class Sample:
    """A value; ``wrong`` says why it has to be refused, and ``kind`` in short. None: it has not.

    What has a ``kind`` all the same is likely to be refused.
    """

    value: Any
    wrong: str | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Samples:
    """The values of a field that may be taken, and those that have to be refused, or likely are."""

    right: tuple[Sample, ...]
    wrong: tuple[Sample, ...]


class Sampler:
    """Chooses values for the fields of a contract; for equal schemas it does so once."""

    def __init__(self, contract: Contract) -> None:
        """Know the contract."""
        self._values, self._allowed = contract.values, contract.allowed
        self._known: dict[tuple[bool, str], Samples] = {}

    def of(self, schema: Any, *, text: bool = False) -> Samples:  # noqa: ANN401 - untrusted
        """Give values for JSON, or with ``text`` for a URL or a header."""
        key = (text, json.dumps(schema, sort_keys=True))
        if key not in self._known:
            self._known[key] = self._in_text(schema) if text else self._in_json(schema)
        return self._known[key]

    def _in_json(self, schema: Any) -> Samples:  # noqa: ANN401 - untrusted
        meant = self._values.resolved(schema)
        kind = _kind(meant)
        tried: Iterable[Any] = (*_listed(meant), *self._of_kind(meant, kind))
        if kind in OTHERS:
            tried = chain((None,), tried, (OTHERS[kind],))
        judged = (self._judged(each, schema, meant, (each,)) for each in tried)
        return _chosen(meant, judged, _odd(meant))

    def _in_text(self, schema: Any) -> Samples:  # noqa: ANN401 - untrusted
        meant = self._values.resolved(schema)
        kind = _kind(meant)
        if kind == "array":
            inner = self.of(meant.get("items", {}), text=True)
            return Samples(*(tuple(map(_alone, each)) for each in (inner.right, inner.wrong)))
        tried = [_written(each) for each in (*_listed(meant), *self._of_kind(meant, kind))]
        tried += [] if kind == "string" else [NONSENSE, "1.5"]
        odd = [
            Sample(_written(each.value), each.wrong, each.kind)
            for each in _odd(meant)
            if each.value != HALF
        ]
        judged = (self._judged(each, schema, meant, _readings(each)) for each in tried)
        return _chosen(meant, judged, odd)

    def _judged(
        self,
        value: Any,  # noqa: ANN401 - any JSON
        schema: Any,  # noqa: ANN401 - untrusted
        meant: Schema,
        readings: Iterable[Any],
    ) -> Sample:
        """Ask the schema for each way in which a value can be read; one that is right will do."""
        faults = [self._allowed.fault(schema, each) for each in readings]
        if None in faults:
            return Sample(value)
        keyword, reason = self._allowed.fault(meant, value) or faults[0] or ("", "")
        return Sample(value, reason[:LONGEST_REASON], keyword)

    def _of_kind(self, meant: Schema, kind: str | None) -> Iterator[Any]:
        if "enum" in meant or "const" in meant:
            yield NONSENSE
        elif kind == "string":
            yield from self._texts(meant)
        elif kind in {"integer", "number"}:
            yield from _numbers(meant, whole=kind == "integer")
        elif kind == "boolean":
            yield from (True, False)
        elif kind == "array":
            yield from self._lists(meant)
        elif kind == "object":
            yield {}
        else:
            yield from ANYTHING

    def _texts(self, meant: Schema) -> Iterator[str]:
        least, most = meant.get("minLength"), meant.get("maxLength")
        usual = self._values.text(meant, 1)
        if isinstance(most, int) and most <= LONGEST:
            yield from (usual.ljust(most, "a"), usual.ljust(most + 1, "a"))
        if isinstance(least, int) and 0 < least <= LONGEST:
            yield from (usual[:least], usual[: least - 1])
        yield from EXTREMES.get(str(meant.get("format")), ())
        if meant.get("format") not in PLAIN_FORMATS:
            yield NONSENSE
        pattern = meant.get("pattern")
        if isinstance(pattern, str) and not matches(rf"(?:{pattern})\Z", f"{usual}\n"):
            yield f"{usual}\n"  # which Python's own $ lets pass
        yield from (SIGNS, "", " ")

    def _lists(self, meant: Schema) -> Iterator[list[Any]]:
        items = meant.get("items", {})
        inner = self.of(items)
        yield []
        wrong = [each for each in inner.wrong if each.wrong is not None]
        yield from ([each.value] for each in (*inner.right[:2], *wrong[:2]))
        least, most = meant.get("minItems"), meant.get("maxItems")
        counts = [2, *(each for each in (least, most) if isinstance(each, int))]
        for count in (*counts, *(each + 1 for each in counts[1:])):
            if count <= LONGEST:
                yield [self._values.of(items, number) for number in range(count)]
        yield [self._values.of(items, 1)] * 2


def another(value: Any, number: int) -> Any:  # noqa: ANN401 - any JSON
    """Make another text of a text, of the same length, as there may already be a row with it."""
    if not isinstance(value, str):
        return value
    return FREE.sub(lambda free: f"{number:06}"[-len(free[0]) :], value)


def _kind(meant: Schema) -> str | None:
    kind = meant.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), None)
    return kind if isinstance(kind, str) else None


def _listed(meant: Schema) -> list[Any]:
    found = meant.get("enum")
    return [each for each in found if each is not None] if isinstance(found, list) else []


def _odd(meant: Schema) -> Iterator[Sample]:
    """Give what has to be refused although a schema may not say so."""
    kind, form = _kind(meant), meant.get("format")
    if "enum" in meant or "const" in meant:
        return
    if kind == "string" and form == "date-time":
        yield Sample(NAIVE, "a moment without an offset", "a moment without an offset")
    elif kind == "string" and form in PLAIN_FORMATS and "contentEncoding" not in meant:
        if "x-nul" not in meant:  # a contract may have to take it
            yield Sample(NUL, "a NUL character", "a NUL character")
        yield Sample(HALF, None, "half a character")
    elif kind == "integer" and "x-clamped" not in meant:
        # Where the schema has limits, what is just outside of them says as much.
        if not {"maximum", "exclusiveMaximum"} & set(meant):
            yield Sample(BEYOND, "beyond what a column holds", "beyond what a column holds")
        if not {"minimum", "exclusiveMinimum"} & set(meant):
            yield Sample(-BEYOND - 1, "below what a column holds", "below what a column holds")
    elif kind == "number":
        yield Sample(float("inf"), "what is no number in JSON", "no number")


def _numbers(meant: Schema, *, whole: bool) -> Iterator[float]:
    given = meant.get("multipleOf")
    step = _exact(given) if given else Decimal(1)
    for name, outwards in (("inimum", -1), ("aximum", 1)):
        for limit in (meant.get(f"m{name}"), meant.get(f"exclusiveM{name}")):
            if limit is not None:
                bound = _exact(limit)
                near = (bound, bound + outwards * step)
                yield from (int(each) if whole else float(each) for each in near)
    yield from (0, -1, 0.5 if whole else float(step / 2), 2**31 if whole else 1e15)


def _exact(number: Any) -> Decimal:  # noqa: ANN401 - untrusted
    """Read a number as it is written: two floats that are added are seldom what was meant."""
    return Decimal(str(number)) if isinstance(number, int | float) else Decimal(1)


def _readings(text: str) -> tuple[Any, ...]:
    """Give what a text may be read as."""
    try:
        read = json.loads(text)
    except ValueError:
        return (text,)
    return (text, read) if isinstance(read, int | float) else (text,)


def _written(value: Any) -> str:  # noqa: ANN401 - any JSON
    return value if isinstance(value, str) else json.dumps(value)


def _alone(sample: Sample) -> Sample:
    return Sample([sample.value], sample.wrong, sample.kind)


def _chosen(meant: Schema, found: Iterable[Sample], odd: Iterable[Sample]) -> Samples:
    """Keep a few of each: no value twice, and of what is wrong one of a kind and a type."""
    most = MOST_LISTED if "enum" in meant else MOST_RIGHT
    right: dict[str, Sample] = {}
    wrong = {(each.kind, type(each.value)): each for each in odd}
    for each in found:
        if each.wrong is None:
            right.setdefault(json.dumps(each.value), each)
        else:
            wrong.setdefault((each.kind, type(each.value)), each)
    return Samples(tuple(right.values())[:most], tuple(wrong.values())[:MOST_WRONG])
