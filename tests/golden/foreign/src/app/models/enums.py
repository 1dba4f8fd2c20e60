"""Closed lists of values."""

from enum import StrEnum


class ProductState(StrEnum):
    """One of draft, live, retired."""

    DRAFT = "draft"
    LIVE = "live"
    RETIRED = "retired"
