"""Which names does a piece of Python use? Read by its shape: the emitter wrote it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

# A string; or a name that is no attribute, with what tells a call and a keyword argument.
_TOKEN = re.compile(
    r"""(f?)("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<![.\w])([A-Za-z_]\w*)(\(|=(?!=))?"""
)
_SHOWN = re.compile(r"\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Names:
    """The names that code reads (or assigns to), and those that it calls."""

    read: frozenset[str]
    called: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """Return both."""
        return self.read | self.called


@lru_cache(maxsize=4096)
def names_in(text: str) -> Names:
    """Return the names that code uses: not in its strings, but in what f-strings show."""
    read: set[str] = set()
    called: set[str] = set()
    for is_f, string, name, mark in _TOKEN.findall(text):
        if name:
            if mark == "(":
                called.add(name)
            elif not mark:
                read.add(name)
        elif is_f:
            inner = names_in(" ".join(_SHOWN.findall(string)))
            read |= inner.read
            called |= inner.called
    return Names(frozenset(read), frozenset(called))
