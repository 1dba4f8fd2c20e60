"""What does the database's refusal mean? Its words differ; a client sees one of two errors."""

from collections.abc import Sequence

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


def _begins(error: IntegrityError, marks: tuple[str, ...]) -> bool:
    """Look at the state that PostgreSQL gives, or at the words of SQLite."""
    return str(getattr(error.orig, "sqlstate", None) or error.orig).startswith(marks)


def breaks_reference(error: IntegrityError) -> bool:
    """Tell whether a row refers to one that is missing, or is referred to by others."""
    return _begins(error, REFERENCE_MARKS)


def is_repeat(error: IntegrityError) -> bool:
    """Tell whether a row has what another one has already, and only one may."""
    return not _begins(error, (*RULE_MARKS, *REFERENCE_MARKS))


def refusal(
    error: IntegrityError, absent: Sequence[str] = (), taken: Sequence[str] = ()
) -> AppError:
    """Return the error that tells why a row was refused.

    ``absent`` fields refer to no row; what is ``taken`` another row has, and only one may.
    """
    if _begins(error, RULE_MARKS):
        return InvalidError("The values break a rule of the table.")
    if breaks_reference(error):
        missing = [{"field": field, "message": "There is no such row."} for field in absent]
        told = "A row that this one refers to is missing, or others refer to it."
        return ConflictError(missing or told)
    words = " and ".join(name.strip("_").replace("_", " ") for name in taken)
    what = f"this {words}" if words else "these values"
    return ConflictError(f"A row with {what} exists already.")
