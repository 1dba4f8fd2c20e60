"""How long does an answer wait for a result? As long as the client prefers (RFC 7240), at most."""

import asyncio
import re
from typing import Annotated

from fastapi import Header
from pydantic.json_schema import SkipJsonSchema

from agent.service.records import State, StoredTask
from agent.service.service import LOOK
from agent.transports.http.callers import Caller
from agent.transports.http.desk import Desk

Prefer = Annotated[
    str | SkipJsonSchema[None],
    Header(
        alias="Prefer",
        description="`wait=N`: answer when the task has ended or asks, or after N seconds.",
        examples=["wait=30"],
    ),
]
_WAIT = re.compile(r'(?:^|,)\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=[,;]|$)', re.IGNORECASE | re.ASCII)


async def wait_for(
    task: StoredTask, prefer: str | None, caller: Caller, desk: Desk
) -> tuple[StoredTask, dict[str, str]]:
    """Wait as the client prefers; who may hold no more answers open is answered at once.

    So is everybody when the service stops: else an accepted task would get no answer at all.

    Returns:
        The task as it is then, and the headers that say what was done (empty: nothing).

    """
    found = _WAIT.search(prefer or "")
    if found is None or not desk.listeners.is_room(caller.name):
        return task, {}
    seconds = min(int(found[1]), desk.limits.wait)
    with desk.listeners.one_more(caller.name):
        now = asyncio.get_running_loop().time
        until = now() + seconds
        while (
            task.state in {State.SUBMITTED, State.WORKING}
            and now() < until
            and not desk.closing.is_set()
        ):
            task = await desk.service.wait(task, min(LOOK, until - now()))
    return task, {"Preference-Applied": f"wait={seconds}"}
