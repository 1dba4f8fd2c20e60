"""What was written for a project before, and fits its plan still? It stays, and nobody is asked.

Read from what the last run wrote into the folder. What people made of it since is merged like any
other file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.documents import Warn
from agent.writing.guard import judge
from agent.writing.reading import functions, not_built
from agent.writing.slots import slots
from agent.writing.written import AcceptanceTest, Written, customs

if TYPE_CHECKING:
    from agent.emitter.applied import Applied
    from agent.types import BackendSpec
    from agent.writing.slots import Slot


def kept(spec: BackendSpec, applied: Applied | None) -> tuple[dict[str, Written], tuple[Warn, ...]]:
    """Return what is kept, by operation, and what is to be said of what is not.

    Kept is what was written for the same rule and signature, and may still be written: its names
    may be gone from the plan.

    Args:
        spec: The resolved plan of now.
        applied: What was applied last, if anything.

    """
    if applied is None or not customs(spec) or not customs(applied.spec):
        return {}, ()
    before = {slot.operation: slot for slot in slots(applied.spec)}
    found: dict[str, Written] = {}
    warnings = []
    for slot in slots(spec):
        was = before.get(slot.operation)
        written = _written(slot, applied) if was is not None else None
        if was is None or written is None:
            continue
        why = _unfit(slot, was, written)
        if why is None:
            found[slot.operation] = written
        else:
            message = f"{slot.operation}: what was written for it is not kept, as {why}"
            warnings.append(Warn(code="operation-not-kept", message=message))
    return found, tuple(warnings)


def _written(slot: Slot, applied: Applied) -> Written | None:
    """Return what was written for a slot, or None where nothing was."""
    module = applied.written.get(slot.path, "")
    bodies = [each.text for each in functions(module) if each.name == slot.operation]
    body = None if slot.operation in not_built(module) else next(iter(bodies), None)
    tests = tuple(
        AcceptanceTest(each.name.removeprefix("test_"), each.text)
        for each in functions(applied.written.get(slot.tests_path, ""))
        if each.name != f"test_{slot.operation}"  # this one is the templates'
    )
    return Written(slot.operation, tests, body) if body is not None or tests else None


def _unfit(slot: Slot, was: Slot, written: Written) -> str | None:
    if slot.rule != was.rule:
        return "its rule is another one"
    if slot.signature != was.signature:
        return "its arguments or its answer are others"
    objections = judge(slot, written)
    return str(objections[0]) if objections else None
