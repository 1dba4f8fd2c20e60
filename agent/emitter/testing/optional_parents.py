"""Which rows stand above one in a path, where a row need not have them? Made first, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter import parents
from agent.emitter.testing.naming import made
from agent.types import RelationKind

if TYPE_CHECKING:
    from agent.emitter.testing.subject import Subject

Way = tuple[str, ...]


def ways(test: Subject) -> dict[Way, str]:
    """Return the relations that a path goes through, each with its entity, where one is optional.

    The parents of a row are then no more sure than those of any other row: a test makes them,
    where who acts need not be their owner.
    """
    found: dict[Way, str] = {}
    is_optional = False
    if test.operation.entity not in test.facts.entities:
        return {}
    for parameter in test.slots:
        if "." not in (parameter.binds or ""):
            continue
        entity = test.entity.name
        *steps, _ = (parameter.binds or "").split(".")
        for i, step in enumerate(steps):
            relation = test.facts.relation(entity, step)
            if relation is None or relation.kind is RelationKind.MANY_TO_MANY:
                return {}
            is_optional = is_optional or relation.nullable
            entity = relation.target
            found[tuple(steps[: i + 1])] = entity
    if not is_optional or parents.is_guarded(test.facts, test.operation):
        return {}
    return found


def variable(way: Way) -> str:
    """Return the variable of the row at the end of a way."""
    return "above_" + "_".join(step.rstrip("_") for step in way)


def lines(test: Subject) -> list[str]:
    """Return the lines that make the rows above, the highest first."""
    found = ways(test)
    made_rows = []
    for way in sorted(found, key=lambda way: (-len(way), way)):
        above = [w for w in found if len(w) == len(way) + 1 and w[:-1] == way]
        given = ", ".join(f"{w[-1]}={variable(w)}" for w in above)
        made_rows.append(made(found[way], given, variable(way)))
    return made_rows


def given(test: Subject) -> dict[str, str]:
    """Return the variables of the rows just above, by relation."""
    return {way[0]: variable(way) for way in ways(test) if len(way) == 1}


def value(test: Subject, binds: str) -> str | None:
    """Return the value that a path parameter is bound to, where a test makes what is above."""
    *steps, last = binds.split(".")
    way = tuple(steps)
    return f"{variable(way)}.{last}" if way and way in ways(test) else None
