"""Is what was sent what is kept? Reads rows back after they were made and changed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from agent.checks.inside.fuzz.client import data
from agent.checks.inside.fuzz.resources import words
from agent.checks.inside.fuzz.session import fine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agent.checks.inside.fuzz.client import Response
    from agent.checks.inside.fuzz.contract import Operation, Schema
    from agent.checks.inside.fuzz.resources import Resource, Row
    from agent.checks.inside.fuzz.session import Session
    from agent.checks.inside.fuzz.world import World

AS_SENT = {None, "email", "uuid"}
"""Formats of text that has one spelling, but for case; moments and the like have several."""
ROUNDED = 0.01


def made(session: Session, create: Operation, body: Any, response: Response) -> None:  # noqa: ANN401 - any JSON
    """Look whether a new row has what was sent for it, and the declared defaults else."""
    for said in _differences(session, create.body, body, data(response), defaults=True):
        session.judge.found(create, said, response, kind="not what was sent")


def changes(session: Session, world: World) -> None:
    """Change a row of everything, and look whether it then is as it was sent."""
    for resource in world.resources:
        methods = [session.contract.at(method, resource.item) for method in ("PATCH", "PUT")]
        operations = [each for each in methods if each is not None]
        row = world.make(resource) if operations else None
        if row is None:
            continue
        # Its key may change with it, and it is for nobody else.
        resource.rows.remove(row)
        for operation in operations:
            _change(session, world, resource, row, operation)


def _change(
    session: Session, world: World, resource: Resource, row: Row, operation: Operation
) -> None:
    for full in (True, False):
        body = world.body_of(operation, row.owner, full=full)
        response = session.call(operation, row.owner, path=row.path, body=body)
        if fine(response):
            break
    else:
        return
    answered = data(response)
    kept = without_key(body, answered, row.path, resource.keys)
    for said in _differences(session, operation.body, kept, answered):
        session.judge.found(operation, said, response, kind="not what was sent")
    read = session.contract.at("GET", resource.item)
    if read is None or not isinstance(answered, dict) or not isinstance(body, dict):
        return
    after = session.call(read, row.owner, path=row.path)
    later = data(after)
    if not fine(after) or not isinstance(later, dict):
        return
    for name, schema in session.contract.values.properties(operation.body).items():
        if not {name} <= {*body} & {*answered} & {*later}:
            continue
        if _differ(schema, answered[name], later[name]):
            message = f"{name}: a change answers {answered[name]!r}, reading it {later[name]!r}"
            session.judge.found(operation, message, after, kind="a change that is not kept")


def without_key(
    body: Any,  # noqa: ANN401 - any JSON
    answered: Any,  # noqa: ANN401 - the same
    path: Mapping[str, Any],
    keys: Mapping[str, str],
) -> Any:  # noqa: ANN401 - the same
    """Leave out what the path says already: a body may say it again, and need not be heard.

    ``keys`` are the fields behind parameters of the path; others are fields of the same name.
    """
    if not isinstance(body, dict) or not isinstance(answered, dict):
        return body
    said = {words(keys.get(name, name)): str(value) for name, value in path.items()}
    return {
        name: value
        for name, value in body.items()
        if words(name) not in said or said[words(name)] != str(answered.get(name))
    }


def _differences(
    session: Session,
    schema: Any,  # noqa: ANN401 - untrusted
    sent: Any,  # noqa: ANN401 - any JSON
    said: Any,  # noqa: ANN401 - the same
    *,
    defaults: bool = False,
) -> Iterator[str]:
    """Say which fields are answered otherwise than they were sent; those not answered are not."""
    if not isinstance(sent, dict) or not isinstance(said, dict):
        return
    for name, each in session.contract.values.properties(schema).items():
        if name not in said or each.get("readOnly"):
            continue
        if name in sent and isinstance(sent[name], dict):
            yield from _differences(session, each, sent[name], said[name], defaults=defaults)
        elif name in sent and _differ(each, sent[name], said[name]):
            yield f"{name}: {sent[name]!r} was sent, {said[name]!r} is answered"
        elif name not in sent and defaults and _differ(each, each.get("default"), said[name]):
            yield f"{name}: {each['default']!r} is the default, {said[name]!r} is answered"


def _differ(schema: Schema, expected: Any, said: Any) -> bool:  # noqa: ANN401 - any JSON
    if isinstance(expected, bool) or isinstance(said, bool):
        return isinstance(expected, bool) and isinstance(said, bool) and expected is not said
    if isinstance(expected, int | float) and isinstance(said, int | float | str):
        shown = _plain(said) if isinstance(said, str) else said
        return isinstance(shown, str) or not math.isclose(expected, shown, abs_tol=ROUNDED)
    if isinstance(expected, str) and isinstance(said, str) and schema.get("format") in AS_SENT:
        return _plain(expected) != _plain(said)
    return isinstance(expected, int | float | str) and said is None


def _plain(text: str) -> str | float:
    """Spell a text as it may be kept: a number of other digits is the same number."""
    try:
        return round(float(text), 2)
    except ValueError:
        return text.strip().casefold()
