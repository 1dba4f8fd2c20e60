"""What happens to a task, as it happens? Its events, as a stream that a browser can read (SSE)."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Header
from pydantic import StringConstraints
from pydantic.json_schema import SkipJsonSchema
from starlette.responses import Response, StreamingResponse
from starlette.types import Send

from agent.log import logger
from agent.service.database import REFUSING
from agent.service.records import State, StoredEvent, StoredTask
from agent.service.service import LOOK
from agent.transports.http.answering import only_known, refusals
from agent.transports.http.callers import Caller, Reader
from agent.transports.http.desk import Desk
from agent.transports.http.problems import Problem
from agent.transports.http.tasks import AtDesk, TaskId, task_of

router = APIRouter(
    prefix="/v1/tasks/{task_id}", tags=["results"], dependencies=[Depends(only_known)]
)
AGAIN = 5
"""Seconds after which a client that got no stream may ask again."""
_EVENT = {
    "type": "object",
    "description": "One event of the stream; `data` is a JSON object as text.",
    "required": ["id", "event", "data"],
    "properties": {name: {"type": "string"} for name in ("id", "event", "data")},
}
_HEARTBEAT = b":\n\n"
_EXAMPLE = 'id: 7\nevent: stage-finished\ndata: {"stage": "plan", "seconds": 0.012}\n\n'


@router.get(
    "/events",
    response_class=Response,
    responses={
        200: {
            "description": "Events: an id, a name and JSON data each. The last is `task-ended`.",
            "content": {"text/event-stream": {"schema": _EVENT, "example": _EXAMPLE}},
        },
        204: {"description": "Nothing follows what is known already: ask no more."},
        **refusals(404, 422),
    },
)
async def events(
    task_id: TaskId,
    caller: Reader,
    desk: AtDesk,
    known: Annotated[
        Annotated[str, StringConstraints(pattern="^[0-9]{1,18}$")] | SkipJsonSchema[None],
        Header(
            alias="Last-Event-ID",
            description="The id of the last event that is known: those behind it are told.",
        ),
    ] = None,
) -> Response:
    """Tell what happens until the task ends, or asks."""
    task = await task_of(task_id, caller, desk)
    after = int(known or 0)
    if await _is_over(task, after, desk):
        return Response(status_code=204)
    if not desk.listeners.is_room(caller.name):
        detail = "too many answers are held open already"
        raise Problem(429, "too-many-listeners", detail, headers={"Retry-After": str(AGAIN)})
    stream = _stream(task, after, caller, desk)
    headers = {"X-Accel-Buffering": "no"}  # a proxy is to pass on each event at once
    return _Stream(stream, 200, headers, media_type="text/event-stream")


class _Stream(StreamingResponse):
    """A stream that is closed with its connection, and not when somebody collects garbage."""

    async def stream_response(self, send: Send) -> None:
        """Send it."""
        async with aclosing(cast("AsyncGenerator[bytes]", self.body_iterator)):
            await super().stream_response(send)


async def _is_over(task: StoredTask, after: int, desk: Desk) -> bool:
    if not after or task.state in {State.SUBMITTED, State.WORKING}:
        return False
    return not await desk.service.events.after(task.id, after, limit=1)


async def _stream(
    task: StoredTask, after: int, caller: Caller, desk: Desk
) -> AsyncGenerator[bytes]:
    """Write events, and a sign of life where there are none for a while.

    It ends where the caller's key was revoked: looked at as often as signs of life are given.
    """
    now = asyncio.get_running_loop().time
    with desk.listeners.one_more(caller.name):
        goes_on, said, asked = True, now(), now()
        while goes_on and not desk.closing.is_set():
            if now() - asked >= desk.limits.heartbeat:
                if not await asyncio.shield(desk.doorkeeper.still_lets_in(caller)):
                    return
                asked = now()
            # a client that goes away must not break off a query: its connection would be lost
            try:
                events, goes_on = await asyncio.shield(desk.service.news(task, after))
            except REFUSING as error:  # the head is sent: all that can be told is that it ends
                reason = type(error).__name__
                logger().warning("a-stream-ends", reason=reason)
                return
            for event in events:
                yield _written(event)
                after, said = event.number, now()
            if goes_on and not events:
                if now() - said >= desk.limits.heartbeat:
                    yield _HEARTBEAT
                    said = now()
                await asyncio.sleep(LOOK)


def _written(event: StoredEvent) -> bytes:
    data = json.dumps({**event.data, "at": event.at.isoformat()})
    return f"id: {event.number}\nevent: {event.name}\ndata: {data}\n\n".encode()
