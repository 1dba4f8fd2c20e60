"""Which objects are only parts of others? Those that stand in the allOf of declared objects alone.

A property with ``allOf: [{$ref: ...}]`` refers to a row, and only says more of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.planner.readers.json_schema_document import Document

CONTAINERS = ("definitions", "$defs")


def bases(document: Document) -> frozenset[str]:
    """Return the pointers of objects to which nothing refers but objects that are made of them."""
    only_parts: dict[str, bool] = {}
    # what is to be looked at, whether it is declared by itself, and whether it is a part of such
    waiting: list[tuple[Any, bool, bool]] = [(document.data, _says_more(document.data), False)]
    seen: set[tuple[int, bool, bool]] = set()  # an alias is what it stands for
    while waiting:
        here, declared, is_part = waiting.pop()
        if not isinstance(here, dict | list) or (id(here), declared, is_part) in seen:
            continue
        seen.add((id(here), declared, is_part))
        if isinstance(here, list):
            waiting += [(each, False, False) for each in here]
            continue
        reference = here.get("$ref")
        if isinstance(reference, str) and (target := document.find(reference)) is not None:
            only_parts[target] = only_parts.get(target, True) and is_part
        for word, inner in here.items():
            if word == "allOf" and isinstance(inner, list):
                waiting += [(each, declared, declared) for each in inner]
            elif word in CONTAINERS and isinstance(inner, dict):
                waiting += [(each, True, False) for each in inner.values()]
            else:
                waiting.append((inner, False, False))
    return frozenset(target for target, is_base in only_parts.items() if is_base and target)


def _says_more(root: dict[str, Any]) -> bool:
    """Tell whether what stands at the top is an object itself, and not only leads to one."""
    parts = root.get("allOf")
    return "properties" in root or (isinstance(parts, list) and len(parts) > 1)
