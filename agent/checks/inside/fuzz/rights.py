"""Does everybody get only what is theirs? Asks without a token, with a forged one, as another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemathesis.core import NOT_SET

from agent.checks.inside.fuzz.client import data
from agent.checks.inside.fuzz.listing import items_of, page_size
from agent.checks.inside.fuzz.refused import unsigned
from agent.checks.inside.fuzz.resources import candidates, flat, words
from agent.checks.inside.fuzz.session import FORBIDDEN, REFUSED, fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis.core.transport import Response

    from agent.checks.inside.fuzz.contract import Operation
    from agent.checks.inside.fuzz.resources import Resource, Row
    from agent.checks.inside.fuzz.session import Session, User
    from agent.checks.inside.fuzz.world import World

NO_TOKEN = {401, 403}
CHANGING = ("PUT", "PATCH", "DELETE")


def anonymous(session: Session, world: World) -> None:
    """Call everything that is secured without a token, and with one that nobody signed."""
    forged = unsigned(session.users[-1].token if session.users else None)
    for operation in session.contract.operations:
        if not operation.secured:
            continue
        path = world.path_of(operation.path, session.ordinary[0] if session.ordinary else None)
        body = world.body_of(operation, None) if operation.body is not None else NOT_SET
        for token, what in ((None, "no token"), (forged, "a token without a signature")):
            response = session.call(operation, None, token=token, path=path, body=body)
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
    """Try every operation on a row that is not the stranger's; then say which should refuse.

    Reading it may be everybody's right: that is told by the list. What is listed below it has
    rights of its own.
    """
    shown = _shown(session, world, resource, row, stranger)
    answers = []
    operations = sorted(_on(session, resource), key=lambda each: each.method == "DELETE")
    for operation in operations:
        if not operation.secured or "403" not in operation.statuses:
            continue
        body = world.body_of(operation, stranger) if operation.body is not None else NOT_SET
        response = session.call(operation, stranger, path=row.path, body=body)
        answers.append((operation, response))
    refused = [each for each, response in answers if response.status_code in REFUSED]
    owned = row.owner is not None and _mine(row, row.owner)
    for operation, response in answers:
        below = operation.path != resource.item and items_of(data(response)) is not None
        open_to_all = operation.method == "GET" and (shown is not None or below)
        if fine(response) and (refused or owned) and not open_to_all:
            message = (
                f"another user's row: it answers {response.status_code}, 403 or 404 is expected"
            )
            session.judge.found(operation, message, response, kind="another user's row")
    reading = [r for each, r in answers if each.method == "GET" and each.path == resource.item]
    if shown is not None and reading and reading[0].status_code in REFUSED:
        message = "the list shows another user's row, which reading it refuses"
        session.judge.found(shown[0], message, shown[1])


def _below(session: Session, world: World, parent: Resource, row: Row, stranger: User) -> None:
    """Try to make rows that refer to one which the stranger may not even read."""
    read = session.contract.at("GET", parent.item)
    hidden = read is not None and session.call(read, stranger, path=row.path)
    if row.person or not hidden or hidden.status_code not in REFUSED:
        return
    for resource in world.resources:
        create, body = resource.create, world.fresh_body(resource.create, stranger)
        if resource is parent or "403" not in create.statuses or not isinstance(body, dict):
            continue
        for name, schema in session.contract.values.properties(create.body).items():
            found = candidates([parent], name, schema, resource)
            # What ends in the same word only may refer to anything.
            if not found or name not in body or parent.singular not in words(name):
                continue
            path = world.path_of(create.path, stranger)
            changed = {**body, name: row.path[found[0][1]]}
            response = session.call(create, stranger, path=path, body=changed)
            if fine(response):
                message = f"{name}: another user's row is accepted, which reading it refuses"
                session.judge.found(create, message, response, kind="below another user's row")


def _shown(
    session: Session, world: World, resource: Resource, row: Row, stranger: User
) -> tuple[Operation, Response] | None:
    """Give the list that shows a row to a stranger, and its answer; None: it does not."""
    listing = session.contract.at("GET", resource.create.path)
    if listing is None:
        return None
    path = world.path_of(listing.path, stranger)
    size = page_size(listing)
    most = listing.in_query[size].get("maximum") if size else None
    query = {size: most} if size and most else {}
    response = session.call(listing, stranger, path=path, query=query)
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


def _mine(row: Row, owner: User) -> bool:
    """Tell whether a row says whose it is."""
    ids = {str(value) for key, value in flat(owner.said).items() if key == "id"}
    return any(str(value) in ids for value in row.said.values())


def _promote(session: Session, world: World, user: User) -> None:
    """Nobody may give themselves a role."""
    for resource in world.resources:
        row = _row_of(resource, user)
        if row is None or not (row.person or _mine(row, user)):
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
            if fine(response) and response.status_code not in FORBIDDEN:
                session.judge.found(operation, "a user may give itself a role", response)
