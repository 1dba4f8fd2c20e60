"""What does the database's refusal mean? Its words differ; a client sees one of two errors."""

import re
from collections.abc import Mapping, Sequence

from sqlalchemy.exc import IntegrityError

from app.core.exceptions import AppError, ConflictError, InvalidError

# How it begins: what follows may hold values, which clients choose.
RULE_MARKS = (
    "CHECK constraint failed",
    "NOT NULL constraint failed",
)
REFERENCE_MARKS = ("FOREIGN KEY constraint failed",)

# What is wrong with a reference: on this side of it, or on the other.
MISSING = "A row that this one refers to is missing."
NEEDED = "Other rows refer to this one."
# The rules of the tables, in the words of requests.
RULES = {"ck_readings_rule_1": "celsius > -100"}
# The attributes that they are about.
ABOUT: dict[str, tuple[str, ...]] = {"ck_readings_rule_1": ("celsius",)}


def _begins(error: IntegrityError, marks: tuple[str, ...]) -> bool:
    return str(error.orig).startswith(marks)


def breaks_reference(error: IntegrityError) -> bool:
    """Tell whether a row refers to one that is missing, or is referred to by others."""
    return _begins(error, REFERENCE_MARKS)


def is_repeat(error: IntegrityError) -> bool:
    """Tell whether a row has what another one has already, and only one may."""
    return not _begins(error, (*RULE_MARKS, *REFERENCE_MARKS))


def broken_rule(error: IntegrityError) -> str:
    """Return the name of the rule that a row breaks: the database gives it, before any value."""
    words = str(error.orig).partition("\n")[0]
    return next((name for name in RULES if re.search(rf"\b{re.escape(name)}(?!\w)", words)), "")


def refusal(
    error: IntegrityError,
    absent: Sequence[Sequence[str]] = (),
    taken: Sequence[str] = (),
    told: str = MISSING,
    keys: Mapping[str, str] | None = None,
) -> AppError:
    """Return the error that tells why a row was refused.

    ``absent`` fields refer, together, to no row.
    What is ``taken`` another row has, and only one may.
    ``told`` is what is wrong with a reference where no field is.
    ``keys`` are what the client calls attributes.
    """
    if _begins(error, RULE_MARKS):
        rule = broken_rule(error)
        says = RULES.get(rule)
        message = f"The values break a rule of the table{f': {says}' if says else ''}."
        return InvalidError(message, fields=_fields(ABOUT.get(rule, ()), keys, message))
    if breaks_reference(error):
        missing = {field: _no_row(fields) for fields in absent for field in fields}
        fields = [{"field": field, "message": message} for field, message in missing.items()]
        return ConflictError(fields or told)
    words = _together([name.strip("_").replace("_", " ") for name in taken])
    what = f"this {words}" if words else "these values"
    message = f"A row with {what} exists already."
    return ConflictError(message, fields=_fields(taken, keys, message))


def _together(words: Sequence[str]) -> str:
    *others, last = words or [""]
    return f"combination of {', '.join(others)} and {last}" if others else last


def _fields(
    names: Sequence[str], keys: Mapping[str, str] | None, message: str
) -> list[dict[str, str]]:
    called = keys or {}
    return [{"field": called[name], "message": message} for name in names if name in called]


def _no_row(fields: Sequence[str]) -> str:
    if len(fields) == 1:
        return "There is no such row."
    return f"There is no row with this combination of {', '.join(fields[:-1])} and {fields[-1]}."
