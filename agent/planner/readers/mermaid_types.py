"""Which type does a word in a diagram mean? Any word may stand there; most are known ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agent.planner.readers.sql_exotic import nearest
from agent.planner.readers.sql_schema import ColumnType
from agent.planner.readers.sql_split import keywords
from agent.planner.readers.sql_types import meaning
from agent.types import AttributeType as T

if TYPE_CHECKING:
    from agent.planner.readers.models import Models

_STRING = {"type": T.STRING, "length": 255}
_WORDS: dict[str, dict[str, Any]] = {
    "string": _STRING,
    "str": _STRING,
    "varchar": _STRING,
    "char": _STRING,
    "nvarchar": _STRING,
    "email": {"type": T.EMAIL, "length": 255},
    "url": {"type": T.URL},
    "uri": {"type": T.URL},
    "long": {"type": T.BIGINT},
    "short": {"type": T.SMALLINT},
    "object": {"type": T.JSON},
    "array": {"type": T.JSON},
    "list": {"type": T.JSON},
    "map": {"type": T.JSON},
    "dict": {"type": T.JSON},
    "bytes": {"type": T.BINARY},
    "objectid": {"type": T.STRING, "length": 24},
    "bigdecimal": {"type": T.DECIMAL},
    "currency": {"type": T.DECIMAL, "precision": 19, "scale": 4},
    "localdate": {"type": T.DATE},
    "localdatetime": {"type": T.DATETIME},
    "instant": {"type": T.DATETIME},
    "timespan": {"type": T.DURATION},
    "duration": {"type": T.DURATION},
    "cuid": _STRING,
    "ulid": _STRING,
    "nanoid": _STRING,
    "enum": _STRING,
}
# who writes one of these behind another word, has drawn the name first: ``email string``
_NO_NAMES = keywords(
    "string str varchar nvarchar int integer bigint smallint boolean bool float double decimal "
    "numeric jsonb timestamptz"
)
_TOLD = frozenset({"enum", "array", "list"})
_UNDERSCORED = re.compile(r"([a-z]+2?)_(\d+)(?:_(\d+))?|(.+)_(?:array|list)", re.IGNORECASE)
"""Brackets are no part of a word: some draw ``varchar_20``, ``number_10_2`` and ``text_array``."""
_KIND = re.compile(r"([^(\[<~]+)(?:\(([^)]*)\))?(.*)", re.DOTALL)


def typed(
    kind: str, name: str, where: str, offset: int, models: Models
) -> tuple[dict[str, Any], str]:
    """Return the fields of an attribute's type, and its name: some draw the name first."""
    found = _known(kind, offset, models)
    # a name is a type of PostgreSQL's own, and no diagram's
    is_name = kind.lower() == "name" or (_only_type(name) and not _only_type(kind))
    if (found is None or is_name) and (other := _known(name, offset, models)):
        models.unused("that names stand before their types is", offset)
        return other, kind.strip("*")
    if found is None:
        written = _written(kind, offset)
        near = nearest(written, models.text.dialect)
        kept: dict[str, Any] = {"type": near.type} | (
            {"length": near.length} if near.length else {}
        )
        found = kept if near.type is not T.TEXT else dict(_STRING)
        message = f"{where} has type {kind}: kept as {found['type']}"
        models.warn("type-as-text", message, offset)
    elif _written(kind, offset).name in _TOLD:
        message = f"{where} has type {kind}: kept as {found['type']}, any value"
        models.warn("type-as-text", message, offset)
    return found, name


def _only_type(word: str) -> bool:
    return _written(word, 0).name in _NO_NAMES


def _written(kind: str, offset: int) -> ColumnType:
    word = kind.strip('"')
    if drawn := _UNDERSCORED.fullmatch(word):
        sizes = ",".join(filter(None, drawn.group(2, 3)))
        word = f"{drawn[4]}[]" if drawn[4] else f"{drawn[1]}({sizes})"
    match = _KIND.fullmatch(word)
    name, inner, rest = (match[1], match[2], match[3]) if match else (kind, None, "")
    parameters = tuple(re.split(r"\s*[,-]\s*", inner.strip())) if inner else ()
    plain = name.strip().lower().replace("_", " ")
    return ColumnType(plain, parameters, rest.startswith("[]"), kind, offset)


def _known(kind: str, offset: int, models: Models) -> dict[str, Any] | None:
    written = _written(kind, offset)
    fields: dict[str, Any] = {}
    if written.name in _WORDS and not written.parameters:
        fields |= _WORDS[written.name]
    elif written.name in {"string", "str"} and written.parameters[0].isdecimal():
        fields |= {"type": T.STRING, "length": max(1, int(written.parameters[0][:6]))}
    elif found := meaning(written, models.text.dialect):
        fields["type"] = found.type
        for name in ("length", "precision", "scale", "minimum", "maximum"):
            if (value := getattr(found, name)) is not None:
                fields[name] = value
        if found.identity:
            fields["nullable"] = False
        if found.loss:
            models.tell(f"{kind} loses {found.loss}", offset)
        if found.usual_loss:
            models.lose(found.usual_loss, offset)
    else:
        return None
    if written.array:
        fields["array"] = True
    return fields
