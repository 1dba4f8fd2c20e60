"""What does the database's refusal mean? Its words differ; a client sees one of two errors."""

from sqlalchemy.exc import IntegrityError

from app.core.exceptions import AppError, ConflictError, InvalidError

RULE_MARKS = (
    "violates check",
    "violates not-null",
    "CHECK constraint failed",
    "NOT NULL constraint failed",
)
REFERENCE_MARKS = (
    "violates foreign key",
    "FOREIGN KEY constraint failed",
)


def refusal(error: IntegrityError) -> AppError:
    """Return the error that tells a client why a row was refused."""
    text = str(error.orig)
    if any(mark in text for mark in RULE_MARKS):
        return InvalidError("The values break a rule of the table.")
    if any(mark in text for mark in REFERENCE_MARKS):
        return ConflictError("A row that this one refers to is missing, or others refer to it.")
    return ConflictError("A row with these values exists already.")
