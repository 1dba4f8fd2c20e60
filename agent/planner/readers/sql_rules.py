"""Which rules do a table's checks become? Bounds and enums of attributes, and row rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from agent.planner.readers.sql_defaults import UnknownDefaultError, json_of
from agent.planner.readers.sql_drafts import usable_values
from agent.planner.readers.sql_left_out import check_left_out
from agent.planner.readers.sql_names import pascal
from agent.planner.readers.sql_types import meaning
from agent.planner.readers.written import brief
from agent.types import AttributeType, Check

if TYPE_CHECKING:
    from agent.planner.readers.sql_checks import CheckMeaning
    from agent.planner.readers.sql_drafts import Drafts, EntityDraft
    from agent.planner.readers.sql_schema import CheckRule

_NUMERIC = frozenset(
    {
        AttributeType.INTEGER,
        AttributeType.SMALLINT,
        AttributeType.BIGINT,
        AttributeType.DECIMAL,
        AttributeType.FLOAT,
    }
)
_TEXTUAL = frozenset({AttributeType.STRING, AttributeType.TEXT})
_LENGTHS = {"length": 1, "min_length": 0}
_ONE_ARGUMENT = 2
_LONGEST_SHOWN = 200
_LONGEST_CHECK, _LONGEST_LENGTH = 1000, 2**31 - 1


def draft_checks(drafts: Drafts, draft: EntityDraft) -> None:
    """Read a draft's checks into its attributes and rules."""
    table = draft.table
    if not table.checks:
        return
    for rule in table.checks:
        if _is_json(drafts, draft, rule):
            continue
        found = meaning_of(rule, drafts, draft)
        if found and found.choice and _choice(drafts, draft, *found.choice, rule.offset):
            continue
        if found:
            found = _without_bytes(drafts, draft, found)
        bounded = [
            column
            for column, bounds in (found.bounds.items() if found else ())
            if _narrow(draft.fields[drafts.schema.key(column)], bounds)
        ]
        for column in bounded:
            _keep_default_within(drafts, draft, column)
        if found is None or not found.expression or len(found.expression) > _LONGEST_CHECK:
            shown = brief(rule.text, _LONGEST_SHOWN)
            what = f"check {rule.name or ''} of {table.name}".replace("  ", " ")
            message = check_left_out(what, shown, _problem(found), bounded=bounded)
            drafts.schema.warn("not-carried-over", message, rule.offset)
        else:
            draft.checks.append(Check(expression=found.expression, name=rule.name))
            draft.offsets["checks"].append(rule.offset)


def meaning_of(rule: CheckRule, drafts: Drafts, draft: EntityDraft) -> CheckMeaning | None:
    """Read a check, or a condition of the same form; None where there are too many."""
    if not drafts.is_read(rule):
        return None
    from agent.planner.readers.sql_checks import check_meaning  # noqa: PLC0415 - brings sqlglot
    from agent.planner.readers.sql_known import Known  # noqa: PLC0415 - the same

    table, key = draft.table, drafts.schema.key

    def spelling(name: str) -> str | None:
        column = table.columns.get(key(name)) or table.columns.get(name.lower())
        return column.name if column and not column.computed else None

    def kind(name: str) -> AttributeType | None:
        fields = draft.fields.get(key(spelling(name) or ""), {})
        return None if fields.get("array") else fields.get("type")

    known = Known(spelling, kind, drafts.declared_enums)
    return check_meaning(rule.text, drafts.schema.script.dialect, drafts.target, known)


def _is_json(drafts: Drafts, draft: EntityDraft, rule: CheckRule) -> bool:
    """Make a text JSON whose check says that it is: so MariaDB writes a column of the type JSON."""
    said = [token for token in rule.expression if token.key not in {"(", ")"}]
    if [token.key for token in said[:1]] != ["JSON_VALID"] or len(said) != _ONE_ARGUMENT:
        return False
    fields = draft.fields.get(drafts.schema.key(said[1].value), {})
    if fields.get("type") not in _TEXTUAL or fields.get("array"):
        return False
    fields["type"] = AttributeType.JSON
    for key in ("length", "min_length", "access"):
        fields.pop(key, None)
    if "default" in fields:
        _as_json(drafts, draft, fields, rule)
    return True


def _as_json(drafts: Drafts, draft: EntityDraft, fields: dict[str, Any], rule: CheckRule) -> None:
    """Make a text that is a default the JSON that it says, or leave it out."""
    text = fields.pop("default")
    try:
        fields["default"] = json_of(text)
    except UnknownDefaultError:
        what = f"the default of {draft.table.name}.{fields['name']}, {brief(text)}, is no JSON and"
        drafts.schema.left_out(what, rule.offset)


def _without_bytes(drafts: Drafts, draft: EntityDraft, found: CheckMeaning) -> CheckMeaning:
    """Leave out what a check says of the bytes of a key kept as text, two digits for each."""
    counted = {name for name in found.counted if _is_bytes_as_text(drafts, draft, name)}
    if not counted:
        return found
    bounds = {name: each for name, each in found.bounds.items() if name not in counted}
    problem = "it counts bytes, and what is kept are digits"
    return replace(found, expression=None, problem=problem, bounds=bounds)


def _problem(found: CheckMeaning | None) -> str:
    """Say why a check is no rule of the project."""
    if found is None:
        return "the checks are more than are read"
    return found.problem or f"it has more than {_LONGEST_CHECK} characters"


def _is_bytes_as_text(drafts: Drafts, draft: EntityDraft, name: str) -> bool:
    key = drafts.schema.key(name)
    meant = meaning(draft.table.columns[key].type, drafts.schema.script.dialect)
    is_text = draft.fields[key]["type"] is AttributeType.STRING
    return is_text and meant is not None and meant.type is AttributeType.BINARY


def _choice(
    drafts: Drafts, draft: EntityDraft, column: str, values: tuple[str, ...], offset: int
) -> bool:
    """Make a text column with a list of allowed texts an enum."""
    fields = draft.fields[drafts.schema.key(column)]
    usable = usable_values(values)
    fits = fields.get("default", values[0]) in values
    if fields["type"] not in _TEXTUAL or fields.get("array") or not (usable and fits):
        return False
    fields["type"] = AttributeType.ENUM
    fields["enum"] = drafts.new_enum(draft.name + pascal(fields["name"]), values, offset)
    for name in ("length", "min_length", "access"):
        fields.pop(name, None)
    return True


def _keep_default_within(drafts: Drafts, draft: EntityDraft, column: str) -> None:
    """Drop a default that its own check refuses: no row could be made with it."""
    key = drafts.schema.key(column)
    fields = draft.fields[key]
    default = fields.get("default")
    if isinstance(default, bool) or not isinstance(default, int | float):
        return
    low, high = fields.get("minimum", default), fields.get("maximum", default)
    above, below = fields.get("exclusive_minimum"), fields.get("exclusive_maximum")
    strictly = (above is None or default > above) and (below is None or default < below)
    if not (low <= default <= high and strictly):
        del fields["default"]
        where = draft.table.columns[key]
        what = f"DEFAULT {default} of {draft.table.name}.{where.name}, which its check refuses"
        drafts.schema.lose(what, where.offset)


def _narrow(fields: dict[str, Any], bounds: dict[str, Any]) -> bool:
    """Give an attribute the bounds that its type can have, and tell whether it has any now."""
    kinds = _NUMERIC if "inimum" in str(bounds) or "aximum" in str(bounds) else _TEXTUAL
    if fields["type"] not in kinds or fields.get("array"):
        return False
    usable = {
        name: value
        for name, value in bounds.items()
        if not (name == "length" and fields.get("length", value) < value)
        and (name not in _LENGTHS or _LENGTHS[name] <= value <= _LONGEST_LENGTH)
    }
    fields.update(usable)
    return bool(usable)
