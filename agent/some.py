"""How are many things named in one line? The first of them, and how many there are besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 20


def some(found: Sequence[str], most: int = MOST) -> str:
    """Return the first ``most`` of them, and how many more there are."""
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more
