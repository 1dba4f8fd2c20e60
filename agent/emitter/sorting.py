"""By what can a list be sorted, and how does a client ask for it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner import names

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.types import Operation


def sort_name(facts: Facts, operation: Operation, name: str) -> str:
    """Return what a client calls an attribute to sort by: what it is called in the list's rows."""
    output = operation.output
    fields = facts.schemas[output.schema_name].fields if output else ()
    shown = next((field.name for field in fields if field.attribute == name), None)
    if shown is not None:
        return shown
    return names.unique(facts.wire(name.removesuffix("_")), {field.name for field in fields})


def default_sort(operation: Operation) -> str:
    """Return the attribute that a list is sorted by when nothing is asked."""
    allowed = operation.sort or ()
    return "created_at" if "created_at" in allowed else allowed[0]


def default_order(operation: Operation) -> str:
    """Return the order of a list when nothing is asked: the latest rows come first."""
    return "desc" if default_sort(operation) == "created_at" else "asc"


def sort_query(facts: Facts, operation: Operation, name: str, order: str) -> str:
    """Return how a query asks for rows sorted by an attribute."""
    paging, wire = facts.spec.api.paging, sort_name(facts, operation, name)
    if paging.order_parameter is None:
        return f"{paging.sort_parameter}={'-' if order == 'desc' else ''}{wire}"
    return f"{paging.sort_parameter}={wire}&{paging.order_parameter}={order}"
