"""How are events of many tasks kept together? All that a worker heard for a moment, at once."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextvars import Context
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.exc import SQLAlchemyError

from agent.log import plain
from agent.service import rows
from agent.service.messages import leave
from agent.service.queue import still_held
from agent.service.records import Outgoing, Wire
from agent.service.tables import EVENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from agent.events import Event
    from agent.service.database import Database
    from agent.service.records import StoredTask

    Told = tuple[str, dict[str, Any]]

FLUSH = 0.1
"""Seconds that events wait for others, to be kept together."""
PROGRESSED = "agent.task.progressed"
"""The kind of message that tells what happens to a task meanwhile."""
NEW_EVENTS = insert(EVENTS)
TOLD = frozenset({"stage-started", "stage-finished", "check-finished"})
"""The events that leave as progress, for those who listen on a bus."""


class Telling:
    """The events of the tasks of a worker, on their way to where they are kept."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database
        self._waiting: defaultdict[str, list[Told]] = defaultdict(list)
        self._tasks: dict[str, StoredTask] = {}
        self._writing = asyncio.Lock()
        self._flushing: asyncio.Task[None] | None = None

    def hear(self, task: StoredTask, event: Event) -> None:
        """Take an event of a task; it is kept soon, behind those before it.

        It is not where another worker has the task by then.
        """
        self._tasks[task.id] = task
        self._waiting[task.id].append(plain(event))
        if self._flushing is None or self._flushing.done():
            # of many tasks: what the first is about must not stand on what is logged of all
            self._flushing = asyncio.create_task(self._flush(), context=Context())

    async def rest(self, task: StoredTask) -> list[Told]:
        """Return the events of a task that are not kept yet: they go with its end."""
        async with self._writing:  # those before them are
            return self.forget(task)

    def forget(self, task: StoredTask) -> list[Told]:
        """Let the events of a task go that are not kept yet: it is no longer ours."""
        self._tasks.pop(task.id, None)
        return self._waiting.pop(task.id, [])

    async def _flush(self) -> None:
        while self._waiting:
            await asyncio.sleep(FLUSH)
            async with self._writing:
                waiting, self._waiting = self._waiting, defaultdict(list)
                try:
                    await self._keep(waiting)
                except SQLAlchemyError:  # it is tried again: no work ends because of its events
                    for task, events in waiting.items():
                        if task in self._tasks:
                            self._waiting[task] = events + self._waiting[task]

    async def _keep(self, waiting: dict[str, list[Told]]) -> None:
        if not waiting:
            return
        tasks = [self._tasks[each] for each in waiting]

        def keep(connection: Connection) -> None:
            ours = still_held(connection, tasks)
            still = [(each, waiting[each.id]) for each in tasks if each.id in ours]
            new = [row for task, events in still for row in event_rows(task.id, events)]
            if new:
                connection.execute(NEW_EVENTS, new)
            told = [message for task, events in still for message in progress(task, events)]
            leave(self._database, connection, told)

        await self._database.write(keep)


def event_rows(task: str, events: Sequence[Told]) -> list[dict[str, Any]]:
    """Return events as rows of their table."""
    moment = rows.now()
    return [{"task": task, "name": name, "data": data, "at": moment} for name, data in events]


def progress(task: StoredTask, events: Sequence[Told]) -> list[dict[str, Any]]:
    """Return what leaves because of events, as rows of the outbox: nothing to who asks by HTTP."""
    if task.origin.wire is Wire.HTTP:
        return []
    return [
        rows.outgoing(task, Outgoing(str(uuid4()), PROGRESSED, {"event": name, **data}))
        for name, data in events
        if name in TOLD
    ]
