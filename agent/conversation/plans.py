"""How do two plans differ, and where does one come from that stands in a folder already?"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from pydantic import ValidationError

from agent.applying import applied_in
from agent.errors import AgentError
from agent.planner.resolve import resolve
from agent.planner.spec_writer import write
from agent.types import CrudAction

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from agent.types import BackendSpec, Entity


def difference(before: BackendSpec, after: BackendSpec) -> tuple[str, ...]:
    """Return the lines in which two plans differ, as unified diffs have them, below their blocks.

    A line that begins with ``@`` names the block (``entity Book``) that those after it are in.
    """
    old, new = _blocks(before), _blocks(after)
    lines: list[str] = []
    for name in dict.fromkeys([*new, *old]):
        was, now = old.get(name, []), new.get(name, [])
        if was == now:
            continue
        found = list(difflib.ndiff(was, now))
        changed = [line for line in found if line[0] in "+-"]
        heads = name not in old or name not in new
        lines += changed if heads else [f"@ {name}", *changed]
    return tuple(f"{line[0]} {line[2:]}".rstrip() for line in lines)


def _blocks(spec: BackendSpec) -> dict[str, list[str]]:
    """Return the lines of a plan by the header that they stand under; settings under themselves."""
    found: dict[str, list[str]] = {}
    for block in write(spec).rstrip("\n").split("\n\n"):
        lines = block.split("\n")
        words = lines[0].split()
        if words[0] in {"entity", "operation"}:
            found[" ".join(words[:2])] = lines
        else:  # enums, schemas and settings: each line for itself
            found[words[0] if words[0] in {"enum", "schema"} else "the project"] = lines
    return found


def standing_in(folder: Path, given: Iterable[BackendSpec] = ()) -> BackendSpec | None:
    """Return the plan that the project in a folder was made from, as it may have been given.

    None where there is none. It is one of ``given``, where it comes of one of those. Else
    operations and schemas that follow from the rest are left out, so that what is added later gets
    its own.
    """
    try:
        applied = applied_in(folder)
    except (AgentError, ValidationError):
        return None
    if applied is None:
        return None
    known = (each for each in given if _comes_of(each, applied.spec))
    return next(known, None) or sparse(applied.spec)


def _comes_of(given: BackendSpec, resolved: BackendSpec) -> bool:
    try:
        return resolve(given).spec == resolved
    except AgentError:
        return False


def sparse(resolved: BackendSpec) -> BackendSpec:
    """Leave out of a resolved spec what resolving gives back: its usual operations and schemas."""
    for usual in (_all_usual, _those_there):
        entities = tuple(
            each.model_copy(update={"crud": usual(each, resolved)}) for each in resolved.entities
        )
        bare = resolved.model_copy(update={"schemas": (), "operations": (), "entities": entities})
        if _comes_of(bare, resolved):
            return bare
    return resolved


def _all_usual(_entity: Entity, _spec: BackendSpec) -> None:
    return None


def _those_there(entity: Entity, spec: BackendSpec) -> tuple[CrudAction, ...] | None:
    kinds = {each.kind.value for each in spec.operations if each.entity == entity.name}
    found = tuple(action for action in CrudAction if action.value in kinds)
    return None if len(found) == len(CrudAction) else found
