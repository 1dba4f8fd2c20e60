"""How does a spec look to a person? A table for each entity, operations, and what is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.spec_entity_writer import entity as entity_lines
from agent.planner.spec_words import called, listed
from agent.transports.cli_summary import Section
from agent.types import OperationKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agent.types import BackendSpec, Entity, Operation

_TITLES = {
    "Assumption": "Assumptions",
    "Open question": "Open questions",
    "Warning": "Warnings",
}


def sections(name: str, spec: BackendSpec, notes: Iterable[tuple[str, str]]) -> Iterator[Section]:
    """Yield what was understood of the input ``name``, and the notes on it, by their kinds."""
    auth = "no authentication" if spec.auth.method == "none" else spec.auth.method.value
    head = f"{spec.database.value}, {auth}, Python {spec.python}"
    yield Section(f"{one_line(name)}: {one_line(spec.name)} {spec.version}", [(head,)])
    enums = frozenset(enum.name for enum in spec.enums)
    for entity in spec.entities:
        title, rows = _entity(_without_the_plain(entity, spec), enums)
        yield Section(one_line(title), _cells(rows))
    if spec.enums:
        rows = [(enum.name, ", ".join(map(called, enum.values))) for enum in spec.enums]
        yield Section("Values", _cells(rows))
    if spec.operations:
        columns = ("operation", "", "", "answers", "who may")
        yield Section("Operations", _cells(map(_operation, spec.operations)), columns)
    told: dict[str, list[tuple[str, ...]]] = {}
    for kind, text in notes:
        told.setdefault(kind, []).append((one_line(text),))
    for kind, title in _TITLES.items():
        if kind in told:
            yield Section(title, told[kind])


def one_line(text: str) -> str:
    """Return a text as one line that a terminal shows, and obeys nothing of."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _cells(rows: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return [tuple(map(one_line, row)) for row in rows]


def _without_the_plain(entity: Entity, spec: BackendSpec) -> Entity:
    """Leave out what says nothing to a reader of the table."""
    has_operations = any(operation.entity == entity.name for operation in spec.operations)
    attributes = tuple(
        each.model_copy(update={"column": None}) if each.column == each.name else each
        for each in entity.attributes
    )
    crud = None if has_operations and not entity.crud else entity.crud
    return entity.model_copy(update={"attributes": attributes, "crud": crud})


def _entity(entity: Entity, enums: frozenset[str]) -> tuple[str, list[tuple[str, ...]]]:
    """Return an entity's header, and its lines: a name and what it is, or a rule."""
    title, *lines = entity_lines(entity, enums)
    members = entity.member_names
    rows: list[tuple[str, ...]] = [
        (member, line.removeprefix(called(member)).lstrip(": "))
        for member, line in zip(members, lines, strict=False)
    ]
    rows += [("", line) for line in lines[len(members) :]]
    return title.removeprefix("entity "), rows


def _operation(operation: Operation) -> tuple[str, ...]:
    output = operation.output
    many = operation.kind is OperationKind.LIST or (output is not None and output.array)
    answers = "-" if output is None else output.schema_name + ("[]" if many else "")
    may = "-" if operation.permission is None else listed(operation.permission, "nobody")
    return operation.name, operation.method.value, operation.path, answers, may
