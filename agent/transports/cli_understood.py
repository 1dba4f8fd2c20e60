"""How does a spec look to a person? A table for each entity, operations, and what is told of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.planner import names
from agent.planner.spec_entity_writer import entity as entity_lines
from agent.planner.spec_words import called, listed
from agent.planner.spec_writer import key_places
from agent.transports.cli_summary import Section
from agent.types import AccessRules, HttpMethod, OperationKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agent.types import BackendSpec, Entity, Operation

_USUAL = {
    OperationKind.LIST: HttpMethod.GET,
    OperationKind.CREATE: HttpMethod.POST,
    OperationKind.READ: HttpMethod.GET,
    OperationKind.REPLACE: HttpMethod.PUT,
    OperationKind.UPDATE: HttpMethod.PATCH,
    OperationKind.DELETE: HttpMethod.DELETE,
}
_USUAL_END = re.compile(r"(/\{[^/{}]+\})+$")
_TITLES = {
    "Assumption": "Assumptions",
    "Open question": "Open questions",
    "Warning": "Warnings",
    "Not carried over": "Not carried over",
}


def sections(name: str, spec: BackendSpec, notes: Iterable[tuple[str, str]]) -> Iterator[Section]:
    """Yield what was understood of the input ``name``, and the notes on it, by their kinds."""
    auth = "no authentication" if spec.auth.method == "none" else spec.auth.method.value
    if spec.auth.method == "keys" and spec.auth.keys:
        auth += f" by {key_places(spec.auth.keys)}"
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
        columns: tuple[str, ...] = ("path", "operations", "answers", "who may")
        rows = _cells(_operations(spec.operations))
        if {row[-1] for row in rows} == {"public"}:
            columns, rows = columns[:-1], [row[:-1] for row in rows]
        yield Section("Operations", rows, columns)
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
    update: dict[str, object] = {"attributes": attributes}
    if entity.plural == names.plural(names.snake(entity.name)):
        update["plural"] = None
    if has_operations:  # each says who may
        update["access"] = AccessRules()
        update["crud"] = entity.crud or None
    return entity.model_copy(update=update)


def _entity(entity: Entity, enums: frozenset[str]) -> tuple[str, list[tuple[str, ...]]]:
    """Return an entity's header, and its lines: a name and what it is, or a rule."""
    title, *lines = entity_lines(entity, enums, flags_key=True)
    members = entity.member_names
    rows: list[tuple[str, ...]] = [
        (member, line.removeprefix(called(member)).lstrip(": "))
        for member, line in zip(members, lines, strict=False)
    ]
    rows += [("", line) for line in lines[len(members) :]]
    return title.removeprefix("entity "), rows


def _operations(operations: Iterable[Operation]) -> Iterator[tuple[str, ...]]:
    """Yield a row for what the same people may do with one collection the usual way, or for one."""
    groups: dict[tuple[str, ...], list[Operation]] = {}
    for operation in operations:
        may = "-" if operation.permission is None else listed(operation.permission, "nobody")
        collection = _USUAL_END.sub("", operation.path)
        if not _is_usual(operation):
            collection = f"{operation.method} {operation.path}"
        groups.setdefault((collection, operation.entity or "", may), []).append(operation)
    for (collection, _, may), found in groups.items():
        usual = _is_usual(found[0])
        paths = dict.fromkeys(each.path for each in found) if usual else [collection]
        done = (_done(each) if usual else each.name for each in found)
        answers = dict.fromkeys(_answer(each, usual=usual) for each in found)
        yield ", ".join(paths), ", ".join(done), ", ".join(filter(None, answers)) or "-", may


def _is_usual(operation: Operation) -> bool:
    """Tell whether method and path are those that everybody expects of what it does."""
    bare = _USUAL_END.sub("", operation.path) == operation.path
    on_collection = operation.kind in {OperationKind.LIST, OperationKind.CREATE}
    return _USUAL.get(operation.kind) is operation.method and bare is on_collection


def _done(operation: Operation) -> str:
    """Return what a usual operation does, and its name where it is not called so."""
    what = operation.kind.value
    return what if operation.name.startswith(f"{what}_") else f"{what} ({operation.name})"


def _answer(operation: Operation, *, usual: bool) -> str:
    """Return what it answers: of the usual ones a list's answer is known to be many."""
    output = operation.output
    if output is None:
        gives_tokens = operation.kind in {OperationKind.LOGIN, OperationKind.REFRESH}
        return "TokenPair" if gives_tokens else ""
    many = not usual if operation.kind is OperationKind.LIST else output.array
    return output.schema_name + "[]" * many
