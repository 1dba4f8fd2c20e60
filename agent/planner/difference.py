"""How do two specs differ? Part by part, each said as the spec language says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from agent.planner import spec_entity_writer, spec_writer
from agent.planner.spec_words import called, comment, listed, literal, option
from agent.types import BackendSpec, SpecModel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.types import Entity, Operation, Schema

    Parts = dict["Key", str]

_COLLECTIONS = frozenset({"enums", "entities", "schemas", "operations"})
# lines of an operation that there may be several of: their second word tells them apart
_NAMED_LINES = frozenset({"path", "query", "header", "set"})


class Key(NamedTuple):
    """What a part is and is called; ``below`` is the name of what it is a line of."""

    kind: str
    name: str
    below: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that is in only one of two specs, or not the same in both.

    ``kind`` is setting, enum, entity, attribute, relation, rule, schema, operation or order;
    ``before`` and ``after`` are what the specs say of it, None where one says nothing.
    """

    kind: str
    name: str
    before: str | None
    after: str | None

    @property
    def change(self) -> str:
        """Return added, removed or changed."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


def differences(before: BackendSpec, after: BackendSpec) -> list[Difference]:
    """Return what is different, in the order of the second spec, then of the first.

    Of a schema or an operation that is in one of them only, its lines are not listed. Two specs
    without a difference are equal.
    """
    was, now = dict(_parts(before)), dict(_parts(after))
    found = []
    for key in dict.fromkeys([*now, *was]):
        alone = key.below and (Key(key.kind, key.below) in was) != (Key(key.kind, key.below) in now)
        if was.get(key) != now.get(key) and not alone:
            found.append(Difference(key.kind, key.name, was.get(key), now.get(key)))
    return [*found, *_reordered(was, now)]


def _reordered(was: Parts, now: Parts) -> Iterator[Difference]:
    """Yield what both have in another order."""
    for kind, below in dict.fromkeys((key.kind, key.below) for key in now):
        old, new = (
            [key.name for key in these if (key.kind, key.below) == (kind, below) and key in others]
            for these, others in ((was, now), (now, was))
        )
        if old != new:
            yield Difference("order", f"{kind} {below}".strip(), ", ".join(old), ", ".join(new))


def _parts(spec: BackendSpec) -> Iterator[tuple[Key, str]]:
    for name, value in _settings(spec):
        yield Key("setting", name), value
    enums = frozenset(enum.name for enum in spec.enums)
    schemas = frozenset(schema.name for schema in spec.schemas)
    for enum in spec.enums:
        text = ", ".join(map(called, enum.values))
        yield Key("enum", called(enum.name)), " ".join([text, *comment(enum.comment)])
    for entity in spec.entities:
        yield from _entity(entity, enums)
    for schema in spec.schemas:
        yield from _schema(schema, enums - schemas)
    for operation in spec.operations:
        yield from _operation(operation)


def _settings(part: SpecModel, before: str = "") -> Iterator[tuple[str, str]]:
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, SpecModel):
            yield from _settings(value, f"{before}{name}.")
        elif name == "keys":
            yield f"{before}{name}", spec_writer.key_places(value)
        elif before or name not in _COLLECTIONS:
            yield f"{before}{name}", literal(value)


def _entity(part: Entity, enums: frozenset[str]) -> Iterator[tuple[Key, str]]:
    name = called(part.name)
    head, *lines = spec_entity_writer.entity(part, enums)
    yield Key("entity", name), head.removeprefix(f"entity {name}").strip()
    for kind, members in (("attribute", part.attributes), ("relation", part.relations)):
        for member in members:
            own = called(member.name)
            yield Key(kind, f"{name}.{own}", name), lines.pop(0).removeprefix(own).lstrip(": ")
    for line in lines:
        if not line.startswith("allow "):
            yield Key("rule", f"{name}: {line}", name), ""
    for action, people in part.access:
        if people is not None:
            yield Key("rule", f"{name}: allow {action}", name), listed(people, "nobody")


def _schema(part: Schema, lone_enums: frozenset[str]) -> Iterator[tuple[Key, str]]:
    name = called(part.name)
    made_of = [*option("for", part.entity), *option("component", part.component)]
    head = " ".join([*made_of, *comment(part.comment)])
    yield Key("schema", name), head
    for field in part.fields:
        own = called(field.name)
        text = spec_writer.field(field, lone_enums).removeprefix(own).lstrip(": ")
        yield Key("schema", f"{name}.{own}", name), text


def _operation(part: Operation) -> Iterator[tuple[Key, str]]:
    name = called(part.name)
    head, *lines = spec_writer.operation(part)
    yield Key("operation", name), head.removeprefix(f"operation {name}: ")
    for line in lines:
        first, _, rest = line.partition(" ")
        if first in _NAMED_LINES:
            yield Key("operation", f"{name}: {line}", name), ""
        else:
            yield Key("operation", f"{name}: {first}", name), rest
