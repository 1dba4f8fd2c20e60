"""How much SQL is read? Bounds that no schema of people reaches, each refused at its place.

Without them a text of a few megabytes can say more than any memory holds: tables that inherit from
one another, domains over domains. What is only passed over (the rows of a dump) counts little.
"""

from __future__ import annotations

import re
from collections import Counter

from agent.errors import SourceError
from agent.planner.readers.written import Written

STATEMENTS = "statements"
READ = "statements that create, alter, rename, drop or comment on something"
TABLES = "tables"
TYPES = "types"
PARTS = "columns, rules and changes of tables"
RENAMED = "tables and columns renamed"
CHECKED = "characters of checks"
MOST = {
    STATEMENTS: 500_000,
    READ: 50_000,
    TABLES: 5_000,
    TYPES: 1_000,
    PARTS: 60_000,
    RENAMED: 500,
    CHECKED: 1_000_000,
}
"""How many of what are read of one text.

Tables that are dropped again count, and what a table takes from another one or from a domain.
"""
MOST_OF_TABLE = 2_000
"""Columns, keys, indexes, checks and changes of one table."""
MOST_VALUES = 1_000
"""Values of one enum that the script makes; a plan holds no more."""
MOST_TOKENS = 200_000
"""Words, names, values and marks of one statement that is read."""
MOST_NESTED = 10
"""Blocks of DO inside one another."""
MOST_CHECKS = 10_000
"""Checks whose meaning is looked for; the others are left out with a warning, as the long ones."""
MOST_OF_CHECKS = 300_000
"""Characters of all these together."""
LONGEST_CHECK = 60_000
"""Characters of one check whose meaning is looked for."""
LARGE, MOST_DIALECTS = 2_000_000, 2
"""Characters of a text for which not all dialects are tried, but so many of the likeliest."""
MOST_FAULTS = 100
"""Faults that are told one by one."""
MOST_WARNINGS = 10_000
"""Warnings that are told one by one."""

TOO_MUCH = "sql-too-much"
"""The code of a fault that ends the reading."""


_TABLE = re.compile(
    r"^[ \t]*CREATE[ \t]+(?:\w+[ \t]+){0,3}?TABLE[ \t]+(?:IF[ \t]+NOT[ \t]+EXISTS[ \t]+)?"
    r"([^\s(;]{1,300})",
    re.IGNORECASE | re.MULTILINE,
)


def count_tables(text: str) -> None:
    """Count the tables by their names before anything is read: statements take far longer.

    Raises:
        SourceError: lines begin to make more tables than are read.

    """
    names: set[str] = set()
    for made in _TABLE.finditer(text):
        names.add(made[1].lower())
        if len(names) > MOST[TABLES]:
            raise too_much(Written(text), TABLES, MOST[TABLES], made.start(1))


class Amounts:
    """How much of a text was read so far."""

    def __init__(self, script: Written) -> None:
        """Start with nothing."""
        self._script = script
        self._counts: Counter[str] = Counter()

    def add(self, kind: str, offset: int, number: int = 1) -> None:
        """Count some more of a kind.

        Raises:
            SourceError: that is more than is read.

        """
        self._counts[kind] += number
        if self._counts[kind] > MOST[kind]:
            raise too_much(self._script, kind, MOST[kind], offset)


def too_much(script: Written, what: str, most: int, offset: int) -> SourceError:
    """Make the error that says where a text begins to have more of something than is read."""
    message = f"there are more than {most} {what}"
    return SourceError([script.fault(TOO_MUCH, message, offset, f"at most {most}")])
