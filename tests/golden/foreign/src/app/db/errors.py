"""What does the database's refusal mean? Its words differ; a client sees one of two errors."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from app.core.exceptions import AppError, ConflictError, InvalidError

# How it begins: what follows may hold values, which clients choose.
RULE_MARKS = (
    "23502",
    "23514",
    "CHECK constraint failed",
    "NOT NULL constraint failed",
)
REFERENCE_MARKS = (
    "23503",
    "FOREIGN KEY constraint failed",
)

# What is wrong with a reference: on this side of it, or on the other.
MISSING = "A row that this one refers to is missing."
NEEDED = "Other rows refer to this one."
EITHER = "The change contradicts other rows."


def _begins(error: IntegrityError, marks: tuple[str, ...]) -> bool:
    """Look at the state that PostgreSQL gives, or at the words of SQLite."""
    return str(getattr(error.orig, "sqlstate", None) or error.orig).startswith(marks)


def is_repeat(error: IntegrityError) -> bool:
    """Tell whether a row has what another one has already, and only one may."""
    return not _begins(error, (*RULE_MARKS, *REFERENCE_MARKS))


def refusal(
    error: IntegrityError,
    taken: Sequence[str] = (),
    told: str = MISSING,
    keys: Mapping[str, str] | None = None,
) -> AppError:
    """Return the error that tells why a row was refused.

    What is ``taken`` another row has, and only one may.
    ``told`` is what is wrong with a reference where no field is.
    ``keys`` are what the client calls attributes.
    """
    if _begins(error, RULE_MARKS):
        return InvalidError("The values break a rule of the table.")
    if _begins(error, REFERENCE_MARKS):
        return ConflictError(told)
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


@contextmanager
def telling_refusals() -> Iterator[None]:
    """Tell what the database refuses of rows of any kind, without the names of fields."""
    try:
        yield
    except IntegrityError as error:
        raise refusal(error, told=EITHER) from error
