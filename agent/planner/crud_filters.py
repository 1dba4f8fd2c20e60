"""By what can a list be narrowed, searched and sorted when nothing else is said?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner import names, reserved
from agent.planner.crud_schemas import readable
from agent.types import AttributeType, Match, Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from agent.planner.crud_schemas import Schemas
    from agent.types import Attribute, BackendSpec, Entity

_SHORT = frozenset({AttributeType.STRING, AttributeType.EMAIL, AttributeType.URL})
_TEXTS = _SHORT | {AttributeType.TEXT}
_ORDERED = frozenset(
    {
        AttributeType.INTEGER,
        AttributeType.SMALLINT,
        AttributeType.BIGINT,
        AttributeType.DECIMAL,
        AttributeType.FLOAT,
        AttributeType.DATE,
        AttributeType.DATETIME,
    }
)
_FILTERED = (
    _SHORT | _ORDERED | {AttributeType.BOOLEAN, AttributeType.UUID, AttributeType.ENUM}
) - {AttributeType.FLOAT, AttributeType.DATETIME}


def searchable(entity: Entity) -> tuple[str, ...]:
    """Return the attributes that a search looks in."""
    return tuple(a.name for a in readable(entity) if a.type in _TEXTS and not a.array)


def sortable(entity: Entity) -> tuple[str, ...]:
    """Return the attributes that a list can be sorted by."""
    sortable = _TEXTS | _ORDERED | {AttributeType.UUID, AttributeType.ENUM, AttributeType.BOOLEAN}
    return tuple(a.name for a in readable(entity) if a.type in sortable and not a.array)


def _is_filtered(entity: Entity, attribute: Attribute) -> bool:
    """Tell whether rows are asked for by the whole of a value: by a long text if it names a row."""
    if attribute.type is not AttributeType.TEXT:
        return attribute.type in _FILTERED
    named = [*(u.attributes for u in entity.uniques), *(i.attributes for i in entity.indexes)]
    return attribute.unique or attribute.index or any(attribute.name in each for each in named)


class Filters:
    """Makes the query parameters that narrow a list."""

    def __init__(self, spec: BackendSpec, schemas: Schemas) -> None:
        """Note the names that walking through a list takes, and those of keys."""
        paging = spec.api.paging.model_dump().values()
        self.schemas = schemas
        self.taken = {
            *reserved.QUERY_MEMBERS,
            *(value for value in paging if isinstance(value, str)),
        }
        self.taken |= {key.name for key in spec.auth.keys if key.place == "query"}

    def of(
        self, entity: Entity, known: Iterable[Parameter], shown: Mapping[str, str] | None = None
    ) -> Iterator[Parameter]:
        """Yield the filters of a list; what the path says is left to the path.

        ``shown`` are the names of what its answer shows: what it does not show narrows no list.
        """
        in_path = {names.attribute_name(p.name, ()) for p in known}
        filtered = [
            a
            for a in readable(entity)
            if not a.array and (a.type in _ORDERED or _is_filtered(entity, a))
        ]
        filtered = [a for a in filtered if shown is None or a.name in shown]
        taken = set(self.taken)
        equal: dict[str, str] = {}
        for attribute in filtered:
            wire = shown[attribute.name] if shown else self.schemas.wire(entity, attribute.name)
            equal[attribute.name] = self._free(wire, taken)
        for attribute in filtered:
            wire = equal[attribute.name]
            if _is_filtered(entity, attribute) and names.attribute_name(wire, ()) not in in_path:
                yield Parameter(name=wire, binds=attribute.name)
            if attribute.type not in _ORDERED or attribute.name in _key_attributes(entity):
                continue
            for end, match in (("min", Match.AT_LEAST), ("max", Match.AT_MOST)):
                wire = self.schemas.cased(f"{attribute.name}_{end}")
                if shown and shown[attribute.name] != self.schemas.cased(attribute.name):
                    wire = _with_end(shown[attribute.name], end)
                wire = self._free(wire, taken)
                if names.attribute_name(wire, ()) not in in_path:
                    yield Parameter(name=wire, binds=attribute.name, match=match)

    def _free(self, wire: str, taken: set[str]) -> str:
        """Return a name that no other parameter has, not even once it is made a Python name."""
        free = f"{wire}_is" if {wire, names.snake(wire)} & self.taken else wire
        candidates = (free if not n else f"{free}{n}" for n in (0, *range(2, 99)))
        free = next(c for c in candidates if names.snake(c) not in taken)
        taken.add(names.snake(free))
        return free


def _with_end(wire: str, end: str) -> str:
    """Return the name of a bound, spelled as that of its field is."""
    is_camel = "_" not in wire and not wire.islower()
    return wire + end.capitalize() if is_camel else f"{wire}_{end}"


def _key_attributes(entity: Entity) -> set[str]:
    keys = set(entity.primary_key)
    for relation in entity.relations:
        keys |= set(relation.attributes)
    return keys
