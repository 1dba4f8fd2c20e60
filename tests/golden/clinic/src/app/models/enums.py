"""Closed lists of values."""

from enum import StrEnum


class VisitState(StrEnum):
    """One of booked, checked-in, done, dropped."""

    BOOKED = "booked"
    CHECKED_IN = "checked-in"
    DONE = "done"
    DROPPED = "dropped"
