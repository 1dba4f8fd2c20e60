"""What makes a request right? Paths and bodies that are valid, and name rows that are there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from agent.checks.inside.fuzz.client import PARAMETER
from agent.checks.inside.fuzz.references import References
from agent.checks.inside.fuzz.resources import DEEPEST, Resource, Row, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agent.checks.inside.fuzz.contract import Operation, Schema
    from agent.checks.inside.fuzz.references import Target
    from agent.checks.inside.fuzz.session import Session, User


@dataclass(frozen=True, slots=True)
class Way:
    """How a body is filled.

    ``within`` is the resource whose row it is of; ``making``: of a new one. ``chosen`` says what
    fields refer to, where that is not the likeliest. Beside what is required, a ``full`` body has
    everything, and one ``with_references`` what may refer to something. A ``fresh`` one gets
    parents of its own; ``beyond`` is added to the numbers that values are made of.
    """

    within: Resource | None = None
    making: bool = False
    chosen: Mapping[str, Target] = field(default_factory=dict)
    full: bool = False
    with_references: bool = True
    fresh: int = 0
    beyond: int = 0


class Filling(ABC):
    """Fills paths and bodies with values, and with the keys of rows that somebody else finds."""

    def __init__(self, session: Session, resources: list[Resource]) -> None:
        """Know the contract and its resources."""
        self.session = session
        self.values = session.contract.values
        self.resources = resources
        self.references = References(resources)
        self._parents: dict[str, list[Resource]] = {}

    @abstractmethod
    def row(self, resource: Resource, user: User | None, *, fresh: int = 0) -> Row | None:
        """Give a row that a user may refer to, if there is one; a ``fresh`` one is made for it."""

    def path_of(self, template: str, user: User | None, *, fresh: int = 0) -> dict[str, Any]:
        """Fill the parameters of a path with those of real rows."""
        filled: dict[str, Any] = {}
        for parent in self._above(template):
            row = self.row(parent, user, fresh=fresh)
            if row is not None:
                filled = dict(row.path)
                break
        for part in PARAMETER.finditer(template):
            name = part[1]
            if name not in filled:
                schema = self._in_path(template).get(name, {})
                way = Way(fresh=fresh)
                known = self._called(template[: part.start() - 1], name, user, way)
                filled[name] = known or self._referred(name, schema, user, way)
        return filled

    def _called(self, collection: str, name: str, user: User | None, way: Way) -> Any:  # noqa: ANN401 - any JSON
        """Give what a row of a collection has in a field of this name, if there is one."""
        for resource in self.resources:
            if resource.create.path == collection and resource.rows:
                row = self.row(resource, user, fresh=way.fresh)
                said = row.said if row is not None else {}
                return next((said[key] for key in said if words(key) == words(name)), None)
        return None

    def _above(self, template: str) -> list[Resource]:
        """Give the resources whose rows a path leads through, the last first."""
        if template not in self._parents:
            found = [each for each in self.resources if template.startswith(each.item)]
            self._parents[template] = sorted(found, key=lambda each: -len(each.item))
        return self._parents[template]

    def _in_path(self, template: str) -> dict[str, Schema]:
        operations = self.session.contract.operations
        return next((each.in_path for each in operations if each.path == template), {})

    def body_of(
        self, operation: Operation, user: User | None, *, full: bool = False, new: bool = False
    ) -> Any:  # noqa: ANN401 - any JSON
        """Give a valid body with references to real rows; a ``full`` one has every field.

        A ``new`` one is to be taken, and not to be refused as the double of a row that is there.
        """
        way = self._way(operation, full=full)
        fresh = new and way.making and way.within is not None and way.within.single
        return self.filled(operation.body, user, replace(way, fresh=int(fresh)))

    def refers(self, operation: Operation, name: str, schema: Schema) -> bool:
        """Tell whether a field of an operation is a reference, as far as is known."""
        return bool(self._targets(name, schema, self._way(operation)))

    def _way(self, operation: Operation, *, full: bool = False) -> Way:
        made = next((each for each in self.resources if each.create is operation), None)
        if made is not None:
            return Way(made, making=True, full=full)
        return Way(next(iter(self._above(operation.path)), None), full=full)

    def _targets(self, name: str, schema: Schema, way: Way) -> list[Target]:
        """Say what a field refers to; nothing where it is no reference."""
        if name in way.chosen:
            return [way.chosen[name]]
        return self.references.of(name, schema, way.within, making=way.making)

    def leaves(self, schema: Any, depth: int = 0) -> Iterator[tuple[str, Schema]]:  # noqa: ANN401 - untrusted
        """Give the fields of a body that are no objects themselves."""
        for name, each in self.values.properties(schema).items():
            if each.get("type") == "object" and depth < DEEPEST:
                yield from self.leaves(each, depth + 1)
            else:
                yield name, each

    def filled(
        self,
        schema: Any,  # noqa: ANN401 - untrusted
        user: User | None,
        way: Way,
    ) -> Any:  # noqa: ANN401 - any JSON
        """Give a valid body of a schema."""
        number = self.session.next() + way.beyond
        properties = self.values.properties(schema)
        if not properties:
            return self.values.of(schema, number)
        required = set(self.values.required(schema))
        body = {}
        for name, each in properties.items():
            if each.get("readOnly") and name not in required:
                continue
            if name in self.session.known:
                body[name] = self.session.known[name]
                continue
            refers = bool(self._targets(name, each, way))
            # At first with everything that may be referred to, in the end with as little as can be.
            if name not in required and not (way.full or (refers and way.with_references)):
                continue
            if each.get("type") == "object" and self.values.properties(each):
                inner = self.filled(each, user, way)
                body[name] = inner | self._naming(each, user, way)
            elif refers:
                body[name] = self._referred(name, each, user, way)
            else:
                body[name] = self.values.of(each, number)
        return body

    def _naming(self, schema: Schema, user: User | None, way: Way) -> dict[str, Any]:
        """Give what names a row that is there, where a schema is called so."""
        meant = words(str(schema.get("title", ""))).replace("_", "")
        for resource in self.resources:
            if meant != f"{resource.singular.replace('_', '')}named":
                continue
            row = self.row(resource, user, fresh=way.fresh)
            known = self.values.properties(schema)
            said = {name: key.rpartition(".")[2] for name, key in resource.keys.items()}
            if row is not None:
                return {key: row.path[name] for name, key in said.items() if key in known}
        return {}

    def _referred(self, name: str, schema: Schema, user: User | None, way: Way) -> Any:  # noqa: ANN401 - any JSON
        for resource, key in self._targets(name, schema, way)[:1]:
            row = self.row(resource, user, fresh=way.fresh)
            if row is not None:
                return row.path[key]
        return self.values.of(schema, self.session.next())
