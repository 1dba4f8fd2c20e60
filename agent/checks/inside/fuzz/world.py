"""Which rows are there? Makes real ones through the contract, in an order that references allow."""

from __future__ import annotations

from itertools import chain, islice, product
from typing import TYPE_CHECKING, Any

from agent.checks.inside.fuzz import kept
from agent.checks.inside.fuzz.client import data
from agent.checks.inside.fuzz.filling import Filling, Way
from agent.checks.inside.fuzz.resources import DEEPEST, Resource, Row, flat, found_in, guesses
from agent.checks.inside.fuzz.session import FORBIDDEN, fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.checks.inside.fuzz.client import Response
    from agent.checks.inside.fuzz.contract import Operation
    from agent.checks.inside.fuzz.session import Session, User

PEOPLE = {"user", "account", "member", "person"}
MOST_TRIES = 40
MOST_WAYS = 1000
GUESSES = 12
A_YEAR = 2000
STORED = {200, 201}
ABSENT = 404


class World(Filling):
    """The resources of a contract and their rows."""

    def __init__(self, session: Session) -> None:
        """Find the resources; nothing is made yet."""
        super().__init__(session, list(found_in(session.contract)))
        self._left = 0

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
            fresh = int(resource.single)
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
                row = self.make(resource, user, fresh=1)
                resource.single = row is not None
                return row
        return None

    def _ways(self, resource: Resource, fresh: int) -> Iterator[Way]:
        """Try what is likeliest first; of each reference everything that it may be."""
        found = {
            name: self.references.of(name, schema, resource, making=True)
            for name, schema in self.leaves(resource.create.body)
        }
        several = {name: targets for name, targets in found.items() if targets}
        likeliest = {name: targets[0] for name, targets in several.items()}
        yield Way(resource, making=True, chosen=likeliest, fresh=fresh)
        ranks = product(*(range(len(targets)) for targets in several.values()))
        for each in sorted(islice(ranks, MOST_WAYS), key=sum):
            chosen = {name: several[name][at] for name, at in zip(several, each, strict=True)}
            yield Way(resource, making=True, chosen=chosen, with_references=False, fresh=fresh)
        # There may be rules that no schema says: for years, and for amounts.
        yield Way(resource, making=True, chosen=likeliest, fresh=fresh, beyond=A_YEAR)

    def _try(self, resource: Resource, user: User | None, way: Way) -> tuple[Row | None, int]:
        """Try to make a row in one way; say what status came, too."""
        path = self.path_of(resource.create.path, user, fresh=way.fresh)
        body = self.filled(resource.create.body, user, way)
        response = self.session.call(resource.create, user, path=path, body=body)
        if not fine(response):
            return None, response.status_code
        sent = {name.rpartition(".")[2] for name in flat(body)}
        kept.made(self.session, resource.create, body, response)
        self.references.learn(resource, {k: v for k, v in way.chosen.items() if k in sent})
        resource.makers = [user]
        row = self._keep(resource, user, body, data(response), path)
        if row is None:
            self.lost(resource, user, response, path)
        return row, response.status_code

    def another(self, resource: Resource) -> Row | None:
        """Make one more row, with parents of its own where its path leaves that open."""
        self._left = MOST_TRIES
        return self.make(resource, fresh=0 if "{" in resource.create.path else 1)

    def fresh_body(self, resource: Resource, user: User | None) -> Any:  # noqa: ANN401 - any JSON
        """Give a valid body for a row that refers to others which were made for it."""
        self._left = MOST_TRIES
        return self.filled(resource.create.body, user, Way(resource, making=True, fresh=1))

    def lost(
        self, resource: Resource, user: User | None, response: Response, path: dict[str, Any]
    ) -> None:
        """Report what was answered as made, with its key, and is absent for everybody."""
        told = flat(data(response))
        read = self.session.contract.at("GET", resource.item)
        named = next((keys for keys in guesses(resource, told) if resource.named(keys)), None)
        if read is None or named is None or response.status_code not in STORED:
            return
        filled = {**path, **{name: told[key] for name, key in named.items()}}
        readers = dict.fromkeys((user, *self.session.elevated))
        answers = [self.session.call(read, each, path=filled).status_code for each in readers]
        if set(answers) == {ABSENT}:
            message = f"it answers {response.status_code}, and what it made cannot be read: 404"
            self.session.judge.found(resource.create, message, response, kind="made and absent")

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

    def heard(self, operation: Operation, path: dict[str, Any], response: Response) -> None:
        """Keep up with what a row has become; its key may be another by now."""
        resource = self.at(operation.path)
        if resource is None or operation.method not in {"PUT", "PATCH"} or not fine(response):
            return
        told = flat(data(response))
        for row in [each for each in resource.rows if each.path == path]:
            for key in [each for each in told if told[each] != row.said.get(each)]:
                names = {key, *(name for name, own in resource.keys.items() if own == key)}
                self._renamed(names, row.said.get(key), told[key])
            row.said |= told

    def _renamed(self, names: set[str], before: Any, after: Any) -> None:  # noqa: ANN401 - keys
        """Follow a key that is another now, in the paths of rows and of those below them."""
        for row in chain.from_iterable(each.rows for each in self.resources):
            row.path |= {name: after for name in names if row.path.get(name) == before}

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


def _made(resource: Resource) -> bool:
    return any(not row.person for row in resource.rows)
