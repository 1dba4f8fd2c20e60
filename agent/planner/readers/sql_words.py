"""Which known word did somebody mean who wrote another?"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def near_miss(name: str, known: Iterable[str]) -> str | None:
    """Give the known word that a word differs from by a slip of the fingers."""
    words = sorted(known)
    if close := difflib.get_close_matches(name, words, n=1, cutoff=0.8):
        return close[0]
    letters = sorted(name)
    return next((word for word in words if word[0] == name[0] and sorted(word) == letters), None)
