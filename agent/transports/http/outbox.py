"""What is there for others? The messages of the outbox, read on by cursor and acknowledged.

Without a broker this is how handoffs reach the agents that they are for.
"""

import asyncio
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from agent.service.messages import HANDOFF, MOST
from agent.service.records import Message
from agent.transports.http.answering import WITH_BODY, answer, only_known, read, refusals, takes
from agent.transports.http.callers import Caller, Reader, Submitter
from agent.transports.http.desk import Desk
from agent.transports.http.limits import read_body
from agent.transports.http.shapes import Acknowledged, Acknowledgement, MessagePage, MessageView
from agent.transports.http.tasks import AtDesk

router = APIRouter(prefix="/v1", tags=["messages"], dependencies=[Depends(only_known)])
_EXAMPLE = {"ids": ["8f14e45f-ceea-5e7b-9d2b-0a1c6b1f0e11"]}
After = Annotated[
    int, Query(ge=0, le=2**53, description="The cursor of the last message that is known.")
]
All = Annotated[
    bool, Query(description="Also those that were acknowledged, and handoffs that left by the bus.")
]
Limit = Annotated[
    int,
    Query(
        ge=1,
        le=200,
        description=f"So many at most, and no more than have {MOST >> 20} MiB of data together.",
    ),
]


@router.get("/handoffs", response_model=MessagePage, responses=refusals(422))
async def handoffs(
    caller: Reader,
    desk: AtDesk,
    after: After = 0,
    limit: Limit = 50,
    acknowledged: All = False,  # noqa: FBT002 - a query has no positions
) -> Response:
    """List handoffs to other agents, in their order. `data.payload` is valid input for them."""
    return await _page(caller, desk, (HANDOFF,), after, limit, acknowledged=acknowledged)


@router.get("/messages", response_model=MessagePage, responses=refusals(422))
async def messages(
    caller: Reader,
    desk: AtDesk,
    after: After = 0,
    limit: Limit = 50,
    acknowledged: All = False,  # noqa: FBT002 - the same
) -> Response:
    """List all messages, in their order: what tasks came to, and handoffs."""
    return await _page(caller, desk, (), after, limit, acknowledged=acknowledged)


@router.post(
    "/handoffs/acknowledge",
    response_model=Acknowledged,
    responses=refusals(*WITH_BODY),
    openapi_extra=takes("Acknowledgement", _EXAMPLE),
)
async def acknowledge_handoffs(request: Request, caller: Submitter, desk: AtDesk) -> Response:
    """Take note of handoffs, which are not listed any more, and leave by no bus."""
    return await _acknowledge(request, caller, desk)


@router.post(
    "/messages/acknowledge",
    response_model=Acknowledged,
    responses=refusals(*WITH_BODY),
    openapi_extra=takes("Acknowledgement", _EXAMPLE),
)
async def acknowledge_messages(request: Request, caller: Submitter, desk: AtDesk) -> Response:
    """Take note of messages, which are not listed any more."""
    return await _acknowledge(request, caller, desk)


async def _page(
    caller: Caller,
    desk: Desk,
    kinds: Sequence[str],
    after: int,
    limit: int,
    *,
    acknowledged: bool,
) -> Response:
    found = await desk.service.messages.page(
        caller.sees, after, kinds=kinds, acknowledged=acknowledged, limit=limit
    )
    behind = found[-1].number if found else after
    return await asyncio.to_thread(_written, found, behind)


def _written(found: Sequence[Message], behind: int) -> Response:
    """Return a page; it takes a moment, as there may be whole projects in it."""
    return answer(MessagePage(messages=tuple(map(MessageView.of, found)), next=behind))


async def _acknowledge(request: Request, caller: Caller, desk: Desk) -> Response:
    given = read(Acknowledgement, await read_body(request, desk.limits))
    count = await desk.service.messages.acknowledge(caller.sees, given.ids)
    return answer(Acknowledged(acknowledged=count))
