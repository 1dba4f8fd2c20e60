"""Which names may reach a template? Safe identifiers out of names in any script.

Every name that a spec gives passes through here before it can become Python: ASCII only, no
keyword, nothing that pydantic, SQLAlchemy or our own templates already use. The database keeps the
original name.
"""

from __future__ import annotations

import builtins
import keyword
import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

# What a class body or a base class already means: attributes of pydantic's BaseModel and of
# SQLAlchemy's DeclarativeBase, and the builtin types that annotations name.
RESERVED_ATTRIBUTES = frozenset(
    {
        "bool",
        "bytes",
        "cls",
        "construct",
        "copy",
        "dict",
        "dt",
        "fields",
        "float",
        "from_orm",
        "int",
        "json",
        "list",
        "metadata",
        "object",
        "parse_file",
        "parse_obj",
        "parse_raw",
        "property",
        "registry",
        "schema",
        "schema_json",
        "self",
        "set",
        "str",
        "tuple",
        "type_annotation_map",
        "update_forward_refs",
        "validate",
    }
)
RESERVED_PREFIXES = ("model_", "__")

# What the emitted modules import or define under a capital letter.
RESERVED_CLASSES = frozenset(
    {
        "APIRouter",
        "AccessToken",
        "AfterValidator",
        "Annotated",
        "Any",
        "AppError",
        "AsyncClient",
        "AsyncEngine",
        "AsyncIterator",
        "AsyncSession",
        "Base",
        "BaseModel",
        "BaseRepository",
        "BaseSettings",
        "BeforeValidator",
        "BigInteger",
        "Body",
        "Boolean",
        "CORSMiddleware",
        "Callable",
        "CheckConstraint",
        "ClassVar",
        "Column",
        "ColumnElement",
        "ConfigDict",
        "ConflictError",
        "CurrentUser",
        "Date",
        "DateTime",
        "Decimal",
        "DeclarativeBase",
        "Depends",
        "Dialect",
        "Duration",
        "Ellipsis",
        "Email",
        "Enum",
        "ErrorResponse",
        "ExecutableOption",
        "Factory",
        "False",
        "FastAPI",
        "Field",
        "Float",
        "ForbiddenError",
        "ForeignKey",
        "ForeignKeyConstraint",
        "GZipMiddleware",
        "Generic",
        "HTTPBearer",
        "Header",
        "Index",
        "Input",
        "Int16",
        "Int32",
        "Int64",
        "Integer",
        "IntegrityError",
        "Interval",
        "JSON",
        "JSONResponse",
        "JsonValue",
        "LargeBinary",
        "Listing",
        "Literal",
        "Lowercase",
        "Mapped",
        "Mapping",
        "MetaData",
        "Money",
        "None",
        "NotFoundError",
        "NotImplementedError",
        "Number",
        "Numeric",
        "Output",
        "Page",
        "PageQuery",
        "Partial",
        "Password",
        "Path",
        "PrimaryKeyConstraint",
        "Query",
        "Request",
        "Response",
        "SecretStr",
        "Self",
        "Sequence",
        "Session",
        "SessionDep",
        "Settings",
        "SettingsDep",
        "SmallInteger",
        "StrEnum",
        "String",
        "Table",
        "Text",
        "TimestampMixin",
        "TokenPair",
        "True",
        "TypeDecorator",
        "UTCDateTime",
        "UUID",
        "UnauthorizedError",
        "UniqueConstraint",
        "Url",
        "Uuid",
        "ValidationError",
    }
)
RESERVED_MODULES = frozenset(
    {
        "auth",
        "base",
        "common",
        "conftest",
        "deps",
        "enums",
        "health",
        "init",
        "listing",
        "main",
        "router",
        "shared",
        "types",
    }
)
RESERVED_VARIABLES = frozenset(
    {
        "actor",
        "admin_headers",
        "app",
        "asyncio",
        "body",
        "changes",
        "client",
        "current",
        "data",
        "db",
        "factory",
        "first",
        "headers",
        "numbers",
        "page",
        "params",
        "parent",
        "path",
        "payload",
        "pytest",
        "query",
        "request",
        "response",
        "router",
        "row",
        "rows",
        "save",
        "second",
        "self",
        "service",
        "session",
        "settings",
        "statement",
        "target",
        "url",
        "user_headers",
        "values",
        "where",
    }
) | frozenset(dir(builtins))


def ascii_words(name: str) -> list[str]:
    """Split a name in any script into lower-case ASCII words (``"OrderItem"`` -> order, item)."""
    if not name.isascii():
        from anyascii import anyascii  # noqa: PLC0415 - only names in other scripts need its tables

        name = anyascii(name)
    spaced = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])", r"\1\3 \2\4", name)
    return [word.lower() for word in re.split(r"[^A-Za-z0-9]+", spaced) if word]


@lru_cache(maxsize=8192)
def snake(name: str, fallback: str = "field") -> str:
    """Return a snake_case identifier, which may still be reserved."""
    joined = "_".join(ascii_words(name)) or fallback
    return f"{fallback}_{joined}" if joined[0].isdigit() else joined


def pascal(name: str, fallback: str = "Entity") -> str:
    """Return a PascalCase identifier, which may still be reserved; ``ABCThing`` keeps capitals."""
    if name.isascii() and name.isidentifier() and name[0].isupper() and "_" not in name:
        return name
    joined = "".join(word.capitalize() for word in ascii_words(name)) or fallback
    return f"{fallback}{joined}" if joined[0].isdigit() else joined


def camel(name: str) -> str:
    """Return a camelCase form of a snake_case name."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def attribute_name(name: str, taken: Collection[str]) -> str:
    """Return a safe attribute name that is not in ``taken``; a clash gets ``_`` or a number."""
    candidate = snake(name)
    if is_reserved_attribute(candidate):
        candidate += "_"
    return unique(candidate, taken)


def is_reserved_attribute(name: str) -> bool:
    """Tell whether a class body cannot hold an attribute of this name."""
    return (
        keyword.iskeyword(name) or name in RESERVED_ATTRIBUTES or name.startswith(RESERVED_PREFIXES)
    )


def class_name(name: str, taken: Collection[str]) -> str:
    """Return a safe class name that is not in ``taken``; a clash gets ``Record`` or a number."""
    candidate = pascal(name)
    if (
        candidate in RESERVED_CLASSES
        or snake(candidate) in RESERVED_MODULES
        or keyword.iskeyword(snake(candidate))
    ):
        candidate += "Record"
    return unique(candidate, taken)


def variable_name(entity: str) -> str:
    """Return the local variable that holds a row of an entity."""
    name = snake(entity)
    return f"{name}_row" if name in RESERVED_VARIABLES or keyword.iskeyword(name) else name


def unique(candidate: str, taken: Collection[str]) -> str:
    """Return the candidate, numbered from 2 when it is taken."""
    if candidate not in taken:
        return candidate
    stem = candidate if not candidate[-1].isdigit() else f"{candidate}_"
    number = 2
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


@lru_cache(maxsize=4096)
def plural(name: str) -> str:
    """Return the English plural of a snake_case name's last word."""
    import inflection  # noqa: PLC0415 - its rules are compiled on import

    head, _, last = name.rpartition("_")
    word = inflection.pluralize(last)
    if word == last and inflection.singularize(last) == last:
        return f"{head}_{last}" if head else last
    return f"{head}_{word}" if head else word


@lru_cache(maxsize=4096)
def singular(name: str) -> str:
    """Return the English singular of a snake_case name's last word."""
    import inflection  # noqa: PLC0415 - its rules are compiled on import

    head, _, last = name.rpartition("_")
    word = inflection.singularize(last)
    return f"{head}_{word}" if head else word


def article(words: str) -> str:
    """Return 'a' or 'an' for what follows, by its sound."""
    word = words.lower()
    is_vowel = word[:1] in {"a", "e", "i", "o", "u"} and not re.match(r"u[ns][ei]|eu|one", word)
    return "an" if is_vowel else "a"


def shorten(name: str, limit: int = 60) -> str:
    """Return a database name within ``limit`` characters, told apart by a digest."""
    if len(name) <= limit:
        return name
    import hashlib  # noqa: PLC0415 - rarely needed

    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: limit - 9]}_{digest}"
