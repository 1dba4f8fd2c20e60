"""Tests of the types that bodies and parameters are made of."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from app.schemas import types


def read(kind: Any, value: Any) -> Any:
    return TypeAdapter(kind).validate_python(value)


PRICE = Annotated[Decimal, types.Digits(6, 2, ge="0")]
SHARE = Annotated[Decimal, types.Digits(2, 2, ge="0")]
LONG = Annotated[Decimal, types.Digits(30, 4)]
FEW = Annotated[int, types.Whole(1, 5)]
BOUND = Annotated[Decimal, types.Digits(6, 2, gt="1", le="9.5")]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (types.Text, "text", "text"),
        (types.Plain, "text", "text"),
        (types.Segment, "a.b c", "a.b c"),
        (types.Email, "Someone@Example.com", "someone@example.com"),
        (types.Url, "https://example.com/x", "https://example.com/x"),
        (types.Password, "Correct-Horse-7", "Correct-Horse-7"),
        (types.Int16, 32767, 32767),
        (types.Int32, 38.0, 38),
        (types.Int64Param, "9223372036854775807", 2**63 - 1),
        (types.Flag, True, True),
        (types.FlagParam, "false", False),
        (types.Number, 1.5, 1.5),
        (types.Day, "2024-02-29", dt.date(2024, 2, 29)),
        (types.Clock, "23:59:01", dt.time(23, 59, 1)),
        (types.Instant, "2024-01-01T02:00:00+02:00", dt.datetime(2024, 1, 1, tzinfo=dt.UTC)),
        (types.Instant, "9999-12-31T02:00:00+02:00", dt.datetime(9999, 12, 31, tzinfo=dt.UTC)),
        (types.Instant, dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 1, tzinfo=dt.UTC)),  # noqa: DTZ001 - as a database gives it
        (types.Duration, 90, dt.timedelta(seconds=90)),
        (types.Duration, dt.timedelta(seconds=1), dt.timedelta(seconds=1)),
        (types.Base64, "aGk=", b"hi"),
        (types.Base64, b"hi", b"hi"),
        (types.Json, {"a": [1, None]}, {"a": [1, None]}),
        (types.PresentJson, [None], [None]),
        (PRICE, 9.99, Decimal("9.99")),
        (PRICE, "9.99", Decimal("9.99")),
        (PRICE, Decimal("1.5"), Decimal("1.5")),
        (SHARE, 0, Decimal(0)),
        (SHARE, -0.0, Decimal(0)),
        (SHARE, "0", Decimal(0)),
        (SHARE, 0.99, Decimal("0.99")),
        (LONG, "12345678901234567890.1234", Decimal("12345678901234567890.1234")),
        (LONG, 12345678901234567890, Decimal(12345678901234567890)),
        (LONG, 1.5, Decimal("1.5")),
        (BOUND, 9.5, Decimal("9.5")),
        (BOUND, "9.5", Decimal("9.5")),
    ],
)
def test_accepts(kind: Any, value: Any, expected: Any) -> None:
    assert read(kind, value) == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (types.Text, "nul\x00"),
        (types.Text, 1),
        (types.Segment, ""),
        (types.Segment, "a/b"),
        (types.Segment, ".."),
        (types.Email, "no address"),
        (types.Url, "ftp://example.com"),
        (types.Password, "all-lower-7"),
        (types.Int16, 32768),
        (types.Int32, 2**31),
        (types.Int64, 2**63),
        (types.Int32, "1"),
        (types.Int32, 1.5),
        (FEW, 0),
        (FEW, 6),
        (types.Flag, 1),
        (types.FlagParam, "yes"),
        (types.Number, float("nan")),
        (types.Day, "29 February"),
        (types.Day, 20240229),
        (types.Clock, "24:00:00"),
        (types.Instant, "2024-01-01T02:00:00"),
        (types.Instant, "9999-12-31T23:59:59-14:00"),
        (types.Instant, 1700000000),
        (types.Duration, -1),
        (types.Duration, "90"),
        (types.Base64, "not base64"),
        (types.Json, {"a": [float("inf")]}),
        (types.PresentJson, None),
        (types.Json, {"a": "\ud800"}),
        (types.Json, {"\ud800": 1}),
        (PRICE, 9.999),
        (PRICE, -1),
        (PRICE, "1e3"),
        (PRICE, True),
        (PRICE, float("inf")),
        (SHARE, 1),
        (SHARE, 0.999),
        (LONG, 1.23456),
        (LONG, "1.23456"),
        (LONG, True),
        (BOUND, 1),
        (BOUND, "1"),
        (BOUND, "-2"),
    ],
)
def test_refuses(kind: Any, value: Any) -> None:
    with pytest.raises(ValidationError):
        read(kind, value)


@pytest.mark.parametrize("kind", [PRICE, LONG, BOUND, types.Base64, types.Duration])
def test_schemas_say_both_directions(kind: Any) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    assert adapter.json_schema(mode="validation")
    assert adapter.json_schema(mode="serialization")


def test_decimals_are_shown_exactly() -> None:
    assert TypeAdapter(PRICE).dump_json(Decimal("9.9")) == b'"9.90"'
    assert TypeAdapter(LONG).dump_json(Decimal("0.0001")) == b'"0.0001"'


def test_seconds_and_bytes_are_shown_as_json() -> None:
    assert TypeAdapter(types.Duration).dump_json(dt.timedelta(minutes=1)) == b"60"
    assert TypeAdapter(types.Base64).dump_json(b"hi") == b'"aGk="'


def test_bounds_stand_in_the_schema() -> None:
    schema = TypeAdapter(FEW).json_schema()
    assert schema == {"type": "integer", "minimum": 1, "maximum": 5}


def test_omitted_is_nothing() -> None:
    assert types.omitted() is None
