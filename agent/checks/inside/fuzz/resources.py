"""What belongs to what? Tells resources, their keys, and what refers to them, by their names.

A contract says nowhere that ``customer_id`` is the ``id`` of a customer: people read it so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agent.checks.inside.fuzz.contract import Contract, Operation, Schema
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
    """A collection that rows are posted to, and the path at which one of them lies."""

    create: Operation
    item: str
    own: tuple[str, ...]
    singular: str
    rows: list[Row] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        """How others may call its keys."""
        asked = set(map(words, self.own))
        return asked | {
            f"{self.singular}_{each.removeprefix(f'{self.singular}_')}" for each in asked
        }

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
        yield Resource(create, operation.path, own, singular(name))


def guesses(resource: Resource, told: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Say which value of an answer may stand for which parameter, the likeliest first."""
    if resource.keys and set(resource.keys.values()) <= set(told):
        yield resource.keys
    ranked = []
    for name in resource.own:
        short = words(name).removeprefix(f"{resource.singular}_")

        def rank(key: str, short: str = short, name: str = name) -> tuple[bool, ...]:
            last = words(key.rpartition(".")[2])
            usual = last in USUAL
            return (last != words(name), last != short, not usual, "." in key)

        ranked.append(sorted(told, key=rank))
    for keys in product(*(each[:MOST_GUESSES] for each in ranked)):
        yield dict(zip(resource.own, keys, strict=True))


def candidates(
    resources: Iterable[Resource], name: str, schema: Schema, made: Resource | None
) -> list[tuple[Resource, str]]:
    """Say what a field may refer to, the likeliest first; not the own key of what is made."""
    asked = words(name)
    own = made is not None and asked in made.names
    found = []
    for at, resource in enumerate(resources):
        if not resource.rows:
            continue
        for key in resource.own:
            short = words(key).removeprefix(f"{resource.singular}_")
            if asked in resource.names and asked.endswith(short) and asked not in USUAL:
                if resource is made:
                    continue
                score = 0
            elif asked.endswith(f"_{short}") and not own:
                score = 1 if resource.singular in asked else 2
            else:
                continue
            if _fits(resource.rows[0].path[key], schema):
                found.append((score, at, resource, key))
    return [(resource, key) for _, _, resource, key in sorted(found, key=lambda f: f[:2])]


def _fits(value: Any, schema: Schema) -> bool:  # noqa: ANN401 - any JSON
    kind = schema.get("type")
    return kind is None or kind == ("integer" if isinstance(value, int) else "string")


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
