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


@dataclass(frozen=True, slots=True)
class Way:
    """A path, taken apart.

    ``above`` are the collections and the parameters of the rows above; ``collection`` is the path
    without the last parameter, ``slot`` that parameter, where the path ends with one.
    """

    path: str
    noun: str
    collection: str
    slot: str | None
    above: tuple[tuple[str, str], ...]
    is_plain: bool


def way(path: str, method: str = "") -> Way:
    """Take a path apart; it is plain where each parameter follows a name and is a whole part.

    At the root (``/{code}``) a row needs no name before it: that of its schema says what it is.
    What only says the method again is passed over: ``DELETE /posts/delete/{id}``.
    """
    parts = list(_parts(path))
    verbs = _VERBS.get(method, set())
    parts = [part for i, part in enumerate(parts) if i == 0 or folded(part) not in verbs]
    slots = [match[1] if (match := _SLOT.match(part)) else None for part in parts]
    is_plain = all(
        slot is not None or "{" not in part for part, slot in zip(parts, slots, strict=True)
    )
    above: list[tuple[str, str]] = []
    for i, slot in enumerate(slots[:-1]):
        if slot is None:
            continue
        is_plain = is_plain and i > 0 and slots[i - 1] is None
        above.append(("/" + "/".join(parts[:i]), slot))
    last = slots[-1] if slots else None
    if last is not None and len(parts) > 1 and slots[-2] is not None:
        is_plain = False
    static = [part for part, slot in zip(parts, slots, strict=True) if slot is None]
    noun = static[-1] if static else ""
    collection = "/" + "/".join(parts[:-1] if last is not None else parts)
    return Way(path, noun, collection, last, tuple(above), is_plain)


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
