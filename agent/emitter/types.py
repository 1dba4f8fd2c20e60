"""What does an attribute become as a column, in the model and in the migration?"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.emitter.layout import literal, quote
from agent.types import Attribute, AttributeType, Database

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.types import EnumType

T = AttributeType
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute as code: type expressions, and the imports that each needs."""

    python: str
    python_imports: tuple[Pair, ...]
    model: str
    model_imports: tuple[Pair, ...]
    migration: str


_PYTHON: dict[AttributeType, tuple[str, tuple[Pair, ...]]] = {
    T.INTEGER: ("int", ()),
    T.SMALLINT: ("int", ()),
    T.BIGINT: ("int", ()),
    T.DECIMAL: ("Decimal", (("decimal", "Decimal"),)),
    T.FLOAT: ("float", ()),
    T.BOOLEAN: ("bool", ()),
    T.DATE: ("dt.date", (("datetime as dt", ""),)),
    T.TIME: ("dt.time", (("datetime as dt", ""),)),
    T.DATETIME: ("dt.datetime", (("datetime as dt", ""),)),
    T.DURATION: ("dt.timedelta", (("datetime as dt", ""),)),
    T.UUID: ("UUID", (("uuid", "UUID"),)),
    T.JSON: ("Any", (("typing", "Any"),)),
    T.BINARY: ("bytes", ()),
}
INTEGER_BITS = {T.SMALLINT: 16, T.INTEGER: 32, T.BIGINT: 64}
EXACT_FLOAT_DIGITS = 15


def is_long(attribute: Attribute) -> bool:
    """Tell whether a decimal has more digits than a float carries."""
    return attribute.type is T.DECIMAL and (attribute.precision or 0) > EXACT_FLOAT_DIGITS


def column(attribute: Attribute, database: Database, *, identity: bool = False) -> Column:
    """Return an attribute's column as code. ``identity``: a key that the database counts."""
    if attribute.array:
        return _array(attribute, database)
    kind = attribute.type
    if kind is T.ENUM:
        name = attribute.enum or ""
        return Column(
            python=name,
            python_imports=(("app.models.enums", name),),
            model=f"text_enum({name}, {quote(attribute.column or attribute.name)})",
            model_imports=(("app.db.types", "text_enum"), ("app.models.enums", name)),
            migration="",
        )
    python, imports = _PYTHON.get(kind, ("str", ()))
    model, needs = _model_type(attribute, database, identity=identity)
    return Column(
        python=python,
        python_imports=imports,
        model=model,
        model_imports=needs,
        migration=_migration_type(attribute, database, identity=identity),
    )


def _array(attribute: Attribute, database: Database) -> Column:
    """Return an array's column: JSON, with the values that JSON does not have as text in it."""
    migration = "sa.JSON(none_as_null=True)"
    if attribute.type in AS_TEXT_IN_JSON:
        any_list = (("typing", "Any"),)
        decorated = (("app.db.types", "JsonList"),)
        return Column("list[Any]", any_list, "JsonList()", decorated, migration)
    inner = column(attribute.model_copy(update={"array": False}), database)
    plain = (("sqlalchemy", "JSON"),)
    hint = f"list[{inner.python}]"
    return Column(hint, inner.python_imports, "JSON(none_as_null=True)", plain, migration)


# Inside a JSON array these stay what JSON can say.
AS_TEXT_IN_JSON = frozenset(
    {T.DATE, T.TIME, T.DATETIME, T.UUID, T.DECIMAL, T.ENUM, T.BINARY, T.DURATION}
)


_PLAIN_TYPES = {
    T.TEXT: "Text",
    T.INTEGER: "Integer",
    T.SMALLINT: "SmallInteger",
    T.BIGINT: "BigInteger",
    T.FLOAT: "Double",
    T.BOOLEAN: "Boolean",
    T.DATE: "Date",
    T.TIME: "Time",
    T.UUID: "Uuid",
}


# How many bytes MySQL's types of long values hold; a character takes up to four.
_MYSQL_SIZES = ((2**16 - 1, ""), (2**24 - 1, "MEDIUM"), (2**32 - 1, "LONG"))
_MYSQL_WORDS = {T.TEXT: ("TEXT", 4), T.BINARY: ("BLOB", 1)}


def mysql_long(attribute: Attribute) -> str | None:
    """Return the MySQL type of a value that may outgrow a TEXT or a BLOB, else ``None``."""
    word, width = _MYSQL_WORDS.get(attribute.type, ("", 0))
    size = (attribute.length or 0) * width
    found = next((prefix for most, prefix in _MYSQL_SIZES if size <= most), "LONG")
    return found + word if found and not attribute.array else None


def _model_type(
    attribute: Attribute, database: Database, *, identity: bool
) -> tuple[str, tuple[Pair, ...]]:
    kind = attribute.type
    long = mysql_long(attribute) if database is Database.MYSQL else None
    if long:
        plain = "Text" if kind is T.TEXT else "LargeBinary"
        needs = (("sqlalchemy", plain), ("sqlalchemy.dialects", "mysql"))
        return f'{plain}().with_variant(mysql.{long}(), "mysql", "mariadb")', needs
    if kind in {T.BIGINT, T.SMALLINT} and identity:
        # SQLite counts only what is called INTEGER.
        plain = _PLAIN_TYPES[kind]
        needs = (("sqlalchemy", plain), ("sqlalchemy", "Integer"))
        return f'{plain}().with_variant(Integer(), "sqlite")', needs
    if kind in _PLAIN_TYPES:
        return f"{_PLAIN_TYPES[kind]}()", (("sqlalchemy", _PLAIN_TYPES[kind]),)
    if kind is T.DATETIME:
        arguments = "" if attribute.timezone else "timezone=False"
        return f"UTCDateTime({arguments})", (("app.db.types", "UTCDateTime"),)
    if kind is T.DURATION:
        return "Seconds()", (("app.db.types", "Seconds"),)
    name, arguments = {
        T.DECIMAL: ("Numeric", f"{attribute.precision}, {attribute.scale}"),
        # MySQL would choose a type of its own by the length.
        T.BINARY: (
            "LargeBinary",
            "" if database is Database.MYSQL else str(attribute.length or ""),
        ),
        T.JSON: ("JSON", "none_as_null=True"),
    }.get(kind, ("String", str(attribute.length)))
    return f"{name}({arguments})", (("sqlalchemy", name),)


def _migration_type(attribute: Attribute, database: Database, *, identity: bool) -> str:
    kind = attribute.type
    if kind is T.DATETIME:
        plain = f"sa.DateTime(timezone={attribute.timezone})"
        if database is Database.MYSQL:
            return f'{plain}.with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")'
        return plain
    if kind is T.DURATION:
        return "sa.BigInteger()"
    model, _ = _model_type(attribute, database, identity=identity)
    if kind in {T.STRING, T.EMAIL, T.URL, T.PASSWORD}:
        return f"sa.String(length={attribute.length})"
    if kind is T.DECIMAL:
        return f"sa.Numeric(precision={attribute.precision}, scale={attribute.scale})"
    return "sa." + model.replace("(Integer()", "(sa.Integer()")


def enum_length(enum: EnumType) -> int:
    """Return the length of the column that holds an enum's values."""
    return max(len(value) for value in enum.values)


# How a literal default of a type is written; whatever is not here is text.
_LITERALS: dict[AttributeType, Callable[[Any], str]] = {
    T.DECIMAL: lambda value: f"Decimal({quote(str(value))})",
    T.UUID: lambda value: f"UUID({quote(str(value))})",
    T.DATE: lambda value: f"dt.date.fromisoformat({quote(str(value))})",
    T.TIME: lambda value: f"dt.time.fromisoformat({quote(str(value))})",
    T.DATETIME: lambda value: f"dt.datetime.fromisoformat({quote(str(value))})",
    T.DURATION: lambda value: f"dt.timedelta(seconds={value!r})",
    T.BINARY: lambda value: _bytes(str(value)),
    T.BOOLEAN: lambda value: repr(bool(value)),
    T.INTEGER: lambda value: repr(int(value)),
    T.SMALLINT: lambda value: repr(int(value)),
    T.BIGINT: lambda value: repr(int(value)),
    T.FLOAT: lambda value: literal(float(value)),
    T.JSON: literal,
}


def _bytes(encoded: str) -> str:
    """Return base64 as a bytes literal, in double quotes where that needs no escape."""
    shown = repr(b64decode(encoded))
    return f'b"{shown[2:-1]}"' if '"' not in shown and "\\'" not in shown else shown


def default_expression(attribute: Attribute, members: dict[tuple[str, str], str]) -> str | None:
    """Return a literal default as Python, or ``None`` where there is none.

    ``members`` maps (enum, value) to the member's name; without it lists hold plain values.
    """
    value = attribute.default
    if value is None:
        return None
    if attribute.array and attribute.type is T.ENUM and isinstance(value, list) and members:
        return f"[{', '.join(_member(attribute, each, members) for each in value)}]"
    if attribute.array:
        return literal(value)
    if attribute.type is T.ENUM:
        return _member(attribute, value, members)
    write = _LITERALS.get(attribute.type)
    return write(value) if write else quote(str(value))


def _member(attribute: Attribute, value: object, members: dict[tuple[str, str], str]) -> str:
    return f"{attribute.enum}.{members[(attribute.enum or '', str(value))]}"


def made_anew(value: str) -> str:
    """Return what makes a list or an object afresh for every row."""
    return {"[]": "list", "{}": "dict"}.get(value, f"lambda: {value}")
