"""Types of single values.

Whatever they refuse stands in the OpenAPI schema too, so that a client can know it beforehand.
Types for bodies are strict (text is no number); those for parameters read the text of a URL.
"""

import datetime as dt
import math
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    JsonValue,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

INT16 = 2**15
INT32 = 2**31
INT64 = 2**63
# Text that can stand in a path: something other than dots, and no slash.
SEGMENT = r"^[^/\x00]*[^/.\x00][^/\x00]*$"
NO_NUL = r"^[^\x00]*$"
DAY = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$"
# West of UTC the last day that there is would end in the year 10000.
INSTANT = (
    r"^(?!9999-12-31.*-[0-9]{2}:[0-9]{2}$)"
    r"[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]"
    r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?"
    r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
EMAIL = (
    r"^[A-Za-z0-9_%+-]+(\.[A-Za-z0-9_%+-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$"
)
URL = r"^https?://[^\s\x00]+$"
BASE64 = r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
PASSWORD = r"^(?=[\s\S]*[a-z])(?=[\s\S]*[A-Z])(?=[\s\S]*[0-9])[^\x00]*$"  # noqa: S105 - a rule
LONGEST = 36500 * 86400  # seconds


def omitted() -> Any:
    """Stand for a field that was not sent: only ``model_fields_set`` tells what was."""
    return None


def written(pattern: str, told: str) -> BeforeValidator:
    """Return a validator that lets only text of this form through; ``told`` says it in words."""
    form = re.compile(pattern)

    def check(value: Any) -> Any:
        if isinstance(value, str) and not form.fullmatch(value):
            raise ValueError(f"Expected {told}")
        if not isinstance(value, str | dt.date | dt.time | dt.timedelta | bytes):
            raise ValueError("Expected text")  # noqa: TRY004 - pydantic wants ValueError
        return value

    return BeforeValidator(check)


def utc(value: dt.datetime) -> dt.datetime:
    """Convert to UTC."""
    if value.tzinfo is None:
        return value.replace(tzinfo=dt.UTC)
    return value.astimezone(dt.UTC)


def strong(value: str) -> str:
    """Refuse a password without a lower-case letter, an upper-case letter and a digit."""
    if not re.fullmatch(PASSWORD, value):
        raise ValueError("A password needs a lower-case letter, an upper-case letter and a digit")
    return value


def sound(value: Any) -> Any:
    """Refuse what JSON text cannot carry, wherever it hides: NaN, infinity, half a character."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("NaN and Infinity are no JSON")
    if isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("Half a surrogate pair is no text")
    if isinstance(value, dict):
        for key, item in value.items():
            sound(key)
            sound(item)
    elif isinstance(value, list):
        for item in value:
            sound(item)
    return value


def present(value: Any) -> Any:
    """Refuse null, where a row has to have a value."""
    if value is None:
        raise ValueError("Expected a value besides null")
    return value


def whole(value: Any) -> Any:
    """Read 2.0 as 2: to JSON they are the same number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def from_seconds(value: Any) -> Any:
    """Read whole seconds."""
    if isinstance(value, dt.timedelta):
        return value
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LONGEST:
        raise ValueError(f"Expected a number of seconds from 0 to {LONGEST}")
    return dt.timedelta(seconds=value)


def to_seconds(value: dt.timedelta) -> int:
    """Show whole seconds."""
    return int(value.total_seconds())


def to_base64(value: bytes) -> str:
    """Show base64."""
    return b64encode(value).decode()


def from_base64(value: Any) -> Any:
    """Read base64."""
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str) or not re.fullmatch(BASE64, value):
        raise ValueError("Expected base64")
    return b64decode(value)


def true_or_false(value: Any) -> Any:
    """Read only the two words."""
    if isinstance(value, bool) or value in {"true", "false"}:
        return value
    raise ValueError("Expected true or false")


def _bound(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _up_to(digits: int) -> str:
    return "[0-9]{1," + str(digits) + "}"


@dataclass(frozen=True)
class Digits:
    """A decimal of so many digits: taken as a JSON number or as text, shown as text in full."""

    precision: int
    scale: int
    ge: str | None = None
    gt: str | None = None
    le: str | None = None
    lt: str | None = None

    @property
    def pattern(self) -> str:
        """Return the form of the text; bounds are said of the number."""
        low = self.ge or self.gt
        sign = "" if low and Decimal(low) >= 0 else "-?"
        whole = self.precision - self.scale
        before = _up_to(whole) if whole else "0"
        after = rf"(\.{_up_to(self.scale)})?" if self.scale else ""
        return f"^{sign}{before}{after}$"

    def read(self, value: Any) -> Decimal:
        """Read a number or its text; 0 as 0.00, for a lone 0 counts as a digit before the point."""
        return self._parsed(value) or Decimal(0).scaleb(-self.scale)

    def _parsed(self, value: Any) -> Decimal:
        if isinstance(value, Decimal):
            return value
        if isinstance(value, str) and re.fullmatch(self.pattern, value):
            return Decimal(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return Decimal(value)
        if isinstance(value, float) and math.isfinite(value):
            return Decimal(f"{value:.15g}")  # the digits behind these are noise
        raise ValueError(
            "Expected a number, or its text, of "
            f"{self.precision} digits, {self.scale} of them decimals"
        )

    def show(self, value: Decimal) -> str:
        """Return what answers have: all digits behind the point."""
        return f"{value:.{self.scale}f}"

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read, then check digits and bounds."""
        del handler
        decimal = core_schema.decimal_schema(
            max_digits=self.precision,
            decimal_places=self.scale,
            allow_inf_nan=False,
            ge=_bound(self.ge),
            gt=_bound(self.gt),
            le=_bound(self.le),
            lt=_bound(self.lt),
        )
        return core_schema.no_info_before_validator_function(
            self.read,
            decimal,
            serialization=core_schema.plain_serializer_function_ser_schema(
                self.show, when_used="json-unless-none"
            ),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Say the same in JSON Schema."""
        del schema
        text = {"type": "string", "format": "decimal", "pattern": self.pattern}
        if handler.mode == "serialization":
            return text
        largest = float(10 ** (self.precision - self.scale))
        step = 10**-self.scale
        number: dict[str, Any] = {"type": "number", "multipleOf": step if self.scale else 1}
        number["minimum"] = float(self.ge) if self.ge else -largest + step
        number["maximum"] = float(self.le) if self.le else largest - step
        if self.gt:
            number["exclusiveMinimum"] = float(self.gt)
        if self.lt:
            number["exclusiveMaximum"] = float(self.lt)
        return {"anyOf": [number, text]}


@dataclass(frozen=True)
class Whole:
    """A whole number within bounds; 2.0 is 2, for to JSON they are the same number."""

    least: int
    most: int

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check type and bounds after 2.0 was read as 2."""
        del handler
        bounded = core_schema.int_schema(strict=True, ge=self.least, le=self.most)
        return core_schema.no_info_before_validator_function(whole, bounded)


Text = Annotated[str, Field(strict=True, pattern=NO_NUL)]
Plain = Annotated[str, Field(strict=True)]
Segment = Annotated[str, Field(strict=True, pattern=SEGMENT)]
Email = Annotated[str, Field(strict=True, pattern=EMAIL), AfterValidator(str.lower)]
Url = Annotated[str, Field(strict=True, pattern=URL)]
Password = Annotated[
    str,
    Field(
        strict=True,
        min_length=8,
        max_length=128,
        json_schema_extra={"pattern": PASSWORD, "format": "password"},
    ),
    AfterValidator(strong),
]
Int16 = Annotated[int, Whole(-INT16, INT16 - 1)]
Int32 = Annotated[int, Whole(-INT32, INT32 - 1)]
Int64 = Annotated[int, Whole(-INT64, INT64 - 1)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Flag = Annotated[bool, Field(strict=True)]
Day = Annotated[dt.date, written(DAY, "a date, such as 2026-01-31")]
Clock = Annotated[
    dt.time,
    written(CLOCK, "a time of day, such as 09:30:00"),
    WithJsonSchema({"type": "string", "pattern": CLOCK}),
]
Instant = Annotated[
    dt.datetime,
    written(INSTANT, "a date and time with its time zone, such as 2026-01-31T09:30:00Z"),
    AfterValidator(utc),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": INSTANT}),
]
Duration = Annotated[
    dt.timedelta,
    BeforeValidator(from_seconds),
    PlainSerializer(to_seconds, return_type=int, when_used="json"),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": LONGEST}),
]
Json = Annotated[JsonValue, AfterValidator(sound)]
PresentJson = Annotated[Json, AfterValidator(present)]
Base64 = Annotated[
    bytes,
    BeforeValidator(from_base64),
    PlainSerializer(to_base64, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "contentEncoding": "base64", "pattern": BASE64}),
]

Slug = Annotated[str, Field(min_length=1, max_length=500, pattern=NO_NUL)]
EmailParam = Annotated[str, Field(pattern=NO_NUL), AfterValidator(str.lower)]
Int16Param = Annotated[int, Field(ge=-INT16, lt=INT16)]
Int32Param = Annotated[int, Field(ge=-INT32, lt=INT32)]
Int64Param = Annotated[int, Field(ge=-INT64, lt=INT64)]
NumberParam = Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]
FlagParam = Annotated[bool, BeforeValidator(true_or_false)]
