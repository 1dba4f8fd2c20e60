"""Does it stand what clients send by mistake or on purpose? One odd value at a time.

Everything else about these requests is right, so that the odd value decides the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemathesis.core import NOT_SET

from agent.checks.inside.fuzz.client import data
from agent.checks.inside.fuzz.listing import PAGE_SIZES
from agent.checks.inside.fuzz.session import FORBIDDEN, fine
from agent.checks.inside.fuzz.values import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis.core.transport import Response

    from agent.checks.inside.fuzz.contract import Operation, Schema
    from agent.checks.inside.fuzz.resources import Resource, Row
    from agent.checks.inside.fuzz.session import Session, User
    from agent.checks.inside.fuzz.world import World

TOO_MANY = 1_000_000
BEYOND = 2**63
NUL = "a\x00b"
NAIVE = "2024-05-06T07:08:09"
NESTED = b'{"a":' * 5000
PLAIN_FORMATS = {None, "password", "email", "uri", "url"}


def right(session: Session, world: World) -> None:
    """Call every operation as it is meant, with every field and with as few as may be."""
    for operation in session.contract.operations:
        if operation.method == "DELETE":
            continue
        for full in (True, False):
            user = _able(session, world, operation)
            path = world.path_of(operation.path, user)
            body: Any = NOT_SET
            if operation.body is not None:
                body = world.body_of(operation, user, full=full)
            response = session.call(operation, user, path=path, body=body)
            if fine(response) or not session.ordinary:
                continue
            mine = session.ordinary[0]
            if operation.secured:
                session.call(operation, mine, path=world.path_of(operation.path, mine), body=body)


def fields(session: Session, world: World) -> None:
    """Send odd values in every field of every body, parameter of every query and path."""
    for operation in session.contract.operations:
        user = _able(session, world, operation)
        path = world.path_of(operation.path, user)
        for name, schema in operation.in_query.items():
            base = {
                each: session.contract.values.of(operation.in_query[each], 1)
                for each in operation.required_query
            }
            for value, why in _odd(session, schema):
                response = session.call(operation, user, path=path, query={**base, name: value})
                _refuses(session, operation, response, f"{name}: {why}")
            _page(session, operation, user, path, name, schema)
        for name, schema in operation.in_path.items():
            for value, why in _odd(session, schema):
                body = world.body_of(operation, user) if operation.body is not None else NOT_SET
                response = session.call(operation, user, path={**path, name: value}, body=body)
                _refuses(session, operation, response, f"{name}: {why}")
        if operation.body is not None:
            _body(session, world, operation, user, path)


def _able(session: Session, world: World, operation: Operation) -> User | None:
    """Say who may do most."""
    del world
    if not operation.secured:
        return None
    return [*session.ordinary[:1], *session.elevated][-1] if session.users else None


def _body(
    session: Session, world: World, operation: Operation, user: User | None, path: dict[str, Any]
) -> None:
    for name, schema in session.contract.values.properties(operation.body).items():
        for value, why in _odd(session, schema):
            body = world.body_of(operation, user)
            if not isinstance(body, dict):
                return
            response = session.call(operation, user, path=path, body={**body, name: value})
            _refuses(session, operation, response, f"{name}: {why}")
    if operation.media_type == "application/json":
        for content, why in ((b'{"a": ', "no whole JSON"), (NESTED, "nested very deeply")):
            response = session.call(operation, user, path=path, body={}, content=content)
            _refuses(session, operation, response, f"the body: {why}")


def _odd(session: Session, schema: Schema) -> Iterator[tuple[Any, str]]:
    """Give the values that a field of a schema has to refuse, and why."""
    form, kind = schema.get("format"), schema.get("type")
    pattern = schema.get("pattern")
    if kind == "string" and "enum" not in schema and "const" not in schema:
        if form == "date-time":
            yield NAIVE, "a moment without an offset"
        elif form in PLAIN_FORMATS and "contentEncoding" not in schema:
            yield NUL, "a NUL character"
        if isinstance(pattern, str):
            value = session.contract.values.text(schema, 1) + "\n\x00"
            if not matches(pattern, value):
                yield value, f"what {pattern} does not match"
    elif kind == "integer" and "enum" not in schema:
        yield BEYOND, "beyond what a column holds"
        yield -BEYOND - 1, "beyond what a column holds"


def _refuses(session: Session, operation: Operation, response: Response, what: str) -> None:
    if fine(response):
        message = f"{what}: it answers {response.status_code}, a refusal is expected"
        session.judge.found(operation, message, response, kind=what.partition(": ")[2])


def _page(
    session: Session,
    operation: Operation,
    user: User | None,
    path: dict[str, Any],
    name: str,
    schema: Schema,
) -> None:
    """Ask for a page without an end."""
    if operation.method != "GET" or schema.get("type") != "integer":
        return
    if name.lower() not in PAGE_SIZES:
        return
    response = session.call(operation, user, path=path, query={name: TOO_MANY})
    told = data(response)
    said = told.get(name) if isinstance(told, dict) else None
    bounded = isinstance(said, int) and said < TOO_MANY
    if fine(response) and not bounded:
        message = f"{name}={TOO_MANY} is accepted: a page has no bound"
        session.judge.found(operation, message, response, kind="a page has no bound")


def twice(session: Session, world: World) -> None:
    """Create the same row again: whatever is unique must refuse it with a declared status."""
    for resource in world.resources:
        row = world.make(resource)
        if row is not None:
            path = {name: row.path[name] for name in row.path if name not in resource.own}
            response = session.call(resource.create, row.owner, path=path, body=row.body)
            if fine(response):
                # Not everything is unique; but what is answered as made has to be there.
                world.made(resource, row.owner, row.body, response, path)
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
    """Delete rows, and look whether they are gone."""
    for resource in world.resources:
        delete = session.contract.at("DELETE", resource.item)
        read = session.contract.at("GET", resource.item)
        row = world.make(resource) if delete is not None else None
        if row is None or delete is None:
            continue
        resource.rows.remove(row)
        for user in dict.fromkeys((row.owner, *reversed(session.elevated))):
            response = session.call(delete, user, path=row.path)
            if response.status_code not in FORBIDDEN:
                break
        if not fine(response):
            continue
        again = session.call(delete, user, path=row.path)
        if fine(again) and "404" in delete.statuses:
            message = f"deleted already, and it answers {again.status_code}"
            session.judge.found(delete, message, again, kind="deleted already")
        if read is not None:
            after = session.call(read, user, path=row.path)
            if fine(after):
                session.judge.found(read, "a deleted row can still be read", after)
