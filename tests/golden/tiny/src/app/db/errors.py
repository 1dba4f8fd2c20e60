"""What does the database's refusal mean? Its words differ; a client sees one of two errors."""

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


def _begins(error: IntegrityError, marks: tuple[str, ...]) -> bool:
    return str(error.orig).startswith(marks)


def refusal(
    error: IntegrityError,
    told: str = MISSING,
) -> AppError:
    """Return the error that tells why a row was refused.

    ``told`` is what is wrong with a reference where no field is.
    """
    if _begins(error, RULE_MARKS):
        return InvalidError("The values break a rule of the table.")
    if _begins(error, REFERENCE_MARKS):
        return ConflictError(told)
    return ConflictError("A row with these values exists already.")
