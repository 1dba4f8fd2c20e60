"""What does an application's OpenAPI document call its schemas? No two of them the same.

They are called as their classes are; ``component`` says another name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from agent.planner.envelope_names import list_class, wrapper_class
from agent.types import OperationKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.planner.notes import Notes
    from agent.types import BackendSpec, Operation

OWN_COMPONENTS = {
    "ErrorResponse": "what errors look like",
    "FieldError": "a part of errors",
    "HTTPValidationError": "a schema of FastAPI",
    "Health": "the answer of the probes",
    "JsonValue": "any value of JSON",
    "ValidationError": "a schema of FastAPI",
}
"""Schemas that every application's document may have by itself, and what they are."""
_ERRORS = "/api/errorEnvelope"


class Clash(NamedTuple):
    """A name that is given to what stands at ``pointer``, and what is called so already."""

    pointer: str
    name: str
    already: str


def check_components(spec: BackendSpec, notes: Notes) -> None:
    """Find schemas of a resolved spec that the document would call as it calls others."""
    for at, name, already in _clashes(spec):
        told = f"'{name}' is {already} already."
        notes.fault(f"{at}/component", told, "a component for each schema")


def without_clashes(spec: BackendSpec) -> tuple[BackendSpec, list[Clash]]:
    """Return a spec whose schemas are called as their classes, where their names are taken."""
    dropped: list[Clash] = []
    while found := {clash.pointer: clash for clash in _clashes(spec)}:
        dropped += found.values()
        schemas = tuple(
            schema.model_copy(update={"component": None}) if _at(i) in found else schema
            for i, schema in enumerate(spec.schemas)
        )
        update: dict[str, object] = {"schemas": schemas}
        if _ERRORS in found:
            plain = spec.api.error_envelope.model_copy(update={"component": None})
            update["api"] = spec.api.model_copy(update={"error_envelope": plain})
        spec = spec.model_copy(update=update)
    return spec, dropped


def _at(index: int) -> str:
    return f"/schemas/{index}"


def _clashes(spec: BackendSpec) -> Iterator[Clash]:
    error = spec.api.error_envelope.component
    given = [(_ERRORS, error, OWN_COMPONENTS["ErrorResponse"])] if error else []
    given += [
        (_at(i), s.component, f"'{s.name}'") for i, s in enumerate(spec.schemas) if s.component
    ]
    known = dict(_classes(spec)) if given else {}
    for at, name, what in given:
        if name in known:
            yield Clash(at, name, known[name])
        else:
            known[name] = what


def _classes(spec: BackendSpec) -> Iterator[tuple[str, str]]:
    """Return what is called as its class is, and what it is."""
    for name, what in OWN_COMPONENTS.items():
        if name != "ErrorResponse" or spec.api.error_envelope.component is None:
            yield name, what
    shown = {o.output.schema_name for o in spec.operations if o.output}
    sent = {o.input.schema_name for o in spec.operations if o.input}
    for operation in spec.operations:
        yield from _around(operation)
    for enum in spec.enums:
        yield enum.name, f"the enum '{enum.name}'"
    for schema in spec.schemas:
        if schema.name in shown & sent:
            yield f"{schema.name}Input", f"what is sent of '{schema.name}'"
        if not schema.component:
            yield schema.name, f"'{schema.name}'"


def _around(operation: Operation) -> Iterator[tuple[str, str]]:
    """Return the classes that an operation has besides those of schemas."""
    what = f"a body of '{operation.name}'"
    kind, given, shown = operation.kind, operation.input, operation.output
    if kind is OperationKind.LOGIN and given is None:
        yield "LoginRequest", what
    if kind is OperationKind.REFRESH and given is None:
        yield "RefreshRequest", what
    if kind in {OperationKind.LOGIN, OperationKind.REFRESH} and shown is None:
        yield "TokenPair", what
    if shown is not None and kind is OperationKind.LIST:
        yield list_class(operation), what
    elif shown is not None and (shown.wrapper or shown.array):
        yield wrapper_class(operation, "out"), what
    if given is not None and given.wrapper:
        yield wrapper_class(operation, "in"), what
