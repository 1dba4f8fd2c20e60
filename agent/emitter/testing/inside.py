"""Which rows does a valid body name? They have to be there first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.emitter.layout import quote
from agent.emitter.naming_rows import identifying
from agent.emitter.testing.naming import made
from agent.emitter.testing.wire import in_body, keywords

if TYPE_CHECKING:
    from collections.abc import Collection

    from agent.emitter.testing.subject import Subject


@dataclass(slots=True)
class NamedRows:
    """The lines that make rows, and the (wire name, code) by which a body names them."""

    lines: list[str] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)


def named_rows(test: Subject, taken: Collection[str] = ()) -> NamedRows:
    """Return what a valid body has to name: each row by what says which is meant."""
    found = NamedRows()
    if test.operation.input is None or test.operation.entity not in test.facts.entities:
        return found
    for given in test.facts.schemas[test.operation.input.schema_name].fields:
        if not given.refers or not given.relation or not given.required:
            continue
        name, is_one = test.facts.step(test.entity.name, given.relation)
        target = test.facts.entities[name]
        schema = test.facts.schemas[given.schema_name or ""]
        keys = identifying(target, schema)
        if keys is None or not is_one:
            continue
        variable = test.variable(f"named_{given.relation}", taken)
        found.lines.append(made(name, "", variable))
        wires = {f.attribute: f.name for f in schema.fields}
        pairs = [
            (wires[key], in_body(f"{variable}.{key}", test.facts.attribute(name, key), test.facts))
            for key in keys
        ]
        if schema.name in test.payloads:
            code = f"{test.payloads[schema.name]}({keywords(pairs)})"
        else:
            code = "{" + ", ".join(f"{quote(wire)}: {value}" for wire, value in pairs) + "}"
        found.pairs.append((given.name, code))
    return found
