"""Which attribute is this field of a Prisma model? Scalars, enums and lists; relations wait."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agent.planner.readers.grammars import offset_of, parts, tokens
from agent.planner.readers.models import Part, comment, usable_name
from agent.planner.readers.prisma_defaults import put_default
from agent.planner.readers.prisma_values import arguments, plain
from agent.planner.readers.sql_exotic import nearest
from agent.planner.readers.sql_schema import ColumnType
from agent.planner.readers.sql_types import meaning
from agent.planner.readers.sql_words import near_miss
from agent.types import AttributeType as T
from agent.types import Generator

if TYPE_CHECKING:
    from lark import Token

    from agent.planner.readers.comments import Comments
    from agent.planner.readers.grammars import Branch
    from agent.planner.readers.models import Model, Models

_SCALARS: dict[str, dict[str, Any]] = {
    "String": {"type": T.TEXT},
    "Boolean": {"type": T.BOOLEAN},
    "Int": {"type": T.INTEGER},
    "BigInt": {"type": T.BIGINT},
    "Float": {"type": T.FLOAT},
    "Decimal": {"type": T.DECIMAL},
    "DateTime": {"type": T.DATETIME, "timezone": False},
    "Json": {"type": T.JSON},
    "Bytes": {"type": T.BINARY},
}
# what a String is in the database, where it is not text without an end
_STRINGS = {"mysql": 191, "tsql": 1000}
_OBJECT_ID = {"type": T.STRING, "length": 24}


@dataclass(frozen=True, slots=True)
class Linked:
    """A field whose type is a model."""

    model: Model
    name: str
    target: str
    is_list: bool
    optional: bool
    relation: Branch | None
    offset: int
    comment: str | None


@dataclass(slots=True)
class Prisma:
    """What was read so far, and what is to become relations.

    ``values`` are those of each enum in the database, by their names; ``composites`` and
    ``views`` the names of what is no table.
    """

    models: Models
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    composites: set[str] = field(default_factory=set)
    views: set[str] = field(default_factory=set)
    linked: list[Linked] = field(default_factory=list)


def read_field(branch: Branch, model: Model, prisma: Prisma, told: Comments) -> None:
    """Read one field into its model, or keep it for ``prisma_relations``."""
    models = prisma.models
    name = tokens(branch, "NAME")[0]
    kind = next(parts(branch, "type"))
    offset, where = offset_of(name), f"{model.written}.{name}"
    if name in model.attributes or any(
        each.model is model and each.name == name for each in prisma.linked
    ):
        models.fault("prisma-twice", f"{where} is declared twice", offset, "a new name")
        return
    suffixes = {str(token) for token in tokens(kind, "SUFFIX")}
    words = comment(told.before(offset_of(branch)) or told.behind(branch.meta.end_pos))
    shown = str(next(iter(tokens(kind, "NAME")), "Unsupported"))
    if shown in models.by_key or shown in prisma.views:
        relation = next(
            (a for a in parts(branch, "attribute") if tokens(a, "AT")[0] == "@relation"), None
        )
        if shown in prisma.views:
            models.tell(f"{where}: a relation to the view {shown} is left out", offset)
            return
        is_list, optional = "[]" in suffixes, "?" in suffixes
        prisma.linked.append(
            Linked(model, str(name), shown, is_list, optional, relation, offset, words)
        )
        return
    found = _type(kind, shown, where, prisma)
    if found is None:
        return
    made = model.attribute(str(name), offset, comment=words, nullable="?" in suffixes, **found)
    if made.fields["name"] != name:
        made.fields["column"] = str(name)
    if "[]" in suffixes:
        made.fields |= {"array": True, "nullable": False, "default": []}
    for attribute in parts(branch, "attribute"):
        _attribute(attribute, made, model, prisma, (shown, str(name)))


def _type(kind: Branch, shown: str, where: str, prisma: Prisma) -> dict[str, Any] | None:
    models, offset = prisma.models, offset_of(kind)
    if shown == "String" and models.text.dialect in _STRINGS:
        return {"type": T.STRING, "length": _STRINGS[models.text.dialect]}
    if shown in _SCALARS:
        return dict(_SCALARS[shown])
    if shown in models.enums:
        return {"type": T.ENUM, "enum": models.enums[shown][0]}
    if shown in prisma.values or shown in prisma.composites:
        what, kept = ("enum", T.TEXT) if shown in prisma.values else ("composite type", T.JSON)
        message = f"{where} has the {what} {shown}: kept as {kept.value}"
        models.warn("type-changed", message, offset)
        return {"type": kept}
    if shown == "Unsupported":
        raw = plain(tokens(kind, "STRING")[0])
        return _native(_column_type(raw, offset), where, models)
    known = frozenset({*_SCALARS, *models.by_key, *models.enums, *prisma.composites})
    if meant := near_miss(shown, known):
        message = f"{where} has type {shown}, which is not declared"
        models.fault("prisma-type", message, offset, f"did you mean {meant}?")
    else:
        models.tell(f"{where} is left out: its type {shown} is not declared here", offset)
    return None


def _column_type(raw: str, offset: int) -> ColumnType:
    match = re.fullmatch(r"\s*([^()]*)(?:\(([^)]*)\))?.*", raw, re.DOTALL)
    name, inner = (match[1], match[2]) if match else (raw, None)
    sizes = tuple(piece.strip() for piece in inner.split(",")) if inner else ()
    return ColumnType(name.strip().lower(), sizes, raw=raw, offset=offset)


def _native(written: ColumnType, where: str, models: Models) -> dict[str, Any]:
    """Say what a type of the database is."""
    dialect = models.text.dialect
    found = meaning(written, dialect)
    if found is None:
        found = nearest(written, dialect)
        kept = f"{found.type.value}({found.length})" if found.length else found.type.value
        message = f"{where} has type {written.raw}: kept as {kept}"
        models.warn("type-as-text", message, written.offset)
    fields: dict[str, Any] = {"type": found.type}
    for name in ("length", "precision", "scale", "minimum", "maximum"):
        if (value := getattr(found, name)) is not None:
            fields[name] = value
    if found.type is T.DATETIME:
        fields["timezone"] = found.timezone
    if found.loss:
        models.tell(f"{where} loses {found.loss}", written.offset)
    if found.usual_loss:
        models.lose(found.usual_loss, written.offset)
    return fields


def _attribute(
    branch: Branch, made: Part, model: Model, prisma: Prisma, names: tuple[str, str]
) -> None:
    word, given = str(tokens(branch, "AT")[0]), arguments(branch)
    models, fields = prisma.models, made.fields
    kind, name = names
    if word == "@id":
        model.key = (name,)
        fields["nullable"] = False
        if "map" in given.named:
            models.unused("the database's name of a key is", offset_of(branch))
    elif word == "@unique" and (constraint := given.get("map")):
        unique = {"attributes": (fields["name"],), "name": usable_name(constraint)}
        model.uniques.append(Part(unique, made.offset))
    elif word == "@unique":
        fields["unique"] = True
    elif word == "@map" and given.first is not None:
        fields["column"] = usable_name(plain(given.first))
    elif word == "@updatedAt" and fields["type"] is T.DATETIME:
        fields["generated"] = Generator.NOW_ON_UPDATE
        fields.pop("default", None)
    elif word == "@default" and given.first is not None:
        put_default(given.first, made, f"{model.written}.{name}", models, prisma.values.get(kind))
    elif word.startswith("@db.") or re.fullmatch(r"@\w+\.\w+", word):
        _put_native(word, branch, made, f"{model.written}.{name}", models)
    else:
        models.unused(f"{word} is", offset_of(branch))


def _put_native(word: str, branch: Branch, made: Part, where: str, models: Models) -> None:
    """Give an attribute the type that it has in the database."""
    name = word.rpartition(".")[2]
    if name == "ObjectId":
        made.fields |= {} if made.fields["type"] is T.UUID else _OBJECT_ID
        return
    lower = name.lower().replace("doubleprecision", "double precision")
    if lower.startswith("unsigned"):
        lower = f"{lower.removeprefix('unsigned')} unsigned"
    inner = next(parts(branch, "arguments"), None)
    leaves: list[Token] = [] if inner is None else list(inner.scan_values(lambda _: True))
    sizes = tuple(plain(leaf) for leaf in leaves)
    shown = f"{name}({', '.join(sizes)})" if sizes else name
    found = _native(ColumnType(lower, sizes, raw=shown, offset=offset_of(branch)), where, models)
    if made.fields["type"] in {T.UUID, T.ENUM, T.JSON}:
        return
    for facts in ("length", "precision", "scale", "timezone"):
        made.fields.pop(facts, None)
    made.fields |= found
