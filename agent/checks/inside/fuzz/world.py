"""Which rows are there? Makes real ones through the contract, in an order that references allow."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from agent.checks.inside.fuzz import kept
from agent.checks.inside.fuzz.client import data
from agent.checks.inside.fuzz.resources import (
    DEEPEST,
    PARAMETER,
    Resource,
    Row,
    candidates,
    flat,
    found_in,
    guesses,
)
from agent.checks.inside.fuzz.session import FORBIDDEN, fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis.core.transport import Response

    from agent.checks.inside.fuzz.contract import Operation, Schema
    from agent.checks.inside.fuzz.session import Session, User

ROUNDS = 4
VARIANTS = 6
STORED = {200, 201}
ABSENT = 404
MOST_TRIES = 24
GUESSES = 12


@dataclass(frozen=True, slots=True)
class Way:
    """How a body is filled: for what, with which of several references, with which parents."""

    made: Resource | None = None
    variant: int = 0
    fresh: int = 0
    full: bool = False


class World:
    """The resources of a contract and their rows."""

    def __init__(self, session: Session) -> None:
        """Find the resources; nothing is made yet."""
        self.session = session
        self.values = session.contract.values
        self.resources = list(found_in(session.contract))
        self.left = 0

    def populate(self) -> None:
        """Make a row of everything; what is needed first comes out by trying."""
        for user in self.session.users:
            self._own_row(user)
        for _ in range(ROUNDS):
            missing = [each for each in self.resources if not self._made(each)]
            if not sum(self.make(each) is not None for each in missing):
                break
        names = ", ".join(each.create.path for each in self.resources if not each.rows)
        if names:
            self.session.notes.append(f"no row could be made by POST {names}")

    def _made(self, resource: Resource) -> bool:
        return any(not row.person for row in resource.rows)

    def at(self, item: str) -> Resource | None:
        """Give the resource whose rows lie at a path."""
        return next((each for each in self.resources if each.item == item), None)

    def make(self, resource: Resource, by: User | None = None, *, fresh: int = 0) -> Row | None:
        """Make a row, as ``by`` or as whoever may; with parents of its own if it must be."""
        if fresh == 0:
            self.left = MOST_TRIES
        for user in [by] if by else self.session.able:
            for variant in range(VARIANTS):
                if self.left == 0:
                    return None
                self.left -= 1
                path = self.path_of(resource.create.path, user, fresh=fresh)
                body = self.body_of(resource.create, user, variant=variant, fresh=fresh)
                response = self.session.call(resource.create, user, path=path, body=body)
                if fine(response):
                    return self.made(resource, user, body, response, path)
                if response.status_code in FORBIDDEN or variant + 1 >= self._choices(resource):
                    break
            else:
                continue
            if response.status_code not in FORBIDDEN and fresh == 0:
                return self.make(resource, user, fresh=1)
        return None

    def another(self, resource: Resource) -> Row | None:
        """Make one more row, with parents of its own where its path leaves that open."""
        self.left = MOST_TRIES
        return self.make(resource, fresh=0 if "{" in resource.create.path else 1)

    def fresh_body(self, operation: Operation, user: User | None) -> Any:  # noqa: ANN401 - any JSON
        """Give a valid body that refers to rows which were made for it."""
        self.left = MOST_TRIES
        return self.body_of(operation, user, fresh=1)

    def made(
        self,
        resource: Resource,
        user: User | None,
        body: Any,  # noqa: ANN401 - any JSON
        response: Response,
        path: dict[str, Any],
    ) -> Row | None:
        """Keep a row that was made, if it can be read; look whether it is what was sent."""
        said = data(response)
        kept.made(self.session, resource.create, body, response)
        row = self._keep(resource, user, body, said, path)
        if row is None and response.status_code in STORED:
            self._lost(resource, user, flat(said), response, path)
        return row

    def _lost(
        self,
        resource: Resource,
        user: User | None,
        told: dict[str, Any],
        response: Response,
        path: dict[str, Any],
    ) -> None:
        """Report what was answered as made, with its key, and is absent for everybody."""
        read = self.session.contract.at("GET", resource.item)
        named = next((keys for keys in guesses(resource, told) if resource.named(keys)), None)
        if read is None or named is None:
            return
        filled = {**path, **{name: told[key] for name, key in named.items()}}
        readers = dict.fromkeys((user, *self.session.elevated))
        answers = [self.session.call(read, each, path=filled).status_code for each in readers]
        if set(answers) == {ABSENT}:
            message = f"it answers {response.status_code}, and what it made cannot be read: 404"
            self.session.judge.found(resource.create, message, response, kind="made and absent")

    def _choices(self, resource: Resource) -> int:
        names = self._leaves(resource.create.body)
        counts = [len(candidates(self.resources, name, schema, resource)) for name, schema in names]
        return min(VARIANTS, max([*counts, 1]) + 1)

    def _leaves(self, schema: Any, depth: int = 0) -> Iterator[tuple[str, Schema]]:  # noqa: ANN401 - untrusted
        for name, each in self.values.properties(schema).items():
            if each.get("type") == "object" and depth < DEEPEST:
                yield from self._leaves(each, depth + 1)
            else:
                yield name, each

    def _own_row(self, user: User) -> None:
        """Take who signed up for a row of the resource that users lie at."""
        for resource in self.resources:
            if resource.singular in {"user", "account", "member", "person"}:
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
            if read is None or fine(self.session.call(read, user, path=filled)):
                resource.keys = keys
                row = Row(user, body, told, filled)
                resource.rows.append(row)
                return row
        return None

    def path_of(self, template: str, user: User | None, *, fresh: int = 0) -> dict[str, Any]:
        """Fill the parameters of a path with those of real rows."""
        filled: dict[str, Any] = {}
        parents = [each for each in self.resources if template.startswith(each.item)]
        for parent in sorted(parents, key=lambda each: -len(each.item)):
            row = self.row(parent, user, fresh=fresh)
            if row is not None:
                filled = dict(row.path)
                break
        operation = next(
            (each for each in self.session.contract.operations if each.path == template), None
        )
        for name in PARAMETER.findall(template):
            if name not in filled:
                schema = operation.in_path.get(name, {}) if operation else {}
                filled[name] = self._referred(name, schema, user, Way(fresh=fresh))
        return filled

    def row(self, resource: Resource, user: User | None, *, fresh: int = 0) -> Row | None:
        """Give a row, this user's own if there is one.

        Who has rights keeps its hands off whoever signed in: roles could be lost.
        """
        if 0 < fresh <= DEEPEST:
            made = self.make(resource, None, fresh=fresh + 1)
            if made is not None:
                return made
        careful = user in self.session.elevated

        def order(row: Row) -> tuple[bool, bool]:
            person, foreign = row.person, row.owner is not user
            return (person, foreign) if careful else (foreign, person)

        return min(resource.rows, key=order, default=None)

    def body_of(
        self,
        operation: Operation,
        user: User | None,
        *,
        variant: int = 0,
        fresh: int = 0,
        full: bool = False,
    ) -> Any:  # noqa: ANN401 - any JSON
        """Give a valid body with references to real rows; a ``full`` one has every field."""
        made = next((each for each in self.resources if each.create is operation), None)
        return self._filled(operation.body, user, Way(made, variant, fresh, full=full))

    def refers(self, operation: Operation, name: str, schema: Schema) -> bool:
        """Tell whether a field of an operation is a reference, as far as names tell."""
        made = next((each for each in self.resources if each.create is operation), None)
        return bool(candidates(self.resources, name, schema, made))

    def referred(self, name: str, schema: Schema, user: User | None) -> Any:  # noqa: ANN401 - any JSON
        """Give the key of a real row that a parameter may refer to, or None."""
        if not candidates(self.resources, name, schema, None):
            return None
        return self._referred(name, schema, user, Way())

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
            refers = bool(candidates(self.resources, name, each, way.made))
            # At first with everything that may be referred to, in the end with as little as can be.
            if name not in required and not (way.full or (refers and way.variant == 0)):
                continue
            if each.get("type") == "object" and self.values.properties(each):
                body[name] = self._filled(each, user, way)
            elif refers:
                body[name] = self._referred(name, each, user, way)
            else:
                body[name] = self.values.of(each, number)
        return body

    def _referred(self, name: str, schema: Schema, user: User | None, way: Way) -> Any:  # noqa: ANN401 - any JSON
        found = candidates(self.resources, name, schema, way.made)
        if found:
            resource, key = found[max(0, way.variant - 1) % len(found)]
            row = self.row(resource, user, fresh=way.fresh)
            if row is not None:
                return row.path[key]
        return self.values.of(schema, self.session.next())
