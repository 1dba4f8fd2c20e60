"""Which resources are there, and what are they called? Told by the paths of a contract."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.checks.inside.fuzz.contract import Contract, Operation
    from agent.checks.inside.fuzz.session import User

PARAMETER = re.compile(r"\{([^}]+)\}")
LAST_PARAMETERS = re.compile(r"(/\{[^}]+\})+$")
USUAL = ("id", "slug", "code", "key", "name", "number")
MOST_GUESSES = 12
DEEPEST = 2


@dataclass(slots=True, eq=False)
class Row:
    """A row that was made: who made it with which body, and what its path is filled with."""

    owner: User | None
    body: Any
    said: dict[str, Any]
    path: dict[str, Any]
    person: bool = False


@dataclass(slots=True, eq=False)
class Resource:
    """A collection that rows are posted to, and the path at which one of them lies.

    ``names`` is how others may call its keys; ``makers`` could make a row, whoever made the latest
    first (None: somebody who did not sign in); where it is ``barren``, nobody could. One whose rows
    are ``single`` takes no two with the same parents.
    """

    create: Operation
    item: str
    own: tuple[str, ...]
    singular: str
    names: frozenset[str]
    rows: list[Row] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    makers: list[User | None] = field(default_factory=list)
    barren: bool = False
    single: bool = False

    def named(self, keys: dict[str, str]) -> bool:
        """Tell whether values for the path were found under its parameters' very names."""
        shorts = {name: words(name).removeprefix(f"{self.singular}_") for name in keys}
        lasts = {name: words(key.rpartition(".")[2]) for name, key in keys.items()}
        return all(lasts[name] in {words(name), shorts[name]} for name in keys)


def found_in(contract: Contract) -> Iterator[Resource]:
    """Find the collections whose rows have a path of their own below."""
    seen = set()
    for operation in contract.operations:
        ending = LAST_PARAMETERS.search(operation.path)
        if ending is None or operation.path in seen:
            continue
        seen.add(operation.path)
        create = contract.at("POST", operation.path[: ending.start()])
        if create is None:
            continue
        own = tuple(PARAMETER.findall(ending.group()))
        name = words(create.path.rpartition("/")[2])
        one = singular(name)
        names = {f"{one}_{short_name(each, one)}" for each in own} | set(map(words, own))
        yield Resource(create, operation.path, own, one, frozenset(names))


def short_name(key: str, one: str) -> str:
    """Leave out of a key's name what it is the key of."""
    return words(key).removeprefix(f"{one}_")


def guesses(resource: Resource, told: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Say which value of an answer may stand for which parameter, the likeliest first."""
    if resource.keys and set(resource.keys.values()) <= set(told):
        yield resource.keys
    ranked = []
    for name in resource.own:
        short = short_name(name, resource.singular)

        def rank(key: str, short: str = short, name: str = name) -> tuple[bool, ...]:
            last = words(key.rpartition(".")[2])
            usual = last in USUAL
            return (last != words(name), last != short, not usual, "." in key)

        ranked.append(sorted(told, key=rank))
    for keys in product(*(each[:MOST_GUESSES] for each in ranked)):
        yield dict(zip(resource.own, keys, strict=True))


def flat(node: Any, prefix: str = "", depth: int = 0) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Give the plain values of an object by their dotted names."""
    found: dict[str, Any] = {}
    for key, value in node.items() if isinstance(node, dict) else ():
        if isinstance(value, dict) and depth < DEEPEST:
            found |= flat(value, f"{prefix}{key}.", depth + 1)
        elif isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            found[f"{prefix}{key}"] = value
    return found


@lru_cache(4096)
def words(name: str) -> str:
    """Spell a name in lower case with underscores."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").lower()


def singular(name: str) -> str:
    """Give the singular of an English plural, roughly."""
    irregular = {"people": "person", "children": "child", "news": "news"}
    if name in irregular:
        return irregular[name]
    for ending, one in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("s", "")):
        if name.endswith(ending) and not name.endswith("ss"):
            return name[: -len(ending)] + one
    return name
