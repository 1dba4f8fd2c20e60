"""Which rows can nobody make? Those of a contract that only reads, changes or deletes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.some import some
from agent.types import OperationKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.planner.readers.openapi_document import Document
    from agent.types import BackendSpec, Schema


def ask_who_makes_rows(document: Document, spec: BackendSpec) -> None:
    """Ask where rows come from that no operation of the document makes."""
    made = {*_made(spec)}
    unmade = [entity.name for entity in spec.entities if entity.name not in made]
    if unmade:
        text = (
            f"No operation of the document makes rows of {some(unmade)}: where do they come from?"
        )
        document.ask(unmade[0], text)


def _made(spec: BackendSpec) -> Iterator[str | None]:
    """Yield the entities of which operations make rows, also inside of the rows of others."""
    schemas = {schema.name: schema for schema in spec.schemas}
    keys = {entity.name: {*entity.primary_key} for entity in spec.entities}
    for operation in spec.operations:
        if operation.kind in {OperationKind.CREATE, OperationKind.REGISTER}:
            yield operation.entity
        if operation.input is not None and operation.kind is not OperationKind.CUSTOM:
            yield from _inside(schemas, keys, schemas[operation.input.schema_name], set())


def _inside(
    schemas: dict[str, Schema], keys: dict[str, set[str]], schema: Schema, seen: set[str]
) -> Iterator[str]:
    """Yield the entities whose rows are made as parts of a body, and not only named by a key."""
    seen.add(schema.name)
    for field in schema.fields:
        inner = schemas.get(field.schema_name or "")
        if field.relation is None or inner is None or inner.entity is None or inner.name in seen:
            continue
        if not field.refers or not any(f.attribute in keys[inner.entity] for f in inner.fields):
            yield inner.entity
        yield from _inside(schemas, keys, inner, seen)
