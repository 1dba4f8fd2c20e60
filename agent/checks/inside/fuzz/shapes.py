"""What does a request of a wrong shape get: a broken body, a page without end, another method?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agent.checks.inside.fuzz.client import PARAMETER, Request, data, filled
from agent.checks.inside.fuzz.listing import page_sizes
from agent.checks.inside.fuzz.session import REFUSED, fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.checks.inside.fuzz.contract import Contract, Operation
    from agent.checks.inside.fuzz.session import Session
    from agent.checks.inside.fuzz.world import World

TOO_MANY = 1_000_000
NESTED = b'{"a":' * 5000
NOT_ALLOWED = 405
SERVER_ERROR = 500
# What would do most harm first.
METHODS = ("DELETE", "PUT", "PATCH", "POST", "GET")


def broken(session: Session, world: World) -> None:
    """Send bodies that are none."""
    seen: set[str] = set()
    for operation in session.contract.operations:
        if not operation.speaks_json:
            continue
        user = session.ablest(operation)
        for content, why in _contents(session.contract, operation, seen):
            path = world.path_of(operation.path, user)
            response = session.call(operation, user, path=path, content=content)
            if fine(response):
                message = (
                    f"the body: {why}: it answers {response.status_code}, a refusal is expected"
                )
                session.judge.found(operation, message, response, kind=why)
        seen.add(operation.method)


def _contents(
    contract: Contract, operation: Operation, seen: set[str]
) -> Iterator[tuple[bytes, str]]:
    yield b'{"a": ', "no whole JSON"
    if contract.values.fields(operation.body):
        yield b"[]", "a list in place of an object"
    if operation.method in seen:
        return  # the rest is one framework's business
    yield NESTED, "nested very deeply"
    yield b'"\xff\xfe"', "no text of any encoding"
    if operation.needs_body:
        yield b"", "nothing at all"


def endless(session: Session, world: World) -> None:
    """Ask for pages without an end."""
    for operation in session.contract.operations:
        if operation.method != "GET":
            continue
        for name in page_sizes(session.contract, operation):
            _page(session, world, operation, name)


def _page(session: Session, world: World, operation: Operation, name: str) -> None:
    user = session.ablest(operation)
    path = world.path_of(operation.path, user)
    response = session.call(operation, user, path=path, query={name: TOO_MANY})
    told = data(response)
    said = told.get(name) if isinstance(told, dict) else None
    bounded = isinstance(said, int) and said < TOO_MANY
    if fine(response) and not bounded:
        message = f"{name}={TOO_MANY} is accepted: a page has no bound"
        session.judge.found(operation, message, response, kind="a page has no bound")


def undeclared(session: Session, world: World) -> None:
    """Call each path with a method that it does not declare."""
    for path, operations in _by_path(session.contract).items():
        operation = operations[0]
        user = session.ablest(operation)
        target = filled(path, world.path_of(path, user), {})
        method = next((each for each in METHODS if not _declared(session, each, target)), None)
        if method is None:
            continue
        headers = dict(user.sent) if user else {}
        response = session.client.send(Request(method, target, headers))
        message = _misanswered(method, response.status_code, response.headers)
        if message is not None:
            session.judge.found(operation, message, response, kind="an undeclared method")


def _by_path(contract: Contract) -> dict[str, list[Operation]]:
    paths: dict[str, list[Operation]] = {}
    for each in contract.operations:
        paths.setdefault(each.path, []).append(each)
    return paths


def _declared(session: Session, method: str, target: str) -> bool:
    """Tell whether any path that leads there has a method."""
    return any(
        each.method == method and _pattern(each.path).fullmatch(target)
        for each in session.contract.operations
    )


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("[^/]*".join(map(re.escape, PARAMETER.split(path)[::2])))


def _misanswered(method: str, status: int, headers: Any) -> str | None:  # noqa: ANN401 - untrusted
    if status >= SERVER_ERROR:
        return f"{method}, which is not declared here, ends in a server error"
    if status == NOT_ALLOWED:
        return None if headers.get("allow") else "405 comes without the header Allow"
    if status in REFUSED:
        return None
    return f"{method}, which is not declared here, answers {status}, 405 is expected"
