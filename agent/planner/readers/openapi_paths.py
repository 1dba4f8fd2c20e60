"""What does a path name? A collection or one of its rows, below rows of others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.planner import names

if TYPE_CHECKING:
    from collections.abc import Iterator

_SLOT = re.compile(r"^\{([^{}]+)\}$")
_IN_BRACKETS = re.compile(r"^([^(){}]+)\('?(\{[^{}]+\})'?\)$")
_VERBS = {
    "get": {"all", "fetch", "find", "findall", "get", "getall", "list", "show", "view"},
    "post": {"add", "create", "insert", "new", "save"},
    "put": {"change", "edit", "modify", "save", "update"},
    "patch": {"change", "edit", "modify", "save", "update"},
    "delete": {"delete", "destroy", "remove"},
}
"""Parts of a path that say once more what its method says."""


Run = tuple[str, tuple[str, ...]]
"""A collection, and the parameters behind its name that say which of its rows is meant."""


@dataclass(frozen=True, slots=True)
class Way:
    """A path, taken apart.

    ``above`` are the collections and the parameters of the rows above; ``collection`` is the path
    without the last parameters, ``slots`` these, where the path ends with any.
    """

    path: str
    noun: str
    collection: str
    slots: tuple[str, ...]
    above: tuple[Run, ...]
    is_plain: bool

    @property
    def runs(self) -> tuple[Run, ...]:
        """Return every collection that the path names a row of."""
        return (*self.above, *([(self.collection, self.slots)] if self.slots else []))


def way(path: str, method: str = "") -> Way:
    """Take a path apart; it is plain where parameters follow a name and are whole parts.

    At the root (``/{code}``) a row needs no name before it: that of its schema says what it is.
    What only says the method again is passed over: ``DELETE /posts/delete/{id}``.
    """
    parts = list(_parts(path))
    verbs = _VERBS.get(method, set())
    parts = [part for i, part in enumerate(parts) if i == 0 or folded(part) not in verbs]
    runs: list[Run] = []
    static: list[str] = []
    is_plain = True
    for i, part in enumerate(parts):
        match = _SLOT.match(part)
        if match is None:
            static.append(part)
            is_plain = is_plain and "{" not in part
        elif i > 0 and _SLOT.match(parts[i - 1]):
            runs[-1] = (runs[-1][0], (*runs[-1][1], match[1]))
        else:
            runs.append(("/" + "/".join(parts[:i]), (match[1],)))
            is_plain = is_plain and (i > 0 or len(parts) == 1)
    is_item = bool(parts) and _SLOT.match(parts[-1]) is not None
    collection, slots = runs.pop() if is_item else ("/" + "/".join(parts), ())
    noun = static[-1] if static else ""
    return Way(path, noun, collection, slots, tuple(runs), is_plain)


def _parts(path: str) -> Iterator[str]:
    """Yield what a path consists of, however the key of a row is written into it.

    ``/accounts/{id}.json`` and OData's ``/Products({id})`` are a collection and a row in it, too.
    """
    for part in path.split("/"):
        bare = part.removesuffix(".json")
        in_brackets = _IN_BRACKETS.match(bare)
        yield from in_brackets.groups() if in_brackets else filter(None, [bare])


def folded(name: str) -> str:
    """Return a name as it is compared: without case and marks."""
    return "".join(names.ascii_words(name))


def one_of(noun: str) -> str:
    """Return what one of a collection is called, folded."""
    words = names.ascii_words(noun)
    if not words:
        return ""
    return "".join([*words[:-1], names.singular(words[-1])])
