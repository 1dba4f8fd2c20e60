"""Does everybody get only what is theirs? Asks without a token, with a forged one, as another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.checks.inside.fuzz.client import data
from agent.checks.inside.fuzz.keys import without_key
from agent.checks.inside.fuzz.listing import items_of
from agent.checks.inside.fuzz.refused import unsigned
from agent.checks.inside.fuzz.resources import flat, words
from agent.checks.inside.fuzz.session import FORBIDDEN, NOTHING, REFUSED, fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.checks.inside.fuzz.client import Response
    from agent.checks.inside.fuzz.contract import Operation
    from agent.checks.inside.fuzz.resources import Resource, Row
    from agent.checks.inside.fuzz.session import Session, User
    from agent.checks.inside.fuzz.world import World

NO_TOKEN = {401, 403}
CHANGING = ("PUT", "PATCH", "DELETE")


def anonymous(session: Session, world: World) -> None:
    """Call everything that is secured without a token, with one that nobody signed, a wrong key."""
    forged = unsigned(session.users[-1].token if session.users else None)
    callers: list[tuple[User | None, str | None, str]] = [
        (None, None, "no token"),
        (None, forged, "a token without a signature"),
        *((user, None, "a wrong key") for user in without_key(session)),
    ]
    for operation in session.contract.operations:
        if not operation.secured:
            continue
        path = world.path_of(operation.path, session.ordinary[0] if session.ordinary else None)
        body = world.body_of(operation, None) if operation.body is not None else NOTHING
        for user, token, what in callers:
            response = session.call(operation, user, token=token, path=path, body=body)
            allowed = NO_TOKEN if "401" not in operation.statuses else {401}
            if response.status_code not in allowed and response.status_code < 500:  # noqa: PLR2004 - judged already
                message = f"with {what} it answers {response.status_code}, 401 is expected"
                session.judge.found(operation, message, response, kind=what)


def others(session: Session, world: World) -> None:
    """As one user, reach for the rows of another; as anybody ordinary, for those of a role."""
    if len(session.ordinary) < 2:  # noqa: PLR2004 - it takes two
        return
    owner, stranger = session.ordinary[:2]
    for resource in world.resources:
        row = _row_of(resource, owner)
        if row is None and (row := world.make(resource)) is None:
            continue
        _reach(session, world, resource, row, stranger)
        _below(session, world, resource, row, stranger)
    _promote(session, world, stranger)


def _row_of(resource: Resource, owner: User) -> Row | None:
    return next((row for row in resource.rows if row.owner is owner), None)


def _reach(session: Session, world: World, resource: Resource, row: Row, stranger: User) -> None:
    """Try every operation on a row that is not the stranger's; then say which should refuse."""
    operations = [
        each for each in _on(session, resource) if each.secured and "403" in each.statuses
    ]
    answers = {
        each: _tried(session, world, each, row, stranger)
        for each in operations
        if each.method != "DELETE"
    }
    refused = [each for each, answer in answers.items() if answer.status_code in REFUSED]
    private = says_whose(row) or any(
        fine(_tried(session, world, each, row, row.owner))
        for each in refused[:1]
        if row.owner in session.ordinary
    )
    listed = _listed(session, world, resource, row, stranger)
    for each in operations:
        if each.method == "DELETE":
            answers[each] = _tried(session, world, each, row, stranger)
    for operation, answer in answers.items():
        reading = operation.method == "GET"
        if reading and operation.path == resource.item and answer.status_code in REFUSED and listed:
            message = "the list shows another user's row, which reading it refuses"
            session.judge.found(listed[0], message, listed[1])
        below = operation.path != resource.item and items_of(data(answer)) is not None
        # What everybody finds in a list, everybody may read; what is listed below a row has rights
        # of its own.
        if fine(answer) and private and not (reading and (listed or below)):
            message = f"another user's row: it answers {answer.status_code}, 403 or 404 is expected"
            session.judge.found(operation, message, answer, kind="another user's row")


def _below(session: Session, world: World, parent: Resource, row: Row, stranger: User) -> None:
    """Try to make rows that refer to one which the stranger may not even read."""
    read = session.contract.at("GET", parent.item)
    if row.person or read is None:
        return
    if session.call(read, stranger, path=row.path).status_code not in REFUSED:
        return
    for resource in world.resources:
        create, body = resource.create, world.fresh_body(resource, stranger)
        if resource is parent or "403" not in create.statuses or not isinstance(body, dict):
            continue
        for name, schema in session.contract.values.properties(create.body).items():
            found = world.references.of(name, schema, resource, making=True)[:1]
            # What ends in the same word only may refer to anything.
            if name in body and parent.singular in words(name) and found and found[0][0] is parent:
                path = world.path_of(create.path, stranger)
                changed = {**body, name: row.path[found[0][1]]}
                response = session.call(create, stranger, path=path, body=changed)
                if fine(response):
                    message = f"{name}: another user's row is accepted, which reading it refuses"
                    session.judge.found(create, message, response, kind="below another user's row")


def _tried(
    session: Session, world: World, operation: Operation, row: Row, user: User | None
) -> Response:
    body = world.body_of(operation, user) if operation.body is not None else NOTHING
    return session.call(operation, user, path=row.path, body=body)


def says_whose(row: Row) -> bool:
    """Tell whether a row names its owner, and was not told to; its own number is no name."""
    sent = {*flat(row.body), *(() if row.person else ("id",))}
    assigned = {key: value for key, value in row.said.items() if key not in sent}
    return row.owner is not None and _names(assigned, row.owner)


def _listed(
    session: Session, world: World, resource: Resource, row: Row, stranger: User
) -> tuple[Operation, Response] | None:
    """Find a row in the list that a stranger gets of its resource."""
    listing = session.contract.at("GET", resource.create.path)
    if listing is None:
        return None
    response = session.call(listing, stranger, path=world.path_of(listing.path, stranger))
    keys = {str(row.path[name]) for name in resource.own}
    for item in _objects(data(response)):
        if keys <= {str(value) for value in flat(item).values()} and _same(row, item):
            return listing, response
    return None


def _same(row: Row, item: Any) -> bool:  # noqa: ANN401 - any JSON
    """Tell whether an item is this row, not one that happens to hold its key."""
    told = flat(item)
    return all(told.get(key) == row.said.get(key) for key in list(row.said)[:1])


def _objects(node: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any JSON
    """Give the items of the lists in an answer."""
    if isinstance(node, list):
        yield from (each for each in node if isinstance(each, dict))
    elif isinstance(node, dict):
        for value in node.values():
            yield from _objects(value)


def _on(session: Session, resource: Resource) -> list[Operation]:
    return [
        each
        for each in session.contract.operations
        if each.path.startswith(resource.item)
        and each.path.count("{") == resource.item.count("{")
        and each.method in {"GET", *CHANGING}
    ]


def _names(said: dict[str, Any], user: User) -> bool:
    """Tell whether the id of a user is among the values of a row."""
    ids = {str(value) for key, value in flat(user.said).items() if key == "id"}
    return any(str(value) in ids for value in said.values())


def _promote(session: Session, world: World, user: User) -> None:
    """Nobody may give themselves a role."""
    for resource in world.resources:
        row = _row_of(resource, user)
        if row is None or not (row.person or _names(row.said, user)):
            continue
        for operation in _on(session, resource):
            names = session.contract.values.properties(operation.body)
            roles = [name for name in names if name.lower() in {"role", "roles", "is_admin"}]
            if operation.method not in {"PUT", "PATCH"} or not roles:
                continue
            body = {name: session.contract.values.of(names[name], 0) for name in roles}
            for name in roles:
                choices = session.contract.values.resolved(names[name].get("items", {})).get("enum")
                if choices:
                    body[name] = choices
            response = session.call(operation, user, path=row.path, body=body)
            is_passed = all(names[name].get("readOnly") for name in roles)
            if is_passed and not _took(row, body, response):
                continue  # what is said of it is passed over, as the contract has it
            if fine(response) and response.status_code not in FORBIDDEN:
                session.judge.found(operation, "a user may give itself a role", response)


def _took(row: Row, body: dict[str, Any], response: Response) -> bool:
    """Tell whether an answer shows a value that was sent, and that the row did not have."""
    shown = data(response)
    return isinstance(shown, dict) and any(
        name in shown and shown[name] == value != row.said.get(name) for name, value in body.items()
    )
