"""Which attribute type is this SQL type? One table, and what differs by dialect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.types import AttributeType as T

if TYPE_CHECKING:
    from agent.planner.readers.sql_schema import ColumnType
    from agent.planner.readers.sql_split import Dialect


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a type means: fields of an Attribute, and whether the database numbers the rows.

    ``values`` are those of an enum written in place; ``loss`` says what the type had and
    the attribute has not, ``usual_loss`` the same of what so many columns have that they are told
    together.
    """

    type: T
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    timezone: bool = True
    identity: bool = False
    values: tuple[str, ...] = ()
    loss: str | None = None
    usual_loss: str | None = None


_MAX_PRECISION, _MAX_SCALE = 65, 30
_ORACLE_DIGITS = 38
_LONGEST_LENGTH, _LONGEST_NUMBER = 2**31 - 1, 12


_PLAIN = {
    T.SMALLINT: "smallint int2 int16 tinyint int1 year smallserial serial2",
    T.INTEGER: "int integer int4 int32 mediumint middleint int3 serial serial4",
    T.BIGINT: "bigint int8 int64 bigserial serial8 oid|big int",
    T.FLOAT: "float real double float4 float8 binary_float binary_double|double precision",
    T.BOOLEAN: "bool boolean",
    T.TEXT: "text ntext clob nclob tinytext mediumtext longtext string",
    T.DATE: "date",
    T.TIME: "time timetz|time without time zone|time with time zone",
    T.DATETIME: (
        "timestamp timestamptz datetime datetime2 smalldatetime datetimeoffset|"
        "timestamp with time zone|timestamp without time zone|timestamp with local time zone"
    ),
    T.DURATION: "interval|interval day to second|interval year to month",
    T.UUID: "uuid uniqueidentifier guid",
    T.JSON: "json jsonb",
    T.BINARY: "bytea blob tinyblob mediumblob longblob image binary varbinary raw bytes|long raw",
    T.STRING: (
        "varchar char character nvarchar nchar varchar2 nvarchar2 bpchar|character varying|"
        "varying character|native character|national varchar|national char|national character|"
        "national character varying|char varying"
    ),
    T.DECIMAL: "decimal numeric dec fixed number money smallmoney",
}
KNOWN_TYPES = {
    name.strip(): kind
    for kind, names in _PLAIN.items()
    for group in names.split("|")[1:] + names.split("|")[0].split()
    for name in [group]
}
_SERIAL = frozenset({"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"})
_WITH_ZONE = frozenset(
    {
        "timestamptz",
        "timestamp with time zone",
        "timestamp with local time zone",
        "datetimeoffset",
        "timetz",
        "time with time zone",
    }
)
_MONEY = {"money": (19, 4), "smallmoney": (10, 4)}
OWN_TYPES: dict[str, dict[str, Meaning]] = {
    "mysql": {
        "serial": Meaning(T.BIGINT, identity=True),
        "tinytext": Meaning(T.STRING, length=255),
        "mediumtext": Meaning(T.TEXT, length=2**24 - 1),
        "longtext": Meaning(T.TEXT, length=_LONGEST_LENGTH),
        "tinyblob": Meaning(T.BINARY, length=255),
        "mediumblob": Meaning(T.BINARY, length=2**24 - 1),
        "longblob": Meaning(T.BINARY, length=_LONGEST_LENGTH),
    },
    "tsql": {
        "tinyint": Meaning(T.SMALLINT, minimum=0, maximum=255),
        "timestamp": Meaning(T.BINARY, length=8, loss="being set by the database at each change"),
        "rowversion": Meaning(T.BINARY, length=8, loss="being set by the database at each change"),
        "sysname": Meaning(T.STRING, length=128),
    },
    "oracle": {"date": Meaning(T.DATETIME, timezone=False), "long": Meaning(T.TEXT)},
    "postgres": {
        "name": Meaning(T.STRING, length=63),
        "citext": Meaning(T.TEXT, loss="comparing without regard to case"),
        "money": Meaning(T.DECIMAL, precision=19, scale=2),
    },
}
_WIDER = {T.SMALLINT: T.INTEGER, T.INTEGER: T.BIGINT}
_SUFFIXES = frozenset({"unsigned", "signed", "binary", "ascii", "unicode", "compressed"})
_ONE_CHARACTER = frozenset({"char", "character", "nchar"})
_OF_A_SECOND = 6  # digits: microseconds
_PARTS_OF_A_NUMBER = 2  # digits, and those of them behind the point


def meaning(written: ColumnType, dialect: Dialect) -> Meaning | None:
    """Say what a type means, or ``None`` for one that has no counterpart."""
    words = written.name.split()
    unsigned = "unsigned" in words
    name = " ".join(word for word in words if word not in _SUFFIXES) or written.name
    if own := _own(name, written, dialect):
        return own
    kind = T.DURATION if name.startswith("interval ") else KNOWN_TYPES.get(name)
    if kind in {T.STRING, T.BINARY}:
        return _sized(kind, name, written, dialect)
    if kind is T.DECIMAL:
        return _decimal(name, written, unsigned=unsigned)
    return _simple(kind, name, written, unsigned=unsigned) if kind else None


def _simple(kind: T, name: str, written: ColumnType, *, unsigned: bool) -> Meaning:
    """Say what a type without a size means; what holds unsigned numbers is wider."""
    if kind in {T.DATETIME, T.TIME}:
        loss = "its time zone" if kind is T.TIME and name in _WITH_ZONE else None
        zoned = name in _WITH_ZONE
        return Meaning(kind, timezone=zoned, loss=loss, usual_loss=_digits_lost(written))
    if kind is T.FLOAT and len(written.parameters) == _PARTS_OF_A_NUMBER:  # MySQL's
        digits = f"its digits ({written.raw}): any number is taken, and none is rounded"
        return Meaning(kind, minimum=0 if unsigned else None, loss=digits)
    if kind is T.DURATION and written.parameters:
        return Meaning(kind, loss=f"its precision ({written.raw})")
    if unsigned and name not in {"tinyint", "int1", "mediumint"}:
        kind = _WIDER.get(kind, kind)
    return Meaning(kind, identity=name in _SERIAL, minimum=0 if unsigned else None)


def _digits_lost(written: ColumnType) -> str | None:
    """Say how a time is rounded that is written with other digits of a second than are kept."""
    digits = _number(written.parameters[0]) if written.parameters else None
    if digits is None or digits == _OF_A_SECOND:
        return None
    if digits > _OF_A_SECOND:
        return f"precision beyond {_OF_A_SECOND} digits of a second"
    more = "s" if digits > 1 else ""
    return (
        f"rounding to {digits} digit{more} of a second" if digits else "rounding to whole seconds"
    )


def _own(name: str, written: ColumnType, dialect: Dialect) -> Meaning | None:
    """Look up what only this dialect means, or what its parameters decide."""
    first = written.parameters[0] if written.parameters else ""
    if name == "enum" and written.parameters:
        return Meaning(T.ENUM, values=written.parameters)
    if name == "bit" and dialect != "postgres" and first in {"", "1"}:
        return Meaning(T.BOOLEAN)
    if name == "tinyint" and dialect == "mysql" and first == "1":
        return Meaning(T.BOOLEAN)
    if name == "number" and dialect == "oracle":
        return _oracle_number(written)
    if name == "char" and dialect == "postgres" and '"' in written.raw:
        return Meaning(T.STRING, length=1)
    return OWN_TYPES.get(dialect, {}).get(name)


def _sized(kind: T, name: str, written: ColumnType, dialect: Dialect) -> Meaning:
    first = next(iter(written.parameters[0].split()), "") if written.parameters else ""
    number = _number(first)
    length = number if number and number <= _LONGEST_LENGTH else None
    bare_is_one = name in _ONE_CHARACTER or (dialect == "tsql" and first == "")
    if length is None and first == "" and bare_is_one and dialect != "sqlite":
        length = 1
    if length is None and kind is T.STRING:
        return Meaning(T.TEXT)
    return Meaning(kind, length=length)


def _decimal(name: str, written: ColumnType, *, unsigned: bool) -> Meaning:
    numbers = [each for part in written.parameters if (each := _number(part)) is not None]
    precision, scale = _MONEY.get(name, (None, None))
    if numbers:
        precision, scale = numbers[0], numbers[1] if len(numbers) > 1 else 0
    exact = len(numbers) == len(written.parameters)
    loss = None if exact else f"its scale ({written.raw})"
    small = precision is not None and precision < (scale or 0)  # PostgreSQL's numeric(3, 5)
    if small or (precision or 1) > _MAX_PRECISION or (scale or 0) > _MAX_SCALE or precision == 0:
        precision = scale = None
        loss = f"its precision ({written.raw})"
    return Meaning(
        T.DECIMAL,
        precision=precision,
        scale=scale,
        minimum=0 if unsigned else None,
        loss=loss,
    )


def _oracle_number(written: ColumnType) -> Meaning:
    """NUMBER(p) is a whole number: the smallest integer type that holds p digits."""
    if not written.parameters:
        return Meaning(T.DECIMAL)
    if written.parameters[0] == "*":
        return _oracle_any(written)
    digits = _number(written.parameters[0])
    if digits is None or (len(written.parameters) > 1 and written.parameters[1] != "0"):
        return _decimal("number", written, unsigned=False)
    for limit, kind in ((4, T.SMALLINT), (9, T.INTEGER), (18, T.BIGINT)):
        if digits <= limit:
            return Meaning(kind)
    return _decimal("number", written, unsigned=False)


def _oracle_any(written: ColumnType) -> Meaning:
    """Read NUMBER(*, s): as many digits as there can be, s of them behind the point."""
    scale = _number(written.parameters[1]) if len(written.parameters) > 1 else None
    if scale == 0:
        return Meaning(T.BIGINT)
    precision = None if scale is None else _ORACLE_DIGITS
    return Meaning(T.DECIMAL, precision=precision, scale=scale)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_NUMBER else None
