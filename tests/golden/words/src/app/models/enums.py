"""Closed lists of values."""

from enum import StrEnum


class Status(StrEnum):
    """One of in progress, done, 2nd try, class, name."""

    IN_PROGRESS = "in progress"
    DONE = "done"
    VALUE_2ND_TRY = "2nd try"
    CLASS = "class"
    NAME_ = "name"
