"""Which rows are there? Makes real ones through the contract, in an order that references allow."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from agent.checks.inside.fuzz.client import PARAMETER, data
from agent.checks.inside.fuzz.references import References
from agent.checks.inside.fuzz.resources import DEEPEST, Resource, Row, flat, found_in, guesses
from agent.checks.inside.fuzz.session import FORBIDDEN, fine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agent.checks.inside.fuzz.contract import Operation, Schema
    from agent.checks.inside.fuzz.references import Target
    from agent.checks.inside.fuzz.session import Session, User

PEOPLE = {"user", "account", "member", "person"}
MOST_TRIES = 40
MOST_WAYS = 1000
GUESSES = 12


@dataclass(frozen=True, slots=True)
class Way:
    """How a body is filled.

    ``within`` is the resource whose row it is of; ``making``: of a new one. ``chosen`` says what
    fields refer to, where that is not the likeliest. Beside what is required, a ``full`` body has
    everything, and one ``with_references`` what may refer to something. A ``fresh`` one gets
    parents of its own.
    """

    within: Resource | None = None
    making: bool = False
    chosen: Mapping[str, Target] = field(default_factory=dict)
    full: bool = False
    with_references: bool = True
    fresh: int = 0


class World:
    """The resources of a contract and their rows."""

    def __init__(self, session: Session) -> None:
        """Find the resources; nothing is made yet."""
        self.session = session
        self.values = session.contract.values
        self.resources = list(found_in(session.contract))
        self.references = References(self.resources)
        self._left = 0
        self._parents: dict[str, list[Resource]] = {}

    def populate(self) -> None:
        """Make a row of everything; what is needed first comes out by trying."""
        for user in self.session.users:
            self._own_row(user)
        missing = self.resources
        while missing:
            missing = [each for each in missing if not _made(each)]
            if not sum(self.make(each) is not None for each in missing):
                break
        for resource in missing:
            resource.barren = not resource.rows
        names = ", ".join(each.create.path for each in missing if each.barren)
        if names:
            self.session.notes.append(f"no row could be made by POST {names}")

    def at(self, item: str) -> Resource | None:
        """Give the resource whose rows lie at a path."""
        return next((each for each in self.resources if each.item == item), None)

    def make(self, resource: Resource, by: User | None = None, *, fresh: int = 0) -> Row | None:
        """Make a row, as ``by`` or as whoever may; with parents of its own if it must be."""
        if resource.barren:
            return None
        if fresh == 0:
            self._left = MOST_TRIES
        users = [by] if by else dict.fromkeys((*resource.makers, *self.session.able))
        for user in users:
            status = 0
            for way in self._ways(resource, fresh):
                if self._left == 0:
                    return None
                self._left -= 1
                row, status = self._try(resource, user, way)
                if row is not None:
                    return row
                if status in FORBIDDEN:
                    break
            if status not in FORBIDDEN and fresh == 0:
                return self.make(resource, user, fresh=1)
        return None

    def _ways(self, resource: Resource, fresh: int) -> Iterator[Way]:
        """Try what is likeliest first; of each reference everything that it may be."""
        found = {
            name: self.references.of(name, schema, resource, making=True)
            for name, schema in self._leaves(resource.create.body)
        }
        several = {name: targets for name, targets in found.items() if targets}
        likeliest = {name: targets[0] for name, targets in several.items()}
        yield Way(resource, making=True, chosen=likeliest, fresh=fresh)
        ranks = product(*(range(len(targets)) for targets in several.values()))
        for each in sorted(islice(ranks, MOST_WAYS), key=sum):
            chosen = {name: several[name][at] for name, at in zip(several, each, strict=True)}
            yield Way(resource, making=True, chosen=chosen, with_references=False, fresh=fresh)

    def _leaves(self, schema: Any, depth: int = 0) -> Iterator[tuple[str, Schema]]:  # noqa: ANN401 - untrusted
        for name, each in self.values.properties(schema).items():
            if each.get("type") == "object" and depth < DEEPEST:
                yield from self._leaves(each, depth + 1)
            else:
                yield name, each

    def _try(self, resource: Resource, user: User | None, way: Way) -> tuple[Row | None, int]:
        """Try to make a row in one way; say what status came, too."""
        path = self.path_of(resource.create.path, user, fresh=way.fresh)
        body = self._filled(resource.create.body, user, way)
        response = self.session.call(resource.create, user, path=path, body=body)
        if not fine(response):
            return None, response.status_code
        sent = {name.rpartition(".")[2] for name in flat(body)}
        self.references.learn(resource, {k: v for k, v in way.chosen.items() if k in sent})
        resource.makers = [user]
        return self._keep(resource, user, body, data(response), path), response.status_code

    def _own_row(self, user: User) -> None:
        """Take who signed up for a row of the resource that users lie at."""
        for resource in self.resources:
            if resource.singular in PEOPLE:
                row = self._keep(resource, user, {}, user.said, {})
                if row is not None:
                    row.person = True

    def _keep(
        self,
        resource: Resource,
        user: User | None,
        body: Any,  # noqa: ANN401 - any JSON
        said: Any,  # noqa: ANN401 - the same
        path: dict[str, Any],
    ) -> Row | None:
        """Find out at which path the new row lies."""
        told = flat(said) or flat(body)
        read = self.session.contract.at("GET", resource.item)
        for keys in islice(guesses(resource, told), GUESSES):
            filled = {**path, **{name: told[key] for name, key in keys.items()}}
            known = keys is resource.keys
            if known or read is None or fine(self.session.call(read, user, path=filled)):
                resource.keys = keys
                row = Row(user, body, told, filled)
                resource.rows.append(row)
                return row
        return None

    def path_of(self, template: str, user: User | None, *, fresh: int = 0) -> dict[str, Any]:
        """Fill the parameters of a path with those of real rows."""
        filled: dict[str, Any] = {}
        for parent in self._above(template):
            row = self.row(parent, user, fresh=fresh)
            if row is not None:
                filled = dict(row.path)
                break
        for name in PARAMETER.findall(template):
            if name not in filled:
                schema = self._in_path(template).get(name, {})
                filled[name] = self._referred(name, schema, user, Way(fresh=fresh))
        return filled

    def _above(self, template: str) -> list[Resource]:
        """Give the resources whose rows a path leads through, the last first."""
        if template not in self._parents:
            found = [each for each in self.resources if template.startswith(each.item)]
            self._parents[template] = sorted(found, key=lambda each: -len(each.item))
        return self._parents[template]

    def _in_path(self, template: str) -> dict[str, Schema]:
        operations = self.session.contract.operations
        return next((each.in_path for each in operations if each.path == template), {})

    def row(self, resource: Resource, user: User | None, *, fresh: int = 0) -> Row | None:
        """Give a row, this user's own if there is one.

        Who has rights keeps its hands off whoever signed in: roles could be lost.
        """
        if 0 < fresh <= DEEPEST:
            made = self.make(resource, None, fresh=fresh + 1)
            if made is not None:
                return made
        careful = user in self.session.elevated

        def order(row: Row) -> tuple[bool, bool, bool]:
            person, own = row.person, row.owner is user
            if careful:
                return (person, person and row.owner in self.session.elevated, not own)
            return (not own, person, False)

        return min(resource.rows, key=order, default=None)

    def body_of(self, operation: Operation, user: User | None, *, full: bool = False) -> Any:  # noqa: ANN401 - any JSON
        """Give a valid body with references to real rows; a ``full`` one has every field."""
        return self._filled(operation.body, user, self._way(operation, full=full))

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

    def _filled(
        self,
        schema: Any,  # noqa: ANN401 - untrusted
        user: User | None,
        way: Way,
    ) -> Any:  # noqa: ANN401 - any JSON
        number = self.session.next()
        properties = self.values.properties(schema)
        if not properties:
            return self.values.of(schema, number)
        required = set(self.values.required(schema))
        body = {}
        for name, each in properties.items():
            if name in self.session.known:
                body[name] = self.session.known[name]
                continue
            refers = bool(self._targets(name, each, way))
            # At first with everything that may be referred to, in the end with as little as can be.
            if name not in required and not (way.full or (refers and way.with_references)):
                continue
            if each.get("type") == "object" and self.values.properties(each):
                body[name] = self._filled(each, user, way)
            elif refers:
                body[name] = self._referred(name, each, user, way)
            else:
                body[name] = self.values.of(each, number)
        return body

    def _referred(self, name: str, schema: Schema, user: User | None, way: Way) -> Any:  # noqa: ANN401 - any JSON
        for resource, key in self._targets(name, schema, way)[:1]:
            row = self.row(resource, user, fresh=way.fresh)
            if row is not None:
                return row.path[key]
        return self.values.of(schema, self.session.next())


def _made(resource: Resource) -> bool:
    return any(not row.person for row in resource.rows)
