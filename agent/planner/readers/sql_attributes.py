"""Which attributes are these columns? Types, defaults, enums, and what looks secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.planner.literals import places
from agent.planner.readers.models import comment
from agent.planner.readers.sql_defaults import UnknownDefaultError, default_of
from agent.planner.readers.sql_drafts import usable_values
from agent.planner.readers.sql_exotic import misspelled, nearest
from agent.planner.readers.sql_names import free, pascal, snake
from agent.planner.readers.sql_types import Meaning, meaning
from agent.planner.readers.written import brief
from agent.types import AttributeType, Generator

if TYPE_CHECKING:
    from agent.planner.readers.sql_drafts import Drafts, EntityDraft
    from agent.planner.readers.sql_schema import Column

_BITS = {AttributeType.SMALLINT: 16, AttributeType.INTEGER: 32, AttributeType.BIGINT: 64}
_MOST_BITS = 512
_KEPT_AS_TEXT = frozenset(
    {AttributeType.BINARY, AttributeType.JSON, AttributeType.FLOAT, AttributeType.DURATION}
)
_KEY_LENGTH = 255
# What a decimal without digits is: in these so many, before and behind the point, in others any.
_DIGITS = {"mysql": (10, 0), "tsql": (18, 0)}
_MANY = 38
_MANY_DIGITS, _MANY_DIGITS_IN_FLOATS = (_MANY, 10), (18, 6)


def draft_attributes(drafts: Drafts, draft: EntityDraft) -> None:
    """Give a draft its attributes, with warnings about what they cannot say."""
    table, key = draft.table, drafts.schema.key
    primary = {key(column) for column in table.primary_key}
    linked = {key(column) for rule in table.foreign_keys for column in rule.columns} | primary
    for column_key, column in table.columns.items():
        if column.computed:
            message = f"{table.name}.{column.name} is computed by the database and is left out"
            drafts.schema.warn("not-carried-over", message, column.offset)
            continue
        name = free(snake(column.name), draft.taken)
        draft.attributes[column_key] = name
        fields: dict[str, Any] = {"name": name}
        if name != column.name:
            fields["column"] = column.name
        fields["nullable"] = not column.not_null and column_key not in primary
        draft.fields[column_key] = fields
        _typed(drafts, draft, column, fields, alone=primary == {column_key})
        if column_key in linked:
            _as_key(drafts, draft, column_key, fields)
        _digits(drafts, column, fields)
        _default(drafts, draft, column, fields)
        if words := comment(column.comment):
            fields["comment"] = words
        if column_key not in primary:
            drafts.secrets.guard(draft.name, fields)
    unknown = [column for column in table.primary_key if key(column) not in draft.attributes]
    if unknown:
        fault = drafts.schema.script.fault(
            "sql-unknown-column",
            f"the primary key of {table.name} names {unknown[0]}, which is not a column",
            table.offset,
            "columns of the table",
        )
        drafts.schema.refuse(fault)
        table.primary_key = ()


def _typed(
    drafts: Drafts, draft: EntityDraft, column: Column, fields: dict[str, Any], *, alone: bool
) -> None:
    dialect = drafts.schema.script.dialect
    found = meaning(column.type, dialect)
    if column.identity and not column.type.name:  # H2 and HSQLDB take the word for a type
        found = Meaning(AttributeType.BIGINT, identity=True)
    own_enum = drafts.declared_enums.get(column.type.name)
    if own_enum and found is None:
        fields.update(type=AttributeType.ENUM, enum=own_enum)
    else:
        _meant(drafts, draft, column, found, fields)
    if column.type.array:
        fields["array"] = True
    rowid = dialect == "sqlite" and alone and column.type.name == "integer"
    if column.identity or rowid or (found and found.identity):
        fields["generated"] = Generator.IDENTITY
        fields["nullable"] = False
        fields.pop("minimum", None)
    if column.now_on_update:
        fields["generated"] = Generator.NOW_ON_UPDATE


def _as_key(drafts: Drafts, draft: EntityDraft, column: str, fields: dict[str, Any]) -> None:
    """Make a key's type one that keys have: MySQL's tinyint(1) and Oracle's NUMBER count."""
    kind = fields["type"]
    if kind is AttributeType.BOOLEAN:
        fields["type"] = AttributeType.SMALLINT
    elif kind is AttributeType.DECIMAL and _counts(fields):
        fields["type"] = AttributeType.BIGINT
        fields.pop("precision", None)
        fields.pop("scale", None)
    elif fields.pop("array", False) or kind in _KEPT_AS_TEXT:
        as_text(fields)
        drafts.as_text.append((draft, column, kind.value))


def tell_of_types(drafts: Drafts) -> None:
    """Say which types became others: of keys that no address can hold, and where UUIDs are made.

    That is settled only when every key has the type of what it refers to.
    """
    schema = drafts.schema
    for draft, key, kind in drafts.as_text:
        if draft.fields[key]["type"] is not AttributeType.UUID:
            where = f"{draft.table.name}.{draft.table.columns[key].name}"
            message = f"{where} is a key of {kind}: kept as text, which an address can hold"
            schema.warn("type-changed", message, draft.table.columns[key].offset)
    for draft in drafts.by_table.values():
        for key, fields in draft.fields.items():
            column = draft.table.columns[key]
            if fields["type"] is not AttributeType.UUID:
                continue
            found = meaning(column.type, schema.script.dialect)
            if found and found.type is not AttributeType.UUID:
                message = (
                    f"{draft.table.name}.{column.name} has type {column.type.raw}: kept as uuid"
                )
                schema.warn("type-changed", message, column.offset)


def _counts(fields: dict[str, Any]) -> bool:
    """Tell whether a key's decimal is only a name for a whole number: NUMBER, or NUMBER(38, 0)."""
    return fields.get("precision", _MANY) == _MANY and not fields.get("scale")


def _digits(drafts: Drafts, column: Column, fields: dict[str, Any]) -> None:
    """Give a decimal the digits that its database gives it where none are written."""
    schema = drafts.schema
    if fields["type"] is not AttributeType.DECIMAL or "precision" in fields or schema.drawn:
        return
    digits = _DIGITS.get(schema.script.dialect)
    if digits is None:
        digits = _MANY_DIGITS_IN_FLOATS if schema.script.dialect == "sqlite" else _MANY_DIGITS
        if not column.type.parameters:
            becomes = f"which becomes decimal({digits[0]}, {digits[1]}),"
            schema.lose(f"any number of digits of {column.type.raw}, {becomes}", column.offset)
    fields["precision"], fields["scale"] = digits


def as_text(fields: dict[str, Any]) -> None:
    """Make an attribute a text that holds what it holds; bytes are written in two digits each."""
    written = 2 if fields["type"] is AttributeType.BINARY else 1
    length = min(fields.pop("length", _KEY_LENGTH) * written, _KEY_LENGTH)
    for fact in ("precision", "scale", "minimum", "maximum", "timezone"):
        fields.pop(fact, None)
    fields.update(type=AttributeType.STRING, length=length)


def _meant(
    drafts: Drafts,
    draft: EntityDraft,
    column: Column,
    found: Meaning | None,
    fields: dict[str, Any],
) -> None:
    where = f"{draft.table.name}.{column.name}"
    if found is None or not usable_values(found.values):
        found = _nearest(drafts, column, where)
    fields["type"] = found.type
    if found.type is AttributeType.ENUM:
        fields["enum"] = drafts.new_enum(
            draft.name + pascal(fields["name"]), found.values, column.offset
        )
    if found.type is AttributeType.DATETIME and not found.timezone:
        fields["timezone"] = False
    for name in ("length", "precision", "scale", "minimum", "maximum"):
        if (value := getattr(found, name)) is not None:
            fields[name] = value
    if found.loss:
        drafts.schema.warn("not-carried-over", f"{where} loses {found.loss}", column.offset)
    if found.usual_loss:
        drafts.schema.lose(found.usual_loss, column.offset)


def _nearest(drafts: Drafts, column: Column, where: str) -> Meaning:
    """Say what a type without a counterpart becomes; one that is a slip of the pen is a fault."""
    schema, shown = drafts.schema, column.type.raw or "no type"
    dialect = schema.script.dialect
    if meant := misspelled(column.type, drafts.type_names):
        own = "Enum" if schema.drawn else "CREATE TYPE"
        fault = schema.script.fault(
            "sql-unknown-type",
            f"{where} has type {shown}, which is not known",
            column.type.offset,
            f"did you mean {meant}? A type of that name needs its {own} here",
        )
        schema.refuse(fault)
    found = nearest(column.type, dialect)
    kept = f"{found.type.value}({found.length})" if found.length else found.type.value
    code = "type-as-text" if found.type is AttributeType.TEXT else "type-changed"
    schema.warn(code, f"{where} has type {shown}: kept as {kept}", column.offset)
    return found


def _default(drafts: Drafts, draft: EntityDraft, column: Column, fields: dict[str, Any]) -> None:
    if column.default is None:
        return
    if fields.get("generated") is Generator.IDENTITY:
        shown = drafts.schema.script.shown(column.default[0].start, column.default[-1].end)
        if "NEXT" not in shown.upper():  # a sequence is what numbers the rows
            drafts.schema.lose(f"DEFAULT {shown} of a key that counts by itself", column.offset)
        return
    try:
        found = default_of(column.default, fields["type"], array=column.type.array)
        _among(found.get("default"), drafts.values.get(fields.get("enum", "")))
        _within(found.get("default"), fields)
    except UnknownDefaultError:
        shown = drafts.schema.script.shown(column.default[0].start, column.default[-1].end)
        what = f"the default of {draft.table.name}.{column.name}, {brief(shown)},"
        drafts.schema.left_out(what, column.offset)
        return
    if column.now_on_update:
        found.pop("generated", None)
    if found.get("generated") is Generator.UUID:
        fields["type"] = AttributeType.UUID
        fields.pop("length", None)
    fields.update(found)
    if "default" in found:
        line = drafts.schema.script.line(column.offset)
        drafts.defaults.append(f"{draft.table.name}.{column.name} (line {line})")


def _among(default: object, values: tuple[str, ...] | None) -> None:
    if values and isinstance(default, str) and default not in values:
        raise UnknownDefaultError


def _within(default: object, fields: dict[str, Any]) -> None:
    """Refuse a default that its own column cannot hold."""
    too_long = isinstance(default, str) and len(default) > fields.get("length", len(default))
    most = 2 ** (_BITS.get(fields["type"], _MOST_BITS) - 1)
    too_large = isinstance(default, int) and not -most <= default < most
    if too_long or too_large or _too_exact(default, fields):
        raise UnknownDefaultError


def _too_exact(default: object, fields: dict[str, Any]) -> bool:
    """Tell whether a number has more digits than its decimal column, before or behind the point."""
    if "precision" not in fields or not isinstance(default, int | float):
        return False
    scale = fields.get("scale") or 0
    whole, decimals = places(default)
    return decimals > scale or whole > fields["precision"] - scale
