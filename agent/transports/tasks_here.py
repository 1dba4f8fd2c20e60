"""How are the tasks of a service reached whose database is at hand? Through the service itself."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from agent.service.database import REFUSING
from agent.service.records import State
from agent.transports.tasks_seen import PAUSE, TRIES, Heard, Seen, no_task, refused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from agent.service.records import StoredTask
    from agent.service.service import Service


class TasksHere:
    """The tasks in a database; who can open it sees those of everybody."""

    def __init__(self, service: Service) -> None:
        """Take a service, which works on nothing here."""
        self._service = service

    async def page(self, states: Sequence[State], limit: int, begins: str = "") -> list[Seen]:
        """Return tasks, the latest first; ``begins`` is how their ids begin."""
        found = await self._service.tasks.page(None, states, limit=limit, begins=begins)
        return [Seen.of(each) for each in found]

    async def get(self, task_id: str) -> Seen:
        """Return one."""
        return Seen.of(await self._task(task_id))

    async def answer(self, task_id: str) -> dict[str, Any] | None:
        """Return the output document of one; None where nothing came of it yet."""
        kept = await self._service.answer_of(await self._task(task_id))
        return None if kept is None else json.loads(kept.answer)

    async def events(self, task_id: str) -> AsyncIterator[Heard]:
        """Give its events from the first one on, until it ends or asks.

        A database that goes away is waited for.
        """
        task = await self._task(task_id)
        known, broken = 0, 0
        while True:
            try:
                async for each in self._service.listen(task, known):
                    known, broken = each.number, 0
                    yield Heard(each.number, each.name, {**each.data, "at": each.at.isoformat()})
            except REFUSING as error:
                broken += 1
                if broken > TRIES:
                    raise refused("the database of the service does not answer") from error
                await asyncio.sleep(PAUSE)
            else:
                return

    async def cancel(self, task_id: str) -> Seen:
        """Call one off."""
        task = await self._service.cancel(await self._task(task_id))
        if task.state is not State.CANCELED and task.state.is_end:
            raise refused(f"the task has ended: it is {task.state}")
        return Seen.of(task)

    async def retry(self, task_id: str) -> Seen:
        """Submit its request again, as a new one of the same caller, which is returned."""
        return Seen.of((await self._service.retry(await self._task(task_id))).task)

    async def _task(self, task_id: str) -> StoredTask:
        found = await self._service.tasks.get(task_id)
        if found is None:
            raise no_task(task_id)
        return found
