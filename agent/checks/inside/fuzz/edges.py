"""What becomes of rows: made as is meant, made twice, changed into one another, deleted?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.checks.inside.fuzz.session import FORBIDDEN, NOTHING, fine

if TYPE_CHECKING:
    from agent.checks.inside.fuzz.contract import Operation
    from agent.checks.inside.fuzz.resources import Resource, Row
    from agent.checks.inside.fuzz.session import Session
    from agent.checks.inside.fuzz.world import World


def right(session: Session, world: World) -> None:
    """Call every operation as it is meant, with every field and with as few as may be."""
    for operation in session.contract.operations:
        if operation.method == "DELETE":
            continue
        for full in (True, False) if operation.body is not None else (False,):
            user = session.ablest(operation)
            path = world.path_of(operation.path, user)
            body: Any = NOTHING
            if operation.body is not None:
                body = world.body_of(operation, user, full=full)
            response = session.call(operation, user, path=path, body=body)
            world.heard(operation, path, response)
            if fine(response) or not session.ordinary:
                continue
            mine = session.ordinary[0]
            if operation.secured:
                session.call(operation, mine, path=world.path_of(operation.path, mine), body=body)


def twice(session: Session, world: World) -> None:
    """Create the same row again: whatever is unique must refuse it with a declared status."""
    for resource in world.resources:
        row = world.make(resource)
        if row is not None:
            path = {name: row.path[name] for name in row.path if name not in resource.own}
            response = session.call(resource.create, row.owner, path=path, body=row.body)
            if fine(response):
                # Not everything is unique; but what is answered as made has to be there.
                world.lost(resource, row.owner, response, path)
            _clash(session, world, resource, row)


def _clash(session: Session, world: World, resource: Resource, row: Row) -> None:
    """Change another row so that it equals the first."""
    second = world.make(resource, row.owner)
    for method in ("PATCH", "PUT"):
        operation = session.contract.at(method, resource.item)
        if second is None or operation is None or not isinstance(row.body, dict):
            return
        takes = session.contract.values.properties(operation.body)
        body = {name: value for name, value in row.body.items() if name in takes}
        session.call(operation, row.owner, path=second.path, body=body)


def gone(session: Session, world: World) -> None:
    """Delete rows, and look whether they are gone; undo links."""
    for operation in session.contract.operations:
        if operation.method == "DELETE":
            resource = world.at(operation.path)
            if resource is None:
                _undone(session, world, operation)
            else:
                _deleted(session, world, operation, resource)


def _deleted(session: Session, world: World, delete: Operation, resource: Resource) -> None:
    row = world.make(resource)
    if row is None:
        return
    resource.rows.remove(row)
    for user in dict.fromkeys((row.owner, *reversed(session.elevated))):
        response = session.call(delete, user, path=row.path)
        if response.status_code not in FORBIDDEN:
            break
    if not fine(response):
        return
    again = session.call(delete, user, path=row.path)
    if fine(again) and "404" in delete.statuses:
        message = f"deleted already, and it answers {again.status_code}"
        session.judge.found(delete, message, again, kind="deleted already")
    read = session.contract.at("GET", resource.item)
    if read is not None and fine(after := session.call(read, user, path=row.path)):
        session.judge.found(read, "a deleted row can still be read", after)


def _undone(session: Session, world: World, delete: Operation) -> None:
    """Do what can be undone, a link between rows perhaps, and undo it."""
    for user in session.able:
        path = world.path_of(delete.path, user)
        for method in ("PUT", "POST"):
            doing = session.contract.at(method, delete.path)
            if doing is not None:
                body = world.body_of(doing, user) if doing.body is not None else NOTHING
                session.call(doing, user, path=path, body=body)
        if fine(session.call(delete, user, path=path)):
            break


def parents(session: Session, world: World) -> None:
    """Delete rows that others refer to; the last to be done, as others may go with them."""
    seen: set[str] = set()
    for made, name, (target, key) in world.references.known():
        delete = session.contract.at("DELETE", target.item)
        if delete is None or target.item in seen:
            continue
        child = world.make(made)
        said = child.said.get(name) if child is not None else None
        row = next((row for row in target.rows if row.path.get(key) == said), None)
        if row is None or row.person:
            continue
        seen.add(target.item)
        if fine(session.call(delete, session.ablest(delete), path=row.path)):
            target.rows.remove(row)
